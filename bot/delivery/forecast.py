"""Pure: how much a topic would bring to a channel, and which pace suits that."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import DAY, HOUR, Forecast, Lately, Millis, Pace, Supply

WINDOW: Millis = 7 * DAY
"""What came in this time is looked at: a whole week, as weekends are not as other days are."""
WATCHED: Millis = DAY
"""How long a feed has been asked without a break before what it brought is counted."""
ENOUGH = 3
"""How many dates tell a pace: two may lie together by chance."""
LIVELY = 24
"""Posts a day that a channel takes as they come: one an hour."""
FLOOD = 240
"""Posts a day that are too many to read even once an hour: ten each time."""


def forecast(
    supplies: Sequence[Supply], lately: Lately, now: Millis, *, has_others: bool
) -> Forecast:
    """Say what to expect of a topic with these feeds; `has_others`: the channel has other topics.

    Feeds that have been watched are counted, others are estimated from the dates of their newest
    entries. What several feeds bring is one post.
    """
    rates, spans, estimated, unknown = [], [], False, 0
    for supply in supplies:
        since = supply.watched_since
        if since is not None and now - since >= WATCHED:
            spans.append(min(now - since, WINDOW))
            rates.append(supply.stories * DAY / spans[-1])
        elif (rate := _estimate(supply.dates, now)) is not None:
            estimated = True
            rates.append(rate)
        elif not supply.fails:
            unknown += 1
    distinct = lately.stories / lately.tellings if lately.tellings else 1.0
    return Forecast(
        a_day=sum(rates) * distinct if rates else None,
        counted_for=None if estimated or not spans else min(spans),
        shared=lately.shared / lately.stories if has_others and lately.stories else None,
        unknown_feeds=unknown,
        failing_feeds=sum(supply.fails for supply in supplies),
        feeds=len(supplies),
    )


def _estimate(dates: Sequence[Millis], now: Millis) -> float | None:
    """Return how many posts a day these newest dates mean, the silence since them included."""
    past = [date for date in dates if date <= now]
    if len(past) < ENOUGH:
        return None
    return len(past) * DAY / max(now - min(past), HOUR)


def recommended(expected: Forecast) -> Pace:
    """Return the pace that suits what the channel would not have had."""
    a_day = expected.new_a_day or 0
    if a_day > FLOOD:
        return Pace.DAILY
    return Pace.HOURLY if a_day > LIVELY else Pace.AS_IT_HAPPENS
