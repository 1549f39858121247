"""Pure: which stories a subscription's filters keep out, and why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.models import Article, Filters
from bot.models.said import said
from bot.stories.publishers import publisher_name

_LONGEST_NAME = 80
# Scripts that are written without spaces between words, by the first and last of their letters.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x30FF),  # Japanese
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Chinese
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True, slots=True)
class Stopped:
    """An article that filters would have kept out."""

    article: Article
    reason: str
    """For people."""


def preview(articles: Iterable[Article], filters: Filters) -> list[Stopped]:
    """Tell which of these articles the filters would have kept out, and why."""
    judged = ((article, refusal((article,), filters)) for article in articles)
    return [Stopped(article, reason) for article, reason in judged if reason is not None]


FILTERED = said("Filtered: {reason}")


def refusal(articles: Sequence[Article], filters: Filters) -> str | None:
    """Return why a story with these articles is kept out, in words for people; None: it is not.

    Words are looked for in headlines and teasers, whole, whatever their case and accents; one that
    ends in a star is the beginning of words. What is excluded may be in none of the articles. Of
    what is included, where there is any, one of the articles needs to have one: of the words, and
    of the publishers.
    """
    why = None if filters == _NONE else _why_not(articles, filters)
    return None if why is None else said(FILTERED, reason=why)


def _why_not(articles: Sequence[Article], filters: Filters) -> str | None:
    texts = [_text(article.title, article.teaser) for article in articles]
    names = [article.publisher.strip() for article in articles]
    for word in filters.not_words:
        if any(has(text, word) for text in texts):
            return said("it has the word “{word}”.", word=_clip(word))
    unwanted, wanted = _names(filters.not_publishers), _names(filters.publishers)
    for name in names:
        if _called(name) & unwanted:
            return said("{name} is among the publishers that are kept out.", name=_clip(name))
    words = [word for word in filters.words if is_usable(word)]
    if words and not any(has(text, word) for text in texts for word in words):
        return said("it has none of the words that are let through.")
    if wanted and not any(_called(name) & wanted for name in names):
        return _not_let_through(_clip(names[0]) if names else "")
    return None


def _not_let_through(publisher: str) -> str:
    if not publisher:
        return said("Its publisher is not among the publishers that are let through.")
    return said("{name} is not among the publishers that are let through.", name=publisher)


_NONE = Filters()


def is_usable(word: str) -> bool:
    """Tell whether a word of a filter can be found in any text: it needs a letter or a digit."""
    return bool(_needle(word)[0])


def has(text: str, word: str) -> bool:
    """Tell whether a text, as `plain` writes it, has a filter's word or phrase."""
    needle, is_beginning = _needle(word)
    if not needle:
        return False
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if _parts(text, start) and (is_beginning or _parts(text, end)):
            return True
        start = text.find(needle, start + 1)
    return False


def plain(text: str) -> str:
    """Write a text small, without accents, and with a space for all that is in no word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    letters: list[str] = []
    for character in unicodedata.normalize("NFC", bare):
        is_kept = _is_letter(character) or (
            character in "+#" and bool(letters) and letters[-1] != " "  # C++, C#
        )
        letters.append(character if is_kept else " ")
    return " ".join("".join(letters).split())


@lru_cache(maxsize=256)
def _text(title: str, teaser: str) -> str:
    # What ends the headline and what begins the teaser are no phrase.
    return f"{plain(title)} | {plain(teaser)}"


@lru_cache(maxsize=4096)
def _needle(word: str) -> tuple[str, bool]:
    """Return a filter's word as it is looked for, and whether it is only how words begin."""
    word = word.strip()
    return plain(word.rstrip("*")), word.endswith("*")


def _parts(text: str, position: int) -> bool:
    """Tell whether one word ends and another may begin between two characters of a text."""
    if position in {0, len(text)}:
        return True
    before, after = text[position - 1], text[position]
    both = _is_letter(before) and _is_letter(after)
    return not both or _is_unspaced(before) or _is_unspaced(after)


def _is_letter(character: str) -> bool:
    # The vowel signs of many scripts are marks, not letters, and yet within a word.
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code >= _UNSPACED[0][0] and any(first <= code <= last for first, last in _UNSPACED)


@lru_cache(maxsize=1024)
def _names(publishers: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(_called, publishers))


@lru_cache(maxsize=1024)
def _called(name: str) -> frozenset[str]:
    """Return what a publisher is called, as it is written, and without sections around it.

    So a filter on "NYT > World News", as publishers were shown once, still means "NYT".
    """
    said = {name.strip().casefold(), publisher_name(name).casefold()}
    return frozenset(said - {""})


def _clip(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
