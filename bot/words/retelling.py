"""Says sentences again that were kept in English, as reasons are, by the templates they came of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from bot.words.languages import ENGLISH, FOLDER, catalogue, spoken
from bot.words.saying import filled_in

CONTEXT = "reason"
"""What kept sentences stand under in catalogues."""
TEMPLATES = FOLDER / "reasons.json"
"""All templates, each with its plural or without; `tools.words` writes it."""

LONGEST = 1_000
"""Characters of a sentence that is looked into; a longer one is returned as it is."""
_GAP = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"(?<=[.!?)…]) ")
_MOST_ENDS = 8
"""In how many places a text is parted, at the most; our sentences are fewer in a row."""
_DEEPEST = 8
"""How many sentences may stand within each other; a list of names is one in one."""
_MOST_LOOKS = 300
"""How many pieces of one sentence are looked at: who wrote it may have meant to keep us busy."""
_TELLING = 8
"""Characters that a template has to have of its own, to count whatever its gaps hold."""
_KEY = 4
_JOINED = ("。", "！", "？")
"""Ends of sentences that no blank follows."""


def retold(sentence: str) -> str:
    """Say a sentence of ours again that was kept in English, or several in a row.

    What is not recognised is returned as it is: it may be foreign, or from an older program.
    """
    language = spoken()
    if language == ENGLISH or not sentence or len(sentence) > LONGEST:
        return sentence
    return _Retelling(language).best(sentence, _DEEPEST).text


@dataclass(frozen=True, slots=True)
class _Told:
    """A piece of a sentence as it is said again."""

    text: str
    known: int = 0
    """How many of its characters are ours."""


@dataclass(frozen=True)
class _Template:
    """A sentence with gaps, in English."""

    text: str
    """One of a plural's two texts."""
    one: str
    many: str | None

    @cached_property
    def pieces(self) -> list[str]:
        """What stands before, between and behind the gaps."""
        return _GAP.split(self.text)[::2]

    @cached_property
    def names(self) -> list[str]:
        """The names of the gaps, in their order."""
        return _GAP.findall(self.text)

    @cached_property
    def weight(self) -> int:
        """How many characters of it are its own."""
        return sum(map(len, self.pieces))

    def gaps_in(self, text: str) -> Iterator[dict[str, str]]:
        """Yield what this template may have been filled with to become a text.

        Each gap ends where what follows it begins, and holds a character at least. The first gap
        may end at the first place where it can, or at one of the next ones.
        """
        first, *between = self.pieces
        if not between:
            if text == first:
                yield {}
            return
        *between, last = between
        start, end = len(first), len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end <= start:
            return
        at = start
        for _ in range(_MOST_ENDS if between else 1):
            values = _walk(text, between, start, at, end)
            if values is None:
                return
            gaps = dict(zip(self.names, values, strict=True))
            number = gaps.get("n", "0")
            if number.isascii() and number.isdecimal():
                yield gaps
            at = start + len(values[0])


def _walk(text: str, between: Sequence[str], start: int, after: int, end: int) -> list[str] | None:
    """Part a text, from `start` to `end`, by what stands between; the first gap ends past `after`.

    None: it does not stand there.
    """
    values = []
    for piece in between:
        found = text.find(piece, after + 1, end)
        if found < 0:
            return None
        values.append(text[start:found])
        start = after = found + len(piece)
    return [*values, text[start:end]] if start < end else None


class _Retelling:
    """Says one sentence again; the reading that recognises most of it counts."""

    def __init__(self, language: str) -> None:
        self._words = catalogue(language)
        self._told: dict[tuple[str, int], _Told] = {}

    def best(self, text: str, depth: int) -> _Told:
        """Say a text again as far as it is recognised."""
        if (text, depth) in self._told:
            return self._told[text, depth]
        best = _Told(text)
        if not text or not depth or len(self._told) >= _MOST_LOOKS:
            return best
        self._told[text, depth] = best  # holds the place, so that looks are counted
        for told in (*self._by_templates(text, depth), *self._in_a_row(text, depth)):
            if told.known > best.known:
                best = told
        if not best.known:
            best = self._without_stop(text, depth)
        self._told[text, depth] = best
        return best

    def _without_stop(self, text: str, depth: int) -> _Told:
        """Say again what has lost its full stop, or was given one."""
        if text.endswith("."):
            told = self.best(text[:-1], 1)
            return _Told(f"{told.text}.", told.known)
        whole = self.best(f"{text}.", depth - 1)
        without = whole.text.removesuffix("。").removesuffix(".")
        return _Told(without, whole.known) if whole.known else _Told(text)

    def _by_templates(self, text: str, depth: int) -> Iterator[_Told]:
        by_start, others = _templates()
        for template in (*by_start.get(text[:_KEY], ()), *others):
            for gaps in template.gaps_in(text):
                if (told := self._fill(template, gaps, depth)) is not None:
                    yield told

    def _fill(self, template: _Template, gaps: Mapping[str, str], depth: int) -> _Told | None:
        known = template.weight
        filled: dict[str, object] = dict(gaps)
        for name, value in gaps.items():
            if not name.startswith(CONTEXT):
                if name != "n" and template.weight < _TELLING:
                    return None
                continue
            told = self.best(value, depth - 1)
            if not told.known and template.weight < _TELLING:
                return None
            filled[name] = told.text
            known += told.known
        said = self._say(template, gaps)
        return _Told(filled_in(said, template.text, filled) if gaps else said, known)

    def _say(self, template: _Template, gaps: Mapping[str, str]) -> str:
        if template.many is None:
            return self._words.pgettext(CONTEXT, template.one)
        number = int(gaps["n"][:9]) if "n" in gaps else 1
        said = self._words.npgettext(CONTEXT, template.one, template.many, number)
        return template.text if said in {template.one, template.many} else said

    def _in_a_row(self, text: str, depth: int) -> Iterator[_Told]:
        ends = [found.start() for found in _SENTENCE_END.finditer(text)]
        for end in ends if len(ends) <= _MOST_ENDS else ():
            head = self.best(text[:end], depth)
            tail = self.best(text[end + 1 :], depth)
            blank = "" if head.text.endswith(_JOINED) else " "
            yield _Told(f"{head.text}{blank}{tail.text}", head.known + tail.known)


@cache
def _templates() -> tuple[dict[str, list[_Template]], list[_Template]]:
    """Return the templates by how they begin, and those that begin with a gap or too shortly."""
    by_start: dict[str, list[_Template]] = {}
    others: list[_Template] = []
    for one, many in json.loads(TEMPLATES.read_text(encoding="utf-8")):
        for text in (one,) if many is None else (one, many):
            template = _Template(text, one, many)
            start = template.pieces[0][:_KEY]
            (by_start.setdefault(start, []) if len(start) == _KEY else others).append(template)
    return by_start, others


def faults_of(one: str, many: str | None = None) -> list[str]:
    """Say why a template could not be recognised again; nothing where all is well."""
    faults = []
    for text in (one,) if many is None else (one, many):
        template = _Template(text, one, many)
        if any(piece == "" for piece in template.pieces[1:-1]):
            faults.append("two gaps stand side by side")
        if len(set(template.names)) < len(template.names):
            faults.append("a gap stands in it twice")
        foreign = [n for n in template.names if n != "n" and not n.startswith(CONTEXT)]
        if foreign and template.weight < _TELLING:
            faults.append("it has too few words of its own to be told by")
        if many is not None and "{n}" not in (many or ""):
            faults.append("it is a plural without its number")
    return list(dict.fromkeys(faults))
