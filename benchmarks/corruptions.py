"""Turns true sentences into lies, one fact at a time, with its own eyes and not the checker's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random


@dataclass(frozen=True, slots=True)
class Text:
    """An article as its sentences, and what in it can stand in for something else."""

    sentences: tuple[str, ...]
    numbers: tuple[str, ...]
    dates: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What a corruption may draw on: the sentence's own article, and all the others."""

    own: Text
    others: tuple[Text, ...]
    chance: Random


Corruption = Callable[[str, World], str | None]

_MONTHS = (
    "January February March April June July August September October November December".split()
)
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NUMBER = re.compile(r"(?<![\w.,:/-])\d[\d,]*(?:\.\d+)?(?![\w:/-]|[.,]\d)")
_YEAR = re.compile(r"(?<![\w.,$£€])(?:19|20)\d\d(?![\w%]|[.,]\d)")
_DATE = re.compile(rf"\b(?:{'|'.join(_MONTHS + _WEEKDAYS)})\b|{_YEAR.pattern}")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zà-ÿ]+(?:(?: [A-Z]\.)? [A-Z][a-zà-ÿ]+)*(?![\w-])")
_NO_NAMES = frozenset("The This That These Those And But It He She They We You In On At As".split())
_QUOTE = re.compile(r"“([^“”]{20,})”|\"([^\"]{20,})\"")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|did|does|may|might|must)"
    r" (?!not\b)(?=[a-z])"
)
_DENIALS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!or) not (?!only|just|least|to mention)"), " "),
    (re.compile(r"(?<=\b(?:are|was|did|has|had))n['’]t\b|(?<=\b(?:is))n['’]t\b"), ""),
    (re.compile(r"(?<=\b(?:were|does|have))n['’]t\b|(?<=\b(?:would|could))n['’]t\b"), ""),
    (re.compile(r"\bnever "), "often "),
    (re.compile(r"\bno (?=[a-z]{4})(?!doubt|matter|longer|more|less)"), "some "),
    (re.compile(r"\bno longer "), "still "),
    (re.compile(r"\bwithout "), "with "),
    (re.compile(r"\bdenied "), "admitted "),
    (re.compile(r"\brefused to "), "agreed to "),
    (re.compile(r"\bfailed to "), "managed to "),
)
_MODAL = re.compile(r"\b(?:may|might|could) (?!not|have\b)(?=[a-z])")
_PLAN = re.compile(
    r"\b(?:(?:is|are) (?:widely )?(?:expected|likely) to|plans? to|(?:hopes?|intends?|wants?) to) "
)
_ALLEGED = re.compile(r"\b(?:alleged|allegedly|reportedly|suspected|purported|apparently) ")
_TOLD = r"(?:said|says|told \w+(?: \w+)?|added|wrote|argued|warned|claimed|noted)"
_TAILS = (
    re.compile(rf"^(.{{30,}}),[”\"]? (?:[\w’'. -]{{2,50}}) {_TOLD}(?: [\w’' ]{{1,40}})?\.[”\"]?$"),
    re.compile(rf"^(.{{30,}}),[”\"]? {_TOLD} [^“”\"]{{2,90}}\.$"),
    re.compile(r"^(.{30,}),? according to [^“”\"]{2,90}\.$"),
)
_HEADS = (
    re.compile(r"^According to [^,]{3,60}, (.{30,})$"),
    re.compile(
        rf"^[A-Z][^,“”\"]{{2,60}} {_TOLD} (?:that )?((?:the|a|an|it|he|she|they|there|its|his)"
        r" .{25,})$"
    ),
)
_SPEAKER = re.compile(
    rf"(?:[,?!.][”\"] {_TOLD} )([A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*)"
    rf"|([A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*) {_TOLD}"
)


def text_of(sentences: Sequence[str]) -> Text:
    """Collect from an article what can stand in for something else."""
    whole = "\n".join(sentences)
    return Text(
        tuple(sentences),
        _unique(n for n in _NUMBER.findall(whole) if not _YEAR.fullmatch(n)),
        _unique(_DATE.findall(whole)),
        _unique(n for n in _NAME.findall(whole) if _is_name(n)),
    )


def _unique(found: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _is_name(name: str) -> bool:
    return not _DATE.search(name) and name.partition(" ")[0] not in _NO_NAMES and len(name) > 3


def _outside_quotes(sentence: str, found: re.Match[str]) -> bool:
    before = sentence[: found.start()]
    return before.count("“") == before.count("”") and before.count('"') % 2 == 0


def _put(sentence: str, found: re.Match[str], words: str, group: int = 0) -> str:
    return sentence[: found.start(group)] + words + sentence[found.end(group) :]


def _one(pattern: re.Pattern[str], sentence: str, world: World) -> re.Match[str] | None:
    found = [f for f in pattern.finditer(sentence) if _outside_quotes(sentence, f)]
    return world.chance.choice(found) if found else None


def _other(words: str, choices: Sequence[str], world: World) -> str | None:
    fit = [c for c in choices if _differs(words, c)]
    return world.chance.choice(fit) if fit else None


def _differs(one: str, other: str) -> bool:
    if one[0].isdigit():
        return float(one.replace(",", "")) != float(other.replace(",", ""))
    starts = {w[:4].casefold() for w in one.split()}
    return starts.isdisjoint(w[:4].casefold() for w in other.split())


# ── numbers and dates ────────────────────────────────────────────────────────────────────


def random_number(sentence: str, world: World) -> str | None:
    """Replace a number by any other of as many digits."""
    found = _number(sentence, world)
    if not found:
        return None
    digits = [
        c if not c.isdigit() else str(world.chance.randint(1 if i == 0 else 0, 9))
        for i, c in enumerate(found[0])
    ]
    words = "".join(digits)
    return _put(sentence, found, words) if _differs(found[0], words) else None


def swapped_number(sentence: str, world: World) -> str | None:
    """Replace a number by another one of the article."""
    found = _number(sentence, world)
    words = found and _other(found[0], world.own.numbers, world)
    return _put(sentence, found, words) if found and words else None


def exchanged_numbers(sentence: str, world: World) -> str | None:
    """Exchange two numbers of the sentence."""
    found = [f for f in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(f[0])]
    return _exchange(sentence, found, world)


def _number(sentence: str, world: World) -> re.Match[str] | None:
    found = [f for f in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(f[0])]
    return world.chance.choice(found) if found else None


def random_date(sentence: str, world: World) -> str | None:
    """Replace a month, weekday or year by any other."""
    found = [*_DATE.finditer(sentence)]
    if not found:
        return None
    chosen = world.chance.choice(found)
    words = _other(chosen[0], _kin(chosen[0]), world)
    return _put(sentence, chosen, words) if words else None


def swapped_date(sentence: str, world: World) -> str | None:
    """Replace a month, weekday or year by another of its kind that the article has."""
    found = [*_DATE.finditer(sentence)]
    if not found:
        return None
    chosen = world.chance.choice(found)
    choices = [d for d in world.own.dates if d in _kin(chosen[0])]
    words = _other(chosen[0], choices, world)
    return _put(sentence, chosen, words) if words else None


def _kin(date: str) -> list[str]:
    if date in _MONTHS:
        return _MONTHS
    return _WEEKDAYS if date in _WEEKDAYS else [str(year) for year in range(1900, 2100)]


# ── names and quotations ─────────────────────────────────────────────────────────────────


def random_name(sentence: str, world: World) -> str | None:
    """Replace a name by one of another article."""
    other = world.chance.choice(world.others)
    known = " ".join(world.own.sentences)
    return _with_name(sentence, [n for n in other.names if n not in known], world)


def swapped_name(sentence: str, world: World) -> str | None:
    """Replace a name by another one of the article."""
    return _with_name(sentence, world.own.names, world)


def exchanged_names(sentence: str, world: World) -> str | None:
    """Exchange two names of the sentence."""
    return _exchange(sentence, [f for f in _NAME.finditer(sentence) if _is_name(f[0])], world)


def _with_name(sentence: str, choices: Sequence[str], world: World) -> str | None:
    found = [f for f in _NAME.finditer(sentence) if _is_name(f[0])]
    if not found:
        return None
    chosen = world.chance.choice(found)
    words = _other(chosen[0], choices, world)
    return _put(sentence, chosen, words) if words else None


def _exchange(sentence: str, found: Sequence[re.Match[str]], world: World) -> str | None:
    pairs = [(a, b) for a, b in pairwise(found) if _differs(a[0], b[0])]
    if not pairs:
        return None
    one, two = world.chance.choice(pairs)
    between = sentence[one.end() : two.start()]
    if re.fullmatch(r",? ?(?:and|or|,|-|–|to)? ?", between):
        return None  # "Arden and Bexley" says what "Bexley and Arden" says
    return sentence[: one.start()] + two[0] + between + one[0] + sentence[two.end() :]


def altered_quote(sentence: str, world: World) -> str | None:
    """Replace one word inside a quotation by another word of the article."""
    found = [*_QUOTE.finditer(sentence)]
    if not found:
        return None
    chosen = world.chance.choice(found)
    words = [*re.finditer(r"(?<![\w’'])[a-z]{4,}(?![\w’'])", sentence[: chosen.end()])]
    inside = [w for w in words if w.start() > chosen.start()]
    if not inside:
        return None
    word = world.chance.choice(inside)
    choices = re.findall(r"(?<![\w’'])[a-z]{4,}(?![\w’'])", " ".join(world.own.sentences))
    other = _other(word[0], choices, world)
    return _put(sentence, word, other) if other else None


def moved_quote(sentence: str, world: World) -> str | None:
    """Put a quotation into the mouth of somebody else whom the article names."""
    if not _QUOTE.search(sentence):
        return None
    found = _one(_SPEAKER, sentence, world)
    if not found:
        return None
    group = 1 if found[1] else 2
    words = _other(found[group], world.own.names, world)
    return _put(sentence, found, words, group) if words else None


# ── not, may and said ────────────────────────────────────────────────────────────────────


def inserted_negation(sentence: str, world: World) -> str | None:
    """Put a "not" behind an auxiliary."""
    found = _one(_AUXILIARY, sentence, world)
    return _put(sentence, found, f"{found[0]}not ") if found else None


def removed_negation(sentence: str, world: World) -> str | None:
    """Take a "not", "no", "never", "without" or "denied" away."""
    fit = [(p, w) for p, w in _DENIALS if _one(p, sentence, world)]
    if not fit:
        return None
    pattern, words = world.chance.choice(fit)
    found = _one(pattern, sentence, world)
    return _put(sentence, found, words) if found else None


def made_sure(sentence: str, world: World) -> str | None:
    """Turn "may", "might" or "could" into "will"."""
    found = _one(_MODAL, sentence, world)
    return _put(sentence, found, "will ") if found else None


def made_fact(sentence: str, world: World) -> str | None:
    """Turn "is expected to", "plans to" and the like into "will"."""
    found = _one(_PLAN, sentence, world)
    return _put(sentence, found, "will ") if found else None


def dropped_hedge(sentence: str, world: World) -> str | None:
    """Leave "alleged", "reportedly" and the like out."""
    found = _one(_ALLEGED, sentence, world)
    return _put(sentence, found, "") if found else None


def dropped_attribution(sentence: str, world: World) -> str | None:
    """Leave out who said it."""
    del world
    for pattern in _TAILS:
        if found := pattern.match(sentence):
            return found[1].replace("“", "").replace('"', "").replace("”", "") + "."
    for pattern in _HEADS:
        if found := pattern.match(sentence):
            return found[1][0].upper() + found[1][1:]
    return None


ALL: tuple[tuple[str, Corruption, float | None], ...] = (
    ("number, a random one instead", random_number, 0.97),
    ("number, another of the article", swapped_number, 0.90),
    ("two numbers of the sentence exchanged", exchanged_numbers, None),
    ("date, a random one instead", random_date, 0.97),
    ("date, another of the article", swapped_date, 0.90),
    ("name, one of another article", random_name, 0.97),
    ("name, another of the article", swapped_name, 0.90),
    ("two names of the sentence exchanged", exchanged_names, None),
    ("a word altered inside a quotation", altered_quote, 0.97),
    ("quotation moved to another speaker", moved_quote, 0.90),
    ("negation inserted", inserted_negation, 0.85),
    ("negation removed", removed_negation, 0.85),
    ("may, might, could made will", made_sure, 0.85),
    ("is expected to, plans to made will", made_fact, None),
    ("alleged, reportedly dropped", dropped_hedge, None),
    ("attribution dropped", dropped_attribution, None),
)
"""What is done to a sentence, how, and the share of it that the checker is to find, if any."""
