"""Pure: an entry as the article that is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.models import Article, Entry, Millis
from bot.stories.publishers import publisher_name


def article_of(
    entry: Entry, *, feed_title: str, language: str, now: Millis, host: str = ""
) -> Article:
    """Make an entry's article: the original where it names one, and never dated ahead of now.

    `host` is where the feed publishes, for entries that lead nowhere.
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
    )
