"""The tables of servers' and members' settings, and of what members have begun and not ended."""

from __future__ import annotations

from bot.models import Audience, Millis, Pending, Server
from bot.store.rows import Table

MOST_KEPT = 50
"""How many things that a member has begun are kept."""
_LAST = "last pending"


class Servers(Table):
    """What servers and members have set."""

    async def get(self, guild_id: int) -> Server:
        """Return a server's settings; as is usual where it has set nothing."""
        row = await self._one("SELECT * FROM server WHERE guild_id = ?1", guild_id)
        if row is None:
            return Server(guild_id)
        return Server(guild_id, Audience(row["audience"]), row["language"])

    async def put(self, server: Server) -> None:
        """Keep a server's settings."""
        await self._do(
            "INSERT INTO server (guild_id, audience, language) VALUES (?1, ?2, ?3)"
            " ON CONFLICT (guild_id) DO UPDATE SET audience = ?2, language = ?3",
            server.guild_id,
            server.audience.value,
            server.language,
        )

    async def language_of(self, member_id: int) -> str | None:
        """Return the language in which a member used the bot last, if they get anything unasked."""
        row = await self._one("SELECT language FROM member WHERE member_id = ?1", member_id)
        return row["language"] if row else None

    async def keep_member(self, member_id: int, language: str, channel_id: int) -> None:
        """Keep a member's language and direct messages, for what they get unasked."""
        await self._do(
            "INSERT INTO member (member_id, language, channel_id) VALUES (?1, ?2, ?3)"
            " ON CONFLICT (member_id) DO UPDATE SET language = ?2, channel_id = ?3",
            member_id,
            language,
            channel_id,
        )

    async def forget_members(self) -> int:
        """Forget members who follow nothing any more; return how many.

        Not while it is kept what came to them: by this, who wants it deleted is found.
        """
        return await self._do(
            "DELETE FROM member WHERE NOT EXISTS"
            " (SELECT 1 FROM follow WHERE follow.member_id = member.member_id)"
            " AND NOT EXISTS (SELECT 1 FROM subscription"
            " WHERE guild_id = 0 AND created_by = member.member_id)"
            " AND NOT EXISTS (SELECT 1 FROM delivery WHERE channel_id = member.channel_id)"
        )


class Unfinished(Table):
    """What members have begun and not ended."""

    async def add(self, kind: str, *, guild_id: int, member_id: int, body: str, now: Millis) -> int:
        """Keep what a member has begun; return the number that its buttons name it by.

        Numbers count from the time and never come again, so that no old button is ever about
        something else. Of one member's, the oldest beyond `MOST_KEPT` are forgotten.
        """
        last = await self._one("SELECT value FROM note WHERE name = ?1", _LAST)
        number = now if last is None else max(now, int(last["value"]) + 1)
        await self._do(
            "INSERT INTO note (name, value) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            _LAST,
            str(number),
        )
        await self._do(
            "INSERT INTO pending (id, kind, guild_id, member_id, body, created_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            number,
            kind,
            guild_id,
            member_id,
            body,
            now,
        )
        await self._do(
            "DELETE FROM pending WHERE member_id = ?1 AND id NOT IN"
            " (SELECT id FROM pending WHERE member_id = ?1 ORDER BY id DESC LIMIT ?2)",
            member_id,
            MOST_KEPT,
        )
        return number

    async def get(self, number: int, kind: str, *, guild_id: int, member_id: int) -> Pending | None:
        """Return what this member has begun there, if it is kept: the number may be anyone's."""
        row = await self._one(
            "SELECT * FROM pending WHERE id = ?1 AND kind = ?2 AND member_id = ?3"
            " AND guild_id = ?4",
            number,
            kind,
            member_id,
            guild_id,
        )
        return Pending(**dict(row)) if row else None

    async def change(self, number: int, body: str) -> None:
        """Keep how far it has come."""
        await self._do("UPDATE pending SET body = ?2 WHERE id = ?1", number, body)

    async def end(self, number: int) -> bool:
        """Forget it; return whether it was there, so that only one press can end it."""
        return bool(await self._do("DELETE FROM pending WHERE id = ?1", number))

    async def forget(self, before: Millis) -> int:
        """Forget what was begun before that time; return how much that was."""
        return await self._do("DELETE FROM pending WHERE created_at < ?1", before)
