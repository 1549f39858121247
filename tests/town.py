"""A server on the loopback Discord with the real client in it, for tests of what members do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.cli.run import furnish
from bot.client import Client
from bot.models import FetchFailed, Page, Topic
from tests.loopback.interactions import Reply
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Member, Permission
from tests.newsdesk import REGION, TOWN, Desk, desk
from tests.subscribing import subscribe


@dataclass
class Town:
    """A server with a channel, a member, one who manages it, and the bot."""

    discord: LoopbackDiscord
    desk: Desk
    client: Client
    channel: Channel
    ann: Member
    mia: Member
    """She manages the server."""

    async def says(self, command: str, *, by: Member | None = None, **options: Any) -> str:
        """Use a command in the channel; return the answer's text.

        A topic is subscribed at the pace that is offered first.
        """
        if command == "subscribe":
            return await self.subscribe(by=by, **options)
        reply = await self.discord.slash(by or self.ann, self.channel, command, **options)
        assert reply.ephemeral
        assert reply.acknowledged_after < 3
        return text_of(reply)

    async def subscribe(self, topic: str, *, by: Member | None = None, **options: Any) -> str:
        """Subscribe a topic at the pace that is offered first; return the last answer's text."""
        who = by or self.ann
        return text_of(await subscribe(self.discord, who, self.channel, topic=topic, **options))


def text_of(reply: Reply) -> str:
    """Return what an answer says, embeds and all."""
    embeds = [f"{e['title']}\n{e['description']}" for e in reply.body.get("embeds", [])]
    return "\n".join([reply.body.get("content") or "", *embeds])


@asynccontextmanager
async def open_town(
    folder: Path,
    *,
    page: Callable[[str], Awaitable[Page | FetchFailed]] | None = None,
    topics: tuple[Topic, ...] = (TOWN, REGION),
) -> AsyncIterator[Town]:
    """Open a town whose newsroom keeps its database in this folder."""
    async with (
        LoopbackDiscord(token="a.b.c") as discord,
        desk(folder, page=page, topics=topics) as at,
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", discord.api_url)
            patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(discord.gateway_url))
            guild = discord.add_guild("Town")
            channel = discord.add_channel(guild, "news")
            ann = discord.add_member(guild, "Ann")
            mia = discord.add_member(guild, "Mia", Permission.MANAGE_GUILD)
            async with Client(guild_ready_timeout=0.1) as client:
                await client.login("a.b.c")
                await furnish(client, at.newsroom)
                await client.register(at.newsroom.note, at.newsroom.keep_note)
                serving = asyncio.create_task(client.connect())
                await discord.wait_until_ready()
                await client.wait_until_ready()
                yield Town(discord, at, client, channel, ann, mia)
                await client.close()
                await serving
        assert not discord.violations
        assert not discord.faults_left
