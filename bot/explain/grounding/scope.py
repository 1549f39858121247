"""Which words a "not" or a "may" governs, and whether two sentences say nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from bot.explain.grounding.tokens import Sentence, stem

_REACH = 8
"""Tokens behind such a word in which the words that it governs are looked for."""
_STOPS = frozenset('.;:!?"()')
_NEARLY = 0.85
EITHER_WAY = frozenset(
    stem(w)
    for w in "meet met face faced play played marry married talk join joined agree merge merged"
    " match between divorce divorced date dated and with speak spoke partner partnered".split()
)
"""Stems of what two do to one another: who is named first says nothing."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Scopes:
    """The cues of one sentence."""

    sentence: Sentence
    cues: tuple[Cue, ...]
    soft: frozenset[str]
    """The stems governed by words that are nearly such cues ("stopped" is nearly "not")."""
    heads: frozenset[str]
    """The stems that the cues govern most of all."""
    governed: frozenset[str]
    """All stems that the cues govern."""
    free: frozenset[str]
    """The stems that stand out of every cue's reach."""

    def plain(self, stem: str) -> bool:
        """Tell whether a stem stands in the sentence outside what the cues govern."""
        return stem in self.free


def scopes(sentence: Sentence, cues: Sequence[Cue], soft: frozenset[str] = frozenset()) -> Scopes:
    """Return the cues of a sentence with all that they govern."""
    reached = {at for c in cues for at in range(c.first, c.last + _REACH + 1)}
    return Scopes(
        sentence,
        tuple(cues),
        soft,
        frozenset(c.head for c in cues if c.head),
        frozenset(s for c in cues for s in c.stems),
        frozenset(s for at, s in enumerate(sentence.stems) if at not in reached),
    )


def governed(sentence: Sentence, first: int, last: int, *, most: int = 4) -> Cue:
    """Return the cue at these tokens with the stems behind it, up to the clause's end."""
    stems: list[str] = []
    for at in range(last + 1, min(last + 1 + _REACH, len(sentence.tokens))):
        low = sentence.low(at)
        if not stems and _opens_quotation(sentence, at):
            continue  # in 'does not have "a role in it"' it is the role that he does not have
        if low in _STOPS or (stems and low in (",", "but", "and", "-")) or len(stems) == most:
            break
        if sentence.stems[at] and not low.endswith("ly"):
            stems.append(sentence.stems[at])
    return Cue(first, last, tuple(stems))


def _opens_quotation(sentence: Sentence, at: int) -> bool:
    if sentence.low(at) != '"' or at + 1 >= len(sentence.tokens):
        return False
    before, mark, after = sentence.tokens[at - 1 : at + 2]
    return before.is_word and before.end < mark.start and mark.end == after.start


def nearly_verbatim(claim: Sentence, cited: Sequence[Sentence]) -> Sentence | None:
    """Return the cited sentence that has nearly the claim's words, and no more, or None."""
    for sentence in cited:
        both = len(claim.bag & sentence.bag)
        if both >= _NEARLY * max(len(claim.bag), len(sentence.bag), 1):
            return sentence
    return None


def exchanged(claim: Sentence, cited: Sequence[Sentence]) -> tuple[str, str] | None:
    """Return the stems that a claim exchanges in a cited sentence that it repeats otherwise."""
    mine = _meaning(claim)
    names = frozenset(s for t, s in zip(claim.tokens, claim.stems, strict=True) if t.is_capital)
    for sentence in cited:
        theirs = _meaning(sentence)
        if mine == theirs or sorted(mine) != sorted(theirs):
            continue
        if ("by" in claim.words) != ("by" in sentence.words):
            continue  # the passive: "B was sued by A" is "A sued B"
        pair = _transposed(mine, theirs, names)
        if pair:
            return None if _is_list(claim, *pair) else pair
    return None


def _meaning(sentence: Sentence) -> list[str]:
    pairs = zip(sentence.tokens, sentence.stems, strict=True)
    return [s or t.low for t, s in pairs if s or t.kind == "number"]


def _transposed(
    mine: list[str], theirs: list[str], names: frozenset[str]
) -> tuple[str, str] | None:
    """Return X and Y where one has "X … Y" and the other "Y … X", of at most four words each."""
    differ = [at for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b]
    one, two = mine[differ[0] : differ[-1] + 1], theirs[differ[0] : differ[-1] + 1]
    for x, y in product(range(1, 5), repeat=2):
        if x + y > len(one):
            continue
        behind = len(one) - y
        # With nothing between them, it is clauses that changed places, unless both are names.
        if x == behind and not names.issuperset(one):
            continue
        between = one[x:behind]
        if [*one[behind:], *between, *one[:x]] == two and EITHER_WAY.isdisjoint(between):
            return " ".join(one[:x]), " ".join(one[behind:])
    return None


def _is_list(sentence: Sentence, one: str, two: str) -> bool:
    """Tell whether the two stand beside each other as in a list, where the order is free."""
    flat = " ".join(s or t.low for t, s in zip(sentence.tokens, sentence.stems, strict=True))
    return any(f"{one} {link} {two}" in flat for link in ("and", "or", ",", "-", ", and"))
