"""The picture that a story's own page names for itself."""

from __future__ import annotations

import pytest

from bot.feeds.page import page_picture
from bot.feeds.worker import Parser
from bot.models import Fetched, Page

URL = "https://harbour.example/news/1"


def page(*metas: str, before: str = "") -> bytes:
    return f"<!doctype html>{before}<head>{''.join(metas)}</head><body>x</body>".encode()


def og(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("metas", "wanted"),
    [
        ([og("og:image", "/a.jpg")], "https://harbour.example/a.jpg"),
        ([og("og:image", "//c.example/a b.jpg")], "https://c.example/a%20b.jpg"),
        (['<meta name="twitter:image" content="/t.png">'], "https://harbour.example/t.png"),
        ([og("twitter:image", "/t.png"), og("og:image", "/a.jpg")], "https://harbour.example/a.jpg"),
        ([og("og:image", "/logo.svg"), og("og:image", "/a.jpg")], "https://harbour.example/a.jpg"),
        ([og("og:image", "http://c.example/a.jpg"), og("og:image:secure_url", "https://c.example/a.jpg")],
         "https://c.example/a.jpg"),
        (['<base href="https://cdn.example/x/">', og("og:image", "a.jpg")], "https://cdn.example/x/a.jpg"),
        ([og("og:image", "javascript:x")], None),
        ([og("og:image", "http://127.0.0.1/a.jpg")], None),
        ([og("og:image", "")], None),
        ([], None),
    ],
)  # fmt: skip
def test_a_page_names_its_picture(metas: list[str], wanted: str | None) -> None:
    assert page_picture(page(*metas), URL) == wanted


def test_only_the_start_of_a_page_is_read_and_a_crowded_one_not_at_all() -> None:
    late = page(og("og:image", "/a.jpg"), before=f"<!--{'x' * 600_000}-->")
    assert page_picture(late, URL) is None
    assert page_picture(page(f"<p {'a=b ' * 6_000}>", og("og:image", "/a.jpg")), URL) is None
    assert page_picture(b"\xff\xfe\x00", URL) is None


async def test_the_worker_reads_it() -> None:
    async with Parser() as parser:
        found = await parser.page(Fetched(page(og("og:image", "/a.jpg")), URL))
        assert isinstance(found, Page)
        assert found.picture == "https://harbour.example/a.jpg"
