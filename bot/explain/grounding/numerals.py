"""Reads the numbers of a sentence, in figures and in words, and what each of them counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.explain.grounding.numberwords import (
    DECADES,
    FRACTIONS,
    HALVES,
    HARD,
    LENGTHS,
    MULTIPLES,
    ORDINALS,
    SCALES,
    SMALL,
    UNITS,
    VAGUE,
    WORDED_SCALES,
)
from bot.explain.grounding.tokens import EMPTY, Sentence

Value = float | str

_YEARS = range(1000, 2101)
_MOST_ORDINAL = 12
"""Up to here an ordinal is another thing than a number: "the third" is not "three"."""
_MOST_PARTS = 1_000
"""Up to here "1 in 5" is a part, and not a number and a year."""
_WINDOW = 7
_TIE = frozenset("on in of at for since during".split())
"""A number behind them belongs to them, and not to the word before."""
_STOPS = frozenset('.,;:()"?!')


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
    place: tuple[str, ...] = ()
    """The words right beside it."""
    counted: str = ""
    """The stem of the first word of meaning behind it."""
    before: str = ""
    """The stem of the last word of meaning before it."""
    behind: str = ""
    """The first name behind it, before any other number."""
    near: frozenset[str] = frozenset()
    """The stems around it."""

    @property
    def is_year(self) -> bool:
        """Tell whether it can be read as a year."""
        return not self.unit and any(isinstance(v, float) and v in _YEARS for v in self.values)

    @property
    def only(self) -> float:
        """Its value, or 0 if it can mean several."""
        values = [v for v in self.values if isinstance(v, float)]
        return values[0] if len(values) == 1 else 0.0


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
            found.append(_in_context(sentence, number))
        at = number.last + 1 if number else at + 1
    return Numbers(sentence, tuple(found), frozenset(n.unit for n in found))


def _number(sentence: Sentence, at: int) -> Number | None:
    number = _alone(sentence, at)
    if not number or sentence.low(number.last + 1) not in ("in", "out"):
        return number
    after = number.last + (3 if sentence.low(number.last + 1) == "out" else 2)
    whole = _alone(sentence, after) if after < len(sentence.tokens) else None
    return _one_in_five(number, whole) or number


def _in_context(sentence: Sentence, number: Number) -> Number:
    low, high = max(0, number.first - _WINDOW), number.last + _WINDOW + 1
    return replace(
        number,
        values=number.values | _length(number),
        place=_place(sentence, number),
        counted=_first_stem(sentence, range(number.last + 1, number.last + 5)),
        before=_before(sentence, number),
        behind=_name_behind(sentence, number),
        near=frozenset(sentence.stems[low:high]),
    )


def _length(number: Number) -> frozenset[Value]:
    """Return in hours or months what "2 days" or "3 years" is."""
    if number.unit not in LENGTHS:
        return frozenset()
    base, times = LENGTHS[number.unit]
    return frozenset(f"{v * times:g} {base}" for v in number.values if isinstance(v, float))


def _one_in_five(number: Number, whole: Number | None) -> Number | None:
    if not whole or number.unit or whole.unit:
        return None
    part, of = number.only, whole.only
    if not 0 < part < of <= _MOST_PARTS:
        return None
    return Number(_part(part, int(of)), "%", number.first, whole.last)


def _alone(sentence: Sentence, at: int) -> Number | None:
    token = sentence.tokens[at]
    if token.kind == "number":
        return _in_figures(sentence, at)
    if not token.is_word:
        return None
    return _special(sentence, at) or _in_words(sentence, at)


def _in_figures(sentence: Sentence, at: int) -> Number:
    token = sentence.tokens[at]
    value, suffix = _value(token.text), _suffix(sentence, at)
    if suffix in ("st", "nd", "rd", "th"):
        return Number(frozenset({value}), "th" if value <= _MOST_ORDINAL else "", at, at + 1)
    if suffix == "s":
        return Number(_decade(value), "s", at, at + 1)
    if token.start and sentence.text[token.start - 1].isalpha():
        return Number(frozenset({value}), "", at, at)  # part of a name: "G20"
    if suffix and suffix not in SCALES:
        known = suffix in UNITS
        return Number(frozenset({value}), UNITS.get(suffix, ""), at, at + known)
    parts = FRACTIONS.get(sentence.low(at + 1), 0) if value < 10 else 0
    if parts > value:
        return Number(_part(value, parts), "%", at, at + 1)
    return _scaled(sentence, at, value, suffix)


def _suffix(sentence: Sentence, at: int) -> str:
    """Return the letters that stand right behind figures ("40m", "1990s", "3rd")."""
    if at + 1 == len(sentence.tokens):
        return ""
    after = sentence.tokens[at + 1]
    return after.low if after.is_word and after.start == sentence.tokens[at].end else ""


def _scaled(sentence: Sentence, at: int, value: float, suffix: str) -> Number:
    values: set[Value] = {value, value * SCALES[suffix]} if suffix else {value}
    scale, last = _scale(sentence, at + 1 if suffix else at)
    if scale != 1:
        values = {v * scale for v in values if isinstance(v, float)}
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
        factor = SCALES.get(sentence.low(after))
        if not factor or (sentence.low(after) in ("m", "b", "k") and after != last + 1):
            return scale, last
        scale, last = scale * factor, after


def _special(sentence: Sentence, at: int) -> Number | None:
    """Read a word that is a number by itself: "dozens", "twice", "the sixties", "third"."""
    low = sentence.low(at)
    if low in VAGUE:
        return Number(frozenset({low}), "", at, at)
    if low in MULTIPLES:
        return Number(frozenset({MULTIPLES[low]}), "", at, at)
    if low in DECADES:
        return Number(frozenset({f"{DECADES[low]}s"}), "s", at, at)
    if low in HALVES:
        return _half(sentence, at)
    return _third(sentence, at)


def _half(sentence: Sentence, at: int) -> Number:
    if sentence.low(at + 1) == "a" and sentence.low(at + 2) in WORDED_SCALES:
        scale, last = _scale(sentence, at + 1)
        return _with_unit(sentence, frozenset({scale / 2}), at, last)
    return Number(_part(1, 2), "%", at, at, weak=True)


def _third(sentence: Sentence, at: int) -> Number | None:
    """Read "third" as a part or a place."""
    low, before = sentence.low(at), sentence.low(at - 1)
    if low in FRACTIONS and before in ("a", "one") and _ends_fraction(sentence, at):
        return Number(_part(1, FRACTIONS[low]), "%", at, at)
    if low not in ORDINALS:
        return None
    value = ORDINALS[low]
    is_time = low == "second" and before in ("a", "per", "every")
    return Number(frozenset({value}), "th" if value <= _MOST_ORDINAL else "", at, at, is_time)


def _ends_fraction(sentence: Sentence, at: int) -> bool:
    """Tell whether "a third" is a part, and not "a third time"."""
    after = sentence.low(at + 1)
    return not after.isalpha() or after in EMPTY or after in ("less", "higher", "lower")


def _part(of: float, whole: int) -> frozenset[Value]:
    return frozenset({round(of / whole, 4), round(of * 100 / whole)})


def _in_words(sentence: Sentence, at: int) -> Number | None:
    """Read "twenty-five", "two hundred and fifty", "a million"."""
    low = sentence.low(at)
    if low in ("a", "an") and sentence.low(at + 1) in WORDED_SCALES:
        scale, last = _scale(sentence, at)
        return _with_unit(sentence, frozenset({scale}), at + 1, last)
    if low in WORDED_SCALES and low != "dozen":
        scale, last = _scale(sentence, at - 1)
        return _with_unit(sentence, frozenset({scale}), at, last, weak=True)
    if low not in SMALL:
        return None
    value, last = _spelled(sentence, at)
    behind = last + (2 if sentence.low(last + 1) == "-" else 1)
    parts = FRACTIONS.get(sentence.low(behind), 0)
    if parts > value:
        return Number(_part(value, parts), "%", at, behind)
    weak = value < 2 and last == at
    return _with_unit(sentence, frozenset({value}), at, last, weak=weak)


def _spelled(sentence: Sentence, at: int) -> tuple[float, int]:
    """Return the value of a number in words, and its last token."""
    total, part, last = 0.0, SMALL[sentence.low(at)], at
    while True:
        link = sentence.low(last + 1)
        step = 2 if link in ("-", "and") else 1
        low = sentence.low(last + step)
        if low in ("hundred", "dozen") and step == 1:
            part *= SCALES[low]
        elif low in WORDED_SCALES and link != "and":
            total, part = total + part * SCALES[low], 0.0
        elif low in SMALL and _fits(part or total, SMALL[low], link):
            part += SMALL[low]
        else:
            return total + part, last
        last += step


def _fits(before: float, value: float, link: str) -> bool:
    """Tell whether "five" goes on with what is before it: "twenty five", "a hundred and five"."""
    if before >= 100:
        return True
    return link != "and" and 20 <= before < 100 and before % 10 == 0 and 0 < value < 10


def _with_unit(
    sentence: Sentence, values: frozenset[Value], first: int, last: int, *, weak: bool = False
) -> Number:
    before = sentence.low(first - 1)
    if before in HARD and before != "%":
        return Number(values, before, first, last)
    after = last + (2 if sentence.low(last + 1) == "-" else 1)
    low = sentence.low(after)
    if low == "per" and sentence.low(after + 1) == "cent":
        return Number(values, "%", first, last)
    unit = UNITS.get(low, "")
    if not unit and low == "us":  # "5 US dollars"
        unit = UNITS.get(sentence.low(after + 1), "")
    return Number(values, unit, first, last, weak and unit not in HARD)


# ── around it ─────────────────────────────────────────────────────────────────────────────


def _place(sentence: Sentence, number: Number) -> tuple[str, ...]:
    left, right = sentence.low(number.first - 1), sentence.low(number.last + 1)
    further = sentence.low(number.last + 2)
    return (left or "^", right or "$", further or "$")


def _before(sentence: Sentence, number: Number) -> str:
    for at in range(number.first - 1, max(-1, number.first - 4), -1):
        if sentence.low(at) in _TIE or sentence.tokens[at].text.endswith("'s"):
            return ""
    return _first_stem(sentence, range(number.first - 1, number.first - 4, -1))


def _name_behind(sentence: Sentence, number: Number) -> str:
    for at in range(number.last + 1, min(number.last + _WINDOW, len(sentence.tokens))):
        token = sentence.tokens[at]
        if token.kind == "number" or token.low in _STOPS:
            return ""
        if token.is_capital:
            return token.low
    return ""


def _first_stem(sentence: Sentence, places: range) -> str:
    for at in places:
        if not 0 <= at < len(sentence.tokens):
            return ""
        low = sentence.low(at)
        if (
            low in _STOPS
            or low in ("and", "or", "but")
            or sentence.tokens[at].kind == "number"
            or low in SMALL
        ):
            return ""
        if sentence.stems[at] and low not in UNITS and low not in SCALES:
            return sentence.stems[at]
    return ""
