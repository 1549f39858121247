"""Discord's written limits on application commands and on autocomplete choices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.loopback.wire import Complaint

Json = dict[str, Any]

SLASH_COMMANDS, CONTEXT_MENUS = 100, 15
OPTIONS, CHOICES, CHOICE_NAME, CHOICE_VALUE = 25, 25, 100, 100
DESCRIPTION, COMMAND_TEXT = 100, 8000

_SLASH = 1
_GROUPS = {1, 2}
_NAME = re.compile(r"[-_'\w]{1,32}")


def command_complaints(commands: list[Json]) -> list[Complaint]:
    """Say everything that Discord would refuse about a bot's whole set of commands."""
    found: list[Complaint] = []
    kinds = Counter(kind_of(command) for command in commands)
    for kind, count in kinds.items():
        limit = SLASH_COMMANDS if kind == _SLASH else CONTEXT_MENUS
        if count > limit:
            found.append(
                Complaint("", "APPLICATION_COMMANDS_MAX", f"At most {limit} of type {kind}")
            )
    names = Counter((kind_of(command), command.get("name")) for command in commands)
    found += [
        Complaint("", "APPLICATION_COMMANDS_DUPLICATE_NAME", f"{name} stands here {times} times")
        for (_, name), times in names.items()
        if times > 1
    ]
    for index, command in enumerate(commands):
        found += _command(str(index), command)
    return found


def choice_complaints(choices: list[Json]) -> list[Complaint]:
    """Say what Discord would refuse about the answer to an autocomplete."""
    found: list[Complaint] = []
    if len(choices) > CHOICES:
        message = f"Must be {CHOICES} or fewer in length."
        found.append(Complaint("data.choices", "BASE_TYPE_MAX_LENGTH", message))
    for index, choice in enumerate(choices):
        found += _choice(f"data.choices.{index}", choice)
    return found


def kind_of(command: Json) -> int:
    """The command's type: 1 slash, 2 user menu, 3 message menu."""
    return int(command.get("type") or _SLASH)


def _command(path: str, command: Json) -> Iterator[Complaint]:
    if kind_of(command) == _SLASH:
        yield from _named(path, command)
        yield from _options(f"{path}.options", command.get("options") or [])
    elif command.get("description"):
        yield Complaint(f"{path}.description", "BASE_TYPE_EMPTY", "A context menu has none")
    if _text_of(command) > COMMAND_TEXT:
        message = f"At most {COMMAND_TEXT} characters in a command"
        yield Complaint(path, "APPLICATION_COMMAND_TOO_LARGE", message)


def _named(path: str, thing: Json) -> Iterator[Complaint]:
    name = thing.get("name") or ""
    if not _NAME.fullmatch(name) or name != name.lower():
        message = f"Command name is invalid: {name}"
        yield Complaint(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", message)
    if not 1 <= len(thing.get("description") or "") <= DESCRIPTION:
        message = f"Must be between 1 and {DESCRIPTION} in length."
        yield Complaint(f"{path}.description", "BASE_TYPE_BAD_LENGTH", message)


def _options(path: str, options: list[Json]) -> Iterator[Complaint]:
    if len(options) > OPTIONS:
        yield Complaint(path, "BASE_TYPE_MAX_LENGTH", f"Must be {OPTIONS} or fewer in length.")
    optional_seen = False
    for index, option in enumerate(options):
        here = f"{path}.{index}"
        yield from _named(here, option)
        yield from _option(here, option)
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            yield Complaint(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")


def _option(path: str, option: Json) -> Iterator[Complaint]:
    if option.get("type") in _GROUPS:
        yield from _options(f"{path}.options", option.get("options") or [])
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        message = "Choices and autocomplete exclude each other"
        yield Complaint(path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message)
    if len(choices) > CHOICES:
        message = f"Must be {CHOICES} or fewer in length."
        yield Complaint(f"{path}.choices", "BASE_TYPE_MAX_LENGTH", message)
    for index, choice in enumerate(choices):
        yield from _choice(f"{path}.choices.{index}", choice)


def _choice(path: str, choice: Json) -> Iterator[Complaint]:
    if not 1 <= len(choice.get("name") or "") <= CHOICE_NAME:
        message = f"Must be between 1 and {CHOICE_NAME} in length."
        yield Complaint(f"{path}.name", "BASE_TYPE_BAD_LENGTH", message)
    value = choice.get("value")
    if isinstance(value, str) and not 1 <= len(value) <= CHOICE_VALUE:
        message = f"Must be between 1 and {CHOICE_VALUE} in length."
        yield Complaint(f"{path}.value", "BASE_TYPE_BAD_LENGTH", message)


def _text_of(thing: Json) -> int:
    total = len(thing.get("name") or "") + len(thing.get("description") or "")
    for choice in thing.get("choices") or []:
        total += len(str(choice.get("name"))) + len(str(choice.get("value")))
    return total + sum(map(_text_of, thing.get("options") or []))
