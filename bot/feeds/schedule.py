"""Pure: when a feed is asked next.

Every time is a multiple of the shortest interval, so that a test can run it all at one second.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.models import DAY, Millis, Trouble

NEWEST = 10
"""How many of a document's newest dates tell its pace."""
LONGEST = 24
"""The longest adaptive wait, in shortest intervals: six hours by default."""
LONGEST_SILENT = 96
"""The longest wait for a feed that is silent or failing, in shortest intervals: a day."""
LONGEST_TTL = 8
"""The most that a feed's own ttl is believed, in shortest intervals: two hours."""
WEEK = 672
"""A week, in shortest intervals."""
SILENT: Millis = 60 * DAY
JITTER = 0.1
"""The share of a wait that chance adds, so that feeds do not fall due together."""
MOST_JITTER = 2
"""The most that chance adds, in shortest intervals: half an hour."""
EARLY = 0.05
"""The share of a wait by which a poll may come early, to keep to the times that were planned."""
BUSY_AFTER = 4
"""After so many polls that brought nothing, a feed is left alone for longer."""
PROBES = 4
"""How often a feed that is gone for good is asked whether that is true, a week apart each."""
NEVER: Millis = 2**62

_NEWS_FACTOR, _QUIET_FACTOR = 0.5, 1.5


@dataclass(frozen=True, slots=True)
class Timing:
    """What the next poll's time is reckoned from."""

    now: Millis
    planned: Millis
    """When this poll was due; what came late is not let slip further."""
    shortest: Millis
    """The shortest time between two polls."""
    chance: float
    """In [0, 1)."""


def after_success(
    timing: Timing,
    dates: Sequence[Millis],
    *,
    quiet_polls: int = BUSY_AFTER - 1,
    fresh_for: Millis | None = None,
    ttl: Millis | None = None,
) -> Millis:
    """Return when to ask a feed again that has answered.

    Half of the mean gap between the newest dates; half of that again where this poll brought news
    (`quiet_polls` is 0), and half as much more after four that brought none. Never before the
    answer grows stale (`fresh_for`, believed up to six hours) or its `ttl` is over (two hours).
    """
    shortest = timing.shortest
    wait = _pace(timing, dates)
    if quiet_polls == 0:
        wait *= _NEWS_FACTOR
    elif quiet_polls >= BUSY_AFTER:
        wait *= _QUIET_FACTOR
    longest = LONGEST_SILENT if _is_silent(timing, dates) else LONGEST
    wait = min(max(wait, shortest), longest * shortest)
    # A poll that was early or late by a little does not move those that follow.
    start = min(max(timing.planned, timing.now - round(wait * EARLY)), timing.now)
    floor = kept_for(shortest, fresh_for, ttl)
    return max(start + round(wait), timing.now + floor) + _jitter(wait, timing)


def kept_for(shortest: Millis, fresh_for: Millis | None, ttl: Millis | None) -> Millis:
    """Return for how long an answer may be kept: what it says, as far as that is believed."""
    return max(min(fresh_for or 0, LONGEST * shortest), min(ttl or 0, LONGEST_TTL * shortest))


def _pace(timing: Timing, dates: Sequence[Millis]) -> float:
    newest = sorted((date for date in dates if date <= timing.now), reverse=True)[:NEWEST]
    if newest and timing.now - newest[0] > SILENT:
        return LONGEST_SILENT * timing.shortest
    if len(newest) < 2:
        return timing.shortest
    return fmean(later - earlier for later, earlier in itertools.pairwise(newest)) / 2


def _is_silent(timing: Timing, dates: Sequence[Millis]) -> bool:
    past = [date for date in dates if date <= timing.now]
    return bool(past) and timing.now - max(past) > SILENT


def after_failure(
    timing: Timing, failures: int, trouble: Trouble, retry_after: Millis | None = None
) -> Millis:
    """Return when to ask a feed again that has failed `failures` times running (at least 1).

    The wait doubles from the shortest interval on, up to a day, and to six hours where the site is
    only busy; never earlier than the site asked for. A feed that is gone for good is asked a few
    times more, a week apart, and then no more.
    """
    if trouble is Trouble.GONE:
        if failures > PROBES:
            return NEVER
        wait = WEEK * timing.shortest
    else:
        longest = LONGEST if trouble is Trouble.BUSY else LONGEST_SILENT
        wait = min(1 << (min(failures, 20) - 1), longest) * timing.shortest
    return timing.now + max(wait, retry_after or 0) + _jitter(wait, timing)


def _jitter(wait: float, timing: Timing) -> Millis:
    return round(min(wait * JITTER, MOST_JITTER * timing.shortest) * timing.chance)
