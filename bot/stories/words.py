"""Pure: the words that an article's opening is known by, and which of them are names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.models import Article, BlockKind

OPENING = 60
"""Words behind the headline: they say what a story is about, later ones tell it apart less."""
_LONGEST = 700
"""Characters in which these are looked for."""
# "5,000", "U.S" and "don't" are one word each, as they are one phrase to the archive.
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S*|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}/\S*")
_WORD = re.compile(r"[^\W_]+(?:['’.,](?=[^\W_])[^\W_]+)*")
_BEGINS = re.compile(r"[.!?…:;|–—•\n]")
"""What a sentence or a headline's part begins behind."""
_CONTRACTED = re.compile(r"['’](?:s|t|d|m|ll|re|ve)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_ENDING = re.compile(r"(?<=..)(?:ies|ied|ying|ing|ed|es|s|ly|y|e)$")
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june"
    " july august september october november december jan feb mar apr jun jul aug sept sep oct nov"
    " dec".split()
)
_SHOUTED = 0.6
"""Share of a text's longer words with a capital from which on capitals say nothing, as in a
headline in title case."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an article's headline and opening, as stems, in their order."""

    title: tuple[str, ...]
    text: tuple[str, ...]
    forms: Mapping[str, frozenset[str]]
    """What is written for each stem, in small letters."""
    names: frozenset[str]
    """What has a capital in the midst of a sentence, and numbers that are no years."""
    plain: frozenset[str]
    """What is also written small."""

    @property
    def all(self) -> tuple[str, ...]:
        """Headline and opening together."""
        return self.title + self.text

    @property
    def written(self) -> frozenset[str]:
        """Every word, in small letters and not cut: what the archive is asked about."""
        return frozenset().union(*self.forms.values())


@dataclass(frozen=True, slots=True)
class _Word:
    word: str
    is_capital: bool
    is_first: bool
    """Of its sentence, where a capital says nothing."""

    @property
    def stem(self) -> str:
        return stem(self.word)


@lru_cache(maxsize=64)  # a story's candidates are read twice
def words_of(article: Article) -> Words:
    """Read the headline and the 60 words that follow it."""
    body = [block.text for block in article.blocks if block.kind is not BlockKind.HEADING]
    title = tuple(_words(article.title))
    text = tuple(islice(_words("\n".join([article.teaser, *body])[:_LONGEST]), OPENING))
    forms: dict[str, set[str]] = defaultdict(set)
    for word in (*title, *text):
        forms[word.stem].add(word.word)
    return Words(
        tuple(word.stem for word in title),
        tuple(word.stem for word in text),
        {known: frozenset(written) for known, written in forms.items()},
        frozenset((*_names(title), *_names(text))),
        frozenset(w.stem for w in (*title, *text) if not w.is_capital and w.word.isalpha()),
    )


def plain_words(text: str) -> tuple[str, ...]:
    """Return a text's words as stems."""
    return tuple(word.stem for word in _words(text))


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """Cut an English word to where its endings begin; short ones and numbers stay as they are."""
    if len(word) <= 3 or not word.isalpha():
        return word
    bare = _ENDING.sub("", word)
    return bare if len(bare) >= 3 else word


def _words(text: str) -> Iterator[_Word]:
    text = _ADDRESS.sub(" ", text)
    end = 0
    for found in _WORD.finditer(text):
        is_first = end == 0 or _BEGINS.search(text, end, found.start()) is not None
        end = found.end()
        word = _CONTRACTED.sub("", found[0])
        if len(word) > 1:
            yield _Word(_plain(word), word[0].isupper(), is_first)


def _plain(word: str) -> str:
    """Write a word small and without accents, as the archive knows it."""
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c))


def _names(words: Sequence[_Word]) -> Iterator[str]:
    longer = [word for word in words if len(word.word) > 3 and not word.is_first]
    capitals = sum(word.is_capital for word in longer)
    say_something = capitals <= _SHOUTED * len(longer) or len(longer) < 3
    for word in words:
        if not word.word.isalpha() and any(map(str.isdigit, word.word)):
            if len(word.word) > 2 and not _YEAR.fullmatch(word.word):
                yield word.stem
        elif say_something and _is_name(word):
            yield word.stem


def _is_name(word: _Word) -> bool:
    return word.is_capital and not word.is_first and word.word not in _CALENDAR
