"""Holds a claim's "not", "no" and "denied" against those of the cited sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.scope import Cue, Scopes, governed, nearly_verbatim
from bot.explain.grounding.tokens import Sentence, stem

_NOT = frozenset(
    "not no never without neither nor nobody none nothing nowhere cannot can't hardly barely"
    " scarcely".split()
)
_VERBS = frozenset(
    stem(w)
    for w in "deny denied denies refuse refused refusing refusal fail failed failing failure reject"
    " rejected decline declined lack lacked lacking unable unlikely prevent prevented avoid avoided"
    " missing absent dispute disputed unclear unknown".split()
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
_OF_SUBJECTS = frozenset("neither nor nobody none".split())
"""They stand before whom they speak of: what they negate stands further behind."""
_PREFIXES = ("un", "non")
_NOT_AFTER = frozenset("only just least merely".split())
"""Behind "not", words that take nothing back."""
_NO_BEFORE = frozenset("doubt matter wonder sooner fewer less more".split())


def find(sentence: Sentence) -> Scopes:
    """Return the negations of a sentence and what they negate."""
    return Scopes(sentence, tuple(_cues(sentence)))


def _cues(sentence: Sentence) -> Iterator[Cue]:
    for at, token in enumerate(sentence.tokens):
        if not token.is_word:
            continue
        if _is_negation(sentence, at):
            cue = governed(sentence, at, at, most=5)
            yield Cue(at, at, tuple(s for s in cue.stems if s not in _THROUGH))
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
    return sentence.stems[at] in _VERBS or (low, after) in _TOGETHER


def is_explicit(scopes: Scopes, cue: Cue) -> bool:
    """Tell whether a cue is a negation of its own, and not the beginning of a word."""
    low = scopes.sentence.low(cue.first)
    return not (low.startswith(_PREFIXES) and scopes.sentence.stems[cue.first] not in _VERBS)


def faults(claim: Scopes, cited: Sequence[Scopes]) -> Iterator[Fault]:
    """Tell the negations that a claim has put in, and those that it has left out."""
    theirs = frozenset[str]().union(*(c.heads for c in cited))
    mine = [c for c in claim.cues if is_explicit(claim, c)]
    count = sum(is_explicit(s, c) for s in cited for c in s.cues)
    for cue in mine:
        if _is_put_in(cue, theirs, cited, count, claim):
            yield fault(FaultKind.NEGATION, _words(claim, cue))
            return
    bare = [h for h in sorted(theirs - claim.heads) if claim.plain(h)]
    bare = [h for h in bare if not any(c.plain(h) for c in cited)]
    if len(bare) > sum(c.head not in theirs for c in mine):
        yield fault(FaultKind.NEGATION, _at(claim, bare[0]))
        return
    same = nearly_verbatim(claim.sentence, [c.sentence for c in cited])
    if same is not None:
        scopes = next(c for c in cited if c.sentence is same)
        if len(mine) != sum(is_explicit(scopes, c) for c in scopes.cues):
            yield fault(FaultKind.NEGATION, claim.sentence.written)


def _is_put_in(
    cue: Cue, theirs: frozenset[str], cited: Sequence[Scopes], count: int, claim: Scopes
) -> bool:
    if not count:
        # "unlawful" and "not lawful" are the same.
        return not cue.head or cue.head not in theirs
    if not cue.head or cue.head in theirs:
        return False
    if claim.sentence.low(cue.first) in _OF_SUBJECTS or claim.sentence.stems[cue.first] in _VERBS:
        return False
    return any(c.plain(cue.head) for c in cited)


def _words(claim: Scopes, cue: Cue) -> str:
    last = cue.last
    while last + 1 < len(claim.sentence.tokens) and claim.sentence.stems[last] != cue.head:
        last += 1
    return claim.sentence.between(cue.first, last if cue.head else cue.last)


def _at(claim: Scopes, head: str) -> str:
    at = claim.sentence.stems.index(head)
    return claim.sentence.between(max(0, at - 3), at)
