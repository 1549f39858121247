"""/search, and the buttons that turn the pages of what it found."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import Results
from bot.newsroom import Newsroom, TooOften, UnknownTopic
from bot.publish import search_answers as words_of
from bot.publish import topics
from cogs import offers
from cogs.presses import Press
from cogs.replies import asker_of, reply, update, whisper


class Search(commands.Cog):
    """Finds earlier stories."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._offers = offers.Topics(newsroom)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(
        words="What the story has to tell of; all of these words",
        topic="Search this topic only",
        since="How far back to search; as far as there is if left out",
    )
    @app_commands.choices(
        since=[
            app_commands.Choice(name="The last 24 hours", value="day"),
            app_commands.Choice(name="The last 7 days", value="week"),
            app_commands.Choice(name="The last 30 days", value="month"),
            app_commands.Choice(name="Any time", value="ever"),
        ]
    )
    async def search(
        self,
        interaction: discord.Interaction,
        words: app_commands.Range[str, 1, 200],
        topic: str | None = None,
        since: str = "ever",
    ) -> None:
        """Find earlier stories by their words."""
        found = self._newsroom.topic(topic, interaction.guild_id) if topic is not None else None
        if topic is not None and found is None:
            known = self._newsroom.topics_in(interaction.guild_id)
            await reply(interaction, topics.unknown(topic, known))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        results = await self._newsroom.searching.begin(
            words, asker_of(interaction), topic=found, since=since
        )
        match results:
            case Results():
                await reply(interaction, body=words_of.page(results))
            case TooOften(until):
                await reply(interaction, words_of.too_often(until))
            case UnknownTopic(name):
                known = self._newsroom.topics_in(interaction.guild_id)
                await reply(interaction, topics.unknown(name, known))

    async def turn(self, press: Press) -> None:
        """Answer a button below what was found: in its place, or aside where there is nothing."""
        interaction = press.interaction
        await interaction.response.defer()
        results = await self._newsroom.searching.turn(
            int(press["number"]),
            asker_of(interaction),
            page=int(press["page"]),
            newest=press["order"] == "newest",
        )
        match results:
            case Results():
                await update(interaction, words_of.page(results))
            case TooOften(until):
                await whisper(interaction, words_of.too_often(until))
            case None:
                await whisper(interaction, words_of.not_kept())

    @search.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the topics that this server has."""
        return self._offers.offered(interaction, typed)
