"""The one door to the database: a transaction is one function, whole or not at all.

What is SQLite's alone (pragmas, opening, closing, its errors) stands here and in the modules
that open the door: `opening`, `migrating`, `copies`, `restoring`; full text stands in `archive`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import aiosqlite

from bot.store import opening, restoring, trouble
from bot.store.checkup import only_looking
from bot.store.companion import Companion
from bot.store.files import StoreError, StoreUnavailableError, beside, uri
from bot.store.lock import lock
from bot.store.transaction import Tx

T = TypeVar("T")

_READERS = 2
_BUSY_MS = 10_000


class Store:
    """A database with one writer, a few readers, and one for what may take long.

    Make it with `Store.open`.

    Cancelling a caller never tears a transaction: the function runs in a task of its own, which
    goes on to commit. (Sharing a connection between tasks that get cancelled loses and halves
    transactions.) The functions await nothing but the database.
    """

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        readers: list[aiosqlite.Connection],
        slow: aiosqlite.Connection,
        companion: Companion,
    ) -> None:
        self._path = path
        self._fault = ""
        self._is_broken = asyncio.Event()
        self.companion = companion
        self._writer: asyncio.Queue[aiosqlite.Connection] = _pool([writer])
        self._readers: asyncio.Queue[aiosqlite.Connection] = _pool(readers)
        self._slow: asyncio.Queue[aiosqlite.Connection] = _pool([slow])
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, program: str | None = None) -> AsyncIterator[Store]:
        """Open, lock and migrate the database file, and close it whatever happens.

        `program` is the version that is written down in it. Raises StoreUnavailableError where the
        disk is full or another program writes in it, and StoreError where it can't be opened, is in
        use, is damaged, or is newer than this program.
        """
        _make_room(path)
        async with AsyncExitStack() as stack:
            stack.enter_context(closing(lock(path)))
            try:
                await _to_its_end(partial(opening.prepare, path, program))
                companion = stack.enter_context(closing(_companion(path)))
                writer = await stack.enter_async_context(_connection(path, readonly=False))
                slow, *readers = [
                    await stack.enter_async_context(_connection(path, readonly=True))
                    for _ in range(1 + _READERS)
                ]
            except sqlite3.DatabaseError as error:
                raise trouble.at_opening(path, error) from error
            store = cls(path, writer, readers, slow, companion)
            try:
                yield store
            finally:
                await store._settle()

    async def write(self, fn: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one writing transaction; it commits when `fn` returns, and rolls back on any error.

        A caller that is cancelled stops waiting; the transaction goes on to its end. Raises
        StoreUnavailableError where the disk is full or another program holds the database, and
        StoreError, from then on always, where the file is damaged or the disk fails.
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
        if self._fault:
            raise StoreError(self._fault)
        task = asyncio.create_task(self._watched(_transaction(pool, begin, fn)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _watched(self, transaction: Awaitable[T]) -> T:
        try:
            return await transaction
        except sqlite3.DatabaseError as error:
            if trouble.is_for_now(error):
                raise StoreUnavailableError(trouble.in_words(error)) from error
            if not trouble.is_for_good(error):
                raise  # a bug
            self._fault = trouble.fault(self._path, error)
            self._is_broken.set()
            raise StoreError(self._fault) from error

    async def until_broken(self) -> NoReturn:
        """Wait until the file is found damaged or the disk fails, and raise the StoreError then.

        Whoever ran the transaction gets it, too; but that may be a command, which outlives it.
        """
        await self._is_broken.wait()
        raise StoreError(self._fault)

    async def _settle(self) -> None:
        """Let transactions end that their callers no longer wait for."""
        await asyncio.gather(*self._running, return_exceptions=True)


class Look:
    """A database that is only read; make it with `look`."""

    def __init__(self, path: Path, reader: aiosqlite.Connection) -> None:
        self._path = path
        self._readers = _pool([reader])

    async def read(self, fn: Callable[[Tx], Awaitable[T]]) -> T:
        """Run one reading transaction, which sees one state of the database throughout.

        Raises StoreError where the file can't be read.
        """
        try:
            return await _transaction(self._readers, "BEGIN", fn)
        except sqlite3.DatabaseError as error:
            if trouble.is_for_now(error) or trouble.is_for_good(error):
                raise StoreError(f"{self._path} can't be read: {error}.") from error
            raise


@asynccontextmanager
async def look(path: Path) -> AsyncIterator[Look]:
    """Open a database to read it, whether or not a bot is running on it; nothing is changed.

    Raises StoreError where there is none, where it can't be read, or where its schema is another.
    """
    restoring.must_be_finished(path)
    _must_be_there(path)
    async with AsyncExitStack() as stack:
        try:
            await asyncio.to_thread(opening.must_be_readable, path)
            reader = await stack.enter_async_context(
                _connection(path, readonly=True, options=only_looking(path))
            )
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} can't be read as a database: {error}.") from error
        yield Look(path, reader)


def _must_be_there(path: Path) -> None:
    if not path.is_file():
        raise StoreError(
            f"There is no database at {path}: point DATABASE_URL at the bot's own, or run the bot "
            "first."
        )


async def _transaction(
    pool: asyncio.Queue[aiosqlite.Connection], begin: str, fn: Callable[[Tx], Awaitable[T]]
) -> T:
    connection = await pool.get()
    try:
        await connection.execute(begin)
        result = await fn(Tx(connection))
        await connection.execute("COMMIT")
    except BaseException:
        # A cancelled statement is still run by the connection's thread; what is asked here queues
        # up behind it, so nothing of this transaction, its BEGIN included, outlives the rollback.
        with suppress(sqlite3.DatabaseError):  # the error that led here says more
            await connection.rollback()
        raise
    else:
        return result
    finally:
        pool.put_nowait(connection)


async def _to_its_end(work: Callable[[], None]) -> None:
    """Run what takes long in a thread; whoever is cancelled meanwhile still waits for its end.

    The lock is let go of when this returns: nothing may go on behind it.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


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
