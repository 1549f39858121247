"""What people do: type commands, choose what is suggested, press buttons, and see the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.loopback import commands
from tests.loopback.choosing import Choice, Filling, component_data, modal_data
from tests.loopback.gateway import Gateway
from tests.loopback.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interaction,
    Interactions,
    Reply,
)
from tests.loopback.journal import Journal
from tests.loopback.resolving import NotOfferedError
from tests.loopback.state import Channel, Member, Message, World

Json = dict[str, Any]

Pressable = Message | Reply | Json | int
"""A message, the reply that holds one, the body of either, or a message's id."""


class People:
    """Acts as members of guilds; every act waits until the bot's answer can be seen."""

    def __init__(
        self,
        world: World,
        gateway: Gateway,
        interactions: Interactions,
        *,
        journal: Journal,
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._interactions = interactions
        self._journal = journal

    async def slash(
        self, member: Member, where: Channel | None, words: str, options: Json, seconds: float
    ) -> Reply:
        """Use a slash command, in a channel or (None) in the DMs with the bot."""
        channel = where or self._world.dm(member)
        command = commands.find(self._world, words, commands.SLASH)
        commands.check_offered(self._world, command, member, channel)
        invocation = commands.Invocation(self._world, member, options)
        data = commands.slash_data(invocation, command, words.split(" ")[1:])
        return (await self._act(COMMAND, member, channel, data, seconds=seconds)).reply

    async def autocomplete(
        self,
        member: Member,
        where: Channel | None,
        words: str,
        options: Json,
        *,
        focused: str,
        seconds: float,
    ) -> list[Json]:
        """Type into an option, and see what is suggested."""
        channel = where or self._world.dm(member)
        command = commands.find(self._world, words, commands.SLASH)
        commands.check_offered(self._world, command, member, channel)
        invocation = commands.Invocation(self._world, member, options, focused)
        data = commands.slash_data(invocation, command, words.split(" ")[1:])
        return (await self._act(AUTOCOMPLETE, member, channel, data, seconds=seconds)).choices

    async def menu(
        self, member: Member, where: Channel | None, name: str, message: Message, seconds: float
    ) -> Reply:
        """Use a message command on a message."""
        channel = where or self._world.dm(member)
        command = commands.find(self._world, name, commands.MESSAGE_MENU)
        commands.check_offered(self._world, command, member, channel)
        data = commands.menu_data(self._world, command, message)
        return (await self._act(COMMAND, member, channel, data, seconds=seconds)).reply

    async def press(
        self,
        member: Member,
        where: Channel | None,
        pressable: Pressable,
        custom_id: str,
        *,
        values: Sequence[Choice],
        seconds: float,
    ) -> Reply:
        """Press a button (or choose `values` in a select) of a message that the member sees."""
        channel = where or self._world.dm(member)
        message = _message(channel, pressable)
        data = component_data(self._world, member, message, custom_id, values)
        return (
            await self._act(COMPONENT, member, channel, data, seconds=seconds, source=message)
        ).reply

    async def submit(
        self,
        member: Member,
        where: Channel | None,
        opened: Reply,
        filled: Mapping[str, Filling],
        *,
        seconds: float,
    ) -> Reply:
        """Fill in a form and send it; it belongs to the message whose component opened it."""
        channel = where or self._world.dm(member)
        if not opened.modal:
            raise NotOfferedError("no form was opened")
        before = self._interactions.behind(opened)
        if before.member is not member:
            raise NotOfferedError(f"the form was opened for {before.member.name}")
        data = modal_data(self._world, member, opened.body, filled)
        return (
            await self._act(
                MODAL_SUBMIT, member, channel, data, seconds=seconds, source=before.source
            )
        ).reply

    async def _act(
        self,
        kind: int,
        member: Member,
        channel: Channel,
        data: Json,
        *,
        seconds: float,
        source: Message | None = None,
    ) -> Interaction:
        guild_id = channel.guild.id if channel.guild else 0
        self._gateway.require(guild_id)
        one = self._interactions.create(kind, member, channel, source)
        self._gateway.push(guild_id, "INTERACTION_CREATE", self._interactions.payload(one, data))
        await self._journal.until(lambda: one.answered, seconds, self._silence(one, data))
        return one

    @staticmethod
    def _silence(one: Interaction, data: Json) -> Callable[[], str]:
        what = data.get("name") or data.get("custom_id")
        return lambda: f"no answer to {what!r} (callback of type {one.acknowledged})"


def _message(channel: Channel, pressable: Pressable) -> Message:
    if isinstance(pressable, Message):
        return pressable
    if isinstance(pressable, Reply) and pressable.message is not None:
        return pressable.message
    for message in channel.messages.values():
        if message.id == pressable or message.body is pressable:
            return message
    raise NotOfferedError(f"no such message in {channel.name}: {pressable!r}")
