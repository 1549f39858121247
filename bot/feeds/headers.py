"""Pure: what the headers of an answer say about asking again: validators, freshness, patience."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.models import DAY, SECOND, Millis, Validators

MAX_RETRY_AFTER = DAY
_MAX_VALIDATOR = 1_024
_LONG_NUMBER = 10

# RFC 9110 5.5: what may stand in a field's value, as far as it can be sent back unchanged.
_OPAQUE = re.compile(r"[\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]+")
_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d{1,10})"?')
_NOT_KEPT = re.compile(r"(?<![\w-])no-(?:cache|store)(?![\w-])")

Headers = Mapping[str, str]
"""By name, in any case."""


def conditions(validators: Validators) -> dict[str, str]:
    """Return the headers that ask only for what changed since these validators were given."""
    named = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    # An empty condition makes some servers answer 200 for ever.
    return {name: value for name, value in named.items() if _opaque(value) and value}


def given(headers: Headers, url: str) -> Validators | None:
    """Return the validators that an answer carries; None where it carries none."""
    etag, modified = _opaque(headers.get("ETag")), _opaque(headers.get("Last-Modified"))
    return Validators(etag, modified, url) if etag or modified else None


def refreshed(headers: Headers, sent: Validators, url: str) -> Validators:
    """Return the validators after a 304: each one that it carries is new, the other stays."""
    new = given(headers, url) or sent
    return Validators(new.etag or sent.etag, new.last_modified or sent.last_modified, url)


def _opaque(value: str | None) -> str | None:
    """Keep a validator only if it can be stored and sent back byte for byte."""
    if value and len(value) <= _MAX_VALIDATOR and _OPAQUE.fullmatch(value):
        return value
    return None


def fresh_for(headers: Headers, now: Millis) -> Millis | None:
    """Return how long the answer says that asking again is no use (RFC 9111 4.2), not capped.

    Cache-Control's max-age less Age counts before Expires less Date; `now` stands in for a Date
    that is missing. None under no-cache and no-store, and where nothing is left.
    """
    control = headers.get("Cache-Control", "").lower()
    if _NOT_KEPT.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("Age", "").strip()
        passed = int(age) if age.isascii() and age.isdigit() and len(age) < _LONG_NUMBER else 0
        left = (int(found[1]) - passed) * SECOND
    else:
        expires = http_date(headers.get("Expires", ""))
        left = 0 if expires is None else expires - (_sent_at(headers) or now)
    return left if left > 0 else None


def retry_after(headers: Headers, now: Millis) -> Millis | None:
    """Read a Retry-After header (RFC 9110 10.2.3: seconds or a date) as a wait, at most 24 h.

    A date is read by the site's own clock, where it has one. None where the header is absent,
    unreadable, or asks for no wait at all.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        # Python refuses to convert very long numbers, and these are past the cap anyway.
        wait = int(value) * SECOND if len(value) < _LONG_NUMBER else MAX_RETRY_AFTER
    else:
        until = http_date(value)
        wait = 0 if until is None else until - (_sent_at(headers) or now)
    return min(wait, MAX_RETRY_AFTER) if wait > 0 else None


def _sent_at(headers: Headers) -> Millis | None:
    return http_date(headers.get("Date", ""))


def http_date(text: str) -> Millis | None:
    """Read the date of a header; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return _millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _millis(moment: datetime) -> Millis:
    return int(moment.timestamp()) * SECOND
