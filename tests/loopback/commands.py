"""What Discord's apps make of a registered command: who is offered it, and what they send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.loopback import payloads
from tests.loopback.command_limits import kind_of
from tests.loopback.resolving import NotOfferedError, Resolved
from tests.loopback.state import Channel, Member, Message, Permission, Role, World

Json = dict[str, Any]

SLASH, MESSAGE_MENU = 1, 3
GUILD_CONTEXT, DM_CONTEXT = 0, 1

_SUBCOMMAND, _GROUP = 1, 2
_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER = range(3, 11)
_PLAIN = {_STRING: str, _INTEGER: int, _BOOLEAN: bool, _NUMBER: float}


@dataclass(slots=True)
class Invocation:
    """The `data` of an interaction while it is built."""

    world: World
    member: Member
    options: Json
    """What the person chose, by option name."""
    focused: str | None = None
    """The option that is being typed, in an autocomplete."""
    resolved: Resolved = field(init=False)

    def __post_init__(self) -> None:
        self.resolved = Resolved(self.world, self.member)


def find(world: World, name: str, kind: int) -> Json:
    """Find a registered command by the first word of its name; menus have one name of any words."""
    wanted = name.split(" ", 1)[0] if kind == SLASH else name
    for command in world.commands:
        if kind_of(command) == kind and command["name"] == wanted:
            return command
    known = sorted(command["name"] for command in world.commands)
    raise NotOfferedError(f"the bot has registered no {name!r}, only {known}")


def check_offered(world: World, command: Json, member: Member, channel: Channel) -> None:
    """Raise `NotOfferedError` unless the member would see the command in this channel."""
    context = DM_CONTEXT if channel.guild is None else GUILD_CONTEXT
    contexts = command.get("contexts")
    if contexts is None:
        contexts = [GUILD_CONTEXT] if command.get("dm_permission") is False else [0, 1, 2]
    if context not in contexts:
        raise NotOfferedError(f"{command['name']} is not for context {context}")
    if channel.guild is not None:
        _check_permissions(world, command, member, channel)


def slash_data(invocation: Invocation, command: Json, words: list[str]) -> Json:
    """Build the data of a slash command; `words` are the subcommand's."""
    options = _descend(invocation, command, words)
    data = _named(command, SLASH) | {"options": options}
    return data | {"resolved": invocation.resolved.parts} if invocation.resolved.parts else data


def menu_data(world: World, command: Json, message: Message) -> Json:
    """Build the data of a message command; its target is readable without any intent."""
    target = {str(message.id): payloads.message(world, message)}
    return _named(command, MESSAGE_MENU) | {
        "target_id": str(message.id),
        "resolved": {"messages": target},
    }


def _check_permissions(world: World, command: Json, member: Member, channel: Channel) -> None:
    has = world.permissions(channel, member)
    wanted = int(command.get("default_member_permissions") or 0)
    if has & wanted != wanted:
        raise NotOfferedError(f"{command['name']} is hidden from {member.name}")
    here = Permission.VIEW_CHANNEL | Permission.USE_APPLICATION_COMMANDS
    if has & here != here:
        raise NotOfferedError(f"{member.name} can use no commands in {channel.name}")


def _named(command: Json, kind: int) -> Json:
    return {"id": command["id"], "name": command["name"], "type": kind}


def _descend(invocation: Invocation, node: Json, words: list[str]) -> list[Json]:
    if not words:
        return _filled(invocation, node)
    for option in node.get("options") or []:
        if option["name"] == words[0] and option["type"] in {_SUBCOMMAND, _GROUP}:
            inner = _descend(invocation, option, words[1:])
            return [{"name": words[0], "type": option["type"], "options": inner}]
    raise NotOfferedError(f"{node['name']} has no subcommand {words[0]!r}")


def _filled(invocation: Invocation, node: Json) -> list[Json]:
    declared = {option["name"]: option for option in node.get("options") or []}
    if any(option["type"] in {_SUBCOMMAND, _GROUP} for option in declared.values()):
        raise NotOfferedError(f"{node['name']} needs one of {sorted(declared)} behind it")
    unknown = invocation.options.keys() - declared.keys()
    if unknown:
        raise NotOfferedError(f"{node['name']} has no option {sorted(unknown)}")
    _check_required(invocation, declared)
    return [
        _option(invocation, declared[name], value) for name, value in invocation.options.items()
    ]


def _check_required(invocation: Invocation, declared: dict[str, Json]) -> None:
    if invocation.focused is not None:
        if not declared.get(invocation.focused, {}).get("autocomplete"):
            raise NotOfferedError(f"{invocation.focused!r} does not autocomplete")
        return  # one may type into any option first
    missing = {name for name, one in declared.items() if one.get("required")}
    missing -= invocation.options.keys()
    if missing:
        raise NotOfferedError(f"required: {sorted(missing)}")


def _option(invocation: Invocation, declared: Json, value: Any) -> Json:
    option: Json = {"name": declared["name"], "type": declared["type"]}
    if declared["name"] == invocation.focused:
        return option | {"value": value, "focused": True}
    return option | {"value": _value(invocation, declared, value)}


def _value(invocation: Invocation, declared: Json, value: Any) -> Any:
    kind = declared["type"]
    if kind == _CHANNEL and isinstance(value, Channel):
        return invocation.resolved.channel(declared["name"], declared.get("channel_types"), value)
    if kind in {_USER, _MENTIONABLE} and isinstance(value, Member):
        return invocation.resolved.member(value)
    if kind in {_ROLE, _MENTIONABLE} and isinstance(value, Role):
        return invocation.resolved.role(value)
    if kind not in _PLAIN or not isinstance(value, _PLAIN[kind]):
        raise NotOfferedError(f"{declared['name']} (type {kind}) cannot be {value!r}")
    _check_value(declared, value)
    return value


def _check_value(declared: Json, value: Any) -> None:
    choices = [choice["value"] for choice in declared.get("choices") or []]
    if choices and value not in choices:
        raise NotOfferedError(f"{declared['name']} is one of {choices}, not {value!r}")
    size, unit = (len(value), "length") if isinstance(value, str) else (value, "value")
    if size < declared.get(f"min_{unit}", size) or size > declared.get(f"max_{unit}", size):
        raise NotOfferedError(f"{declared['name']} cannot be {value!r}: too short or too long")
