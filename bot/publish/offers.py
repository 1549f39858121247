"""Pure: what is offered while somebody types, and what they may have meant; typos are forgiven."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.publish.escape import clip

MOST, LONGEST = 25, 100
"""Discord's limits: how many are offered, and characters of a name and of a value."""
_TYPED = 100
"""Characters of what was typed that are looked at."""
_FEW = 5
"""With fewer than this by letters, what is but similar is offered as well."""
_LONG = 6
"""Letters from which on a word of a description is compared, typos and all."""
_SHORTEST = 3
"""Letters with which a typo can be told from another word."""


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that may be chosen."""

    value: str
    """What choosing it sends."""
    label: str
    """What people see."""
    about: str = ""
    """More words by which it is found."""


class Shelf:
    """Things that may be chosen, made ready once for all keystrokes."""

    def __init__(self, things: Iterable[Named]) -> None:
        self.things = tuple(thing for thing in things if len(thing.value) <= LONGEST)
        """Those that Discord can send back, in their usual order."""
        self._names = [(fold(thing.label), fold(thing.value)) for thing in self.things]
        self._joined = ["\n".join(names) for names in self._names]
        abouts = [fold(thing.about) for thing in self.things]
        pairs = list(zip(self._names, abouts, strict=True))
        self._texts = [f" {' '.join(names)} {about}" for names, about in pairs]
        self._begins: list[str] = []
        self._whose: list[tuple[int, bool]] = []
        for place, (names, about) in enumerate(pairs):
            own = dict.fromkeys(begin for name in names for begin in _from_each_word(name))
            words = {word for word in about.split() if len(word) >= _LONG}
            self._begins += [*own, *sorted(words)]
            self._whose += [(place, False)] * len(own) + [(place, True)] * len(words)

    def offered(self, typed: str) -> list[Named]:
        """Return the things that what was typed may mean, the likeliest first, 25 at the most.

        First those whose name begins with it, then those of which a word does, then those that are
        about it, at last what is a typo or two away. Case and accents don't matter. Nothing typed:
        all, in their usual order.
        """
        wanted = fold(typed[:_TYPED])
        if not wanted:
            return list(self.things[:MOST])
        places = self._by_letters(wanted)
        if len(places) < _FEW:
            places = list(dict.fromkeys((*places, *self._similar(wanted))))
        return [self.things[place] for place in places[:MOST]]

    def _by_letters(self, wanted: str) -> list[int]:
        """Return the places of what fits by its letters, the best first."""
        first, *more = (f" {word}" for word in wanted.split())
        ranked = []
        for place, text in enumerate(self._texts):
            if first in text and all(word in text for word in more):
                ranked.append((_rank(self._names[place], wanted), place))
            elif wanted in self._joined[place]:
                ranked.append((_WITHIN, place))
        ranked.sort()
        return [place for _, place in ranked]

    def _similar(self, wanted: str) -> list[int]:
        """Return the places of what is a typo or two away from what was typed, the closest first.

        What a thing is about counts less than what it is called.
        """
        length, allowed = len(wanted), _typos(wanted)
        if not allowed:
            return []
        best: dict[int, tuple[int, bool]] = {}
        for cut in (length, length + 1):  # who has left a letter out has typed a longer beginning
            cuts = [begin[:cut] for begin in self._begins]
            hits = process.extract(
                wanted, cuts, scorer=OSA.distance, score_cutoff=allowed, limit=None
            )
            for _, distance, number in hits:
                place, about = self._whose[number]
                best[place] = min(best.get(place, (distance, about)), (distance, about))
        return [place for _, place in sorted((rank, place) for place, rank in best.items())]


def offered(things: Iterable[Named], typed: str) -> list[Named]:
    """Return those of a few things that what was typed may mean, as `Shelf.offered` does."""
    return Shelf(things).offered(typed)


def near(things: Iterable[Named], typed: str, most: int = 3) -> list[Named]:
    """Return what somebody may have meant who typed this; none where nothing comes close."""
    return offered(things, typed)[:most] if fold(typed) else []


def shown(thing: Named) -> str:
    """Return what is offered of a thing, as long as Discord takes it."""
    return clip(thing.label, LONGEST) or thing.value


def fold(text: str) -> str:
    """Return the letters and digits of a text in small letters, without accents, by words."""
    # Twice: what a compatible sign stands for may have capitals, and small letters other parts.
    plain = unicodedata.normalize("NFKD", text).casefold()
    parts = unicodedata.normalize("NFKD", plain)
    bare = (c if c.isalnum() else " " for c in parts if not unicodedata.combining(c))
    return " ".join("".join(bare).split())


def _from_each_word(name: str) -> Iterator[str]:
    words = name.split()
    return (" ".join(words[start:]) for start in range(len(words)))


_WHOLE, _BEGINS, _WORD_BEGINS, _WITHIN, _ABOUT = range(5)


def _rank(names: tuple[str, str], wanted: str) -> int:
    """Say how well it fits where each word begins one of the thing's: the less, the better."""
    if wanted in names:
        return _WHOLE
    if any(name.startswith(wanted) for name in names):
        return _BEGINS
    text = f" {' '.join(names)}"
    return _WORD_BEGINS if all(f" {word}" in text for word in wanted.split()) else _ABOUT


def _typos(wanted: str) -> int:
    """Return how many letters may be wrong: one in three to five; too few letters tell nothing."""
    length = len(wanted)
    return 0 if length < _SHORTEST else 1 if length < 6 else 2 if length < 10 else 3
