"""Pure: how a feed is, in plain words: what keeps it, how often it usually brings something.

A feed that answers and brings nothing is noticed as well as one that fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.models import DAY, HOUR, MINUTE, Feed, Health, HealthKind, Millis, Trouble

ENOUGH = 3
"""How many dates tell a pace: two may lie together by chance."""
PATIENCE = 8
"""How many mean gaps are no silence yet."""
MANY = 20
"""Posts an hour past which their number says nothing to a person."""
_HOURLY = 4
"""Posts an hour from which on people count by hours."""
_ABOUT_ONE = 0.9

_EPOCH_TO_SATURDAY: Millis = 2 * DAY  # 1 January 1970 was a Thursday
_WEEK: Millis = 7 * DAY
_WEEKEND: Millis = 2 * DAY


def cadence(dates: Sequence[Millis]) -> float | None:
    """Return how many posts a day these dates mean, in any order.

    None where they tell no pace: fewer than `ENOUGH`, or all the same.
    """
    if len(dates) < ENOUGH:
        return None
    length = max(dates) - min(dates)
    return (len(dates) - 1) * DAY / length if length else None


def usual(posts_a_day: float | None) -> str:
    """Say a cadence as people say it ("about 8 a day"); empty where there is none."""
    if posts_a_day is None:
        return ""
    hourly = posts_a_day / 24
    if hourly > MANY:
        return "many an hour"
    if hourly >= _HOURLY:
        return f"about {round(hourly)} an hour"
    for count, unit in (
        (posts_a_day, "day"),
        (posts_a_day * 7, "week"),
        (posts_a_day * 30, "month"),
    ):
        if count >= _ABOUT_ONE:
            return f"about {round(count)} a {unit}"
    return "less than 1 a month"


def lasting(time: Millis) -> str:
    """Say how long something lasts, in one unit ("36 h", "3 days"); never less than a minute."""
    if time < 90 * MINUTE:
        return f"{max(round(time / MINUTE), 1)} min"
    if time < 2 * DAY:
        return f"{round(time / HOUR)} h"
    days = round(time / DAY)
    if days < 60:
        return f"{days} days"
    months = round(days / 30.4)
    return f"{months} months" if months < 24 else f"{round(days / 365.25)} years"


def longest_lull(dates: Sequence[Millis]) -> Millis | None:
    """Return how long a feed with these newest dates may bring nothing before that is silence.

    At least a day, 8 of its mean gaps, and twice the longest gap that it has just had: a night or
    a holiday is none. None where the dates tell no pace.
    """
    if len(dates) < ENOUGH:
        return None
    ordered = sorted(dates)
    gaps = [later - earlier for earlier, later in itertools.pairwise(ordered)]
    mean = (ordered[-1] - ordered[0]) / len(gaps)
    return max(DAY, round(PATIENCE * mean), 2 * max(gaps))


def health(feed: Feed, now: Millis) -> Health:
    """Say how a feed is at this time."""
    if feed.failures or feed.trouble is Trouble.GONE:
        kind = HealthKind.GONE if feed.trouble is Trouble.GONE else HealthKind.FAILING
        return Health(feed, kind, _failing(feed, kind, now))
    if feed.succeeded_at is None:
        return Health(feed, HealthKind.NEW, "not read yet")
    dates = [date for date in feed.dates if date <= now]
    usually = usual(cadence(dates))
    if not dates:
        return Health(feed, HealthKind.WELL, "well, though none of its posts has a date")
    # What it did after it was last asked, nobody knows.
    asked = min(feed.succeeded_at, now)
    lull = longest_lull(dates)
    if lull is not None and _silence(dates, asked) > lull:
        words = f"quiet for {lasting(asked - max(dates))}"
        return Health(feed, HealthKind.QUIET, f"{words}, usually {usually}" if usually else words)
    last = f"last post {lasting(now - max(dates))} ago"
    return Health(feed, HealthKind.WELL, f"usually {usually}, {last}" if usually else last)


def _failing(feed: Feed, kind: HealthKind, now: Millis) -> str:
    since = f" for {lasting(now - feed.failing_since)}" if feed.failing_since is not None else ""
    what = f"gone{since}" if kind is HealthKind.GONE else f"failing{since}"
    why = (feed.error or "nobody has said why").rstrip(". ")
    answered = (
        f"last answered {lasting(now - feed.succeeded_at)} ago"
        if feed.succeeded_at is not None
        else "it has never answered"
    )
    return f"{what}: {why}; {answered}"


# ── weekends ─────────────────────────────────────────────────────────────────────────────


def _silence(dates: Sequence[Millis], asked: Millis) -> Millis:
    """Return how long nothing has come since the newest date.

    The days of a weekend do not count where the dates do not show how the feed is on weekends: the
    ten newest of a busy office reach back to Thursday at most, and would make each Sunday silence.
    """
    newest = max(dates)
    silence = asked - newest
    if newest - min(dates) >= _WEEK or any(_in_mid_weekend(date) for date in dates):
        return silence
    return silence - (_weekend_until(asked) - _weekend_until(newest))


def _in_mid_weekend(date: Millis) -> bool:
    """Tell whether it is weekend at that time everywhere on earth, near enough."""
    return DAY // 2 <= (date - _EPOCH_TO_SATURDAY) % _WEEK < DAY + DAY // 2


def _weekend_until(time: Millis) -> Millis:
    """Return how much time has fallen on Saturdays and Sundays (UTC) since 1970."""
    weeks, rest = divmod(time - _EPOCH_TO_SATURDAY, _WEEK)
    return weeks * _WEEKEND + min(rest, _WEEKEND)
