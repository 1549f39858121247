"""Holds a claim's numbers against those cited: their values, units, bounds and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import EMPTY, Sentence

Value = float | str

_ONES = {
    word: float(n)
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: float(n * 10)
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SMALL = _ONES | _TENS
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "million": 1e6, "m": 1e6, "mn": 1e6,
    "mln": 1e6, "crore": 1e7, "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
    "dozen": 12.0,
}  # fmt: skip
_WORDED_SCALES = {s: n for s, n in _SCALES.items() if len(s) > 3 and s != "lakh"}
_ORDINALS = {
    word: float(n)
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        " twentieth".split(),
        start=1,
    )
}
_FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5,
    "fifths": 5, "tenth": 10, "tenths": 10,
}  # fmt: skip
_MULTIPLES: dict[str, float] = {
    "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twofold": 2, "triple": 3,
    "tripled": 3, "triples": 3, "tripling": 3, "threefold": 3, "quadrupled": 4, "fourfold": 4,
    "tenfold": 10,
}  # fmt: skip
_VAGUE = frozenset("dozens hundreds thousands millions billions trillions".split())
_DECADES = {
    f"{tens[:-1]}ies": n * 10
    for n, tens in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_UNITS = {
    word: unit
    for unit, words in {
        "%": "% percent pct percentage pc",
        "$": "$ dollar dollars usd",
        "£": "£ pound pounds gbp sterling",
        "€": "€ euro euros eur",
        "¥": "¥ yen yuan renminbi",
        "₹": "₹ rupee rupees rs",
        "second": "seconds",
        "minute": "minute minutes min mins",
        "hour": "hour hours hr hrs",
        "day": "day days",
        "week": "week weeks",
        "month": "month months",
        "year": "year years yr yrs",
        "decade": "decade decades",
        "century": "century centuries",
        "km": "km kilometer kilometers kilometre kilometres",
        "mile": "mile miles",
        "meter": "meter meters metre metres",
        "foot": "foot feet ft",
        "kg": "kg kilo kilos kilogram kilograms",
        "ton": "ton tons tonne tonnes",
    }.items()
    for word in words.split()
}
_TIMES = {
    "hour": ("hour", 1), "day": ("hour", 24), "week": ("hour", 168),
    "month": ("month", 1), "year": ("month", 12), "decade": ("month", 120),
    "century": ("month", 1_200),
}  # fmt: skip
_HARD = frozenset("% $ £ € ¥ ₹".split())
_MORE = re.compile(r"(?:more than|over|above|at least|exceed\w*|upwards of|no (?:fewer|less) than)$")
_LESS = re.compile(
    r"(?:(?<!no )(?:less|fewer) than|under|below|at most|up to|no more than|not more than|nearly|almost"
    r"|just short of)$"
)
_YEARS = range(1000, 2101)
_MOST_ORDINAL = 12
"""Up to here an ordinal is another thing than a number: "the third" is not "three"."""
_MOST_PARTS = 1_000
"""Up to here "1 in 5" is a part, and not a number and a year."""
_FIRST = frozenset(
    "original originally initial initially began begins begin started start starts debut"
    " inaugural earliest opened opens never".split()
)
_MOST_COUNTED = 6
"""Names in a list that a claim may count."""
_WINDOW = 7
_TIE = frozenset("on in of at for since during".split())
"""A number behind them belongs to them, and not to the word before."""
_STOPS = frozenset(".,;:()\"?!")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence, from its first token to its last."""

    values: frozenset[Value]
    """What it can mean: "40m" is 40 and 40,000,000."""
    unit: str
    first: int
    last: int
    weak: bool = False
    """Whether it is often no number at all ("one")."""

    @property
    def is_year(self) -> bool:
        """Tell whether it can be read as a year."""
        return not self.unit and any(isinstance(v, float) and v in _YEARS for v in self.values)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one sentence."""

    sentence: Sentence
    found: tuple[Number, ...]
    units: frozenset[str]


# ── reading ──────────────────────────────────────────────────────────────────────────────


def find(sentence: Sentence) -> Numbers:
    """Return the numbers of a sentence, in figures and in words."""
    found: list[Number] = []
    at = 0
    while at < len(sentence.tokens):
        number = _number(sentence, at)
        if number:
            found.append(number)
        at = number.last + 1 if number else at + 1
    return Numbers(sentence, tuple(found), frozenset(n.unit for n in found))


def _number(sentence: Sentence, at: int) -> Number | None:
    number = _alone(sentence, at)
    if not number or sentence.low(number.last + 1) not in ("in", "out"):
        return number
    after = number.last + (3 if sentence.low(number.last + 1) == "out" else 2)
    whole = _alone(sentence, after) if after < len(sentence.tokens) else None
    return _one_in_five(number, whole) or number


def _one_in_five(number: Number, whole: Number | None) -> Number | None:
    if not whole or number.unit or whole.unit:
        return None
    part, of = _only(number), _only(whole)
    if not 0 < part < of <= _MOST_PARTS:
        return None
    return Number(_part(part, int(of)), "%", number.first, whole.last)


def _only(number: Number) -> float:
    values = [v for v in number.values if isinstance(v, float)]
    return values[0] if len(values) == 1 else 0.0


def _alone(sentence: Sentence, at: int) -> Number | None:
    token = sentence.tokens[at]
    if token.kind == "number":
        return _in_figures(sentence, at)
    if not token.is_word:
        return None
    return _special(sentence, at) or _in_words(sentence, at)


def _in_figures(sentence: Sentence, at: int) -> Number:
    tokens = sentence.tokens
    value, last = _value(tokens[at].text), at
    suffix = ""
    if at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end and tokens[at + 1].is_word:
        suffix, last = tokens[at + 1].low, at + 1
    if suffix in ("st", "nd", "rd", "th"):
        return Number(frozenset({value}), "th" if value <= _MOST_ORDINAL else "", at, last)
    if suffix == "s":
        return Number(_decade(value), "s", at, last)
    if tokens[at].start and sentence.text[tokens[at].start - 1].isalpha():
        return Number(frozenset({value}), "", at, at)  # part of a name: "G20"
    if suffix and suffix not in _SCALES:
        return Number(frozenset({value}), _UNITS.get(suffix, ""), at, last if suffix in _UNITS else at)
    values: set[Value] = {value}
    if suffix:
        values.add(value * _SCALES[suffix])
    parts = _FRACTIONS.get(sentence.low(last + 1), 0) if value < 10 else 0
    if parts > value:
        return Number(_part(value, parts), "%", at, last + 1)
    scale, last = _scale(sentence, last)
    if scale != 1:
        values = {float(v) * scale for v in values if isinstance(v, float)}
    return _with_unit(sentence, frozenset(values | _season(sentence, at)), at, last)


def _season(sentence: Sentence, at: int) -> set[Value]:
    """Return the year that "20" stands for in "2019-20"."""
    if at < 2 or sentence.low(at - 1) != "-" or len(sentence.low(at)) != 2:
        return set()
    before = sentence.tokens[at - 2]
    if before.kind == "number" and len(before.text) == 4:
        return {_value(before.text[:2] + sentence.low(at))}
    return set()


def _value(figures: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?", figures):
        return _float(figures.replace(",", ""))
    if figures.count(".") + figures.count(",") > 1:
        return _float(figures.replace(",", "").replace(".", ""))
    return _float(figures.replace(",", "."))


def _float(figures: str) -> float:
    return float(figures[:300])  # past that, a float is infinite


def _decade(value: float) -> frozenset[Value]:
    years = int(min(value, 9_999))
    return frozenset({f"{years % 100}s"} if years < 100 else {f"{years}s", f"{years % 100}s"})


def _scale(sentence: Sentence, last: int) -> tuple[float, int]:
    scale = 1.0
    while True:
        after = last + (2 if sentence.low(last + 1) == "-" else 1)
        factor = _SCALES.get(sentence.low(after))
        if not factor or (sentence.low(after) in ("m", "b", "k") and after != last + 1):
            return scale, last
        scale, last = scale * factor, after


def _special(sentence: Sentence, at: int) -> Number | None:
    """Read a word that is a number by itself: "dozens", "twice", "the sixties", "third"."""
    low = sentence.low(at)
    if low in _VAGUE:
        return Number(frozenset({low}), "", at, at)
    if low in _MULTIPLES:
        return Number(frozenset({_MULTIPLES[low]}), "", at, at)
    if low in _DECADES:
        return Number(frozenset({f"{_DECADES[low]}s"}), "s", at, at)
    if low in ("half", "halves", "halved", "halve"):
        if sentence.low(at + 1) == "a" and sentence.low(at + 2) in _WORDED_SCALES:
            scale, last = _scale(sentence, at + 1)
            return _with_unit(sentence, frozenset({scale / 2}), at, last)
        return Number(_part(1, 2), "%", at, at, weak=True)
    before = sentence.low(at - 1)
    if low in _FRACTIONS and before in ("a", "one") and _ends_fraction(sentence, at):
        return Number(_part(1, _FRACTIONS[low]), "%", at, at)
    if low in _ORDINALS:
        value = _ORDINALS[low]
        is_time = low == "second" and before in ("a", "per", "every")
        return Number(
            frozenset({value}), "th" if value <= _MOST_ORDINAL else "", at, at, weak=is_time
        )
    return None


def _ends_fraction(sentence: Sentence, at: int) -> bool:
    """Tell whether "a third" is a part, and not "a third time"."""
    after = sentence.low(at + 1)
    return not after.isalpha() or after in EMPTY or after in ("less", "higher", "lower")


def _part(of: float, whole: int) -> frozenset[Value]:
    return frozenset({round(of / whole, 4), round(of * 100 / whole)})


def _in_words(sentence: Sentence, at: int) -> Number | None:
    """Read "twenty-five", "two hundred and fifty", "a million"."""
    low = sentence.low(at)
    if low in ("a", "an") and sentence.low(at + 1) in _WORDED_SCALES:
        low, at = "one", at + 1
        scale, last = _scale(sentence, at - 1)
        return _with_unit(sentence, frozenset({scale}), at, last)
    if low in _WORDED_SCALES and low != "dozen":
        scale, last = _scale(sentence, at - 1)
        return _with_unit(sentence, frozenset({scale}), at, last, weak=True)
    if low not in _SMALL:
        return None
    value, last = _spelled(sentence, at)
    parts = _FRACTIONS.get(_after_hyphen(sentence, last), 0)
    if parts > value:
        end = last + (2 if sentence.low(last + 1) == "-" else 1)
        return Number(_part(value, parts), "%", at, end)
    weak = value < 2 and last == at
    return _with_unit(sentence, frozenset({value}), at, last, weak=weak)


def _after_hyphen(sentence: Sentence, last: int) -> str:
    return sentence.low(last + (2 if sentence.low(last + 1) == "-" else 1))


def _spelled(sentence: Sentence, at: int) -> tuple[float, int]:
    total, part, last = 0.0, _SMALL[sentence.low(at)], at
    while True:
        step = 2 if sentence.low(last + 1) in ("-", "and") else 1
        low = sentence.low(last + step)
        joined = step == 1 or sentence.low(last + 1) == "-" or part >= 100 or total >= 100
        if low in ("hundred", "dozen") and step == 1:
            part *= _SCALES[low]
        elif low in _WORDED_SCALES and (step == 1 or sentence.low(last + 1) == "-"):
            total, part = total + part * _SCALES[low], 0.0
        elif low in _SMALL and joined and _fits(part or total, _SMALL[low]):
            part += _SMALL[low]
        else:
            return total + part, last
        last += step


def _fits(before: float, value: float) -> bool:
    return before >= 100 or (20 <= before < 100 and before % 10 == 0 and 0 < value < 10)


def _with_unit(
    sentence: Sentence, values: frozenset[Value], first: int, last: int, *, weak: bool = False
) -> Number:
    before = sentence.low(first - 1)
    if before in _HARD and before != "%":
        return Number(values, before, first, last)
    after = last + (2 if sentence.low(last + 1) == "-" else 1)
    low = sentence.low(after)
    if low == "per" and sentence.low(after + 1) == "cent":
        return Number(values, "%", first, last)
    unit = _UNITS.get(low, "")
    if not unit and low == "us":  # "5 US dollars"
        unit = _UNITS.get(sentence.low(after + 1), "")
    return Number(values, unit, first, last, weak and unit not in _HARD)


# ── checking ─────────────────────────────────────────────────────────────────────────────


def faults(claim: Numbers, cited: Sequence[Numbers]) -> Iterator[Fault]:
    """Tell the numbers of a claim that the cited sentences do not have, or not for the same."""
    for number in claim.found:
        if not _is_supported(claim, number, cited):
            words = _words(claim, number)
            kind = FaultKind.DATE if _is_date(claim, number) else FaultKind.NUMBER
            yield fault(kind, words)
        elif wrong := _turned(claim, number, cited):
            yield fault(FaultKind.COMPARISON, wrong)


def _is_date(claim: Numbers, number: Number) -> bool:
    from bot.explain.grounding.dates import MONTHS

    around = (claim.sentence.low(number.first - 1), claim.sentence.low(number.last + 1))
    return number.is_year or any(word in MONTHS for word in around)


def _words(claim: Numbers, number: Number) -> str:
    first, last = number.first, number.last
    if first and claim.sentence.low(first - 1) in _HARD:
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
        return number.weak and not _is_contradicted(claim, number, [], others)
    if _is_overused(claim, number, cited, len(same)):
        return False
    return not _is_contradicted(claim, number, same, others)


def _is_count(number: Number, cited: Sequence[Numbers]) -> bool:
    """Tell whether a number is how many names a cited sentence lists ("Ohio and Iowa": two)."""
    value = _only(number)
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
    if unit in _TIMES and its in _TIMES and unit != its:
        return _is_as_long(number, other)
    if not number.values & other.values:
        return False
    if unit == its:
        return True
    if "th" in (unit, its):
        return False
    if not its:
        return unit not in _HARD or unit in cited.units
    return not unit


def _is_as_long(number: Number, other: Number) -> bool:
    (base, times), (its, others) = _TIMES[number.unit], _TIMES[other.unit]
    return base == its and _only(number) * times == _only(other) * others


def _is_overused(claim: Numbers, number: Number, cited: Sequence[Numbers], times: int) -> bool:
    """Tell whether a number stands in the place of another one that the claim lost."""
    alike = [n for n in claim.found if (n.unit == "th") == (number.unit == "th")]
    if number.weak or sum(bool(number.values & n.values) for n in alike) <= times:
        return False
    kept = frozenset(v for n in claim.found for v in n.values)
    return any(not n.values & kept for c in cited for n in c.found)


_Pairs = list[tuple[Numbers, Number]]


def _is_contradicted(claim: Numbers, number: Number, same: _Pairs, others: _Pairs) -> bool:
    """Tell whether another number stands in the cited sentences where this one stands."""
    place = _place(claim, number)
    if any(_place(c, n) == place for c, n in same):
        return False
    if all(place) and any(_place(c, n) == place for c, n in others):
        return True
    if number.unit in ("s", "th") or number.is_year:
        return False
    if _is_of_another(claim, number, same, others):
        return True
    for neighbour in (_counted, _before):
        word = neighbour(claim, number)
        near = any(word in _near(c, n) for c, n in same)
        if word and not near and any(neighbour(c, n) == word for c, n in others):
            return True
    return False


def _is_of_another(claim: Numbers, number: Number, same: _Pairs, others: _Pairs) -> bool:
    """Tell whether the name behind a number stands behind another number in its source."""
    name = _name_behind(claim, number)
    theirs = {_name_behind(c, n) for c, n in same}
    if not name or "" in theirs or name in theirs:
        return False
    return any(_name_behind(c, n) == name for c, n in others)


def _name_behind(numbers: Numbers, number: Number) -> str:
    sentence = numbers.sentence
    for at in range(number.last + 1, min(number.last + _WINDOW, len(sentence.tokens))):
        token = sentence.tokens[at]
        if token.kind == "number" or token.low in _STOPS:
            return ""
        if token.is_capital:
            return token.low
    return ""


def _place(numbers: Numbers, number: Number) -> tuple[str, str, str]:
    sentence = numbers.sentence
    left, right = sentence.low(number.first - 1), sentence.low(number.last + 1)
    further = sentence.low(number.last + 2)
    return (left or "^", right or "$", further or "$")


def _counted(numbers: Numbers, number: Number) -> str:
    """Return the stem of what a number counts: the first word of meaning behind it."""
    sentence = numbers.sentence
    return _first_stem(sentence, range(number.last + 1, number.last + 5))


def _before(numbers: Numbers, number: Number) -> str:
    sentence = numbers.sentence
    for at in range(number.first - 1, max(-1, number.first - 4), -1):
        if sentence.low(at) in _TIE or sentence.tokens[at].text.endswith("'s"):
            return ""
    return _first_stem(sentence, range(number.first - 1, number.first - 4, -1))


def _first_stem(sentence: Sentence, places: range) -> str:
    for at in places:
        if not 0 <= at < len(sentence.tokens):
            return ""
        low = sentence.low(at)
        if low in _STOPS or low in ("and", "or", "but") or sentence.tokens[at].kind == "number":
            return ""
        if sentence.stems[at] and low not in _UNITS and low not in _SCALES and low not in _SMALL:
            return sentence.stems[at]
    return ""


def _near(numbers: Numbers, number: Number) -> frozenset[str]:
    low, high = max(0, number.first - _WINDOW), number.last + _WINDOW + 1
    return frozenset(numbers.sentence.stems[low:high])


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
    while first and numbers.sentence.low(first - 1) in _HARD:
        first -= 1
    start = max(0, first - 4)
    if start == first:
        return "", ""
    before = numbers.sentence.between(start, first - 1).casefold()
    for bound, pattern in (("less", _LESS), ("more", _MORE)):
        if found := pattern.search(before):
            return bound, f"{found[0]} {_words(numbers, number)}"
    return "", ""
