"""Finds what a claim mixes of its sources: one's date or number, another's deed or words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.explain.grounding.attribution import Saying, Sayings
from bot.explain.grounding.dates import Dates
from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.kin import has as is_known
from bot.explain.grounding.names import Names
from bot.explain.grounding.numbers import Numbers
from bot.explain.grounding.tokens import PRONOUNS, Sentence, stem

_SHARE = 0.6
"""Share of a claim's words of meaning from which on it tells what a sentence tells."""
_FEW = 1
"""Words that it may have from the sentence of its date alone and still not tell what it tells."""


def dates(claim: Dates, cited: Sequence[Dates]) -> Iterator[Fault]:
    """Tell the month of one cited sentence that a claim gives to what another one dates itself."""
    for month in claim.months:
        has = [c for c in cited if any(m.month == month.month for m in c.months)]
        told = _told(claim.sentence, [c.sentence for c in cited], [c.sentence for c in has])
        if told and any(c.months for c in cited if c.sentence is told):
            yield fault(FaultKind.DATE, claim.sentence.between(month.first, month.last))


def numbers(claim: Numbers, cited: Sequence[Numbers]) -> Iterator[Fault]:
    """Tell the number of one cited sentence that a claim gives to what another one counts."""
    for number in claim.found:
        if number.weak or number.is_year or number.unit == "th":
            continue
        has = [c for c in cited if any(n.values & number.values for n in c.found)]
        told = _told(claim.sentence, [c.sentence for c in cited], [c.sentence for c in has])
        theirs = [n for c in cited if c.sentence is told for n in c.found]
        if told and any(n.unit == number.unit and not n.is_year for n in theirs):
            yield fault(FaultKind.NUMBER, claim.sentence.between(number.first, number.last))


def _told(claim: Sentence, cited: Sequence[Sentence], has: Sequence[Sentence]) -> Sentence | None:
    """Return the cited sentence that a claim repeats, if next to nothing comes from those."""
    others = [s for s in cited if s not in has]
    if not has or not others or not claim.bag:
        return None
    best = max(others, key=lambda s: len(s.bag & claim.bag))
    if len(best.bag & claim.bag) <= max(len(s.bag & claim.bag) for s in has):
        return None
    from_has = frozenset[str]().union(*(s.bag for s in has)) & claim.bag
    is_told = len(best.bag & claim.bag) >= _SHARE * len(claim.bag)
    return best if is_told and len(from_has - best.bag) <= _FEW else None


# ── names ────────────────────────────────────────────────────────────────────────────────


def names(
    claim: Names, figures: Numbers, cited: Sequence[tuple[Names, Numbers]]
) -> Iterator[Fault]:
    """Tell the number of a claim all of whose sentences speak of others than the claim does."""
    mine = frozenset(w for r in claim.runs for w in r.words)
    if len(cited) < 2 or not mine:
        return
    for number in figures.found:
        has = [n for n, f in cited if any(x.values & number.values for x in f.found)]
        if number.weak or not has or len(has) == len(cited):
            continue
        if all(_is_of_others(n, mine, claim) for n in has):
            yield fault(FaultKind.NUMBER, claim.sentence.between(number.first, number.last))


def _is_of_others(names: Names, mine: frozenset[str], claim: Names) -> bool:
    theirs = frozenset(w for r in names.runs for w in r.sure)
    if not theirs or not PRONOUNS.isdisjoint(names.sentence.words):
        return False
    return mine.isdisjoint(names.support) and not _opens_alike(names.sentence, claim.sentence)


def _opens_alike(sentence: Sentence, claim: Sentence) -> bool:
    """Tell whether a sentence speaks of a thing of the claim ("the company")."""
    subject = next((s for s in sentence.stems if s), "")
    return subject in claim.bag


# ── speakers ─────────────────────────────────────────────────────────────────────────────


def speakers(claim: Sayings, cited: Sequence[Sayings]) -> Iterator[Fault]:
    """Tell the speaker of a claim whose words are, in the cited sentences, another's."""
    for saying in claim.found:
        said = _said(claim.sentence, saying)
        ranked = sorted(cited, key=lambda c: -len(said & c.sentence.bag))
        if len(said) < _LEAST or not ranked:
            continue
        source = ranked[0]
        if len(said & source.sentence.bag) < _SHARE * len(said):
            continue
        if source.found and all(_is_anothers(s, saying, said, source, claim) for s in source.found):
            last = min(saying.at + 1, len(claim.sentence.tokens) - 1)
            yield fault(FaultKind.ATTRIBUTION, claim.sentence.between(max(0, saying.at - 2), last))
            return


_LEAST = 3
_REPORT = stem("reported")
_TITLES = frozenset("mr mrs ms dr the".split())


def _said(sentence: Sentence, saying: Saying) -> frozenset[str]:
    stems = frozenset(s for s in sentence.stems[saying.first : saying.last] if s)
    return stems - saying.subject


def _is_anothers(
    theirs: Saying, mine: Saying, said: frozenset[str], source: Sayings, claim: Sayings
) -> bool:
    """Tell whether somebody else is named as who says it, and the speaker is not who says it."""
    told = _said(source.sentence, theirs)
    if theirs.is_pronoun or len(told & said) < _SHARE * len(said):
        return False
    if not mine.nearest or not theirs.nearest:
        return _is_replaced(theirs, mine, source, claim)
    if theirs.nearest & mine.nearest:
        return False
    # "Ada Brandt of Nordia said" names the firm before the verb: the firm may be the speaker.
    return not mine.nearest & _before(source.sentence, theirs)


def _is_replaced(theirs: Saying, mine: Saying, source: Sayings, claim: Sayings) -> bool:
    """Tell whether each of two sentences names a speaker whom the other does not know."""
    told = frozenset(s for s in source.sentence.stems[theirs.first : theirs.last] if s)
    is_report = source.sentence.stems[theirs.at] == _REPORT
    if is_report and mine.subject and mine.subject <= told - theirs.subject:
        return True  # the paper tells what the firm does, and not what it says
    new = [w for w in mine.speakers - _TITLES if not is_known(w, source.support)]
    lost = [w for w in theirs.speakers - _TITLES if not is_known(w, claim.support)]
    return bool(new and lost)


def _before(sentence: Sentence, saying: Saying) -> frozenset[str]:
    if saying.last > saying.at:
        return frozenset(sentence.lows[: saying.at])
    commas = (at for at in range(saying.at, 0, -1) if sentence.low(at) == ",")
    return frozenset(sentence.lows[next(commas, saying.at) : saying.at + 8])
