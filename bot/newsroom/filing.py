"""Files a document that was read: its news, what is due because of it, and what it corrects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from bot.delivery.plan import Arrival
from bot.feeds import upkeep
from bot.feeds.upkeep import Counts, Poll
from bot.models import (
    DAY,
    Article,
    Entry,
    Feed,
    Key,
    KeyKind,
    Millis,
)
from bot.newsroom.following import carry_on
from bot.newsroom.planning import plan_stories
from bot.newsroom.reading import Reading
from bot.store import Tx
from bot.stories.articles import article_of
from bot.stories.changes import is_material
from bot.stories.identity import Identified, event_key, identify
from bot.stories.identity import Reading as Found
from bot.stories.scope import within

SAME_EVENT: Millis = 3 * DAY
"""Articles that lead to the same page within this time tell of one event."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a document."""

    feed: Feed
    entries: int
    fresh: int
    """How many of its entries were new."""
    held: int
    """How many of these may be news, and are kept for /latest only, as too many came at once."""


async def file(tx: Tx, feed: Feed, reading: Reading, poll: Poll) -> Filed | None:
    """Store a document's news and all that follows from it, in one transaction.

    `feed` is as it was before this poll, but for the hash of the body. None, and nothing stored,
    where entries that were left out are needed to tell whether one is new.
    """
    is_there, read_at = await tx.feeds.read_at(feed.id)
    if not is_there:  # another took over while this one was polled
        return Filed(feed, 0, 0, 0)
    now, surveyed = poll.now, reading.surveyed
    seen = await tx.stories.known(feed.id, surveyed.keys)
    found = identify(surveyed, feed, seen, now, listed=len(reading.same))
    if reading.same and not _is_enough(feed, found, reading):
        return None
    counts = _counts(found, reading)
    told = replace(
        upkeep.read(feed, reading.fetched, reading.document, poll, counts),
        distrusted_keys=found.distrusted,
    )
    articles = await _file_new(tx, feed, told, found, now)
    articles |= {id(old.entry): old.article_id for old in found.known if old.article_id}
    await _keep_known(tx, told, found.known, now)
    if read_at is not None:
        await tx.stories.relist(feed.id, read_at, now, set(reading.same.values()))
    await tx.stories.keep_listing(feed.id, reading.listing(articles))
    await tx.feeds.record([told])
    return Filed(told, counts.known + counts.new, counts.new, found.held)


def _is_enough(feed: Feed, found: Found, reading: Reading) -> bool:
    """Tell whether the entries that were left out can't have a say in what the others are."""
    left_out = set(reading.same.values())
    return (
        found.is_plain
        and found.distrusted == feed.distrusted_keys
        and not any(old.article_id in left_out for old in found.known)
    )


def _counts(found: Found, reading: Reading) -> Counts:
    unread = len(reading.same)
    return Counts(known=len(found.known) + unread, new=len(found.new), unread=unread)


async def _file_new(tx: Tx, before: Feed, feed: Feed, found: Found, now: Millis) -> dict[int, int]:
    """Store new entries, and what is due because of them; return their articles by `id()`."""
    topics = await tx.feeds.topics_of(feed.id)
    articles: dict[int, int] = {}
    arrivals: list[Arrival] = []
    joined: set[int] = set()
    begun: set[int] = set()
    for new in found.new:
        article = _article(new.entry, feed, now)
        filed = await _file(tx, feed, new, article, topics, now=now)
        articles[id(new.entry)] = filed.article_id
        (joined if filed.is_joined else begun).add(filed.story_id)
        if new.news:
            arrivals.append(Arrival(filed.story_id, new.entry.published, topics, (article,)))
    if arrivals:
        joined &= {arrival.story_id for arrival in arrivals}
        await plan_stories(tx, arrivals, before, topics, joined=joined, now=now)
        new_ones = [one for one in arrivals if one.story_id in begun]
        await carry_on(tx, new_ones, before, topics, now=now)
    return articles


@dataclass(frozen=True, slots=True)
class _Stored:
    """A new entry as it was stored."""

    story_id: int
    article_id: int
    is_joined: bool
    """Its story was there before."""


async def _file(
    tx: Tx, feed: Feed, new: Identified, article: Article, topics: Collection[str], *, now: Millis
) -> _Stored:
    """Store a new entry as an article of its story."""
    key = None if KeyKind.LINK in feed.distrusted_keys else event_key(article.link)
    shared = within(key, feed.id, topics) if key else None
    same = await tx.stories.same_event(shared, now - SAME_EVENT) if shared else None
    story_id = await tx.stories.add_story(now) if same is None else same
    article_id = await tx.stories.add_article(
        article, feed_id=feed.id, story_id=story_id, event_key=shared, now=now
    )
    await tx.stories.remember(feed.id, [(key, article_id) for key in new.keys], now)
    return _Stored(story_id, article_id, is_joined=same is not None)


async def _keep_known(tx: Tx, feed: Feed, known: Iterable[Identified], now: Millis) -> None:
    """Bring known articles up to date, and remember that they are still listed."""
    articles: dict[int, Article] = {}
    keys: list[tuple[Key, int]] = []
    for old in known:
        if old.article_id is not None:
            articles[old.article_id] = _article(old.entry, feed, now)
            keys.extend((key, old.article_id) for key in old.keys)
    await tx.stories.refresh(articles, is_material)
    await tx.stories.remember(feed.id, keys, now)


def _article(entry: Entry, feed: Feed, now: Millis) -> Article:
    return article_of(
        entry,
        feed_title=feed.title,
        language=feed.language,
        now=now,
        host=feed.host,
        icon=feed.icon,
    )
