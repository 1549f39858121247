"""Pure: when a post of an announcement channel may be published to the servers that follow it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import HOUR, MINUTE, SECOND, Millis, RetryLater

AN_HOUR = 10
"""Posts of one channel that Discord publishes in an hour, as bots observe; it names no number."""
FIRST_WAIT: Millis = 30 * SECOND
LONGEST_WAIT: Millis = HOUR
MOST_TRIES = 30
_SPARE: Millis = MINUTE
"""Discord's hour and ours do not begin together."""


def free_at(published: Sequence[Millis], now: Millis) -> Millis:
    """Return when the next post of a channel may be published; now, if it may be.

    `published` is when its posts were published, oldest first; a time to come (the clock was set
    back) counts as now.
    """
    within = [min(at, now) for at in published if at > now - HOUR - _SPARE]
    return now if len(within) < AN_HOUR else within[-AN_HOUR] + HOUR + _SPARE


def again_at(failed: RetryLater, attempts: int, now: Millis) -> Millis | None:
    """Return when one that failed is tried again; None: that was often enough, in about a day."""
    wait = max(min(FIRST_WAIT * 2 ** min(attempts, 20), LONGEST_WAIT), failed.after or 0)
    return None if attempts >= MOST_TRIES else now + wait
