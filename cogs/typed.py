"""What members type into forms: times of day, time zones, numbers, lists of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from bot.publish import typed_answers

MOST_TERMS = 50
LONGEST_TERM = 100
MOST_TYPED = 4_000
"""Characters of all words of a list together: what a form's field takes."""
MOST_POSTS = 500
_NONE = {"off", "-", "–"}
_TIME = re.compile(
    r"([0-9]{1,2})(?:[:.h：時]?([0-5][0-9])分?|[h時])?(?:([ap])\.?m\.?|uhr)?", re.IGNORECASE
)
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_NOON, _MIDNIGHT, _MINUTES = 12, 24, 24 * 60
_NEAR = 3
"""How many time zones are named that come close to what was typed."""
_CLOSENESS = 70.0
"""Of 100: how close a time zone's name must come to be named."""


class Refused(Exception):  # noqa: N818  # it is an answer, not a fault
    """What was typed can't be taken; the text says why, and what can."""


def is_none(typed: str) -> bool:
    """Tell whether a word was typed that says: none."""
    return typed.strip().casefold() in _NONE


def minute_of_day(typed: str) -> int:
    """Read a time as a minute of the day: 22:30, 22.30, 2230, 22h30, 22, 10:30 pm; or `Refused`."""
    found = _TIME.fullmatch("".join(typed.split()))
    if found is None:
        raise Refused(typed_answers.no_time_of_day(typed))
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()
    if half:
        if not 1 <= hour <= _NOON:
            raise Refused(typed_answers.no_time_of_day(typed))
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    elif hour > _MIDNIGHT or (hour == _MIDNIGHT and minute):
        raise Refused(typed_answers.no_time_of_day(typed))
    return (hour * 60 + minute) % _MINUTES


def zone_named(typed: str, zones: Sequence[str] | None = None) -> str:
    """Return the time zone that was typed: its name, or the place in it, in whatever case.

    Raises `Refused`, with those that come close to it.
    """
    zones = known_zones() if zones is None else zones
    wanted = _plain(typed)
    whole = [name for name in zones if _plain(name) == wanted]
    found = whole or [name for name in zones if _place(name) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(typed_answers.several_zones(typed, found[:_NEAR]))
    places = {name: _place(name) for name in zones}
    near = process.extract(
        wanted[:LONGEST_TERM], places, scorer=fuzz.WRatio, limit=_NEAR, score_cutoff=_CLOSENESS
    )
    raise Refused(typed_answers.unknown_zone(typed, [name for _, _, name in near]))


@cache
def known_zones() -> tuple[str, ...]:
    """List the time zones that this machine knows."""
    return tuple(sorted(available_timezones()))


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def _place(zone: str) -> str:
    return _plain(zone.rpartition("/")[2])


def posts(typed: str) -> int | None:
    """Read a number of posts; None: as many as there are. Raises `Refused`."""
    said = typed.strip()
    if not said or said == "0" or is_none(said):
        return None
    if not (_NUMBER.fullmatch(said) and int(said) <= MOST_POSTS):
        raise Refused(typed_answers.no_number_of_posts(typed, MOST_POSTS))
    return int(said)


def terms(typed: str) -> tuple[str, ...]:
    """Read words that commas or lines part, each once; "off" is none. Raises `Refused`."""
    if is_none(typed):
        return ()
    by_word: dict[str, str] = {}
    for part in re.split(r"[,\n、，]", typed):
        word = " ".join(part.split())
        if word:
            by_word.setdefault(word.casefold(), word)
    words = tuple(by_word.values())
    for word in words:
        if not any(character.isalnum() for character in word):
            raise Refused(typed_answers.no_term(word))
    is_long = any(len(word) > LONGEST_TERM for word in words)
    if len(words) > MOST_TERMS or is_long or len(", ".join(words)) > MOST_TYPED:
        raise Refused(typed_answers.too_many_terms(MOST_TERMS, LONGEST_TERM))
    return words
