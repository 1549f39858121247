"""/status: how a channel is served, and why a story was posted there or not."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.newsroom import Newsroom
from bot.publish import status as words
from cogs.replies import reply


class Status(commands.Cog):
    """What anyone may ask about a channel that they see, or their direct messages with the bot."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(story="Why this one was posted or not: its headline, number or link")
    async def status(self, interaction: discord.Interaction, story: str | None = None) -> None:
        """Show what this channel gets, what waits, and why stories were posted or not."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        accounts, channel_id = self._newsroom.accounts, interaction.channel_id or 0
        direct = interaction.guild_id is None
        if story is None:
            found = await accounts.status(channel_id)
            await reply(interaction, body=words.status(found, accounts.now(), direct=direct))
            return
        account = await accounts.find(channel_id, story, interaction.guild_id)
        if account is None:
            await reply(interaction, words.no_such_story(story))
        else:
            await reply(interaction, body=words.why(account, accounts.now()))

    @status.autocomplete("story")
    async def offer_stories(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the newest stories of the channel."""
        stories = await self._newsroom.accounts.headlines(interaction.channel_id or 0)
        return [
            app_commands.Choice(name=name, value=number)
            for name, number in words.offered(stories, typed)
        ]
