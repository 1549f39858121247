"""A look at the database file, whatever state it is in."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.models import Millis
from bot.store import Store, StoreError, examine
from bot.store.lock import lock
from bot.store.schema import MIGRATIONS

NOW: Millis = 1_760_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


async def _made(path: Path, notes: int = 500) -> None:
    async with Store.open(path) as store:
        for number in range(notes):
            await store.write(lambda tx: tx.notes.put(f"note {number}", "x" * 200))  # noqa: B023


def _size(path: Path) -> int:
    return path.stat().st_size


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _spoil(path: Path, at: int, size: int = 4096) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(size))


async def test_a_database_in_use_is_found_well(path: Path) -> None:
    async with Store.open(path) as store:
        await store.write(lambda tx: tx.notes.put("a", "1"))
        found = await examine(path)
        assert found.size > _size(path), "what is not in the file yet counts"
    assert (found.schema, found.newest) == (len(MIGRATIONS), len(MIGRATIONS))
    assert (found.journal, found.faults) == ("wal", ())
    assert found.free is not None
    assert found.free > 0


async def test_looking_at_a_database_that_rests_leaves_no_file_that_locks_the_bot_out(
    path: Path,
) -> None:
    await _made(path, 3)
    before = sorted(path.parent.iterdir())
    found = await examine(path)
    assert found.journal == "wal"
    assert sorted(path.parent.iterdir()) == before


async def test_a_damaged_database_is_told_of_by_its_first_faults(path: Path) -> None:
    await _made(path)
    _spoil(path, _size(path) - 8 * 4096, 8 * 4096)
    found = await examine(path)
    assert found.faults
    assert len(found.faults) <= 5
    assert found.schema == len(MIGRATIONS), "its first page can still be read"


@pytest.mark.parametrize("content", [b"no database at all, but a letter" * 99, os.urandom(9000)])
async def test_what_is_no_database_is_told_of(path: Path, content: bytes) -> None:
    _write(path, content)
    found = await examine(path)
    assert found.faults == ("file is not a database",)
    assert (found.schema, found.journal, found.size) == (None, None, len(content))


async def test_a_database_that_is_cut_short_is_told_of(path: Path) -> None:
    await _made(path)
    os.truncate(path, _size(path) // 2)
    assert (await examine(path)).faults


async def test_a_database_that_another_program_holds_is_not_called_damaged(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.checkup.BUSY", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("PRAGMA journal_mode = WAL")
        holder.execute("CREATE TABLE letter (text TEXT)")
        with pytest.raises(StoreError, match=r"news\.db can't be read: database is locked\."):
            await examine(path)


async def test_who_looks_whether_a_bot_runs_keeps_none_from_starting(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.lock._PATIENCE", 20.0)
    lock(path).close()
    held = sqlite3.connect(f"{path}.lock", check_same_thread=False)
    held.execute("BEGIN")
    held.execute("SELECT count(*) FROM sqlite_master").fetchone()  # as the doctor does, for long
    done = threading.Timer(0.1, held.close)
    done.start()
    lock(path).close()
    done.join()


async def test_a_newer_database_is_told_of_with_its_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 99")
    found = await examine(path)
    assert (found.schema, found.newest, found.faults) == (99, len(MIGRATIONS), ())


async def test_where_there_is_no_file_there_is_nothing_to_look_at(path: Path) -> None:
    with pytest.raises(StoreError, match=r"no database at .*news\.db"):
        await examine(path)
    with pytest.raises(StoreError, match="is no file"):
        await examine(path.parent)
