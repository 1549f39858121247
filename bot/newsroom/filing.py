"""Files a document that was read: its news, what is due because of it, and what it corrects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.delivery.plan import Arrival, plan
from bot.feeds import upkeep
from bot.feeds.upkeep import Poll
from bot.models import (
    DAY,
    Article,
    Entry,
    Feed,
    FeedDocument,
    Fetched,
    Key,
    KeyKind,
    Millis,
)
from bot.store import Tx
from bot.stories.articles import article_of
from bot.stories.identity import Identified, Survey, event_key, identify

SAME_EVENT: Millis = 3 * DAY
"""Articles that lead to the same page within this time tell of one event."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, from its bytes to all that can be said of its entries by themselves."""

    fetched: Fetched
    document: FeedDocument
    surveyed: Survey


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a document."""

    feed: Feed
    fresh: int
    """How many of its entries were new."""
    held: int
    """How many of these may be news, and are kept for /latest only, as too many came at once."""


async def file(tx: Tx, feed: Feed, reading: Reading, poll: Poll) -> Filed:
    """Store a document's news and all that follows from it, in one transaction.

    `feed` is as it was before this poll, but for the hash of the body.
    """
    now, surveyed = poll.now, reading.surveyed
    found = identify(surveyed, feed, await tx.stories.known(feed.id, surveyed.keys), now)
    counts = {"known": len(found.known), "new": len(found.new)}
    told = replace(
        upkeep.read(feed, reading.fetched, reading.document, poll, **counts),
        distrusted_keys=found.distrusted,
    )
    topics = await tx.feeds.topics_of(feed.id)
    arrivals = []
    for new in found.new:
        story_id = await _file(tx, told, new, now)
        if new.news:
            arrivals.append(Arrival(story_id, new.entry.published, topics))
    await _keep_known(tx, feed, told, found.known, now)
    subscriptions = await tx.subscriptions.to_topics(topics)
    await tx.deliveries.add(plan(arrivals, feed, subscriptions, now))
    await tx.feeds.record([told])
    return Filed(told, len(found.new), found.held)


async def _file(tx: Tx, feed: Feed, new: Identified, now: Millis) -> int:
    """Store a new entry as an article of its story; return the story's id."""
    article = _article(new.entry, feed, now)
    shared = None if KeyKind.LINK in feed.distrusted_keys else event_key(article.link)
    story_id = await tx.stories.same_event(shared, now - SAME_EVENT) if shared else None
    if story_id is None:
        story_id = await tx.stories.add_story(now)
    article_id = await tx.stories.add_article(
        article, feed_id=feed.id, story_id=story_id, event_key=shared, now=now
    )
    await tx.stories.remember(feed.id, [(key, article_id) for key in new.keys], now)
    return story_id


async def _keep_known(
    tx: Tx, before: Feed, feed: Feed, known: Iterable[Identified], now: Millis
) -> None:
    """Bring known articles up to date, and remember that they are still listed."""
    articles: dict[int, Article] = {}
    keys: list[tuple[Key, int]] = []
    for old in known:
        if old.article_id is not None:
            articles[old.article_id] = _article(old.entry, feed, now)
            keys.extend((key, old.article_id) for key in old.keys)
    if before.read_at is not None:
        await tx.stories.relist(feed.id, before.read_at, now)
    await tx.stories.refresh(articles)
    await tx.stories.remember(feed.id, keys, now)


def _article(entry: Entry, feed: Feed, now: Millis) -> Article:
    return article_of(entry, feed_title=feed.title, language=feed.language, now=now)
