"""The table of publications: posts that followers of an announcement channel are to get."""

from __future__ import annotations

from bot.models import Millis
from bot.store.rows import Table


class Publications(Table):
    """Posts by message, and what came of publishing them."""

    async def add(self, message_id: int, channel_id: int, now: Millis) -> None:
        """Note that a post is to be published."""
        await self._do(
            "INSERT INTO publication (message_id, channel_id, due_at, state)"
            " VALUES (?1, ?2, ?3, 'pending') ON CONFLICT (message_id) DO NOTHING",
            message_id,
            channel_id,
            now,
        )

    async def due(self, now: Millis, limit: int) -> list[tuple[int, int, int]]:
        """List what is due, oldest first: message, channel, attempts so far."""
        rows = await self._all(
            "SELECT message_id, channel_id, attempts FROM publication WHERE state = 'pending'"
            " AND due_at <= ?1 ORDER BY due_at, message_id LIMIT ?2",
            now,
            limit,
        )
        return [(row["message_id"], row["channel_id"], row["attempts"]) for row in rows]

    async def next_due_at(self) -> Millis | None:
        """Return when the next one falls due; None: none is left."""
        row = await self._one("SELECT min(due_at) AS at FROM publication WHERE state = 'pending'")
        return row["at"] if row else None

    async def published(self, channel_id: int, since: Millis) -> list[Millis]:
        """List when posts of a channel were published since then, oldest first."""
        rows = await self._all(
            "SELECT settled_at FROM publication WHERE channel_id = ?1 AND settled_at > ?2"
            " AND state = 'published' ORDER BY settled_at",
            channel_id,
            since,
        )
        return [row["settled_at"] for row in rows]

    async def put_off(self, message_id: int, due_at: Millis, reason: str) -> None:
        """Try one again then."""
        await self._do(
            "UPDATE publication SET due_at = ?2, attempts = attempts + 1, reason = ?3"
            " WHERE message_id = ?1",
            message_id,
            due_at,
            reason,
        )

    async def settle(
        self, message_id: int, now: Millis, *, published: bool, reason: str | None = None
    ) -> None:
        """Record what came of publishing one."""
        await self._do(
            "UPDATE publication SET state = ?2, settled_at = ?3, reason = ?4 WHERE message_id = ?1",
            message_id,
            "published" if published else "rejected",
            now,
            reason,
        )

    async def give_up(self, channel_id: int, now: Millis, reason: str) -> int:
        """Reject all that is still to be published of a channel."""
        return await self._do(
            "UPDATE publication SET state = 'rejected', settled_at = ?2, reason = ?3"
            " WHERE channel_id = ?1 AND state = 'pending'",
            channel_id,
            now,
            reason,
        )
