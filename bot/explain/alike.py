"""Tells how much two texts say the same."""

from __future__ import annotations

import math
import re

from bot.explain import cues


def stems(text: str) -> frozenset[str]:
    """Return the text's words of meaning, each cut to where English endings begin."""
    words = re.findall(r"[^\W_]{3,}", text.casefold())
    return frozenset(_stem(w) for w in words if w not in cues.COMMON)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the cosine of two sets of stems, 0 to 1."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def _stem(word: str) -> str:
    bare = re.sub(r"(?:ies|ing|ed|es|s|ly|ment|tion|y)$", "", word)
    return (bare if len(bare) >= 3 else word)[:7]
