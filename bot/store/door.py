"""The one door to the database: a transaction is one function, whole or not at all.

Everything that is SQLite's alone (pragmas, the lock, opening and closing) stands here, but for
full text, which stands in `archive`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import structlog

from bot.models.said import said
from bot.store import archive
from bot.store.companion import Companion
from bot.store.files import StoreError, StoreUnavailableError, beside, uri
from bot.store.schema import MIGRATIONS
from bot.store.transaction import Tx

log = structlog.get_logger()
T = TypeVar("T")

_READERS = 2
_BUSY_MS = 10_000


_FOR_NOW = {
    sqlite3.SQLITE_FULL: said("the disk is full: make room"),
    sqlite3.SQLITE_BUSY: said("another program holds the database: let it go"),
    sqlite3.SQLITE_LOCKED: said("another program holds the database: let it go"),
}
_PRIMARY = 0xFF
"""SQLite's extended error codes hold their kind in the lowest byte."""


class Store:
    """A database with one writer, a few readers, and one for what may take long.

    Make it with `Store.open`.

    Cancelling a caller never tears a transaction: the function runs in a task of its own, which
    goes on to commit. (Sharing a connection between tasks that get cancelled loses and halves
    transactions.) The functions await nothing but the database.
    """

    def __init__(
        self,
        writer: aiosqlite.Connection,
        readers: list[aiosqlite.Connection],
        slow: aiosqlite.Connection,
        companion: Companion,
    ) -> None:
        self.companion = companion
        self._writer: asyncio.Queue[aiosqlite.Connection] = _pool([writer])
        self._readers: asyncio.Queue[aiosqlite.Connection] = _pool(readers)
        self._slow: asyncio.Queue[aiosqlite.Connection] = _pool([slow])
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Store]:
        """Open, lock and migrate the database file, and close it whatever happens.

        Raises StoreError where it can't be opened, is in use, or is newer than this program.
        """
        _make_room(path)
        async with AsyncExitStack() as stack:
            stack.enter_context(closing(_lock(path)))
            companion = stack.enter_context(closing(_companion(path)))
            try:
                _check(path)
                writer = await stack.enter_async_context(_connection(path, readonly=False))
                await _check_archive(writer)
                await _migrate(writer, path)
                slow, *readers = [
                    await stack.enter_async_context(_connection(path, readonly=True))
                    for _ in range(1 + _READERS)
                ]
            except sqlite3.DatabaseError as error:
                raise StoreError(f"{path} can't be used as a database: {error}.") from error
            store = cls(writer, readers, slow, companion)
            try:
                yield store
            finally:
                await store._settle()

    async def write(self, fn: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one writing transaction; it commits when `fn` returns, and rolls back on any error.

        A caller that is cancelled stops waiting; the transaction goes on to its end. Raises
        StoreUnavailableError where the disk is full or another program holds the database.
        """
        return await self._run(self._writer, "BEGIN IMMEDIATE", fn)

    async def read(self, fn: Callable[[Tx], Awaitable[T]], *, slow: bool = False) -> T:
        """Run one reading transaction, which sees one state of the database throughout.

        `slow`: it may take long, as a search does. Such ones wait for each other, and nothing
        else waits for them.
        """
        return await self._run(self._slow if slow else self._readers, "BEGIN", fn)

    async def _run(
        self,
        pool: asyncio.Queue[aiosqlite.Connection],
        begin: str,
        fn: Callable[[Tx], Awaitable[T]],
    ) -> T:
        task = asyncio.create_task(_transaction(pool, begin, fn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _settle(self) -> None:
        """Let transactions end that their callers no longer wait for."""
        await asyncio.gather(*self._running, return_exceptions=True)


class Look:
    """A database that is only read; make it with `look`."""

    def __init__(self, reader: aiosqlite.Connection) -> None:
        self._readers = _pool([reader])

    async def read(self, fn: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one reading transaction, which sees one state of the database throughout."""
        return await _transaction(self._readers, "BEGIN", fn)


@asynccontextmanager
async def look(path: Path) -> AsyncIterator[Look]:
    """Open a database to read it, whether or not a bot is running on it; nothing is changed.

    Raises StoreError where there is none, where it can't be read, or where its schema is another.
    """
    _must_be_there(path)
    async with AsyncExitStack() as stack:
        try:
            _check(path, "?mode=ro")
            reader = await stack.enter_async_context(
                _connection(path, readonly=True, options="?mode=ro")
            )
            await _must_be_current(reader, path)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} can't be read as a database: {error}.") from error
        yield Look(reader)


def _must_be_there(path: Path) -> None:
    if not path.is_file():
        raise StoreError(
            f"There is no database at {path}: point DATABASE_URL at the bot's own, or run the bot "
            "first."
        )


async def _must_be_current(connection: aiosqlite.Connection, path: Path) -> None:
    version = await _version(connection)
    _must_be_known(version, path)
    if version < len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by an older Wherefore (schema {version}, this one reads "
            f"{len(MIGRATIONS)}): run this version of the bot on it once, which brings it up to "
            "date."
        )


async def _transaction(
    pool: asyncio.Queue[aiosqlite.Connection], begin: str, fn: Callable[[Tx], Awaitable[T]]
) -> T:
    connection = await pool.get()
    try:
        await connection.execute(begin)
        result = await fn(Tx(connection))
        await connection.execute("COMMIT")
    except BaseException as error:
        # A cancelled statement is still run by the connection's thread; what is asked here queues
        # up behind it, so nothing of this transaction, its BEGIN included, outlives the rollback.
        await connection.rollback()
        if isinstance(error, sqlite3.OperationalError):
            # An error that the library raises by itself bears no code.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            why = _FOR_NOW.get(code & _PRIMARY)
            if why is not None:
                raise StoreUnavailableError(
                    said("The database can't be written: {reason}.", reason=why)
                ) from error
        raise
    else:
        return result
    finally:
        pool.put_nowait(connection)


def _pool(connections: list[aiosqlite.Connection]) -> asyncio.Queue[aiosqlite.Connection]:
    pool: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
    for connection in connections:
        pool.put_nowait(connection)
    return pool


@asynccontextmanager
async def _connection(
    path: Path, *, readonly: bool, options: str = ""
) -> AsyncIterator[aiosqlite.Connection]:
    async with aiosqlite.connect(uri(path, options), isolation_level=None, uri=True) as connection:
        connection.row_factory = aiosqlite.Row
        await connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        await connection.execute("PRAGMA foreign_keys = ON")
        if readonly:
            await connection.execute("PRAGMA query_only = ON")
        else:
            await connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL loses acknowledged commits at power loss, and with them what was posted.
            await connection.execute("PRAGMA synchronous = FULL")
        yield connection


def _make_room(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder of the database, {path.parent}, can't be made: {error.strerror}. "
            "Point DATABASE_URL at a folder that this user may write in."
        ) from error


def _companion(path: Path) -> Companion:
    file = beside(path, ".newest")
    try:
        return Companion(file)
    except OSError as error:
        raise StoreError(
            f"{file} can't be written ({error.strerror}): it must be a file that this user may "
            "write, or not be there at all."
        ) from error


def _lock(path: Path) -> sqlite3.Connection:
    """Hold a lock beside the database for as long as the connection lives, crash included."""
    with ExitStack() as stack:
        try:
            lock = sqlite3.connect(
                f"{path}.lock", isolation_level=None, timeout=0, check_same_thread=False
            )
            stack.callback(lock.close)
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            raise StoreError(_why_unlocked(path, error)) from error
        stack.pop_all()
    return lock


def _why_unlocked(path: Path, error: sqlite3.DatabaseError) -> str:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return (
            f"{path} is in use by another Wherefore: stop that one first, or give this one a "
            "database of its own with DATABASE_URL."
        )
    return (
        f"{path} can't be locked ({error}): {path}.lock must be a file that this user may write, "
        "or not be there at all. Correct that, or point DATABASE_URL elsewhere."
    )


def _check(path: Path, options: str = "") -> None:
    """Look whether the file is a database at all; raises sqlite3.DatabaseError.

    A connection of aiosqlite's that can't be opened leaves a thread behind, which fails later.
    """
    with closing(
        sqlite3.connect(uri(path, options), timeout=_BUSY_MS / 1000, uri=True)
    ) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


async def _check_archive(connection: aiosqlite.Connection) -> None:
    if lacking := await archive.missing(connection):
        raise StoreError(
            f"This Python's SQLite ({sqlite3.sqlite_version}) was built without "
            f"{' and '.join(lacking)}, which the archive is searched with: run Wherefore with "
            "another Python. Those of python.org, Debian, Fedora and the container images have it."
        )


async def _migrate(connection: aiosqlite.Connection, path: Path) -> None:
    version = await _version(connection)
    _must_be_known(version, path)
    # Of a new database there is nothing to say.
    is_told = 0 < version < len(MIGRATIONS)
    if is_told:
        log.info(
            "bringing the database up to date: a large one may take minutes",
            schema=version,
            becomes=len(MIGRATIONS),
        )
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        await connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version = {number}")
            await connection.execute("COMMIT")
        except BaseException:
            await connection.execute("ROLLBACK")
            raise
    if is_told:
        log.info("the database is up to date", schema=len(MIGRATIONS))


async def _version(connection: aiosqlite.Connection) -> int:
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    return row[0] if row else 0


def _must_be_known(version: int, path: Path) -> None:
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer Wherefore (schema {version}, this one knows "
            f"{len(MIGRATIONS)}): update the program, or restore an older copy."
        )
