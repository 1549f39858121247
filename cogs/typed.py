"""What members type into options: times of day, time zones, lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.publish import flow_answers

MOST_TERMS = 50
LONGEST_TERM = 100
_OFF = "off"
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class Refused(Exception):  # noqa: N818  # it is an answer, not a fault
    """What was typed can't be taken; the text says why, and what can."""


def minute_of_day(typed: str) -> int:
    """Read HH:MM as a minute of the day; raises `Refused`."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise Refused(flow_answers.no_time_of_day(typed))
    return int(found[1]) * 60 + int(found[2])


def zone_named(typed: str, zones: Iterable[str]) -> str:
    """Return the time zone that was typed, in whatever case; raises `Refused`."""
    wanted = "_".join(typed.casefold().split())
    for name in zones:
        if name.casefold() == wanted:
            return name
    raise Refused(flow_answers.unknown_zone(typed))


def terms(typed: str) -> tuple[str, ...]:
    """Read words that commas part, each once; "off" is none. Raises `Refused`."""
    if typed.strip().casefold() == _OFF:
        return ()
    by_word: dict[str, str] = {}
    for part in typed.split(","):
        word = " ".join(part.split())
        if word:
            by_word.setdefault(word.casefold(), word)
    for word in by_word.values():
        if not any(character.isalnum() for character in word):
            raise Refused(flow_answers.no_term(word))
    if len(by_word) > MOST_TERMS or any(len(word) > LONGEST_TERM for word in by_word.values()):
        raise Refused(flow_answers.too_many_terms(MOST_TERMS, LONGEST_TERM))
    return tuple(by_word.values())
