"""A small bot on the real discord.py client, which the loopback Discord is tried with."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple, Self

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Guild, Member

TOPICS = ["technology", "telescopes", "world"]


class Background(ui.DynamicItem[ui.Button[ui.View]], template=r"explain:(?P<story>\d+)"):
    """A button that works for ever."""

    def __init__(self, story: int) -> None:
        super().__init__(ui.Button(label="Background", custom_id=f"explain:{story}"))
        self.story = story

    @classmethod
    async def from_custom_id(
        cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["story"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"story {self.story}", ephemeral=True)


class Client(commands.AutoShardedBot):
    """A bot with one command of every sort that the project needs."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(
            commands.when_mentioned,
            intents=intents,
            help_command=None,
            guild_ready_timeout=0.1,
            max_messages=None,
        )
        self.resumed = asyncio.Event()
        self.failures: list[BaseException] = []

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Background)
        _add_commands(self.tree)
        self.tree.error(self._note)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: this Discord has no concurrency limit that asks for five seconds."""

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def _note(self, _: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        self.failures.append(getattr(error, "original", error))


def _add_commands(tree: app_commands.CommandTree[Any]) -> None:
    _add_subscribe(tree)
    _add_deferring(tree)
    _add_group(tree)

    @tree.command(description="Answer too much")
    async def wordy(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("x" * 2001)

    @tree.context_menu(name="Why this matters")
    async def why(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(f"about {message.content}")


def _add_subscribe(tree: app_commands.CommandTree[Any]) -> None:
    """Say who may do what, as the client reckons it and as the interaction tells it."""

    @tree.command(description="Post a topic's stories")
    async def subscribe(
        interaction: discord.Interaction[Any],
        topic: str,
        channel: discord.TextChannel | None = None,
    ) -> None:
        place = channel or interaction.channel
        assert isinstance(place, discord.TextChannel)
        assert isinstance(interaction.user, discord.Member)
        bot, person = place.guild.me, interaction.user
        reckoned = [place.permissions_for(one).value for one in (bot, person)]
        told = [interaction.app_permissions.value, interaction.permissions.value]
        said = f"{topic} in {place.id}; {reckoned}; {told}"
        await interaction.response.send_message(said, ephemeral=True)

    @subscribe.autocomplete("topic")
    async def _topics(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        found = [topic for topic in TOPICS if topic.startswith(typed)]
        return [app_commands.Choice(name=topic.title(), value=topic) for topic in found]


def _add_deferring(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="The newest story")
    async def latest(
        interaction: discord.Interaction[Any], pages: app_commands.Range[int, 1, 3] = 1
    ) -> None:
        await interaction.response.defer(ephemeral=pages == 1)
        await interaction.followup.send("the answer")
        await interaction.followup.send("one more", ephemeral=True)

    @tree.command(description="Edit the deferred answer")
    async def edited(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(embed=discord.Embed(title="in the end"))


def _add_group(tree: app_commands.CommandTree[Any]) -> None:
    feed = app_commands.Group(
        name="feed",
        description="A server's own feeds",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @feed.command(description="Add a feed")
    async def add(interaction: discord.Interaction[Any], url: str) -> None:
        await interaction.response.send_message(f"added {url}")

    @feed.command(description="Name who is told")
    async def tell(interaction: discord.Interaction[Any], role: discord.Role) -> None:
        await interaction.response.send_message(f"{role.name} {role.mentionable}")

    tree.add_command(feed)


class Answered(NamedTuple):
    """What a call without the client came to."""

    status: int
    payload: Any
    headers: dict[str, str]


class World:
    """One guild with a channel, a person, and the client once it runs."""

    def __init__(self, server: LoopbackDiscord) -> None:
        self.server = server
        self.guild: Guild = server.add_guild("Guild")
        self.news: Channel = server.add_channel(self.guild, "news")
        self.ann: Member = server.add_member(self.guild, "ann")

    @property
    def posts(self) -> list[str]:
        return [message.content for message in self.server.messages(self.news)]


@contextmanager
def pointed_at(server: LoopbackDiscord) -> Iterator[None]:
    """Let the client take the server for Discord."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", server.api_url)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        yield


@asynccontextmanager
async def running(server: LoopbackDiscord) -> AsyncIterator[Client]:
    """Run a client from its login to its clean end."""
    async with Client(discord.Intents(guilds=True)) as client:
        await client.login(server.token)
        task = asyncio.create_task(client.connect())
        await server.wait_until_ready()
        await client.wait_until_ready()
        yield client
        await client.close()
        await task


def place(client: Client, channel: Channel) -> discord.TextChannel:
    """Find a channel in the client's cache."""
    found = client.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def call(server: LoopbackDiscord, method: str, path: str, body: Any = None) -> Answered:
    """Ask without the client, which would wait, retry or refuse by itself."""
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, server.api_url + path, json=body) as response,
    ):
        text = await response.text()
        payload = json.loads(text) if text else None
        return Answered(response.status, payload, dict(response.headers))
