"""Holds a claim's months, days and years against those cited, and finds dates that go stale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence

_NAMES = (
    "january february march april may june july august september october november december".split()
)
_SHORT = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9,
          "sep": 9, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
MONTHS = {name: n for n, name in enumerate(_NAMES, start=1)} | _SHORT
_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()
_DAYS = {name: name for name in _DAY_NAMES} | {
    short: name
    for name in _DAY_NAMES
    for short in (name[:3], name[:4], "thurs" if name == "thursday" else name)
}
# These are also words: with a capital inside a sentence, or beside a number, they are dates.
_AMBIGUOUS = frozenset("may march mar dec jan sun sat wed mon".split())
_BEFORE_MAY = frozenset("in on by since until till from of last next early late mid this".split())
_SEASONS = frozenset("spring summer autumn winter".split())


@dataclass(frozen=True, slots=True)
class Month:
    """A month in a sentence, with the day and year that stand beside it, or 0."""

    month: int
    day: int
    year: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one sentence; weekdays and seasons with the token that names them."""

    sentence: Sentence
    months: tuple[Month, ...]
    named: tuple[tuple[str, int], ...]


def is_date_word(sentence: Sentence, at: int) -> bool:
    """Tell whether a token names a month or a weekday."""
    return _month(sentence, at) > 0 or _weekday(sentence, at) != ""


def find(sentence: Sentence) -> Dates:
    """Return the months, weekdays and seasons of a sentence."""
    months: list[Month] = []
    named: list[tuple[str, int]] = []
    for at, token in enumerate(sentence.tokens):
        if number := _month(sentence, at):
            months.append(_around(sentence, at, number))
        elif name := _weekday(sentence, at):
            named.append((name, at))
        elif token.low in _SEASONS:
            named.append((token.low, at))
    return Dates(sentence, tuple(months), tuple(named))


def _month(sentence: Sentence, at: int) -> int:
    token = sentence.tokens[at]
    number = MONTHS.get(token.low, 0)
    if not number or not token.is_capital:
        return 0
    if token.low not in _AMBIGUOUS:
        return number
    beside = _figures(sentence, at - 1) or _figures(sentence, at + 1)
    return number if beside or (at and sentence.low(at - 1) in _BEFORE_MAY) else 0


def _weekday(sentence: Sentence, at: int) -> str:
    token = sentence.tokens[at]
    if not token.is_capital or token.low not in _DAYS:
        return ""
    # "Sun" and "Sat" alone are more often a newspaper and a verb.
    if len(token.low) == 3 and (token.low in _AMBIGUOUS or sentence.low(at + 1) != "."):
        return ""
    return _DAYS[token.low]


def _figures(sentence: Sentence, at: int) -> int:
    if not 0 <= at < len(sentence.tokens):
        return 0
    token = sentence.tokens[at]
    is_number = token.kind == "number" and len(token.text) <= 4 and token.text.isdecimal()
    return int(token.text) if is_number else 0


def _around(sentence: Sentence, at: int, month: int) -> Month:
    first, last, day = at, at, 0
    after = at + (2 if sentence.low(at + 1) == "." else 1)
    if 1 <= _figures(sentence, after) <= 31:
        day, last = _figures(sentence, after), after
        last += sentence.low(last + 1) in ("st", "nd", "rd", "th")
    else:
        before = at - 2 if sentence.low(at - 1) == "of" else at - 1
        before -= sentence.low(before) in ("st", "nd", "rd", "th")
        if 1 <= _figures(sentence, before) <= 31:
            day, first = _figures(sentence, before), before
    behind = last + (2 if sentence.low(last + 1) in (",", "of", ".") else 1)
    year = _figures(sentence, behind)
    if year < 1000:
        return Month(month, day, 0, first, last)
    return Month(month, day, year, first, behind)


# ── checking ─────────────────────────────────────────────────────────────────────────────


def faults(claim: Dates, cited: Sequence[Dates]) -> Iterator[Fault]:
    """Tell the dates of a claim that the cited sentences do not have."""
    theirs = [m for c in cited for m in c.months]
    for month in claim.months:
        if not any(_agree(month, other) for other in theirs):
            yield fault(FaultKind.DATE, claim.sentence.between(month.first, month.last))
    if claim.months and _is_exchanged([m.month for m in claim.months], [m.month for m in theirs]):
        twice = claim.months[-1]
        yield fault(FaultKind.DATE, claim.sentence.between(twice.first, twice.last))
    names = [name for c in cited for name, _ in c.named]
    mine = [name for name, _ in claim.named]
    for name, at in claim.named:
        if name not in names and not (name == "autumn" and _has_fall(cited)):
            yield fault(FaultKind.DATE, claim.sentence.between(at, at))
    if mine and _is_exchanged(mine, names):
        at_last = claim.named[-1][1]
        yield fault(FaultKind.DATE, claim.sentence.between(at_last, at_last))


def _agree(month: Month, other: Month) -> bool:
    if month.month != other.month:
        return False
    days = not month.day or month.day == other.day
    return days and (not month.year or other.year in (0, month.year))


def _is_exchanged(mine: Sequence[object], theirs: Sequence[object]) -> bool:
    """Tell whether one of them stands twice because it took the place of another."""
    lost = any(name not in mine for name in theirs)
    return lost and any(0 < theirs.count(name) < mine.count(name) for name in set(mine))


def _has_fall(cited: Sequence[Dates]) -> bool:
    return any("fall" in c.sentence.words for c in cited)


# ── dates that go stale ──────────────────────────────────────────────────────────────────

_PERIOD = (
    r"(?:week(?:end)?|month|year|quarter|decade|century|night|spring|summer|autumn|fall|winter)"
)
_DAY = rf"(?:{'|'.join([*_DAY_NAMES, *_NAMES])})"
_RELATIVE = re.compile(
    # What was millions of years ago still is when it is read.
    r"\b(?:yesterday|today|tonight|tomorrow|nowadays|(?<!illion years )(?<!,000 years )ago"
    rf"|(?<!the )last {_PERIOD}|last {_PERIOD}(?! of)|(?<!the )(?:this|next) {_PERIOD}"
    rf"|(?:the )?(?:coming|past|previous|following|current|next) {_PERIOD}"
    r"|this (?:morning|afternoon|evening|time)"
    rf"|(?:last|this|next) {_DAY}"
    r"|(?:next|last|past|coming) (?:few|two|three|several|\d{1,3}) "
    r"(?:hours|days|weeks|months|years|decades)"
    r"|(?:coming|recent) (?:hours|days|weeks|months|years)"
    r"|(?:earlier|later) (?:today|this \w{1,9}))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*(?:"|$)')


_OF_ITS_OWN = frozenset(
    "every each a black good bloody super cyber ash easter palm holy giving shrove the maundy"
    " whit".split()
)
"""Before a weekday, they make a name or a habit of it."""


def _is_bare(claim: Sentence, at: int) -> bool:
    """Tell whether a weekday has no date beside it, and is none that comes back."""
    if not _weekday(claim, at) or claim.low(at).endswith("days"):
        return False
    if claim.low(at - 1) in _OF_ITS_OWN:
        return False
    dated = any(_month(claim, i) for i in range(max(0, at - 4), min(at + 5, len(claim.tokens))))
    behind = at + 1 < len(claim.tokens) and claim.tokens[at + 1].is_capital
    return not dated and (claim.low(at - 1) == "on" or not behind)


def stale(claim: Sentence) -> Iterator[Fault]:
    """Tell the dates that are only right on the day of writing; what is quoted may have them."""
    text = _QUOTED.sub(lambda q: " " * len(q[0]), claim.text)
    for found in _RELATIVE.finditer(text):
        yield fault(FaultKind.RELATIVE_DATE, claim.written[found.start() : found.end()])
    for at, token in enumerate(claim.tokens):
        is_quoted = text[token.start] == " "
        if not is_quoted and _is_bare(claim, at):
            yield fault(FaultKind.RELATIVE_DATE, claim.between(max(0, at - 1), at))
