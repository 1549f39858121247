"""The program's own feed side, in a process that is measured from outside."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from benchmarks.polling.talk import answer, asked
from bot import logs
from bot.catalogue import Catalogue
from bot.cli import tools
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.feeds.worker import Parser
from bot.models import Body, Feed, Millis, Post, Sent, Topic, Validators
from bot.newsroom import AlreadySubscribed, Newsroom, Parts, Subscribed
from bot.publish.nowhere import Nowhere
from bot.store import Store

SHORTEST: Millis = 240_000
"""Longer than a round takes; and what is new stays news, as even a silent feed falls due again
within 96 of these."""
_PER_TOPIC, _PER_GUILD = 100, 50
_TICK = 0.005


class _Clock:
    """The time of day, moved forward; never back."""

    def __init__(self, ahead: Millis) -> None:
        self.ahead = ahead

    def __call__(self) -> Millis:
        return tools.clock() + self.ahead

    def jump(self, to: Millis) -> None:
        self.ahead += max(0, to - self())


class _Publisher(Nowhere):
    """Counts posts, and takes them all."""

    def __init__(self) -> None:
        self.posts = itertools.count(1)
        self.last = 0

    async def publish(self, channel_id: int, post: Post, nonce: str) -> Sent:
        assert (bool(channel_id), bool(post.body), bool(nonce)) == (True, True, True)
        self.last = next(self.posts)
        return Sent(self.last)

    async def posted(self, channel_id: int, since: Millis) -> list[Body]:
        raise AssertionError(f"in doubt: {channel_id} {since}")


class _Lag:
    """How late the event loop is, in milliseconds, looked at every 5 ms."""

    def __init__(self) -> None:
        self._late: list[float] = []

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _TICK
            await asyncio.sleep(_TICK)
            self._late.append((loop.time() - due) * 1000)

    def told(self) -> dict[str, float]:
        late = sorted(self._late)
        ranks = {"p50": 0.5, "p99": 0.99, "max": 1.0}
        return {name: late[math.ceil(rank * len(late)) - 1] for name, rank in ranks.items()}


@dataclass(slots=True)
class _Ours:
    """What is asked of the program."""

    newsroom: Newsroom
    store: Store
    clock: _Clock
    publisher: _Publisher
    begin: Millis

    async def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, and tell how it went."""
        match command["do"]:
            case "round":
                return await self._round(jump=command["jump"])
            case "deliver":
                return await self._deliver()
            case "live":
                return await self._live(command["seconds"])
        raise AssertionError(command)

    async def _round(self, *, jump: bool) -> dict[str, Any]:
        """Poll every feed: all are due, as the time moves to when the last one is."""
        if jump:
            self.clock.jump(1 + max(feed.next_poll_at for feed in await self._feeds()))
        lag, began, cpu = _Lag(), time.perf_counter(), time.process_time()
        async with lag.watched():
            await self.newsroom.poll_due()
        took = {"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}
        return {
            **took,
            "lag": lag.told(),
            "ahead": self.clock.ahead,
            "failed": await self._failed(),
        }

    async def _deliver(self) -> dict[str, Any]:
        before, cpu = self.publisher.last, time.process_time()
        await self.newsroom.deliver_due()
        return {"posts": self.publisher.last - before, "cpu": time.process_time() - cpu}

    async def _live(self, seconds: float) -> dict[str, Any]:
        """Let the program run by itself, from when the first feed falls due."""
        self.newsroom.start()
        await asyncio.sleep(max(0, self.begin - self.clock()) / 1000)
        lag, cpu = _Lag(), time.process_time()
        async with lag.watched():
            await asyncio.sleep(seconds)
        cpu = time.process_time() - cpu
        told = {"lag": lag.told(), "cpu": cpu, "posts": self.publisher.last}
        return {**told, "failed": await self._failed()}

    async def _feeds(self) -> list[Feed]:
        names = [topic.name for topic in self.newsroom.topics]
        return await self.store.read(lambda tx: tx.feeds.of_topics(names))

    async def _failed(self) -> list[str]:
        return [f"{feed.url}: {feed.error}" for feed in await self._feeds() if feed.failures]


async def _run(spec: dict[str, Any]) -> None:
    clock, publisher = _Clock(spec["ahead"]), _Publisher()
    topics = _topics(spec["urls"])
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(Path(spec["database"])))
        guard = Guard([IPv4Network("127.0.0.0/8")])
        fetcher = await stack.enter_async_context(Fetcher(version="bench", guard=guard, now=clock))
        parser = await stack.enter_async_context(Parser())
        parts = Parts(
            store=store,
            topics=topics,
            fetch=fetcher.fetch,
            parse=parser.parse,
            explain=tools.explain_aside,
            page=None,
            publisher=publisher,
            clock=clock,
            chance=random.Random(1).random,
            shortest=spec["shortest"],
        )
        async with Newsroom(parts) as newsroom:
            await _subscribe(newsroom)
        begin = clock() + spec["begin"]
        if spec["like"]:
            await _copy(store, topics, spec["like"])
        if spec["spread"]:
            await _spread(store, topics, begin, spec["spread"])
        newsroom = await stack.enter_async_context(Newsroom(parts))
        ours = _Ours(newsroom, store, clock, publisher, begin)
        async for command in asked():
            answer(**await ours.obey(command))


async def _copy(store: Store, topics: Catalogue, like: str) -> None:
    """Give feeds that were never read what the program has written down of one like them."""
    feeds = await store.read(lambda tx: tx.feeds.of_topics(topics))
    read = next(feed for feed in feeds if feed.url == like)
    await _record(
        store,
        [
            replace(read, id=feed.id, url=feed.url, host=feed.host, validators=_own(read, feed))
            for feed in feeds
            if feed.succeeded_at is None
        ],
    )


def _own(read: Feed, feed: Feed) -> Validators:
    given = read.validators
    return replace(given, url=feed.url if given.url else None)


async def _spread(store: Store, topics: Catalogue, begin: Millis, spread: Millis) -> None:
    """Spread the times at which feeds fall due, as they are after a day."""
    feeds = await store.read(lambda tx: tx.feeds.of_topics(topics))
    random.Random(1).shuffle(feeds)
    due = [begin + spread * place // len(feeds) for place in range(len(feeds))]
    await _record(store, [replace(f, next_poll_at=at) for f, at in zip(feeds, due, strict=True)])


async def _record(store: Store, feeds: list[Feed]) -> None:
    await store.write(lambda tx: tx.feeds.record(feeds))


def _topics(urls: list[str]) -> Catalogue:
    """Make topics of a hundred feeds."""
    topics: Catalogue = {}
    for start in range(0, len(urls), _PER_TOPIC):
        name = f"topic-{start // _PER_TOPIC}"
        feeds = tuple(urls[start : start + _PER_TOPIC])
        topics[name] = Topic(name, name.title(), "", "", feeds)
    return topics


async def _subscribe(newsroom: Newsroom) -> None:
    """Give every topic a channel, so that its feeds are watched."""
    for number, topic in enumerate(newsroom.topics):
        told = await newsroom.subscribe(
            guild_id=1 + number // _PER_GUILD,
            channel_id=1 + number,
            topic=topic.name,
            member_id=1,
        )
        assert isinstance(told, Subscribed | AlreadySubscribed), told


if __name__ == "__main__":
    # How many files it has open is told; that they are too many for most systems ends nothing.
    _, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _most))
    logs.configure("INFO", None)
    asyncio.run(_run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
