"""Pure: which of the lines that say the same again and again are written."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

SECOND, MINUTE, HOUR = 1.0, 60.0, 3_600.0
OFTEN = 10 * MINUTE
"""The same is said again after this."""
SELDOM = HOUR
"""After the first hour of the same, it is said again after this."""
ALIKE = 10
"""How many lines that differ in nothing but what they are about are written within `OFTEN`."""
LULL = 20 * SECOND
"""What is not said for three times as long as it ever paused, and for this, is over."""
MOST = 1_000
"""How many different lines are remembered."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line that may be written: how often it was left out before, and for how long."""

    times: int = 0
    """How many lines like it were left out since the last one."""
    lasting: float = 0.0
    """Seconds since it was said first."""


@dataclass(frozen=True, slots=True)
class Over:
    """Something that was said again and again, and is said no more."""

    words: str
    times: int
    """How often it was said in all."""
    lasting: float
    """Seconds from the first to the last."""


@dataclass(slots=True)
class _Known:
    words: str
    first: float
    last: float
    told: float
    times: int = 1
    left_out: int = 0
    """How many since the last that was written."""
    was_left_out: bool = False
    pause: float = 0.0
    abouts: set[Hashable] = field(default_factory=set)


class Calm:
    """Says the first of its like, then one in ten minutes, after an hour one an hour."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Known] = {}

    def says(self, like: Hashable, about: Hashable, words: str, now: float) -> Said | None:
        """Take in a line; None: it is left out, and counted.

        `like` is what it has in common with others, `about` what of it is its own: of those that
        are about different things, a few are written.
        """
        known = self._known.pop(like, None)
        if known is not None and _is_over(known, now):
            known = None
        if known is None:
            self._known[like] = _Known(words, now, now, now, abouts={about})
            self._forget()
            return Said()
        self._known[like] = known
        known.times += 1
        known.pause = max(known.pause, now - known.last)
        known.last = now
        if now - known.told >= _rest(known, now):
            said = Said(known.left_out, now - known.first)
            known.told, known.left_out, known.abouts = now, 0, {about}
            return said
        if about not in known.abouts and len(known.abouts) < ALIKE:
            known.abouts.add(about)
            return Said()
        known.left_out += 1
        known.was_left_out = True
        return None

    def over(self, now: float) -> Iterator[Over]:
        """Tell what was said again and again, and has not been for a while; each once."""
        ended = [like for like, known in self._known.items() if _is_lulled(known, now)]
        for like in ended:
            known = self._known.pop(like)
            yield Over(known.words, known.times, known.last - known.first)
        for like in [like for like, known in self._known.items() if _is_over(known, now)]:
            del self._known[like]

    def _forget(self) -> None:
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]


def _rest(known: _Known, now: float) -> float:
    return OFTEN if now - known.first < HOUR else SELDOM


def _is_lulled(known: _Known, now: float) -> bool:
    """Tell whether it is over what lines were left out of."""
    return known.was_left_out and now - known.last > max(LULL, 3 * known.pause)


def _is_over(known: _Known, now: float) -> bool:
    return not known.was_left_out and now - known.last > max(SELDOM, 3 * known.pause)
