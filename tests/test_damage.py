"""A damaged database or a failing disk: nothing is posted any more, and it is said why."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.__main__ import CRASH, DATABASE, _explain
from bot.store import Store, StoreError, StoreUnavailableError, Tx, copies
from bot.store.lock import _why_unlocked
from tests.bot_process import TOKEN, bot, environment
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.server import LoopbackDiscord
from tests.newsdesk import desk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


async def _made(path: Path) -> None:
    async with Store.open(path) as store:
        for number in range(300):
            await store.write(lambda tx, n=number: tx.notes.put(f"note {n}", "x" * 400))  # type: ignore[misc]  # mypy can't infer a lambda with a default


def _spoil(path: Path) -> bytes:
    """Write nonsense over the last pages of a file; return what it is then."""
    with path.open("r+b") as file:
        file.seek(-60_000, os.SEEK_END)
        file.write(b"\xa5" * 60_000)
    return _content(path)


def _lose(path: Path) -> None:
    path.unlink()


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _spoil_all(path: Path) -> None:
    """Write nonsense over all of a database that is in use but for its first page."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


async def _refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        async with Store.open(path):
            pass
    return str(caught.value)


async def test_a_damaged_database_is_not_opened_or_changed_and_the_newest_backup_is_named(
    path: Path,
) -> None:
    await _made(path)
    backup = copies.dated(path.parent, 1_760_000_000_000)
    copies.copy(path, backup)
    spoilt = _spoil(path)
    said = await _refusal(path)
    assert f"{path} is damaged (" in said
    assert f"`python -m bot restore {backup}`" in said
    assert _content(path) == spoilt
    backup.unlink()
    assert "No backup lies beside it" in await _refusal(path)


async def test_a_database_whose_beginning_is_gone_is_told_of_with_the_way_out(path: Path) -> None:
    await _made(path)
    backup = copies.dated(path.parent, 1_760_000_000_000)
    copies.copy(path, backup)
    with path.open("r+b") as file:
        file.write(bytes(4096))
    assert f"`python -m bot restore {backup}`" in await _refusal(path)


async def test_a_database_too_large_to_be_read_at_the_start_is_opened_and_that_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _made(path)
    monkeypatch.setattr("bot.store.opening.LONGEST_CHECK", -1.0)
    monkeypatch.setattr("bot.store.opening._STEPS", 10)
    with capture_logs() as logs:
        async with Store.open(path):
            pass
    assert ["doctor" in line["event"] for line in logs] == [True]


async def test_what_is_found_damaged_later_ends_all_that_the_store_does(path: Path) -> None:
    await _made(path)
    async with Store.open(path) as store:
        waiting = asyncio.create_task(store.until_broken())
        await asyncio.to_thread(_spoil_all, path)
        for _ in range(2):
            with pytest.raises(StoreError, match=r"news\.db is damaged \(database disk image"):
                await store.write(lambda tx: tx.notes.put("a", "1"))
        with pytest.raises(StoreError, match="is damaged"):
            await waiting


@pytest.mark.parametrize(
    ("code", "is_the_end"),
    [
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_READONLY_DBMOVED, True),
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_IOERR_SHMSIZE, False),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, False),
    ],
)
async def test_a_disk_that_fails_is_the_end_and_a_full_one_is_not(
    path: Path, code: int, *, is_the_end: bool
) -> None:
    async def fail(_: Tx) -> None:
        error = sqlite3.OperationalError("it failed")
        error.sqlite_errorcode = code
        raise error

    async with Store.open(path) as store:
        with pytest.raises(StoreError) as caught:
            await store.write(fail)
        if is_the_end:
            with pytest.raises(StoreError, match=r"news\.db"):
                await store.read(lambda tx: tx.notes.get("a"))
        else:
            assert "The database can't be written: " in str(caught.value)
            assert await store.read(lambda tx: tx.notes.get("a")) is None


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nothing bounds open files like this")
async def test_a_program_that_has_too_many_files_open_for_a_moment_goes_on_after_it(
    path: Path,
) -> None:
    import resource  # noqa: PLC0415  # not on Windows

    async def sort_much(_: Tx) -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("SELECT 1")

    async with Store.open(path) as store:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        try:
            with pytest.raises(StoreUnavailableError, match="unable to open"):
                await store.read(sort_much)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        assert await store.read(lambda tx: tx.notes.get("a")) is None


async def test_what_passes_at_the_start_ends_with_a_code_that_has_it_started_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.migrating.BUSY", 0.0)
    await _made(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="another program holds") as found:
            async with Store.open(path, "another version"):
                pass
    assert _explain(found.value) == CRASH
    assert _explain(StoreError("damaged")) == DATABASE


def test_a_disk_too_full_for_the_lock_is_called_full(path: Path) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    found = _why_unlocked(path, error)
    assert isinstance(found, StoreUnavailableError)
    assert "its disk is full" in str(found)


async def test_a_bot_whose_database_is_spoilt_while_it_serves_ends_with_the_reason(
    tmp_path: Path,
) -> None:
    async with LoopbackDiscord(token=TOKEN) as discord, LoopbackFeeds() as feeds:
        discord.add_guild("Town")
        feeds.put("/news.xml", rss("The Gazette", []))
        topics = f'[town]\ntitle = "Town"\nfeeds = ["{feeds.url("/news.xml")}"]\n'
        (tmp_path / "topics.toml").write_text(topics, encoding="utf-8")
        async with bot(environment(discord, tmp_path, tmp_path / "topics.toml"), tmp_path) as one:
            await discord.wait_until_ready()
            await asyncio.to_thread(_spoil_all, tmp_path / "bot.db")
            feeds.put("/news.xml", rss("The Gazette", [item("A", "https://a.example/", "a", "A.")]))
            code = await one.ended(30)
    assert code == 5, one.log
    assert "bot.db is damaged" in one.log
    assert "wherefore has a bug" not in one.log
    assert discord.world.posted == 0


async def test_the_newsroom_ends_where_a_command_finds_the_damage(tmp_path: Path) -> None:
    async def serve() -> None:
        async with desk(tmp_path) as at:
            at.newsroom.start()
            await asyncio.to_thread(_spoil_all, tmp_path / "news.db")
            with pytest.raises(StoreError):
                await at.newsroom.keep_note("a", "1")
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await serve()
    assert caught.group_contains(StoreError, match="is damaged")


async def test_a_database_that_has_vanished_is_missed_with_the_way_back(path: Path) -> None:
    with capture_logs() as lines:
        await _made(path)
        assert lines == [], "a first start is no loss"
        path.with_name("news.db.newest").write_text("1".zfill(20))
        await _made(path)
        assert lines == []
        backup = path.with_name("wherefore-2026-01-02T030405Z.db")
        copies.copy(path, backup)
        _lose(path)
        await _made(path)
    (line,) = lines
    assert "everything begins anew" in line["event"]
    assert line["newest_backup"] == str(backup)
