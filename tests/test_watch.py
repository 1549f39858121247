"""Polls as they are conducted: moves, rests, ends, and what a restart remembers of them."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    Feed,
    Fetched,
    FetchFailed,
    FetchOutcome,
    NotModified,
    Topic,
    Trouble,
    Validators,
)
from bot.newsroom.watch import SLOTS
from bot.store.feeds import Feeds
from tests.newsdesk import CHANNEL, FEED, GUILD, MEMBER, OTHER, REGION, START, Desk, desk, story

MOVED = "https://new.example/feed.xml"
BUSY = FetchFailed("We asked too often.", trouble=Trouble.BUSY)


def asked(opened: Desk, url: str) -> int:
    return sum(1 for place, _ in opened.web.asked if place == url)


async def feed_of(opened: Desk, topic: str = "town") -> Feed:
    feeds = await opened.store.read(lambda tx: tx.feeds.of_topics([topic]))
    return feeds[0]


def sends_on(opened: Desk, *items: str) -> None:
    opened.web.tells(FEED, *items)
    whole = opened.web.answers[FEED]
    assert isinstance(whole, Fetched)
    opened.web.answers[FEED] = replace(whole, url=MOVED, moved_to=MOVED)


# ── moves ────────────────────────────────────────────────────────────────────────────────


async def test_a_feed_that_moved_is_asked_at_its_new_address_and_nothing_is_posted_again(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("Old one"))
        await opened.poll()
        for number in range(16):
            sends_on(opened, story("Old one"), story(f"New {number}", opened.now[0]))
            await opened.poll()
        assert (await feed_of(opened)).url == MOVED
        posted = len(opened.channels.titles)
        opened.web.tells(MOVED, story("Old one"), story("After the move", opened.now[0]))
        before = asked(opened, FEED)
        await opened.poll()
        assert asked(opened, FEED) == before
        assert opened.channels.titles[posted:] == ["After the move"]
    async with desk(tmp_path, now=opened.now[0]) as again:
        # The catalogue still names the old address; it leads to the feed for ever.
        assert (await feed_of(again)).url == MOVED


async def test_a_feed_whose_old_address_dies_goes_on_at_its_new_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("Old one"))
        await opened.poll()
        sends_on(opened, story("Old one"), story("Another", opened.now[0]))
        await opened.poll()
        opened.web.answers[FEED] = FetchFailed("Nothing is there.", trouble=Trouble.MISSING)
        opened.web.tells(MOVED, story("Old one"), story("Saved", opened.now[0] + HOUR))
        await opened.poll()
        assert opened.channels.titles == ["Another", "Saved"]
        assert (await feed_of(opened)).failures == 0


async def test_a_feed_that_moves_to_where_another_is_becomes_that_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe("region")
        opened.web.tells(FEED, story("Shared"))
        opened.web.tells(OTHER, story("Shared"))
        await opened.poll()
        for number in range(16):
            opened.web.tells(FEED, story("Shared"), story(f"New {number}", opened.now[0]))
            whole = opened.web.answers[FEED]
            assert isinstance(whole, Fetched)
            opened.web.answers[FEED] = replace(whole, url=OTHER, moved_to=OTHER)
            opened.web.answers[OTHER] = whole
            await opened.poll()
        feeds = await opened.store.read(lambda tx: tx.feeds.of_topics(["region"]))
        assert [feed.url for feed in feeds] == [OTHER]
        opened.web.tells(OTHER, story("Shared"), story("New 15"), story("Newer", opened.now[0]))
        await opened.poll()
        assert opened.channels.titles == [*(f"New {n}" for n in range(16)), "Newer"]


# ── failures ─────────────────────────────────────────────────────────────────────────────


async def test_a_feed_that_is_gone_for_good_is_probed_and_then_left_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.answers[FEED] = FetchFailed("Gone.", trouble=Trouble.GONE)
        for _ in range(60 * 2):
            opened.wait(DAY // 2)
            await opened.newsroom.poll_due()
        assert asked(opened, FEED) == 5
        opened.web.tells(FEED, story("Back"))
        await opened.newsroom.latest("town")
        assert asked(opened, FEED) == 5


async def test_a_404_of_a_day_loses_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("Old one"))
        await opened.poll()
        seen = opened.now[0]
        opened.web.answers[FEED] = FetchFailed("Nothing is there.", trouble=Trouble.MISSING)
        for _ in range(24):
            opened.wait(HOUR)
            await opened.newsroom.poll_due()
        opened.web.tells(FEED, story("Old one"), story("Meanwhile", seen + HOUR))
        opened.wait(DAY)
        await opened.newsroom.poll_due()
        await opened.newsroom.deliver_due()
        assert opened.channels.titles == ["Meanwhile"]


async def test_a_host_that_turns_away_two_feeds_is_left_alone_even_after_a_restart(
    tmp_path: Path,
) -> None:
    urls = tuple(f"https://bridge.example/{n}" for n in range(4))
    topics = (Topic("bridge", "Bridge", "", "", urls), REGION)

    async with desk(tmp_path, topics=topics) as opened:
        await opened.subscribe("bridge")
        opened.web.answers |= dict.fromkeys(urls, replace(BUSY, retry_after=6 * HOUR))
        for _ in range(10):
            opened.wait(2_000)
            await opened.newsroom.poll_due()
        assert len(opened.web.asked) == 2
    async with desk(tmp_path, topics=topics, now=opened.now[0]) as again:
        again.wait(HOUR)
        await again.newsroom.poll_due()
        assert again.web.asked == []
        again.wait(6 * HOUR)
        for _ in range(10):
            again.wait(2_000)
            await again.newsroom.poll_due()
        assert len(again.web.asked) == 4


async def test_one_feed_that_is_turned_away_does_not_hold_up_its_neighbours(tmp_path: Path) -> None:
    urls = tuple(f"https://bridge.example/{n}" for n in range(4))
    async with desk(tmp_path, topics=(Topic("bridge", "Bridge", "", "", urls),)) as opened:
        await opened.subscribe("bridge")
        opened.web.answers[urls[0]] = BUSY
        for _ in range(10):
            opened.wait(2_000)
            await opened.newsroom.poll_due()
        assert [asked(opened, url) for url in urls] == [1, 1, 1, 1]


# ── many at once ─────────────────────────────────────────────────────────────────────────


async def test_many_feeds_that_fall_due_at_once_are_asked_a_few_at_a_time_and_each_once(
    tmp_path: Path,
) -> None:
    urls = tuple(f"https://{n}.example/feed" for n in range(300))
    under_way, most = 0, 0
    counts: dict[str, int] = {}

    async def fetch(url: str, validators: Validators, _: int) -> FetchOutcome:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        counts[url] = counts.get(url, 0) + 1
        await asyncio.sleep(0)
        under_way -= 1
        return NotModified(validators)

    async with desk(tmp_path, topics=(Topic("all", "All", "", "", urls),), fetch=fetch) as opened:
        await opened.subscribe("all")
        await opened.newsroom.poll_due()
        assert counts == dict.fromkeys(urls, 1)
        assert most == SLOTS
        await opened.newsroom.poll_due()
        assert counts == dict.fromkeys(urls, 1)
        times = [row[2] for row in await opened.store.read(lambda tx: tx.feeds.watched())]
        assert min(times) >= START + 15 * MINUTE


async def test_who_asks_for_the_latest_does_not_wait_behind_a_backlog(tmp_path: Path) -> None:
    urls = tuple(f"https://{n}.example/feed" for n in range(200))
    order: list[str] = []

    async def fetch(url: str, _: Validators, __: int) -> FetchOutcome:
        order.append(url)
        return FetchFailed("No.")

    topics = (Topic("all", "All", "", "", urls), Topic("town", "Town", "", "", (FEED,)))
    async with desk(tmp_path, topics=topics, fetch=fetch) as opened:
        await opened.subscribe("all")
        await opened.newsroom.latest("town")
        assert order.index(FEED) < SLOTS


async def test_a_feed_that_nobody_gets_any_more_is_not_asked(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("One"))
        await opened.poll()
        await opened.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        await opened.poll()
        assert asked(opened, FEED) == 1
        await opened.subscribe()
        await opened.poll()
        assert asked(opened, FEED) == 2


async def test_a_site_is_told_for_how_many_channels_a_feed_is_asked(tmp_path: Path) -> None:
    told: list[int] = []

    async def fetch(_: str, validators: Validators, subscribers: int) -> FetchOutcome:
        told.append(subscribers)
        return NotModified(validators)

    async with desk(tmp_path, fetch=fetch) as opened:
        for channel in (20, 21, 22):
            await opened.subscribe(channel=channel)
        await opened.subscribe("region", channel=20)
        await opened.poll()
    assert sorted(told) == [1, 3]


# ── what is kept ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("edit", ["Corrected headline", "Headline"])
async def test_an_edit_updates_the_article_and_posts_nothing(tmp_path: Path, edit: str) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("Old one"))
        await opened.poll()
        first = story("Headline", opened.now[0], teaser="As it was told first.")
        opened.web.tells(FEED, first)
        await opened.poll()
        later = first.replace("Headline", edit).replace("told first", "told later")
        opened.web.tells(FEED, later.replace("gazette.example/headline", "gazette.example/new"))
        await opened.poll()
        assert opened.channels.titles == ["Headline"]
        (newest, *_) = await opened.store.read(lambda tx: tx.stories.newest(["town"], 1))
        assert newest.article.title == edit
        assert newest.article.teaser == "As it was told later."
        assert newest.article.link == "https://gazette.example/new"


async def test_an_entry_that_returns_after_80_days_is_not_posted_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("Evergreen"), story("Old one"))
        await opened.poll()
        opened.web.tells(FEED, story("Old one"))
        await opened.poll()
        opened.wait(80 * DAY)
        await opened.newsroom.tidy()
        opened.web.tells(FEED, story("Evergreen", opened.now[0]), story("Old one"))
        await opened.poll()
        assert opened.channels.titles == []


async def test_a_document_that_stays_the_same_for_years_is_not_posted_when_it_changes(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, *[story(f"Old {n}") for n in range(5)])
        await opened.poll()
        opened.web.answers[FEED] = NotModified()
        for _ in range(8):
            opened.wait(100 * DAY)
            await opened.newsroom.poll_due()
            await opened.newsroom.tidy()
        titles = [f"Old {n}" for n in range(5)]
        opened.web.tells(FEED, *map(story, titles), story("News", opened.now[0]))
        await opened.poll()
        assert opened.channels.titles == ["News"]


# ── races ────────────────────────────────────────────────────────────────────────────────


async def test_looks_and_wishes_in_the_middle_of_polls_lose_no_feed_and_poll_none_twice(
    tmp_path: Path,
) -> None:
    urls = tuple(f"https://{n}.example/feed" for n in range(60))
    under_way: set[str] = set()
    counts = dict.fromkeys(urls, 0)

    async def fetch(url: str, validators: Validators, _: int) -> FetchOutcome:
        assert url not in under_way
        under_way.add(url)
        counts[url] += 1
        for _ in range(counts[url] * 7 % 5):
            await asyncio.sleep(0)
        under_way.discard(url)
        return NotModified(validators)

    async with desk(tmp_path, topics=(Topic("all", "All", "", "", urls),), fetch=fetch) as opened:
        await opened.subscribe("all")
        watch = opened.newsroom._watch
        feeds = await opened.store.read(lambda tx: tx.feeds.of_topics(["all"]))
        for number in range(1, 6):
            polling = asyncio.create_task(opened.newsroom.poll_due())
            while not polling.done():
                watch.look_again()
                await watch.ask(feeds[number : number + 2])
                await asyncio.sleep(0)
            await polling
            opened.wait(DAY)
        assert min(counts.values()) >= 5
        asked_for = {feed.url for feed in feeds[1:7]}
        assert {counts[url] for url in urls if url not in asked_for} == {5}


async def test_a_poll_that_ends_while_the_store_is_read_is_due_when_the_poll_says(
    tmp_path: Path,
) -> None:
    gate, read, asked_for = asyncio.Event(), Feeds.watched, list[str]()

    async def fetch(url: str, validators: Validators, _: int) -> FetchOutcome:
        asked_for.append(url)
        await gate.wait()
        return NotModified(validators)

    async def slowly(feeds: Feeds) -> list[tuple[int, str, int]]:
        rows = await read(feeds)
        gate.set()
        for _ in range(20):
            await asyncio.sleep(0)
        return rows

    async with desk(tmp_path, fetch=fetch) as opened:
        await opened.subscribe()
        watch = opened.newsroom._watch
        await watch.begin_due()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Feeds, "watched", slowly)
            watch.look_again()
            await watch.begin_due()
        assert watch.under_way == []
        opened.wait(3 * MINUTE)
        await opened.newsroom.poll_due()
        assert len(asked_for) == 1, "the lease is no due time"
        opened.wait(15 * MINUTE)
        await opened.newsroom.poll_due()
        assert len(asked_for) == 2


async def test_a_database_that_fails_once_holds_up_no_host(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        await opened.newsroom.poll_due()
        opened.wait(DAY)
        watch = opened.newsroom._watch

        async def full(*_: object) -> list[Feed]:
            raise sqlite3.OperationalError("database or disk is full")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(watch, "_turn", full)
            with pytest.raises(sqlite3.OperationalError):
                await watch.begin_due()
        opened.wait(MINUTE)
        before = asked(opened, FEED)
        await opened.newsroom.poll_due()
        assert asked(opened, FEED) == before + 1


async def test_who_asks_for_the_latest_does_not_ask_a_site_before_its_answer_is_stale(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as opened:
        opened.web.tells(FEED, story("One"))
        whole = opened.web.answers[FEED]
        assert isinstance(whole, Fetched)
        opened.web.answers[FEED] = replace(whole, fresh_for=6 * HOUR)
        for _ in range(20):
            opened.wait(16 * MINUTE)
            await opened.newsroom.latest("town")
        assert asked(opened, FEED) == 1


async def test_feeds_are_asked_though_the_clock_is_set_back_by_a_day_while_it_runs(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, story("Old one"))
        await opened.poll()
        before = asked(opened, FEED)
        opened.now[0] -= DAY
        for _ in range(3):
            opened.wait(HOUR)
            await opened.newsroom.poll_due()
        assert asked(opened, FEED) > before
