"""Finds the words of a claim whose opposites stand in the cited sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.scope import nearly_verbatim
from bot.explain.grounding.tokens import Sentence

_RISE = (
    "rose rise rises risen rising increase increased increases increasing grew grow grown growth"
    " gain gained gains climbed climb climbs jumped jump surged surge surging soared soar higher"
    " expanded rebounded"
)
_FALL = (
    "fell fall falls fallen falling decrease decreased decreases decreasing decline declined"
    " declines declining drop dropped drops dropping lower shrank shrink slumped slump plunged"
    " plunge tumbled tumble sank slid slipped dipped contracted"
)
_CRITICISED = (
    "criticised criticized criticises criticizes criticise criticize criticising criticizing"
    " attacked attacks attack attacking condemned condemns condemn denounced slammed"
)
# A side against its opposite; pairs that are two views of one event (won, lost) are not here.
_SIDES = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        (_RISE, _FALL),
        ("approved approve approves accepted backed", "rejected reject rejects opposed vetoed"),
        ("support supported supports supporting backs", "oppose opposed opposes opposing"),
        ("defended defends defend defending", _CRITICISED),
        ("praised praises praise praising hailed", _CRITICISED),
        (
            "strengthened strengthens strengthen strengthening stronger",
            "weakened weakens weaken weakening weaker",
        ),
        (
            "accepted accepts accept accepting",
            "rejected rejects reject rejecting withdrew withdraws withdraw withdrawn withdrawing",
        ),
        ("passed passes pass passing", "blocked blocks block blocking"),
        ("commit commits committed committing", "balk balks balked balking"),
        ("acquitted cleared", "convicted guilty"),
        ("largest biggest highest most best", "smallest lowest fewest least worst weakest"),
        ("opened opens open opening reopened", "closed closes close closing shut closure"),
        ("hire hires hired hiring", "fire fires fired firing sacked dismissed laid"),
        ("allowed allows permitted permits legalised", "banned bans ban barred forbidden outlawed"),
        ("raised raise raises raising", "cut cuts cutting lowered slashed reduced reduces"),
        ("profit profits", "loss losses"),
        ("exports export exported", "imports import imported"),
        ("northern north", "southern south"),
        ("eastern east", "western west"),
        ("man men", "woman women"),
        ("better", "worse"),
        ("faster", "slower"),
    )
)  # fmt: skip


def comparisons(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the words of a claim whose opposites, and none of their kind, are in those cited."""
    theirs = frozenset[str]().union(*(c.words for c in cited))
    for one, two in _SIDES:
        for side, opposite in ((one, two), (two, one)):
            said = _said(claim, side)
            if not said or theirs & side or claim.words & opposite or not theirs & opposite:
                continue
            if _is_negated(claim) == any(_is_negated(c) for c in cited):
                word = next(t for t in claim.tokens if t.low in said)
                yield fault(FaultKind.COMPARISON, claim.written[word.start : word.end])


_DROPS = frozenset("drop drops dropped dropping".split())
_DROPPED = frozenset(
    "its his her their the a an all any plans plan charges out from off by it them".split()
)


def _said(claim: Sentence, side: frozenset[str]) -> frozenset[str]:
    """Return the words of a side in a claim; who drops a plan does not fall."""
    said = claim.words & side
    if not said & _DROPS:
        return said
    falls = (at for at, low in enumerate(claim.lows) if low in _DROPS and _falls(claim, at))
    return said if any(True for _ in falls) else said - _DROPS


def _falls(claim: Sentence, at: int) -> bool:
    behind = claim.low(at + 1)
    if behind in ("from", "by"):
        return True
    return behind not in _DROPPED


_UP, _DOWN = _SIDES[0]
_SMALL_SIDES = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        ("before", "after"), ("over above", "under below"), ("more", "less fewer"),
        ("with", "without"), ("up", "down"), ("inside", "outside"), ("longer", "shorter"),
        ("earlier", "later"), ("won win wins", "lost lose loses"), ("early", "late"),
        ("maximum", "minimum"), ("winner winners", "loser losers"),
        ("buy buys bought buying", "sell sells sold selling"),
        ("join joins joined joining", "leave leaves left leaving quit"),
        ("most", "least"), ("first", "last"), ("for", "against"),
    )
)  # fmt: skip
"""Held against one another only where the claim repeats a sentence: else both may be right."""


def turned(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the "before" of a claim that is "after" in the sentence that it repeats."""
    for at, low in enumerate(claim.lows):
        if low in _ORDER and any(_is_reordered(claim, at, c) for c in cited):
            yield fault(FaultKind.COMPARISON, claim.between(max(0, at - 2), at))
            return
    same = nearly_verbatim(claim, cited)
    if same is None or _first(same) != _first(claim):
        return  # "B after A" is "A before B"
    for one, two in _SMALL_SIDES:
        for side, other in ((one, two), (two, one)):
            said = claim.words & side - same.words
            if said and same.words & other - claim.words:
                word = next(t for t in claim.tokens if t.low in said)
                yield fault(FaultKind.COMPARISON, claim.written[word.start : word.end])


_ORDER = {"before": "after", "after": "before"}
_MOST_PLACES = 4
"""Such words of a sentence that are looked at, so that a hostile one takes no longer."""


def _is_reordered(claim: Sentence, at: int, cited: Sentence) -> bool:
    """Tell whether a sentence has the opposite between what stands before and behind a word."""
    if claim.lows[at] in cited.words or claim.lows.count(claim.lows[at]) > 1:
        return False
    first, last = _around(claim, at)
    places = (i for i, low in enumerate(cited.lows) if low == _ORDER[claim.lows[at]])
    for place in islice(places, _MOST_PLACES):
        before, behind = _around(cited, place)
        if _is_mostly(first, before - behind) and _is_mostly(last, behind - before):
            return True
    return False


def _around(sentence: Sentence, at: int) -> tuple[frozenset[str], frozenset[str]]:
    stems = sentence.stems
    return frozenset(s for s in stems[:at] if s), frozenset(s for s in stems[at + 1 :] if s)


def _is_mostly(words: frozenset[str], others: frozenset[str]) -> bool:
    return bool(words) and 2 * len(words & others) > len(words)


def _first(sentence: Sentence) -> str:
    return next((s for s in sentence.stems if s), "")


def exchanged(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell what rises in a claim and falls in the cited sentences, or the other way round."""
    theirs = frozenset(pair for c in cited for pair, _ in _moves(c))
    for (subject, rises), at in _moves(claim):
        if (subject, rises) not in theirs and (subject, not rises) in theirs:
            yield fault(FaultKind.COMPARISON, claim.between(at - 1, at))


def _moves(sentence: Sentence) -> Iterator[tuple[tuple[str, bool], int]]:
    for at, token in enumerate(sentence.tokens):
        if at and token.low in (_UP | _DOWN):
            stems = [s for s in sentence.stems[max(0, at - 3) : at] if s]
            if stems:
                yield (stems[-1], token.low in _UP), at


def _is_negated(sentence: Sentence) -> bool:
    return any(
        t.low in ("not", "no", "never", "without", "cannot") or t.low.endswith("n't")
        for t in sentence.tokens
    )
