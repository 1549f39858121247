"""The table of audits: who changed what in how a server is served, and when."""

from __future__ import annotations

import aiosqlite

from bot.models import Audit, Millis
from bot.store.rows import Table, marks


class Audits(Table):
    """Changes by server, the newest first."""

    async def add(self, audit: Audit) -> int:
        """Write a change down; return the number that it gets in place of its own."""
        return await self._number(
            "INSERT INTO audit (guild_id, channel_id, topic, member_id, at, what, before, after)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
            audit.guild_id,
            audit.channel_id,
            audit.topic,
            audit.member_id,
            audit.at,
            audit.what,
            audit.before,
            audit.after,
        )

    async def get(self, number: int, guild_id: int) -> Audit | None:
        """Return a change of this server's, if it is kept: the number may be any server's."""
        row = await self._one(
            "SELECT * FROM audit WHERE id = ?1 AND guild_id = ?2", number, guild_id
        )
        return _audit(row) if row else None

    async def undo(self, number: int, now: Millis) -> bool:
        """Note that a change was undone; return whether it was not before."""
        return bool(
            await self._do(
                "UPDATE audit SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL", number, now
            )
        )

    async def count(self, guild_id: int) -> int:
        """Count the changes of a server that are kept."""
        return await self._number("SELECT count(*) FROM audit WHERE guild_id = ?1", guild_id)

    async def newest(self, guild_id: int, count: int, skipped: int = 0) -> list[Audit]:
        """List so many of a server's changes, the newest first, after those that are skipped."""
        rows = await self._all(
            "SELECT * FROM audit WHERE guild_id = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3",
            guild_id,
            count,
            skipped,
        )
        return [_audit(row) for row in rows]

    async def forget(self, before: Millis, most: int, at_once: int) -> int:
        """Forget what was changed before that time, and what a server has more of than so many.

        Returns how many were forgotten: `at_once` at most, the oldest first.
        """
        # Numbers grow with time, so only the lowest can be old. To number 200,000 anew, each
        # server's by itself, holds up everything else for a second.
        old = await self._all(
            "SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT ?2) AS oldest"
            " WHERE at < ?1",
            before,
            at_once,
        )
        full = await self._all(
            "SELECT guild_id, count(*) - ?1 AS spare FROM audit GROUP BY guild_id"
            " HAVING count(*) > ?1",
            most,
        )
        spare = [
            row["id"]
            for one in full
            for row in await self._all(
                "SELECT id FROM audit WHERE guild_id = ?1 ORDER BY id LIMIT ?2",
                one["guild_id"],
                one["spare"],
            )
        ]
        ids = sorted({*spare, *(row["id"] for row in old)})[:at_once]
        return await self._do(
            f"DELETE FROM audit WHERE id IN ({marks(ids, 1)})",  # noqa: S608  # only ?n goes in
            *ids,
        )


def _audit(row: aiosqlite.Row) -> Audit:
    return Audit(**dict(row))
