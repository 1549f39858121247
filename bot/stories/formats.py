"""Pure: tells what articles share for their format's sake, which makes none of them related."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bot.models import Article
from bot.stories.words import Words, plain_words

_RECURRING = re.compile(
    r"\b(?:"
    # what comes by the clock
    r"(?:morning|evening|noon|daily|weekly|weekend|world|news|markets?|your)"
    r" (?:brief|digest|bulletin|update|recap|wrap|report|links|news|thread|edition)"
    r"|briefing|newsletter|round-?up|week in review|on this day|today in history|tv tonight"
    r"|(?:photo|picture|quote|word|image|video|deal)s? of the (?:day|week|month|year)"
    r"|(?:this|the) (?:week|day|month) in|in (?:pictures|photos)|stock watch|mailbag"
    r"|open (?:thread|post)|podcast|episode \d+|season finale|letters? to the editor"
    r"|readers?['’] letters|obituar(?:y|ies)|weather forecast|power rankings|box scores?"
    # service, games, shopping
    r"|things to (?:know|watch|do)|what to (?:watch|stream|read)|need to know"
    r"|horoscopes?|crossword|sudoku|wordle|quordle|quiz"
    r"|(?:strands|connections) (?:hints?|answers?)|(?:hints?|clues) and answers?"
    r"|lottery|winning numbers|(?:best|top|today['’]s) .{0,30}\bdeals?|deals?(?=:)|coupons?"
    r"|promo codes?|discounts?|giveaway|hands-on|reviews?(?= & |:| [|–—-] |$)"
    r"|release notes|changelog"
    # what is written on while it happens
    r"|live ?blog|live updates?|as it happened|minute[- ]by[- ]minute"
    r")\b"
    r"|^(?:watch )?live\b|\((?:live|updating)\)|% off\b|(?:^|\W)(?:ep\.? ?|#)\d+\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(.{2,40}?)(?::| [|–—•-]) |(?:[|–—•]| -) (.{2,40})$")
_OPENING = 3
"""Words that two headlines begin with, from which on they are a label."""
_VERBATIM = 6
"""Words in a row that a publisher repeats from piece to piece: boilerplate."""


def is_recurring(title: str) -> bool:
    """Tell whether a headline names a format that comes again and again: a briefing, a quiz, deals.

    Told by the usual English names; of others, `form_of` takes out what they share.
    """
    return _RECURRING.search(title) is not None


def form_of(article: Article, words: Words, other: Article, its: Words) -> frozenset[str]:
    """Return the stems that two articles share for their form's sake.

    The publishers' own names always; of one publisher's two also what labels both headlines, and
    what both say word for word.
    """
    names = frozenset(plain_words(f"{article.publisher} {other.publisher}"))
    if article.publisher != other.publisher:
        return names
    labels = set(_labels(article.title)) & set(_labels(other.title))
    form = names.union(plain_words(" ".join(labels)), _verbatim(words.text, its.text))
    opening = _common_start(words.title, its.title)
    return form.union(opening) if len(opening) >= _OPENING else form


def _labels(title: str) -> Iterator[str]:
    for label in _LABEL.finditer(title):
        yield (label[1] or label[2]).casefold()


def _verbatim(words: Sequence[str], its: Sequence[str]) -> frozenset[str]:
    runs = {tuple(its[i : i + _VERBATIM]) for i in range(len(its) - _VERBATIM + 1)}
    found = (tuple(words[i : i + _VERBATIM]) for i in range(len(words) - _VERBATIM + 1))
    return frozenset(known for run in found if run in runs for known in run)


def _common_start(title: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(title, other, strict=False))
    return tuple(known for known, _ in same)
