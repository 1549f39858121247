"""Pure: what is offered while somebody types, and what they may have meant; typos are forgiven."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.publish.escape import clip

MOST, LONGEST = 25, 100
"""Discord's limits: how many are offered, and characters of a name and of a value."""
_TYPED = 100
"""Characters of what was typed that are looked at."""
_FEW = 5
"""With fewer than this by letters, what is but similar is offered as well."""
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


@dataclass(frozen=True, slots=True)
class _Index:
    """Things as they are compared with what was typed, each at the same place."""

    names: list[tuple[str, str]]
    """Label and value."""
    texts: list[str]
    """All words, each with a space before it."""
    begins: list[tuple[str, int, bool]]
    """What people may begin to type, of which thing, and whether it is but about it."""


def offered(things: Iterable[Named], typed: str) -> list[Named]:
    """Return the things that what was typed may mean, the likeliest first, 25 at the most.

    First those whose name begins with it, then those of which a word does, then those that are
    about it, at last what is a typo or two away. Case and accents don't matter. Nothing typed: all,
    in their usual order. What is too long for Discord to send back is left out.
    """
    possible = tuple(thing for thing in things if len(thing.value) <= LONGEST)
    wanted = fold(typed[:_TYPED])
    if not wanted:
        return list(possible[:MOST])
    index = _index(possible)
    places = _by_letters(index, wanted)
    if len(places) < _FEW:
        places = list(dict.fromkeys((*places, *_similar(index, wanted))))
    return [possible[place] for place in places[:MOST]]


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


@lru_cache(maxsize=32)
def _index(things: tuple[Named, ...]) -> _Index:
    """Fold things once for all keystrokes; each server has but a few sets of them."""
    names = [(fold(thing.label), fold(thing.value)) for thing in things]
    abouts = [fold(thing.about) for thing in things]
    texts = [f" {' '.join(pair)} {about}" for pair, about in zip(names, abouts, strict=True)]
    begins: list[tuple[str, int, bool]] = []
    for place, (pair, about) in enumerate(zip(names, abouts, strict=True)):
        own = dict.fromkeys(begin for name in pair for begin in _from_each_word(name))
        begins += [(begin, place, False) for begin in own]
        begins += [(word, place, True) for word in set(about.split()) if len(word) > _FEW]
    return _Index(names, texts, begins)


def _from_each_word(name: str) -> Iterator[str]:
    words = name.split()
    return (" ".join(words[start:]) for start in range(len(words)))


def _by_letters(index: _Index, wanted: str) -> list[int]:
    """Return the places of what fits by its letters, the best first."""
    words = [f" {word}" for word in wanted.split()]
    ranked = []
    for place, (names, text) in enumerate(zip(index.names, index.texts, strict=True)):
        if all(word in text for word in words):
            ranked.append((_rank(names, wanted), place))
        elif any(wanted in name for name in names):
            ranked.append((_WITHIN, place))
    ranked.sort()
    return [place for _, place in ranked]


_WHOLE, _BEGINS, _WORD_BEGINS, _WITHIN, _ABOUT = range(5)


def _rank(names: tuple[str, str], wanted: str) -> int:
    """Say how well it fits where each word begins one of the thing's: the less, the better."""
    if wanted in names:
        return _WHOLE
    if any(name.startswith(wanted) for name in names):
        return _BEGINS
    text = f" {' '.join(names)}"
    return _WORD_BEGINS if all(f" {word}" in text for word in wanted.split()) else _ABOUT


def _similar(index: _Index, wanted: str) -> list[int]:
    """Return the places of what is a typo or two away from what was typed, the closest first."""
    length, allowed = len(wanted), _typos(wanted)
    if not allowed:
        return []
    best: dict[int, tuple[int, bool]] = {}
    for cut in (length, length + 1):  # who has left a letter out has typed a longer beginning
        listed = [begin[:cut] for begin, _, _ in index.begins]
        hits = process.extract(
            wanted, listed, scorer=OSA.distance, score_cutoff=allowed, limit=None
        )
        for _, distance, number in hits:
            _, place, about = index.begins[number]
            best[place] = min(best.get(place, (distance, about)), (distance, about))
    return [place for _, place in sorted((rank, place) for place, rank in best.items())]


def _typos(wanted: str) -> int:
    """Return how many letters may be wrong: one in three to five; too few letters tell nothing."""
    length = len(wanted)
    return 0 if length < _SHORTEST else 1 if length < 6 else 2 if length < 10 else 3
