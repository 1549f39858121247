"""Pure: how much a member hears of a story that they follow, and for how long."""

from __future__ import annotations

from bot.delivery.filters import FILTERED
from bot.delivery.plan import BACKLOG, BACKLOG_WAIT, BURST, Verdict
from bot.models import DAY, DeliveryState, Follow, Millis, Standing
from bot.models.said import said

MOST_STORIES = 50
"""Stories that one member may follow at once."""
MOST_A_DAY = 5
"""Posts of one followed story in 24 hours; more is a torrent that nobody asked for."""
QUIET: Millis = 7 * DAY
"""A follow ends when nothing new has come for as long."""
CLOSED: Millis = 30 * DAY
"""What a member follows ends when their direct messages have taken nothing for as long."""

CARRIES_ON = said("It carries on a story that you follow.")
TOO_MANY = said(
    FILTERED,
    reason=said(
        "more than {most} posts of one story that you follow in 24 hours.", most=MOST_A_DAY
    ),
)


def verdict(follow: Follow, planned: int, standing: Standing, now: Millis) -> Verdict:
    """Decide what becomes of a story that carries a followed one on, and say why.

    `planned` is how many were planned for this follow in the last 24 hours, and `standing` that of
    the direct messages: what is more than they take at once goes out as a digest.
    """
    if planned >= MOST_A_DAY:
        return Verdict(DeliveryState.FILTERED, now, TOO_MANY)
    if follow.paused_reason is not None:
        return Verdict(DeliveryState.PARKED, now, follow.paused_reason)
    if standing.digest_at is not None:
        return Verdict(DeliveryState.HELD, max(standing.digest_at, now), BACKLOG)
    if standing.posts >= BURST:
        return Verdict(DeliveryState.HELD, now + BACKLOG_WAIT, BACKLOG)
    return Verdict(DeliveryState.PENDING, now, CARRIES_ON)
