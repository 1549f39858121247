"""/privacy: what is kept about oneself, all of it as a file, and its end."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.newsroom import Newsroom
from bot.publish import privacy_answers as words_of
from cogs.presses import Press
from cogs.replies import reply, update


class Privacy(commands.Cog):
    """What members may know and want of what is kept about them; never of anybody else."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Show what is kept about you, and delete it if you like."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        kept = await self._newsroom.privacy.kept(interaction.user.id)
        await reply(interaction, body=words_of.kept(kept))

    async def press(self, press: Press) -> None:
        """Answer a button; it is about whoever presses it."""
        interaction, about = press.interaction, self._newsroom.privacy
        member_id = interaction.user.id
        if press["what"] == "all":
            await interaction.response.defer(ephemeral=True, thinking=True)
            written = io.BytesIO((await about.everything(member_id)).encode())
            await interaction.followup.send(
                words_of.everything(),
                file=discord.File(written, words_of.FILE),
                ephemeral=True,
                allowed_mentions=discord.AllowedMentions.none(),
            )
            return
        await interaction.response.defer()
        match press["what"]:
            case "delete":
                body = words_of.ask_to_delete(await about.kept(member_id))
            case "forget":
                private = interaction.channel_id if interaction.guild_id is None else None
                body = words_of.deleted(await about.forget(member_id, private))
            case _:
                body = words_of.kept(await about.kept(member_id))
        await update(interaction, body)
