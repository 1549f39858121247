"""Pure: times of the day in a subscription's time zone: days, digests and quiet hours."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.models import HOUR, MINUTE, Millis, QuietHours

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTES = 24 * 60
_A_DAY = timedelta(days=1)
# One story is planned for many channels at one moment: it alone is asked for again and again.


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """Return the time zone of that name (IANA); UTC where the system knows none such."""
    if name == "UTC":
        return UTC  # known even where no zones are installed
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name at all; the name of a folder
        return UTC


@lru_cache(maxsize=1024)
def next_at(minute: int, zone_name: str, now: Millis) -> Millis:
    """Return when it is this minute of the day (0 to 1439) for the next time, later than now.

    Of two such times on a day when clocks go back, it is the first; what a clock skips comes as
    much later as it skips.
    """
    place = zone(zone_name)
    day = _local(now, place).date() - _A_DAY
    while (found := _instant(day, minute, place)) <= now:
        day += _A_DAY
    return found


@lru_cache(maxsize=1024)
def quiet_until(quiet: QuietHours | None, zone_name: str, now: Millis) -> Millis | None:
    """Return when the quiet hours end that it is now; None: it is none.

    What begins when it ends is none at all.
    """
    if quiet is None or quiet.begin % _MINUTES == quiet.end % _MINUTES:
        return None
    place = zone(zone_name)
    today = _local(now, place).date()
    over_midnight = quiet.begin > quiet.end
    for day in (today - _A_DAY, today):
        end = _instant(day + _A_DAY if over_midnight else day, quiet.end, place)
        if _instant(day, quiet.begin, place) <= now < end:
            return end
    return None


@lru_cache(maxsize=1024)
def day_of(zone_name: str, now: Millis) -> tuple[Millis, Millis]:
    """Return when the day begins that it is now in a time zone, and when the next one does."""
    place = zone(zone_name)
    today = _local(now, place).date()
    return _instant(today, 0, place), _instant(today + _A_DAY, 0, place)


@lru_cache(maxsize=65_536)
def minute_of(channel_id: int) -> int:
    """Return the minute of the hour at which a channel's hourly digests are due.

    It is each channel's own, so that not all of them are due at once.
    """
    digest = hashlib.blake2b(str(channel_id).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 60


def next_hourly(channel_id: int, now: Millis) -> Millis:
    """Return when a channel's next hourly digest is due, later than now."""
    offset = minute_of(channel_id) * MINUTE
    return ((now - offset) // HOUR + 1) * HOUR + offset


@lru_cache(maxsize=1024)
def clock(at: Millis, zone_name: str) -> str:
    """Write a time as the clocks of a time zone show it: 08:00."""
    return f"{_local(at, zone(zone_name)):%H:%M}"


def _local(at: Millis, place: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(place)


def _instant(day: date, minute: int, place: tzinfo) -> Millis:
    hours, minutes = divmod(minute % _MINUTES, 60)
    there = datetime.combine(day, time(hours, minutes), place)
    return (there.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
