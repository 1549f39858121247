"""The Discord client: intents, command registration, and words for what goes wrong."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import aiohttp
import discord
import structlog
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.answering import Answering
from bot.command_words import CommandWords
from bot.health.sessions import Sessions
from bot.hearing import Events, Nobody
from bot.models import SECOND
from bot.publish import answers
from bot.words import best, speak, speaking

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    read_message_history=True,  # what a crash left unsure is looked up in the channel's history
)
_LONGEST_RATE_LIMIT = 60.0
_MOST_DOUBLINGS = 8
"""Of the wait before a lost connection is tried again: 256 s at the most, 128 s on average, which
leaves Discord's 1,000 new sessions a day alone. The library's own ten come to 17 minutes."""

log = structlog.get_logger()

# This bot has no voice, so there is nothing to warn of.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Tree(app_commands.CommandTree):
    """The commands; each is answered in the language of whoever uses it."""

    answering: Answering
    """Told of each that is done."""

    async def interaction_check(self, interaction: discord.Interaction) -> bool:
        """Speak the member's language from here on."""
        speak(best(interaction.locale.value))
        return True

    async def _call(self, interaction: discord.Interaction) -> None:
        """Answer; where choices can't be given while somebody types, there are none."""
        _bind(interaction)
        answering, failed = self.answering, True
        is_typing = interaction.type is discord.InteractionType.autocomplete
        try:
            await super()._call(interaction)
            failed = is_typing and not interaction.response.is_done()
            if failed:
                await _offer_nothing(interaction)
        finally:
            if failed:
                answering.failed(interaction.id)
            name = interaction.command.qualified_name if interaction.command else "unknown"
            answering.done(interaction.id, f"{name} (choices)" if is_typing else name)


async def _offer_nothing(interaction: discord.Interaction) -> None:
    try:
        await interaction.response.autocomplete([])
    except discord.HTTPException as unanswered:
        log.warning("no choices could be given", reason=str(unanswered))


def _bind(interaction: discord.Interaction) -> None:
    """Have every line of this task say where it was asked for what; by whom, none says."""
    data: dict[str, Any] = dict(interaction.data or {})
    structlog.contextvars.bind_contextvars(
        guild=interaction.guild_id, channel=interaction.channel_id, command=data.get("name")
    )


def _without_member(record: logging.LogRecord) -> bool:
    """Log choices that failed as ours: the library's words name the member."""
    if "autocomplete" not in str(record.msg):
        return True
    command, guild = record.args[:2] if isinstance(record.args, tuple) else ("", None)
    log.error(
        "choices failed",
        reference=secrets.token_hex(3),
        command=command,
        guild=guild,
        exc_info=record.exc_info,
    )
    return False


# The library catches what fails there, and nothing but its log hears of it.
logging.getLogger("discord.app_commands.tree").addFilter(_without_member)


class Client(commands.AutoShardedBot):
    """A client that knows of servers and channels, and of nothing else."""

    def __init__(
        self, *, guild_ready_timeout: float = 2.0, http_trace: aiohttp.TraceConfig | None = None
    ) -> None:
        trace = http_trace or aiohttp.TraceConfig()
        super().__init__(
            command_prefix=commands.when_mentioned,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            help_command=None,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=_LONGEST_RATE_LIMIT,
            guild_ready_timeout=guild_ready_timeout,
            http_trace=trace,
        )
        self.answering = Answering()
        """How long members wait for answers."""
        self.sessions = Sessions(lambda: round(time.monotonic() * SECOND))
        """How the connections with the gateway are."""
        trace.on_request_end.append(self.answering.see)
        cast("Tree", self.tree).answering = self.answering
        self.events: Events = Nobody()
        """Who hears of servers, channels and permissions that come and go."""
        self.command_ids: dict[str, int] = {}
        """The ids of the registered slash commands by name, as far as they are known."""
        self._unlisted: set[int] = set()
        """Servers that a new session has not named yet."""
        self.tree.on_error = self._on_command_error  # type: ignore[method-assign]  # as discord.py documents it

    async def register(
        self,
        noted: Callable[[str], Awaitable[str | None]],
        note: Callable[[str, str], Awaitable[None]],
    ) -> bool:
        """Register the commands if they differ from those noted last; return whether they did.

        Discord limits how often commands may be created, so a restart registers nothing, unless
        another program with the same token has taken some away or brought its own.
        """
        payload = await self.payload()
        digest = digest_of(payload)
        name = note_of(self.application_id or 0)
        if await noted(name) == digest:
            ids = json.loads(await noted(f"ids of {name}") or "{}")
            if ids == _ids_of(await self.tree.fetch_commands()):
                self.command_ids.update(ids)
                return False
        self.command_ids.clear()
        self.command_ids.update(_ids_of(await self.tree.sync()))
        await note(f"ids of {name}", json.dumps(self.command_ids))
        await note(name, digest)
        log.info("commands registered", commands=len(payload))
        return True

    async def payload(self) -> list[dict[str, Any]]:
        """Return the commands as they are registered, with their words in all languages."""
        words = CommandWords()
        await self.tree.set_translator(words)
        return [
            await command.get_translated_payload(self.tree, words)
            for command in self.tree.get_commands()
        ]

    # ── what comes and goes ──────────────────────────────────────────────────────────────

    async def on_ready(self) -> None:
        """Say that it works; comes again after each new session with Discord."""
        log.info("ready", user=str(self.user), servers=len(self.guilds))
        self.events.connected()

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as the library has it
        """Note when interactions arrive: before any task, or listener, has begun on them."""
        if event_name == "interaction":
            self.answering.arrived(args[0].id)
        super().dispatch(event_name, *args, **kwargs)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Hear that a connection is lost, or could not be had again."""
        self.sessions.lost(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Hear that a session goes on."""
        self.sessions.resumed(shard_id)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Hear that a new session begins: what is known of its servers is of the one before.

        All that it names count as hidden by an outage at first, and come one by one.
        """
        if shard := self.get_shard(shard_id):
            shard._parent._backoff._max = _MOST_DOUBLINGS  # noqa: SLF001  # there is no other way
        self.sessions.connected(shard_id)
        known = (guild for guild in self.guilds if guild.shard_id == shard_id)
        self._unlisted |= {guild.id for guild in known if not guild.unavailable}

    async def on_shard_ready(self, shard_id: int) -> None:
        """Hear that a new session has named its servers: the bot is in no others any more.

        A client with shards keeps those of the session before, and nobody else says so.
        """
        self.sessions.ready(shard_id)
        known = [guild for guild in self.guilds if guild.shard_id == shard_id]
        for guild in known:
            if guild.id in self._unlisted and not guild.unavailable:
                self._unlisted.discard(guild.id)
                self._connection._remove_guild(guild)  # noqa: SLF001  # there is no other way
                self.events.server_left(guild.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note a new server."""
        self._unlisted.discard(guild.id)
        log.info("joined a server", guild=guild.id)
        self.events.server_joined(guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Hear of a server that was known, at the start or after an outage."""
        self._unlisted.discard(guild.id)
        self.events.server_joined(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Hear that the bot was put out of a server; an outage comes as something else."""
        self.events.server_left(guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Hear of a channel that was deleted."""
        self.events.channel_gone(channel.id)

    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Hear of a thread that was deleted, in the archive or with its channel, too."""
        self.events.channel_gone(thread.thread_id)

    async def on_guild_channel_update(
        self, _: discord.abc.GuildChannel, channel: discord.abc.GuildChannel
    ) -> None:
        """Hear that other things may be done in a channel."""
        self.events.permissions_changed(channel.guild.id)

    async def on_guild_role_update(self, _: discord.Role, role: discord.Role) -> None:
        """Hear that a role may do other things."""
        self.events.permissions_changed(role.guild.id)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Hear that a role, and what it was denied, is no more."""
        self.events.permissions_changed(role.guild.id)

    async def on_guild_update(self, _: discord.Guild, guild: discord.Guild) -> None:
        """Hear that a server has other rules."""
        self.events.permissions_changed(guild.id)

    async def on_member_update(self, _: discord.Member, member: discord.Member) -> None:
        """Hear that the bot itself has other roles, or may speak again."""
        if member.id == member.guild.me.id:
            self.events.permissions_changed(member.guild.id)

    async def on_thread_update(self, _: discord.Thread, thread: discord.Thread) -> None:
        """Hear that a thread was opened, unlocked or moved to the archive."""
        self.events.permissions_changed(thread.guild.id)

    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Hear of a thread that has come out of the archive, or that lets the bot in."""
        self.events.permissions_changed(thread.guild.id)

    async def _on_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Answer for a command that failed."""
        if _is_unseen(error):
            with speaking(best(interaction.locale.value)):
                await _tell(interaction, answers.unseen_place())
            return
        cause = getattr(error, "original", error)
        await self.failed(
            interaction, cause, interaction.command.name if interaction.command else ""
        )

    async def failed(self, interaction: discord.Interaction, cause: Exception, what: str) -> None:
        """Answer with one sentence and a reference that is in the log, with the cause."""
        self.answering.failed(interaction.id)
        reference = secrets.token_hex(3)
        log.error(
            "command failed",
            reference=reference,
            command=what or None,
            guild=interaction.guild_id,
            channel=interaction.channel_id,
            exc_info=cause,
        )
        with speaking(best(interaction.locale.value)):
            answer = answers.failed(reference)
        await _tell(interaction, answer, reference)


def digest_of(payload: list[dict[str, Any]]) -> str:
    """Return what tells these commands from others."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def note_of(application_id: int) -> str:
    """Name the note that keeps the digest of the commands that were registered last."""
    return f"commands of {application_id}"


def _ids_of(commands: Sequence[app_commands.AppCommand]) -> dict[str, int]:
    slash = discord.AppCommandType.chat_input
    return {one.name: one.id for one in commands if one.type is slash}


def _is_unseen(error: app_commands.AppCommandError) -> bool:
    """Tell whether a channel was chosen that is not known here.

    It is a thread in the archive, or a private one that the bot is not in.
    """
    channel = discord.AppCommandOptionType.channel
    return isinstance(error, app_commands.TransformerError) and error.type is channel


async def _tell(interaction: discord.Interaction, answer: str, reference: str = "") -> None:
    """Answer whoever asked alone."""
    try:
        if interaction.response.is_done():
            await _take_back(interaction)
            await interaction.followup.send(answer, ephemeral=True)
        else:
            await interaction.response.send_message(answer, ephemeral=True)
    except discord.HTTPException as unanswered:
        # Too late to be told; the log has the reference all the same.
        log.warning("the member could not be told", reference=reference, reason=str(unanswered))


async def _take_back(interaction: discord.Interaction) -> None:
    """Delete the "thinking" that everybody sees: what follows it first would be public, too."""
    if interaction.response.type is not discord.InteractionResponseType.deferred_channel_message:
        return
    try:
        original = await interaction.original_response()
        if original.flags.loading and not original.flags.ephemeral:
            await original.delete()
    except discord.HTTPException as kept:
        log.warning("a deferred answer could not be taken back", reason=str(kept))


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
