"""What the bot reaches in a call: the channel or message it names, or Discord's refusal."""

from __future__ import annotations

from typing import Any

from tests.loopback import payloads
from tests.loopback.gateway import Gateway
from tests.loopback.limits import edit_complaints, is_empty, message_complaints
from tests.loopback.permissions import bot_sees
from tests.loopback.state import FORUMS, THREADS, Channel, Guild, Message, Permission, World
from tests.loopback.wire import ApiError, Call, invalid_form

Json = dict[str, Any]

_DM = 1
_TEXT_KINDS = {0, _DM, 2, 5, 13} | THREADS


class Access:
    """Looks things up as the bot may see them; every refusal is an `ApiError`."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def guild(self, call: Call) -> Guild:
        """Find the guild that the path names."""
        guild = self._world.guilds.get(call.id("guild"))
        if guild is None:
            raise ApiError(404, 10004, "Unknown Guild")
        return guild

    def channel(self, call: Call) -> Channel:
        """Find the channel or thread that the path names."""
        channel = self._world.channels.get(call.id("channel"))
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        if channel.guild is not None and channel.guild.id not in self._world.guilds:
            raise ApiError(403, 50001, "Missing Access")
        if not self.sees(channel):
            raise ApiError(403, 50001, "Missing Access")
        return channel

    def sees(self, channel: Channel) -> bool:
        """Whether the bot may know of a channel of a guild that it is in, or of a DM."""
        guild = channel.guild
        return guild is None or bot_sees(channel, guild.members[self._world.bot_id])

    def message(self, call: Call) -> Message:
        """Find the message that the path names."""
        message = self.channel(call).messages.get(call.id("message"))
        if message is None or message.deleted or message.ephemeral:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    def shown(self, message: Message) -> Json:
        """Show a message as the bot may read it."""
        own = message.author_id == self._world.bot_id
        readable = own or message.channel.guild is None or self._gateway.reads_content
        return payloads.message(self._world, message, readable=readable)

    def may(self, channel: Channel, permission: int) -> bool:
        """Whether the bot has all of these permissions in a channel."""
        if channel.guild is None:
            return True
        own = channel.guild.members[self._world.bot_id]
        return self._world.permissions(channel, own) & permission == permission

    def require(self, channel: Channel, permission: int) -> None:
        """Refuse unless the bot has all of these permissions in a channel."""
        if not self.may(channel, permission):
            raise ApiError(403, 50013, "Missing Permissions")

    def check_may_post(self, channel: Channel, body: Json) -> None:
        """Refuse a message that the bot may not post here."""
        if channel.kind in FORUMS:
            raise ApiError(400, 40058, "Cannot message this channel until a post was created")
        if channel.kind not in _TEXT_KINDS:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.recipient is not None and self._unwilling(channel):
            raise ApiError(403, 50007, "Cannot send messages to this user")
        in_thread = channel.thread is not None
        needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
        self.require(channel, needed | _also_needed(body))
        locked = channel.thread is not None and channel.thread.locked
        if locked and not self.may(channel, Permission.MANAGE_THREADS):
            # Discord publishes this code without its status: 403 as for what else is forbidden.
            raise ApiError(403, 160005, "Thread is locked")

    def _unwilling(self, channel: Channel) -> bool:
        person = channel.recipient
        return person is not None and (person.closed or person.guild.id not in self._world.guilds)


def check_message(body: Json) -> None:
    """Refuse a message that breaks a written limit, or shows nothing."""
    complaints = message_complaints(body)
    if complaints:
        raise invalid_form(complaints)
    if is_empty(body):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_edit(message: Message, patch: Json) -> None:
    """Refuse a change that breaks a written limit, or leaves nothing to see."""
    complaints = edit_complaints(message.body, patch)
    if complaints:
        raise invalid_form(complaints)
    if is_empty(message.body | patch):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_may_start(access: Access, forum: Channel, message: Json) -> None:
    """Refuse a forum post that the bot may not make: to start one takes no thread permission."""
    access.require(forum, Permission.SEND_MESSAGES | _also_needed(message))


def _also_needed(body: Json) -> int:
    return int(Permission.EMBED_LINKS) if body.get("embeds") else 0
