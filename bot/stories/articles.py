"""Pure: an entry as the article that is shown."""

from __future__ import annotations

import re

from bot.models import Article, Entry, FeedDocument, Millis

_SEPARATOR = re.compile(r"\s+[-–—|>·:]+\s+|:\s+")
_DANGLING = " -–—|>·:"
_LONG_NAME = 40


def publisher_name(feed_title: str) -> str:
    """Make a feed's title the name of who publishes it: no loose ends, and no slogan behind it."""
    name = feed_title.strip(_DANGLING)
    if len(name) > _LONG_NAME:
        name = _SEPARATOR.split(name)[0].strip(_DANGLING) or name
    return name


def article_of(
    entry: Entry, *, feed_title: str, language: str, now: Millis, icon: str | None = None
) -> Article:
    """Make an entry's article: the original where it names one, and never dated ahead of now.

    `icon` is the feed's: it stands for nobody else whom the entry names as its publisher.
    """
    return Article(
        title=entry.title,
        link=entry.original_link or entry.link,
        teaser=entry.teaser,
        publisher=entry.publisher or publisher_name(feed_title),
        published=min(entry.published or now, now),
        image=entry.image,
        blocks=entry.blocks,
        credit=publisher_name(feed_title),
        language=language,
        icon=None if entry.publisher else icon,
    )


def newest_of(
    document: FeedDocument, *, feed_title: str, now: Millis, limit: int | None = None
) -> list[Article]:
    """Make the articles of a document's newest entries, newest first, undated ones last."""
    dated = sorted(document.entries, key=lambda entry: -(entry.published or 0))
    return [
        article_of(
            entry,
            feed_title=feed_title,
            language=document.language,
            now=now,
            icon=document.icon,
        )
        for entry in dated[:limit]
    ]
