"""What a bot did wrong, and the bell that wakes whoever waits for the world to change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


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
                while not predicate():
                    await waiter.wait()
                    waiter.clear()
        except TimeoutError:
            said = f"after {seconds} s: {what()}; violations: {self.violations}"
            raise TimeoutError(said) from None
        finally:
            self._waiters.discard(waiter)
