"""What SQLite's errors mean for the program: a bug, something that passes, or the end."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from bot.models.said import said
from bot.store.files import StoreError, StoreUnavailableError
from bot.store.opening import damaged

_PRIMARY = 0xFF
"""SQLite's extended error codes hold their kind in the lowest byte (sqlite.org/rescode)."""
_FULL = said("the disk is full: make room")
_HELD = said("another program holds the database: let it go")
_FOR_NOW = {
    sqlite3.SQLITE_FULL: _FULL,
    # So it is told where not even the index of the log finds room.
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
}
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FAILING = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})


def is_for_now(error: sqlite3.DatabaseError) -> bool:
    """Tell whether it passes, and nothing of the transaction was done."""
    return _reason(error) is not None or (
        _code(error) == sqlite3.SQLITE_CANTOPEN and _lacks_handles()
    )


def is_for_good(error: sqlite3.DatabaseError) -> bool:
    """Tell whether the file is damaged or its disk fails: nothing may be written after it."""
    code = _code(error)
    # A reader that is made to write is a bug, and has the bare code.
    return code & _PRIMARY in _DAMAGED | _FAILING and code != sqlite3.SQLITE_READONLY


def at_opening(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    """Say why a database can't be opened."""
    if is_for_now(error):
        return StoreUnavailableError(f"{path} can't be used: {_reason(error) or error}.")
    return StoreError(f"{path} can't be used as a database: {error}.")


def in_words(error: sqlite3.DatabaseError) -> str:
    """Say what passes."""
    return said("The database can't be written: {reason}.", reason=_reason(error) or str(error))


def fault(path: Path, error: sqlite3.DatabaseError) -> str:
    """Say what is wrong for good with a database, and the way out."""
    if _code(error) & _PRIMARY in _DAMAGED:
        return str(damaged(path, str(error)))
    return (
        f"{path} can't be used any more ({error}): nothing is posted. Look whether its disk is "
        "well and the file is where it was, then start the bot again: it reads the database "
        "through before it goes on."
    )


def _reason(error: sqlite3.DatabaseError) -> str | None:
    code = _code(error)
    return _FOR_NOW.get(code) or _FOR_NOW.get(code & _PRIMARY)


def _lacks_handles() -> bool:
    """Tell whether no file at all can be opened: SQLite wants one for a moment where it sorts much.

    What holds so many, connections above all, lets them go again.
    """
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in {errno.EMFILE, errno.ENFILE}
    return False


def _code(error: sqlite3.DatabaseError) -> int:
    # An error that the library raises by itself bears no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
