"""Pure: judges the program, its settings, its database and the clock."""

from __future__ import annotations

from bot.models import SECOND, Millis
from bot.models.findings import Area, Finding, Grade
from bot.models.measured import Kept, Program, Written
from bot.models.space import Space

LOW_DISK = 1_000_000_000
"""Bytes free below which to warn."""
SKEWED, WRONG = 5 * SECOND, 60 * SECOND
"""By how much the clock may be off: Discord's ids and due times are reckoned by it."""
BUILT = 1_767_225_600_000
"""The begin of 2026 (UTC), which no right clock is before: the program is younger."""
_OTHERS = 0o077


def program(facts: Program) -> list[Finding]:
    """Judge what the program runs on."""
    about = f"Wherefore {facts.version} on Python {facts.python}, {facts.system}"
    found = [Finding(Area.PROGRAM, "version", Grade.WELL, about), _sqlite(facts)]
    for package in facts.packages:
        if package.is_there:
            said = f"{package.name} is installed, which {package.wanted_by} asks for"
            found.append(Finding(Area.PROGRAM, "package", Grade.WELL, said, about=package.name))
            continue
        said = f"{package.name} is not installed, which {package.wanted_by} asks for"
        remedy = f"{package.install}, or take {package.wanted_by} out of the settings"
        found.append(
            Finding(Area.PROGRAM, "package", Grade.TROUBLE, said, remedy, about=package.name)
        )
    return found


def _sqlite(facts: Program) -> Finding:
    if not facts.lacking:
        said = f"SQLite {facts.sqlite}, with full-text search"
        return Finding(Area.PROGRAM, "sqlite", Grade.WELL, said)
    said = f"SQLite {facts.sqlite} was built without {' and '.join(facts.lacking)}"
    remedy = (
        "run it with another Python: those of python.org, Debian, Fedora and the container "
        "images have it"
    )
    return Finding(Area.PROGRAM, "sqlite", Grade.TROUBLE, said, remedy)


def settings(facts: Written) -> list[Finding]:
    """Judge the settings; each complaint has its way out in its words."""
    found = [
        Finding(Area.SETTINGS, "setting", Grade.TROUBLE, problem.rstrip("."))
        for problem in facts.problems
    ]
    if not found:
        where = "the environment and .env" if facts.dotenv else "the environment; there is no .env"
        said = f"all that is set can be used (read from {where})"
        found.append(Finding(Area.SETTINGS, "setting", Grade.WELL, said))
    if facts.mode is not None and facts.mode & _OTHERS:
        said = f".env can be read by other users of this machine (mode {facts.mode:o})"
        remedy = "chmod 600 .env"
        found.append(Finding(Area.SETTINGS, "permissions", Grade.WARNING, said, remedy))
    return found


# ── the database ─────────────────────────────────────────────────────────────────────────


def database(facts: Kept) -> list[Finding]:
    """Judge the database."""
    found = [_running(facts)] if facts.in_use is not None else []
    if facts.trouble is not None:
        remedy = "point DATABASE_URL at the bot's database, and let this user read it"
        return [*found, _trouble("file", facts.trouble.rstrip("."), remedy)]
    if facts.unfinished:
        said = f"a backup was being put in the place of {facts.path} when that was interrupted"
        remedy = "start the bot: it finishes it first"
        return [*found, Finding(Area.DATABASE, "file", Grade.WARNING, said, remedy)]
    if not facts.exists:
        return [*found, _to_be_made(facts), *_disk(facts.free, facts.space)]
    if not facts.writable:
        said = f"{facts.path} can't be written by this user"
        remedy = "give the file and its folder to the user that runs the bot, or ask as that user"
        found.append(Finding(Area.DATABASE, "file", Grade.WARNING, said, remedy))
    return [*found, *_looked_at(facts)]


def _running(facts: Kept) -> Finding:
    said = "a bot is running on it" if facts.in_use else "no bot is running on it"
    return Finding(Area.DATABASE, "in use", Grade.WELL, said)


def _to_be_made(facts: Kept) -> Finding:
    if facts.writable:
        said = f"{facts.path} is not there yet: it is made at the first start"
        return Finding(Area.DATABASE, "file", Grade.WELL, said)
    said = f"{facts.path} is not there, and this user can't make it"
    return _trouble("file", said, "let this user write its folder, or point DATABASE_URL elsewhere")


def _looked_at(facts: Kept) -> list[Finding]:
    checkup = facts.checkup
    if checkup is None:
        said = f"{facts.path} takes too long to read: whether it is damaged is not known"
        remedy = "look at the disk's speed, and ask again while the bot is not running"
        return [Finding(Area.DATABASE, "integrity", Grade.WARNING, said, remedy)]
    found = [_integrity(facts.path, checkup.size, checkup.faults)]
    if checkup.schema is not None:
        found.append(_schema(checkup.schema, checkup.newest))
    if checkup.journal not in {None, "wal"}:
        said = f"its journal mode is {checkup.journal}, and not wal"
        remedy = "nothing: the bot sets it when it starts; where it stays, the disk can't do it"
        found.append(Finding(Area.DATABASE, "journal", Grade.WARNING, said, remedy))
    return [*found, *_disk(checkup.free, facts.space)]


def _integrity(path: str, size: int, faults: tuple[str, ...]) -> Finding:
    if not faults:
        said = f"{path} is undamaged ({_bytes(size)})"
        return Finding(Area.DATABASE, "integrity", Grade.WELL, said)
    said = f"{path} is damaged: {faults[0]}"
    remedy = "stop the bot, and bring back the last copy with python -m bot restore FILE"
    return _trouble("integrity", said, remedy)


def _schema(version: int, newest: int) -> Finding:
    if version == newest:
        said = f"its schema is version {version}, as this program writes it"
        return Finding(Area.DATABASE, "schema", Grade.WELL, said)
    if version > newest:
        said = f"a newer Wherefore wrote it (schema {version}, this one knows {newest})"
        return _trouble("schema", said, "update the program, or bring back an older backup")
    said = f"an older Wherefore wrote it (schema {version}, this one writes {newest})"
    remedy = "start the bot: it brings it up to date"
    return Finding(Area.DATABASE, "schema", Grade.WARNING, said, remedy)


def _disk(free: int | None, space: Space) -> list[Finding]:
    if free is None:
        return []
    said = f"{_bytes(free)} free on its disk"
    if space is not Space.ENOUGH:
        rests = "posts nothing" if space is Space.NOTHING else "takes in no new stories"
        return [
            _trouble("disk", f"only {said}: the bot {rests}", "make room; it goes on by itself")
        ]
    if free < LOW_DISK:
        return [Finding(Area.DATABASE, "disk", Grade.WARNING, f"only {said}", "make room soon")]
    return [Finding(Area.DATABASE, "disk", Grade.WELL, said)]


def _trouble(what: str, said: str, remedy: str) -> Finding:
    return Finding(Area.DATABASE, what, Grade.TROUBLE, said, remedy)


def _bytes(size: int) -> str:
    for unit, of in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size >= of:
            return f"{size / of:.1f} {unit}"
    return f"{max(size // 1_000, 1)} kB"


# ── the clock ────────────────────────────────────────────────────────────────────────────


def clock(now: Millis, skew: Millis | None) -> Finding:
    """Judge the clock by another's; `skew` None: there was none to compare it with."""
    remedy = "set it by the network (on Linux: timedatectl set-ntp true)"
    if now < BUILT:
        said = "this machine's clock stands before 2026"
        return Finding(Area.CLOCK, "time", Grade.TROUBLE, said, remedy)
    if skew is None:
        said = "not compared: Discord's clock could not be had"
        return Finding(Area.CLOCK, "time", Grade.WARNING, said, "make Discord reachable first")
    if abs(skew) <= SKEWED:
        said = "this machine's clock agrees with Discord's"
        return Finding(Area.CLOCK, "time", Grade.WELL, said)
    ahead = "ahead of" if skew > 0 else "behind"
    said = f"this machine's clock is {_lasting(abs(skew))} {ahead} Discord's"
    grade = Grade.TROUBLE if abs(skew) > WRONG else Grade.WARNING
    return Finding(Area.CLOCK, "time", grade, said, remedy)


def _lasting(time: Millis) -> str:
    seconds = round(time / SECOND)
    if seconds < 120:
        return f"{seconds} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
