"""Asks Discord about the bot: its application, servers, commands, gateway and channels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from typing import Any, cast

import aiohttp
import discord

from bot.cli.doctor import asking, here
from bot.cli.run import furnish
from bot.cli.tools import clock
from bot.client import Client, digest_of, note_of
from bot.config import Settings
from bot.doctor import application as judge
from bot.doctor.commands import compare
from bot.models.findings import Finding
from bot.models.measured import Channel, Commands
from bot.newsroom import Newsroom, Parts
from bot.publish import survey
from bot.store import StoreError

MOST_CHANNELS = 200
"""So many channels are looked at."""
_SERVERS_AT_ONCE = 4
"""Servers that are asked about at the same time: Discord answers 50 requests in a second."""
_NOT_UNDERSTOOD = (AttributeError, LookupError, TypeError, ValueError)
"""What the library raises where something else than Discord answers, such as a proxy's page."""
_FAILED = (discord.DiscordException, aiohttp.ClientError, OSError, *_NOT_UNDERSTOOD)


async def login(client: Client, token: str) -> Finding | None:
    """Log in by REST; return what stands in the way."""
    try:
        async with asyncio.timeout(asking.EACH):
            await client.login(token)
    except discord.LoginFailure:
        return judge.refused()
    except _FAILED as error:
        return judge.unasked("token", _why(error))
    return None


async def about(client: Client, settings: Settings) -> list[Finding]:
    """Ask for everything but the channels, each within its time; what fails is told."""
    parts = await asyncio.gather(
        _asked("application", lambda: _application(client)),
        _asked("servers", lambda: _servers(client)),
        _asked("commands", lambda: _commands(client, settings)),
        _asked("gateway", lambda: _gateway(client, settings)),
    )
    return [finding for part in parts for finding in part]


async def _asked(what: str, ask: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    try:
        async with asyncio.timeout(asking.EACH):
            return await ask()
    except _FAILED as error:
        return [judge.unasked(what, _why(error))]


def _why(error: Exception) -> str:
    if isinstance(error, discord.HTTPException):
        return f"it answered {error.status}"
    if isinstance(error, discord.RateLimited):
        return f"it wants a pause of {error.retry_after:.0f} seconds"
    if isinstance(error, (discord.DiscordException, *_NOT_UNDERSTOOD)):
        return f"it answered what is not understood ({type(error).__name__})"
    return asking.why(error)


async def _application(client: Client) -> list[Finding]:
    return judge.application(await survey.application(client))


async def _servers(client: Client) -> list[Finding]:
    return [judge.servers(await survey.servers(client), survey.MOST_SERVERS)]


async def _gateway(client: Client, settings: Settings) -> list[Finding]:
    url, sessions = await survey.sessions(client)
    url = settings.gateway_url or url
    # It has its own time, so that a gateway that is silent does not cost what is known by then.
    return [judge.sessions(sessions), judge.gateway(url, await asking.hello(url))]


async def _commands(client: Client, settings: Settings) -> list[Finding]:
    application_id = client.application_id or 0
    registered = await client.http.get_global_commands(application_id)
    payload = await _payload(client)
    try:
        noted = await here.noted(settings.database, note_of(application_id))
    except StoreError:
        noted = None  # what is wrong with the database is told with it
    missing, differing, foreign = compare(payload, cast("Sequence[dict[str, Any]]", registered))
    believed = noted == digest_of(payload)
    told = Commands(len(payload), missing, differing, foreign, believed)
    return judge.commands(told)


async def _payload(client: Client) -> list[dict[str, Any]]:
    """Return the commands as this version registers them, which takes no newsroom at work."""
    nothing = cast("Any", None)
    parts = Parts(
        store=nothing,
        topics={},
        fetch=nothing,
        parse=nothing,
        explain=nothing,
        page=None,
        publisher=nothing,
        clock=clock,
        chance=nothing,
        shortest=0,
    )
    await furnish(client, Newsroom(parts))
    return await client.payload()


# ── channels ─────────────────────────────────────────────────────────────────────────────


async def channels(client: Client, subscribed: Sequence[Channel], seconds: float) -> list[Channel]:
    """Ask what may be done in the subscribed channels, server by server.

    Those past `MOST_CHANNELS`, and those that time was over for, come back as they were given.
    """
    found = {one.id: one for one in subscribed}
    asked = sorted(subscribed[:MOST_CHANNELS], key=lambda one: one.guild_id)
    turns = asyncio.Semaphore(_SERVERS_AT_ONCE)

    async def server(wanted: list[Channel]) -> None:
        async with turns:
            found.update({one.id: one for one in await survey.in_server(client, wanted)})

    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for _, wanted in groupby(asked, key=lambda one: one.guild_id):
                group.create_task(server(list(wanted)))
    except TimeoutError:
        pass  # what was not looked at is told
    return list(found.values())
