"""Servers' own feeds that are taken out: when they go, and when they must not."""

from __future__ import annotations

from pathlib import Path

from bot.models import HOUR, FeedAddress
from bot.newsroom import Added, Placing, Removed, WouldEnd
from bot.newsroom.housekeeping import DROPPED_KEPT
from tests.newsdesk import START, desk, story
from tests.test_own_feeds import MINE, PAID, bring, holds, latest


async def test_a_feed_is_read_on_while_another_address_of_it_is_in_the_topic(
    tmp_path: Path,
) -> None:
    moved = "https://paid.example/moved.xml"
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        holds(at, moved, story("Opening", START - HOUR))
        topic = await bring(at)
        found = await at.newsroom.own.find(MINE, moved, "chess")
        assert isinstance(found, Placing)
        assert isinstance(await at.newsroom.own.add(MINE, found.number, "chess"), Added)
        old = await at.store.read(lambda tx: tx.feeds.at(PAID))
        assert old is not None
        heir = await at.store.write(lambda tx: tx.feeds.move(old.id, FeedAddress(moved)))
        assert isinstance(await at.newsroom.own.removal.remove(MINE, PAID), Removed)
        assert topic.name in await at.store.read(lambda tx: tx.feeds.topics_of(heir))
        asked = await at.newsroom.own.removal.remove(MINE, moved)
        assert isinstance(asked, WouldEnd)
        assert isinstance(await at.newsroom.own.removal.end(MINE, asked.number), Removed)
        assert await at.store.read(lambda tx: tx.feeds.topics_of(heir)) == {}


async def test_a_feed_that_is_brought_back_while_dropped_ones_are_forgotten_stays(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at)
        asked = await at.newsroom.own.removal.remove(MINE, PAID)
        assert isinstance(asked, WouldEnd)
        await at.newsroom.own.removal.end(MINE, asked.number)
        late = at.now[0] + DROPPED_KEPT + HOUR
        (feed_id,) = await at.store.read(lambda tx: tx.retention.dropped(late))
        await bring(at)
        assert await at.store.write(lambda tx: tx.retention.forget_feed(feed_id, 500)) == 0
        assert await at.store.read(lambda tx: tx.feeds.at(PAID)) is not None
        assert await latest(at, "chess") == "Opening"
