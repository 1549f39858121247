"""Questions about deliveries: what a channel has had."""

from __future__ import annotations

from bot.models import Millis
from bot.store.rows import Table


class Flows(Table):
    """What has flown into channels."""

    async def last_planned(self, channel_id: int, topic: str) -> Millis | None:
        """Return when a channel's newest delivery of a topic was planned; None: there is none."""
        row = await self._one(
            "SELECT max(planned_at) AS at FROM delivery WHERE channel_id = ?1 AND topic = ?2",
            channel_id,
            topic,
        )
        return row["at"] if row else None

    async def has(self, channel_id: int, story_id: int) -> bool:
        """Tell whether a story is due in a channel, or was, for whichever topic."""
        row = await self._one(
            "SELECT 1 FROM delivery WHERE channel_id = ?1 AND story_id = ?2", channel_id, story_id
        )
        return row is not None
