"""The table of deliveries: written before a message is sent, settled after."""

from __future__ import annotations

from collections.abc import Iterable

import aiosqlite

from bot.models import Delivery, DeliveryState, Millis
from bot.store.rows import Table

# Word for word the condition of the index `delivery_due`: without it, the whole history is read.
_OPEN = "state IN ('pending', 'sending')"

_TOO_OLD = "It waited until it was no news any more."
_WANTED = (
    "EXISTS (SELECT 1 FROM subscription AS s WHERE s.channel_id = d.channel_id"
    " AND s.topic = d.topic AND s.paused_reason IS NULL)"
)


class Deliveries(Table):
    """Stories due in channels."""

    async def add(self, rows: Iterable[tuple[Delivery, Millis]], now: Millis) -> None:
        """Write deliveries (their ids don't count) with the time they fall due.

        A story that is already due, or was sent, in a channel is left as it is.
        """
        await self._do_many(
            "INSERT INTO delivery (story_id, channel_id, guild_id, topic, nonce, state, planned_at,"
            " due_at, first_attempt_at, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            " ON CONFLICT (story_id, channel_id) DO NOTHING",
            [
                (
                    d.story_id,
                    d.channel_id,
                    d.guild_id,
                    d.topic,
                    d.nonce,
                    d.state,
                    now,
                    due_at,
                    d.first_attempt_at,
                    d.reason,
                )
                for d, due_at in rows
            ],
        )

    async def claim_due(self, now: Millis, lease: Millis, limit: int) -> list[Delivery]:
        """Take deliveries that are due, at most one a channel, oldest first, and lease them.

        What was being sent when its lease ran out comes again, with the time of its first attempt.
        A channel with a message under way is passed over, and so is what nobody subscribes to any
        more, or what is paused.
        """
        rows = await self._all(
            "UPDATE delivery SET state = 'sending', attempts = attempts + 1, due_at = ?2,"  # noqa: S608  # no value in it
            " first_attempt_at = coalesce(first_attempt_at, ?1)"
            f" WHERE id IN (SELECT min(d.id) FROM delivery AS d WHERE {_OPEN} AND d.due_at <= ?1"
            " AND d.channel_id NOT IN (SELECT channel_id FROM delivery WHERE state = 'sending'"
            f" AND due_at > ?1 AND {_OPEN})"
            f" AND {_WANTED}"
            # The plus keeps the planner from walking the history for the sake of its order.
            " GROUP BY +d.channel_id ORDER BY min(d.due_at) LIMIT ?3)"
            " RETURNING *",
            now,
            now + lease,
            limit,
        )
        return [_delivery(row) for row in rows]

    async def due_stories(self, now: Millis, limit: int) -> list[tuple[int, str]]:
        """List stories, each with a topic, that are due and that nobody has begun to send."""
        rows = await self._all(
            "SELECT story_id, min(topic) AS topic FROM delivery AS d"  # noqa: S608  # no value in it
            f" WHERE state = 'pending' AND {_OPEN} AND due_at <= ?1 AND {_WANTED}"
            " GROUP BY story_id ORDER BY min(due_at), min(d.id) LIMIT ?2",
            now,
            limit,
        )
        return [(row["story_id"], row["topic"]) for row in rows]

    async def next_due_at(self) -> Millis | None:
        """Return when the next delivery falls due or the next lease runs out; None without any."""
        row = await self._one(
            # What waits behind a message under way is not due before that one's lease ends: the
            # loop that asks would turn without rest.
            "SELECT min(CASE WHEN l.ends > d.due_at THEN l.ends ELSE d.due_at END) AS due"  # noqa: S608  # no value in it
            " FROM delivery AS d LEFT JOIN (SELECT channel_id, max(due_at) AS ends FROM delivery"
            f" WHERE state = 'sending' AND {_OPEN} GROUP BY +channel_id) AS l"
            f" ON l.channel_id = d.channel_id WHERE {_OPEN}"
            f" AND {_WANTED}"
        )
        return row["due"] if row else None

    async def release_leases(self, now: Millis) -> int:
        """Make due now what a program that is no more was sending; return how many."""
        return await self._do(
            f"UPDATE delivery SET due_at = ?1 WHERE state = 'sending' AND {_OPEN}",  # noqa: S608  # no value in it
            now,
        )

    async def settle(
        self,
        delivery_id: int,
        *,
        state: DeliveryState,
        due_at: Millis,
        message_id: int | None,
        reason: str | None,
        first_attempt_at: Millis | None,
    ) -> None:
        """Record what came of sending; a delivery that is settled already stays as it is."""
        await self._do(
            "UPDATE delivery SET state = ?2, due_at = ?3, message_id = ?4, reason = ?5,"
            " first_attempt_at = ?6 WHERE id = ?1 AND state = 'sending'",
            delivery_id,
            state,
            due_at,
            message_id,
            reason,
            first_attempt_at,
        )

    async def waiting(self, channel_id: int) -> list[tuple[int, Millis]]:
        """List what a channel could not take, with when it fell due, oldest first."""
        rows = await self._all(
            "SELECT id, due_at FROM delivery WHERE channel_id = ?1"
            " AND state IN ('pending', 'parked') ORDER BY id",
            channel_id,
        )
        return [(row["id"], row["due_at"]) for row in rows]

    async def reschedule(self, due: Iterable[tuple[int, Millis | None]]) -> None:
        """Give waiting deliveries new due times; None: it is not sent any more, being too old."""
        for delivery_id, due_at in due:
            if due_at is None:
                await self._do(
                    "UPDATE delivery SET state = 'rejected', reason = ?2 WHERE id = ?1",
                    delivery_id,
                    _TOO_OLD,
                )
            else:
                await self._do(
                    "UPDATE delivery SET state = 'pending', due_at = ?2 WHERE id = ?1",
                    delivery_id,
                    due_at,
                )

    async def expire(self, before: Millis) -> int:
        """Close what fell due before that time and was never attempted; return how many."""
        return await self._do(
            f"UPDATE delivery SET state = 'rejected', reason = ?2 WHERE {_OPEN}"  # noqa: S608  # no value in it
            " AND state = 'pending' AND first_attempt_at IS NULL AND due_at < ?1",
            before,
            _TOO_OLD,
        )

    async def cancel(self, channel_id: int, topic: str) -> int:
        """Take back what is due in a channel for a topic and not yet under way; return how many.

        What another topic of the channel holds as well becomes that one's. What the channel could
        not take goes too: it must not come out when the channel resumes.
        """
        other = (
            "SELECT min(s.topic) FROM subscription AS s"
            " JOIN topic_feed AS f ON f.topic = s.topic JOIN article AS a ON a.feed_id = f.feed_id"
            " WHERE s.channel_id = delivery.channel_id AND s.topic <> ?2"
            " AND a.story_id = delivery.story_id"
        )
        await self._do(
            f"UPDATE delivery SET topic = coalesce(({other}), topic)"  # noqa: S608  # no value in it
            " WHERE channel_id = ?1 AND topic = ?2 AND state IN ('pending', 'parked', 'sending')",
            channel_id,
            topic,
        )
        return await self._do(
            "DELETE FROM delivery WHERE channel_id = ?1 AND topic = ?2"
            " AND state IN ('pending', 'parked')",
            channel_id,
            topic,
        )

    async def posted(self, channel_id: int, limit: int) -> frozenset[int]:
        """Return the messages that a channel's newest deliveries are known to have become."""
        rows = await self._all(
            "SELECT message_id FROM delivery WHERE channel_id = ?1 AND message_id IS NOT NULL"
            " ORDER BY id DESC LIMIT ?2",
            channel_id,
            limit,
        )
        return frozenset(row["message_id"] for row in rows)

    async def in_channel(self, channel_id: int) -> list[Delivery]:
        """List a channel's deliveries in the order they were written."""
        rows = await self._all(
            "SELECT * FROM delivery WHERE channel_id = ?1 ORDER BY id", channel_id
        )
        return [_delivery(row) for row in rows]


def _delivery(row: aiosqlite.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        story_id=row["story_id"],
        channel_id=row["channel_id"],
        topic=row["topic"],
        nonce=row["nonce"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        first_attempt_at=row["first_attempt_at"],
        message_id=row["message_id"],
        reason=row["reason"],
        guild_id=row["guild_id"],
        digest_id=row["digest_id"],
    )
