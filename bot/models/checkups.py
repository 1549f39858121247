"""What a look at the database file finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """How a database file is; what could not be told is None."""

    size: int
    """Bytes, with what stands in its log."""
    free: int | None
    """Bytes that this user may still write on its disk."""
    schema: int | None
    """The version of its tables."""
    newest: int
    """The version that this program writes."""
    journal: str | None
    """SQLite's journal mode; `wal` is what the program sets."""
    faults: tuple[str, ...]
    """What is damaged, in SQLite's words, the first of it; empty: nothing is."""
