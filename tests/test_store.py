"""The store on real files: transactions whole or not at all, and queries that answer right."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.models import (
    Article,
    Delivery,
    Millis,
)
from bot.store import Store, StoreError, Tx

NOW: Millis = 1_760_000_000_000
LEASE: Millis = 1_000
ARTICLE = Article("T", "https://a.example/1", "Teaser", "P", NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "news.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(path) as opened:
        yield opened


async def numbers(tx: Tx, sql: str) -> list[int]:
    """Run a question of the test's own."""
    async with tx._connection.execute(sql) as cursor:
        return [int(row[0]) for row in await cursor.fetchall()]


async def put_pair(tx: Tx, n: int) -> int:
    await tx.notes.put(f"a{n}", str(n))
    await tx.notes.put(f"b{n}", str(n))
    return n


ALONE = "SELECT count(*) FROM (SELECT 1 FROM note GROUP BY value HAVING count(*) <> 2)"


# ── transactions ─────────────────────────────────────────────────────────────────────────


async def test_a_storm_of_cancelled_callers_tears_no_transaction(store: Store) -> None:
    chance = random.Random(7)
    told: list[int] = []
    cancelled: list[int] = []

    async def write_many(first: int) -> None:
        for n in range(first, first + 250):
            task = asyncio.create_task(store.write(lambda tx, n=n: put_pair(tx, n)))  # type: ignore[misc]  # mypy can't infer a lambda with a default
            if n % 2:
                for _ in range(chance.randrange(40)):
                    await asyncio.sleep(0)
                task.cancel()
            try:
                told.append(await task)
            except asyncio.CancelledError:
                cancelled.append(n)

    async def read_many(until: asyncio.Event) -> int:
        halves = 0
        while not until.is_set():
            halves += sum(await store.read(lambda tx: numbers(tx, ALONE)))
        return halves

    done = asyncio.Event()
    async with asyncio.timeout(60):
        reader = asyncio.create_task(read_many(done))
        await asyncio.gather(*(write_many(task * 250) for task in range(8)))
        done.set()
        assert await reader == 0
        pairs = await store.write(
            lambda tx: numbers(tx, "SELECT value FROM note WHERE name LIKE 'a%'")
        )
    assert len(told) + len(cancelled) == 2_000
    assert len(cancelled) > 500
    assert set(told) <= set(pairs)
    assert await store.read(lambda tx: numbers(tx, ALONE)) == [0]


async def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    async def fail(tx: Tx) -> None:
        await put_pair(tx, 1)
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await store.write(fail)
    assert await store.write(lambda tx: put_pair(tx, 2)) == 2
    assert await store.read(lambda tx: tx.notes.get("a1")) is None
    assert await store.read(lambda tx: tx.notes.get("b2")) == "2"


async def test_a_statement_that_the_schema_refuses_rolls_back_what_came_before(
    store: Store,
) -> None:
    async def orphan(tx: Tx) -> None:
        await tx.notes.put("a", "1")
        await tx.deliveries.add([(Delivery(0, 999, 5, "t", "n"), NOW)], NOW)

    with pytest.raises(sqlite3.IntegrityError):
        await store.write(orphan)
    assert await store.read(lambda tx: tx.notes.get("a")) is None


async def test_a_reader_can_not_write(store: Store) -> None:
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store.read(lambda tx: tx.notes.put("a", "1"))
    assert await store.read(lambda tx: tx.notes.get("a")) is None


async def test_a_reading_sees_one_state_throughout(store: Store) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def read_twice(tx: Tx) -> tuple[str | None, str | None]:
        first = await tx.notes.get("a1")
        begun.set()
        await go_on.wait()
        return first, await tx.notes.get("a1")

    task = asyncio.create_task(store.read(read_twice))
    await begun.wait()
    await store.write(lambda tx: put_pair(tx, 1))
    go_on.set()
    assert await task == (None, None)
    assert await store.read(lambda tx: tx.notes.get("a1")) == "1"


async def test_what_takes_long_is_waited_for_by_its_like_alone(store: Store) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def long(_: Tx) -> None:
        begun.set()
        await go_on.wait()

    searches = [asyncio.create_task(store.read(long, slow=True)) for _ in range(10)]
    async with asyncio.timeout(5):
        await begun.wait()
        assert await store.read(lambda tx: tx.notes.get("a1")) is None
        await store.write(lambda tx: put_pair(tx, 1))
    assert not any(task.done() for task in searches)
    go_on.set()
    await asyncio.gather(*searches)


async def test_the_writer_loses_nothing_at_power_loss(store: Store) -> None:
    async def ask(tx: Tx) -> list[object]:
        found = []
        for pragma in ("synchronous", "journal_mode", "foreign_keys"):
            async with tx._connection.execute(f"PRAGMA {pragma}") as cursor:
                found += [row[0] for row in await cursor.fetchall()]
        return found

    assert await store.write(ask) == [2, "wal", 1]


async def test_closing_waits_for_transactions_whose_callers_are_gone(path: Path) -> None:
    async with Store.open(path) as store:
        tasks = [
            asyncio.create_task(store.write(lambda tx, n=n: put_pair(tx, n)))  # type: ignore[misc]  # as above
            for n in range(20)
        ]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with Store.open(path) as store:
        assert await store.read(lambda tx: numbers(tx, ALONE)) == [0]
        assert len(await store.read(lambda tx: numbers(tx, "SELECT value FROM note"))) == 40


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 8, 13, 21, 34])
async def test_a_program_that_is_cancelled_while_it_writes_leaves_whole_transactions(
    path: Path, turns: int
) -> None:
    async def program() -> None:
        async with Store.open(path) as store, asyncio.TaskGroup() as group:
            for n in range(10):
                group.create_task(store.write(lambda tx, n=n: put_pair(tx, n)))  # type: ignore[misc]  # as above
            opened.set()

    opened = asyncio.Event()
    running = asyncio.create_task(program())
    await opened.wait()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    async with asyncio.timeout(10), Store.open(path) as store:
        assert await store.read(lambda tx: numbers(tx, ALONE)) == [0]
        assert await store.write(lambda tx: put_pair(tx, 99)) == 99


WRITER = """
import asyncio, sys
from pathlib import Path
from bot.store import Store
from tests.test_store import put_pair

async def main():
    async with Store.open(Path(sys.argv[1])) as store:
        for n in range(1_000_000):
            await store.write(lambda tx: put_pair(tx, n))
            print(n, flush=True)

asyncio.run(main())
"""


async def test_what_was_acknowledged_outlives_a_kill(path: Path) -> None:
    root = Path(__file__).parents[1]
    child = subprocess.Popen(  # noqa: S603, ASYNC220  # our own program; nothing else runs
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=root, text=True
    )
    with child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(50)]
        with pytest.raises(StoreError, match=r"stop that one first.*DATABASE_URL"):
            async with Store.open(path):
                pass
        child.kill()
        told += [int(line) for line in child.stdout.read().split("\n")[:-1]]
    async with Store.open(path) as store:
        kept = await store.read(lambda tx: numbers(tx, "SELECT value FROM note"))
        assert set(told) <= set(kept)
        assert await store.read(lambda tx: numbers(tx, ALONE)) == [0]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# ── opening ──────────────────────────────────────────────────────────────────────────────


async def test_two_programs_never_share_a_file(store: Store, path: Path) -> None:
    with pytest.raises(StoreError, match=r"news\.db is in use.*DATABASE_URL"):
        async with Store.open(path):
            pass
    assert await store.write(lambda tx: put_pair(tx, 1)) == 1


async def _refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        async with Store.open(path):
            pass
    return str(caught.value)


async def test_a_file_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 999")
    said = await _refusal(path)
    assert "999" in said
    assert "update the program" in said
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


async def test_what_can_not_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 99)
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "taken.db.lock").mkdir()
    (tmp_path / "odd.db.lock").write_text("not a database, but long enough to be looked at " * 99)
    for name in ("text.db", "folder.db", "taken.db", "odd.db", "text.db/below.db"):
        assert str(tmp_path / name).removesuffix("/below.db") in await _refusal(tmp_path / name)


async def test_a_failed_opening_gives_the_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("not a database, but long enough to be looked at " * 99)
    await _refusal(path)
    path.unlink()
    async with Store.open(path) as store:
        assert await store.write(lambda tx: put_pair(tx, 1)) == 1


# ── stories ──────────────────────────────────────────────────────────────────────────────


async def test_the_newest_stories_of_topics_are_those_that_a_sort_finds(store: Store) -> None:
    chance = random.Random(11)
    urls = {f"t{n}": [f"https://{n}.example/{k}" for k in range(4)] for n in range(3)}
    urls["t2"].append(urls["t1"][0])
    dates: dict[str, dict[int, Millis]] = {name: {} for name in urls}

    async def fill(tx: Tx) -> None:
        await tx.feeds.set_topics(urls, NOW)
        feeds = await tx.feeds.of_topics(urls)
        topics = {feed.id: await tx.feeds.topics_of(feed.id) for feed in feeds}
        stories: list[int] = []
        for at in chance.sample(range(NOW), 3_000):
            feed_id = chance.choice(feeds).id
            shared = stories and chance.random() < 0.1
            story = chance.choice(stories) if shared else await tx.stories.add_story(NOW)
            stories.append(story)
            await tx.stories.add_article(
                replace(ARTICLE, published=at),
                feed_id=feed_id, story_id=story, event_key=None, now=NOW,
            )  # fmt: skip
            for name in topics[feed_id]:
                dates[name][story] = max(at, dates[name].get(story, 0))

    await store.write(fill)
    for names in (["t0"], ["t1"], ["t2"], ["t1", "t2"], ["t0", "t1", "t2"], ["none"], []):
        for limit in (1, 10, 50):
            best: dict[int, Millis] = {}
            for name in names:
                for story, at in dates.get(name, {}).items():
                    best[story] = max(at, best.get(story, 0))
            found = await store.read(lambda tx, a=(names, limit): tx.stories.newest(*a))  # type: ignore[misc]  # as above
            assert [s.id for s in found] == sorted(best, key=lambda s: -best[s])[:limit]
