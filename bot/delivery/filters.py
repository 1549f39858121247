"""Pure: which stories a subscription's filters keep out, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.models import Article, Filters, Story


def stopped(filters: Filters, stories: Iterable[Story]) -> Iterator[tuple[Story, str]]:
    """Give those stories that would be stopped, each with the reason in words for a person."""
    for story in stories:
        why = reason(filters, story.article)
        if why is not None:
            yield story, why


def reason(filters: Filters, article: Article) -> str | None:
    """Say why an article is kept out; None: it is let through."""
    text = f"{article.title}\n{article.teaser}"
    if word := _first(filters.not_words, text):
        return f"it has “{word}” in it"
    if name := _first(filters.not_publishers, article.publisher):
        return f"it is by “{name}”"
    wanted, publishers = filters.words, filters.publishers
    if not wanted and not publishers:
        return None
    if _first(wanted, text) or _first(publishers, article.publisher):
        return None
    return "it has none of what is to be included"


def _first(terms: Sequence[str], text: str) -> str | None:
    return next((term for term in terms if _occurs(term, text)), None)


def _occurs(term: str, text: str) -> bool:
    found = re.search(rf"(?<!\w){re.escape(term.casefold())}(?!\w)", text.casefold())
    return found is not None
