"""Planning one story for its own subscribers, among few subscriptions and among many."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks import texts
from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from bot.delivery.plan import Arrival, nonce
from bot.models import (
    DAY,
    HOUR,
    Article,
    Feed,
    Filters,
    Flow,
    Millis,
    Pace,
    QuietHours,
    Subscription,
)
from bot.newsroom.planning import plan_stories
from bot.store import Store, Tx
from bot.store.rows import dump

TOTAL, TOPICS = 100_000, 1_000
MEASURED = (10, 100, 1_000, 10_000)
"""Subscribers of the topics that are measured; the other topics share what is left of the total."""
FEW = MEASURED[:3]
RUNS: Mapping[int, int] = {10: 40, 100: 40, 1_000: 20, 10_000: 8}
EARLIER = 5
"""Posts that every channel had before."""
_NOW: Millis = 1_790_000_000_000
_SERVER = 5
"""Channels of a server."""
_TICK = 0.001
_FLOWS = (
    *(Flow(),) * 6,
    Flow(pace=Pace.HOURLY),
    Flow(pace=Pace.DAILY, zone="Europe/Berlin"),
    Flow(quiet=QuietHours(22 * 60, 7 * 60), zone="America/New_York"),
    Flow(budget=10, filters=Filters(not_words=("football", "opera")), zone="Asia/Tokyo"),
)
"""Of ten subscriptions, six are as they come."""


@dataclass(slots=True)
class _Case:
    """Planning for topics of so many subscribers, among so many subscriptions."""

    subscribers: int
    total: int
    whole: Figure = field(init=False)
    each: Figure = field(init=False)
    pause: Figure = field(init=False)

    def __post_init__(self) -> None:
        told = f"{self.subscribers:,} of {self.total:,}"
        self.whole = Figure(f"one story, {told} subscriptions")
        self.each = Figure(f"  for each subscriber, {told}", unit="µs")
        self.pause = Figure(f"  longest pause of the event loop, {told}")


async def run(stand: Stand) -> Report:
    """Plan a story for each topic in turn, with few and with many subscriptions in all."""
    few = [_Case(number, sum(FEW)) for number in FEW]
    many = [_Case(number, TOTAL) for number in MEASURED]
    for small, large in zip(few, many, strict=False):
        large.whole.peer, large.each.peer = small.whole, small.each
    await _measure(stand.folder / "few.db", few, sum(FEW))
    await _measure(stand.folder / "many.db", many, TOTAL)
    cases = [*few, *many]
    return Report(
        "planning: a story, its article and all its deliveries, in one transaction",
        [*(c.whole for c in cases), *(c.each for c in cases), *(c.pause for c in cases)],
        [
            (
                f"{TOTAL:,} subscriptions are to {TOPICS:,} topics, each of a channel of its own,"
                f" which had {EARLIER} posts before; of ten, six are plain, the others hourly,"
                " daily, with quiet hours, with a budget and filters. The peer has the same topics"
                " alone."
            ),
        ],
    )


async def _measure(path: Path, cases: list[_Case], total: int) -> None:
    say(f"planning: writing {total:,} subscriptions")
    await _fill(path, total)
    async with Store.open(path) as store:
        for case in cases:
            say(f"planning: one story for {case.subscribers:,} of {total:,}")
            for number in range(-1, RUNS[case.subscribers]):
                await _sample(store, case, number)


async def _sample(store: Store, case: _Case, number: int) -> None:
    now = _NOW + (number + 2) * HOUR
    watch = asyncio.create_task(_longest_pause())
    await asyncio.sleep(0)
    began = time.perf_counter()
    await store.write(lambda tx: _plan(tx, _topic(case.subscribers), number, now))
    took = (time.perf_counter() - began) * 1000
    watch.cancel()
    pause = await watch
    if number < 0:  # warms up
        return
    case.whole.samples.append(took)
    case.each.samples.append(took * 1000 / case.subscribers)
    case.pause.samples.append(pause)


async def _longest_pause() -> float:
    """Return the longest time, in ms, that the loop let this wait too long, until cancelled."""
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK)
            longest = max(longest, time.perf_counter() - began - _TICK)
    except asyncio.CancelledError:
        return max(longest, time.perf_counter() - began - _TICK) * 1000


async def _plan(tx: Tx, topic: str, number: int, now: Millis) -> None:
    story_id = await tx.stories.add_story(now)
    article = Article(texts.headline(number + 2), None, "", "The Gazette", now)
    await tx.stories.add_article(article, feed_id=1, story_id=story_id, event_key=None, now=now)
    feed = Feed(1, "https://gazette.example/", succeeded_at=now)
    arrivals = [Arrival(story_id, now, {topic: 0}, (article,))]
    await plan_stories(tx, arrivals, feed, [topic], joined=(), now=now)


async def _fill(path: Path, total: int) -> None:
    """Write subscriptions, in no order, and what their channels had before."""
    feed = {"gazette": ("https://gazette.example/",)}
    async with Store.open(path) as store:
        await store.write(lambda tx: tx.feeds.set_topics(feed, _NOW - DAY))
        stories = [await store.write(lambda tx: tx.stories.add_story(_NOW)) for _ in range(EARLIER)]
    rows = list(_subscriptions(total))
    Random(1).shuffle(rows)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO subscription (guild_id, channel_id, topic, created_at, created_by, flow)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (s.guild_id, s.channel_id, s.topic, s.created_at, s.created_by, dump(s.flow))
                for s in rows
            ],
        )
        for number, story_id in enumerate(stories):
            at = _NOW - number * HOUR
            connection.executemany(
                "INSERT INTO delivery (story_id, channel_id, guild_id, topic, nonce, state,"
                " planned_at, due_at) VALUES (?, ?, ?, ?, ?, 'sent', ?, ?)",
                (
                    (story_id, s.channel_id, s.guild_id, s.topic, _nonce(s, story_id), at, at)
                    for s in rows
                ),
            )


def _subscriptions(total: int) -> Iterator[Subscription]:
    topics = [_topic(number) for number in MEASURED if total >= TOTAL or number in FEW]
    sizes = dict(zip(topics, MEASURED, strict=False))
    left = total - sum(sizes.values())
    others = TOPICS - len(MEASURED)
    names = [topic for topic, number in sizes.items() for _ in range(number)]
    names += [f"other-{number % others:03}" for number in range(left)]
    for number, topic in enumerate(names):
        flow = _FLOWS[number % len(_FLOWS)]
        yield Subscription(number // _SERVER, 10**18 + number, topic, _NOW - DAY, 5, flow=flow)


def _topic(subscribers: int) -> str:
    return f"of-{subscribers}"


def _nonce(subscription: Subscription, story_id: int) -> str:
    return nonce(subscription.channel_id, story_id, _NOW)
