"""Digests in the table of deliveries: what is held back, and the message that it goes out in."""

from __future__ import annotations

from bot.models import Delivery, DeliveryState, Millis
from bot.store.deliveries import delivery_of
from bot.store.rows import Table
from bot.store.wanted import WANTED_STORY

_DUE = f"d.state = 'held' AND d.digest_id IS NULL AND d.due_at <= ?1 AND {WANTED_STORY}"


class Digests(Table):
    """Stories that wait for a digest, and digests, which are deliveries of no story."""

    async def due(self, now: Millis) -> list[tuple[int, int, int, int]]:
        """List channels whose held stories are due: channel, server, how many, the first one."""
        rows = await self._all(
            "SELECT d.channel_id, max(d.guild_id) AS guild_id, count(*) AS stories,"  # noqa: S608  # no value in it
            " min(d.id) AS first"
            # The plus keeps the planner from walking the history for the sake of its order.
            f" FROM delivery AS d WHERE {_DUE} GROUP BY +d.channel_id",
            now,
        )
        return [(r["channel_id"], r["guild_id"], r["stories"], r["first"]) for r in rows]

    async def release(self, channel_id: int, now: Millis) -> int:
        """Let a channel's held stories that are due go out as posts; return how many."""
        return await self._do(
            "UPDATE delivery SET state = 'pending', due_at = ?1 WHERE id IN"  # noqa: S608  # no value in it
            f" (SELECT d.id FROM delivery AS d WHERE {_DUE} AND d.channel_id = ?2)",
            now,
            channel_id,
        )

    async def open(self, channel_id: int, guild_id: int, nonce: str, now: Millis) -> int:
        """Put a channel's held stories that are due in a digest that is due; return its id."""
        digest_id = await self._add(channel_id, guild_id, nonce, now)
        await self._do(
            "UPDATE delivery SET digest_id = ?3 WHERE id IN"  # noqa: S608  # no value in it
            f" (SELECT d.id FROM delivery AS d WHERE {_DUE} AND d.channel_id = ?2)",
            now,
            channel_id,
            digest_id,
        )
        return digest_id

    async def divide(self, digest: Delivery, nonces: tuple[str, str], now: Millis) -> None:
        """Put the stories of a digest that was refused in two, each with half of them.

        A single story goes out as a post.
        """
        ids = [held.id for held in await self.held_in(digest.id)]
        half = len(ids) // 2
        for nonce, part in zip(nonces, (ids[:half], ids[half:]), strict=True):
            if len(part) == 1:
                await self._do(
                    "UPDATE delivery SET state = 'pending', due_at = ?2, digest_id = NULL"
                    " WHERE id = ?1",
                    part[0],
                    now,
                )
            elif part:
                made = await self._add(digest.channel_id, digest.guild_id, nonce, now)
                for number in part:
                    await self._do("UPDATE delivery SET digest_id = ?2 WHERE id = ?1", number, made)

    async def resume(self, channel_id: int, now: Millis, before: Millis, why: str) -> int:
        """Make due the digests that a channel could not take; return how many.

        Their stories that fell due before that time are left out, for this reason.
        """
        await self._do(
            "UPDATE delivery SET state = 'rejected', settled_at = ?2, reason = ?4 WHERE"
            " channel_id = ?1 AND state = 'held' AND due_at < ?3 AND digest_id IN (SELECT id"
            " FROM delivery WHERE channel_id = ?1 AND story_id IS NULL AND state = 'parked')",
            channel_id,
            now,
            before,
            why,
        )
        return await self._do(
            "UPDATE delivery SET state = 'pending', due_at = ?2 WHERE channel_id = ?1"
            " AND story_id IS NULL AND state = 'parked'",
            channel_id,
            now,
        )

    async def held_in(self, digest_id: int) -> list[Delivery]:
        """List the stories of a digest that is not sent yet, in the order they were planned."""
        rows = await self._all(
            "SELECT * FROM delivery WHERE digest_id = ?1 AND state = 'held' ORDER BY id", digest_id
        )
        return [delivery_of(row) for row in rows]

    async def stories(self, nonce: str) -> list[Delivery]:
        """List the stories of the digest with this nonce, sent or not, as planned."""
        rows = await self._all(
            "SELECT story.* FROM delivery AS digest JOIN delivery AS story"
            " ON story.digest_id = digest.id WHERE digest.nonce = ?1 ORDER BY story.id",
            nonce,
        )
        return [delivery_of(row) for row in rows]

    async def settle(
        self,
        digest_id: int,
        state: DeliveryState,
        now: Millis,
        *,
        message_id: int | None = None,
        reason: str | None = None,
    ) -> None:
        """Record of a digest's stories what came of it; their reasons stay where none is given."""
        await self._do(
            "UPDATE delivery SET state = ?2, settled_at = ?3, message_id = ?4,"
            " reason = coalesce(?5, reason) WHERE digest_id = ?1 AND state = 'held'",
            digest_id,
            state,
            now,
            message_id,
            reason,
        )

    async def leave_out(
        self, delivery_id: int, state: DeliveryState, now: Millis, message_id: int | None, why: str
    ) -> None:
        """Settle one held story apart from its digest."""
        await self._do(
            "UPDATE delivery SET state = ?2, settled_at = ?3, message_id = ?4, reason = ?5,"
            " digest_id = NULL WHERE id = ?1 AND state = 'held'",
            delivery_id,
            state,
            now,
            message_id,
            why,
        )

    async def _add(self, channel_id: int, guild_id: int, nonce: str, now: Millis) -> int:
        return await self._number(
            "INSERT INTO delivery (story_id, channel_id, guild_id, topic, nonce, state,"
            " planned_at, due_at) VALUES (NULL, ?1, ?2, '', ?3, 'pending', ?4, ?4) RETURNING id",
            channel_id,
            guild_id,
            nonce,
            now,
        )
