"""What planning asks of the tables of subscriptions and deliveries, and how it changes these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import aiosqlite

from bot.models import Article, Change, DeliveryState, Millis, Standing, Waiting
from bot.store.rows import Table, load_article, load_flow, marks

_MOST_PARAMETERS = 500  # SQLite's limit was 999 for long
# A story that went out, or is to go out, as a post of its own.
_POST = (
    "d.story_id IS NOT NULL AND d.digest_id IS NULL AND d.state IN ('pending', 'sending', 'sent')"
)
# Word for word the condition of the index `delivery_for_digest`.
_OPEN = "d.state = 'held' AND d.digest_id IS NULL"
_CHANGEABLE = frozenset({DeliveryState.HELD, DeliveryState.FILTERED})
_ENDED = frozenset({DeliveryState.REJECTED, DeliveryState.SENT})


class Flows(Table):
    """How stories flow in channels."""

    async def standings(
        self, channels: Collection[int], since: Millis, until: Millis, digest_by: Millis
    ) -> dict[int, Standing]:
        """Return how channels stand, as far as they have anything to tell.

        Posts are counted that were planned later than `since` and before `until`; a digest counts
        that is due by `digest_by`. Which topic a post had on its day stays untold.
        """
        found: dict[int, Standing] = {}
        for part in _parts(sorted(channels)):
            among = f"d.channel_id IN ({marks(part, 4)})"
            rows = await self._all(
                "SELECT channel_id, max(posts) AS posts, max(digest_at) AS digest_at FROM ("  # noqa: S608  # only ?n goes in
                "SELECT d.channel_id, count(*) AS posts, NULL AS digest_at FROM delivery AS d"
                f" WHERE {among} AND d.planned_at > ?1 AND d.planned_at < ?2 AND {_POST}"
                " GROUP BY d.channel_id UNION ALL"
                " SELECT d.channel_id, 0, min(d.due_at) FROM delivery AS d"
                f" WHERE {among} AND d.due_at <= ?3 AND {_OPEN} GROUP BY d.channel_id"
                ") AS told GROUP BY channel_id",
                since,
                until,
                digest_by,
                *part,
            )
            for row in rows:
                found[row["channel_id"]] = Standing(row["posts"], row["digest_at"])
        return found

    async def posts(
        self, channels: Collection[int], since: Millis, until: Millis
    ) -> dict[int, dict[str, int]]:
        """Count the posts of channels by topic that were planned from `since` to before `until`."""
        found: dict[int, dict[str, int]] = {}
        for part in _parts(sorted(channels)):
            rows = await self._all(
                "SELECT d.channel_id, d.topic, count(*) AS posts FROM delivery AS d"  # noqa: S608  # only ?n goes in
                f" WHERE d.channel_id IN ({marks(part, 3)})"
                f" AND d.planned_at >= ?1 AND d.planned_at < ?2 AND {_POST}"
                " GROUP BY d.channel_id, d.topic",
                since,
                until,
                *part,
            )
            for row in rows:
                found.setdefault(row["channel_id"], {})[row["topic"]] = row["posts"]
        return found

    async def known(self, stories: Collection[int]) -> dict[tuple[int, int], Waiting | None]:
        """Return the deliveries of these stories, by story and channel; None for one that is set.

        Set is what is done, under way, about to go, or parked.
        """
        found: dict[tuple[int, int], Waiting | None] = {}
        for part in _parts(sorted(stories)):
            rows = await self._all(
                f"{_WAITING} WHERE d.story_id IN ({marks(part, 1)})",
                *part,
            )
            for row in rows:
                is_set = DeliveryState(row["state"]) not in _CHANGEABLE
                found[row["story_id"], row["channel_id"]] = None if is_set else _waiting(row)
        return found

    async def waiting(self, channel_id: int) -> list[Waiting]:
        """List the stories that a channel could not take and no digest has, oldest first.

        Those of a subscription that is paused still are left out.
        """
        rows = await self._all(
            f"{_WAITING} WHERE d.channel_id = ?1 AND d.story_id IS NOT NULL"
            " AND d.state IN ('pending', 'parked') AND d.digest_id IS NULL"
            " AND s.paused_reason IS NULL ORDER BY d.id",
            channel_id,
        )
        return [_waiting(row) for row in rows]

    async def overdue(self, before: Millis) -> list[Waiting]:
        """List the stories that fell due before that time and that nobody has begun to send."""
        rows = await self._all(
            f"{_WAITING} WHERE d.state IN ('pending', 'sending') AND d.state = 'pending'"
            " AND d.due_at < ?1 AND d.first_attempt_at IS NULL AND d.story_id IS NOT NULL"
            " AND d.digest_id IS NULL ORDER BY d.due_at, d.id",
            before,
        )
        return [_waiting(row) for row in rows]

    async def change(self, changes: Iterable[Change], now: Millis) -> None:
        """Write down what becomes of deliveries that were planned before.

        What goes out as a post of its own counts as planned now. One that is done, or under way,
        stays as it is.
        """
        await self._do_many(
            "UPDATE delivery SET state = ?2, due_at = ?3, reason = ?4, topic = ?5,"
            " planned_at = CASE WHEN ?2 = 'pending' THEN ?6 ELSE planned_at END,"
            " settled_at = CASE WHEN ?7 THEN ?6 ELSE NULL END"
            " WHERE id = ?1 AND state IN ('pending', 'held', 'filtered', 'parked')",
            [
                (c.id, c.state, c.due_at, c.reason, c.topic, now, int(c.state in _ENDED))
                for c in changes
            ],
        )

    async def articles(self, stories: Collection[int], limit: int) -> Mapping[int, list[Article]]:
        """Return the first articles of each of these stories, `limit` of each at most."""
        found: dict[int, list[Article]] = {}
        for story_id in sorted(stories):
            rows = await self._all(
                "SELECT body FROM article WHERE story_id = ?1 ORDER BY id LIMIT ?2", story_id, limit
            )
            found[story_id] = [load_article(row["body"]) for row in rows]
        return found

    async def last_planned(self, channel_id: int, topic: str) -> Millis | None:
        """Return when the newest story of a topic that a channel gets, or got, was planned.

        None: there is none. What is held or filtered is nothing that anybody has seen.
        """
        row = await self._one(
            "SELECT max(planned_at) AS at FROM delivery WHERE channel_id = ?1 AND topic = ?2"
            " AND state NOT IN ('held', 'filtered')",
            channel_id,
            topic,
        )
        return row["at"] if row else None

    async def has(self, channel_id: int, story_id: int) -> bool:
        """Tell whether a story is due in a channel, or was, for whichever topic."""
        row = await self._one(
            "SELECT 1 FROM delivery WHERE channel_id = ?1 AND story_id = ?2", channel_id, story_id
        )
        return row is not None


_WAITING = (
    "SELECT d.*, s.flow FROM delivery AS d LEFT JOIN subscription AS s"
    " ON s.channel_id = d.channel_id AND s.topic = d.topic"
)


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + _MOST_PARAMETERS] for at in range(0, len(ids), _MOST_PARAMETERS))


def _waiting(row: aiosqlite.Row) -> Waiting:
    return Waiting(
        id=row["id"],
        channel_id=row["channel_id"],
        topic=row["topic"],
        due_at=row["due_at"],
        state=DeliveryState(row["state"]),
        doubtful=row["first_attempt_at"] is not None,
        in_digest=row["digest_id"] is not None,
        flow=load_flow(row["flow"] or "{}"),
    )
