"""A look at the database file, whatever state it is in, which changes nothing of it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.models.checkups import Checkup
from bot.store.files import BUSY, StoreError, beside, uri
from bot.store.schema import MIGRATIONS

FAULTS = 5
"""How many faults are looked for: one is enough to act on."""
_FORMAT, _WAL = 18, b"\x02\x02"
"""Where the header has the file's format, and how it is in WAL mode (sqlite.org/fileformat2)."""
_KEPT_OUT = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Errors that say nothing of what is in the file: somebody holds it, or keeps this user out."""


async def examine(path: Path) -> Checkup:
    """Look at a database, also while the bot runs, or at what is damaged or no database at all.

    It reads the whole file. Raises StoreError where there is no file, or it can't be read.
    """
    return await asyncio.to_thread(_until_still, path)


def _until_still(path: Path) -> Checkup:
    before = rest_of(path)
    found = _examine(path)
    # A bot that started meanwhile has written under what was read: now it is read beside it.
    return found if rest_of(path) == before else _examine(path)


def _examine(path: Path) -> Checkup:
    size = _size(path)
    schema: int | None = None
    journal: str | None = None
    faults: tuple[str, ...] = ()
    try:
        with closing(open_to_look(path)) as connection:
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
            journal = _journal(path, connection)
            faults = faults_of(connection)
    except sqlite3.DatabaseError as error:
        # An error that the library raises by itself bears no code.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _KEPT_OUT:
            raise StoreError(f"{path} can't be read: {error}.") from error
        faults = (str(error),)
    except OSError as error:
        raise StoreError(f"{path} can't be read: {error.strerror}.") from error
    return Checkup(
        size=size,
        free=free_beside(path),
        schema=schema,
        newest=len(MIGRATIONS),
        journal=journal,
        faults=faults,
    )


def faults_of(connection: sqlite3.Connection, *, quick: bool = False) -> tuple[str, ...]:
    """Read the whole database for what is damaged, the first of it; raises DatabaseError.

    `quick` leaves out whether the indexes agree with their tables, which takes most of the time.
    """
    pragma = "quick_check" if quick else "integrity_check"
    rows = connection.execute(f"PRAGMA {pragma}({FAULTS})").fetchall()
    found = [line for (text,) in rows for line in str(text).splitlines()]
    return () if found == ["ok"] else tuple(found[:FAULTS])


def open_to_look(path: Path) -> sqlite3.Connection:
    """Open a database so that nothing is changed, or made beside it; raises DatabaseError."""
    connection = sqlite3.connect(uri(path, only_looking(path)), timeout=BUSY, uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def only_looking(path: Path) -> str:
    """Return the options with which a database is read, and nothing is made beside it.

    To read a database in WAL mode, SQLite makes two files beside it. Made by another user than the
    bot's, they would lock the bot out, so they are not made where the bot isn't running.
    """
    return "?mode=ro" if beside(path, "-wal").exists() else "?mode=ro&immutable=1"


def rest_of(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a bot writes in a file that rests; None: it does not rest.

    What rests is read without any lock: whoever reads long compares it before and after.
    """
    if beside(path, "-wal").exists():
        return None
    with suppress(OSError):
        status = path.stat()
        return status.st_ino, status.st_mtime_ns, status.st_size
    return None


def free_beside(path: Path) -> int | None:
    """Return how many bytes this user may still write beside a file; None where nobody tells."""
    with suppress(OSError):
        return shutil.disk_usage(path.absolute().parent).free
    return None


def _journal(path: Path, connection: sqlite3.Connection) -> str:
    """Tell the mode; SQLite itself tells another one of what it opens as unchanging."""
    with path.open("rb") as file:
        file.seek(_FORMAT)
        if file.read(len(_WAL)) == _WAL:
            return "wal"
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise StoreError(
            f"There is no database at {path} ({error.strerror}): point DATABASE_URL at the bot's "
            "own, or run the bot first."
        ) from error
    if not path.is_file():
        raise StoreError(f"{path} is no file: point DATABASE_URL at the bot's own database.")
    with suppress(OSError):
        size += beside(path, "-wal").stat().st_size
    return size
