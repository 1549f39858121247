"""Reads a sentence as words, numbers and marks, and brings words to their stems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.explain.cues import COMMON

# One character for one, so that a place in the folded text is the same place in the text.
_FOLD = str.maketrans("’‘ʼ`“”„«»–—‑−", '\'\'\'\'"""""----')
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_](?:\.[^\W\d_])+(?![^\W\d_])\.?|[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<mark>[^\w\s]|_)"
)
_POSSESSIVE = re.compile(r"'s?$")
_ENDING = re.compile(r"(?:ations?|ies|ing|ed|es|s|ly|ment|tion|y|e)$")
_LONGEST_STEM = 7

# Words that a sentence has for its grammar: they support nothing.
EMPTY = COMMON | frozenset(
    "a am isn aren wasn weren don doesn didn hasn haven hadn won wouldn couldn shouldn can't don't"
    " doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't couldn't"
    " shouldn't cannot i'm it's he's she's that's there's they're we're you're i've we've they've"
    " having doing going shall should must might ought upon within without among amid per via"
    " although though despite however whether whose whom why themselves itself himself herself"
    " ourselves myself yourself again once further both few nor yet still even already ever never"
    " every much many another others else onto off down around against through across toward"
    " towards since under above below mr mrs ms dr".split()
)
PRONOUNS = frozenset(
    "he she it they we i you his her its their our my your him them us me who which that this"
    " these those himself herself itself themselves".split()
)
_IRREGULAR = {
    form: forms.split()[0]
    for forms in (
        "say said says saying|rise rose risen|fall fell fallen|sell sold sale sales|buy bought"
        "|build built|win won winner winning|lose lost loss losses losing|find found|hold held"
        "|make made making|take took taken taking|give gave given giving|go went gone"
        "|come came coming|leave left leaving|begin began begun beginning|pay paid|cut cutting"
        "|die died dead death deaths dying dies|grow grew grown growth|know knew known"
        "|see saw seen|choose chose chosen choice|lead led leader leaders|meet met meeting"
        "|tell told|think thought|write wrote written writing|speak spoke spoken|drive drove driven"
        "|strike struck striking|shoot shot shooting|flee fled|fight fought|teach taught"
        "|bring brought|spend spent|send sent|keep kept|break broke broken|steal stole stolen"
        "|seek sought|spread spreading|swear sworn|shut shutting|quit quitting|run ran running"
        "|throw threw thrown|hit hitting|put putting|set setting|get got getting"
        "|vote voted voter voters|hurt hurting|injure injured injury injuries|kill killed killing"
        "|arrive arrived arrival|grow growing|close closed closure closing|try tried tries trying"
    ).split("|")
    for form in forms.split()
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark, and where it stands."""

    text: str
    """As written, but for its quotation marks and dashes, which are plain ones."""
    low: str
    """In small letters, without dots and without a possessive's ending."""
    kind: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Tell whether it is a word, and no number or mark."""
        return self.kind == "word"

    @property
    def is_capital(self) -> bool:
        """Tell whether it begins with a capital letter."""
        return self.kind == "word" and self.text[0].isupper()


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence with its tokens; two are equal only if they are the same object."""

    text: str
    """As it was given, but for its quotation marks and dashes."""
    written: str
    """As it was given."""
    tokens: tuple[Token, ...]
    lows: tuple[str, ...]
    """Each token in small letters."""
    stems: tuple[str, ...]
    """For each token its stem, or "" where it has no meaning of its own."""
    words: frozenset[str]
    """Every word and number, in small letters."""
    bag: frozenset[str]
    """The stems of the words of meaning."""

    def between(self, first: int, last: int) -> str:
        """Return the text from one token to another, both included, as it was given."""
        return self.written[self.tokens[first].start : self.tokens[last].end]

    def low(self, index: int) -> str:
        """Return a token in small letters, or "" where the sentence has none there."""
        return self.lows[index] if 0 <= index < len(self.lows) else ""


def read(text: str) -> Sentence:
    """Read a sentence, in time proportional to its length."""
    folded = fold(text)
    tokens = tuple(_tokens(folded))
    stems = tuple(content(t) for t in tokens)
    return Sentence(
        folded,
        text,
        tokens,
        tuple(t.low for t in tokens),
        stems,
        frozenset(t.low for t in tokens if t.kind != "mark"),
        frozenset(s for s in stems if s),
    )


def fold(text: str) -> str:
    """Return a text with plain quotation marks and dashes; it keeps its length."""
    return text.translate(_FOLD)


def _tokens(folded: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(folded):
        text, kind = found[0], found.lastgroup or ""
        low = text.casefold() if kind == "mark" else _bare(text)
        yield Token(text, low, kind, found.start(), found.end())


def _bare(word: str) -> str:
    low = word.casefold()
    if word[0].isdecimal():
        return low
    return _POSSESSIVE.sub("", low.replace(".", "")) or low


def content(token: Token) -> str:
    """Return a token's stem, or "" for marks and for words without a meaning of their own."""
    if not token.is_word or token.low in EMPTY:
        return ""
    return stem(token.low)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Cut a word in small letters to where English endings begin; irregular verbs to one form."""
    if known := _IRREGULAR.get(word):
        return known
    bare = word
    for _ in range(2):  # "plans", "planned"; "warnings", "warning"
        shorter = _ENDING.sub("", bare)
        if len(shorter) < 3:
            break
        bare = shorter
    if bare in _IRREGULAR:
        return _IRREGULAR[bare]
    if len(bare) > 3 and bare[-1] == bare[-2]:
        bare = bare[:-1]
    return _IRREGULAR.get(bare, bare)[:_LONGEST_STEM]


def is_past(word: str) -> bool:
    """Tell whether a word looks like a verb that tells what happened."""
    return word.endswith("ed") or word in _IRREGULAR
