"""Answers presses, choices and forms by what their custom_id says: nothing of them is remembered.

So they work on any message, after any restart. A custom_id is input: whoever handles one looks
again at who presses, and where.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import discord
import structlog
from discord.ext import commands

from bot.words import best, speak


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody pressed, chose or filled in."""

    interaction: discord.Interaction
    named: dict[str, str | None]
    """The named parts of the custom_id."""
    values: tuple[str, ...] = ()
    """What was chosen in a select: ids of channels and roles, or the values of options."""
    filled: dict[str, str] = field(default_factory=dict)
    """What was filled into a form, by the field's custom_id; the first of what was chosen there."""

    def __getitem__(self, name: str) -> str:
        """Return a part of the custom_id; empty where it is left out."""
        return self.named[name] or ""


_BEGINNING = re.compile(r"[a-z]+(?::[a-z]+)?(?![a-z(\[?*+{|])")

Handler = Callable[[Press], Awaitable[None]]
Failed = Callable[[discord.Interaction, Exception, str], Awaitable[None]]


def _unheard(_: int, __: str) -> None: ...


class Presses(commands.Cog):
    """Finds who answers; `failed` tells the member, and the log, of what went wrong.

    `done` hears of each that is answered: its interaction's id, and what kind it is.
    """

    def __init__(self, failed: Failed, done: Callable[[int, str], None] = _unheard) -> None:
        self._failed = failed
        self._done = done
        self._handlers: list[tuple[re.Pattern[str], Handler]] = []

    def on(self, template: str, handler: Handler) -> None:
        """Have custom_ids that match a template (a regular expression) answered by a handler."""
        self._handlers.append((re.compile(template), handler))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer a press, a choice or a form; commands are the library's."""
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        for template, handler in self._handlers:
            found = template.fullmatch(custom_id)
            if found:
                speak(best(interaction.locale.value))
                structlog.contextvars.bind_contextvars(
                    guild=interaction.guild_id,
                    channel=interaction.channel_id,
                    command=custom_id.partition(":")[0],
                )
                press = Press(
                    interaction,
                    found.groupdict(),
                    tuple(map(str, data.get("values", ()))),
                    _filled(data)
                    if interaction.type is discord.InteractionType.modal_submit
                    else {},
                )
                try:
                    await handler(press)
                except Exception as error:  # noqa: BLE001  # told and logged with a number, as a command's is
                    await self._failed(interaction, error, custom_id.partition(":")[0])
                finally:
                    self._done(interaction.id, _kind(template, interaction))
                return


def _kind(template: re.Pattern[str], interaction: discord.Interaction) -> str:
    """Name what was pressed by what its template begins with: nothing of it is a member's."""
    found = _BEGINNING.match(template.pattern)
    is_form = interaction.type is discord.InteractionType.modal_submit
    return f"{found[0] if found else 'other'} ({'form' if is_form else 'press'})"


def _filled(data: dict[str, Any]) -> dict[str, str]:
    """Read a form: labels, each with the field inside it."""
    found = {}
    for label in data.get("components", []):
        inner = label.get("component") or {}
        value = inner.get("value")
        if value is None:
            value = next(iter(inner.get("values") or ()), "")
        found[str(inner.get("custom_id", ""))] = str(value)
    return found
