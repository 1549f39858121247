"""Finds wording in a sentence by its first word, which makes hundreds of patterns cheap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.models import SectionName

# Not the second part of "far-reaching": wording begins where a word begins.
_WORD = re.compile(r"(?<![\w-])[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Cue:
    """One wording, and how much it says for a section; below zero, how much it says against it."""

    weight: float
    firsts: frozenset[str]
    rest: re.Pattern[str]
    behind: frozenset[str]
    """Words right before it that make it something else ("a plan to")."""


def cue(weight: float, firsts: str, rest: str = "", *, behind: str = "") -> Cue:
    """Make a cue of the words it may begin with and the pattern of what follows, in lower case.

    `rest` begins with its own blank or mark, and ends with a blank or where a word ends.
    """
    return Cue(
        weight,
        frozenset(firsts.split()),
        re.compile(rf"(?:{rest})(?:(?<= )|(?![\w-]))"),
        frozenset(behind.split()),
    )


class Table:
    """Cues of all sections, by the word that they begin with."""

    def __init__(self, cues: Mapping[SectionName, Sequence[Cue]]) -> None:
        self._sections = tuple(cues)
        self._firsts: dict[str, list[tuple[Cue, SectionName]]] = {}
        for section, wording in cues.items():
            for one in wording:
                for first in one.firsts:
                    self._firsts.setdefault(first, []).append((one, section))

    def scores(self, text: str) -> dict[SectionName, float]:
        """Add up what a sentence's wording says for each section; a cue counts once.

        The sentence is in lower case, with straight apostrophes.
        """
        found: dict[int, tuple[float, SectionName]] = {}
        before = ""
        for word in _WORD.finditer(text):
            for one, section in self._firsts.get(word[0], ()):
                if before not in one.behind and one.rest.match(text, word.end()):
                    found[id(one)] = one.weight, section
            before = word[0]
        return self._sums(found.values())

    def _sums(self, found: Iterable[tuple[float, SectionName]]) -> dict[SectionName, float]:
        sums = dict.fromkeys(self._sections, 0.0)
        for weight, section in found:
            sums[section] += weight
        return sums
