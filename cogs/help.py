"""/help: what the bot is and can do, read from the very commands that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.publish import help as words
from bot.publish.help import Command
from cogs.replies import reply


class Help(commands.Cog):
    """Helps everybody; `ids` are those of the registered commands by name, as far as known."""

    def __init__(self, tree: app_commands.CommandTree[Any], ids: Mapping[str, int]) -> None:
        self._tree = tree
        self._ids = ids

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: discord.Interaction) -> None:
        """Show what I am, how to begin, and every command."""
        known = [_read(command) for command in self._tree.get_commands()]
        await reply(interaction, body=words.overview(known, self._ids))


def _read(
    command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu,
) -> Command:
    if isinstance(command, app_commands.ContextMenu):
        return Command(command.name, in_menu=True)
    if isinstance(command, app_commands.Group):
        leaves = (one for one in command.walk_commands() if isinstance(one, app_commands.Command))
        root = len(command.name) + 1
        return Command(command.name, tuple(one.qualified_name[root:] for one in leaves))
    return Command(command.name)
