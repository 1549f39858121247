"""What servers have set for all of their channels, and which language is theirs."""

from __future__ import annotations

from bot.models import Delivery, Server
from bot.newsroom.parts import Parts
from bot.store import Tx
from bot.words import best


class Servers:
    """Settings of servers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def of(self, guild_id: int) -> Server:
        """Return a server's settings."""
        return await self._parts.store.read(lambda tx: tx.servers.get(guild_id))

    async def language(self, guild_id: int) -> str:
        """Return the language of a server's posts: the one that was set, else Discord's for it."""
        return await self._parts.store.read(lambda tx: language_of(tx, guild_id, self._parts))


async def language_of(tx: Tx, guild_id: int, parts: Parts) -> str:
    """Return the language of a server's posts, in a transaction that is under way."""
    server = await tx.servers.get(guild_id)
    return server.language or best(parts.places.locale(guild_id))


async def language_for(tx: Tx, delivery: Delivery, parts: Parts) -> str | None:
    """Return the language of a delivery's message: the server's, or the member's own.

    None: it is a direct message, and what language the member reads is not known.
    """
    if delivery.guild_id:
        return await language_of(tx, delivery.guild_id, parts)
    member_id = await tx.follows.member_of(delivery.channel_id)
    return None if member_id is None else await tx.servers.language_of(member_id)
