"""The picture of a story's own page: looked for once, and only where it is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.models import HOUR
from tests.fetching import both, document, failure
from tests.loopback.feeds import endless, redirect, status
from tests.newsdesk import FEED, OTHER_CHANNEL, Desk, desk, story

PICTURE = "https://gazette.example/ferry.jpg"


class Pages:
    """The pages of the world: each has this one picture."""

    def __init__(self, picture: str | None = PICTURE) -> None:
        self.picture = picture
        self.asked: list[str] = []

    async def __call__(self, url: str) -> str | None:
        self.asked.append(url)
        return self.picture


def shown(opened: Desk) -> list[str | None]:
    embeds = [body["embeds"][0] for _, _, body in opened.channels.messages]
    return [embed.get("image", {}).get("url") for embed in embeds]


async def after_news(opened: Desk, *items: str) -> None:
    opened.web.tells(FEED, story("Old one"))
    await opened.poll()
    opened.web.tells(FEED, story("Old one"), *items)
    await opened.poll()


async def test_a_story_without_a_picture_gets_that_of_its_page_which_is_asked_once(
    tmp_path: Path,
) -> None:
    pages = Pages()
    async with desk(tmp_path, picture=pages) as opened:
        await opened.subscribe()
        await opened.subscribe(channel=OTHER_CHANNEL)
        await after_news(opened, story("Ferry", opened.now[0] + HOUR))
        assert shown(opened) == [PICTURE, PICTURE]
        assert pages.asked == ["https://gazette.example/ferry"]
    async with desk(tmp_path, picture=pages, now=opened.now[0]) as again:
        stories = await again.store.read(lambda tx: tx.stories.newest(["town"], 9))
        (ferry,) = [found.id for found in stories if found.article.title == "Ferry"]
        told = await again.newsroom.explained(ferry)
        assert told is not None
        assert told.picture == PICTURE
        assert len(pages.asked) == 1


async def test_a_page_without_a_picture_is_not_asked_again(tmp_path: Path) -> None:
    pages = Pages(None)
    async with desk(tmp_path, picture=pages) as opened:
        await opened.subscribe()
        await opened.subscribe(channel=OTHER_CHANNEL)
        await after_news(opened, story("Ferry", opened.now[0] + HOUR))
        assert shown(opened) == [None, None]
        assert len(pages.asked) == 1


async def test_a_picture_of_the_feeds_own_goes_before_that_of_the_page(tmp_path: Path) -> None:
    pages = Pages()
    own = "https://gazette.example/own.jpg"
    told = '<img src="/own.jpg"><p>A ferry ran aground, and nobody was hurt.</p>'
    async with desk(tmp_path, picture=pages) as opened:
        await opened.subscribe()
        await after_news(opened, story("Ferry", opened.now[0] + HOUR, content=told))
        assert shown(opened) == [own]
        assert pages.asked == []


async def test_where_pages_are_not_to_be_fetched_none_is(tmp_path: Path) -> None:
    async with desk(tmp_path, picture=None) as opened:
        await opened.subscribe()
        await after_news(opened, story("Ferry", opened.now[0] + HOUR))
        assert shown(opened) == [None]


async def test_who_asks_for_the_latest_waits_for_one_page_at_the_most(tmp_path: Path) -> None:
    pages = Pages()
    async with desk(tmp_path, picture=pages) as opened:
        opened.web.tells(FEED, *[story(f"Story {n}", opened.now[0] - n) for n in range(10)])
        await opened.newsroom.latest("town")
        assert pages.asked == ["https://gazette.example/story-0"]


# ── the page itself ──────────────────────────────────────────────────────────────────────


async def test_only_the_start_of_a_page_is_read() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/page", endless())
        assert len(document(await fetch.page(feeds.url("/page"), 1_000)).body) == 1_000
    assert feeds.requests[0].headers["accept"].startswith("text/html")


async def test_a_page_is_asked_for_under_the_same_guard_as_a_feed() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/page", redirect("http://127.0.0.2/"))
        assert "another address" in failure(await fetch.page(feeds.url("/page")))
        assert "user name" in failure(await fetch.page("http://a:b@127.0.0.1/"))


@pytest.mark.parametrize("size", [999, 1_000, 1_001])
async def test_a_page_of_any_size_is_no_failure(size: int) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/page", status(200, b"x" * size))
        body = document(await fetch.page(feeds.url("/page"), 1_000)).body
    assert len(body) == min(size, 1_000)
