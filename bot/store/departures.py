"""The table of departures: servers that the bot is in no more, and the end of their data."""

from __future__ import annotations

from collections.abc import Collection

from bot.models import Millis
from bot.store.rows import Table, marks


class Departures(Table):
    """Servers by when the bot left, or was put out."""

    async def add(self, guild_id: int, now: Millis) -> bool:
        """Note that the bot is in a server no more; return whether that is new."""
        return bool(
            await self._do(
                "INSERT INTO departure (guild_id, left_at) VALUES (?1, ?2)"
                " ON CONFLICT (guild_id) DO NOTHING",
                guild_id,
                now,
            )
        )

    async def remove(self, guild_id: int) -> bool:
        """Note that the bot is in a server again; return whether it was not."""
        return bool(await self._do("DELETE FROM departure WHERE guild_id = ?1", guild_id))

    async def guilds(self) -> frozenset[int]:
        """Return the servers that the bot is in no more."""
        return frozenset(
            row["guild_id"] for row in await self._all("SELECT guild_id FROM departure")
        )

    async def before(self, time: Millis) -> list[int]:
        """List servers that the bot left before that time, the earliest first."""
        rows = await self._all(
            "SELECT guild_id FROM departure WHERE left_at < ?1 ORDER BY left_at, guild_id", time
        )
        return [row["guild_id"] for row in rows]

    async def channels(self, guild_id: int) -> list[int]:
        """List the channels of a server that anything is kept of; it reads all deliveries."""
        rows = await self._all(
            "SELECT channel_id FROM subscription WHERE guild_id = ?1"
            " UNION SELECT channel_id FROM delivery WHERE guild_id = ?1"
            " UNION SELECT channel_id FROM notice WHERE guild_id = ?1",
            guild_id,
        )
        return [row["channel_id"] for row in rows]

    async def forget_channel(self, channel_id: int, limit: int) -> list[int | None]:
        """Delete what is kept of a channel, so many deliveries at most; return their stories."""
        rows = await self._all(
            "DELETE FROM delivery WHERE id IN"
            " (SELECT id FROM delivery WHERE channel_id = ?1 ORDER BY id LIMIT ?2)"
            " RETURNING story_id",
            channel_id,
            limit,
        )
        if len(rows) < limit:
            for table in ("subscription", "notice", "publication", "catchup"):
                await self._do(f"DELETE FROM {table} WHERE channel_id = ?1", channel_id)  # noqa: S608  # one of these four
        return [row["story_id"] for row in rows]

    async def forget(self, guild_id: int, askers: Collection[str]) -> None:
        """Delete what is kept of a server beside its channels', and that the bot was in it.

        `askers` are the names that its asking and spending are counted under.
        """
        await self._do(f"DELETE FROM allowance WHERE asker IN ({marks(askers, 1)})", *askers)  # noqa: S608  # only ?n goes in
        await self._do(f"DELETE FROM spending WHERE purse IN ({marks(askers, 1)})", *askers)  # noqa: S608  # only ?n goes in
        await self.remove(guild_id)
