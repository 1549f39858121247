"""Pure: an entry as the article that is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.models import Article, Entry, FeedDocument, Millis
from bot.stories.publishers import publisher_name


def article_of(
    entry: Entry,
    *,
    feed_title: str,
    language: str,
    now: Millis,
    host: str = "",
    icon: str | None = None,
) -> Article:
    """Make an entry's article: the original where it names one, and never dated ahead of now.

    `host` is where the feed publishes, for entries that lead nowhere. `icon` is the feed's: it
    stands for nobody else whom the entry names as its publisher.
    """
    own = publisher_name(feed_title, urlsplit(entry.link or "").hostname or host)
    return Article(
        title=entry.title,
        link=entry.original_link or entry.link,
        teaser=entry.teaser,
        publisher=entry.publisher or own,
        published=min(entry.published or now, now),
        image=entry.image,
        blocks=entry.blocks,
        credit=own,
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
