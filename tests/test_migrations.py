"""The schema: how it comes to be, whole, from every earlier version."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.models import (
    Millis,
)
from bot.store import Store, StoreError
from bot.store.schema import MIGRATIONS

NOW: Millis = 1_760_000_000_000
LEASE: Millis = 1_000
LATER = (
    ("CREATE TABLE extra (x TEXT NOT NULL)", "CREATE INDEX extra_x ON extra (x)"),
    ("ALTER TABLE extra ADD COLUMN y TEXT", "INSERT INTO extra VALUES ('a', 'b')"),
)
BROKEN = ("CREATE TABLE extra (x)", "DELETE FROM note", "INSERT INTO nowhere VALUES (1)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(path) as opened:
        yield opened


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return list(raw.iterdump())


async def note(path: Path, name: str, value: str | None = None) -> str | None:
    async with Store.open(path) as store:
        if value is not None:
            await store.write(lambda tx: tx.notes.put(name, value))
        return await store.read(lambda tx: tx.notes.get(name))


async def test_a_fresh_database_has_the_newest_schema(path: Path) -> None:
    await note(path, "a", "1")
    assert version(path) == len(MIGRATIONS) > 0


async def test_what_was_written_is_there_at_the_next_opening(path: Path) -> None:
    await note(path, "a", "1")
    before = dump(path)
    assert await note(path, "a") == "1"
    assert dump(path) == before


@pytest.mark.parametrize("first", range(len(MIGRATIONS) + len(LATER) + 1))
async def test_a_schema_in_two_steps_equals_that_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    every = (*MIGRATIONS, *LATER)
    for file, lists in {"once.db": [every], "steps.db": [every[:first], every]}.items():
        for migrations in lists:
            monkeypatch.setattr("bot.store.migrating.MIGRATIONS", migrations)
            async with Store.open(tmp_path / file):
                pass
            assert version(tmp_path / file) == len(migrations)
    assert dump(tmp_path / "once.db") == dump(tmp_path / "steps.db")


async def test_a_migration_that_fails_leaves_the_former_version_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await note(path, "a", "1")
    before = dump(path)
    monkeypatch.setattr("bot.store.migrating.MIGRATIONS", (*MIGRATIONS, BROKEN))
    with pytest.raises(StoreError, match=r"news\.db.*nowhere"):
        await note(path, "a")
    assert dump(path) == before
    assert version(path) == len(MIGRATIONS)
    monkeypatch.setattr("bot.store.migrating.MIGRATIONS", (*MIGRATIONS, *LATER))
    assert await note(path, "a") == "1"


async def test_the_log_says_that_a_database_is_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with capture_logs() as logs:
        await note(path, "a", "1")
        await note(path, "a")
    assert logs == [], "a new one and one that is up to date need nothing"
    newest = len(MIGRATIONS)
    monkeypatch.setattr("bot.store.migrating.MIGRATIONS", (*MIGRATIONS, *LATER))
    with capture_logs() as logs:
        await note(path, "a")
    begins, kept, ends = logs
    assert "may take minutes" in begins["event"]
    assert kept["file"] == str(path.with_name(f"news.db.before-schema-{newest + 1}.bak"))
    assert (begins["schema"], begins["becomes"], ends["schema"]) == (newest, newest + 2, newest + 2)


async def test_migrations_before_the_one_that_fails_are_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.migrating.MIGRATIONS", (*MIGRATIONS, *LATER, BROKEN))
    with pytest.raises(StoreError):
        await note(path, "a")
    assert version(path) == len(MIGRATIONS) + len(LATER)
