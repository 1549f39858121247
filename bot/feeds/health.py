"""Pure: how a feed is, in plain words: what keeps it, how often it usually brings something.

A feed that answers and brings nothing is noticed as well as one that fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.models import DAY, HOUR, MINUTE, Feed, Health, HealthKind, Millis, Trouble
from bot.models.said import said

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
        return said("many an hour")
    if hourly >= _HOURLY:
        return said("about {n} an hour", n=round(hourly))
    for count, words in (
        (posts_a_day, said("about {n} a day")),
        (posts_a_day * 7, said("about {n} a week")),
        (posts_a_day * 30, said("about {n} a month")),
    ):
        if count >= _ABOUT_ONE:
            return said(words, n=round(count))
    return said("less than 1 a month")


def lasting(time: Millis) -> str:
    """Say how long something lasts, in one unit ("36 h", "3 days"); never less than a minute."""
    if time < 90 * MINUTE:
        return said("{n} min", n=max(round(time / MINUTE), 1))
    if time < 2 * DAY:
        return said("{n} h", n=round(time / HOUR))
    days = round(time / DAY)
    if days < 60:
        return said("{n} days", n=days)
    months = round(days / 30.4)
    return (
        said("{n} months", n=months) if months < 24 else said("{n} years", n=round(days / 365.25))
    )


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
        return Health(feed, HealthKind.NEW, said("not read yet"))
    dates = [date for date in feed.dates if date <= now]
    usually = usual(cadence(dates))
    if not dates:
        return Health(feed, HealthKind.WELL, said("well, though none of its posts has a date"))
    # What it did after it was last asked, nobody knows.
    asked = min(feed.succeeded_at, now)
    lull = longest_lull(dates)
    if lull is not None and _silence(dates, asked) > lull:
        return Health(feed, HealthKind.QUIET, _quiet(lasting(asked - max(dates)), usually))
    return Health(feed, HealthKind.WELL, _well(lasting(now - max(dates)), usually))


def _quiet(silence: str, usually: str) -> str:
    if not usually:
        return said("quiet for {reason}", reason=silence)
    return said("quiet for {reason_1}, usually {reason_2}", reason_1=silence, reason_2=usually)


def _well(ago: str, usually: str) -> str:
    if not usually:
        return said("last post {reason} ago", reason=ago)
    return said("usually {reason_1}, last post {reason_2} ago", reason_1=usually, reason_2=ago)


def _failing(feed: Feed, kind: HealthKind, now: Millis) -> str:
    is_gone = kind is HealthKind.GONE
    why = (feed.error or said("nobody has said why")).rstrip(". ")
    if feed.failing_since is None:
        what = said("gone") if is_gone else said("failing")
    else:
        words = said("gone for {reason}") if is_gone else said("failing for {reason}")
        what = said(words, reason=lasting(now - feed.failing_since))
    if feed.succeeded_at is None:
        return said("{reason_1}: {reason_2}; it has never answered", reason_1=what, reason_2=why)
    return said(
        "{reason_1}: {reason_2}; last answered {reason_3} ago",
        reason_1=what,
        reason_2=why,
        reason_3=lasting(now - feed.succeeded_at),
    )


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
