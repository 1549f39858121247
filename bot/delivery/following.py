"""Pure: how much a member hears of a story that they follow, and for how long."""

from __future__ import annotations

from bot.delivery.filters import FILTERED
from bot.delivery.plan import BURST, BURST_WINDOW
from bot.models import DAY, DeliveryState, Follow, Millis
from bot.models.said import said

MOST_STORIES = 50
"""Stories that one member may follow at once."""
MOST_A_DAY = 5
"""Posts of one followed story in 24 hours; more is a torrent that nobody asked for."""
QUIET: Millis = 7 * DAY
"""A follow ends when nothing new has come for as long."""

CARRIES_ON = said("It carries on a story that you follow.")
TOO_MANY = said(
    FILTERED,
    reason=said(
        "more than {most} posts of one story that you follow in 24 hours.", most=MOST_A_DAY
    ),
)


def verdict(follow: Follow, planned: int) -> tuple[DeliveryState, str]:
    """Decide what becomes of a story that carries a followed one on, and say why.

    `planned` is how many were planned for this follow in the last 24 hours.
    """
    if planned >= MOST_A_DAY:
        return DeliveryState.FILTERED, TOO_MANY
    if follow.paused_reason is not None:
        return DeliveryState.PARKED, follow.paused_reason
    return DeliveryState.PENDING, CARRIES_ON


def due_at(posts: int, now: Millis) -> Millis:
    """Return when a story goes out to a member who had, or is to have, so many posts lately.

    Five in a quarter of an hour, as in channels; the next ones wait for the next quarter.
    """
    return now + posts // BURST * BURST_WINDOW
