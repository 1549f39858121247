"""Questions about what became of stories in channels, and what there is to say why from."""

from __future__ import annotations

from collections.abc import Sequence

import aiosqlite

from bot.models import Became, Brought, Delivery, Millis, Story
from bot.store.deliveries import delivery_of
from bot.store.rows import Table, load_article

_STORY = "(SELECT body FROM article AS a WHERE a.story_id = d.story_id ORDER BY a.id LIMIT 1)"
_HELD = "(SELECT count(*) FROM delivery AS held WHERE held.digest_id = d.id)"
_MOST_BROUGHT = 10
_MOST_OF_EVENT = 10


class Accounts(Table):
    """Deliveries with their stories, and how these came."""

    async def recent(self, channel_id: int, limit: int, *, digests: bool = True) -> list[Became]:
        """List what became of a channel's newest deliveries, newest first."""
        rows = await self._all(
            f"SELECT d.*, {_STORY} AS body, {_HELD} AS stories FROM delivery AS d"  # noqa: S608  # no value in it
            " WHERE d.channel_id = ?1 AND (?2 OR d.story_id IS NOT NULL)"
            " ORDER BY d.id DESC LIMIT ?3",
            channel_id,
            digests,
            limit,
        )
        return [await self._became(row) for row in rows]

    async def of_story(self, channel_id: int, story_id: int) -> Became | None:
        """Return what became of a story in a channel; None: it is not known to be planned there."""
        row = await self._one(
            f"SELECT d.*, {_STORY} AS body, 0 AS stories FROM delivery AS d"  # noqa: S608  # no value in it
            " WHERE d.story_id = ?1 AND d.channel_id = ?2",
            story_id,
            channel_id,
        )
        return await self._became(row) if row else None

    async def of_event(self, channel_id: int, event_key: str) -> list[int]:
        """List the stories of an event that were planned for a channel, the newest first.

        Whoever they are for: of a server's own, the key has that before it.
        """
        rows = await self._all(
            "SELECT a.story_id FROM delivery AS d JOIN article AS a USING (story_id)"
            " WHERE d.channel_id = ?1 AND (a.event_key = ?2 OR a.event_key LIKE '%/' || ?2)"
            " GROUP BY a.story_id ORDER BY max(d.id) DESC LIMIT ?3",
            channel_id,
            event_key,
            _MOST_OF_EVENT,
        )
        return [row["story_id"] for row in rows]

    async def brought(self, story_id: int) -> list[Brought]:
        """List how feeds brought a story, oldest first."""
        rows = await self._all(
            "SELECT a.feed_id, a.first_seen_at, a.published_at, f.title, f.host, f.seeded_at,"
            " (SELECT count(*) FROM article AS other WHERE other.feed_id = a.feed_id"
            " AND other.first_seen_at = a.first_seen_at) AS at_once"
            " FROM article AS a JOIN feed AS f ON f.id = a.feed_id"
            " WHERE a.story_id = ?1 ORDER BY a.id LIMIT ?2",
            story_id,
            _MOST_BROUGHT,
        )
        return [
            Brought(
                feed=row["title"] or row["host"],  # its address may hold a key
                at=row["first_seen_at"],
                dated=row["published_at"],
                at_once=row["at_once"],
                seeded_at=row["seeded_at"],
                topics=await self._topics(row["feed_id"]),
            )
            for row in rows
        ]

    async def waiting(self, channel_id: int, now: Millis) -> tuple[int, Millis | None]:
        """Count a channel's stories that wait, and say when the first of them falls due."""
        row = await self._one(
            "SELECT count(*) AS stories, min(CASE WHEN due_at > ?2 THEN due_at END) AS at"
            " FROM delivery WHERE channel_id = ?1 AND story_id IS NOT NULL"
            " AND state IN ('pending', 'held', 'parked')",
            channel_id,
            now,
        )
        return (row["stories"], row["at"]) if row else (0, None)

    async def planned(self, channel_id: int, story_ids: Sequence[int]) -> list[int]:
        """Return those of the stories that were planned for a channel."""
        found = [await self.of_story(channel_id, story_id) for story_id in story_ids]
        return [b.delivery.story_id for b in found if b and b.delivery.story_id is not None]

    async def _topics(self, feed_id: int) -> dict[str, Millis]:
        rows = await self._all(
            "SELECT topic, added_at FROM topic_feed WHERE feed_id = ?1 ORDER BY topic", feed_id
        )
        return {row["topic"]: row["added_at"] for row in rows}

    async def _became(self, row: aiosqlite.Row) -> Became:
        delivery = delivery_of(row)
        story = None
        if delivery.story_id is not None and row["body"] is not None:
            story = Story(delivery.story_id, load_article(row["body"]))
        return Became(delivery, story, await self._digest(delivery.digest_id), row["stories"])

    async def _digest(self, digest_id: int | None) -> Delivery | None:
        if digest_id is None:
            return None
        row = await self._one("SELECT * FROM delivery WHERE id = ?1", digest_id)
        return delivery_of(row) if row else None
