"""The tables of stories that members follow, and of what has carried these on."""

from __future__ import annotations

from collections.abc import Collection

import aiosqlite

from bot.models import Follow, Millis, PausedChannel
from bot.store.pausing import Pausing
from bot.store.rows import marks
from bot.store.wanted import followed

_NOT_UNDER_WAY = (
    "d.guild_id = 0 AND d.state IN ('pending', 'parked', 'held', 'filtered')"
    " AND d.first_attempt_at IS NULL AND d.digest_id IS NULL"
)
_NEAR = 20
"""Followed stories that one new story is compared with, at the most."""
_SHARED = 2
"""Rare words that it has to share with one of them to be compared with it."""


class Follows(Pausing):
    """Stories by who follows them; all of a member's go to the same direct messages."""

    _table = "follow"

    # ── members ──────────────────────────────────────────────────────────────────────────

    async def of_member(self, member_id: int) -> list[Follow]:
        """List the stories that a member follows, the newest follow first."""
        rows = await self._all(
            "SELECT * FROM follow WHERE member_id = ?1 ORDER BY begun_at DESC, id DESC", member_id
        )
        return [_follow(row) for row in rows]

    async def get(self, member_id: int, story_id: int) -> Follow | None:
        """Return by which of a member's follows they hear of a story, if they do."""
        row = await self._one(
            "SELECT f.* FROM follow AS f JOIN follow_story AS t ON t.follow_id = f.id"
            " WHERE f.member_id = ?1 AND t.story_id = ?2 ORDER BY f.story_id = ?2 DESC, f.id"
            " LIMIT 1",
            member_id,
            story_id,
        )
        return _follow(row) if row else None

    async def direct(self, member_id: int) -> tuple[int, bool] | None:
        """Return the channel of a member's direct messages, and whether it is paused.

        None: they follow nothing, so it is not known.
        """
        row = await self._one(
            "SELECT channel_id, max(paused_reason IS NOT NULL) AS paused FROM"
            " (SELECT channel_id, paused_reason FROM subscription"
            " WHERE guild_id = 0 AND created_by = ?1"
            " UNION ALL SELECT channel_id, paused_reason FROM follow WHERE member_id = ?1)"
            " AS told GROUP BY channel_id ORDER BY channel_id DESC LIMIT 1",
            member_id,
        )
        return (row["channel_id"], bool(row["paused"])) if row else None

    async def member_of(self, channel_id: int) -> int | None:
        """Return whose direct messages a channel is; None: nobody follows anything in it."""
        row = await self._one(
            "SELECT created_by AS member_id FROM subscription"
            " WHERE channel_id = ?1 AND guild_id = 0"
            " UNION SELECT member_id FROM follow WHERE channel_id = ?1 LIMIT 1",
            channel_id,
        )
        return row["member_id"] if row else None

    async def add(self, follow: Follow, words: Collection[str]) -> None:
        """Let a member follow a story (the number does not count), known by these rare words."""
        number = await self._number(
            "INSERT INTO follow (member_id, channel_id, story_id, headline, begun_at, quiet_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
            follow.member_id,
            follow.channel_id,
            follow.story_id,
            follow.headline,
            follow.begun_at,
            follow.quiet_at,
        )
        await self._join([number], follow.story_id, words)

    async def end(self, member_id: int, story_id: int) -> Follow | None:
        """End what a member hears of a story; return what that was."""
        found = await self.get(member_id, story_id)
        if found is not None:
            await self._end([found.id])
            await self._take_back(found.channel_id)
        return found

    async def forget_member(self, member_id: int) -> int:
        """End all that a member follows of stories; return how many these were."""
        found = await self.of_member(member_id)
        await self._end([follow.id for follow in found])
        for channel_id in {follow.channel_id for follow in found}:
            await self._take_back(channel_id)
        return len(found)

    async def forget(self, now: Millis, limit: int) -> int:
        """End what has been quiet for long, so much at the most; return how much that was."""
        rows = await self._all(
            "SELECT id FROM follow WHERE quiet_at <= ?1 ORDER BY quiet_at LIMIT ?2", now, limit
        )
        await self._end([row["id"] for row in rows])
        return len(rows)

    async def remove_channel(self, channel_id: int) -> None:
        """End what went to direct messages that are not there any more."""
        rows = await self._all("SELECT id FROM follow WHERE channel_id = ?1", channel_id)
        await self._end([row["id"] for row in rows])

    # ── direct messages that are closed ──────────────────────────────────────────────────

    async def paused(self) -> list[PausedChannel]:
        """List the channels where following is paused."""
        rows = await self._all(
            "SELECT channel_id, coalesce(max(paused_at), 0) AS at, max(relapses) AS relapses"
            " FROM follow WHERE paused_reason IS NOT NULL GROUP BY channel_id ORDER BY channel_id"
        )
        return [PausedChannel(0, row["channel_id"], row["at"], row["relapses"]) for row in rows]

    async def closed_since(self, before: Millis, relapses: int, limit: int) -> list[int]:
        """List direct messages that are paused, and have taken nothing since then.

        Paused so often, at least, without taking anything in between.
        """
        rows = await self._all(
            "SELECT channel_id FROM (SELECT channel_id, relapses FROM subscription"
            " WHERE guild_id = 0 AND paused_reason IS NOT NULL UNION"
            " SELECT channel_id, relapses FROM follow WHERE paused_reason IS NOT NULL) AS told"
            " WHERE (SELECT min(d.planned_at) FROM delivery AS d"
            " WHERE d.channel_id = told.channel_id AND d.state IN ('parked', 'held', 'rejected')"
            " AND d.planned_at > coalesce((SELECT max(s.settled_at) FROM delivery AS s"
            " WHERE s.channel_id = told.channel_id AND s.state = 'sent'), 0)) <= ?1"
            " GROUP BY channel_id HAVING max(relapses) >= ?2 ORDER BY channel_id LIMIT ?3",
            before,
            relapses,
            limit,
        )
        return [row["channel_id"] for row in rows]

    # ── what carries them on ─────────────────────────────────────────────────────────────

    async def are_any(self, now: Millis) -> bool:
        """Tell whether anybody follows any story."""
        return await self._one("SELECT 1 FROM follow WHERE quiet_at > ?1 LIMIT 1", now) is not None

    async def near(self, words: Collection[str]) -> list[int]:
        """List the followed stories that share rare words, those that share most first."""
        if not words:
            return []
        rows = await self._all(
            "SELECT story_id FROM follow_word"  # noqa: S608  # only ?n goes in
            f" WHERE word IN ({marks(words, 3)}) GROUP BY story_id"
            " HAVING count(*) >= ?1 ORDER BY count(*) DESC, story_id DESC LIMIT ?2",
            _SHARED,
            _NEAR,
            *words,
        )
        return [row["story_id"] for row in rows]

    async def of_stories(self, story_ids: Collection[int], now: Millis) -> list[Follow]:
        """List the follows that any of these stories belongs to, and that have not ended."""
        rows = await self._all(
            "SELECT * FROM follow WHERE quiet_at > ?1 AND id IN (SELECT follow_id"  # noqa: S608  # only ?n goes in
            f" FROM follow_story WHERE story_id IN ({marks(story_ids, 2)})) ORDER BY id",
            now,
            *story_ids,
        )
        return [_follow(row) for row in rows]

    async def join(
        self, follow_ids: Collection[int], story_id: int, words: Collection[str], quiet_at: Millis
    ) -> None:
        """Let a story belong to follows, which last until then at the least."""
        await self._join(follow_ids, story_id, words)
        await self._do_many(
            "UPDATE follow SET quiet_at = ?2 WHERE id = ?1 AND quiet_at < ?2",
            [(follow_id, quiet_at) for follow_id in follow_ids],
        )

    async def sent_since(self, story_ids: Collection[int], since: Millis) -> dict[int, int]:
        """Count what has carried on, since then, the follows that any of these belongs to.

        What was planned to be sent counts. A follow that nothing has carried on is not in it.
        """
        rows = await self._all(
            "SELECT t.follow_id, count(*) AS sent FROM follow AS f"  # noqa: S608  # only ?n goes in
            " JOIN follow_story AS t ON t.follow_id = f.id AND t.story_id <> f.story_id"
            " JOIN delivery AS d ON d.story_id = t.story_id AND d.channel_id = f.channel_id"
            " WHERE d.planned_at > ?1 AND d.state <> 'filtered' AND f.id IN (SELECT follow_id"
            f" FROM follow_story WHERE story_id IN ({marks(story_ids, 2)})) GROUP BY t.follow_id",
            since,
            *story_ids,
        )
        return {row["follow_id"]: row["sent"] for row in rows}

    async def of_post(self, channel_id: int, story_id: int) -> Follow | None:
        """Return the follow whose story a post in direct messages carries on, if it does."""
        row = await self._one(
            "SELECT f.* FROM follow AS f JOIN follow_story AS t ON t.follow_id = f.id"
            " WHERE f.channel_id = ?1 AND t.story_id = ?2 AND f.story_id <> ?2"
            " ORDER BY f.id LIMIT 1",
            channel_id,
            story_id,
        )
        return _follow(row) if row else None

    async def _join(
        self, follow_ids: Collection[int], story_id: int, words: Collection[str]
    ) -> None:
        await self._do_many(
            "INSERT INTO follow_story (follow_id, story_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            [(follow_id, story_id) for follow_id in follow_ids],
        )
        await self._do_many(
            "INSERT INTO follow_word (word, story_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            [(word, story_id) for word in sorted(words)],
        )

    async def _end(self, ids: Collection[int]) -> None:
        if not ids:
            return
        among = f"({marks(ids, 1)})"
        await self._do(
            "DELETE FROM follow_word WHERE story_id IN"  # noqa: S608  # only ?n goes in
            f" (SELECT story_id FROM follow_story WHERE follow_id IN {among})"
            " AND NOT EXISTS (SELECT 1 FROM follow_story AS t"
            f" WHERE t.story_id = follow_word.story_id AND t.follow_id NOT IN {among})",
            *ids,
        )
        await self._do(f"DELETE FROM follow_story WHERE follow_id IN {among}", *ids)  # noqa: S608  # only ?n goes in
        await self._do(f"DELETE FROM follow WHERE id IN {among}", *ids)  # noqa: S608  # as above

    async def _take_back(self, channel_id: int) -> None:
        """Take back what is due in direct messages, but not for anything that is followed."""
        await self._do(
            "DELETE FROM delivery WHERE id IN (SELECT d.id FROM delivery AS d"  # noqa: S608  # our own conditions
            f" WHERE d.channel_id = ?1 AND {_NOT_UNDER_WAY} AND NOT {followed('d')}"
            " AND NOT EXISTS (SELECT 1 FROM subscription AS s"
            " WHERE s.channel_id = d.channel_id AND s.topic = d.topic))",
            channel_id,
        )


def _follow(row: aiosqlite.Row) -> Follow:
    return Follow(
        id=row["id"],
        member_id=row["member_id"],
        channel_id=row["channel_id"],
        story_id=row["story_id"],
        headline=row["headline"],
        begun_at=row["begun_at"],
        quiet_at=row["quiet_at"],
        paused_reason=row["paused_reason"],
    )
