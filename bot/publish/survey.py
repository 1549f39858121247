"""Asks Discord about the bot by REST alone, without a session of the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.models.measured import Application, Channel, ChannelState, Sessions
from bot.publish import access
from bot.publish.escape import clip

MOST_SERVERS = 1_000
"""So many servers are counted, 200 with each request."""
_NAME = 60
"""Characters of a name that are shown."""
_PRIVILEGED = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}
_UNANSWERED = (discord.DiscordException, OSError)


async def application(client: discord.Client) -> Application:
    """Ask what the application is; the client must be logged in. Raises discord.HTTPException."""
    info = await client.application_info()
    return Application(
        id=info.id,
        name=clip(info.name, _NAME),
        is_public=info.bot_public,
        privileged=tuple(
            name
            for name, flags in _PRIVILEGED.items()
            if any(getattr(info.flags, flag) for flag in flags)
        ),
        interactions_url=info.interactions_endpoint_url is not None,
        code_grant=info.bot_require_code_grant,
    )


async def servers(client: discord.Client) -> int:
    """Count the servers that the bot is in, `MOST_SERVERS` at most. Raises HTTPException."""
    # What the application says of it itself is a guess, and not always there.
    return len([one async for one in client.fetch_guilds(limit=MOST_SERVERS, with_counts=False)])


async def sessions(client: discord.Client) -> tuple[str, Sessions]:
    """Ask where the gateway is, and how it may be used. Raises discord.GatewayNotFound."""
    shards, url, limit = await client.http.get_bot_gateway()
    return url, Sessions(
        shards=shards,
        total=limit["total"],
        remaining=limit["remaining"],
        reset_after=limit["reset_after"],
    )


async def in_server(client: discord.Client, wanted: Sequence[Channel]) -> list[Channel]:
    """Ask what may be done in channels of one server; three requests, and one for each thread.

    What could not be had leaves a channel as it was given. A client that is not connected has no
    member of its own to reckon with, so all that is needed is fetched and put together.
    """
    try:
        guild = await _server(client, wanted[0].guild_id)
    except (discord.NotFound, discord.Forbidden):
        return [replace(one, state=ChannelState.OUTSIDE) for one in wanted]
    except _UNANSWERED:
        return list(wanted)
    return [await _channel(guild, one) for one in wanted]


async def _server(client: discord.Client, guild_id: int) -> discord.Guild:
    guild = await client.fetch_guild(guild_id, with_counts=False)
    me = await guild.fetch_member(client.user.id if client.user else 0)
    guild._add_member(me)  # noqa: SLF001  # only the gateway would put it there
    for channel in await guild.fetch_channels():
        guild._add_channel(channel)  # noqa: SLF001  # as above
    return guild


async def _channel(guild: discord.Guild, one: Channel) -> Channel:
    one = replace(one, server=clip(guild.name, _NAME))
    try:
        found = guild.get_channel(one.id) or await guild.fetch_channel(one.id)
    except discord.NotFound:
        return replace(one, state=ChannelState.GONE)
    except discord.Forbidden:
        return replace(one, state=ChannelState.HIDDEN)
    except _UNANSWERED:
        return one
    one = replace(one, state=ChannelState.THERE, name=clip(found.name, _NAME))
    if not isinstance(found, access.Postable):
        return one
    lacking = access.missing(found)
    refused = access.refusal(found) is not None
    if isinstance(found, discord.Thread) and found.locked:
        lacking, refused = [*lacking, "an unlocked thread"], True
    return replace(one, lacking=tuple(lacking), refused=refused)
