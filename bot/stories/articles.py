"""Pure: an entry as the article that is shown."""

from __future__ import annotations

from bot.models import Article, Entry, Millis


def article_of(entry: Entry, *, feed_title: str, language: str, now: Millis) -> Article:
    """Make an entry's article: the original where it names one, and never dated ahead of now."""
    return Article(
        title=entry.title,
        link=entry.original_link or entry.link,
        teaser=entry.teaser,
        publisher=entry.publisher or feed_title,
        published=min(entry.published or now, now),
        image=entry.image,
        blocks=entry.blocks,
        credit=feed_title,
        language=language,
    )
