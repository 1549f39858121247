"""A publisher on a real client that is logged in to a loopback Discord, over REST alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import Client
from bot.models import HOUR, Body, Outcome, Post, Unreadable
from bot.publish.discord import DiscordPublisher
from bot.publish.traffic import Traffic
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Guild

LINK = "https://gazette.example/bridge"


def body(title: str = "Bridge", story_id: int | None = 7, link: str | None = LINK) -> Body:
    """Render something like a story's post."""
    embed = {"title": title, **({"url": link} if link else {})}
    shown: Body = {"embeds": [embed], "allowed_mentions": {"parse": []}}
    if story_id is not None:
        button = {"type": 2, "style": 2, "label": "More", "custom_id": f"explain:{story_id}"}
        shown["components"] = [{"type": 1, "components": [button]}]
    return shown


def wall() -> int:
    """Return the time of day in milliseconds."""
    return time.time_ns() // 1_000_000


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py not wait before it tries again."""

    async def at_once(_: float) -> None: ...

    hurried = SimpleNamespace(**vars(asyncio) | {"sleep": at_once})
    monkeypatch.setattr("discord.http.asyncio", hurried)


@dataclass
class Rest:
    """A publisher that is logged in, and a channel."""

    discord: LoopbackDiscord
    guild: Guild
    channel: Channel
    client: Client
    traffic: Traffic
    publisher: DiscordPublisher = field(init=False)

    def __post_init__(self) -> None:
        self.publisher = DiscordPublisher(self.client, self.traffic)

    @property
    def path(self) -> str:
        return rf"/channels/{self.channel.id}/messages"

    @property
    def titles(self) -> list[str]:
        return [message.embeds[0]["title"] for message in self.discord.messages(self.channel)]

    @property
    def asked(self) -> list[str]:
        """What was asked since the login."""
        calls = [f"{request.method} {request.path}" for request in self.discord.requests]
        return [call for call in calls if not call.endswith("/@me")]

    async def publish(
        self,
        shown: Body | None = None,
        nonce: str = "n",
        *,
        to: Channel | None = None,
        title: str = "Bridge",
        tag: str = "",
        mention: int | None = None,
    ) -> Outcome:
        post = Post(shown or body(), title, tag, mention)
        return await self.publisher.publish((to or self.channel).id, post, nonce)

    async def posted(
        self, *, of: Channel | None = None, ago: int = HOUR
    ) -> list[Body] | Outcome | Unreadable:
        return await self.publisher.posted((of or self.channel).id, self.discord.now() - ago)

    async def posted_ids(self, *, of: Channel | None = None, ago: int = HOUR) -> list[int]:
        found = await self.posted(of=of, ago=ago)
        assert isinstance(found, list), found
        return [int(message["id"]) for message in found]


@asynccontextmanager
async def logged_in(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    """Log in a client that knows no channel; the loopback Discord has one of kind 0."""
    async with LoopbackDiscord(token="a.b.c") as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        guild = server.add_guild("Town")
        channel = server.add_channel(guild, "news")
        traffic = Traffic(wall)
        async with Client(guild_ready_timeout=0.1, http_trace=traffic.trace) as client:
            await client.login("a.b.c")
            yield Rest(server, guild, channel, client, traffic)
        assert not server.faults_left
        assert not server.violations


@asynccontextmanager
async def connected(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Connect the client: it is told of the channels that are there, and of what changes."""
    gateway = yarl.URL(rest.discord.gateway_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    serving = asyncio.create_task(rest.client.connect())
    await rest.discord.wait_until_ready()
    await rest.client.wait_until_ready()
    yield
    await rest.client.close()
    await serving
