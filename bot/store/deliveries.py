"""The table of deliveries: written before a message is sent, settled after."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import aiosqlite

from bot.models import Delivery, DeliveryState, Due, Millis
from bot.store.rows import Table, marks
from bot.store.wanted import WANTED, followed

# Word for word the condition of the index `delivery_due`: without it, the whole history is read.
_OPEN = "state IN ('pending', 'sending')"

_LEFT = "The channel left the topic before it was known whether this was posted."
_TRIED = (
    "channel_id = ?1 AND topic = ?2 AND first_attempt_at IS NOT NULL"
    " AND state IN ('pending', 'parked', 'held', 'filtered') AND digest_id IS NULL"
)
# What a member follows is not the topic's: it stays.
_OF_TOPIC = f"NOT {followed('delivery')}"


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

    async def due(self, now: Millis, limit: int) -> list[Due]:
        """List what is due, of what is wanted; of more than `limit`, some of every server's.

        A member's direct messages count as a server. What was being sent when its lease ran out is
        due again. What nobody subscribes to, or follows, any more, or what is paused, is passed
        over.
        """
        rows = await self._all(
            "SELECT id, channel_id, guild_id, story_id, topic, due_at FROM (SELECT d.*,"  # noqa: S608  # no value in it
            " row_number() OVER (PARTITION BY CASE d.guild_id WHEN 0 THEN d.channel_id"
            " ELSE d.guild_id END ORDER BY d.due_at, d.id) AS turn"
            f" FROM delivery AS d WHERE {_OPEN} AND d.due_at <= ?1 AND {WANTED}) AS due"
            " ORDER BY turn, due_at LIMIT ?2",
            now,
            limit,
        )
        return [Due(**{name: row[name] for name in row.keys()}) for row in rows]  # noqa: SIM118  # a Row iterates over its values

    async def claim(self, ids: Collection[int], now: Millis, lease: Millis) -> list[Delivery]:
        """Lease those of these deliveries that are due still; no two of them are of one channel.

        They come with the time since when they may stand in the channel without our knowing: now,
        unless there was an attempt before.
        """
        rows = await self._all(
            "UPDATE delivery SET state = 'sending', attempts = attempts + 1, due_at = ?2,"  # noqa: S608  # no value in it
            " first_attempt_at = coalesce(first_attempt_at, ?1)"
            f" WHERE id IN (SELECT min(d.id) FROM delivery AS d WHERE d.id IN ({marks(ids, 3)})"
            f" AND {_OPEN} AND d.due_at <= ?1 AND {WANTED}"
            " AND d.channel_id NOT IN (SELECT channel_id FROM delivery WHERE state = 'sending'"
            f" AND due_at > ?1 AND {_OPEN}) GROUP BY d.channel_id)"
            " RETURNING *",
            now,
            now + lease,
            *ids,
        )
        return [delivery_of(row) for row in rows]

    async def next_due_at(self, after: Millis) -> Millis | None:
        """Return when anything falls due after that time, or a lease ends; None: nothing does."""
        row = await self._one(
            "SELECT min(at) AS due FROM ("  # noqa: S608  # no value in it
            f"SELECT min(due_at) AS at FROM delivery WHERE {_OPEN} AND due_at > ?1"
            " UNION ALL SELECT min(due_at) FROM delivery WHERE state = 'held' AND due_at > ?1)",
            after,
        )
        return row["due"] if row else None

    async def release_leases(self, now: Millis) -> int:
        """Make due now what a program that is no more was sending; return how many.

        So is what a clock that was ahead has written down as due at a time that is to come.
        """
        await self._do(
            f"UPDATE delivery SET due_at = ?1 WHERE state = 'pending' AND {_OPEN}"  # noqa: S608  # no value in it
            " AND due_at > ?1 AND planned_at > ?1",
            now,
        )
        await self._do(
            "UPDATE delivery SET due_at = due_at - (planned_at - ?1), planned_at = ?1"
            " WHERE state = 'held' AND digest_id IS NULL AND due_at > ?1 AND planned_at > ?1",
            now,
        )
        return await self._do(
            f"UPDATE delivery SET due_at = ?1 WHERE state = 'sending' AND {_OPEN}",  # noqa: S608  # no value in it
            now,
        )

    async def doubt(self, since: Millis) -> int:
        """Note that what is not settled may stand in its channel since then; return how many."""
        return await self._do(
            "UPDATE delivery SET first_attempt_at = coalesce(first_attempt_at, ?1)"
            " WHERE state IN ('pending', 'sending', 'held', 'parked', 'filtered')",
            since,
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
        now: Millis,
    ) -> None:
        """Record what came of sending; a delivery that is settled already stays as it is."""
        await self._do(
            "UPDATE delivery SET state = ?2, due_at = ?3, message_id = ?4, reason = ?5,"
            " first_attempt_at = ?6, settled_at = CASE WHEN ?2 IN ('sent', 'rejected') THEN ?7 END"
            " WHERE id = ?1 AND state = 'sending'",
            delivery_id,
            state,
            due_at,
            message_id,
            reason,
            first_attempt_at,
            now,
        )

    async def cancel(self, channel_id: int, topic: str) -> list[Delivery]:
        """Take back what is due in a channel for a topic and not yet under way; return that.

        What another topic of the channel holds as well becomes that one's. What the channel could
        not take goes too: it must not come out when the channel resumes.
        """
        other = (
            "SELECT min(s.topic) FROM subscription AS s"
            " JOIN topic_feed AS f ON f.topic = s.topic JOIN article AS a ON a.feed_id = f.feed_id"
            " WHERE s.channel_id = delivery.channel_id AND s.topic <> ?2"
            " AND a.story_id = delivery.story_id AND s.created_at <= delivery.planned_at"
        )
        await self._do(
            f"UPDATE delivery SET topic = coalesce(({other}), topic)"  # noqa: S608  # no value in it
            " WHERE channel_id = ?1 AND topic = ?2"
            " AND state IN ('pending', 'parked', 'held', 'sending')",
            channel_id,
            topic,
        )
        # What may stand in the channel already is kept, so that it does not come again.
        tried = await self._all(
            f"SELECT * FROM delivery WHERE {_TRIED} AND {_OF_TOPIC}",  # noqa: S608  # as above
            channel_id,
            topic,
        )
        await self._do(
            "UPDATE delivery SET state = 'rejected', settled_at = due_at, reason = ?3"  # noqa: S608  # as above
            f" WHERE {_TRIED} AND {_OF_TOPIC}",
            channel_id,
            topic,
            _LEFT,
        )
        rows = await self._all(
            "DELETE FROM delivery WHERE channel_id = ?1 AND topic = ?2"  # noqa: S608  # no value in it
            f" AND {_OF_TOPIC}"
            " AND state IN ('pending', 'parked', 'held', 'filtered') AND (digest_id IS NULL"
            " OR digest_id IN (SELECT id FROM delivery WHERE channel_id = ?1 AND story_id IS NULL"
            " AND state IN ('pending', 'parked') AND first_attempt_at IS NULL)) RETURNING *",
            channel_id,
            topic,
        )
        return sorted(map(delivery_of, [*tried, *rows]), key=lambda delivery: delivery.id)

    async def bring_back(self, rows: Iterable[Delivery]) -> None:
        """Write down again what was taken back, as it is said here.

        What is gone of the stories, or is due or was sent in the channel, is left out; what may
        stand in the channel since it was tried is looked for there before it is sent.
        """
        await self._do_many(
            "INSERT INTO delivery (story_id, channel_id, guild_id, topic, nonce, state, planned_at,"  # noqa: S608  # a text of ours
            " due_at, first_attempt_at, reason) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10"
            " WHERE EXISTS (SELECT 1 FROM story WHERE id = ?1)"
            " ON CONFLICT (story_id, channel_id) DO UPDATE SET topic = excluded.topic,"
            " state = excluded.state, settled_at = NULL, planned_at = excluded.planned_at,"
            " due_at = excluded.due_at, reason = excluded.reason"
            f" WHERE delivery.state = 'rejected' AND delivery.reason = '{_LEFT}'",
            [
                (
                    d.story_id,
                    d.channel_id,
                    d.guild_id,
                    d.topic,
                    d.nonce,
                    d.state,
                    d.planned_at,
                    d.due_at,
                    d.first_attempt_at,
                    d.reason,
                )
                for d in rows
            ],
        )

    async def give_up(self, channel_id: int, reason: str, now: Millis) -> int:
        """Reject all that a channel was still to get, as it is not there any more."""
        return await self._do(
            "UPDATE delivery SET state = 'rejected', reason = ?2, settled_at = ?3"
            " WHERE channel_id = ?1 AND state IN ('pending', 'held', 'sending', 'parked')",
            channel_id,
            reason,
            now,
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
        return [delivery_of(row) for row in rows]


def delivery_of(row: aiosqlite.Row) -> Delivery:
    """Read a row of the table."""
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
        planned_at=row["planned_at"],
        due_at=row["due_at"],
        settled_at=row["settled_at"],
    )
