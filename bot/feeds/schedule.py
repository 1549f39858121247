"""Pure: when a feed is asked next.

Every time is a multiple of the shortest interval, so that a test can run it all at one second.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import fmean

from bot.models import DAY, Millis

NEWEST = 10
"""How many of a document's newest dates tell its pace."""
LONGEST = 24
"""The longest adaptive wait, in shortest intervals."""
LONGEST_SILENT = 96
"""The longest wait for a feed that is silent or failing, in shortest intervals."""
SILENT: Millis = 60 * DAY
JITTER = 0.1
"""The share of a wait that chance adds, so that feeds do not fall due together."""


def after_success(
    dates: Sequence[Millis], *, now: Millis, shortest: Millis, chance: float
) -> Millis:
    """Return when to ask a feed again that has answered; `chance` is in [0, 1).

    Half of the mean gap between the newest dates; the shortest interval where they say nothing.
    """
    newest = sorted((date for date in dates if date <= now), reverse=True)[:NEWEST]
    wait: float = shortest
    if newest and now - newest[0] > SILENT:
        wait = LONGEST_SILENT * shortest
    elif len(newest) > 1:
        gap = fmean(later - earlier for later, earlier in itertools.pairwise(newest))
        wait = min(max(gap / 2, shortest), LONGEST * shortest)
    return now + round(wait * (1 + JITTER * chance))


def after_failure(
    failures: int, *, now: Millis, shortest: Millis, chance: float, retry_after: Millis | None
) -> Millis:
    """Return when to ask a feed again that has failed `failures` times running (at least 1).

    The wait doubles from the shortest interval on; never earlier than the server asked for.
    """
    doublings = min(failures, 20) - 1
    wait = min(1 << doublings, LONGEST_SILENT) * shortest
    return now + max(round(wait * (1 + JITTER * chance)), retry_after or 0)
