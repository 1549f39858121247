"""Holds how certain a claim is against how certain the cited sentences are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.scope import Cue, Scopes, governed, nearly_verbatim, scopes
from bot.explain.grounding.tokens import Sentence, stem

_MODAL = frozenset("may might could would should can can't couldn't".split())
_HEDGES = frozenset(
    "perhaps maybe possibly potentially probably likely unlikely reportedly allegedly apparently"
    " alleged suspected proposed potential possible planned prospective tentative supposed"
    " if unless whether".split()
)
# With "to" or "that" behind them, or as what somebody does.
_VERBS = frozenset(
    stem(w)
    for w in "expect expected plan plans planned planning intend intends hope hopes aim aims seek"
    " seeks want wants consider considers considering propose proposes proposal threaten threatens"
    " appear appears seem seems believe believes suspect suspects predict predicts forecast"
    " forecasts estimate estimates project projects projected scheduled slated poised"
    " allege alleges accuse accused suggest suggests risk fear fears warn warned warns promise"
    " promised pledge pledged vow vowed likelihood chance possibility prospect urge urged"
    " anticipate anticipated accusation accusations allegation allegations claim"
    " claims claimed".split()
)
_WEAKER = frozenset("set due about".split())
"""With "to" behind them, they make less of a future than "will" does, if not much."""
_WILL = frozenset("will won't shall shan't".split())
_TELLS = frozenset(
    "said says announce announced agreed confirmed told promised pledged vowed decided added ruled"
    " ordered approved voted".split()
)
_TRIES = frozenset("offer offers offered offering try tries tried trying attempted".split())
_SOFT = frozenset(
    "must would when once until unless whether tried tries attempted attempts attempt think thinks"
    " thought announced announces oblige obliges obliged need needs let lets allow allows".split()
)
"""They may keep what is uncertain uncertain, in a claim; in a source they prove nothing."""
_TRIED = frozenset("tried tries attempted attempts attempt".split())
_ORDERS = frozenset(
    stem(w)
    for w in "ordered orders asked asks urged instructed demanded requires required requested"
    " told called petitioned begged advised forced".split()
)
_CALLS = frozenset(
    (verb, "for") for verb in "called calls calling demand demands demanded asked pushed".split()
)
_WAS = frozenset("was were been has have had".split())
_LIGHT = frozenset(
    stem(w)
    for w in "begin start continue monday tuesday wednesday thursday friday saturday sunday".split()
)
"""They say little of what is to be done."""
_SHARE = 0.6


def find(sentence: Sentence) -> Scopes:
    """Return the hedges of a sentence and what they make uncertain."""
    return scopes(sentence, [*_cues(sentence)])


def _cues(sentence: Sentence) -> Iterator[Cue]:
    for at, token in enumerate(sentence.tokens):
        if not token.is_word:
            continue
        if _is_hedge(sentence, at) or (token.low == "to" and _is_ordered(sentence, at)):
            yield governed(sentence, at, at)


def _is_ordered(sentence: Sentence, at: int) -> bool:
    """Tell whether an infinitive is what somebody is to do, not what he did."""
    before = range(max(0, at - 5), at)
    return any(sentence.stems[i] in _ORDERS and not _is_phone_call(sentence, i) for i in before)


def _is_phone_call(sentence: Sentence, at: int) -> bool:
    return sentence.low(at) in ("call", "calls") and sentence.low(at + 1) not in ("on", "for")


def _is_hedge(sentence: Sentence, at: int) -> bool:
    low = sentence.low(at)
    if low in _MODAL:
        is_month = low == "may" and sentence.tokens[at].is_capital and at > 0
        return not is_month
    if low in _HEDGES or sentence.stems[at] in _VERBS:
        return True
    if (low, sentence.low(at + 1)) in _CALLS:
        return True
    if low in _TRIES:
        return sentence.low(at + 1) == "to"
    return low in _WEAKER and sentence.low(at + 1) == "to"


def faults(claim: Scopes, cited: Sequence[Scopes]) -> Iterator[Fault]:
    """Tell where a claim is sure of what the cited sentences call possible, planned or alleged."""
    for found in (
        _sure_future(claim, cited),
        _dropped(claim, cited),
        _done(claim, cited),
        _fewer(claim, cited),
    ):
        if found:
            yield fault(FaultKind.MODALITY, found)
            return


def _sure_future(claim: Scopes, cited: Sequence[Scopes]) -> str:
    """Return the "will" of a claim that is no "will" where it comes from, or nothing."""
    theirs = _futures(cited)
    for cue in _wills(claim.sentence):
        if cue.head and cue.head in theirs:
            continue
        hedged = [s for s in cited if any(cue.head in c.stems[:2] for c in s.cues)]
        if (cue.head and hedged) or (not theirs and any(s.cues for s in cited)):
            if any(_is_backshifted(s.sentence) for s in (hedged or cited)):
                continue
            return _words(claim.sentence, cue)
    return ""


def _wills(sentence: Sentence) -> Iterator[Cue]:
    for at, token in enumerate(sentence.tokens):
        is_short = token.text.lower().endswith("'ll")
        going = token.low == "going" and sentence.low(at + 1) == "to"
        if token.low in _WILL or is_short or going:
            yield governed(sentence, at, at)


def _futures(cited: Sequence[Scopes]) -> frozenset[str]:
    return frozenset(c.head for s in cited for c in _wills(s.sentence))


def _is_backshifted(sentence: Sentence) -> bool:
    """Tell whether "would" is what becomes of "will" in reported speech."""
    return "would" in sentence.words and not _TELLS.isdisjoint(sentence.words)


def _dropped(claim: Scopes, cited: Sequence[Scopes]) -> str:
    """Return what a claim without any hedge says of what is only hedged, or nothing."""
    theirs = frozenset[str]().union(*(s.sentence.words for s in cited))
    if not (_SOFT - (theirs & _TRIED)).isdisjoint(claim.sentence.words):
        return ""
    if any(True for _ in _wills(claim.sentence)) and _futures(cited):
        return ""
    for source in cited:
        if _is_backshifted(source.sentence) and any(True for _ in _wills(claim.sentence)):
            continue
        for cue in source.cues:
            if claim.cues and not _is_left_bare(claim, cue, source):
                continue
            if _says(claim, cue, [s for s in cited if s is not source]):
                return claim.sentence.between(*_span(claim.sentence, cue.stems))
    return ""


def _is_left_bare(claim: Scopes, cue: Cue, source: Scopes) -> bool:
    """Tell whether a claim has kept other hedges of a sentence, but not this one."""
    if not claim.heads or not claim.heads <= source.heads or cue.head in claim.heads:
        return False
    return claim.plain(cue.head)


def _says(claim: Scopes, cue: Cue, others: Sequence[Scopes]) -> bool:
    """Tell whether a claim has what a hedge governs, and has it from nowhere else."""
    stems = [s for s in cue.stems if s not in _LIGHT]
    kept = [s for s in stems if s in claim.sentence.bag and not any(o.plain(s) for o in others)]
    return bool(kept) and len(kept) >= _SHARE * len(stems)


def _done(claim: Scopes, cited: Sequence[Scopes]) -> str:
    """Return the "was built" of a claim that only "will be built" where it comes from."""
    sentence, futures = claim.sentence, _futures(cited)
    if not futures or any(True for _ in _wills(sentence)):
        return ""
    told = Counter(s for c in cited for s in c.sentence.stems)
    for at, stem_ in enumerate(sentence.stems):
        is_done = at and sentence.low(at - 1) in _WAS and sentence.low(at).endswith(("ed", "en"))
        if is_done and stem_ in futures and told[stem_] == 1:
            return sentence.between(at - 1, at)
    return ""


def _span(sentence: Sentence, stems: tuple[str, ...]) -> tuple[int, int]:
    places = [at for at, s in enumerate(sentence.stems) if s in stems]
    first = places[0] if places else 0
    last = next((p for p in reversed(places) if p < first + 12), first)
    return first, last


def _fewer(claim: Scopes, cited: Sequence[Scopes]) -> str:
    same = nearly_verbatim(claim.sentence, [c.sentence for c in cited])
    if same is None:
        return ""
    if _is_backshifted(same) and any(True for _ in _wills(claim.sentence)):
        return ""
    theirs = next(c for c in cited if c.sentence is same)
    return claim.sentence.written if len(claim.cues) < len(theirs.cues) else ""


def _words(sentence: Sentence, cue: Cue) -> str:
    last = cue.last
    while last + 1 < len(sentence.tokens) and sentence.stems[last] != cue.head:
        last += 1
    return sentence.between(cue.first, last if cue.head else cue.last)
