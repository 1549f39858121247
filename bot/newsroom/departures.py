"""Conducts the end of a server's data, some time after the bot has left it or was put out."""

from __future__ import annotations

import structlog

from bot.models import DAY, Millis
from bot.store import Store

GRACE: Millis = 7 * DAY
"""How long the data of a server is kept that may invite the bot again."""
TOLD_KEPT: Millis = 30 * DAY
AT_ONCE = 500
"""Rows of one transaction: more would hold up the writers behind it."""

log = structlog.get_logger()


async def forget(store: Store, now: Millis) -> int:
    """Delete all that is kept of servers whose time is over; return how many these were.

    What is told of elsewhere, and settled long ago, goes too.
    """
    await store.write(lambda tx: tx.notices.forget(now - TOLD_KEPT))
    left = await store.read(lambda tx: tx.departures.before(now - GRACE))
    for guild_id in left:
        await _forget(store, guild_id)
        log.info("the data of a server that the bot is in no more is deleted", guild=guild_id)
    return len(left)


async def _forget(store: Store, guild_id: int) -> None:
    channels = await store.read(lambda tx: tx.departures.channels(guild_id))
    for channel_id in channels:
        while (
            await store.write(lambda tx, one=channel_id: tx.departures.forget_channel(one, AT_ONCE))  # type: ignore[misc]  # mypy can't infer a lambda with a default
            == AT_ONCE
        ):
            pass  # there is more
    await store.write(lambda tx: tx.departures.forget(guild_id, [f"server:{guild_id}"]))
