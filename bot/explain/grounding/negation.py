"""Holds a claim's "not", "no" and "denied" against those of the cited sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.scope import Cue, Scopes, governed, nearly_verbatim, scopes
from bot.explain.grounding.tokens import Sentence, stem

_NOT = frozenset(
    "not no never without neither nor nobody none nothing nowhere cannot can't hardly barely"
    " scarcely".split()
)
_VERBS = frozenset(
    stem(w)
    for w in "deny denied denies refuse refused refusing refusal fail failed failing failure reject"
    " rejected lack lacked lacking unable unlikely prevent prevented avoid avoided"
    " absent unclear unknown balk balks balked balking".split()
)
_TOGETHER = frozenset(
    tuple(pair.split())
    for pair in "turned down|turns down|turn down|turning down|ruled out|rules out|rule out"
    "|voted against|struck down|threw out".split("|")
)
_THROUGH = frozenset(
    stem(w) for w in "evidence sign signs proof indication reason suggestion hint trace".split()
)
"""What is denied stands behind them: "no evidence that"."""
_SOFT = frozenset(
    stem(w)
    for w in "stop stopped end ended cease ceased ban banned halt halted cancel cancelled scrap"
    " scrapped abandon abandoned former formerly quit drop dropped lose lost block blocked bar"
    " barred prohibit prohibited suspend suspended forbid forbidden short instead impossible"
    " free exempt decline little empty postpone postponed delay delayed resist opposed oppose"
    " withdraw withdrew lift lifted remove removed unfounded false leave difficult".split()
)
"""They may stand for a "not", and are none by themselves."""
_STILL = frozenset("still only first until beyond besides except".split())
"""So may they: what is first was never before, what is still to come is not there yet."""
_OF_SUBJECTS = frozenset("neither nor nobody none".split())
"""They stand before whom they speak of: what they negate stands further behind."""
_PREFIXES = ("un", "non")
_NOT_AFTER = frozenset("only just least merely".split())
"""Behind "not", words that take nothing back."""
_NO_BEFORE = frozenset("doubt matter wonder sooner fewer less more".split())


def find(sentence: Sentence) -> Scopes:
    """Return the negations of a sentence and what they negate."""
    near = (
        governed(sentence, at, at)
        for at, s in enumerate(sentence.stems)
        if s in _SOFT or sentence.low(at) in _STILL
    )
    return scopes(sentence, [*_cues(sentence)], frozenset(s for c in near for s in c.stems))


def _cues(sentence: Sentence) -> Iterator[Cue]:
    for at, token in enumerate(sentence.tokens):
        if not token.is_word:
            continue
        if _is_negation(sentence, at):
            cue = governed(sentence, at, at, most=5)
            yield Cue(at, at, tuple(s for s in cue.stems if s not in _THROUGH))
        elif token.low == "unless":
            yield governed(sentence, at, at)
        elif token.low.startswith(_PREFIXES) and len(token.low) > 6:
            bare = token.low.removeprefix("un").removeprefix("non")
            yield Cue(at, at, (stem(bare),))


def _is_negation(sentence: Sentence, at: int) -> bool:
    low, after = sentence.low(at), sentence.low(at + 1)
    if low.endswith("n't"):
        return True
    if low == "no":
        number = after == "." and sentence.low(at + 2).isdecimal()
        return not number and not after.isdecimal() and after not in _NO_BEFORE
    if low == "yet":
        return after == "to"
    if low in _NOT:
        aside = low == "not" and sentence.low(at - 1) in ("or", "if", "why")
        return after not in _NOT_AFTER and not aside
    if low in ("decline", "declined", "declines"):
        return after == "to"
    return sentence.stems[at] in _VERBS or (low, after) in _TOGETHER


def is_explicit(scopes: Scopes, cue: Cue) -> bool:
    """Tell whether a cue is a negation of its own, and not the beginning of a word."""
    low = scopes.sentence.low(cue.first)
    if low == "unless":
        return False
    return not (low.startswith(_PREFIXES) and scopes.sentence.stems[cue.first] not in _VERBS)


def faults(claim: Scopes, cited: Sequence[Scopes]) -> Iterator[Fault]:
    """Tell the negations that a claim has put in, and those that it has left out."""
    mine = [c for c in claim.cues if is_explicit(claim, c)]
    same = nearly_verbatim(claim.sentence, [c.sentence for c in cited])
    put_in = [c for c in mine if _is_put_in(claim, c, cited)]
    free = 0 if same else _unused(claim, cited)
    if len(put_in) > free:
        yield fault(FaultKind.NEGATION, _words(claim, put_in[0]))
        return
    left_out = _left_out(claim, cited)
    theirs = frozenset[str]().union(*(c.heads for c in cited))
    if len(left_out) > sum(c.head not in theirs for c in mine):
        yield fault(FaultKind.NEGATION, _at(claim, left_out[0]))
        return
    if same is not None:
        source = next(c for c in cited if c.sentence is same)
        if len(mine) != sum(is_explicit(source, c) for c in source.cues):
            yield fault(FaultKind.NEGATION, claim.sentence.written)


def _is_put_in(claim: Scopes, cue: Cue, cited: Sequence[Scopes]) -> bool:
    heads = frozenset[str]().union(*(c.heads for c in cited))
    near = frozenset[str]().union(*(c.soft | c.governed for c in cited))
    # "No insurer would cover it" is "insurers refused to cover it".
    soft = frozenset[str]().union(*(c.soft for c in cited))
    if not (heads | soft).isdisjoint(cue.stems) or cue.head in near:
        return False
    low = claim.sentence.low(cue.first)
    if not any(is_explicit(c, q) for c in cited for q in c.cues):
        known = any(c.plain(cue.head) for c in cited)
        return known or low != "without"
    if not cue.head or low in _OF_SUBJECTS or claim.sentence.stems[cue.first] in _VERBS:
        return False
    return any(c.plain(cue.head) for c in cited)


def _unused(claim: Scopes, cited: Sequence[Scopes]) -> int:
    """Return how many of the sentences' negations a claim can have put into other words."""
    cues = [q for c in cited for q in c.cues if is_explicit(c, q)]
    return sum(q.head not in claim.heads and not claim.plain(q.head) for q in cues)


def _left_out(claim: Scopes, cited: Sequence[Scopes]) -> list[str]:
    """Return what is negated in the cited sentences alone, and said plainly in the claim."""
    theirs = frozenset[str]().union(*(c.heads for c in cited))
    bare = sorted(theirs - claim.governed - claim.soft)
    return [h for h in bare if claim.plain(h) and not any(c.plain(h) for c in cited)]


def _words(claim: Scopes, cue: Cue) -> str:
    last = cue.last
    while last + 1 < len(claim.sentence.tokens) and claim.sentence.stems[last] != cue.head:
        last += 1
    return claim.sentence.between(cue.first, last if cue.head else cue.last)


def _at(claim: Scopes, head: str) -> str:
    at = claim.sentence.stems.index(head)
    return claim.sentence.between(max(0, at - 3), at)
