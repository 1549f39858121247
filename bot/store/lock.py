"""The lock beside a database, which one program at a time holds."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path

from bot.store.files import StoreError, StoreUnavailableError

_PATIENCE = 0.5
"""Seconds that a lock is waited for: the doctor touches it for a moment as it looks."""


def lock(path: Path) -> sqlite3.Connection:
    """Hold a lock beside the database for as long as the connection lives, crash included.

    Raises StoreError where another program holds it, or where it can't be held, and
    StoreUnavailableError where the disk is full.
    """
    with ExitStack() as stack:
        try:
            held = sqlite3.connect(
                f"{path}.lock", isolation_level=None, timeout=_PATIENCE, check_same_thread=False
            )
            stack.callback(held.close)
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            raise _why_unlocked(path, error) from error
        stack.pop_all()
    return held


def _why_unlocked(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return StoreUnavailableError(f"{path} can't be used: its disk is full. Make room there.")
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return StoreError(
            f"{path} is in use by another Wherefore: stop that one first, or give this one a "
            "database of its own with DATABASE_URL."
        )
    return StoreError(
        f"{path} can't be locked ({error}): {path}.lock must be a file that this user may write, "
        "or not be there at all. Correct that, or point DATABASE_URL elsewhere."
    )
