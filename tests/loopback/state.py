"""The world behind the loopback Discord: guilds, channels, members, messages, permissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

EPOCH_MS = 1_420_070_400_000
"""The first second of 2015, which Discord's snowflakes count from."""

EPHEMERAL = 1 << 6
LOADING = 1 << 7


class Permission(IntFlag):
    """The permissions that this server knows by name; any other bit may be set as an integer."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)
"""What @everyone may do in a new guild."""

INVITED_WITH = 274_877_991_936
"""What the bot's own role may do: view, send, embed links, send in threads, read history."""

ALL_PERMISSIONS = (1 << 53) - 1

_NEEDS_SEND = (
    Permission.SEND_TTS_MESSAGES
    | Permission.MENTION_EVERYONE
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
)
_GUILD_WIDE = sum(1 << bit for bit in (1, 2, 3, 5, 7, 19, 26, 27, 30, 33, 40, 41, 43, 44))
"""What is not about any one channel, and stays without VIEW_CHANNEL."""


@dataclass(slots=True)
class Role:
    """A role of a guild; the one whose id is the guild's own is @everyone."""

    id: int
    name: str
    permissions: int
    managed: bool = False


@dataclass(slots=True, eq=False)
class Guild:
    """A server, as people call it."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    channels: dict[int, Channel] = field(default_factory=dict, repr=False)


@dataclass(slots=True, eq=False)
class Member:
    """A person (or the bot) in one guild."""

    id: int
    name: str
    guild: Guild = field(repr=False)
    role_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies one role (kind 0) or member (kind 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Channel:
    """A channel of a guild, or a DM (kind 1) with one person."""

    id: int
    name: str
    kind: int
    guild: Guild | None = None
    recipient: Member | None = None
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)


@dataclass(slots=True, eq=False)
class Message:
    """One message; `body` is what its author sent, as last edited."""

    id: int
    channel: Channel
    author_id: int
    body: dict[str, Any]
    edited_at: int | None = None
    deleted: bool = False
    interaction_id: int | None = None
    """The interaction that it answers; None for a message that was posted."""

    @property
    def sent_at(self) -> int:
        """When it was sent, in Unix milliseconds, as its id says."""
        return (self.id >> 22) + EPOCH_MS

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def flags(self) -> int:
        """The message's flags."""
        return int(self.body.get("flags") or 0)

    @property
    def nonce(self) -> str | None:
        """The nonce that it was sent with, as text."""
        nonce = self.body.get("nonce")
        return None if nonce is None else str(nonce)

    @property
    def content(self) -> str:
        """Its text outside any embed."""
        return self.body.get("content") or ""

    @property
    def embeds(self) -> list[dict[str, Any]]:
        """Its embeds, as sent."""
        return self.body.get("embeds") or []

    @property
    def components(self) -> list[dict[str, Any]]:
        """Its action rows, as sent."""
        return self.body.get("components") or []


class World:
    """Everything that survives a restart of the bot; `now` gives Unix milliseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: list[dict[str, Any]] = []
        self._serial = 0
        self._dms: dict[int, Channel] = {}
        self._nonces: dict[tuple[int, str], tuple[int, Message]] = {}
        self.bot_id = self.snowflake()
        # Of older bots the two differ, so what takes one for the other is seen.
        self.application_id = self.snowflake()
        self.bot_name = "Wherefore"

    def snowflake(self) -> int:
        """Draw an id: the world's time in its upper bits, never the same twice."""
        self._serial += 1
        return (self.now() - EPOCH_MS) << 22 | (self._serial & 0x3FFFFF)

    def add_guild(self, name: str, bot_permissions: int = INVITED_WITH) -> Guild:
        """Make a guild that the bot is in, owned by somebody who never acts."""
        guild = Guild(self.snowflake(), name, owner_id=self.snowflake())
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE)
        role = self._add_role(guild, self.bot_name, bot_permissions)
        role.managed = True
        guild.members[self.bot_id] = Member(self.bot_id, self.bot_name, guild, [role.id])
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, guild: Guild, name: str, kind: int = 0) -> Channel:
        """Make a channel; the kinds are Discord's (0 text, 5 announcement, 15 forum)."""
        position = len(guild.channels)
        channel = Channel(self.snowflake(), name, kind, guild=guild, position=position)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def add_member(self, guild: Guild, name: str, permissions: int | None = None) -> Member:
        """Let a person join; `permissions` become a role of their own, on top of @everyone's."""
        member = Member(self.snowflake(), name, guild)
        if permissions is not None:
            member.role_ids.append(self._add_role(guild, f"{name}'s role", permissions).id)
        guild.members[member.id] = member
        return member

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel of a guild."""
        del self.channels[channel.id]
        if channel.guild is not None:
            del channel.guild.channels[channel.id]

    def remove_guild(self, guild: Guild) -> None:
        """Put the bot out of a guild: it cannot reach the channels any more."""
        del self.guilds[guild.id]
        for channel_id in guild.channels:
            del self.channels[channel_id]

    def dm(self, member: Member) -> Channel:
        """The direct messages between the bot and this person, opened when first needed."""
        if member.id not in self._dms:
            channel = Channel(self.snowflake(), member.name, 1, recipient=member)
            self._dms[member.id] = self.channels[channel.id] = channel
        return self._dms[member.id]

    def store(
        self,
        channel: Channel,
        author_id: int,
        body: dict[str, Any],
        *,
        interaction_id: int | None = None,
    ) -> Message:
        """Add a message to a channel."""
        message = Message(
            self.snowflake(), channel, author_id, dict(body), interaction_id=interaction_id
        )
        channel.messages[message.id] = message
        return message

    def edit(self, message: Message, patch: dict[str, Any]) -> None:
        """Change the parts of a message that the patch names."""
        message.body.update(patch)
        message.edited_at = self.now()

    def said_before(self, author_id: int, nonce: str, window_ms: int) -> Message | None:
        """Find the author's message with this nonce, deleted or not, inside the window."""
        found = self._nonces.get((author_id, nonce))
        if found is None or self.now() - found[0] > window_ms:
            return None
        return found[1]

    def remember_nonce(self, message: Message, nonce: str) -> None:
        """Note the nonce of a message that was just stored."""
        self._nonces[message.author_id, nonce] = (self.now(), message)

    def forget_nonces(self) -> None:
        """Behave as if every nonce's window were over."""
        self._nonces.clear()

    def overwrite(self, channel: Channel, member: Member, *, allow: int, deny: int) -> None:
        """Allow or deny one member something in one channel, on top of what stood there."""
        one = channel.overwrites.setdefault(member.id, Overwrite(member.id, 1))
        one.allow = (one.allow | allow) & ~deny
        one.deny = (one.deny | deny) & ~allow

    def permissions(self, channel: Channel, member: Member) -> int:
        """What a member may do in a channel of their guild (Discord's documented algorithm)."""
        guild = channel.guild
        if guild is None or member.id == guild.owner_id:
            return ALL_PERMISSIONS if guild else int(EVERYONE)
        base = _base_permissions(guild, member)
        if base & Permission.ADMINISTRATOR:
            return ALL_PERMISSIONS
        return int(_implied(_overwritten(base, channel, guild, member)))

    def _add_role(self, guild: Guild, name: str, permissions: int) -> Role:
        role = Role(self.snowflake(), name, int(permissions))
        guild.roles[role.id] = role
        return role


def _base_permissions(guild: Guild, member: Member) -> int:
    base = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        base |= guild.roles[role_id].permissions
    return base


def _overwritten(base: int, channel: Channel, guild: Guild, member: Member) -> int:
    everyone = channel.overwrites.get(guild.id)
    if everyone is not None:
        base = base & ~everyone.deny | everyone.allow
    roles = [channel.overwrites[one] for one in member.role_ids if one in channel.overwrites]
    allow = deny = 0
    for role in roles:
        allow, deny = allow | role.allow, deny | role.deny
    base = base & ~deny | allow
    own = channel.overwrites.get(member.id)
    return base if own is None else base & ~own.deny | own.allow


def _implied(base: int) -> int:
    if not base & Permission.SEND_MESSAGES:
        base &= ~_NEEDS_SEND
    if not base & Permission.VIEW_CHANNEL:
        base &= _GUILD_WIDE
    return base
