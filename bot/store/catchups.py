"""The table of catch-ups: until when members know what was posted in channels."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Mark, Millis, Story
from bot.store.rows import Table, load_article, marks

_MOST_PARAMETERS = 500
"""SQLite's limit was 999 for long."""


class Catchups(Table):
    """How far members have caught up, and what was posted since."""

    async def get(self, member_id: int, channel_id: int) -> Mark | None:
        """Return what a member was told last of a channel; None: nothing that is kept."""
        row = await self._one(
            "SELECT since, asked_at FROM catchup WHERE member_id = ?1 AND channel_id = ?2",
            member_id,
            channel_id,
        )
        return Mark(row["since"], row["asked_at"]) if row else None

    async def put(self, member_id: int, channel_id: int, mark: Mark) -> None:
        """Keep what a member was told of a channel; what reaches less far changes nothing."""
        await self._do(
            "INSERT INTO catchup (member_id, channel_id, since, asked_at) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (member_id, channel_id) DO UPDATE SET since = excluded.since,"
            " asked_at = excluded.asked_at WHERE excluded.asked_at > catchup.asked_at",
            member_id,
            channel_id,
            mark.since,
            mark.asked_at,
        )

    async def forget(self, before: Millis) -> int:
        """Forget who was told what before that time; return how many marks."""
        return await self._do("DELETE FROM catchup WHERE asked_at < ?1", before)

    async def posted(self, channel_id: int, after: Millis, until: Millis) -> list[tuple[int, str]]:
        """List the stories that were posted in a channel, alone or in digests, with their topics.

        In the order in which they were; after the one time, and not after the other.
        """
        rows = await self._all(
            "SELECT story_id, topic FROM delivery WHERE channel_id = ?1 AND state = 'sent'"
            " AND story_id IS NOT NULL AND settled_at > ?2 AND settled_at <= ?3 ORDER BY id",
            channel_id,
            after,
            until,
        )
        return [(row["story_id"], row["topic"]) for row in rows]

    async def newest_state(self, story_ids: Sequence[int]) -> dict[int, Story]:
        """Return stories as they are told now, by the last of their articles; by id."""
        found: dict[int, Story] = {}
        for start in range(0, len(story_ids), _MOST_PARAMETERS):
            part = story_ids[start : start + _MOST_PARAMETERS]
            rows = await self._all(
                "SELECT story_id, body FROM article WHERE id IN (SELECT max(id) FROM article"  # noqa: S608  # only ?n goes in
                f" WHERE story_id IN ({marks(part, 1)}) GROUP BY story_id)",
                *part,
            )
            found.update(
                {r["story_id"]: Story(r["story_id"], load_article(r["body"])) for r in rows}
            )
        return found
