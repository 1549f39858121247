"""How much there is of what is kept, and what is due: asked often, so answered by indexes."""

from __future__ import annotations

from bot.models import DAY, DeliveryState, Millis, Usage
from bot.models.vitals import Census, Outbox
from bot.store.feeds import WATCHED
from bot.store.rows import Table
from bot.store.wanted import WANTED

# Word for word the condition of the index `delivery_due`.
_OPEN = "state IN ('pending', 'sending')"


class Vitals(Table):
    """Counts."""

    async def outbox(self, now: Millis) -> Outbox:
        """Count what is not delivered yet, and find since when the oldest of it is due.

        What is settled, however much of it there is, is not looked at.
        """
        rows = await self._all(
            f"SELECT state, count(*) AS count FROM delivery WHERE {_OPEN} GROUP BY state"  # noqa: S608  # no value in it
            " UNION ALL SELECT 'held', count(*) FROM delivery WHERE state = 'held'"
            " UNION ALL SELECT 'parked', count(*) FROM delivery WHERE state = 'parked'"
        )
        states = (
            DeliveryState.PENDING,
            DeliveryState.SENDING,
            DeliveryState.HELD,
            DeliveryState.PARKED,
        )
        found = {row["state"]: row["count"] for row in rows}
        oldest = await self._one(
            f"SELECT d.due_at FROM delivery AS d WHERE {_OPEN} AND d.due_at <= ?1 AND {WANTED}"  # noqa: S608  # as above
            " ORDER BY d.due_at LIMIT 1",
            now,
        )
        return Outbox(
            counts={state: found.get(state, 0) for state in states},
            oldest_due_at=oldest["due_at"] if oldest else None,
        )

    async def census(self, now: Millis, purse: str) -> Census:
        """Count feeds, hosts, subscriptions and follows; say what was spent today from a purse."""
        feeds = await self._one(
            "SELECT count(*) AS count, count(*) FILTER (WHERE failures > 0) AS failing FROM feed"  # noqa: S608  # as above
            f" WHERE {WATCHED}"
        )
        channels = await self._one(
            "SELECT count(*) AS subscriptions, count(DISTINCT channel_id) AS channels,"
            " count(DISTINCT channel_id) FILTER (WHERE paused_reason IS NOT NULL) AS paused"
            " FROM subscription"
        )
        if feeds is None or channels is None:
            raise LookupError("a count gives one row")
        spent = await self._one(
            "SELECT calls, tokens FROM spending WHERE purse = ?1 AND day = ?2", purse, now // DAY
        )
        return Census(
            feeds=feeds["count"],
            failing=feeds["failing"],
            resting_hosts=await self._number(
                "SELECT count(*) FROM host_rest WHERE until > ?1", now
            ),
            subscriptions=channels["subscriptions"],
            channels=channels["channels"],
            paused=channels["paused"],
            follows=await self._number("SELECT count(*) FROM follow"),
            spent=Usage(spent["calls"], spent["tokens"]) if spent else Usage(),
        )
