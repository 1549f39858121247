"""Pure: where a text that is too long for its place ends well."""

from __future__ import annotations

import re

from bot.explain.sentences import split
from bot.publish.escape import clip

_ENOUGH = 0.5
"""Share of the room that whole sentences have to fill, so that no more is cut off than must be."""
# Scripts without spaces between sentences, and Devanagari, Urdu, Arabic, Ethiopic.
_FULL_STOPS = re.compile(r"[。！？।۔؟።][」』”’)）]*")


def ended(text: str, limit: int) -> str:
    """Shorten a text to at most `limit` code points: behind a sentence, else behind a word and "…".

    Behind a sentence only where that leaves half of the room filled.
    """
    text = text.strip()
    if len(text) <= limit:
        return text
    whole = _sentences(text, limit)
    return whole if len(whole) >= limit * _ENOUGH else clip(text, limit)


def _sentences(text: str, limit: int) -> str:
    """Return as many whole sentences as there is room for."""
    stops = [stop.end() for stop in _FULL_STOPS.finditer(text[:limit])]
    end = max(stops, default=0)
    place = 0
    # The last one is cut by the limit itself, and so may be a part of one.
    for sentence in split(text[: limit + 1])[:-1]:
        place = text.index(sentence, place) + len(sentence)
        if place <= limit:
            end = max(end, place)
    return text[:end].rstrip()
