"""What is kept of members: in which columns, how it is shown to them, and how it is deleted."""

from __future__ import annotations

from dataclasses import dataclass

import aiosqlite

from bot.models import Ends, Kept
from bot.store.rows import Table, Value


@dataclass(frozen=True, slots=True)
class Place:
    """A column that tells who a member is."""

    table: str
    column: str
    ends: Ends
    at: str = ""
    """The column of the same table that says when; empty: none does."""
    only: str = ""
    """Which of the rows are meant, as SQL; empty: all that have the member."""
    is_purse: bool = False
    """Whether it holds `member:ID`, behind what is counted, and not just the id."""


PLACES: tuple[Place, ...] = (
    Place("member", "member_id", Ends.GOES),
    Place("follow", "member_id", Ends.GOES, "begun_at"),
    Place("feedback", "member_id", Ends.GOES, "at"),
    Place("catchup", "member_id", Ends.GOES, "asked_at"),
    Place("pending", "member_id", Ends.GOES, "created_at"),
    # In the direct messages with a member, there is no server that a subscription is about.
    Place("subscription", "created_by", Ends.GOES, "created_at", only="guild_id = 0"),
    Place("subscription", "created_by", Ends.NAMELESS, "created_at", only="guild_id <> 0"),
    Place("own_topic", "created_by", Ends.NAMELESS, "created_at"),
    Place("own_feed", "added_by", Ends.NAMELESS, "added_at"),
    Place("audit", "member_id", Ends.NAMELESS, "at"),
    Place("notice", "member_id", Ends.GOES, "due_at", only="settled_at IS NULL"),
    Place("notice", "member_id", Ends.NAMELESS, "settled_at", only="settled_at IS NOT NULL"),
    Place("allowance", "asker", Ends.RUNS_OUT, "spent_until", is_purse=True),
    Place("spending", "purse", Ends.RUNS_OUT, is_purse=True),
)
"""Every column of the schema that holds who a member is; a test compares them."""


_PRIVATE = (
    "SELECT channel_id FROM member WHERE member_id = ?1"
    " UNION SELECT channel_id FROM follow WHERE member_id = ?1"
    " UNION SELECT channel_id FROM subscription WHERE created_by = ?1 AND guild_id = 0"
)
_BESIDES = {
    "follow_story": "follow_id IN (SELECT id FROM follow WHERE member_id = ?1)",
    "delivery": f"channel_id IN ({_PRIVATE})",
    "publication": f"channel_id IN ({_PRIVATE})",
    "notice": f"channel_id IN ({_PRIVATE}) AND coalesce(member_id, 0) <> ?1",
}
"""What else is a member's: of what they follow, and of their direct messages."""


class Privacy(Table):
    """What is kept of one member."""

    async def kept(self, member_id: int) -> list[Kept]:
        """Say how much is kept in which place, where anything is."""
        found = []
        for place in PLACES:
            at = place.at or "NULL"
            where, values = _of(place, member_id)
            row = await self._one(
                f"SELECT count(*) AS n, min({at}) AS first, max({at}) AS last"  # noqa: S608  # our own names
                f" FROM {place.table} WHERE {where}",
                *values,
            )
            if row and row["n"]:
                found.append(Kept(place.table, place.ends, row["n"], row["first"], row["last"]))
        row = await self._one(
            "SELECT count(*) AS n, min(planned_at) AS first, max(planned_at) AS last"  # noqa: S608  # our own names
            f" FROM delivery WHERE channel_id IN ({_PRIVATE}) AND story_id IS NOT NULL",
            member_id,
        )
        if row and row["n"]:
            found.append(Kept("delivery", Ends.GOES, row["n"], row["first"], row["last"]))
        return found

    async def rows(self, member_id: int) -> dict[str, list[dict[str, Value]]]:
        """Return all rows that tell who a member is, or what came to them in private, by table.

        Ids are texts: they are longer than the numbers that most readers of JSON know.
        """
        found: dict[str, list[dict[str, Value]]] = {}
        for place in PLACES:
            where, values = _of(place, member_id)
            rows = await self._all(f"SELECT * FROM {place.table} WHERE {where}", *values)  # noqa: S608  # our own names
            if rows:
                found.setdefault(place.table, []).extend(map(_told, rows))
        for table, where in _BESIDES.items():
            rows = await self._all(f"SELECT * FROM {table} WHERE {where}", member_id)  # noqa: S608  # as above
            if rows:
                found.setdefault(table, []).extend(map(_told, rows))
        return found

    async def forget(self, member_id: int) -> None:
        """Delete what is kept of a member, or take the member out of it."""
        await self._do(
            "DELETE FROM follow_story WHERE follow_id IN"
            " (SELECT id FROM follow WHERE member_id = ?1)",
            member_id,
        )
        for place in PLACES:
            where, values = _of(place, member_id)
            match place.ends:
                case Ends.GOES:
                    await self._do(f"DELETE FROM {place.table} WHERE {where}", *values)  # noqa: S608  # our own names
                case Ends.NAMELESS:
                    await self._do(
                        f"UPDATE {place.table} SET {place.column} = 0 WHERE {where}",  # noqa: S608  # our own names
                        *values,
                    )
                case Ends.RUNS_OUT:
                    pass

    async def private_channels(self, member_id: int) -> list[int]:
        """List the direct messages with a member, as far as anything comes, or came, there."""
        return [row["channel_id"] for row in await self._all(_PRIVATE, member_id)]

    async def forget_purses(self, before: int) -> int:
        """Forget what was spent for members before that day; return how many rows."""
        return await self._do(
            "DELETE FROM spending WHERE purse LIKE 'member:%' AND day < ?1", before
        )


def _of(place: Place, member_id: int) -> tuple[str, list[Value]]:
    """Write which rows of a place are a member's, with the values that go in."""
    if place.is_purse:
        named = f"member:{member_id}"
        return f"({place.column} = ?1 OR {place.column} LIKE ?2)", [named, f"%:{named}"]
    return " AND ".join(filter(None, (f"{place.column} = ?1", place.only))), [member_id]


def _told(row: aiosqlite.Row) -> dict[str, Value]:
    return {
        name: str(row[name]) if _is_id(name) and row[name] is not None else row[name]
        for name in row.keys()  # noqa: SIM118  # a Row iterates over its values
    }


def _is_id(name: str) -> bool:
    return name.endswith(("id", "_by"))
