"""How late the event loop comes round to what it should do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

EVERY = 0.25
"""Seconds between two looks. What holds the loop up for shorter may fall between two of them; over
time, a share of it is seen that grows with how long it lasts."""


async def watch_lag(note: Callable[[float], None]) -> None:
    """Note, for ever, by how many seconds the loop is late."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        note(max(loop.time() - due, 0.0))
