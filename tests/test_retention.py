"""What is not kept any more, and what must be: the database neither grows for ever nor forgets."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.backlog import TOO_OLD
from bot.models import DAY, HOUR, Article, Delivery, DeliveryState, Key, KeyKind, Millis, Story
from bot.newsroom import housekeeping
from bot.store import Store, Tx
from bot.store.rows import dump
from tests.newsdesk import CHANNEL, FEED, Desk, desk, story
from tests.test_store import numbers

NOW: Millis = 1_760_000_000_000
URL = "https://gazette.example/feed.xml"
A_DAY, EVERY = 200, 5
"""How many stories a day brings, and of how many days one is lived."""


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "news.db") as opened:
        yield opened


async def dangling(tx: Tx) -> list[tuple[object, ...]]:
    """List rows that point to one which is not there."""
    async with tx._connection.execute("PRAGMA foreign_key_check") as cursor:
        found = [tuple(row) for row in await cursor.fetchall()]
    lost = "SELECT id FROM delivery AS d WHERE digest_id NOT IN (SELECT id FROM delivery)"
    return found + [(number,) for number in await numbers(tx, lost)]


async def count(tx: Tx, table: str) -> int:
    return (await numbers(tx, f"SELECT count(*) FROM {table}"))[0]  # noqa: S608  # a test's own word


# ── deliveries ───────────────────────────────────────────────────────────────────────────


async def planned(
    tx: Tx, n: int, state: DeliveryState, at: Millis, *, digest: int | None = None
) -> int:
    """Write down a delivery of a story without articles; return the story."""
    number = await tx.stories.add_story(at)
    row = Delivery(0, number, CHANNEL, "town", f"n{n}", state=state)
    await tx.deliveries.add([(row, at)], at)
    if digest is not None:
        await tx._connection.execute(
            "UPDATE delivery SET digest_id = ? WHERE story_id = ?", (digest, number)
        )
    return number


async def reasons(store: Store) -> dict[int | None, tuple[str, str | None]]:
    rows = await store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
    return {row.story_id: (row.state.value, row.reason) for row in rows}


async def test_what_waits_until_it_is_no_news_is_closed_with_a_reason(store: Store) -> None:
    open_states = [s for s in DeliveryState if s.value in {"pending", "held", "parked", "sending"}]

    async def act(tx: Tx) -> list[int]:
        return [await planned(tx, n, s, NOW) for n, s in enumerate(open_states)]

    ids = await store.write(act)
    assert await store.write(lambda tx: tx.retention.expire(NOW, NOW + DAY, 9, TOO_OLD)) == 0
    assert await store.write(lambda tx: tx.retention.expire(NOW + 1, NOW + DAY, 3, TOO_OLD)) == 3
    assert await store.write(lambda tx: tx.retention.expire(NOW + 1, NOW + DAY, 9, TOO_OLD)) == 1
    closed = ("rejected", "It waited until it was no news any more.")
    assert await reasons(store) == dict.fromkeys(ids, closed)


async def test_why_a_channel_was_paused_is_not_forgotten_with_the_wait(store: Store) -> None:
    async def act(tx: Tx) -> None:
        number = await tx.stories.add_story(NOW)
        why = "I may not post here."
        row = Delivery(0, number, CHANNEL, "t", "n", state=DeliveryState.PARKED, reason=why)
        await tx.deliveries.add([(row, NOW)], NOW)
        await tx.retention.expire(NOW + 1, NOW + DAY, 9, TOO_OLD)

    await store.write(act)
    ((_, said),) = (await reasons(store)).values()
    assert said == "It waited until it was no news any more. I may not post here."


async def test_a_story_in_a_digest_that_is_still_tried_is_not_closed(store: Store) -> None:
    async def act(tx: Tx) -> None:
        number = await planned(tx, 1, DeliveryState.HELD, NOW)
        await planned(tx, 2, DeliveryState.HELD, NOW)
        await tx._connection.execute(
            "INSERT INTO subscription (channel_id, topic, guild_id, created_at, created_by)"
            " VALUES (?, 'town', 1, 0, 0)", (CHANNEL,)
        )  # fmt: skip
        digest = await tx.digests.open(CHANNEL, 1, "digest", NOW + 5 * DAY)
        assert await tx.retention.expire(NOW + DAY, NOW + 6 * DAY, 9, TOO_OLD) == 0
        assert len(await tx.digests.held_in(digest)) == 2
        assert await tx.retention.expire(NOW + 9 * DAY, NOW + 9 * DAY, 9, TOO_OLD) == 3
        assert number

    await store.write(act)


async def test_settled_deliveries_go_after_ninety_days_and_their_stories_with_them(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        begin = at.now[0]

        async def act(tx: Tx) -> None:
            for n, state in enumerate((DeliveryState.SENT, DeliveryState.FILTERED)):
                await planned(tx, n, state, begin)
            await planned(tx, 9, DeliveryState.SENT, begin + DAY)

        await at.store.write(act)
        at.now[0] = begin + 90 * DAY
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: count(tx, "delivery")) == 3
        at.now[0] += 1
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: count(tx, "delivery")) == 1
        assert await at.store.read(lambda tx: count(tx, "story")) == 1


async def test_of_too_many_deliveries_the_oldest_settled_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_DELIVERIES", 4)
    monkeypatch.setattr(housekeeping, "AT_ONCE", 2)
    async with desk(tmp_path) as at:
        begin = at.now[0]

        async def act(tx: Tx) -> list[int]:
            states = [DeliveryState.PENDING, *[DeliveryState.SENT] * 8]
            ids = [await planned(tx, n, s, begin + n) for n, s in enumerate(states)]
            await tx._connection.execute(
                "UPDATE delivery SET due_at = ? WHERE state = 'pending'", (begin + 9 * DAY,)
            )
            return ids

        ids = await at.store.write(act)
        at.wait(9 * DAY)
        await at.newsroom.tidy()
        kept = set(await reasons(at.store))
    assert kept == {ids[0], *ids[-3:]}


async def test_too_many_deliveries_are_no_reason_to_post_a_story_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_DELIVERIES", 0)
    monkeypatch.setattr(housekeeping, "MOST_ARTICLES", 0)
    async with desk(tmp_path) as at:
        await at.subscribe("region")
        at.web.tells(FEED, story("Old"))
        at.web.tells("https://courier.example/feed.xml", story("Older"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        await at.newsroom.tidy()
        # Another feed brings what leads to the same page, a day later.
        at.wait(DAY)
        at.web.tells("https://courier.example/feed.xml", story("Bridge"), story("Older"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_old_publications_and_notices_go(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        begin = at.now[0]

        async def act(tx: Tx) -> None:
            for number in (1, 2):
                await tx.publications.add(number, CHANNEL, begin)
            await tx.publications.settle(1, begin, published=True)
            for settled in (begin, None):
                await tx._connection.execute(
                    "INSERT INTO notice (guild_id, channel_id, reason, due_at, settled_at)"
                    " VALUES (1, 1, 'x', ?, ?)",
                    (begin, settled),
                )

        await at.store.write(act)
        at.wait(91 * DAY)
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: count(tx, "publication")) == 1
        assert await at.store.read(lambda tx: count(tx, "notice")) == 1


# ── articles ─────────────────────────────────────────────────────────────────────────────


async def test_an_article_goes_ninety_days_after_its_feed_last_listed_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Evergreen"), story("Gone"))
        await at.poll()
        explained = await at.newsroom.latest("town")
        assert not isinstance(explained, Story)
        at.wait(200 * DAY)
        at.web.tells(FEED, story("Evergreen"), story("Newer"))
        await at.poll()
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: count(tx, "article")) == 3
        at.wait(91 * DAY)
        at.web.tells(FEED, story("Evergreen"), story("Newest"))
        await at.poll()
        await at.newsroom.tidy()
        left = await at.store.read(lambda tx: tx.stories.newest(["town"], 9))
        assert {s.article.title for s in left} == {"Evergreen", "Newer", "Newest"}
        assert await at.store.read(lambda tx: tx.archive.search("Gone", 9)) == []
        assert await at.store.read(dangling) == []


async def test_an_article_that_is_still_to_be_sent_is_kept(store: Store) -> None:
    article = Article("T", "https://a.example/1", "Teaser", "P", NOW)

    async def act(tx: Tx) -> None:
        await tx.feeds.set_topics({"t": [URL]}, NOW)
        (feed,) = await tx.feeds.of_topics(["t"])
        number = await tx.stories.add_story(NOW)
        await tx.stories.add_article(
            article, feed_id=feed.id, story_id=number, event_key=None, now=NOW
        )
        row = Delivery(0, number, CHANNEL, "t", "n", state=DeliveryState.HELD)
        await tx.deliveries.add([(row, NOW)], NOW)
        looked = await tx.retention.forget_articles(0, NOW + 1, 500)
        assert (looked.last, looked.forgotten) == (1, 0)
        await tx.retention.expire(NOW + 1, NOW + 1, 500, TOO_OLD)
        assert (await tx.retention.forget_articles(0, NOW + 1, 500)).forgotten == 1
        assert (await tx.retention.forget_articles(1, NOW + 1, 500)).last is None

    await store.write(act)


async def _titles(at: Desk) -> set[str]:
    found = await at.store.read(lambda tx: tx.stories.newest(["town"], 99))
    return {s.article.title for s in found}


async def test_of_too_many_articles_the_oldest_go_but_never_what_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_ARTICLES", 3)
    monkeypatch.setattr(housekeeping, "AT_ONCE", 2)
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Listed"), story("A"), story("B"), story("C"))
        await at.poll()
        at.wait(4 * DAY)
        at.web.tells(FEED, story("Listed"), story("D"))
        await at.poll()
        await at.newsroom.tidy()
        # From a document's end to its top: C is the oldest.
        assert await _titles(at) == {"Listed", "A", "D"}
        at.wait(4 * DAY)
        at.web.tells(FEED, story("Listed"), story("E"), story("F"), story("G"), story("H"))
        await at.poll()
        await at.newsroom.tidy()
        assert await _titles(at) == {"Listed", "E", "F", "G", "H"}
        assert await at.store.read(dangling) == []


ENTRIES = [f"Story {n}" for n in range(8)]


async def _live(days: list[tuple[set[str], bool]], most: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(housekeeping, "MOST_ARTICLES", most)
        patch.setattr(housekeeping, "MOST_DELIVERIES", most)
        patch.setattr(housekeeping, "AT_ONCE", 3)
        async with desk(Path(folder)) as at:
            await at.subscribe()
            at.web.tells(FEED, story("First"))
            await at.poll()
            for listed, tidy in days:
                at.wait(10 * DAY if tidy else HOUR)
                at.web.tells(FEED, story("First"), *(story(s) for s in sorted(listed)))
                await at.poll()
                await at.newsroom.tidy()
                assert await at.store.read(dangling) == []
            return at.channels.titles


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sets(st.sampled_from(ENTRIES), max_size=5), st.booleans()), max_size=6),
    st.sampled_from([0, 2, 200]),
)
def test_nothing_kept_points_to_what_is_gone_and_what_returns_is_not_posted_again(
    days: list[tuple[set[str], bool]], most: int
) -> None:
    posted = asyncio.run(_live(days, most))
    assert len(posted) == len(set(posted))


# ── two years ────────────────────────────────────────────────────────────────────────────


async def _day(tx: Tx, feed_id: int, day: int) -> None:
    """Let a document of the feed bring new stories in the place of all before, and post them."""
    now, put = NOW + day * DAY, tx._connection.executemany
    text = "Something happened in the town, as it does on most days of the year. " * 4
    ids = [day * 1_000 + n for n in range(A_DAY)]
    bodies = [
        dump(Article(f"Story {n}", f"https://a.example/{n}", text, "P", now, language="en"))
        for n in ids
    ]
    await put("INSERT INTO story VALUES (?, ?)", [(n, now) for n in ids])
    await put(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, '')",
        [(n, feed_id, n, f"{n}", now, now, body) for n, body in zip(ids, bodies, strict=True)],
    )
    await tx.stories.relist(feed_id, NOW + (day - EVERY) * DAY, now)
    await tx.stories.remember(feed_id, [(Key(KeyKind.GUID, f"{n}"), n) for n in ids], now)
    rows = [Delivery(0, n, CHANNEL, "t", f"{n}", state=DeliveryState.SENT) for n in ids]
    await tx.deliveries.add([(row, now) for row in rows], now)
    await tx._connection.execute("UPDATE feed SET read_at = ? WHERE id = ?", (now, feed_id))


async def _size(tx: Tx) -> tuple[int, list[int]]:
    tables = ("article", "article_key", "delivery", "story")
    (pages,) = await numbers(tx, "PRAGMA page_count")
    return pages, [await count(tx, table) for table in tables]


async def test_after_two_years_the_file_is_no_larger_than_after_one(tmp_path: Path) -> None:
    sizes = []
    async with desk(tmp_path) as at:
        (feed_id,) = await at.store.read(lambda tx: numbers(tx, "SELECT min(id) FROM feed"))
        for day in range(0, 2 * 365 + 1, EVERY):
            at.now[0] = NOW + day * DAY
            await at.store.write(lambda tx, d=day: _day(tx, feed_id, d))  # type: ignore[misc]  # mypy can't infer a lambda with a default
            await at.newsroom.tidy()
            if day in {365, 2 * 365}:
                sizes.append(await at.store.read(_size))
        assert await at.store.read(dangling) == []
    (first, kept), (second, kept_later) = sizes
    assert kept_later == kept
    assert second <= first * 1.05, sizes


# ── what runs often ──────────────────────────────────────────────────────────────────────

_FULL = re.compile(
    r"\bSCAN (delivery|d|article|a|other|article_key|k|digest|held|publication|story)\b"
    r"(?! USING (COVERING )?INDEX (delivery_due|delivery_held|delivery_parked|publication_due)\b)"
)


async def _often(tx: Tx) -> None:
    """Ask and do what is asked and done at the start, and each minute or more often."""
    await tx.deliveries.due(NOW, 20_000)
    await tx.deliveries.claim([1, 2, 3], NOW, HOUR)
    await tx.deliveries.next_due_at(NOW)
    await tx.deliveries.release_leases(NOW)
    await tx.digests.due(NOW)
    await tx.digests.release(CHANNEL, NOW)
    await tx.digests.open(CHANNEL, 1, "n", NOW)
    await tx.digests.held_in(1)
    await tx.publications.due(NOW, 20)
    await tx.publications.next_due_at()
    await tx.publications.published(CHANNEL, NOW)
    await tx.retention.expire(NOW, NOW, 500, TOO_OLD)
    await tx.stories.forget_keys(NOW, 500)
    await tx.retention.forget_articles(0, NOW, 500)
    await tx.retention.forget_excess(0, NOW, 500, 500)
    await tx.retention.forget_deliveries(NOW, NOW, 500)
    await tx.retention.forget_publications(NOW, 500)
    await tx.accounts.recent(CHANNEL, 20)
    await tx.accounts.recent(CHANNEL, 20, digests=False)
    await tx.accounts.of_story(CHANNEL, 1)
    await tx.accounts.brought(1)
    await tx.accounts.waiting(CHANNEL, NOW)


async def test_a_bot_of_two_years_starts_and_works_as_fast_as_a_new_one(store: Store) -> None:
    asked: list[tuple[str, object]] = []

    async def act(tx: Tx) -> list[str]:
        connection = tx._connection
        await tx.feeds.set_topics({"t": [URL]}, NOW)
        await tx._connection.execute(
            "INSERT INTO story SELECT value, 0 FROM json_each('[1, 2, 3, 4, 5]')"
        )
        run, fetch = connection.execute, connection.execute_fetchall

        def spy_run(sql: str, values: object = ()) -> object:
            asked.append((sql, values))
            return run(sql, values)

        def spy_fetch(sql: str, values: object = ()) -> object:
            asked.append((sql, values))
            return fetch(sql, values)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection, "execute", spy_run)
            patch.setattr(connection, "execute_fetchall", spy_fetch)
            await _often(tx)
        slow = []
        for sql, values in asked:
            rows = await fetch(f"EXPLAIN QUERY PLAN {sql}", values)
            plan = [str(row["detail"]) for row in rows]
            slow += [f"{step}: {sql}" for step in plan if _FULL.search(step)]
        return slow

    assert await store.write(act) == []
    assert len(asked) > 20
