"""`python -m bot explain` and the pages behind a preview, on a server of the loopback."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli import explain, preview, tools
from bot.config import Settings
from bot.models import ExplainedStory, SectionName
from tests.loopback.feeds import LoopbackFeeds, item, rss, status
from tests.test_cli import _run

_SETTINGS = Settings.read({"FEED_ALLOW_NETWORKS": "127.0.0.0/8"}, {})
_TEXT = (
    "The ferry company showed its new harbour timetable to reporters on the pier on Monday.",
    "A brass band played on the harbour pier while the largest ferry was being painted blue.",
    "The ferry has a restaurant and a small cinema on the upper deck of the ship, it is said.",
    "Tickets for the ferry are sold at the harbour office and in the village shop every day.",
    "The ferry company was founded in 1987 and gave up an earlier night route in 2009.",
    "The ferry company is expected to start the route next month, once inspectors agree.",
)
_PAGE = """<!doctype html><html lang="en"><head><title>Night ferry</title>
<meta property="og:title" content="Ferry company starts night route between the islands">
<meta property="og:description" content="The ferry company announced a route by night.">
<meta property="og:site_name" content="The Gazette">
<meta property="og:image" content="https://gazette.example/ferry.jpg">
<meta property="article:published_time" content="2026-11-10T06:30:00Z">
</head><body><article><h1>Ferry company starts night route</h1>{}</article></body></html>"""


def _page(*more: str) -> bytes:
    paragraphs = "".join(f"<p>{text}</p>" for text in _TEXT)
    return _PAGE.format(paragraphs + "".join(more)).encode()


def _left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _explained(feeds: LoopbackFeeds) -> ExplainedStory:
    return await explain.explain(_SETTINGS, feeds.url("/news/ferry"))


async def test_each_claim_is_shown_with_the_sentences_that_it_rests_on() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/news/ferry", _page("<h2>Why it matters</h2><p>It is [b]crucial[/b].</p>"))
        told = await _explained(feeds)
    file = io.StringIO()
    explain.show(told, Console(file=file, width=100))
    said = file.getvalue()
    for words in (
        "Ferry company starts night route between the islands",
        "The Gazette (127.0.0.1), 10 November 2026",
        "Why This Matters\n  It is [b]crucial[/b].\n",
        ": as it stands there",
        "What Happens Next\n  The ferry company is expected to start",
        "By the publisher; in the story's own words.",
    ):
        assert words in said
    assert [request.path for request in feeds.requests] == ["/news/ferry"]


async def test_as_json_every_source_that_a_claim_names_is_there() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/news/ferry", _page())
        told = await _explained(feeds)
    said = json.loads(explain.as_json(told))
    assert set(said["sections"]) == {name.value for name in SectionName}
    assert said["story"]["url"] == feeds.url("/news/ferry")
    assert (said["origin"], said["model"]) == ("extract", None)
    assert said["origins"] == {"background_context": "extract", "what_happens_next": "extract"}
    held = {source["id"]: source for source in said["sources"]}
    claims = [claim for section in said["sections"].values() for claim in section]
    assert len(claims) == 2
    for claim in claims:
        (source,) = (held[name] for name in claim["sources"])
        assert source["text"] == claim["text"]
        assert source["published"] == "2026-11-10T06:30:00+00:00"


async def test_a_link_that_can_not_be_read_is_an_error_in_words() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.behave("/news/ferry", status(404))
        with pytest.raises(tools.PreviewError, match="404"):
            await _explained(feeds)
        with pytest.raises(tools.PreviewError, match="the article's own address"):
            await explain.explain(_SETTINGS, feeds.url("/"))
    with pytest.raises(tools.PreviewError, match="FEED_ALLOW_NETWORKS"):
        await explain.explain(Settings(), feeds.url("/news/ferry"))


async def test_the_command_prints_json_alone(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/news/ferry", _page())
        ran = await asyncio.to_thread(
            _run,
            "explain",
            feeds.url("/news/ferry"),
            "--json",
            cwd=tmp_path,
            FEED_ALLOW_NETWORKS="127.0.0.0/8",
        )
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["story"]["publisher"] == "The Gazette (127.0.0.1)"
    assert _left(tmp_path) == [], "nothing is kept"


async def test_a_preview_explains_from_the_pages_as_posts_would() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/news/ferry", _page())
        entry = item("Ferry company starts night route", feeds.url("/news/ferry"), "1", "By night.")
        feeds.put("/feed.xml", rss("The Gazette", [entry]))
        found = await preview.preview(_SETTINGS, feeds.url("/feed.xml"), 5)
    assert isinstance(found, preview.Preview)
    ((body, opened),) = found.posts
    assert body["embeds"][0]["image"] == {"url": "https://gazette.example/ferry.jpg"}
    assert opened is not None
    headings = [field["name"] for field in opened["embeds"][0]["fields"]]
    assert headings == ["Background Context", "What Happens Next", "Sources"]


async def test_a_preview_reads_ten_pages_at_the_most() -> None:
    async with LoopbackFeeds() as feeds:
        urls = [feeds.url(f"/news/{n}") for n in range(12)]
        entries = [item(f"Ferry {n}", url, url, "By night.") for n, url in enumerate(urls)]
        for n in range(12):
            feeds.put(f"/news/{n}", _page())
        feeds.put("/feed.xml", rss("The Gazette", entries))
        await preview.preview(_SETTINGS, feeds.url("/feed.xml"), 0)
        assert len([r for r in feeds.requests if r.path.startswith("/news/")]) == 10
