"""Pure: tells recurring formats, whose pieces are alike for their form's sake, and never related."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.models import Article
from bot.stories.words import Words, plain_words

_NAMES = re.compile(
    r"\b(?:(?:morning|evening|daily|weekly|weekend|noon|world|news|market|your) (?:briefing|brief"
    r"|digest|bulletin|update|recap|round-?up|wrap|report|links|news|thread|quiz|edition)"
    r"|briefing|newsletter|round-?up|horoscopes?|crossword|sudoku|wordle|quordle|octordle|strands"
    r" (?:hints?|answers?)|connections (?:hints?|answers?)|(?:news|pub|trivia) quiz|quiz"
    r"|(?:hints?|clues) and answers?|podcast|stock watch|mailbag|open thread|open post"
    r"|live ?blog|live updates?|as it happened|minute[- ]by[- ]minute|in (?:pictures|photos)"
    r"|photos? of the (?:day|week|month|year)|(?:picture|quote|word|image|video) of the (?:day|week)"
    r"|(?:this|the) (?:week|day|month) in|week in review|on this day|today in history"
    r"|things to (?:know|watch|do)|what to (?:watch|stream|read|expect (?:this|next) week)"
    r"|tv tonight|letters? to the editor|readers?['’] letters|obituar(?:y|ies)|lottery"
    r"|winning numbers|weather forecast|deals? of the (?:day|week)|(?:best|top|today['’]s) .{0,30}"
    r"\bdeals?|deals?:|coupons?|promo codes?|discounts?|giveaway|% off|box scores?|power rankings"
    r"|release notes|changelog)(?!\w)"
    r"|^live\b|^watch live|^(?:links?|open|daily) (?:for|thread)\b|\((?:live|updating)\)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(.{2,40}?)(?::| [|–—•-]) |(?:[|–—•]| -) (.{2,40})$")
_VERBATIM = 6
"""Words in a row that a publisher repeats from piece to piece: boilerplate."""


def is_recurring(title: str) -> bool:
    """Tell whether a headline names a format that comes again and again: a briefing, a quiz, deals.

    Told by its usual English names; what is not among these is left to the label that headlines
    of one publisher share.
    """
    return _NAMES.search(title) is not None


def form_of(article: Article, words: Words, other: Article, its: Words) -> frozenset[str]:
    """Return the stems that two articles share for their form's sake.

    The publishers' own names always; of one publisher's two also what labels both headlines, and
    what both say word for word.
    """
    names = frozenset(plain_words(f"{article.publisher} {other.publisher}"))
    if article.publisher != other.publisher:
        return names
    labels = set(_labels(article.title)) & set(_labels(other.title))
    return names | set(plain_words(" ".join(labels))) | _verbatim(words.text, its.text)


def _labels(title: str) -> Iterator[str]:
    for label in _LABEL.finditer(title):
        yield (label[1] or label[2]).casefold()


def _verbatim(words: Sequence[str], its: Sequence[str]) -> frozenset[str]:
    runs = {tuple(its[i : i + _VERBATIM]) for i in range(len(its) - _VERBATIM + 1)}
    found = (tuple(words[i : i + _VERBATIM]) for i in range(len(words) - _VERBATIM + 1))
    return frozenset(known for run in found if run in runs for known in run)
