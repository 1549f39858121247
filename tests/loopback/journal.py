"""What a bot did wrong, and the bell that wakes whoever waits for the world to change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

_DEAR, _REST = 0.001, 9
"""A predicate that takes longer than this (seconds) rests for so many times as long."""


class _Asked(NamedTuple):
    held: bool
    seconds: float


def _asked(predicate: Callable[[], bool]) -> _Asked:
    start = time.perf_counter()
    held = predicate()
    return _Asked(held, time.perf_counter() - start)


class Journal:
    """Collects violations; lets tests wait without asking again and again."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self._waiters: set[asyncio.Event] = set()

    def blame(self, violation: str) -> None:
        """Record that one of Discord's written rules was broken."""
        self.violations.append(violation)

    def announce(self) -> None:
        """Say that something has changed."""
        for waiter in self._waiters:
            waiter.set()

    async def until(
        self, predicate: Callable[[], bool], seconds: float, what: Callable[[], str]
    ) -> None:
        """Return once the predicate holds; raise TimeoutError saying `what` is missing."""
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                while not (cost := _asked(predicate)).held:
                    await waiter.wait()
                    await asyncio.sleep(cost.seconds * _REST if cost.seconds > _DEAR else 0)
                    waiter.clear()
        except TimeoutError:
            said = f"after {seconds} s: {what()}; violations: {self.violations}"
            raise TimeoutError(said) from None
        finally:
            self._waiters.discard(waiter)
