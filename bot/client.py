"""The Discord client: intents, command registration, and words for what goes wrong."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable

import aiohttp
import discord
import structlog
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.publish import answers

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    read_message_history=True,  # what a crash left unsure is looked up in the channel's history
)
_LONGEST_RATE_LIMIT = 60.0

log = structlog.get_logger()

# This bot has no voice, so there is nothing to warn of.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Client(commands.AutoShardedBot):
    """A client that knows of servers and channels, and of nothing else."""

    def __init__(
        self, *, guild_ready_timeout: float = 2.0, http_trace: aiohttp.TraceConfig | None = None
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            help_command=None,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=_LONGEST_RATE_LIMIT,
            guild_ready_timeout=guild_ready_timeout,
            http_trace=http_trace or aiohttp.TraceConfig(),
        )
        self.tree.on_error = self._on_command_error  # type: ignore[method-assign]  # as discord.py documents it

    async def register(
        self,
        noted: Callable[[str], Awaitable[str | None]],
        note: Callable[[str, str], Awaitable[None]],
    ) -> bool:
        """Register the commands if they differ from those noted last; return whether they did.

        Discord limits how often commands may be created, so a restart registers nothing.
        """
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        name = f"commands of {self.application_id}"
        if await noted(name) == digest:
            return False
        await self.tree.sync()
        await note(name, digest)
        log.info("commands registered", commands=len(payload))
        return True

    async def on_ready(self) -> None:
        """Say that it works; comes again after each new session with Discord."""
        log.info("ready", user=str(self.user), servers=len(self.guilds))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note a new server."""
        log.info("joined a server", guild=guild.id)

    async def _on_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Answer with one sentence and a reference that is in the log, with the cause."""
        reference = secrets.token_hex(3)
        cause = getattr(error, "original", error)
        log.error(
            "command failed",
            reference=reference,
            command=interaction.command.name if interaction.command else None,
            guild=interaction.guild_id,
            exc_info=cause,
        )
        answer = answers.failed(reference)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(answer, ephemeral=True)
            else:
                await interaction.response.send_message(answer, ephemeral=True)
        except discord.HTTPException as unanswered:
            # Too late to be told; the log has the reference all the same.
            log.warning("the member could not be told", reference=reference, reason=str(unanswered))


def invitation(application_id: int) -> str:
    """Return the link that adds the bot to a server with exactly what it needs."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Talk to another Discord (a rate-limit proxy, a test server) from now on.

    discord.py keeps both addresses on classes, so this holds for the whole process.
    """
    if api_url is not None:
        Route.BASE = api_url
    if gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
