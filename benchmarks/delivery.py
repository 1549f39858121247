"""One story to a thousand and to ten thousand channels, against Discord's limit on requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import peers
from benchmarks.figures import Figure, Report
from benchmarks.machine import peak_memory, processor_time
from benchmarks.processes import BOT, process
from benchmarks.stand import PATIENCE, Stand, say
from bot.models import HOUR, Subscription
from bot.store import Store
from tests.bot_process import TOKEN, environment
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.ratelimits import PER_BOT
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Member

SIZES = (1_000, 10_000)
"""How many channels get the story."""
IN_GUILD = 50
"""How many of a server's channels get it."""
NAIVE_SECONDS = 60.0
"""How long the plain loop is watched; it would take as long again as the bot."""
ASKING = 0.5
"""Seconds between two `/latest` meanwhile."""
_SLACK = 2.0
"""How many times as long as Discord's limit makes it take is waited for at the most."""
_DATE = datetime.now(UTC)


@dataclass(slots=True)
class _Course:
    """A Discord of many channels that enforces its limits, and a program's settings there."""

    name: str
    discord: LoopbackDiscord
    feeds: LoopbackFeeds
    folder: Path
    channels: list[Channel]
    member: Member
    settings: dict[str, str]

    @property
    def feed(self) -> str:
        return f"/delivery/{self.folder.name}.xml"

    @property
    def sent(self) -> list[float]:
        """When which message was taken, in seconds."""
        return list(self._sent())

    def _sent(self) -> Iterator[float]:
        for request in self.discord.requests:
            posts = request.method == "POST" and request.path.endswith("/messages")
            if posts and request.status == 200:
                yield request.at

    def tell(self, *titles: str) -> None:
        """Let the feed hold these stories, none of them longer ago than the others."""
        stories = [
            item(t, f"https://gazette.example/{t.replace(' ', '-')}", t, f"{t}.", published=_DATE)
            for t in titles
        ]
        self.feeds.put(self.feed, rss("The Gazette", stories))


async def run(stand: Stand) -> Report:
    """Let the bot and a plain loop each send one story to many channels."""
    figures: list[Figure] = []
    for size in SIZES:
        say(f"delivery: one story to {size:,} channels, the bot …")
        figures += await _bot(await _course(stand, "bot", size))
        say(f"delivery: one story to {size:,} channels, a plain loop …")
        figures += await _naive(await _course(stand, "plain", size))
    notes = [
        f"Discord takes {PER_BOT} requests a second of a bot; the loopback refuses more.",
        f"The plain loop awaits channel.send for each; watched for {NAIVE_SECONDS:.0f} s at most.",
        "The limit allows fifty messages at once, and fifty more in every second after that.",
        "Acknowledged: from /latest until Discord has the bot's first answer.",
        "Processor: of one processor's time, while messages go out. Memory: the most resident.",
    ]
    return Report("delivery: one story to many channels", figures, notes)


async def _course(stand: Stand, name: str, size: int) -> _Course:
    discord = await stand.stack.enter_async_context(
        LoopbackDiscord(token=TOKEN, checks_schema=False)
    )
    channels: list[Channel] = []
    for number in range(size // IN_GUILD):
        guild = discord.add_guild(f"Town {number}")
        channels += [discord.add_channel(guild, f"news {n}") for n in range(IN_GUILD)]
    member = discord.add_member(guild, "Ann")
    folder = stand.folder / f"delivery-{name}-{size}"
    folder.mkdir()
    topics = folder / "topics.toml"
    settings = environment(discord, folder, topics)
    course = _Course(name, discord, stand.feeds, folder, channels, member, settings)
    url = stand.feeds.url(course.feed)
    topics.write_text(f'[town]\ntitle = "Town"\nfeeds = ["{url}"]\n', encoding="utf-8")
    discord.strict_rate_limits = True
    return course


# ── the bot ──────────────────────────────────────────────────────────────────────────────


async def _bot(course: _Course) -> list[Figure]:
    size = len(course.channels)
    await _subscribe(course)
    course.tell("An old story")
    acknowledged = Figure(f"/latest acknowledged meanwhile, {size:,}")
    async with process(BOT, course.folder, course.settings) as running:
        await course.discord.wait_until_ready(PATIENCE)
        await course.feeds.arrived(len(course.feeds.requests) + 1)
        before, began = processor_time(running.pid), time.monotonic()
        course.tell("The bridge is open", "An old story")
        asking = asyncio.create_task(_ask(course, acknowledged))
        longest = PATIENCE + _SLACK * size / PER_BOT
        await course.discord.until(
            lambda: course.discord.world.posted >= size, longest, "not every channel has it"
        )
        share = (processor_time(running.pid) - before) / (time.monotonic() - began)
        asking.cancel()
        memory = peak_memory(running.pid)
    return [
        *_told(course, f"the bot, {size:,}"),
        acknowledged,
        Figure(f"p99 of that, {size:,}", [_p99(acknowledged)]),
        Figure(f"processor, the bot, {size:,}", [100 * share], unit="%"),
        Figure(f"memory, the bot, {size:,}", [] if memory is None else [memory], unit="MiB"),
    ]


async def _subscribe(course: _Course) -> None:
    """Subscribe every channel long ago: what is measured is not their first story."""
    since = time.time_ns() // 1_000_000 - 24 * HOUR
    rows = [
        Subscription(channel.guild.id, channel.id, "town", since, 1)
        for channel in course.channels
        if channel.guild
    ]
    async with Store.open(course.folder / "bot.db") as store:
        for row in rows:
            await store.write(lambda tx, row=row: tx.subscriptions.add(row))  # type: ignore[misc]  # mypy can't infer a lambda with a default


async def _ask(course: _Course, acknowledged: Figure) -> None:
    """Ask for the latest again and again while stories go out."""
    discord, channel = course.discord, course.channels[-1]
    while True:
        await asyncio.sleep(ASKING)
        seen, asked = len(discord.requests), time.monotonic()
        await discord.slash(course.member, channel, "latest", topic="town", timeout=PATIENCE)
        answers = [r.at for r in discord.requests[seen:] if r.path.endswith("/callback")]
        acknowledged.samples.append((answers[0] - asked) * 1000)


def _p99(figure: Figure) -> float:
    ordered = sorted(figure.samples)
    return ordered[-(-99 * len(ordered) // 100) - 1]


# ── a plain loop ─────────────────────────────────────────────────────────────────────────


async def _naive(course: _Course) -> list[Figure]:
    size = len(course.channels)
    script = (str(peers.plain_fan_out(course.folder)),)
    async with process(script, course.folder, course.settings):
        await course.discord.wait_until_ready(PATIENCE)
        await course.discord.until(lambda: course.discord.world.posted > 0, PATIENCE, "no message")
        with suppress(TimeoutError):  # what has come so far tells its rate
            await course.discord.until(lambda: course.discord.world.posted >= size, NAIVE_SECONDS)
    return _told(course, f"a plain loop, {size:,}")


def _told(course: _Course, name: str) -> list[Figure]:
    sent = course.sent
    # The first fifty may go out at once, so that many messages take so many seconds at the least.
    share = (len(sent) - 1) // PER_BOT / (sent[-1] - sent[0])
    return [
        Figure(f"messages a second, {name}", [share * PER_BOT], unit="1/s"),
        Figure(f"of what the limit allows, {name}", [100 * share], unit="%"),
        Figure(f"refused for haste (429), {name}", [float(course.discord.refusals429)], unit=""),
    ]
