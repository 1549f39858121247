"""A backup put in the database's place, so that a crash leaves either of them whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.models import SECOND, Millis
from bot.store import copies, migrating
from bot.store.checkup import open_to_look
from bot.store.copies import Progress, silent
from bot.store.files import StoreError, beside
from bot.store.lock import lock
from bot.store.schema import MIGRATIONS

_READY = ".restoring-"
"""Follows the database's name, and is followed by the time: a copy that is whole, and only has to
take the database's name. From then on the restored one counts."""
_PARTS = (".restoring-*.part", ".before-schema-*.part")
"""What dying programs have left unfinished under the lock: restored copies, copies of before."""
_LOGS = ("-wal", "-journal")
"""What SQLite would apply to the database that they lie beside: they go with the one that they
belong to."""
_ALL = (*_LOGS, "")
REPLACED = ".before-restore-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored backup was."""

    schema: int
    newest: int
    """The schema that this program writes: it brings an earlier one up to date as it starts."""
    size: int
    kept: Path | None
    """Where the database is that was there before; None: there was none."""


def restore(
    database: Path,
    backup: Path,
    now: Millis,
    progress: Progress = silent,
    reached: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Put a backup in the database's place, and keep the one that was there.

    The backup is read, and stays as it is. `reached` is told the points between which a crash may
    come. Raises StoreError where a bot runs on the database, where the backup is damaged, is none
    of this program's or is newer than it, or where there is no room.
    """
    _must_be_another(database, backup)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with closing(lock(database)):
            finish(database, reached)
            schema = _schema_of(backup)
            ready = beside(database, f"{_READY}{_free_stamp(database, now)}")
            size = copies.copy(backup, ready, progress, like=database)
            reached("ready")
            kept = finish(database, reached)
    except OSError as error:
        raise StoreError(f"{database} can't be put in place: {error.strerror}.") from error
    return Restored(schema, len(MIGRATIONS), size, kept)


def finish(database: Path, reached: Callable[[str], None] = lambda _: None) -> Path | None:
    """Finish what a crash has interrupted, under the lock; return where the former database is."""
    kept = None
    for left in _PARTS:
        copies.sweep(database.absolute().parent, f".{copies.literally(database.name)}{left}")
    for ready in _ready(database):
        aside = beside(database, ready.name.removeprefix(database.name).replace(_READY, REPLACED))
        # What is applied to the former goes before it: the restored one must never find it.
        for ending in _ALL:
            part = beside(database, ending)
            if part.exists():
                part.replace(beside(aside, ending))
                reached(f"moved {ending}")
        beside(database, "-shm").unlink(missing_ok=True)
        copies.sync_folder(database.absolute().parent)
        ready.replace(database)
        copies.sync_folder(database.absolute().parent)
        kept = aside if aside.exists() else None
    return kept


def is_unfinished(database: Path) -> bool:
    """Tell whether the restored copy has not taken the database's name yet."""
    return bool(_ready(database))


def must_be_finished(database: Path) -> None:
    """Refuse to read a database whose restoring was interrupted."""
    if is_unfinished(database):
        raise StoreError(
            f"A backup was being put in the place of {database} when that was interrupted: start "
            "the bot, which finishes it first."
        )


def _ready(database: Path) -> list[Path]:
    prefix = f"{database.name}{_READY}"
    folder = database.absolute().parent
    if not folder.is_dir():
        return []
    return sorted(database.with_name(f.name) for f in folder.iterdir() if f.name.startswith(prefix))


def _free_stamp(database: Path, now: Millis) -> str:
    """Return a time that no former database is kept under: none is ever replaced by another."""
    while any(beside(database, f"{REPLACED}{copies.stamp(now)}{end}").exists() for end in _ALL):
        now += SECOND
    return copies.stamp(now)


def _must_be_another(database: Path, backup: Path) -> None:
    if not backup.is_file():
        raise StoreError(
            f"There is no backup at {backup}: name the file that was made by `backup`."
        )
    if database.exists() and backup.samefile(database):
        raise StoreError(f"{backup} is the database itself: name a backup of it.")


def _schema_of(backup: Path) -> int:
    try:
        with closing(open_to_look(backup)) as connection:
            migrating.must_be_known(connection, backup)
            migrating.must_be_ours(connection, backup)
            version = migrating.version_of(connection)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{backup} can't be read as a backup: {error}.") from error
    if version == 0:
        raise StoreError(f"{backup} is empty: name a backup that holds something.")
    return version
