"""Conducts a poll: fetch, parse, identify, and store what is new together with what is due."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import replace
from urllib.parse import urlsplit

import structlog

from bot.delivery.plan import Arrival, plan
from bot.feeds import schedule
from bot.models import (
    DAY,
    SECOND,
    Article,
    Entry,
    Feed,
    FeedDocument,
    Fetched,
    FetchFailed,
    Key,
    KeyKind,
    Millis,
    NotModified,
    ParseFailed,
    Validators,
)
from bot.newsroom.parts import Alarm, Parts
from bot.store import Tx
from bot.stories.articles import article_of
from bot.stories.identity import Identified, event_key, identify, keys_of

LEASE: Millis = 120 * SECOND
"""Longer than a poll can take; a feed whose poller died falls due again after it."""
SLOTS = 16
"""How many feeds are polled at once; one at a time of a host."""
SAME_EVENT: Millis = 3 * DAY
"""Articles that lead to the same page within this time tell of one event."""

log = structlog.get_logger()


class Watch:
    """Polls feeds; `alarm` wakes its loop, `deliveries` is rung when something may be due."""

    def __init__(self, parts: Parts, group: asyncio.TaskGroup, deliveries: Alarm) -> None:
        self._parts = parts
        self._group = group
        self._deliveries = deliveries
        self.alarm = Alarm(parts.clock)
        self._polling: dict[int, asyncio.Task[None]] = {}
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def loop(self) -> None:
        """Poll watched feeds as they fall due, for ever."""
        while True:
            if not await self.begin_due():
                await self.alarm.wait(await self._next_due_at())

    async def begin_due(self) -> list[asyncio.Task[None]]:
        """Begin to poll watched feeds that are due, as many as there are slots."""
        free = SLOTS - len(self._polling)
        if free <= 0:
            return []
        now = self._parts.clock()
        due = await self._parts.store.write(lambda tx: tx.feeds.claim_due(now, LEASE, free))
        return [self.begin(feed) for feed in due]

    def begin(self, feed: Feed) -> asyncio.Task[None]:
        """Begin to poll a feed, or return the poll of it that is under way."""
        task = self._polling.get(feed.id)
        if task is None:
            task = self._group.create_task(self._poll(feed))
            self._polling[feed.id] = task
            task.add_done_callback(lambda _: self._done(feed.id))
        return task

    def abandon(self) -> None:
        """Leave the polls that are under way; their feeds fall due again when leases end."""
        for task in self._polling.values():
            task.cancel()

    def _done(self, feed_id: int) -> None:
        del self._polling[feed_id]
        self.alarm.ring()

    async def _next_due_at(self) -> Millis | None:
        if len(self._polling) >= SLOTS:
            return None
        return await self._parts.store.read(lambda tx: tx.feeds.next_due_at())

    async def _poll(self, feed: Feed) -> None:
        async with self._hosts[urlsplit(feed.url).netloc]:
            outcome = await self._parts.fetch(feed.url, feed.validators)
        match outcome:
            case NotModified(validators):
                await self._record_unchanged(feed, validators)
            case FetchFailed(reason, retry_after):
                await self._record_failure(feed, reason, retry_after)
            case Fetched():
                await self._read(feed, outcome)

    async def _read(self, feed: Feed, fetched: Fetched) -> None:
        body_hash = hashlib.sha256(fetched.body).hexdigest()
        if body_hash == feed.body_hash:
            # The validators move all the same: a server may renew them without a new body.
            await self._record_unchanged(feed, fetched.validators)
            return
        document = await self._parts.parse(fetched)
        if isinstance(document, ParseFailed):
            await self._record_failure(feed, document.reason, None)
            return
        now = self._parts.clock()
        seen = replace(feed, validators=fetched.validators, body_hash=body_hash)
        fresh = await self._parts.store.write(lambda tx: self._store(tx, seen, document, now))
        log.info("feed read", feed=_name(feed), entries=len(document.entries), fresh=fresh)
        self._deliveries.ring()

    async def _store(self, tx: Tx, seen: Feed, document: FeedDocument, now: Millis) -> int:
        """Store a document's news and all that follows from it, in one transaction."""
        feed = await tx.feeds.get(seen.id)
        keys = {key for entry in document.entries for key in keys_of(entry)}
        reading = identify(document.entries, feed, await tx.stories.known(feed.id, keys), now)
        topics = await tx.feeds.topics_of(feed.id)
        told = replace(
            feed,
            title=document.title or urlsplit(feed.url).netloc,
            language=document.language,
            distrusted_keys=reading.distrusted,
        )
        arrivals = []
        for new in reading.new:
            story_id = await _file(tx, told, new, now)
            if new.news:
                arrivals.append(Arrival(story_id, new.entry.published, topics))
        await _keep_known(tx, told, reading.known, now)
        subscriptions = await tx.subscriptions.to_topics(topics)
        await tx.deliveries.add(plan(arrivals, feed, subscriptions, now))
        if reading.held:
            log.warning(
                "so much was new at once that the doubtful part is kept for /latest only",
                feed=_name(feed),
                stories=reading.held,
            )
        dates = [entry.published for entry in document.entries if entry.published is not None]
        await tx.feeds.record(
            replace(
                self._after_success(told, dates, now),
                validators=seen.validators,
                body_hash=seen.body_hash,
                seeded_at=feed.seeded_at or now,
            )
        )
        return len(reading.new)

    async def _record_unchanged(self, feed: Feed, validators: Validators) -> None:
        now = self._parts.clock()

        async def record(tx: Tx) -> None:
            current = replace(await tx.feeds.get(feed.id), validators=validators)
            dates = await tx.stories.newest_dates(feed.id, schedule.NEWEST)
            await tx.feeds.record(self._after_success(current, dates, now))

        await self._parts.store.write(record)

    async def _record_failure(self, feed: Feed, reason: str, retry_after: Millis | None) -> None:
        now = self._parts.clock()

        async def record(tx: Tx) -> Feed:
            current = await tx.feeds.get(feed.id)
            failures = current.failures + 1
            next_poll_at = schedule.after_failure(
                failures,
                now=now,
                shortest=self._parts.shortest,
                chance=self._parts.chance(),
                retry_after=retry_after,
            )
            failed = replace(current, failures=failures, error=reason, next_poll_at=next_poll_at)
            await tx.feeds.record(failed)
            return failed

        failed = await self._parts.store.write(record)
        wait = (failed.next_poll_at - now) // SECOND
        log.warning("feed failed", feed=_name(feed), reason=reason, again_in_seconds=wait)

    def _after_success(self, feed: Feed, dates: list[Millis], now: Millis) -> Feed:
        next_poll_at = schedule.after_success(
            dates, now=now, shortest=self._parts.shortest, chance=self._parts.chance()
        )
        return replace(feed, succeeded_at=now, failures=0, error=None, next_poll_at=next_poll_at)


def _name(feed: Feed) -> str:
    """Name a feed in the log: the query of its address may hold a key."""
    parts = urlsplit(feed.url)
    return f"{parts.hostname}{parts.path}"


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


async def _keep_known(tx: Tx, feed: Feed, known: tuple[Identified, ...], now: Millis) -> None:
    """Bring known articles up to date, and remember that they were still listed."""
    articles: dict[int, Article] = {}
    keys: list[tuple[Key, int]] = []
    for old in known:
        if old.article_id is not None:
            articles[old.article_id] = _article(old.entry, feed, now)
            keys.extend((key, old.article_id) for key in old.keys)
    await tx.stories.refresh(articles)
    await tx.stories.remember(feed.id, keys, now)


def _article(entry: Entry, feed: Feed, now: Millis) -> Article:
    return article_of(entry, feed_title=feed.title, language=feed.language, now=now)
