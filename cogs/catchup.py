"""/catchup, and the buttons that turn its pages."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import CaughtUp, NothingNew
from bot.newsroom import Newsroom, TooOften
from bot.publish import catchup as words_of
from cogs.presses import Press
from cogs.replies import reply, update, whisper


class Catchup(commands.Cog):
    """Tells members what they have missed in the channel that they are in."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def catchup(self, interaction: discord.Interaction) -> None:
        """Show what mattered in this channel since you last asked, to you alone."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        member_id, channel_id = interaction.user.id, interaction.channel_id or 0
        found = await self._newsroom.catching_up.since_last(member_id, channel_id)
        match found:
            case NothingNew():
                await reply(interaction, body=words_of.nothing_new(found))
            case TooOften(until):
                await reply(interaction, words_of.too_often(until))
            case CaughtUp():
                await reply(interaction, body=words_of.page(found))
                # Only now: what nobody got to see comes again the next time.
                await self._newsroom.catching_up.shown(member_id, channel_id, found)

    async def turn(self, press: Press) -> None:
        """Answer a button of a catch-up; it tells of the channel in which it is pressed."""
        interaction = press.interaction
        if press["anew"]:
            await interaction.response.defer(ephemeral=True, thinking=True)
        else:
            await interaction.response.defer()  # the page itself is changed
        told = await self._newsroom.catching_up.again(
            interaction.user.id,
            interaction.channel_id or 0,
            int(press["since"]),
            int(press["until"]),
            page=int(press["page"]),
        )
        match told, bool(press["anew"]):
            case TooOften(until), True:
                await reply(interaction, words_of.too_often(until))
            case TooOften(until), False:
                await whisper(interaction, words_of.too_often(until))
            case CaughtUp(), True:
                await reply(interaction, body=words_of.page(told))
            case CaughtUp(), False:
                await update(interaction, words_of.page(told))
