"""Holds what a claim puts between quotation marks against what is quoted in those cited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence

# An apostrophe inside a word opens and closes nothing, so that no place is read twice.
_SINGLE = re.compile(r"(?<!\w)'((?:[^'\n]|(?<=\w)'(?=\w))*)'(?!\w)")
_GAP = re.compile(r"\.\.\.|…|\[[^\]\n]{0,60}\]|\*")
_WORD = re.compile(r"\w+(?:'\w+)*|[%$£€]")
_RESTRICTS = re.compile(
    r",?\s+(?:that|if|unless|when|but|because|who|until|without|as long as|provided|once)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = frozenset("i we my our me i'm i've i'll we're we've we'll".split())
_TOLD = frozenset("said says told according argued warned claimed claims wrote added".split())
_LONG = 3
"""Words from which on a quotation must stand between quotation marks where it was taken from."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """What is quoted in one sentence, and all of its words in a row."""

    sentence: Sentence
    quoted: tuple[tuple[int, int], ...]
    """From which character to which each quotation reaches."""
    flat: str
    """All words in small letters, a blank before and after each."""
    inside: str
    """Those between quotation marks, likewise."""
    is_own: bool
    """Whether it says "I" or "we" outside quotation marks."""


def find(sentence: Sentence) -> Quotes:
    """Return the quotations; one that is not closed reaches to the end, and the other way round."""
    spans = tuple(_spans(sentence.text))
    inside = " | ".join(_flat(sentence.text[first:last]) for first, last in spans)
    return Quotes(sentence, spans, _flat(sentence.text), inside, _is_own(sentence, spans))


def _is_own(sentence: Sentence, spans: Sequence[tuple[int, int]]) -> bool:
    persons = (t.start for t in sentence.tokens if t.low in _FIRST_PERSON and t.text != "US")
    return any(not any(first <= at < last for first, last in spans) for at in persons)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    marks = [at for at, char in enumerate(text) if char == '"']
    if len(marks) % 2 and not _opens(text, marks[0]):
        marks = [-1, *marks]
    for first, last in zip(marks[::2], [*marks[1::2], len(text)], strict=False):
        yield first + 1, last
    if not marks:
        yield from (found.span(1) for found in _SINGLE.finditer(text))


def _opens(text: str, at: int) -> bool:
    return (
        at + 1 < len(text)
        and not text[at + 1].isspace()
        and (at == 0 or not text[at - 1].isalnum())
    )


def _flat(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def faults(claim: Quotes, cited: Sequence[Quotes]) -> Iterator[Fault]:
    """Tell the quotations of a claim that are not word for word in the cited sentences."""
    for first, last in claim.quoted:
        words = claim.sentence.text[first:last]
        for part in _GAP.split(words):
            flat = _flat(part)
            if flat.strip() and not any(_holds(c, flat) for c in cited):
                yield fault(FaultKind.QUOTE, claim.sentence.written[first:last])
                break
        else:
            if _is_cut_short(claim, first, last, cited):
                yield fault(FaultKind.QUOTE, claim.sentence.written[first:last])
    if claim.is_own and not any(c.is_own for c in cited):
        yield fault(FaultKind.ATTRIBUTION, claim.sentence.written)


def _is_cut_short(claim: Quotes, first: int, last: int, cited: Sequence[Quotes]) -> bool:
    """Tell whether a quotation stops, at no mark, right before what restricts it."""
    words = claim.sentence.text[first:last].casefold().strip(" .,;:!?")
    last_part = _GAP.split(words)[-1].strip()
    if len(last_part.split()) < _LONG or words.endswith(("...", "…")):
        return False
    if _RESTRICTS.match(claim.sentence.text, last + 1):
        return False  # the claim goes on like this itself
    texts = [c.sentence.text.casefold() for c in cited]
    ends = [(t, t.find(last_part) + len(last_part)) for t in texts if last_part in t]
    return bool(ends) and all(_RESTRICTS.match(t, end) for t, end in ends)


def _holds(cited: Quotes, flat: str) -> bool:
    if flat not in cited.flat:
        return False
    if len(flat.split()) < _LONG or flat in cited.inside:
        return True
    # A sentence without quotation marks can stand in the middle of a quotation; one that says who
    # says it tells what was said in the writer's words.
    return not cited.quoted and _TOLD.isdisjoint(cited.sentence.words)
