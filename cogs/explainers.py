"""/latest, /explain, the message command, and the button under posts that opens explainers."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import ExplainedStory
from bot.newsroom import Newsroom, NoStory, NotExplained, TooOften, UnknownTopic
from bot.publish import answers, render, topics
from bot.words import speaking, spoken
from cogs import offers
from cogs.presses import Press
from cogs.replies import asker_of, language_of_all, refuse, reply
from cogs.subjects import link_of, story_of


class Explainers(commands.Cog):
    """What stories mean."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._offers = offers.Topics(newsroom)
        self.menu = app_commands.ContextMenu(
            name="Why this matters",
            callback=self.why_this_matters,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        """The message command; discord.py wants it added to the tree by itself."""

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(topic="What to read about; what this channel gets if left out")
    async def latest(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """Show the newest story of a topic, and why it matters."""
        if topic is not None and self._newsroom.topic(topic, interaction.guild_id) is None:
            known = self._newsroom.topics_in(interaction.guild_id)
            await reply(interaction, topics.unknown(topic, known))
            return
        await interaction.response.defer(thinking=True)
        newest = await self._newsroom.latest(
            topic, asker_of(interaction), channel_id=interaction.channel_id
        )
        with speaking(await language_of_all(interaction, self._newsroom)):
            match newest:
                case ExplainedStory():
                    await reply(interaction, body=render.explainer(newest))
                case NoStory(asked, health):
                    await reply(interaction, body=answers.no_story(asked, health))
                case UnknownTopic(name):
                    known = self._newsroom.topics_in(interaction.guild_id)
                    await reply(interaction, topics.unknown(name, known))

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(
        link="The address of any news article", private="Show the answer to you alone"
    )
    async def explain(
        self,
        interaction: discord.Interaction,
        link: str,
        private: bool = False,  # noqa: FBT001, FBT002  # an option of the command
    ) -> None:
        """Explain any news link: why it matters, and what each sentence rests on."""
        await interaction.response.defer(ephemeral=private, thinking=True)
        asked = await self._newsroom.explain_link(link, asker_of(interaction))
        language = spoken() if private else await language_of_all(interaction, self._newsroom)
        await _reply_asked(interaction, asked, language)

    async def why_this_matters(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Explain what a message is about: a story of ours, or the first link in it."""
        story_id = story_of(message, _own_id(interaction))
        link = link_of(message)
        if story_id is None and link is None:
            await reply(interaction, answers.no_link())
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        asker = asker_of(interaction)
        told = await self._newsroom.explained(story_id, asker) if story_id is not None else None
        if told is not None:
            await reply(interaction, body=render.explainer(told))
        elif link is not None:
            asked = await self._newsroom.explain_link(link, asker)
            await _reply_asked(interaction, asked, spoken())
        else:
            await reply(interaction, answers.story_gone())

    async def open(self, press: Press) -> None:
        """Answer the button under a post with the story's explainer."""
        interaction = press.interaction
        await interaction.response.defer(ephemeral=True, thinking=True)
        told = await self._newsroom.explained(int(press["story"]), asker_of(interaction))
        if told is None:
            await reply(interaction, answers.story_gone())
        else:
            await reply(interaction, body=render.explainer(told, below_post=True))

    @latest.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer all topics."""
        return self._offers.offered(interaction, typed)


def _own_id(interaction: discord.Interaction) -> int | None:
    """Return the bot's id as an author: not the application's, which differs for older bots."""
    return interaction.client.user.id if interaction.client.user else None


async def _reply_asked(
    interaction: discord.Interaction,
    asked: ExplainedStory | TooOften | NotExplained,
    language: str,
) -> None:
    """Answer in a language; a refusal is for whoever asked alone, and in theirs."""
    match asked:
        case ExplainedStory():
            with speaking(language):
                await reply(interaction, body=render.explainer(asked))
        case TooOften(until, whole_server):
            await refuse(interaction, answers.too_often(until, whole_server=whole_server))
        case NotExplained(reason):
            await refuse(interaction, answers.not_explained(reason))
