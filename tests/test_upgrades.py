"""Databases as earlier versions of the program have written them, brought up to date."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.models import DeliveryState, Millis, Origin, Pace
from bot.store import Store, StoreError, Tx, copies, migrating
from bot.store.schema import MIGRATIONS
from tests.newsdesk import CHANNEL, GUILD, MEMBER, OTHER_CHANNEL, START, desk

_DATABASES = Path(__file__).parent / "databases"
_NEWEST = len(MIGRATIONS)
EARLIER = range(1, _NEWEST)
_HELD_CHANNEL, _PAUSED_CHANNEL = 22, 23
_DAY: Millis = 86_400_000

_RELEASED = (
    "b7e3113df311", "2fcea794b339", "d8c2890d3788", "8df33b937cbc", "cf6c6ea46115", "5c9b0dec6d17",
)  # fmt: skip
"""The first digits of each migration's digest; a seventh is added here with the migration."""


def _digest(migration: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(migration).encode()).hexdigest()[:12]


def test_no_migration_that_databases_have_been_through_is_ever_edited() -> None:
    assert tuple(map(_digest, MIGRATIONS)) == _RELEASED


def old(path: Path, version: int) -> Path:
    """Make a database as the program of that schema left it."""
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        for statement in (s for migration in MIGRATIONS[:version] for s in migration):
            made.execute(statement)
        made.executescript((_DATABASES / f"v{version}.sql").read_text(encoding="utf-8"))
        made.execute(f"PRAGMA user_version = {version}")
        made.commit()
    return path


def asked(path: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(question).fetchall()


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return [*raw.iterdump(), str(raw.execute("PRAGMA user_version").fetchone()[0])]


@pytest.fixture(params=EARLIER, ids=lambda version: f"schema {version}")
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def path(tmp_path: Path, version: int) -> Path:
    return old(tmp_path / "news.db", version)


def test_there_is_a_database_of_every_earlier_version() -> None:
    assert {file.name for file in _DATABASES.iterdir()} == {f"v{n}.sql" for n in EARLIER}


async def test_a_database_of_any_earlier_version_is_brought_up_to_date(path: Path) -> None:
    before = asked(path, "SELECT story_id, channel_id, state, message_id, nonce FROM delivery")
    async with Store.open(path):
        pass
    assert asked(path, "PRAGMA user_version") == [(_NEWEST,)]
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    assert asked(path, "PRAGMA foreign_key_check") == []
    after = asked(path, "SELECT story_id, channel_id, state, message_id, nonce FROM delivery")
    assert after == before, "what was posted stays known, or it would be posted again"
    assert {state for _, _, state, _, _ in after} >= {"pending", "sending", "sent", "rejected"}
    assert asked(path, "SELECT min(guild_id), max(guild_id) FROM delivery") == [(GUILD, GUILD)]


async def test_what_an_earlier_version_wrote_is_read_as_the_nouns_of_today(
    path: Path, version: int
) -> None:
    async with Store.open(path) as store:
        found = await store.read(lambda tx: tx.subscriptions.in_guild(GUILD))
        stories = await store.read(lambda tx: tx.stories.newest(["town"], 10))
        feeds = await store.read(lambda tx: tx.feeds.of_topics(["region"]))
        explainers = [
            await store.read(lambda tx, n=s.id: tx.stories.explainer(n))  # type: ignore[misc]  # mypy can't infer a lambda with a default
            for s in stories
        ]
        words = await store.read(lambda tx: tx.archive.search("bridge", 5))
    subscribed = {(s.channel_id, s.topic): s for s in found}
    assert {(CHANNEL, "town"), (OTHER_CHANNEL, "region")} <= set(subscribed)
    assert all(s.created_by == MEMBER for s in found)
    assert [s.article.title for s in stories] == ["Theatre", "School", "Market", "Bridge", "Old"]
    assert {feed.validators.etag for feed in feeds} == {'"4"', None}
    assert [hit.article.title for hit in words] == ["Bridge"]
    kept = [explainer.origin for explainer in explainers if explainer is not None]
    assert kept if version >= 3 else not kept, "those of before are made anew"
    assert not kept or Origin.PUBLISHER in kept


async def test_how_stories_flow_and_what_is_held_is_kept(path: Path, version: int) -> None:
    if version < 4:
        pytest.skip("nothing was held by then")
    async with Store.open(path) as store:
        (daily,) = await store.read(lambda tx: tx.subscriptions.in_channel(_HELD_CHANNEL))
        (paused,) = await store.read(lambda tx: tx.subscriptions.in_channel(_PAUSED_CHANNEL))
    assert (daily.flow.pace, daily.flow.budget, daily.flow.digest_at) == (Pace.DAILY, 5, 540)
    assert paused.paused_reason == "I may not see this channel any more."
    states = {DeliveryState.HELD.value, DeliveryState.FILTERED.value, DeliveryState.PARKED.value}
    assert states <= {state for (state,) in asked(path, "SELECT state FROM delivery")}


async def test_the_bot_goes_on_where_the_earlier_version_stopped(path: Path) -> None:
    sending = asked(path, "SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending')")
    async with desk(path.parent) as at:
        at.now[0] = START + _DAY // 4
        at.channels.remembers = False
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == sending[0][0]
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == sending[0][0]


# ── the copy of before ───────────────────────────────────────────────────────────────────


async def test_before_a_migration_the_database_is_kept_as_it_was(path: Path, version: int) -> None:
    before = content(path)
    async with Store.open(path):
        pass
    kept = path.with_name(f"news.db.before-schema-{version + 1}.bak")
    assert copies.before_schemas(path) == [kept]
    assert sorted(content(kept)) == sorted(before)
    assert kept.stat().st_mode & 0o777 == 0o600, "it holds what members have set"
    async with Store.open(path):
        pass
    assert copies.before_schemas(path) == [kept], "nothing was migrated, so nothing is copied"


async def test_of_the_copies_of_before_the_newest_two_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    for number in (1, 2):
        copies.before_schema(path, number).write_bytes(b"")
        os.utime(copies.before_schema(path, number), (number, number))
    old(path, 4)
    async with Store.open(path):
        pass
    assert [file.name for file in copies.before_schemas(path)] == [
        "news.db.before-schema-5.bak",
        "news.db.before-schema-2.bak",
    ]


async def test_a_clock_that_was_ahead_does_not_cost_the_copy_of_this_upgrade(
    tmp_path: Path,
) -> None:
    path = tmp_path / "news.db"
    for number in (2, 3):
        copies.before_schema(path, number).write_bytes(b"")
        os.utime(copies.before_schema(path, number), (4_000_000_000 + number,) * 2)
    old(path, 4)
    async with Store.open(path):
        pass
    assert [file.name for file in copies.before_schemas(path)] == [
        "news.db.before-schema-3.bak",
        "news.db.before-schema-5.bak",
    ]


async def test_without_room_for_the_copy_nothing_is_migrated_and_it_is_said_how_much_it_takes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(path)
    monkeypatch.setattr("bot.store.copies.free_beside", lambda _: 5_000_000)
    with pytest.raises(StoreError, match=r"no room.*takes \d\d\.\d MB in .*where 5\.0 MB are free"):
        async with Store.open(path):
            pass
    assert content(path) == before
    assert [file.name for file in path.parent.iterdir() if "part" in file.name] == []


# ── what goes wrong on the way ───────────────────────────────────────────────────────────


async def test_a_migration_that_fails_in_the_middle_leaves_the_version_before_it(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(path)
    broken = (*MIGRATIONS[version][:-1], "INSERT INTO nowhere VALUES (1)")
    monkeypatch.setattr("bot.store.migrating.MIGRATIONS", (*MIGRATIONS[:version], broken))
    with pytest.raises(StoreError, match="nowhere"):
        async with Store.open(path):
            pass
    assert content(path) == before
    monkeypatch.undo()
    async with Store.open(path):
        assert asked(path, "PRAGMA user_version") == [(_NEWEST,)]


_KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from bot.store import lock, migrating

path, statements = Path(sys.argv[1]), int(sys.argv[2])
class Dying(sqlite3.Connection):
    def execute(self, sql, *values):
        global statements
        if migrating_now(sql):
            statements -= 1
            if statements == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(sql, *values)

begun = False
def migrating_now(sql):
    global begun
    begun = begun or sql == "BEGIN IMMEDIATE"
    return begun

connect = sqlite3.connect
migrating.sqlite3.connect = lambda *a, **k: connect(*a, **{**k, "factory": Dying})
held = lock.lock(path)
migrating.bring_up_to_date(path)
"""


@pytest.mark.parametrize(("first", "statement"), [(1, 25), (3, 9), (5, 30)])
async def test_a_kill_in_the_middle_of_a_migration_leaves_a_whole_version(
    tmp_path: Path, first: int, statement: int
) -> None:
    path = old(tmp_path / "news.db", first)
    before = content(path)
    root = Path(__file__).parents[1]
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _KILLED, str(path), str(statement)],
        cwd=root,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    (reached,) = asked(path, "PRAGMA user_version")[0]
    assert first <= reached < _NEWEST
    assert reached > first or content(path) == before
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    async with Store.open(path):
        assert asked(path, "PRAGMA user_version") == [(_NEWEST,)]
        assert asked(path, "PRAGMA foreign_key_check") == []


# ── databases that are none of it ────────────────────────────────────────────────────────


async def _refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        async with Store.open(path):
            pass
    return str(caught.value)


async def test_a_newer_database_is_refused_with_who_wrote_it_and_the_way_back(
    tmp_path: Path,
) -> None:
    path = old(tmp_path / "news.db", 5)
    async with Store.open(path, "2.5.0"):
        pass
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {_NEWEST + 1}")
    said = await _refusal(path)
    assert f"newer Wherefore (version 2.5.0, schema {_NEWEST + 1}, this one knows" in said
    assert f"`python -m bot restore {path}.before-schema-6.bak`" in said
    copies.before_schema(path, 6).unlink()
    assert "No copy from before the upgrade lies beside it" in await _refusal(path)


async def test_another_program_s_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    for version, said in ((0, "the database of another program"), (3, "no database of this")):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("CREATE TABLE IF NOT EXISTS bookmark (url TEXT)")
            raw.execute(f"PRAGMA user_version = {version}")
        before = content(path)
        assert said in await _refusal(path)
        assert content(path) == before


async def test_who_has_written_a_database_is_kept_in_it(tmp_path: Path) -> None:
    async def program(tx: Tx) -> str | None:
        return await tx.notes.get(migrating.PROGRAM)

    for version in ("1.0.0", "1.1.0", "1.1.0"):
        async with Store.open(tmp_path / "news.db", version) as store:
            assert await store.read(program) == version
