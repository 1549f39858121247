"""Conducts the asking of a model: within its budgets, and only while its endpoint is well."""

from __future__ import annotations

from dataclasses import dataclass

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
    Usage,
)
from bot.newsroom.parts import Parts, Writer
from bot.store import Tx

RUN = Usage(calls=3, tokens=20_000)
"""What one run may cost at the most: it is reserved before, and settled after."""
LEAST_CALLS = 1
SHORTEST_RUN: Millis = 3 * SECOND
"""With less time left, no model is asked."""
EVERYBODY = "all"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Written:
    """What a model came to."""

    draft: Draft | None = None
    limited: bool = False
    """It was not asked, as the day's calls are used up."""


class Writing:
    """Asks the model, if there is one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def name(self) -> str:
        """The model's name, as people see it; empty where there is none."""
        return self._parts.writer.name if self._parts.writer else ""

    async def draft(self, material: Material, payer: str | None, until: Millis) -> Written:
        """Have a story explained by the model until then, or not at all; never raises for it.

        `payer` is who asks, with a purse of its own: a server, or a member in private.
        """
        writer = self._parts.writer
        now = self._parts.clock()
        left = min(until - now, self._parts.limits.run)
        if writer is None or left < SHORTEST_RUN or not writer.can_write(material):
            return Written()
        known = await self._parts.store.read(lambda tx: tx.spending.endpoint(writer.endpoint))
        if known.rest_until > now:
            return Written()
        taken = await self._parts.store.write(lambda tx: self._reserve(tx, payer, now))
        if taken is None:
            log.info("the model's calls for today are used up", payer=payer or EVERYBODY)
            return Written(limited=True)
        outcome = await writer.write(
            material, plain=known.plain, seconds=left / SECOND, calls=taken.calls
        )
        await self._settle(writer, known, outcome, payer=payer, taken=taken, began=now)
        return Written(outcome if isinstance(outcome, Draft) else None)

    async def _reserve(self, tx: Tx, payer: str | None, now: Millis) -> Usage | None:
        return await tx.spending.reserve(now // DAY, RUN, LEAST_CALLS, self._purses(payer))

    def _purses(self, payer: str | None) -> dict[str, Usage]:
        limits = self._parts.limits
        own = {payer: limits.payer} if payer else {}
        return {EVERYBODY: limits.day, **own}

    async def _settle(
        self,
        writer: Writer,
        known: Endpoint,
        outcome: DraftOutcome,
        *,
        payer: str | None,
        taken: Usage,
        began: Millis,
    ) -> None:
        used = outcome.usage
        rest = Usage(used.calls - taken.calls, used.tokens - taken.tokens)
        learned = after(known, outcome, self._parts.clock())

        async def keep(tx: Tx) -> None:
            await tx.spending.add(began // DAY, rest, self._purses(payer))
            if learned != known:
                await tx.spending.keep_endpoint(writer.endpoint, learned)

        await self._parts.store.write(keep)
        if isinstance(outcome, ModelFailed):
            log.warning(
                "the model wrote nothing that can be used",
                trouble=outcome.trouble.value,
                reason=outcome.reason,
                calls=used.calls,
                again_at=learned.rest_until or None,
            )
        else:
            log.info("explained by the model", calls=used.calls, tokens=used.tokens)
