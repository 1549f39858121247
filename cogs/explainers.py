"""/latest, and the button under every post that opens its explainer."""

from __future__ import annotations

import re
from typing import Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import ExplainedStory
from bot.newsroom import Newsroom, NoStory, UnknownTopic
from bot.publish import answers, render
from cogs.replies import reply, topic_choices


class Explainers(commands.Cog):
    """What stories mean."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(topic="What to read about; what this channel gets if left out")
    async def latest(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """Show the newest story of a topic, and why it matters."""
        if topic is not None and self._newsroom.topic(topic) is None:
            await reply(interaction, answers.unknown_topic(topic))
            return
        await interaction.response.defer(thinking=True)
        newest = await self._newsroom.latest(
            topic, guild_id=interaction.guild_id, channel_id=interaction.channel_id
        )
        match newest:
            case ExplainedStory():
                await reply(interaction, body=render.explainer(newest))
            case NoStory(topics, health):
                await reply(interaction, body=answers.no_story(topics, health))
            case UnknownTopic(name):
                await reply(interaction, answers.unknown_topic(name))

    @latest.autocomplete("topic")
    async def offer_topics(
        self, _: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer all topics."""
        return topic_choices([(t.name, t.label) for t in self._newsroom.topics], typed)


def explain_button(
    newsroom: Newsroom,
) -> type[discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]]]:
    """Make the class of the buttons that open explainers.

    The story's id is in the button itself, so buttons work on any post, after any restart.
    """

    class ExplainButton(
        discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
        template=r"explain:(?P<story>[0-9]{1,18})",
    ):
        def __init__(self, story_id: int) -> None:
            super().__init__(discord.ui.Button(custom_id=render.custom_id(story_id)))
            self._story_id = story_id

        @classmethod
        async def from_custom_id(
            cls,
            _: discord.Interaction,
            __: discord.ui.Item[discord.ui.View],
            match: re.Match[str],
        ) -> Self:
            return cls(int(match["story"]))

        async def callback(self, interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            told = await newsroom.explained(self._story_id)
            if told is None:
                await reply(interaction, answers.story_gone())
            else:
                await reply(interaction, body=render.explainer(told, below_post=True))

    return ExplainButton
