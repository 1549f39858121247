"""What can be told of a database from outside, without opening it: whether a bot is on it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store import archive
from bot.store.files import beside, uri


async def in_use(path: Path) -> bool | None:
    """Tell whether a bot is running on a database; None where its lock can't be read.

    Nothing is written, and the lock is not taken.
    """
    return await asyncio.to_thread(_in_use, beside(path, ".lock"))


def _in_use(lock: Path) -> bool | None:
    if not lock.is_file():
        return False
    try:
        with closing(sqlite3.connect(uri(lock, "?mode=ro"), timeout=0, uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        # An error that the library raises by itself bears no code.
        return True if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY else None
    except sqlite3.DatabaseError:
        return None
    return False


def lacking() -> tuple[str, ...]:
    """Name what the archive needs and this Python's SQLite does not have."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return archive.missing(connection)
