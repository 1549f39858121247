"""The table of subscriptions: which channel gets which topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import aiosqlite

from bot.models import Flow, Subscription
from bot.store.rows import Table, dump, load_flow, marks


class Subscriptions(Table):
    """Subscriptions by channel and topic."""

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

    async def pause(self, channel_id: int, reason: str | None) -> None:
        """Pause every subscription of a channel, with a reason for people; None resumes them."""
        await self._do(
            "UPDATE subscription SET paused_reason = ?2 WHERE channel_id = ?1", channel_id, reason
        )

    async def remove_channel(self, channel_id: int) -> None:
        """Remove every subscription of a channel that is not there any more."""
        await self._do("DELETE FROM subscription WHERE channel_id = ?1", channel_id)

    async def in_guild(self, guild_id: int) -> list[Subscription]:
        """List a server's subscriptions, by channel and topic."""
        rows = await self._all(
            "SELECT * FROM subscription WHERE guild_id = ?1 ORDER BY channel_id, topic", guild_id
        )
        return [_subscription(row) for row in rows]

    async def in_channel(self, channel_id: int) -> list[Subscription]:
        """List a channel's subscriptions, by topic."""
        rows = await self._all(
            "SELECT * FROM subscription WHERE channel_id = ?1 ORDER BY topic", channel_id
        )
        return [_subscription(row) for row in rows]

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
