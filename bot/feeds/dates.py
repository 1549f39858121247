"""Reads when an entry was published: what feedparser made of a date, or the date as written."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz

from bot.models import Millis

_YEARS = range(1995, 2100)
_MAX_WRITTEN = 100
"""Characters; no date is longer."""
# What software writes for "no date" ("0001-01-01"), which feedparser takes for 2001.
_NO_YEAR = re.compile(r"^(?!.*\b(?:19|20)\d\d\b).*(?<![+\d-])\b0\d{3}\b")


def read(written: str, parsed: time.struct_time | None) -> Millis | None:
    """Return a date's time; None for what makes no sense, or lies outside the years 1995 to 2099.

    `parsed` is what feedparser made of it, in UTC.
    """
    written = written.strip()
    if len(written) > _MAX_WRITTEN or _NO_YEAR.search(written):
        return None
    return _from_parts(parsed) or _from_text(written)


def _from_parts(parts: time.struct_time | None) -> Millis | None:
    # feedparser gives years like -1 and 10000, which no datetime takes.
    if parts is None or parts.tm_year not in _YEARS:
        return None
    return calendar.timegm(parts) * 1_000


def _from_text(written: str) -> Millis | None:
    """Read what feedparser does not: two-digit years, Unix times, ISO 8601 with a zone's name."""
    if re.fullmatch(r"\d{10}|\d{13}", written):
        return _sane(int(written[:10]))
    try:
        iso = datetime.fromisoformat(written)
        return _sane(int((iso if iso.tzinfo else iso.replace(tzinfo=UTC)).timestamp()))
    except (ValueError, OverflowError):
        pass  # not ISO 8601: the next reading tries
    try:
        parts = parsedate_tz(written)
        return _sane(mktime_tz(parts)) if parts else None
    except (ValueError, OverflowError):
        return None


def _sane(seconds: int) -> Millis | None:
    low, high = (calendar.timegm((y, 1, 1, 0, 0, 0)) for y in (_YEARS.start, _YEARS.stop))
    return seconds * 1_000 if low <= seconds < high else None
