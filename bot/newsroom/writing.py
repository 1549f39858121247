"""Conducts the asking of a model: within its budgets, and only while its endpoint is well."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import structlog

from bot.explain.endpoint import after
from bot.models import (
    DAY,
    SECOND,
    Draft,
    DraftOutcome,
    Endpoint,
    Material,
    Millis,
    ModelFailed,
    ModelTrouble,
    Usage,
)
from bot.models.events import ModelAsked
from bot.newsroom.parts import Parts, Writer
from bot.store import Tx

RUN = Usage(calls=3, tokens=20_000)
"""What one run may cost at the most: it is reserved before, and settled after."""
LEAST_CALLS = 1
SHORTEST_RUN: Millis = 3 * SECOND
"""With less time left, no model is asked."""
AT_ONCE = 2
"""Stories that are written at the same time; the others wait, with nothing reserved for them."""
EVERYBODY = "all"
_FOR_GOOD = {ModelTrouble.UNGROUNDED, ModelTrouble.DECLINED, ModelTrouble.MALFORMED}
"""What another try would most likely come to as well."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Written:
    """What a model came to."""

    draft: Draft | None = None
    limited: bool = False
    """It was not asked, as the day's calls are used up."""
    may_come: bool = False
    """It was not asked, or failed, for a reason that passes."""


class Writing:
    """Asks the model, if there is one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def name(self) -> str:
        """The model's name, as people see it; empty where there is none."""
        return self._parts.writer.name if self._parts.writer else ""

    async def draft(self, material: Material, payer: str | None, until: Millis) -> Written:
        """Have a story explained by the model until then, or not at all; never raises for it.

        `payer` is who asks, with a purse of its own: a server, or a member in private.
        """
        writer = self._parts.writer
        if writer is None or not await asyncio.to_thread(writer.can_write, material):
            return Written()
        try:
            async with asyncio.timeout(self._left(until) / SECOND):
                await self._slots.acquire()
        except TimeoutError:
            return Written(may_come=True)
        try:
            return await self._ask(writer, material, payer, until)
        finally:
            self._slots.release()

    def _left(self, until: Millis) -> Millis:
        return max(0, min(until - self._parts.clock(), self._parts.limits.run) - SHORTEST_RUN)

    async def _ask(
        self, writer: Writer, material: Material, payer: str | None, until: Millis
    ) -> Written:
        now = self._parts.clock()
        known = await self._parts.store.read(lambda tx: tx.spending.endpoint(writer.endpoint))
        if known.rest_until > now or until - now < SHORTEST_RUN:
            return Written(may_come=True)
        taken = await self._parts.store.write(lambda tx: self._reserve(tx, payer, now))
        if taken is None:
            # Of whom it is said no more: it may be a member.
            whose = (payer or EVERYBODY).partition(":")[0]
            log.warning("the model's calls for today are used up", whose=whose)
            return Written(limited=True, may_come=True)
        seconds = min(until - now, self._parts.limits.run) / SECOND
        outcome = await writer.write(
            material, plain=known.plain, seconds=seconds, calls=taken.calls
        )
        await self._settle(writer, outcome, payer=payer, taken=taken, began=now)
        if isinstance(outcome, Draft):
            return Written(outcome)
        return Written(may_come=outcome.trouble not in _FOR_GOOD)

    async def _reserve(self, tx: Tx, payer: str | None, now: Millis) -> Usage | None:
        return await tx.spending.reserve(now // DAY, RUN, LEAST_CALLS, self._purses(payer))

    def _purses(self, payer: str | None) -> dict[str, Usage]:
        limits = self._parts.limits
        own = {payer: limits.payer} if payer else {}
        return {EVERYBODY: limits.day, **own}

    async def _settle(
        self,
        writer: Writer,
        outcome: DraftOutcome,
        *,
        payer: str | None,
        taken: Usage,
        began: Millis,
    ) -> None:
        used = outcome.usage
        rest = Usage(used.calls - taken.calls, used.tokens - taken.tokens)

        async def keep(tx: Tx) -> Endpoint:
            await tx.spending.add(began // DAY, rest, self._purses(payer))
            known = await tx.spending.endpoint(writer.endpoint)
            learned = after(known, outcome, self._parts.clock())
            # Another run may have been told to wait meanwhile.
            learned = replace(learned, rest_until=max(learned.rest_until, known.rest_until))
            if learned != known:
                await tx.spending.keep_endpoint(writer.endpoint, learned)
            return learned

        learned = await self._parts.store.write(keep)
        now = self._parts.clock()
        failed = outcome if isinstance(outcome, ModelFailed) else None
        asked = ModelAsked(
            model=writer.name,
            trouble=failed.trouble if failed else None,
            usage=used,
            took=max(0, now - began),
            reason=failed.reason if failed else None,
            again_in=max(0, learned.rest_until - now),
        )
        self._parts.tell(asked)
