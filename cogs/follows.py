"""/follow, /unfollow, and the buttons that follow stories: what members get for themselves."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import Pace
from bot.newsroom import (
    Adjusted,
    AlreadySubscribed,
    Following,
    Newsroom,
    NoDirectMessages,
    OwnStory,
    Proof,
    StoryGone,
    Subscribed,
    TooMany,
    TooManyStories,
)
from bot.publish import follow_answers as words
from bot.publish import topics
from bot.publish.topics import named
from cogs import offers
from cogs.presses import Press, Presses
from cogs.replies import asker_of, reply, update

_PACES = [app_commands.Choice(name=pace.value, value=pace.value) for pace in Pace]
_STORY = re.compile(rf"{words.STORY}([0-9]{{1,18}})")


class Follows(commands.Cog):
    """What comes by direct message."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._follows = newsroom.follows

    def answer(self, presses: Presses) -> None:
        """Have the buttons and choices answered that are about what members follow."""
        presses.on(words.FOLLOW, self.follow_story)
        presses.on(words.UNFOLLOW, self.unfollow_story)
        presses.on(words.UNFOLLOW_TOPICS, self.unfollow_topics)
        presses.on(words.UNFOLLOW_STORIES, self.unfollow_stories)
        presses.on(words.UNFOLLOW_ALL, self.unfollow_all)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(
        topic="What to read about",
        pace="When stories come; each one as it happens if left out",
    )
    @app_commands.choices(pace=_PACES)
    async def follow(
        self, interaction: discord.Interaction, topic: str, pace: str | None = None
    ) -> None:
        """Get new stories of a topic by direct message, for yourself alone."""
        found = self._newsroom.topic(topic, interaction.guild_id)
        if found is None:
            known = self._newsroom.topics_in(interaction.guild_id)
            await reply(interaction, topics.unknown(topic, known))
            return
        if found.guild_id is not None:
            await reply(interaction, words.own_topic(found))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        asked = Pace(pace) if pace else None
        made = await self._follows.topic(interaction.user.id, found, asked)
        match made:
            case Subscribed():
                await self._confirm(interaction, made)
            case Adjusted(subscription, _):
                await reply(interaction, words.pace_changed(found, subscription.flow))
            case AlreadySubscribed():
                await reply(interaction, words.topic_already(found))
            case TooMany(limit):
                await reply(interaction, words.too_many_topics(limit))
            case NoDirectMessages(closed, until):
                await reply(interaction, words.not_open(until, closed=closed))

    async def _confirm(self, interaction: discord.Interaction, made: Subscribed) -> None:
        """Confirm a topic, and let the member have one story as a proof."""
        subscription, topic = made.subscription, made.topic
        said = words.topic_followed(topic, subscription.flow, resumed=made.resumed)
        proof = await self._newsroom.prove(subscription.channel_id, topic.name)
        coming = words.proof_coming() if proof is Proof.POSTED else ""
        await reply(interaction, f"{said}\n{coming}".rstrip())

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(topic="The topic or story to end; lists all you follow if left out")
    async def unfollow(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """End what you get by direct message, or see all of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if topic is None:
            followed = await self._follows.of(interaction.user.id)
            await reply(interaction, body=words.panel(followed.topics, followed.stories))
            return
        named = _STORY.fullmatch(topic)
        if named:
            await self._end_story(interaction, int(named[1]))
            return
        ended = await self._follows.end_topic(interaction.user.id, topic)
        await reply(interaction, words.topic_ended(ended) if ended else words.not_followed())

    @follow.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the topics that are for all."""
        topics = [t for t in self._newsroom.topics_in(interaction.guild_id) if t.guild_id is None]
        return offers.choices(named(topics), typed)

    @unfollow.autocomplete("topic")
    async def offer_followed(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer what the member follows, topics and stories."""
        followed = await self._follows.of(interaction.user.id)
        return [
            app_commands.Choice(name=name, value=value)
            for name, value in words.offered(followed.topics, followed.stories, typed)
        ]

    # ── buttons and choices: all of them are about whoever presses ───────────────────────

    async def follow_story(self, press: Press) -> None:
        """Answer the button under a post that follows its story."""
        interaction = press.interaction
        await interaction.response.defer(ephemeral=True, thinking=True)
        made = await self._follows.story(asker_of(interaction), int(press["story"]))
        match made:
            case Following(follow, already, in_vain):
                said, body = words.following(follow, already=already, in_vain=in_vain)
                await reply(interaction, said, body=body)
            case StoryGone():
                await reply(interaction, words.story_gone())
            case OwnStory():
                await reply(interaction, words.own_story())
            case TooManyStories(limit):
                await reply(interaction, words.too_many_stories(limit))
            case NoDirectMessages(closed, until):
                await reply(interaction, words.not_open(until, closed=closed))

    async def unfollow_story(self, press: Press) -> None:
        """Answer the button that ends what the member hears of a story."""
        await press.interaction.response.defer(ephemeral=True, thinking=True)
        await self._end_story(press.interaction, int(press["story"]))

    async def _end_story(self, interaction: discord.Interaction, story_id: int) -> None:
        ended = await self._follows.end_story(interaction.user.id, story_id)
        await reply(interaction, words.story_ended(ended) if ended else words.not_followed())

    async def unfollow_topics(self, press: Press) -> None:
        """End the topics that were chosen, and show what is left."""
        await press.interaction.response.defer()
        for name in press.values:
            await self._follows.end_topic(press.interaction.user.id, name)
        await self._show(press)

    async def unfollow_stories(self, press: Press) -> None:
        """End the stories that were chosen, and show what is left."""
        await press.interaction.response.defer()
        for number in press.values:
            if _STORY.fullmatch(f"{words.STORY}{number}"):
                await self._follows.end_story(press.interaction.user.id, int(number))
        await self._show(press)

    async def unfollow_all(self, press: Press) -> None:
        """End all that the member follows."""
        await press.interaction.response.defer()
        await self._follows.end_all(press.interaction.user.id)
        await self._show(press)

    async def _show(self, press: Press) -> None:
        followed = await self._follows.of(press.interaction.user.id)
        await update(press.interaction, words.panel(followed.topics, followed.stories))
