"""What servers have set for all of their channels, and which language is theirs."""

from __future__ import annotations

from bot.models import Server
from bot.newsroom.parts import Parts
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
        server = await self.of(guild_id)
        return server.language or best(self._parts.places.locale(guild_id))
