"""A planner with its tables, for tests."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiosqlite

from bot.models import (
    Millis,
)
from bot.store import Tx
from bot.store.schema import MIGRATIONS
from tests.test_hours import at

T = TypeVar("T")
START: Millis = at("2026-11-25 12:00")
FEED_TOPICS = {1: ("town",), 2: ("town", "world"), 3: ("world",)}
"""The topics of three feeds."""


class Desk:
    """A planner with its tables, in memory."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.db = self._runner.run(self._open())
        self.tx = Tx(self.db)

    async def _open(self) -> aiosqlite.Connection:
        db = await aiosqlite.connect(":memory:", isolation_level=None)
        db.row_factory = aiosqlite.Row
        for statement in [statement for migration in MIGRATIONS for statement in migration]:
            await db.execute(statement)
        return db

    def run(self, fn: Callable[[Tx], Awaitable[T]]) -> T:
        async def call() -> T:
            return await fn(self.tx)

        return self._runner.run(call())

    def rows(self, sql: str, **values: Any) -> list[sqlite3.Row]:
        return list(self.run(lambda _: self.db.execute_fetchall(sql, values)))

    def close(self) -> None:
        self._runner.run(self.db.close())
        self._runner.close()
