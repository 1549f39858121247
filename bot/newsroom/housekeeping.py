"""Conducts what keeps the database small: now and then, a little at a time."""

from __future__ import annotations

import structlog

from bot.models import DAY, HOUR, Millis
from bot.newsroom import departures
from bot.newsroom.asking import ASKED_KEPT
from bot.newsroom.parts import Alarm, Parts
from bot.store import StoreUnavailableError, Tx

EVERY: Millis = 6 * HOUR
KEYS_KEPT: Millis = 90 * DAY
"""How long what an entry was known by outlives it: one that comes back later is new."""
SPENDING_KEPT: Millis = 40 * DAY
AT_ONCE = 500
"""Rows of one transaction: more would hold up the writers behind it."""

log = structlog.get_logger()


class Housekeeping:
    """Forgets what is not needed any more."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def loop(self) -> None:
        """Tidy up, for ever."""
        alarm = Alarm(self._parts.clock)
        while True:
            try:
                await self.forget_keys()
                await self.forget_asking()
                await self.forget_servers()
            except StoreUnavailableError as trouble:
                log.warning("nothing can be tidied up", reason=str(trouble))
            due = self._parts.clock() + EVERY
            while self._parts.clock() < due:
                await alarm.wait(due)

    async def forget_keys(self) -> int:
        """Forget the keys of entries that their feeds have not listed for long; return how many."""
        before = self._parts.clock() - KEYS_KEPT
        forgotten = 0
        while True:
            count = await self._parts.store.write(
                lambda tx: tx.stories.forget_keys(before, AT_ONCE)
            )
            forgotten += count
            if count < AT_ONCE:
                break
        if forgotten:
            log.info("keys of entries that are long gone are forgotten", keys=forgotten)
        return forgotten

    async def forget_asking(self) -> None:
        """Forget old answers to links, allowances that are whole again, and old days' spending."""
        now = self._parts.clock()

        async def forget(tx: Tx) -> None:
            await tx.pages.forget_asked(now - ASKED_KEPT)
            await tx.spending.forget_allowances(now)
            await tx.spending.forget_days((now - SPENDING_KEPT) // DAY)

        await self._parts.store.write(forget)

    async def forget_servers(self) -> None:
        """Delete the data of servers that the bot has been in no more for a while."""
        await departures.forget(self._parts.store, self._parts.clock())
