"""What a member may do in a channel, by Discord's documented algorithm."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.loopback.state import Channel, Guild, Member


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
    MANAGE_THREADS = 1 << 34
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


def reckoned(channel: Channel, member: Member) -> int:
    """Reckon what a member may do in a channel or thread of their guild, or in a DM."""
    guild = channel.guild
    if guild is None or member.id == guild.owner_id:
        return ALL_PERMISSIONS if guild else int(EVERYONE)
    base = _base_permissions(guild, member)
    if base & Permission.ADMINISTRATOR:
        return ALL_PERMISSIONS
    if channel.thread is None:
        needed = Permission.SEND_MESSAGES
    else:  # a thread has no overwrites, and its own permission to speak
        channel, needed = channel.thread.parent, Permission.SEND_MESSAGES_IN_THREADS
    return int(_implied(_overwritten(base, channel, guild, member), needed))


def bot_sees(channel: Channel, bot: Member) -> bool:
    """Whether the bot may know of a channel; of a private thread, only from inside it."""
    if channel.guild is None:
        return True
    outside = channel.private and channel.thread is not None and not channel.thread.joined
    needed = Permission.VIEW_CHANNEL | (Permission.MANAGE_THREADS if outside else 0)
    return reckoned(channel, bot) & needed == needed


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


def _implied(base: int, needed: Permission) -> int:
    if not base & needed:
        base &= ~_NEEDS_SEND
    if not base & Permission.VIEW_CHANNEL:
        base &= _GUILD_WIDE
    return base
