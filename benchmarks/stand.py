"""Where the benchmarks run: a loopback Discord, a feed server, a folder, and the archive."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import archive
from tests.bot_process import TOKEN, environment
from tests.loopback.feeds import LoopbackFeeds
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Member

PATIENCE = 60.0
"""Seconds within which anything that is waited for happens, however slow the machine is."""


@dataclass(frozen=True, slots=True)
class Home:
    """A Discord of its own with one channel, and the settings of the bot that lives there."""

    discord: LoopbackDiscord
    channel: Channel
    member: Member
    folder: Path
    settings: dict[str, str]

    @property
    def feed(self) -> str:
        """Where the one feed of the topic that is measured stands on the feed server."""
        return _feed_path(self.folder.name, archive.FEEDS - 1)

    @property
    def database(self) -> Path:
        """The bot's database."""
        return self.folder / "bot.db"


@dataclass(slots=True)
class Stand:
    """What the benchmarks share; close it by leaving `stand()`."""

    folder: Path
    feeds: LoopbackFeeds
    stack: AsyncExitStack
    _old: Home | None = None

    async def home(self, name: str) -> Home:
        """Make a home with an empty database; every home has the same topics, and its own feeds."""
        discord = await self.stack.enter_async_context(LoopbackDiscord(token=TOKEN))
        guild = discord.add_guild("Town")
        channel, member = discord.add_channel(guild, "news"), discord.add_member(guild, "Ann")
        folder = self.folder / name
        folder.mkdir()
        catalogue = folder / "topics.toml"
        catalogue.write_text(self._plan(name, channel).catalogue(), encoding="utf-8")
        settings = environment(discord, folder, catalogue)
        return Home(discord, channel, member, folder, settings)

    async def old_home(self) -> Home:
        """Return the home whose database holds the archive; it is made when first asked for."""
        if self._old is None:
            say(f"writing a database of {archive.ARTICLES:,} articles …")
            self._old = await self.home("old")
            await archive.write(self._old.database, self._plan("old", self._old.channel))
        return self._old

    def _plan(self, name: str, channel: Channel) -> archive.Plan:
        urls = [self.feeds.url(_feed_path(name, number)) for number in range(archive.FEEDS)]
        return archive.Plan(urls, channel.id, time.time_ns() // 1_000_000)


@asynccontextmanager
async def stand() -> AsyncIterator[Stand]:
    """Open the stand; everything in it is gone afterwards."""
    # In microseconds of the clock that the loopback Discord logs with: the two are subtracted.
    feeds = LoopbackFeeds(now=lambda: time.monotonic_ns() // 1_000)
    with TemporaryDirectory(prefix="wherefore-bench-") as folder:
        async with feeds, AsyncExitStack() as stack:
            yield Stand(Path(folder), feeds, stack)


def _feed_path(home: str, number: int) -> str:
    return f"/{home}/feed-{number}.xml"


def say(text: str) -> None:
    """Tell a person how far it is, on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


async def gone(discord: LoopbackDiscord) -> None:
    """Wait until no bot is logged in."""
    await discord.until(lambda: not discord.ready, PATIENCE, "the bot is still logged in")
