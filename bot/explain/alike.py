"""Tells how much two texts say the same, by the stems of their words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from bot.explain import cues

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:ies|(?:ing|ed|e|ly|ment|tion|ion|y|i|n)?s?|es)$")


def words(text: str) -> list[str]:
    """Return the text's words in small letters."""
    return _WORD.findall(text.casefold())


def stems(text: str) -> frozenset[str]:
    """Return the text's words of meaning, each cut to where English endings begin."""
    return stems_of(words(text))


def stems_of(found: Iterable[str]) -> frozenset[str]:
    """Return the stems of those of the words that have a meaning by themselves."""
    return frozenset(map(_stem, found)) - {""}


@lru_cache(maxsize=8_192)
def _stem(word: str) -> str:
    """Return where a word's ending begins; nothing of one that has no meaning by itself."""
    if len(word) < 2 or word in cues.COMMON:
        return ""
    bare = _ENDING.sub("", word)
    return (bare if len(bare) >= 3 else word)[:7]


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the cosine of two sets of stems, 0 to 1."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0
