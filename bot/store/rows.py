"""Asking a connection for rows, and turning nouns to JSON and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

import aiosqlite

from bot.models import (
    Article,
    Block,
    BlockKind,
    Claim,
    Explainer,
    Filters,
    Flow,
    Origin,
    Pace,
    Page,
    PageTrouble,
    QuietHours,
    Section,
    SectionName,
    Source,
    SourceKind,
)

Value = int | float | str | None


class Table:
    """A connection with the four ways in which statements are run on it."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def _all(self, sql: str, *values: Value) -> list[aiosqlite.Row]:
        # Each call of a connection's is a trip to its thread and back: this is one, in place of
        # three for a cursor that is opened, read and closed.
        return list(await self._connection.execute_fetchall(sql, _numbered(values)))

    async def _one(self, sql: str, *values: Value) -> aiosqlite.Row | None:
        return next(iter(await self._all(sql, *values)), None)

    async def _number(self, sql: str, *values: Value) -> int:
        """Run a statement that gives exactly one row with one number."""
        row = await self._one(sql, *values)
        if row is None:
            raise LookupError(sql)
        return int(row[0])

    async def _do(self, sql: str, *values: Value) -> int:
        """Run a statement; return how many rows it changed."""
        cursor = await self._connection.execute(sql, _numbered(values))
        return cursor.rowcount

    async def _do_many(self, sql: str, rows: Iterable[tuple[Value, ...]]) -> None:
        await self._connection.executemany(sql, map(_numbered, rows))


def _numbered(values: Sequence[Value]) -> dict[str, Value]:
    """Name parameters by their numbers: the first Pythons 3.12 take ?1 for a name."""
    return {str(number): value for number, value in enumerate(values, start=1)}


def marks(values: Collection[object], first: int) -> str:
    """Write as many numbered parameters as there are values, from ?`first` on, for an IN list."""
    return ", ".join(f"?{number}" for number in range(first, first + len(values)))


def dump(noun: Article | Explainer | Flow | Page) -> str:
    """Write a noun as JSON; the same noun always gives the same text."""
    return json.dumps(noun, default=_as_dict, ensure_ascii=False, separators=(",", ":"))


def version_of(text: str) -> str:
    """Return what a text is told from its later versions by."""
    return hashlib.sha256(text.encode()).hexdigest()


def _as_dict(noun: Any) -> dict[str, object]:  # noqa: ANN401  # any of the dataclasses
    # `dataclasses.asdict` copies every text, and this is done for each entry of each document.
    return {field.name: getattr(noun, field.name) for field in fields(noun)}


def load_article(text: str) -> Article:
    """Read an article that `dump` wrote."""
    data: dict[str, Any] = json.loads(text)
    return Article(**{**data, "blocks": _blocks(data["blocks"])})


def load_page(text: str) -> Page:
    """Read a page that `dump` wrote."""
    data: dict[str, Any] = json.loads(text)
    trouble = PageTrouble(data["trouble"]) if data["trouble"] else None
    return Page(**{**data, "blocks": _blocks(data["blocks"]), "trouble": trouble})


def _blocks(data: Iterable[dict[str, Any]]) -> tuple[Block, ...]:
    return tuple(Block(BlockKind(b["kind"]), b["text"], b["lead"]) for b in data)


def load_explainer(text: str) -> Explainer:
    """Read an explainer that `dump` wrote."""
    data: dict[str, Any] = json.loads(text)
    sections = {SectionName(name): _section(told) for name, told in data["sections"].items()}
    sources = tuple(Source(**{**s, "kind": SourceKind(s["kind"])}) for s in data["sources"])
    return Explainer(**{**data, "sections": sections, "sources": sources})


def _section(data: dict[str, Any]) -> Section:
    claims = tuple(Claim(c["text"], tuple(c["sources"])) for c in data["claims"])
    return Section(Origin(data["origin"]), claims)


@lru_cache(maxsize=1024)  # most subscriptions share theirs with many others
def load_flow(text: str) -> Flow:
    """Read a flow that `dump` wrote; what an earlier version did not write is as usual."""
    data: dict[str, Any] = json.loads(text)
    if "pace" in data:
        data["pace"] = Pace(data["pace"])
    if data.get("quiet"):
        data["quiet"] = QuietHours(**data["quiet"])
    if "filters" in data:
        data["filters"] = Filters(**{name: tuple(v) for name, v in data["filters"].items()})
    return Flow(**data)
