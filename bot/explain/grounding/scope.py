"""Which words a "not" or a "may" governs, and whether two sentences say nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.explain.grounding.tokens import Sentence

_REACH = 8
"""Tokens behind such a word in which the words that it governs are looked for."""
_STOPS = frozenset('.;:!?"()')
_NEARLY = 0.85


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that changes what others say, and the stems of the first words that it governs."""

    first: int
    last: int
    stems: tuple[str, ...]

    @property
    def head(self) -> str:
        """The stem that it governs most of all, or ""."""
        return self.stems[0] if self.stems else ""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The cues of one sentence."""

    sentence: Sentence
    cues: tuple[Cue, ...]
    soft: frozenset[str] = frozenset()
    """The stems governed by words that are nearly such cues ("stopped" is nearly "not")."""

    @property
    def governed(self) -> frozenset[str]:
        """All stems that the cues govern."""
        return frozenset(s for c in self.cues for s in c.stems)

    @property
    def heads(self) -> frozenset[str]:
        """The stems that the cues govern most of all."""
        return frozenset(c.head for c in self.cues if c.head)

    def plain(self, stem: str) -> bool:
        """Tell whether a stem stands in the sentence outside what the cues govern."""
        governed = {
            at for c in self.cues for at in range(c.first, c.last + _REACH + 1)
        }
        return any(s == stem and at not in governed for at, s in enumerate(self.sentence.stems))


def governed(sentence: Sentence, first: int, last: int, *, most: int = 4) -> Cue:
    """Return the cue at these tokens with the stems behind it, up to the clause's end."""
    stems: list[str] = []
    for at in range(last + 1, min(last + 1 + _REACH, len(sentence.tokens))):
        low = sentence.low(at)
        if low in _STOPS or (stems and low in (",", "but", "and", "-")) or len(stems) == most:
            break
        if sentence.stems[at] and not low.endswith("ly"):
            stems.append(sentence.stems[at])
    return Cue(first, last, tuple(stems))


def nearly_verbatim(claim: Sentence, cited: Sequence[Sentence]) -> Sentence | None:
    """Return the cited sentence that has nearly the claim's words, and no more, or None."""
    for sentence in cited:
        both = len(claim.bag & sentence.bag)
        if both >= _NEARLY * max(len(claim.bag), len(sentence.bag), 1):
            return sentence
    return None


def exchanged(claim: Sentence, cited: Sequence[Sentence]) -> tuple[str, str] | None:
    """Return the words that a claim exchanges in a cited sentence that it repeats otherwise."""
    mine = _meaning(claim)
    for sentence in cited:
        theirs = _meaning(sentence)
        if mine != theirs and sorted(mine) == sorted(theirs):
            if pair := _transposed(mine, theirs):
                return None if _is_list(claim, *pair) else pair
    return None


def _meaning(sentence: Sentence) -> list[str]:
    return [s or t.low for t, s in zip(sentence.tokens, sentence.stems, strict=True)
            if s or t.kind == "number"]


def _transposed(mine: list[str], theirs: list[str]) -> tuple[str, str] | None:
    """Return X and Y where one has "X … Y" and the other "Y … X", of at most four words each."""
    first = next(at for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b)
    last = next(
        at for at in range(len(mine), 0, -1) if mine[at - 1] != theirs[at - 1]
    )
    one, two = mine[first:last], theirs[first:last]
    for x in range(1, 5):
        for y in range(1, 5):
            if x + y >= len(one):  # with nothing between them, two clauses changed places
                continue
            swapped = [*one[len(one) - y :], *one[x : len(one) - y], *one[:x]]
            if swapped == two:
                return " ".join(one[:x]), " ".join(one[len(one) - y :])
    return None


def _is_list(sentence: Sentence, one: str, two: str) -> bool:
    """Tell whether the two stand beside each other with nothing or "and" between them."""
    flat = " ".join(s or t.low for t, s in zip(sentence.tokens, sentence.stems, strict=True))
    return any(f"{one} {link}{two}" in flat for link in ("", "and ", "or ", ", ", "- ", ", and "))
