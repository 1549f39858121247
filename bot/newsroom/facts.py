"""Keeps small facts of other parts in the store as they change, so that they outlive a crash."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.models import SECOND, Millis
from bot.newsroom.parts import Alarm, Parts
from bot.store import StoreUnavailableError

EVERY: Millis = 10 * SECOND

log = structlog.get_logger()


class Facts:
    """Facts by name, each told by a function."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tell: dict[str, Callable[[], str]] = {}
        self._kept: dict[str, str] = {}

    def add(self, name: str, tell: Callable[[], str]) -> None:
        """Keep what this tells from now on, whenever it is another."""
        self._tell[name] = tell

    async def loop(self) -> None:
        """Look for what has changed, and keep it, for ever."""
        alarm = Alarm(self._parts.clock)
        while True:
            self._parts.alive("facts")
            try:
                await self.keep()
            except StoreUnavailableError as trouble:
                log.warning("nothing can be noted", reason=str(trouble))
            await alarm.wait(self._parts.clock() + EVERY)

    async def keep(self) -> None:
        """Keep what has changed."""
        for name, tell in self._tell.items():
            told = tell()
            if told != self._kept.get(name):
                await self._parts.store.write(lambda tx, n=name, t=told: tx.notes.put(n, t))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
                self._kept[name] = told
