"""What Discord sends along with chosen channels, roles and members: how each looks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.loopback import payloads
from tests.loopback.state import Channel, Member, Permission, Role, World

Json = dict[str, Any]


class NotOfferedError(LookupError):
    """Discord's client would not let this person do this here."""


class Resolved:
    """The `resolved` of an interaction while it is built, for the person who acts."""

    def __init__(self, world: World, member: Member) -> None:
        self.parts: dict[str, Json] = {}
        self._world = world
        self._member = member

    def named(self, identity: int) -> Channel | Role | Member:
        """Find a channel, role or member of the person's server by its id."""
        guild = self._member.guild
        for known in (guild.channels, guild.threads, guild.roles, guild.members):
            if identity in known:
                found: Channel | Role | Member = known[identity]
                return found
        raise NotOfferedError(f"nothing in {guild.name} has the id {identity}")

    def channel(self, named: str, kinds: Collection[int] | None, channel: Channel) -> str:
        """Note a channel that the person sees and that is of one of these kinds; None: any."""
        if kinds and channel.kind not in kinds:
            raise NotOfferedError(f"{named} offers channels of type {kinds} only")
        if channel.guild is not self._member.guild:
            raise NotOfferedError(f"{channel.name} is in another server")
        permissions = self._world.permissions(channel, self._member)
        if not permissions & Permission.VIEW_CHANNEL:
            raise NotOfferedError(f"{self._member.name} does not see {channel.name}")
        shown = payloads.channel(channel) | {"permissions": str(permissions)}
        self.parts.setdefault("channels", {})[str(channel.id)] = shown
        return str(channel.id)

    def role(self, role: Role) -> str:
        """Note a role of the person's server."""
        roles = self._member.guild.roles
        if role.id not in roles:
            raise NotOfferedError(f"{role.name} is no role of this server")
        shown = payloads.role(role, list(roles).index(role.id))
        self.parts.setdefault("roles", {})[str(role.id)] = shown
        return str(role.id)

    def member(self, member: Member) -> str:
        """Note a member."""
        shown = payloads.member(member)
        person = shown.pop("user")
        self.parts.setdefault("users", {})[str(member.id)] = person
        self.parts.setdefault("members", {})[str(member.id)] = shown
        return str(member.id)
