"""From a new item in a feed to the post in the channel."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks import archive, peers, texts
from benchmarks.figures import Figure, Report
from benchmarks.processes import BOT, process
from benchmarks.stand import PATIENCE, Home, Stand, say
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.wire import LoggedRequest

ITEMS, LISTED = 60, 20
"""How many items are measured, and how many a document holds."""
LONGEST = 100.0
"""Seconds after which no further item is put."""
_UNPOLLED = 0.95
"""Seconds after a post within which the next poll, a second after the last, is not yet due."""


@dataclass(slots=True)
class _Course:
    """One reader of one feed, with what is measured of it."""

    name: str
    home: Home
    feeds: LoopbackFeeds
    arguments: tuple[str, ...] = BOT
    items: list[str] = field(default_factory=list)
    whole: Figure = field(init=False)
    share: Figure = field(init=False)

    def __post_init__(self) -> None:
        self.whole = Figure(f"whole, {self.name}")
        self.share = Figure(f"own share, {self.name}")
        now = datetime.now(UTC)
        for number in range(LISTED):
            self._add(number, now - timedelta(seconds=LISTED - number))
        self._serve()

    async def run(self, begin: Callable[[], Awaitable[None]]) -> None:
        """Let the reader read its first document, then item after item; the first one warms up."""
        chance = random.Random(1)
        async with process(self.arguments, self.home.folder, self.home.settings):
            await self.home.discord.wait_until_ready(PATIENCE)
            await begin()
            await self._first_poll()
            ends = time.monotonic() + LONGEST
            for number in range(ITEMS + 1):
                if time.monotonic() > ends:
                    break
                await asyncio.sleep(chance.uniform(0.05, _UNPOLLED))
                await self._measure(number)
        assert not self.home.discord.violations, self.home.discord.violations

    async def _measure(self, number: int) -> None:
        self._add(LISTED + number, datetime.now(UTC))
        put = time.monotonic()
        self._serve()
        await self.home.discord.until(
            lambda: len(self._posts()) > number, PATIENCE, "the item is not posted"
        )
        posted = self._posts()[number].at
        polled = [r.at / 1e6 for r in self.feeds.asked(self.home.feed) if r.at / 1e6 < posted][-1]
        if number:
            self.whole.samples.append((posted - put) * 1000)
            self.share.samples.append((posted - polled) * 1000)

    async def _first_poll(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.feeds.asked(self.home.feed):
                await self.feeds.arrived(len(self.feeds.requests) + 1)

    def _posts(self) -> list[LoggedRequest]:
        path = f"/channels/{self.home.channel.id}/messages"
        return [r for r in self.home.discord.requests if r.method == "POST" and r.path == path]

    def _add(self, number: int, dated: datetime) -> None:
        link = f"https://gazette.example{self.home.feed}/{number}"
        told = texts.paragraphs(number)
        body = texts.as_html(told)
        title = texts.headline(number)
        self.items.insert(0, item(title, link, link, told[0][:300], body, published=dated))
        del self.items[LISTED:]

    def _serve(self) -> None:
        self.feeds.put(self.home.feed, rss("The Gazette", self.items))


async def run(stand: Stand) -> Report:
    """Let the bot, with and without an archive, and the naive loop go their courses together."""
    naive_home, new = await stand.home("naive"), await stand.home("new")
    old = await stand.old_home()
    script = (str(peers.naive_loop(naive_home.folder)),)
    naive_home.settings["CHANNEL"] = str(naive_home.channel.id)
    naive_home.settings["FEED"] = stand.feeds.url(naive_home.feed)
    naive = _Course("a naive loop", naive_home, stand.feeds, script)
    courses = [
        _Course("the bot, empty database", new, stand.feeds),
        _Course(f"the bot, {archive.ARTICLES:,} articles", old, stand.feeds),
    ]
    say(f"post: {ITEMS} items, one a second, for each of {len(courses) + 1} side by side …")
    async with asyncio.TaskGroup() as group:
        group.create_task(naive.run(_nothing))
        for course in courses:
            course.whole.peer, course.share.peer = naive.whole, naive.share
            group.create_task(course.run(partial(_subscribe, course.home)))
    everyone = [naive, *courses]
    notes = (
        "Whole: from the item in the feed until Discord has the post; polls come each second.",
        "Own share: from the poll that finds the item until Discord has the post.",
    )
    measured = [course.whole for course in everyone] + [course.share for course in everyone]
    return Report("post: a new item until it stands in the channel", measured, notes)


async def _subscribe(home: Home) -> None:
    reply = await home.discord.slash(
        home.member, home.channel, "subscribe", topic=archive.MEASURED, timeout=PATIENCE
    )
    assert "✅" in reply.body["content"], reply.body


async def _nothing() -> None:
    """Do nothing: the naive loop begins by itself."""
