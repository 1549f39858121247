"""The tables of feeds: one row for all addresses of one, and everything that a poll finds out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.models import (
    DAY,
    Article,
    Feed,
    FeedAddress,
    Key,
    KeyKind,
    Millis,
    Move,
    Subscription,
    Trouble,
    Validators,
)
from bot.store import Store, Tx

NOW: Millis = 1_760_000_000_000
LEASE: Millis = 1_000
ARTICLE = Article("Title", "https://a.example/1", "Teaser", "P", NOW)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "news.db") as opened:
        yield opened


async def two_feeds(tx: Tx) -> list[Feed]:
    await tx.feeds.set_topics({"t": ["https://a.example/", "https://b.example/"]}, NOW)
    return await tx.feeds.of_topics(["t"])


def watching(channel: int = 7, topic: str = "t") -> Subscription:
    return Subscription(1, channel, topic, NOW, 5)


async def test_feeds_are_leased_only_while_somebody_watches_them(store: Store) -> None:
    async def claim() -> list[int]:
        claimed = await store.write(lambda tx: tx.feeds.claim(dict.fromkeys(ids, NOW), NOW + LEASE))
        return [feed.id for feed in claimed]

    ids = [feed.id for feed in await store.write(two_feeds)]
    assert await claim() == []
    assert await store.read(lambda tx: tx.feeds.watched()) == []
    await store.write(lambda tx: tx.subscriptions.add(watching()))
    assert [row[0] for row in await store.read(lambda tx: tx.feeds.watched())] == ids
    assert await claim() == ids
    assert [row[2] for row in await store.read(lambda tx: tx.feeds.watched())] == [NOW + LEASE] * 2
    await store.write(lambda tx: tx.subscriptions.pause(7, "no", NOW, NOW))
    assert await claim() == ids, "what a paused channel would get waits for it"
    await store.write(lambda tx: tx.subscriptions.remove_channel(7))
    assert await claim() == []
    wanted = await store.write(lambda tx: tx.feeds.claim({ids[0]: NOW - 9}, NOW, unwatched=True))
    assert [(f.id, f.subscribers, f.next_poll_at) for f in wanted] == [(ids[0], 0, NOW - 9)]


async def test_a_feed_counts_each_channel_once_however_many_topics_it_is_in(store: Store) -> None:
    async def ask(tx: Tx) -> Feed:
        await tx.feeds.set_topics({"t": ["https://a.example/"], "u": ["https://a.example/"]}, NOW)
        for channel, topic in ((7, "t"), (7, "u"), (8, "t"), (9, "other")):
            await tx.subscriptions.add(watching(channel, topic))
        (feed,) = await tx.feeds.of_topics(["t"])
        return feed

    assert (await store.write(ask)).subscribers == 2


async def test_what_a_poll_changed_of_a_feed_is_kept_whole(store: Store) -> None:
    (feed, other) = await store.write(two_feeds)
    polled = Feed(
        feed.id, feed.url, "Title", "en", "a.example",
        validators=Validators('W/"x"', "Mon", "https://b.example/"), body_hash="hash", reader=3,
        seeded_at=1, read_at=4, whole_at=5, succeeded_at=2, next_poll_at=3, ttl=6, dates=(9, 8),
        quiet_polls=7, failures=4, failing_since=10, trouble=Trouble.GONE, error="Gone.",
        move=Move("https://c.example/", 11, 12),
        distrusted_keys=frozenset({KeyKind.LINK, KeyKind.GUID}),
    )  # fmt: skip
    await store.write(lambda tx: tx.feeds.record([polled]))
    assert await store.read(lambda tx: tx.feeds.get(feed.id)) == polled
    assert await store.read(lambda tx: tx.feeds.get(other.id)) == other
    # A catalogue that drops the feed keeps it; one that has it again finds it as it was.
    await store.write(lambda tx: tx.feeds.set_topics({"t": [other.url]}, NOW + 1))
    assert await store.read(lambda tx: tx.feeds.topics_of(feed.id)) == {}
    await store.write(lambda tx: tx.feeds.set_topics({"u": [feed.url]}, NOW + 2))
    assert await store.read(lambda tx: tx.feeds.of_topics(["u"])) == [polled]


# ── addresses ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/feed", "https://a.example/feed", True),
        ("https://A.example:443/feed#new", "https://a.example/feed", True),
        ("https://a.example", "https://a.example/", True),
        ("https://a.example/feed", "https://a.example/Feed", False),
        ("https://a.example/feed", "https://a.example/feed?page=2", False),
        ("https://a.example/feed", "https://a.example:8443/feed", False),
        ("https://a.example/feed", "https://www.a.example/feed", False),
    ],
)
async def test_one_feed_is_one_row_however_its_address_is_written(
    store: Store, one: str, other: str, *, same: bool
) -> None:
    await store.write(lambda tx: tx.feeds.set_topics({"t": [one], "u": [other]}, NOW))
    (first,) = await store.read(lambda tx: tx.feeds.of_topics(["t"]))
    (second,) = await store.read(lambda tx: tx.feeds.of_topics(["u"]))
    assert (first.id == second.id) is same
    assert first.url == one


async def test_a_feed_that_moved_is_found_by_its_old_address(store: Store) -> None:
    feed, _ = await store.write(two_feeds)
    target = FeedAddress("https://new.example/feed")
    assert await store.write(lambda tx: tx.feeds.move(feed.id, target)) == feed.id
    urls = {"t": [feed.url], "u": [target.url]}
    await store.write(lambda tx: tx.feeds.set_topics(urls, NOW + 1))
    (by_old,) = await store.read(lambda tx: tx.feeds.of_topics(["t"]))
    (by_new,) = await store.read(lambda tx: tx.feeds.of_topics(["u"]))
    assert by_old == by_new
    assert (by_old.id, by_old.url, by_old.host) == (feed.id, target.url, "new.example")


async def test_a_feed_that_moves_to_where_another_is_leaves_it_everything(store: Store) -> None:
    key = Key(KeyKind.GUID, "d")

    async def act(tx: Tx) -> int:
        old, new = await two_feeds(tx)
        await tx.feeds.set_topics({"t": [old.url], "u": [new.url]}, NOW)
        story = await tx.stories.add_story(NOW)
        number = await tx.stories.add_article(
            ARTICLE, feed_id=old.id, story_id=story, event_key=None, now=NOW
        )
        await tx.stories.remember(old.id, [(key, number)], NOW)
        assert await tx.feeds.move(old.id, FeedAddress(new.url)) == new.id
        assert await tx.stories.known(new.id, [key]) == {key: number}
        assert set(await tx.feeds.topics_of(new.id)) == {"t", "u"}
        assert await tx.feeds.topics_of(old.id) == {}
        assert await tx.stories.topic_of(story) in {"t", "u"}
        await tx.feeds.set_topics({"t": [old.url]}, NOW + 1)
        return len([feed for feed in await tx.feeds.of_topics(["t"]) if feed.id == new.id])

    assert await store.write(act) == 1


async def test_two_rows_of_one_address_that_an_old_database_holds_become_one(store: Store) -> None:
    async def act(tx: Tx) -> list[Feed]:
        old, new = await two_feeds(tx)
        story = await tx.stories.add_story(NOW)
        await tx.stories.add_article(
            ARTICLE, feed_id=new.id, story_id=story, event_key=None, now=NOW
        )
        # As it was before there were addresses, with one feed listed under http and https.
        await tx._connection.execute("DELETE FROM feed_address")
        await tx._connection.execute(
            "UPDATE feed SET url = 'http://a.example/', host = '' WHERE id = ?", (new.id,)
        )
        await tx.feeds.set_topics({"t": [old.url], "u": ["http://a.example/"]}, NOW + 1)
        assert await tx.feeds.read_at(new.id) == (False, None)
        assert set(await tx.feeds.topics_of(old.id)) == {"t", "u"}
        assert await tx.stories.topic_of(story) in {"t", "u"}
        return await tx.feeds.of_topics(["t", "u"])

    (feed,) = await store.write(act)
    assert (feed.url, feed.host) == ("https://a.example/", "a.example")


async def test_feeds_can_move_to_each_others_addresses(store: Store) -> None:
    async def act(tx: Tx) -> str:
        one, other = await two_feeds(tx)
        assert await tx.feeds.move(other.id, FeedAddress(one.url)) == one.id
        assert await tx.feeds.move(one.id, FeedAddress(other.url)) == one.id
        await tx.feeds.set_topics({"t": [one.url, other.url]}, NOW + 1)
        (feed,) = await tx.feeds.of_topics(["t"])
        return feed.url

    assert await store.write(act) == "https://b.example/"


async def test_a_host_does_not_tire_because_of_feeds_that_nobody_gets(store: Store) -> None:
    async def act(tx: Tx) -> list[int]:
        await tx.feeds.set_topics({"t": ["https://a.example/1", "https://a.example/2"]}, NOW)
        for feed in await tx.feeds.of_topics(["t"]):
            await tx.feeds.record([replace(feed, failures=1, trouble=Trouble.BUSY)])
        before = await tx.feeds.turned_away_at("a.example")
        await tx.subscriptions.add(watching())
        return [before, await tx.feeds.turned_away_at("a.example")]

    assert await store.write(act) == [0, 2]


@pytest.mark.parametrize(
    ("url", "host", "shared"),
    [
        ("https://www.theverge.com/rss", "theverge.com", False),
        ("https://feeds.bbci.co.uk/news", "feeds.bbci.co.uk", False),
        ("https://somebody.substack.com/feed", "substack.com", True),
        ("https://old.reddit.com/r/x/.rss", "reddit.com", True),
        ("https://notreddit.com/", "notreddit.com", False),
        ("https://feeds.feedburner.com/x", "feedburner.com", True),
    ],
)
def test_the_publishers_of_a_shared_host_are_one(url: str, host: str, *, shared: bool) -> None:
    address = FeedAddress(url)
    assert (address.host, address.is_shared) == (host, shared)


async def test_a_host_rests_until_the_latest_time_that_was_said(store: Store) -> None:
    async def act(tx: Tx) -> list[dict[str, Millis]]:
        await tx.feeds.rest("a.example", NOW + 9)
        await tx.feeds.rest("a.example", NOW + 5)
        await tx.feeds.rest("b.example", NOW + 1)
        return [await tx.feeds.resting(NOW), await tx.feeds.resting(NOW + 1)]

    assert await store.write(act) == [
        {"a.example": NOW + 9, "b.example": NOW + 1},
        {"a.example": NOW + 9},
    ]


# ── what was seen ────────────────────────────────────────────────────────────────────────


async def test_keys_outlive_their_entries_by_90_days_and_stay_while_they_are_listed(
    store: Store,
) -> None:
    """Readers that forget what is still listed post it again (Miniflux 2916831)."""
    listed, gone = Key(KeyKind.GUID, "listed"), Key(KeyKind.GUID, "gone")
    left_at = NOW + 200 * DAY

    async def act(tx: Tx) -> Feed:
        feed, _ = await two_feeds(tx)
        story = await tx.stories.add_story(NOW)
        number = await tx.stories.add_article(
            ARTICLE, feed_id=feed.id, story_id=story, event_key=None, now=NOW
        )
        await tx.stories.remember(feed.id, [(listed, number), (gone, number)], NOW)
        await tx.feeds.record([replace(feed, read_at=NOW)])
        # The same document for 200 days: nothing of it may be forgotten.
        assert await tx.stories.forget_keys(left_at - 90 * DAY, 99) == 0
        # A document without the second entry.
        await tx.stories.relist(feed.id, NOW, left_at)
        await tx.stories.remember(feed.id, [(listed, number)], left_at)
        await tx.feeds.record([replace(feed, read_at=left_at)])
        return feed

    feed = await store.write(act)

    async def known_on(day: int) -> set[Key]:
        before = left_at + day * DAY - 90 * DAY
        await store.write(lambda tx: tx.stories.forget_keys(before, 99))
        return set(await store.read(lambda tx: tx.stories.known(feed.id, [listed, gone])))

    assert await known_on(89) == {listed, gone}
    assert await known_on(91) == {listed}
    assert await known_on(2_000) == {listed}


async def test_a_wish_brings_feeds_forward_but_not_failing_or_fresh_ones(store: Store) -> None:
    async def ask(tx: Tx) -> list[Millis]:
        urls = [f"https://{name}.example/" for name in "abcde"]
        await tx.feeds.set_topics({"t": urls[:4], "other": urls[4:]}, NOW + 9)
        stale, failing, fresh, kept = await tx.feeds.of_topics(["t"])
        await tx.feeds.record([replace(stale, succeeded_at=NOW - 10)])
        await tx.feeds.record([replace(failing, failures=1)])
        await tx.feeds.record([replace(fresh, succeeded_at=NOW - 5)])
        await tx.feeds.record([replace(kept, succeeded_at=NOW - 10, fresh_until=NOW + 1)])
        await tx.feeds.bring_forward("t", NOW, unless_since=NOW - 5)
        return [feed.next_poll_at for feed in await tx.feeds.of_topics(["t", "other"])]

    assert await store.write(ask) == [NOW, *[NOW + 9] * 4]
