"""The database's files, and the errors that say that they can't be used."""

from __future__ import annotations

from pathlib import Path

BUSY = 10.0
"""Seconds that a connection waits for another one's transaction."""


class StoreError(Exception):
    """The database can't be used; the message names it and the way out."""


class StoreUnavailableError(StoreError):
    """The database can't be used at the moment; nothing of the transaction was done."""


def beside(path: Path, ending: str) -> Path:
    """Return the file beside the database that has its name and an ending."""
    return path.with_name(f"{path.name}{ending}")


def uri(path: Path, options: str = "") -> str:
    """Return the file as SQLite's URI, with options such as `?mode=ro`."""
    return f"{path.absolute().as_uri()}{options}"
