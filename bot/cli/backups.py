"""`python -m bot backup` and `restore`: copies of the database, made and put in its place."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli import tools
from bot.config import Settings
from bot.publish.markdown import printable
from bot.store import StoreError, copies, restoring
from bot.store.files import beside

USAGE, STOPPED = 2, 130
_OWN = ("", "-wal", "-shm", "-journal", ".lock", ".newest")
"""How the files of a running bot end."""
_SHOWN_AFTER = 1.0
"""Seconds after which who waits is shown how far it is."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands; what they parse has `call`, which takes it and the settings."""
    backup = commands.add_parser(
        "backup",
        help="copy the database, also while the bot runs",
        description="Copies the database (DATABASE_URL) to a file, or into a folder under a name "
        "with the time, also while the bot runs. The copy is read through and on the disk before "
        "it gets its name, and only this user may read it. A plain copy of the file lacks what was "
        "written last.",
        epilog="Exit codes: 0 it was copied, 2 the file is there already or is the database, "
        "5 the database can't be read, is damaged, or there is no room, 130 ended by Ctrl+C.",
    )
    backup.add_argument(
        "target", metavar="FILE", help="a file, or a folder: one that is there, or ends in /"
    )
    backup.add_argument("--force", action="store_true", help="replace the file if it is there")
    backup.add_argument(
        "--keep",
        type=_count,
        metavar="N",
        help="of the copies in the folder, keep the newest N and remove the others; no other file "
        "is touched",
    )
    backup.add_argument("--json", action="store_true", help="print what was made as JSON")
    backup.set_defaults(call=_backup, needs=("database",))
    restore = commands.add_parser(
        "restore",
        help="put a backup in the place of the database",
        description="Reads a backup through and puts it in the place of the database "
        "(DATABASE_URL); the bot must be stopped. The database that was there is kept beside it. "
        "What was posted since the backup is noticed by the file that ends in .newest: leave it "
        "where it is, and nothing is posted twice.",
        epilog="Exit codes: 0 it was put in place, 2 there is no such file or it is the database, "
        "5 the bot still runs, or the backup is damaged, newer than this program or none of its "
        "own, 130 ended by Ctrl+C. Whatever happens, either the former or the restored one is "
        "there, whole.",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup")
    restore.add_argument("--json", action="store_true", help="print what was done as JSON")
    restore.set_defaults(call=_restore, needs=("database",))


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    target, database = Path(options.target), settings.database
    restoring.must_be_finished(database)
    is_folder = target.is_dir() or options.target.endswith(("/", "\\"))
    if options.keep is not None and not is_folder:
        return _fail(f"--keep goes with a folder, and {target} is none: write {target}/.")
    if refusal := _refusal(database, target, is_folder=is_folder, force=options.force):
        return _fail(refusal)
    try:
        if is_folder:
            folder, target = target, copies.dated(target, tools.clock())
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        began = time.monotonic()
        with _shown() as show:
            size = copies.copy(database, target, show)
        taken = time.monotonic() - began
        gone = copies.forget_older(target, options.keep, database) if options.keep else []
    except KeyboardInterrupt:
        return _stopped("nothing was kept of the copy")
    except OSError as error:
        raise StoreError(f"{target} can't be written: {error.strerror}.") from error
    if options.json:
        told = {"file": str(target), "bytes": size, "seconds": round(taken, 3)}
        _write(json.dumps(told | {"removed": [str(file) for file in gone]}, indent=2))
        return 0
    _write(f"{target}: {copies.in_mb(size)}, read through, in {taken:.1f} s.")
    for file in gone:
        _write(f"Removed {file}.")
    return 0


def _refusal(database: Path, target: Path, *, is_folder: bool, force: bool) -> str | None:
    if not database.is_file():
        return (
            f"There is no database at {database}: point DATABASE_URL at the bot's own, or run the "
            "bot first."
        )
    if is_folder:
        return None
    own = {beside(database.absolute(), ending) for ending in _OWN}
    if target.absolute() in own or (target.exists() and target.samefile(database)):
        return f"{target} is the database itself, or a part of it: name another file."
    return (
        None
        if force or not target.exists()
        else f"{target} is there already: name another file, or give --force."
    )


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    backup, database = options.file, settings.database
    if not backup.is_file():
        return _fail(f"There is no file {backup}: name a backup.")
    if database.exists() and backup.samefile(database):
        return _fail(f"{backup} is the database itself: name a backup of it.")
    began = time.monotonic()
    try:
        with _shown() as show:
            done = restoring.restore(database, backup, tools.clock(), show)
    except KeyboardInterrupt:
        return _stopped("the database is as it was, or is the restored one when the bot starts")
    taken = time.monotonic() - began
    if options.json:
        told = {"database": str(database), "schema": done.schema, "bytes": done.size}
        kept = None if done.kept is None else str(done.kept)
        _write(json.dumps(told | {"seconds": round(taken, 3), "kept": kept}, indent=2))
        return 0
    _write(f"{database} is {backup} now: {copies.in_mb(done.size)}, read through, {taken:.1f} s.")
    if done.kept is not None:
        _write(f"What was there is kept as {done.kept}: remove it when you don't need it any more.")
    if done.schema < done.newest:
        _write(f"It has schema {done.schema}; the bot makes that {done.newest} when it starts.")
    _write("Start the bot: it looks through the channels first, and posts nothing twice.")
    return 0


@contextmanager
def _shown() -> Iterator[Callable[[str, float | None], None]]:
    """Show how far it is on a terminal, once it has taken a while."""
    began = time.monotonic()
    shown = ""

    def show(what: str, part: float | None) -> None:
        nonlocal shown
        if not sys.stderr.isatty() or time.monotonic() - began < _SHOWN_AFTER:
            return
        line = f"{what} …" if part is None else f"{what} … {part:.0%}"
        if line != shown:
            sys.stderr.write(f"\r{line:<20}")
            sys.stderr.flush()
            shown = line

    try:
        yield show
    finally:
        if shown:
            sys.stderr.write(f"\r{'':<20}\r")


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _stopped(how: str) -> int:
    sys.stderr.write(f"Stopped: {how}.\n")
    return STOPPED


def _fail(message: str) -> int:
    sys.stderr.write(f"{printable(message)}\n")
    return USAGE
