"""Holds a claim's numbers against those cited: their values, units, bounds and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.explain.grounding.dates import MONTHS
from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.numberwords import HARD
from bot.explain.grounding.numerals import Number, Numbers, find
from bot.explain.grounding.tokens import Sentence

__all__ = ["Numbers", "faults", "find"]

_MORE = re.compile(
    r"(?:more than|over|above|at least|exceed\w*|upwards of|no (?:fewer|less) than)$"
)
_LESS = re.compile(
    r"(?:(?<!no )(?:less|fewer) than|under|below|at most|up to|no more than|not more than"
    r"|nearly|almost|just short of)$"
)
_FIRST = frozenset(
    "original originally initial initially began begins begin started start starts debut"
    " inaugural earliest opened opens never".split()
)
_MOST_COUNTED = 6
"""Names in a list that a claim may count."""


def faults(claim: Numbers, cited: Sequence[Numbers]) -> Iterator[Fault]:
    """Tell the numbers of a claim that the cited sentences do not have, or not for the same."""
    judged: set[Number] = set()
    for number in claim.found:
        alike = replace(number, first=0, last=0, near=frozenset())
        if alike in judged:
            continue
        judged.add(alike)
        if not _is_supported(claim, number, cited):
            words = _words(claim, number)
            kind = FaultKind.DATE if _is_date(claim, number) else FaultKind.NUMBER
            yield fault(kind, words)
        elif wrong := _turned(claim, number, cited):
            yield fault(FaultKind.COMPARISON, wrong)
    yield from _rates(claim.sentence, [c.sentence for c in cited])


_PERIODS = r"(second|minute|hour|day|night|week|month|quarter|year|decade)"
_PER = re.compile(
    rf"(?:\b(?:per|each|every) |\d%? (?:[^\W\d]{{2,12}} )?an? "
    rf"|(?:illion|thousand|times|once|twice) an? ){_PERIODS}\b",
    re.IGNORECASE,
)
_ANY_PER = re.compile(rf"\b(?:per|an?|each|every) {_PERIODS}\b", re.IGNORECASE)
_ADVERBS = {
    "hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month",
    "quarterly": "quarter", "annual": "year", "annually": "year", "yearly": "year",
}  # fmt: skip


def _rates(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the "per month" of a claim that is "per week" in the cited sentences."""
    theirs = {p.casefold() for c in cited for p in _ANY_PER.findall(c.text)}
    theirs |= {_ADVERBS[w] for c in cited for w in c.words & _ADVERBS.keys()}
    for found in _PER.finditer(claim.text) if theirs else ():
        if found[1].casefold() not in theirs:
            yield fault(FaultKind.NUMBER, claim.written[found.start() : found.end()])


_Pairs = list[tuple[Numbers, Number]]


def _is_date(claim: Numbers, number: Number) -> bool:
    around = (claim.sentence.low(number.first - 1), claim.sentence.low(number.last + 1))
    return number.is_year or any(word in MONTHS for word in around)


def _words(claim: Numbers, number: Number) -> str:
    first, last = number.first, number.last
    if first and claim.sentence.low(first - 1) in HARD:
        first -= 1
    if claim.sentence.low(last + 1) == "%":
        last += 1
    return claim.sentence.between(first, last)


def _is_supported(claim: Numbers, number: Number, cited: Sequence[Numbers]) -> bool:
    same = [(c, n) for c in cited for n in c.found if _matches(number, n, c)]
    others = [(c, n) for c in cited for n in c.found if not number.values & n.values]
    if not same and (_is_count(number, cited) or _is_original(number, cited)):
        return True
    if not same:
        return number.weak and not _is_contradicted(number, [], others)
    if _is_overused(claim, number, cited, len(same)):
        return False
    return not _is_contradicted(number, same, others)


def _is_count(number: Number, cited: Sequence[Numbers]) -> bool:
    """Tell whether a number is how many names a cited sentence lists ("Ohio and Iowa": two)."""
    value = number.only
    if not 2 <= value <= _MOST_COUNTED or number.unit:
        return False
    return any(value in _listed(c.sentence) for c in cited)


def _is_original(number: Number, cited: Sequence[Numbers]) -> bool:
    """Tell whether "first" is in other words "original"."""
    is_first = number.unit == "th" and 1.0 in number.values
    return is_first and any(not _FIRST.isdisjoint(c.sentence.words) for c in cited)


def _listed(sentence: Sentence) -> frozenset[float]:
    """Return how long the sentence's lists of names are."""
    lengths: set[float] = set()
    length, was_name, linked = 0, False, False
    for token in sentence.tokens:
        if token.is_capital:
            length = length if was_name else length + 1 if linked else 1
            linked = False
        elif token.low in ("and", ",", "or"):
            linked = linked or was_name
            if length > 1 and token.low == "and":
                lengths.add(length)
        else:
            lengths.add(length)
            length, linked = 0, False
        was_name = token.is_capital
    return frozenset(lengths | {length})


def _matches(number: Number, other: Number, cited: Numbers) -> bool:
    unit, its = number.unit, other.unit
    shared = number.values & other.values
    if not shared or unit == its:
        return bool(shared)
    if "th" in (unit, its):
        return False
    if unit and its:  # two days are 48 hours, and not two hours
        return any(isinstance(v, str) for v in shared)
    return not unit or unit not in HARD or unit in cited.units


def _is_overused(claim: Numbers, number: Number, cited: Sequence[Numbers], times: int) -> bool:
    """Tell whether a number stands in the place of another one that the claim lost."""
    alike = [n for n in claim.found if (n.unit == "th") == (number.unit == "th")]
    if number.weak or sum(bool(number.values & n.values) for n in alike) <= times:
        return False
    kept = frozenset(v for n in claim.found for v in n.values)
    return any(not n.values & kept for c in cited for n in c.found)


def _is_contradicted(number: Number, same: _Pairs, others: _Pairs) -> bool:
    """Tell whether another number stands in the cited sentences where this one stands."""
    if any(n.place == number.place for _, n in same):
        return False
    if any(n.place == number.place for _, n in others):
        return True
    if number.unit in ("s", "th") or number.is_year:
        return False
    if _is_of_another(number, same, others):
        return True
    counts = any(number.counted and number.counted == n.counted for _, n in others)
    if counts and not any(_may_count(number, n) for _, n in same):
        return True
    follows = any(number.before and number.before == n.before for _, n in others)
    return follows and not any(number.before in n.near for _, n in same)


def _may_count(number: Number, source: Number) -> bool:
    """Tell whether a number can count the same in its source; a noun of its own decides it."""
    own = source.counted
    return number.counted in source.near and (not own or own in number.near)


def _is_of_another(number: Number, same: _Pairs, others: _Pairs) -> bool:
    """Tell whether the name behind a number stands behind another number in its source."""
    theirs = {n.behind for _, n in same}
    if not number.behind or "" in theirs or number.behind in theirs:
        return False
    return any(n.behind == number.behind for _, n in others)


def _turned(claim: Numbers, number: Number, cited: Sequence[Numbers]) -> str:
    """Return the words that make "more than 5" of "fewer than 5", or nothing."""
    bound, words = _bound(claim, number)
    if not bound:
        return ""
    theirs = {_bound(c, n)[0] for c in cited for n in c.found if number.values & n.values}
    opposite = "less" if bound == "more" else "more"
    return words if opposite in theirs and bound not in theirs else ""


def _bound(numbers: Numbers, number: Number) -> tuple[str, str]:
    first = number.first
    while first and numbers.sentence.low(first - 1) in HARD:
        first -= 1
    start = max(0, first - 4)
    if start == first:
        return "", ""
    before = numbers.sentence.between(start, first - 1).casefold()
    for bound, pattern in (("less", _LESS), ("more", _MORE)):
        if found := pattern.search(before):
            return bound, f"{found[0]} {_words(numbers, number)}"
    return "", ""
