"""Pure: whether a correction changes what a story says."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from bot.models import Article

_WORD = re.compile(r"[^\W_]+")
_SMALL = 0.03
"""Share of a text's words that may change without another explainer: typing errors and the like."""


def is_material(old: Article, new: Article) -> bool:
    """Tell whether a corrected article has to be explained again.

    It has when a word of its headline or a number changes, or more than 3 % of its words, or when
    it leads to another page. Other pictures, spacing and punctuation change nothing of it.
    """
    if _place(old) != _place(new):
        return True
    if _words(old.title) != _words(new.title) or _published_by(old) != _published_by(new):
        return True
    before, after = Counter(_words(_text(old))), Counter(_words(_text(new)))
    if before == after:
        return False
    changed = (before - after) + (after - before)
    numbers = any(any(c.isdigit() for c in word) for word in changed)
    return numbers or changed.total() > _SMALL * max(before.total(), after.total())


def _place(article: Article) -> tuple[str, str]:
    parts = urlsplit(article.link or "")
    return parts.netloc, parts.path


def _published_by(article: Article) -> tuple[str, str] | None:
    """Return who published it and who carried it; None where that is one, by whatever name."""
    names = article.publisher, article.credit
    return None if article.publisher == article.credit else names


def _text(article: Article) -> str:
    return " ".join(block.text for block in article.blocks) or article.teaser


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
