"""A Discord with some channels, a feed with news for them, and the books of both sides."""

from __future__ import annotations

import re
import sqlite3
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.models import Subscription
from bot.publish.digest import BEST
from bot.store import Store
from tests.bot_process import TOKEN, environment
from tests.crash.lives import PATIENCE, Life, Zygote
from tests.crash.plan import Plan
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Guild, Message

TEXT, FORUM = 0, 15
_FEED = "/news.xml"
_HEADLINES = "The {} is {}"
_NUMBER = re.compile(r"https://gazette\.example/(\d+)\b")
_WHAT = "bridge ferry market school library theatre harbour museum station tower".split()
_HOW = "opened closed painted sold moved rebuilt flooded praised doubted renamed".split()


def headline(number: int) -> str:
    """Return the headline of a story by its number; from a hundred on with the number itself."""
    what, how = _WHAT[number % 10], _HOW[number // 10 % 10]
    again = f" once more, number {number // 100}" if number >= 100 else ""
    return _HEADLINES.format(what, how) + again


@dataclass
class Town:
    """Both sides, and the time that passes for them."""

    discord: LoopbackDiscord
    feeds: LoopbackFeeds
    folder: Path
    guild: Guild
    zygote: Zygote
    channels: list[Channel] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """The headlines of all news, oldest first."""
    requests: int = 50
    _offset: int = 0

    # ── the world ────────────────────────────────────────────────────────────────────────

    @property
    def database(self) -> Path:
        """The program's database."""
        return self.folder / "bot.db"

    def add_channels(self, kind: int, count: int = 1) -> list[Channel]:
        """Make some channels of a kind, which get the news."""
        made = [
            self.discord.add_forum(self.guild, f"forum {len(self.channels) + number}", ("Town",))
            if kind == FORUM
            else self.discord.add_channel(self.guild, f"news {len(self.channels) + number}", kind)
            for number in range(count)
        ]
        self.channels += made
        return made

    async def subscribe(self) -> None:
        """Subscribe every channel, and let the program read what the feed holds by now."""
        async with Store.open(self.database) as store:
            for one in self.channels:
                wanted = Subscription(self.guild.id, one.id, "town", self.now - 3_600_000, 1)
                await store.write(lambda tx, wanted=wanted: tx.subscriptions.add(wanted))  # type: ignore[misc]  # mypy can't infer a lambda with a default
        life = await self.begin()
        await life.told("feed read")
        await life.kill()
        self.pass_time(60)

    def tell(self, count: int = 1) -> None:
        """Let the feed bring so many more stories."""
        self.told += [headline(len(self.told) + number) for number in range(count)]
        self._serve()

    def _serve(self) -> None:
        old = item("An old story", "https://gazette.example/old", "old", "It was told before.")
        # Only the newest is dated: dates that are apart would make the program ask less often.
        newest = datetime.fromtimestamp(self.now / 1000, UTC)
        items = [
            item(
                title,
                f"https://gazette.example/{number}",
                f"story-{number}",
                f"{title}, the council says in note number {number}.",
                published=newest if number == len(self.told) - 1 else None,
            )
            for number, title in enumerate(self.told)
        ]
        self.feeds.put(_FEED, rss("The Gazette", [*reversed(items), old]))

    # ── time ─────────────────────────────────────────────────────────────────────────────

    @property
    def now(self) -> int:
        """The program's time of day."""
        return time.time_ns() // 1_000_000 + self._offset

    def pass_time(self, seconds: float) -> None:
        """Let time pass, for Discord and for the program alike."""
        self.discord.advance(seconds)
        self.set_clock(seconds)

    def set_clock(self, seconds: float) -> None:
        """Set the program's clock alone, forth or back."""
        self._offset += round(seconds * 1000)
        self.clock.write_bytes(struct.pack("q", self._offset))

    @property
    def clock(self) -> Path:
        """The file that tells lives how far their clock is off."""
        return self.folder / "clock"

    # ── lives ────────────────────────────────────────────────────────────────────────────

    async def begin(self, **more: Any) -> Life:
        """Begin a life of the program; what is given goes into its plan."""
        settings = environment(self.discord, self.folder, self.folder / "topics.toml")
        wanted: dict[str, Any] = {"requests": self.requests} | more
        return await self.zygote.begin(Plan(settings, str(self.clock), **wanted))

    async def deliver(self, **more: Any) -> None:
        """Let the program live until all news is settled."""
        life = await self.begin(**more)
        await self.settled(life)
        await life.kill()

    async def settled(self, life: Life, patience: float = PATIENCE) -> None:
        """Return once all news has been sent everywhere, as the program's books say."""
        await life.until(
            lambda: self.sent >= self.due, "all was sent", lambda: self.states, patience=patience
        )

    # ── the books ────────────────────────────────────────────────────────────────────────

    @property
    def due(self) -> int:
        """How many deliveries the news comes to."""
        return len(self.told) * len(self.channels)

    @property
    def sent(self) -> int:
        """How many deliveries are settled well in the program's books."""
        return self.states["sent"]

    @property
    def states(self) -> Counter[str]:
        """How many deliveries there are of each state."""
        asked = "SELECT state, count(*) FROM delivery WHERE story_id IS NOT NULL GROUP BY state"
        return Counter(dict(self.ask(asked)))

    @property
    def known(self) -> int:
        """How many messages the program knows of."""
        return int(self.ask("SELECT count(DISTINCT message_id) FROM delivery")[0][0])

    @property
    def planned(self) -> int:
        """How many deliveries the program has written down."""
        return self.states.total()

    @property
    def open(self) -> int:
        """How many deliveries are due by now and not settled."""
        asked = "SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending', 'held')"
        return int(self.ask(f"{asked} AND due_at <= {self.now}")[0][0])  # a number

    def ask(self, question: str) -> list[Any]:
        """Ask the program's database, as it stands on the disk."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(question).fetchall()

    def check(self, *channels: Channel) -> None:
        """Compare what is due, what stands in Discord and what the program believes to stand there.

        Of these channels alone, if any are named.
        """
        assert self.ask("PRAGMA integrity_check") == [("ok",)]
        for channel in channels or self.channels:
            self._check(channel)
        assert not self.discord.violations

    def _check(self, channel: Channel) -> None:
        posted = [*channel.messages.values(), *channel.starters]
        # What has no embed is a notice that another channel is paused.
        own = [m for m in posted if m.author_id == self.discord.world.bot_id and m.embeds]
        stand = [message for message in own if not message.deleted]
        books = self.ask(
            "SELECT story_id, state, message_id, digest_id FROM delivery"  # noqa: S608  # a number
            f" WHERE channel_id = {channel.id}"
        )
        stories = [row for row in books if row[0] is not None]
        assert {row[2] for row in books} == {message.id for message in stand}, channel.name
        assert Counter(row[1] for row in stories) == {"sent": len(self.told)}, channel.name
        shown = Counter(number for message in stand for number in _told_in(message))
        assert not {n: times for n, times in shown.items() if times > 1}, f"twice in {channel.name}"
        digests = Counter(row[3] for row in stories if row[3] is not None)
        counted = sum(max(0, size - BEST) for size in digests.values())
        assert len(shown) == len(self.told) - counted, f"missing in {channel.name}"


def _told_in(message: Message) -> list[str]:
    """List the numbers of the stories that a message tells of: one, or those of a digest."""
    (embed,) = message.embeds
    return _NUMBER.findall(embed["url"] if "url" in embed else embed["description"])


@asynccontextmanager
async def town(folder: Path, zygote: Zygote, *, checks_schema: bool = True) -> AsyncIterator[Town]:
    """Open a town without channels, whose feed holds one old story."""
    async with (
        LoopbackDiscord(token=TOKEN, checks_schema=checks_schema) as discord,
        LoopbackFeeds() as feeds,
    ):
        guild = discord.add_guild("Town")
        topics = f'[town]\ntitle = "Town"\nfeeds = ["{feeds.url(_FEED)}"]\n'
        (folder / "topics.toml").write_text(topics, encoding="utf-8")
        made = Town(discord, feeds, folder, guild, zygote)
        made.set_clock(0)
        made.tell(0)
        yield made
