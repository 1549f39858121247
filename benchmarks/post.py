"""From a new item in a feed to the post in the channel."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks import archive, peers, texts
from benchmarks.figures import Figure, Report
from benchmarks.processes import BOT, process
from benchmarks.stand import PATIENCE, Home, Stand, say
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.state import Channel
from tests.loopback.wire import LoggedRequest
from tests.subscribing import subscribe

ITEMS, LISTED = 60, 20
"""How many items are measured, and how many a document holds."""
LONGEST = 150.0
"""Seconds after which a reader gets no further item."""
INTERVAL, NAIVE_INTERVAL = 1.0, 0.3
"""Seconds between two polls. Nothing that is told of the naive loop depends on its own."""
IN_CHANNEL = 4
"""How many items a channel of the bot's gets: with the proof of its subscription, five posts in a
quarter of an hour are what it gets one by one."""
_UNPOLLED = 0.9
"""The share of an interval after a post within which the next poll is not yet due."""


_DATE = datetime.now(UTC)


@dataclass(slots=True)
class _Course:
    """One reader of one feed, with what is measured of it."""

    name: str
    home: Home
    feeds: LoopbackFeeds
    arguments: tuple[str, ...] = BOT
    interval: float = INTERVAL
    in_channel: int = IN_CHANNEL
    channel: Channel = field(init=False)
    whole: Figure = field(init=False)
    share: Figure = field(init=False)
    _before: int = field(init=False, default=0)
    """How many posts a channel had before its first item: the proof of its subscription."""

    def __post_init__(self) -> None:
        self.whole = Figure(f"whole, {self.name}")
        self.share = Figure(f"own share, {self.name}")
        self.channel = self.home.channel
        self._serve(LISTED)

    async def run(self, begin: Callable[[_Course], Awaitable[None]]) -> None:
        """Let the reader read its first document, then item after item; the first one warms up."""
        chance = random.Random(1)
        async with process(self.arguments, self.home.folder, self.home.settings):
            await self.home.discord.wait_until_ready(PATIENCE)
            ends = time.monotonic() + LONGEST
            for number in range(ITEMS + 1):
                if time.monotonic() > ends:
                    break
                if number % self.in_channel == 0:
                    await begin(self)
                    await self._polled()
                    self._before = len(self._posts())
                await asyncio.sleep(self.interval * chance.uniform(0.05, _UNPOLLED))
                await self._measure(number)
        assert not self.home.discord.violations, self.home.discord.violations

    async def _measure(self, number: int) -> None:
        self._serve(LISTED + 1 + number)
        place = self._before + number % self.in_channel
        put = time.monotonic()
        await self.home.discord.until(
            lambda: len(self._posts()) > place, PATIENCE, "the item is not posted"
        )
        posted = self._posts()[place].at
        polled = [r.at / 1e6 for r in self.feeds.asked(self.home.feed) if r.at / 1e6 < posted][-1]
        if number:
            self.whole.samples.append((posted - put) * 1000)
            self.share.samples.append((posted - polled) * 1000)

    async def _polled(self) -> None:
        """Wait for the feed to be asked once more: what it held then is not posted later."""
        asked = len(self.feeds.asked(self.home.feed))
        async with asyncio.timeout(PATIENCE):
            while len(self.feeds.asked(self.home.feed)) == asked:
                await self.feeds.arrived(len(self.feeds.requests) + 1)

    def _posts(self) -> list[LoggedRequest]:
        path = f"/channels/{self.channel.id}/messages"
        return [r for r in self.home.discord.requests if r.method == "POST" and r.path == path]

    def _serve(self, written: int) -> None:
        """Serve the newest of so many items, all of one date.

        Dates that lie apart would make the bot poll less often than once a second.
        """
        items = [self._item(n) for n in range(written - 1, written - 1 - LISTED, -1)]
        self.feeds.put(self.home.feed, rss("The Gazette", items))

    def _item(self, number: int) -> str:
        link = f"https://gazette.example{self.home.feed}/{number}"
        told = texts.paragraphs(number)
        return item(
            texts.headline(number),
            link,
            link,
            told[0][:300],
            texts.as_html(told),
            published=_DATE,
        )


async def run(stand: Stand) -> Report:
    """Let a naive loop, and the bot with and without an archive, each have their items in turn."""
    naive, new, old = await _naive(stand), await stand.home("new"), await stand.old_home()
    courses = [
        _Course("the bot, empty database", new, stand.feeds),
        _Course(f"the bot, {archive.ARTICLES:,} articles", old, stand.feeds),
    ]
    say(f"post: {ITEMS} items for {naive.name} …")
    await naive.run(_nothing)
    for course in courses:
        say(f"post: {ITEMS} items, one a second, for {course.name} …")
        course.share.peer = naive.share
        await course.run(_turn)
    notes = (
        f"Whole: from the item in the feed until Discord has the post; a poll each {INTERVAL:g} s.",
        "Own share: from the poll that finds the item until Discord has the post.",
    )
    measured = [*(c.whole for c in courses), naive.share, *(c.share for c in courses)]
    return Report("post: a new item until it stands in the channel", measured, notes)


async def _naive(stand: Stand) -> _Course:
    home = await stand.home("naive")
    home.settings["CHANNEL"] = str(home.channel.id)
    home.settings["FEED"] = stand.feeds.url(home.feed)
    home.settings["INTERVAL"] = str(NAIVE_INTERVAL)
    script = (str(peers.naive_loop(home.folder)),)
    return _Course("a naive loop", home, stand.feeds, script, NAIVE_INTERVAL, ITEMS + 1)


async def _turn(course: _Course) -> None:
    """Let a channel that has had nothing be the only one that gets the feed, and its proof come."""
    home, discord = course.home, course.home.discord
    if course.channel is not home.channel:
        await discord.slash(
            home.member, course.channel, "unsubscribe", topic=archive.MEASURED, timeout=PATIENCE
        )
    assert home.channel.guild is not None
    course.channel = discord.add_channel(home.channel.guild, "turn")
    somebody = discord.add_member(home.channel.guild, "Bo")  # one alone may not ask that often
    reply = await subscribe(
        discord, somebody, course.channel, topic=archive.MEASURED, timeout=PATIENCE
    )
    assert "✅" in reply.body["content"], reply.body
    await discord.wait_for_message(course.channel, timeout=PATIENCE)


async def _nothing(_: _Course) -> None:
    """Do nothing: the naive loop begins by itself."""
