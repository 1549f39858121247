"""A database's schema: whether it is what its version says, and its way to the newest."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import structlog

from bot.store import archive, copies
from bot.store.files import BUSY, StoreError, uri
from bot.store.schema import MIGRATIONS

KEPT = 2
"""How many of the copies that are made before migrations are kept."""
_GROWS = 2
"""While it is migrated, a database takes up to so many times its size more: its log, and tables
that are written anew."""
PROGRAM = "program"
"""The note under which it is kept which version of the program has written the database."""

log = structlog.get_logger()


def bring_up_to_date(path: Path, program: str | None = None) -> None:
    """Migrate a database to the newest schema, or make a new one, under the lock; it may take long.

    One of an earlier schema is copied first. `program` is written down as who wrote it. Raises
    StoreError where it is newer than this program, is not what it says that it is, or where there
    is no room for the copy; sqlite3.DatabaseError where a migration fails: that version is whole
    then, without anything of the next.
    """
    with closing(sqlite3.connect(uri(path), timeout=BUSY, uri=True)) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _must_have_archive(connection)
        version = version_of(connection)
        must_be_known(connection, path)
        must_be_ours(connection, path)
        if version < len(MIGRATIONS):
            connection.execute("PRAGMA journal_mode = WAL")
            _go_up(connection, path, version)
        if program is not None:
            _sign(connection, program)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a database's schema."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def must_be_known(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is newer than this program."""
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer Wherefore ({_signed(connection)}schema {version}, this "
            f"one knows {len(MIGRATIONS)}): update the program, or go back. {_way_back(path)}"
        )


def _way_back(path: Path) -> str:
    for file in copies.before_schemas(path):
        with closing(sqlite3.connect(uri(file, "?mode=ro&immutable=1"), uri=True)) as copy:
            try:
                version = version_of(copy)
            except sqlite3.DatabaseError:
                continue  # another one may do
        if version <= len(MIGRATIONS):
            return (
                f"`python -m bot restore {file}` puts the copy in its place that was made before "
                "the upgrade, and keeps this one beside it; what was written since is not in it."
            )
    return (
        "No copy from before the upgrade lies beside it: `python -m bot restore FILE` puts an "
        "older backup in its place."
    )


def _signed(connection: sqlite3.Connection) -> str:
    try:
        found = connection.execute("SELECT value FROM note WHERE name = ?", (PROGRAM,)).fetchone()
    except sqlite3.DatabaseError:  # its tables may be others altogether
        found = None
    return f"version {found[0]}, " if found else ""


def _sign(connection: sqlite3.Connection, program: str) -> None:
    connection.execute(
        "INSERT INTO note (name, value) VALUES (?1, ?2) ON CONFLICT (name)"
        " DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
        (PROGRAM, program),
    )


def must_be_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database whose tables are not those of its version: it is another program's."""
    version = version_of(connection)
    there = _columns(connection)
    if version == 0:
        if there:
            raise StoreError(
                f"{path} is the database of another program: point DATABASE_URL at a file of the "
                "bot's own, or at one that is not there yet."
            )
        return
    lacking = sorted(_expected(MIGRATIONS[:version]) - there)
    if lacking:
        raise StoreError(
            f"{path} is no database of this program: it says that it has schema {version}, but "
            f"has no {lacking[0]}. Point DATABASE_URL at the bot's own, or put a backup in its "
            "place with `python -m bot restore FILE`."
        )


@lru_cache(maxsize=4)
def _expected(migrations: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    with closing(sqlite3.connect(":memory:")) as model:
        for statement in (s for migration in migrations for s in migration):
            model.execute(statement)
        return _columns(model)


def _columns(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute(
        "SELECT m.name || '.' || c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    return frozenset(name for (name,) in rows)


def _must_have_archive(connection: sqlite3.Connection) -> None:
    if lacking := archive.missing(connection):
        raise StoreError(
            f"This Python's SQLite ({sqlite3.sqlite_version}) was built without "
            f"{' and '.join(lacking)}, which the archive is searched with: run Wherefore with "
            "another Python. Those of python.org, Debian, Fedora and the container images have it."
        )


def _go_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    # Of a new database there is nothing to say, and nothing to keep.
    is_told = version > 0
    if is_told:
        log.info(
            "bringing the database up to date: a large one may take minutes",
            schema=version,
            becomes=len(MIGRATIONS),
        )
        _keep_copy(path, version + 1)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        _migrate(connection, number, statements)
    if is_told:
        log.info("the database is up to date", schema=len(MIGRATIONS))


def _migrate(connection: sqlite3.Connection, number: int, statements: tuple[str, ...]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled it back already
            connection.execute("ROLLBACK")
        raise


def _keep_copy(path: Path, becomes: int) -> None:
    size = path.stat().st_size
    what = f"the copy of {path} that is kept before it is brought up to date, and for that"
    copies.must_have_room(path, (1 + _GROWS) * size + copies.MARGIN, what)
    kept = copies.before_schema(path, becomes)
    copies.copy(path, kept)
    log.info("the database as it was is kept", file=str(kept))
    # By its time it need not be the newest: the clock may have been wrong.
    others = [file for file in copies.before_schemas(path) if file.name != kept.name]
    for old in others[KEPT - 1 :]:
        old.unlink()
