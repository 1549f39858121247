"""Conducts the end of a server's data, some time after the bot has left it or was put out."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from bot.models import DAY, Millis
from bot.store import Store, Tx

GRACE: Millis = 7 * DAY
"""How long the data of a server is kept that may invite the bot again."""
AT_ONCE = 500
"""Rows of one transaction: more would hold up the writers behind it."""

log = structlog.get_logger()


async def forget(store: Store, now: Millis, present: Collection[int]) -> list[int]:
    """Delete all that is kept of servers whose time is over; return which these were.

    `present` are the servers that the bot is in, whatever is written down: one may have invited it
    again while it was not running.
    """
    over = await store.read(lambda tx: tx.departures.before(now - GRACE))
    left = [guild_id for guild_id in over if guild_id not in present]
    for guild_id in left:
        await _forget(store, guild_id)
        log.info("the data of a server that the bot is in no more is deleted", guild=guild_id)
    return left


async def _forget(store: Store, guild_id: int) -> None:
    for channel_id in await store.read(lambda tx: tx.departures.channels(guild_id)):
        await forget_channel(store, channel_id)

    async def end(tx: Tx) -> None:
        await tx.own.forget(guild_id)
        await tx.departures.forget(guild_id, [f"server:{guild_id}", f"feeds:server:{guild_id}"])

    await store.write(end)


async def forget_channel(store: Store, channel_id: int) -> None:
    """Delete all that is kept of a channel, or of a member's direct messages."""
    while await store.write(lambda tx: _forget_part(tx, channel_id)) == AT_ONCE:
        pass  # there is more


async def _forget_part(tx: Tx, channel_id: int) -> int:
    stories = await tx.departures.forget_channel(channel_id, AT_ONCE)
    # Their articles may be gone already: then nothing else would ever come upon them.
    await tx.retention.drop_stories({one for one in stories if one is not None})
    return len(stories)
