"""The table of notices: what people are still to be told of channels that can't be posted in."""

from __future__ import annotations

from collections.abc import Iterable

from bot.models import Millis, Notice
from bot.store.rows import Table


class Notices(Table):
    """Notices, and what came of each."""

    async def add(
        self,
        guild_id: int,
        channel_id: int,
        members: Iterable[int | None],
        reason: str,
        now: Millis,
        *,
        story_id: int | None = None,
    ) -> None:
        """Write a notice for each of these members; None is the server, in another channel."""
        await self._do_many(
            "INSERT INTO notice (guild_id, channel_id, member_id, reason, due_at, story_id)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            [(guild_id, channel_id, member_id, reason, now, story_id) for member_id in members],
        )

    async def told_since(self, channel_id: int, since: Millis, *, of_stories: bool = False) -> bool:
        """Tell whether people were told since then, or are about to be, that a channel is paused.

        `of_stories`: or else that one of its stories could not be posted.
        """
        kind = "IS NOT NULL" if of_stories else "IS NULL"
        row = await self._one(
            f"SELECT 1 FROM notice WHERE channel_id = ?1 AND story_id {kind}"  # noqa: S608  # one of two words
            " AND (settled_at IS NULL OR settled_at > ?2) LIMIT 1",
            channel_id,
            since,
        )
        return row is not None

    async def is_due(self, now: Millis) -> bool:
        """Tell whether there is anything to tell."""
        due_at = await self.next_due_at()
        return due_at is not None and due_at <= now

    async def claim(self, now: Millis, lease: Millis) -> Notice | None:
        """Lease the next notice that is due; None: none is."""
        rows = await self._all(
            "UPDATE notice SET attempts = attempts + 1, due_at = ?2 WHERE id = (SELECT id"
            " FROM notice WHERE settled_at IS NULL AND due_at <= ?1 ORDER BY due_at, id LIMIT 1)"
            " RETURNING id, guild_id, channel_id, member_id, reason, attempts, story_id",
            now,
            now + lease,
        )
        return Notice(*rows[0]) if rows else None

    async def release(self, now: Millis) -> int:
        """Make due now what a program that is no more was telling; return how many."""
        return await self._do(
            "UPDATE notice SET due_at = ?1"
            " WHERE settled_at IS NULL AND attempts > 0 AND due_at > ?1",
            now,
        )

    async def next_due_at(self) -> Millis | None:
        """Return when the next one falls due; None: none is left."""
        row = await self._one("SELECT min(due_at) AS at FROM notice WHERE settled_at IS NULL")
        return row["at"] if row else None

    async def put_off(self, notice_id: int, due_at: Millis, outcome: str) -> None:
        """Try one again then."""
        await self._do(
            "UPDATE notice SET due_at = ?2, outcome = ?3 WHERE id = ?1 AND settled_at IS NULL",
            notice_id,
            due_at,
            outcome,
        )

    async def settle(self, notice_id: int, now: Millis, outcome: str) -> None:
        """Record what came of one."""
        await self._do(
            "UPDATE notice SET settled_at = ?2, outcome = ?3 WHERE id = ?1 AND settled_at IS NULL",
            notice_id,
            now,
            outcome,
        )

    async def drop(self, channel_id: int, now: Millis, why: str) -> None:
        """Take back what is still to be told of a channel that is not paused any more.

        What somebody may have been told already is kept, and counts as told.
        """
        await self._do(
            "DELETE FROM notice WHERE channel_id = ?1 AND settled_at IS NULL AND attempts = 0"
            " AND story_id IS NULL",
            channel_id,
        )
        await self._do(
            "UPDATE notice SET settled_at = ?2, outcome = ?3"
            " WHERE channel_id = ?1 AND settled_at IS NULL AND story_id IS NULL",
            channel_id,
            now,
            why,
        )

    async def of_channel(self, channel_id: int) -> list[tuple[Notice, str | None]]:
        """List what was or is to be told of a channel, with what came of it, oldest first."""
        rows = await self._all(
            "SELECT id, guild_id, channel_id, member_id, reason, attempts, story_id, outcome"
            " FROM notice"
            " WHERE channel_id = ?1 ORDER BY id",
            channel_id,
        )
        return [(Notice(*tuple(row)[:-1]), row["outcome"]) for row in rows]

    async def forget(self, before: Millis) -> int:
        """Forget those that were settled before that time; return how many."""
        return await self._do("DELETE FROM notice WHERE settled_at < ?1", before)
