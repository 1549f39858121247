"""Servers and channels as a client knows them at the moment: where it may post and tell people."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import discord

from bot.models.said import said
from bot.publish import access


class DiscordPlaces:
    """What the cache of a client says."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def servers(self) -> Mapping[int, frozenset[int] | None] | None:
        """Return the servers that the bot is in, with their channels and open threads.

        None in place of the channels: an outage hides the server. None in place of all: the
        client has not heard of all of them yet.
        """
        if not self._client.is_ready():
            return None
        return {guild.id: _channels(guild) for guild in self._client.guilds}

    def lacking(self, guild_id: int, channel_id: int) -> list[str] | None:
        """Name what the bot lacks to post in a channel; None where that can't be told.

        Of a channel that is not known in a server that is, nothing is known to be lacking: it may
        be a thread in the archive.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable or guild.me is None:
            return None
        channel = guild.get_channel_or_thread(channel_id)
        if not isinstance(channel, access.Postable):
            return []
        # A forum's posts need the history; elsewhere it must not keep waiting what goes out.
        refused = access.refusal(channel)
        lacking = access.missing(channel) if refused else []
        if isinstance(channel, discord.Thread) and channel.locked:
            lacking.append(said("an unlocked thread"))
        return lacking

    def writable(self, guild_id: int, wanted: Collection[int]) -> list[int]:
        """List where the bot may write to people of a server.

        The wanted channels come first, then the one for Discord's own notices to moderators, then
        the one where it greets new members. Forums are left out: they know no nonces.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            return []
        found = [guild.get_channel_or_thread(channel_id) for channel_id in wanted]
        found += [guild.public_updates_channel, guild.system_channel]
        return list(dict.fromkeys(one.id for one in found if one is not None and _takes(one)))

    def locale(self, guild_id: int) -> str | None:
        """Return the locale that a server has on Discord; None where that is not known."""
        guild = self._client.get_guild(guild_id)
        return None if guild is None or guild.unavailable else guild.preferred_locale.value


def _channels(guild: discord.Guild) -> frozenset[int] | None:
    if guild.unavailable:
        return None
    return frozenset(one.id for one in (*guild.channels, *guild.threads))


def _takes(channel: object) -> bool:
    takes_messages = isinstance(channel, discord.TextChannel | discord.Thread)
    return takes_messages and access.refusal(channel) is None
