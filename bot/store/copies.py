"""Whole copies of a database: made while it is in use, checked, and put in place in one step."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.models import Millis
from bot.store.checkup import faults_of, free_beside, open_to_look, rest_of
from bot.store.files import StoreError, beside

Progress = Callable[[str, float | None], None]
"""Told now and then what is done, and which part of it is (0 to 1; None: that can't be told)."""

MARGIN = 16 * 2**20
"""Bytes that are left free on a disk where something large is written."""
LEFT_BEHIND = 3_600.0
"""Seconds after which an unfinished copy is one of a program that has died."""
_STEPS = 100_000
"""SQLite's steps between two looks at how far a copy is: some milliseconds."""
_TRIES = 5
"""How often a copy is begun anew, as a bot has started or ended while it was made."""
_DATED = re.compile(r"wherefore-\d{4}-\d\d-\d\dT\d{6}Z\.db", re.ASCII)


def silent(_: str, __: float | None) -> None:
    """Tell nobody."""


def copy(
    database: Path, target: Path, progress: Progress = silent, like: Path | None = None
) -> int:
    """Copy a database to a file, also while a bot runs on it; return the copy's size in bytes.

    The copy is one state of the database, read through and found whole, readable for this user
    alone (`like`: for whom that file is), and on the disk before it gets its name; what had the
    name before is replaced then. A crash leaves an unfinished file at the most, which a copy that
    is made there an hour later removes. Raises StoreError where there is no room, the folder can't
    be written, or the database is damaged.
    """
    _must_have_room(database, target)
    try:
        with unfinished(target) as part:
            _fill_at_rest(database, part, progress)
            size = part.stat().st_size
            if like is not None:
                _give(part, like)
            _sync(part)
            part.replace(target)
            sync_folder(target.parent)
    except OSError as error:
        raise StoreError(f"{target} can't be written: {error.strerror}.") from error
    return size


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Give an empty file beside the target, for this user alone; it is gone afterwards.

    Raises OSError where there can be none.
    """
    sweep(target.parent, f".{literally(target.name)}.*.part", LEFT_BEHIND)
    handle, name = tempfile.mkstemp(".part", f".{target.name}.", target.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        for left in (part, beside(part, "-journal")):
            left.unlink(missing_ok=True)


def _fill_at_rest(database: Path, part: Path, progress: Progress) -> None:
    """Fill it once more where a bot has written under what was read: it mixes two states then."""
    for left in reversed(range(_TRIES)):
        before = rest_of(database)
        try:
            _fill(database, part, progress)
        except StoreError:
            if not left or rest_of(database) == before:
                raise
        else:
            if rest_of(database) == before:
                return
        part.write_bytes(b"")  # SQLite fills no file that holds something
    raise StoreError(f"{database} changes all the time while it is copied: try again.")


def _fill(database: Path, part: Path, progress: Progress) -> None:
    size = _size(database)
    try:
        with closing(open_to_look(database)) as source:
            telling = ("copying", lambda: part.stat().st_size / max(size, 1))
            with _interruptible(source, progress, *telling):
                source.execute("VACUUM INTO ?", (str(part),))
        with (
            closing(open_to_look(part)) as made,
            _interruptible(made, progress, "checking", lambda: None),
        ):
            faults = faults_of(made)
    except sqlite3.DatabaseError as error:
        raise StoreError(_why_not(database, part, error)) from error
    if faults:
        raise StoreError(
            f"The copy of {database} is damaged ({faults[0]}), so it is not kept: "
            "`python -m bot doctor` looks at the database itself."
        )


@contextmanager
def _interruptible(
    connection: sqlite3.Connection,
    progress: Progress,
    what: str,
    done: Callable[[], float | None],
) -> Iterator[None]:
    """Tell how far it is, and let Ctrl+C through, which a long statement would hold up."""
    stopped: list[BaseException] = []

    def look() -> int:
        try:
            part = done()
            progress(what, None if part is None else min(part, 1.0))
        except BaseException as error:  # noqa: BLE001  # SQLite passes none on: it is raised below
            stopped.append(error)
        return len(stopped)

    progress(what, done())
    connection.set_progress_handler(look, _STEPS)
    try:
        yield
    except sqlite3.OperationalError:
        if stopped:
            raise stopped[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _why_not(database: Path, part: Path, error: sqlite3.DatabaseError) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    free = free_beside(part)
    # SQLite calls the disk full, too, where damaged pages tell it to write beyond all bounds.
    if code == sqlite3.SQLITE_FULL and (free is None or free < MARGIN):
        return f"The disk of {part.parent} is full: make room there, and try again."
    return (
        f"{database} can't be copied ({error}): `python -m bot doctor` says whether it is damaged."
    )


def _must_have_room(database: Path, target: Path) -> None:
    must_have_room(target, _size(database) + MARGIN, f"a copy of {database}")


def must_have_room(target: Path, needed: int, what: str) -> None:
    """Refuse to begin what would fill the disk; raises StoreError, which says what is needed."""
    free = free_beside(target)
    if free is not None and free < needed:
        raise StoreError(
            f"There is no room for {what}: it takes {in_mb(needed)} in {target.absolute().parent}, "
            f"where {in_mb(free)} are free. Make room there, and try again."
        )


def in_mb(size: int) -> str:
    """Write a size as people read it; so many bytes more than none are at least 0.1 MB."""
    return f"{max(size / 1e6, 0.1 if size else 0):,.1f} MB"


def _size(database: Path) -> int:
    size = database.stat().st_size if database.exists() else 0
    with suppress(OSError):
        size += beside(database, "-wal").stat().st_size
    return size


def _give(path: Path, like: Path) -> None:
    """Make a file belong to whom another one belongs to: root may restore what the bot runs on."""
    with suppress(FileNotFoundError, PermissionError):
        status = like.stat()
        path.chmod(stat.S_IMODE(status.st_mode))
        if hasattr(os, "chown"):  # not on Windows
            os.chown(path, status.st_uid, status.st_gid)


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk; where folders can't be opened, that is not needed."""
    with suppress(PermissionError):  # Windows
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ── names ────────────────────────────────────────────────────────────────────────────────


def stamp(now: Millis) -> str:
    """Write a time as a part of a file's name: sorted by name, they are sorted by time."""
    return f"{datetime.fromtimestamp(now // 1000, UTC):%Y-%m-%dT%H%M%SZ}"


def dated(folder: Path, now: Millis) -> Path:
    """Name the copy of a time in a folder of copies."""
    return folder / f"wherefore-{stamp(now)}.db"


def forget_older(made: Path, keep: int, database: Path) -> list[Path]:
    """Remove all but the newest copies that `dated` has named; return what was removed.

    The one just made counts as the newest: a clock that was wrong may have named others later. A
    copy that has become the database is none any more.
    """
    folder = made.parent
    sweep(folder, ".wherefore-*.part", LEFT_BEHIND)
    others = sorted(
        file
        for file in folder.iterdir()
        if _DATED.fullmatch(file.name) and file.name != made.name and not file.samefile(database)
    )
    old = others[: max(len(others) - (keep - 1), 0)]
    for file in old:
        file.unlink()
    return old


def before_schema(database: Path, becomes: int) -> Path:
    """Name the copy that is made before a database becomes a schema."""
    return beside(database, f".before-schema-{becomes}.bak")


def before_schemas(database: Path) -> list[Path]:
    """List the copies that were made before migrations, the newest first."""
    found = database.absolute().parent.glob(f"{literally(database.name)}.before-schema-*.bak")
    return sorted(found, key=_made_at, reverse=True)


def newest(database: Path) -> Path | None:
    """Find the newest copy beside a database, or in a folder of copies beside it."""
    folder = database.absolute().parent
    found = before_schemas(database)
    for pattern in ("wherefore-*.db", "*/wherefore-*.db"):
        found += [file for file in folder.glob(pattern) if _DATED.fullmatch(file.name)]
    return max(found, key=_made_at, default=None)


def _made_at(file: Path) -> float:
    with suppress(OSError):
        return file.stat().st_mtime
    return 0.0


def sweep(folder: Path, pattern: str, seconds: float = 0.0) -> None:
    """Remove what a program that has died has left unfinished, so many seconds ago or earlier."""
    for left in folder.glob(pattern):
        if time.time() - _made_at(left) >= seconds:
            left.unlink(missing_ok=True)


def literally(name: str) -> str:
    """Write a name as a pattern that only it fits."""
    return re.sub(r"([*?[])", r"[\1]", name)
