"""The table of subscriptions: which channel gets which topic."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import aiosqlite

from bot.models import Flow, Millis, PausedChannel, Subscription
from bot.store.pausing import Pausing
from bot.store.rows import dump, load_flow, marks


class Subscriptions(Pausing):
    """Subscriptions by channel and topic."""

    _table = "subscription"

    async def get(self, channel_id: int, topic: str) -> Subscription | None:
        """Return a channel's subscription to a topic, if it has one."""
        row = await self._one(
            "SELECT * FROM subscription WHERE channel_id = ?1 AND topic = ?2", channel_id, topic
        )
        return _subscription(row) if row else None

    async def add(self, subscription: Subscription) -> None:
        """Add a subscription; the channel must not have it yet."""
        await self._do(
            "INSERT INTO subscription (channel_id, topic, guild_id, created_at, created_by, flow)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            subscription.channel_id,
            subscription.topic,
            subscription.guild_id,
            subscription.created_at,
            subscription.created_by,
            dump(subscription.flow),
        )

    @staticmethod
    def packed(subscriptions: Iterable[Subscription]) -> str:
        """Write subscriptions as a text, to bring them back later; not who has made them."""
        packed = [
            {
                "guild_id": one.guild_id,
                "channel_id": one.channel_id,
                "topic": one.topic,
                "created_at": one.created_at,
                "flow": dump(one.flow),
            }
            for one in subscriptions
        ]
        return json.dumps(packed)

    @staticmethod
    def unpacked(text: str, member_id: int) -> list[Subscription]:
        """Read what was packed, as this member's; none of them is paused."""
        return [
            Subscription(**{**one, "flow": load_flow(one["flow"]), "created_by": member_id})
            for one in json.loads(text)
        ]

    async def set_flow(self, channel_id: int, topic: str, flow: Flow) -> bool:
        """Change how a subscription's stories flow from now on; return whether there is one."""
        return bool(
            await self._do(
                "UPDATE subscription SET flow = ?3 WHERE channel_id = ?1 AND topic = ?2",
                channel_id,
                topic,
                dump(flow),
            )
        )

    async def remove(self, channel_id: int, topic: str) -> bool:
        """Remove a subscription; return whether there was one."""
        return bool(
            await self._do(
                "DELETE FROM subscription WHERE channel_id = ?1 AND topic = ?2", channel_id, topic
            )
        )

    async def paused(self) -> list[PausedChannel]:
        """List every channel that is paused, by server."""
        rows = await self._all(
            "SELECT channel_id, max(guild_id) AS guild_id, coalesce(max(paused_at), 0) AS at,"
            " max(relapses) AS relapses FROM subscription WHERE paused_reason IS NOT NULL"
            " GROUP BY channel_id ORDER BY 2, 1"
        )
        return [
            PausedChannel(row["guild_id"], row["channel_id"], row["at"], row["relapses"])
            for row in rows
        ]

    async def guilds(self) -> dict[int, set[int]]:
        """Return the servers that have subscriptions, with the channels that these are in.

        Direct messages are in no server.
        """
        found: dict[int, set[int]] = {}
        for row in await self._all(
            "SELECT DISTINCT guild_id, channel_id FROM subscription WHERE guild_id <> 0"
        ):
            found.setdefault(row["guild_id"], set()).add(row["channel_id"])
        return found

    async def remove_channel(self, channel_id: int) -> None:
        """Remove every subscription of a channel that is not there any more."""
        await self._do("DELETE FROM subscription WHERE channel_id = ?1", channel_id)

    async def in_guild(self, guild_id: int) -> list[Subscription]:
        """List a server's subscriptions, by channel and topic; 0 is no server, and has none."""
        rows = await self._all(
            "SELECT * FROM subscription WHERE guild_id = ?1 AND guild_id <> 0"
            " ORDER BY channel_id, topic",
            guild_id,
        )
        return [_subscription(row) for row in rows]

    async def of_member(self, member_id: int) -> list[Subscription]:
        """List what a member gets by direct message, by topic."""
        rows = await self._all(
            "SELECT * FROM subscription WHERE guild_id = 0 AND created_by = ?1 ORDER BY topic",
            member_id,
        )
        return [_subscription(row) for row in rows]

    async def forget_member(self, member_id: int) -> int:
        """End all that a member gets by direct message; return how many topics that was."""
        return await self._do(
            "DELETE FROM subscription WHERE guild_id = 0 AND created_by = ?1", member_id
        )

    async def in_channel(self, channel_id: int) -> list[Subscription]:
        """List a channel's subscriptions, by topic."""
        rows = await self._all(
            "SELECT * FROM subscription WHERE channel_id = ?1 ORDER BY topic", channel_id
        )
        return [_subscription(row) for row in rows]

    async def topics_of(self, channel_id: int) -> list[str]:
        """Name the topics that a channel gets, out of an index alone."""
        rows = await self._all(
            "SELECT topic FROM subscription WHERE channel_id = ?1 ORDER BY topic", channel_id
        )
        return [row["topic"] for row in rows]

    async def oldest(self) -> Millis | None:
        """Return when the first of the subscriptions there are was made; None: there is none.

        Stories that members follow count as well.
        """
        row = await self._one(
            "SELECT min(at) AS at FROM (SELECT min(created_at) AS at FROM subscription"
            " UNION ALL SELECT min(begun_at) FROM follow) AS made"
        )
        return row["at"] if row else None

    async def to_topics(
        self, topics: Iterable[str], at_once: int
    ) -> Iterator[Sequence[Subscription]]:
        """Give the subscriptions to any of these topics in parts of about so many, by channel.

        All of a channel are in one part. Each is made when it is asked for, so that whoever awaits
        something between two parts lets others have their turn.
        """
        names = tuple(topics)
        rows = await self._all(
            f"SELECT * FROM subscription WHERE topic IN ({marks(names, 1)})"  # noqa: S608  # only ?n goes in
            " ORDER BY channel_id, created_at, topic",
            *names,
        )
        return _by_channel(rows, at_once)


def _by_channel(rows: Sequence[aiosqlite.Row], at_once: int) -> Iterator[Sequence[Subscription]]:
    part: list[Subscription] = []
    for row in rows:
        if len(part) >= at_once and row["channel_id"] != part[-1].channel_id:
            yield part
            part = []
        part.append(_subscription(row))
    if part:
        yield part


def _subscription(row: aiosqlite.Row) -> Subscription:
    return Subscription(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        topic=row["topic"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        paused_reason=row["paused_reason"],
        flow=load_flow(row["flow"]),
    )
