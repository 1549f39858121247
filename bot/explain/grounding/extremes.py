"""Finds the "only", "first", "largest", "several" and "every" that a claim has from nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence

_SUPERLATIVES = frozenset(
    "largest biggest highest lowest worst best greatest longest strongest weakest deepest deadliest"
    " fastest slowest smallest youngest oldest richest poorest tallest heaviest hottest coldest"
    " costliest steepest sharpest busiest toughest".split()
)
_ORDINALS = frozenset(
    "second third fourth fifth sixth seventh eighth ninth tenth last".split()
)  # fmt: skip
_ANY_SUPERLATIVE = (
    _SUPERLATIVES
    | _ORDINALS
    | frozenset(
        "most least record top peak main chief leading first never ever unprecedented maximum"
        " minimum all-time unmatched unrivalled unique only sole any".split()
    )
)
_ONLY = frozenset(
    "only sole solely alone just except exclusively exclusive nobody none no other lone single"
    " unique one merely mere few first until last unless nothing little small barely".split()
)
_FIRST = frozenset(
    "first 1st one maiden inaugural original originally initial initially debut debuts never"
    " pioneer pioneered earliest new begin began begins beginning start started starts opening"
    " opened opens open founder founded founding ever before early premiere launch launched"
    " second then since".split()
)
_EVER = frozenset(
    "ever never record records history historic historical first always unprecedented since none"
    " no not all-time decades century time".split()
)
_KINDS = (
    (frozenset(("only", "sole", "solely")), _ONLY),
    (frozenset(("first",)), _FIRST),
    (frozenset(("ever",)), _EVER),
    (_SUPERLATIVES, _ANY_SUPERLATIVE),
)
_NO_EXTREMES = frozenset(
    "highest court|best known|best selling|best friend|best friends|best picture|only if|only when"
    "|only after|only with|first lady|first minister|first name|first aid|first degree|first half"
    "|first place|worst case|first quarter|ever since|at first|at best|at worst|not only".split("|")
)
"""Names of things, and turns of phrase, that put nothing above others."""


def faults(claim: Sentence, cited: Sequence[Sentence], title: Sentence) -> Iterator[Fault]:
    """Tell the words that put something above all others, or count it, and are the claim's own.

    The title may have them; a word of the same kind will do, "sole" for "only".
    """
    theirs = title.words.union(*(c.words for c in cited))
    for said, support in _KINDS:
        if claim.words.isdisjoint(said) or not theirs.isdisjoint(support):
            continue
        for at, low in enumerate(claim.lows):
            if low in said and _is_extreme(claim, at):
                yield fault(FaultKind.UNSUPPORTED, claim.between(at, at))
                break
    yield from _counts(claim, cited, title)


def _is_extreme(claim: Sentence, at: int) -> bool:
    low, before = claim.low(at), claim.low(at - 1)
    if before in _ORDINALS or before.isdecimal() or (claim.tokens[at].is_capital and at):
        return False
    pairs = (f"{low} {claim.low(at + 1)}", f"{before} {low}")
    return _NO_EXTREMES.isdisjoint(pairs)


# ── counts ───────────────────────────────────────────────────────────────────────────────

_SEVERAL = frozenset("several dozens numerous multiple various scores countless".split())
_ANY_SEVERAL = _SEVERAL | frozenset(
    "some many few hundreds thousands millions series number numbers others variety range lot lots"
    " most group groups list string different both many-fold dozen score half twice three four five"
    " six seven eight nine ten eleven twelve all every each number-of handful couple array host"
    " plenty chain spate repeatedly repeated again often majority more".split()
)
_EVERY = frozenset(("every", "everyone", "everybody"))
_ANY_EVERY = _EVERY | frozenset(
    "all each whole entire any no none nobody everything always total throughout across unanimous"
    " unanimously annual annually yearly daily weekly monthly both per everywhere only booked"
    " full fully completely".split()
)
_LISTED = 3
"""Commas from which on a sentence lists several things."""


def _counts(claim: Sentence, cited: Sequence[Sentence], title: Sentence) -> Iterator[Fault]:
    theirs = title.words.union(*(c.words for c in cited))
    kinds = ((_SEVERAL, _ANY_SEVERAL, _lists), (_EVERY, _ANY_EVERY, _never))
    for said, support, proves in kinds:
        if claim.words.isdisjoint(said) or not theirs.isdisjoint(support):
            continue
        if not any(proves(s) for s in (*cited, title)):
            word = next(t for t in claim.tokens if t.low in said)
            yield fault(FaultKind.UNSUPPORTED, claim.written[word.start : word.end])


def _lists(sentence: Sentence) -> bool:
    """Tell whether a sentence counts three or more, or lists them."""
    counted = any(t.kind == "number" and t.low not in ("1", "2") for t in sentence.tokens)
    return counted or sentence.lows.count(",") >= _LISTED


def _never(sentence: Sentence) -> bool:
    del sentence
    return False
