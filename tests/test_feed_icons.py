"""The picture that stands for a publisher, as its feed names it."""

from __future__ import annotations

import json

import pytest

from bot.feeds.parse import parse
from bot.models import FeedDocument
from tests.shared import shared_files

URL = "https://gazette.example/feed"


def icon(body: str) -> str | None:
    found = parse(body.encode(), URL)
    assert isinstance(found, FeedDocument)
    return found.icon


def atom(inside: str) -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{inside}'
        "<entry><id>1</id><title>A</title></entry></feed>"
    )


def rss(inside: str) -> str:
    return (
        f'<rss version="2.0"><channel><title>T</title>{inside}'
        "<item><title>A</title></item></channel></rss>"
    )


def json_feed(**named: str) -> str:
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": []}
    return json.dumps(head | named)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (atom("<icon>/i.png</icon><logo>/wide.png</logo>"), "https://gazette.example/i.png"),
        (atom("<icon>/favicon.ico</icon><logo>/wide.png</logo>"), "https://gazette.example/wide.png"),
        (rss("<image><url>http://x.example/l.gif</url><title>T</title></image>"), "http://x.example/l.gif"),
        (json_feed(icon="https://x.example/512.png", favicon="/f.png"), "https://x.example/512.png"),
        (json_feed(favicon="/f.png"), "https://gazette.example/f.png"),
        (rss(""), None),
        (rss("<image><url>javascript:alert(1)</url></image>"), None),
        (rss("<image><url>http://10.0.0.1/l.png</url></image>"), None),
        (rss("<image><url>data:image/png;base64,xx</url></image>"), None),
        (atom("<logo>https://x.example/logo.svg</logo>"), None),
    ],
)  # fmt: skip
def test_a_feeds_icon_is_one_that_discord_can_show(body: str, found: str | None) -> None:
    assert icon(body) == found


@pytest.mark.skipif(not shared_files("feeds/feeds", "news-b*"), reason="no shared data here")
def test_real_newspapers_feeds_name_a_picture_that_can_be_shown() -> None:
    read = [parse(path.read_bytes(), URL) for path in shared_files("feeds/feeds", "news-[a-b]*")]
    feeds = [found for found in read if isinstance(found, FeedDocument)]
    icons = [found.icon for found in feeds if found.icon]
    assert len(icons) >= len(feeds) // 3
    assert all(found.startswith(("http://", "https://")) for found in icons)
