"""Takes what is asked for out of several allowances, all or none."""

from __future__ import annotations

from collections.abc import Mapping

from bot.explain.allowance import Wait, take
from bot.models import Allowance, Millis
from bot.store import Tx


async def take_all(
    tx: Tx, allowances: Mapping[str, Allowance], now: Millis
) -> tuple[str, Millis] | None:
    """Count an asking against each of these, by the asker that it is kept for; None: it is.

    Nothing is counted where one of them has to wait: it is named, with until when.
    """
    taken = {
        name: take(allowance, await tx.spending.spent_until(name), now)
        for name, allowance in allowances.items()
    }
    for name, result in taken.items():
        if isinstance(result, Wait):
            return name, result.until
    for name, result in taken.items():
        if not isinstance(result, Wait):
            await tx.spending.keep_spent_until(name, result.spent_until)
    return None
