"""What is looked at before a database is opened: that it is whole, and that it can be read."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import structlog

from bot.store import copies, migrating, restoring
from bot.store.checkup import faults_of, open_to_look
from bot.store.files import StoreError, beside
from bot.store.schema import MIGRATIONS

LONGEST_CHECK = 30.0
"""Seconds that the database is read through at a start, at the most."""
_TOLD_AFTER = 2.0
"""Seconds after which who waits for the start is told what it waits for."""
_STEPS = 10_000

log = structlog.get_logger()


def prepare(path: Path, program: str | None) -> None:
    """Make a database ready to be opened, under the lock: whole, and of the newest schema.

    Raises StoreError or sqlite3.DatabaseError where it can't be.
    """
    restoring.finish(path)
    if _holds(path):
        _must_be_sound(path)
    elif _holds(beside(path, ".newest")):
        log.warning(
            "the database that was here is gone, and everything begins anew: if that is not meant, "
            "stop the bot, and put a backup back with `python -m bot restore FILE`",
            database=str(path),
            newest_backup=str(copies.newest(path) or "none beside it"),
        )
    migrating.bring_up_to_date(path, program)


def _holds(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def must_be_readable(path: Path) -> None:
    """Refuse to read a database of another schema, or none; raises DatabaseError, StoreError."""
    with closing(open_to_look(path)) as connection:
        migrating.must_be_known(connection, path)
        version = migrating.version_of(connection)
    if version < len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by an older Wherefore (schema {version}, this one reads "
            f"{len(MIGRATIONS)}): run this version of the bot on it once, which brings it up to "
            "date."
        )


def damaged(path: Path, fault: str) -> StoreError:
    """Say that a database is damaged, and the way out: the newest backup beside it."""
    found = copies.newest(path)
    way_out = (
        "No backup lies beside it: bring one, and put it in its place with `python -m bot restore "
        "FILE`."
        if found is None
        else f"The newest backup beside it is {found.name}: `python -m bot restore {found}` puts "
        "it in its place."
    )
    return StoreError(
        f"{path} is damaged ({fault}): nothing is written to it or posted any more. {way_out} The "
        "damaged one is kept then, and nothing is posted twice."
    )


def _must_be_sound(path: Path) -> None:
    """Read a database through for what is damaged, as far as that takes no longer than allowed."""
    began = time.monotonic()
    told = False

    def look() -> bool:
        nonlocal told
        passed = time.monotonic() - began
        if passed > _TOLD_AFTER and not told:
            told = True
            log.info("reading the whole database to see that it is not damaged")
        return passed > LONGEST_CHECK

    try:
        with closing(open_to_look(path)) as connection:
            connection.set_progress_handler(look, _STEPS)
            faults = faults_of(connection, quick=True)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        log.warning(
            "the database is too large to be read whole at the start: `python -m bot doctor` does",
            seconds=LONGEST_CHECK,
        )
        return
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        faults = (str(error),)
    if faults:
        raise damaged(path, faults[0])
