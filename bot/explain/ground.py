"""Tells what in a claim the sentences that it cites do not support."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.explain.grounding import (
    attribution,
    causes,
    clauses,
    dates,
    extremes,
    fates,
    form,
    mixed,
    modality,
    names,
    negation,
    numbers,
    quotes,
    scope,
    sides,
    swapped,
    wording,
)
from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.scope import Scopes
from bot.explain.grounding.tokens import Sentence, read

__all__ = ["MAX_CLAIM", "Fault", "FaultKind", "faults", "forget"]

MAX_CLAIM = form.MAX_LENGTH
"""Characters of a claim."""
_MOST_READ = 2 * MAX_CLAIM
"""Characters from which on a claim is not held against its sources at all: its length is enough."""
_MAX_SOURCE = 3_000
"""Characters of a cited sentence that support anything."""


def faults(
    claim: str, cited: Sequence[str], *, title: str = "", known: Collection[str] = ()
) -> tuple[Fault, ...]:
    """Return what is wrong with a claim, or nothing if it is grounded.

    `claim` is one sentence, `cited` are the sentences that it names as its sources, each as it
    stands in its article. The story's `title` supports names, and words and clauses that no cited
    sentence has. `known` are sentences, say all that was shown, whose full names complete a cited
    surname ("Ada Brandt" for the cited "Brandt") if only one fits. Pure, and in time proportional
    to the texts; what was read of sentences is kept for the next claim.

    A claim is grounded that keeps the cited sentences' numbers, dates, names and quotations, who
    says and who does what, their "not" and their "may"; it has no dates that go stale, no praise
    of its own, and is one sentence of at most 320 characters. Whether it follows from them by
    reason is beyond these rules.
    """
    shape = tuple(form.faults(claim))
    if len(claim) > _MOST_READ or not claim.strip():
        return shape
    mine = _facts(claim)
    sources = [_cached(text[:_MAX_SOURCE]) for text in cited]
    found = (*shape, *_unsupported(mine, sources, _cached(title[:_MAX_SOURCE]), known))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a sentence says that can be held against another."""

    sentence: Sentence
    numbers: numbers.Numbers
    dates: dates.Dates
    names: names.Names
    quotes: quotes.Quotes
    negations: Scopes
    hedges: Scopes
    sayings: attribution.Sayings


def _facts(text: str) -> _Facts:
    sentence = read(text)
    named = names.find(sentence)
    return _Facts(
        sentence,
        numbers.find(sentence),
        dates.find(sentence),
        named,
        quotes.find(sentence),
        negation.find(sentence),
        modality.find(sentence),
        attribution.find(named),
    )


_cached = lru_cache(maxsize=512)(_facts)


def _full_names(known: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return the words that stand together in the names of sentences."""
    return frozenset[tuple[str, str]]().union(*(_pairs(text[:_MAX_SOURCE]) for text in known))


@lru_cache(maxsize=512)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return names.find(read(text)).pairs


def forget() -> None:
    """Forget what was read of cited sentences; the next claim reads them again."""
    _cached.cache_clear()
    _pairs.cache_clear()


def _unsupported(
    mine: _Facts, cited: Sequence[_Facts], title: _Facts, known: Collection[str]
) -> Iterator[Fault]:
    if not cited:
        yield fault(FaultKind.UNSUPPORTED, mine.sentence.written)
        return
    sentences = [c.sentence for c in cited]
    full = partial(_full_names, known)
    yield from numbers.faults(mine.numbers, [c.numbers for c in cited])
    yield from dates.faults(mine.dates, [c.dates for c in cited])
    yield from dates.stale(mine.sentence)
    yield from names.faults(mine.names, [c.names for c in cited], title.names, full)
    yield from mixed.dates(mine.dates, [c.dates for c in cited])
    yield from mixed.numbers(mine.numbers, [c.numbers for c in cited])
    yield from mixed.names(mine.names, mine.numbers, [(c.names, c.numbers) for c in cited])
    yield from mixed.speakers(mine.sayings, [c.sayings for c in cited])
    if pair := scope.exchanged(mine.sentence, sentences):
        yield fault(FaultKind.ROLE, f"{pair[0]} … {pair[1]}")
    yield from quotes.faults(mine.quotes, [c.quotes for c in cited])
    yield from negation.faults(mine.negations, [c.negations for c in cited])
    yield from modality.faults(mine.hedges, [c.hedges for c in cited])
    yield from attribution.faults(mine.sayings, [c.sayings for c in cited])
    yield from wording.filler(mine.sentence, sentences)
    yield from swapped.faults(mine.sentence, sentences)
    yield from sides.comparisons(mine.sentence, sentences)
    yield from sides.turned(mine.sentence, sentences)
    yield from sides.exchanged(mine.sentence, sentences)
    yield from wording.quantities(mine.sentence, sentences)
    yield from causes.faults(mine.sentence, sentences)
    for rule in (fates.faults, extremes.faults, clauses.faults, wording.unsupported):
        yield from rule(mine.sentence, sentences, title.sentence)
