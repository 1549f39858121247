"""A Discord of many servers and channels, and what each channel has subscribed to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.soak.headlines import KEYWORD
from benchmarks.soak.plan import Plan
from benchmarks.soak.publishers import Publishers, now
from bot.models import Filters, Flow, Pace, QuietHours, Subscription
from bot.store import Store
from tests.bot_process import TOKEN, environment
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Guild, Member, Message, Permission, Role

TEXT, ANNOUNCEMENT, FORUM = 0, 5, 15
_PER_GUILD = 10
_TWO = 0.4
"""The share of the channels that get two topics."""
_OPEN = 8
"""Of every so many channels one belongs to members: they subscribe and end topics there."""


@dataclass(slots=True)
class Place:
    """The loopback Discord, who is there, and who gets what."""

    discord: LoopbackDiscord
    publishers: Publishers
    plan: Plan
    folder: Path
    topics: dict[str, list[int]]
    """The feeds of each topic."""
    channels: list[Channel] = field(default_factory=list)
    managers: dict[int, Member] = field(default_factory=dict)
    members: dict[int, list[Member]] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    """What was subscribed before anything else happened, and stays."""
    gone: dict[int, int] = field(default_factory=dict)
    """Channels that were deleted, and when."""
    closed: set[int] = field(default_factory=set)
    """Channels in which the bot may not post at the moment."""

    @property
    def database(self) -> Path:
        """The program's database."""
        return self.folder / "bot.db"

    @property
    def settings(self) -> dict[str, str]:
        """The program's settings."""
        made = environment(self.discord, self.folder, self.folder / "topics.toml")
        # What the allocator is told (MALLOC_…) is the program's, where it is run so.
        told = {name: value for name, value in os.environ.items() if name.startswith("MALLOC_")}
        return made | told | {"FEED_MIN_INTERVAL": str(self.plan.interval)}

    def is_open_to_members(self, channel: Channel) -> bool:
        """Whether members may subscribe and end topics there, and change how they flow."""
        return self.channels.index(channel) % _OPEN == 0

    def there(self) -> list[Channel]:
        """List the channels that are not deleted."""
        return [one for one in self.channels if one.id not in self.gone]

    def build(self) -> None:
        """Make servers, channels, members and subscriptions."""
        for number in range(self.plan.guilds):
            guild = self.discord.add_guild(f"Town {number}")
            role = self.discord.add_role(guild, "Readers", mentionable=True)
            manager = Permission.MANAGE_GUILD | Permission.MANAGE_CHANNELS
            self.managers[guild.id] = self.discord.add_member(guild, f"Mia {number}", manager)
            self.members[guild.id] = [
                self.discord.add_member(guild, f"Ann {number}-{one}") for one in range(3)
            ]
            for _ in range(_PER_GUILD):
                if len(self.channels) < self.plan.channels:
                    self._add_channel(guild, role)

    def _add_channel(self, guild: Guild, role: Role) -> None:
        number, dice = len(self.channels), self.plan.dice(f"channel {len(self.channels)}")
        if number % 20 == 7:
            channel = self.discord.add_forum(guild, f"forum-{number}", ("Town",))
        else:
            kind = ANNOUNCEMENT if number % 20 == 11 else TEXT
            channel = self.discord.add_channel(guild, f"news-{number}", kind)
        self.channels.append(channel)
        flow, since = self._flow(number, role), now() - 10_000
        names = list(self.topics)
        topics = {names[number % len(names)]}  # so that each topic has somebody who wants it
        topics |= {dice.choice(names)} if dice.random() < _TWO else set()
        for topic in sorted(topics):
            made = Subscription(guild.id, channel.id, topic, since, self.managers[guild.id].id)
            self.subscriptions.append(replace(made, flow=flow))

    def _flow(self, number: int, role: Role) -> Flow:
        """Give most channels each story as it comes, and some something else."""
        kind, flow = number % 50, Flow()
        if kind in {1, 21, 31, 41}:
            flow = Flow(pace=Pace.HOURLY)
        elif kind in {2, 22, 42}:
            flow = Flow(quiet=self._quiet())
        elif kind in {3, 23}:
            flow = Flow(filters=Filters(not_words=(KEYWORD,)))
        elif kind in {13, 33}:
            flow = Flow(filters=Filters(words=(KEYWORD,)))
        elif kind in {4, 14, 24}:
            flow = Flow(mention=role.id)
        elif kind == 5:
            flow = Flow(budget=5)
        elif kind in {11, 31}:
            flow = Flow(publishes=True)
        return flow

    def _quiet(self) -> QuietHours:
        """Make hours that begin and end while it lasts: minutes of today, in UTC."""
        at = datetime.now(UTC)
        minute = at.hour * 60 + at.minute
        begin, last = self.plan.minutes * 0.3, max(1, self.plan.minutes * 0.2)
        return QuietHours(round(minute + begin) % 1440, round(minute + begin + last) % 1440)

    async def write(self) -> None:
        """Write the catalogue, and the subscriptions into a new database."""
        tables = []
        for name, numbers in self.topics.items():
            feeds = ", ".join(f'"{self.publishers.url(number)}"' for number in numbers)
            tables.append(f'[{name}]\ntitle = "{name.title()}"\nfeeds = [{feeds}]\n')
        (self.folder / "topics.toml").write_text("\n".join(tables), encoding="utf-8")

        async with Store.open(self.database) as store:
            for one in self.subscriptions:
                await store.write(lambda tx, one=one: tx.subscriptions.add(one))  # type: ignore[misc]  # mypy can't infer a lambda with a default


def place(plan: Plan, discord: LoopbackDiscord, publishers: Publishers) -> Place:
    """Make the world of a soak in its folder."""
    topics: dict[str, list[int]] = {f"topic-{number}": [] for number in range(plan.topics)}
    names = list(topics)
    for number in range(plan.feeds):
        topics[names[number % plan.topics]].append(number)
        if number % 10 == 0:
            topics[names[(number + 1) % plan.topics]].append(number)
    made = Place(discord, publishers, plan, plan.folder, topics)
    made.build()
    return made


def loopback() -> LoopbackDiscord:
    """Make a Discord that enforces its limits; its bodies are not held to the published schema."""
    discord = LoopbackDiscord(token=TOKEN, checks_schema=False)
    discord.strict_rate_limits = True
    return discord


def own_posts(discord: LoopbackDiscord, channel: Channel) -> list[Message]:
    """List the bot's posts in a channel or forum that stand there; answers to people are none."""
    own = discord.world.bot_id
    return [
        one
        for one in (*channel.messages.values(), *channel.starters)
        if one.author_id == own and one.interaction_id is None and not one.deleted
    ]
