"""Conducts the end of a server's own feeds: asked about where a topic goes along, and undone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from bot.models import FeedAddress, OwnFeed, Subscription, Topic
from bot.newsroom import returning
from bot.newsroom.asking import Asker
from bot.newsroom.auditing import Author, note_feed, note_subscription
from bot.newsroom.own_outcomes import (
    MOST_FEEDS,
    MOST_TOPICS,
    Full,
    Named,
    NoOwnFeed,
    NotBegun,
    Removed,
    Restored,
    WouldEnd,
)
from bot.newsroom.parts import Parts
from bot.newsroom.subscribing import CHANNEL_LIMIT, GUILD_LIMIT
from bot.store import Tx

_ASKED, _UNDO = "feed end", "feed undo"


class Unfeeding:
    """Takes feeds out; `changed` is told of servers whose topics are others now."""

    def __init__(self, parts: Parts, changed: Callable[[int], Awaitable[None]]) -> None:
        self._parts = parts
        self._store = parts.store
        self._changed = changed

    async def named(self, guild_id: int) -> list[Named]:
        """List a server's own feeds as they can be named."""
        return await self._store.read(lambda tx: _named(tx, guild_id))

    async def remove(self, asker: Asker, named: str) -> Removed | WouldEnd | NoOwnFeed:
        """Take a feed out of its topic; where it is the last one, ask before."""
        guild_id = asker.guild_id or 0

        async def remove(tx: Tx) -> Removed | WouldEnd | NoOwnFeed:
            feeds = await _named(tx, guild_id)
            found = _meant(feeds, named)
            if found is None:
                return NoOwnFeed(named)
            if sum(1 for each in feeds if each.topic.name == found.topic.name) > 1:
                return await self._remove(tx, asker, found)
            body = json.dumps({"topic": found.topic.name, "url": found.feed.url})
            number = await self._begin(tx, asker, _ASKED, body)
            there = await _subscriptions(tx, guild_id, found.topic.name)
            return WouldEnd(number, found.title, found.topic, there)

        result = await self._store.write(remove)
        await self._changed(guild_id)
        return result

    async def end(self, asker: Asker, number: int) -> Removed | NotBegun:
        """Take a feed out as was asked, and its topic if it is the last one still."""
        guild_id = asker.guild_id or 0

        async def end(tx: Tx) -> Removed | NotBegun:
            begun = await self._begun(tx, asker, _ASKED, number)
            if begun is None:
                return NotBegun()
            await tx.unfinished.end(number)
            feeds = await _named(tx, guild_id)
            for found in feeds:
                if (found.topic.name, found.feed.url) == (begun["topic"], begun["url"]):
                    return await self._remove(tx, asker, found)
            return NotBegun()

        result = await self._store.write(end)
        await self._changed(guild_id)
        return result

    async def undo(self, asker: Asker, number: int) -> Restored | NotBegun | Full:
        """Bring back what was taken out, its topic and the subscriptions to that included."""
        guild_id = asker.guild_id or 0
        result = await self._store.write(lambda tx: self._undo(tx, asker, number))
        await self._changed(guild_id)
        return result

    async def _remove(self, tx: Tx, asker: Asker, named: Named) -> Removed:
        now, topic, guild_id = self._parts.clock(), named.topic, asker.guild_id or 0
        await tx.own.remove_feed(topic.name, named.feed.url, now)
        author = Author(guild_id, asker.member_id)
        await note_feed(tx, author, topic.name, named.title, now, added=False)
        left = [feed for feed in await tx.own.feeds(guild_id) if feed.topic == topic.name]
        ended = () if left else await _subscriptions(tx, guild_id, topic.name)
        waited = {}
        for one in ended:
            taken = await tx.deliveries.cancel(one.channel_id, topic.name)
            waited[one.channel_id] = returning.packed(taken)
            await tx.subscriptions.remove(one.channel_id, topic.name)
            await note_subscription(
                tx, author, (one.flow, None), now, channel_id=one.channel_id, topic=topic.name
            )
        if not left:
            await tx.own.end_topic(topic.name)
        body = json.dumps(
            {
                "title": named.title,
                "topic": asdict(topic),
                "url": named.feed.url,
                "added_at": named.feed.added_at,
                "subscriptions": tx.subscriptions.packed(ended),
                "waited": waited,
            }
        )
        number = await self._begin(tx, asker, _UNDO, body)
        return Removed(number, named.title, topic, with_topic=not left)

    async def _undo(self, tx: Tx, asker: Asker, number: int) -> Restored | NotBegun | Full:
        begun = await self._begun(tx, asker, _UNDO, number)
        if begun is None:
            return NotBegun()
        now, guild_id = self._parts.clock(), asker.guild_id or 0
        topic = Topic(**{**begun["topic"], "feeds": ()})
        topics = {one.name for one in await tx.own.topics(guild_id)}
        if len(await tx.own.feeds(guild_id)) >= MOST_FEEDS:
            return Full(MOST_FEEDS, topics=False)
        if topic.name not in topics:
            if len(topics) >= MOST_TOPICS:
                return Full(MOST_TOPICS, topics=True)
            await tx.own.add_topic(topic, asker.member_id, now)
        await tx.unfinished.end(number)  # not before: who makes room can press again
        await tx.own.add_feed(
            OwnFeed(topic.name, begun["url"], begun["added_at"], asker.member_id), now
        )
        author = Author(guild_id, asker.member_id)
        await note_feed(tx, author, topic.name, begun["title"], now, added=True)
        for one in tx.subscriptions.unpacked(begun["subscriptions"], asker.member_id):
            if await _resubscribe(tx, one):
                # JSON has texts for keys.
                await returning.bring_back(tx, one, begun["waited"][str(one.channel_id)], now)
                await note_subscription(
                    tx, author, (None, one.flow), now, channel_id=one.channel_id, topic=one.topic
                )
        return Restored(begun["title"], topic)

    async def _begin(self, tx: Tx, asker: Asker, kind: str, body: str) -> int:
        return await tx.unfinished.add(
            kind,
            guild_id=asker.guild_id or 0,
            member_id=asker.member_id,
            body=body,
            now=self._parts.clock(),
        )

    async def _begun(self, tx: Tx, asker: Asker, kind: str, number: int) -> dict[str, Any] | None:
        found = await tx.unfinished.get(
            number, kind, guild_id=asker.guild_id or 0, member_id=asker.member_id
        )
        if found is None:
            return None
        return dict(json.loads(found.body))


async def _resubscribe(tx: Tx, one: Subscription) -> bool:
    """Let a channel have a topic again, as far as there is room for it; return whether it has."""
    has = await tx.subscriptions.in_channel(one.channel_id)
    full = len(has) >= CHANNEL_LIMIT
    full = full or len(await tx.subscriptions.in_guild(one.guild_id)) >= GUILD_LIMIT
    if full or one.topic in {other.topic for other in has}:
        return False
    await tx.subscriptions.add(one)
    return True


async def _subscriptions(tx: Tx, guild_id: int, topic: str) -> tuple[Subscription, ...]:
    return tuple(s for s in await tx.subscriptions.in_guild(guild_id) if s.topic == topic)


async def _named(tx: Tx, guild_id: int) -> list[Named]:
    topics = {topic.name: topic for topic in await tx.own.topics(guild_id)}
    feeds = await tx.own.feeds(guild_id)
    there = await tx.feeds.at_each([feed.url for feed in feeds])
    found = []
    for feed in feeds:
        known = there.get(feed.url)
        title = (known.title if known else "") or FeedAddress(feed.url).host
        topic = topics[feed.topic]
        code = f"{topic.code}/{known.id if known else 0}"
        found.append(Named(feed, topic, title, code))
    return found


def _meant(feeds: Sequence[Named], named: str) -> Named | None:
    """Return the feed that is named by code, address, or a title that no other has."""
    wanted = named.strip().casefold()
    for feed in feeds:
        if wanted in {feed.code.casefold(), feed.feed.url.casefold()}:
            return feed
    titled = [feed for feed in feeds if feed.title.casefold() == wanted]
    return titled[0] if len(titled) == 1 else None
