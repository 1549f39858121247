"""How all that goes to a channel is paused and goes on, in whichever table it stands."""

from __future__ import annotations

from bot.models import Millis
from bot.store.rows import Table


class Pausing(Table):
    """A table whose rows go to channels; they are paused and resumed by channel."""

    _table: str

    async def pause(self, channel_id: int, reason: str, now: Millis, since: Millis) -> None:
        """Pause all that goes to a channel, with a reason for people.

        It is a relapse where the channel has gone on by itself after `since`.
        """
        await self._do(
            f"UPDATE {self._table} SET paused_reason = ?2, paused_at = coalesce(paused_at, ?3),"  # noqa: S608  # a name of ours
            " relapses = CASE WHEN paused_at IS NOT NULL THEN relapses"
            " WHEN resumed_at > ?4 THEN relapses + 1 ELSE 0 END WHERE channel_id = ?1",
            channel_id,
            reason,
            now,
            since,
        )

    async def resume(self, channel_id: int, by_itself_at: Millis | None = None) -> None:
        """Let all of a channel go on; None: because a person has asked for it."""
        await self._do(
            f"UPDATE {self._table} SET paused_reason = NULL, paused_at = NULL, resumed_at = ?2"  # noqa: S608  # a name of ours
            " WHERE channel_id = ?1 AND paused_reason IS NOT NULL",
            channel_id,
            by_itself_at,
        )
