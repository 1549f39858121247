"""/subscribe, /unsubscribe, /subscriptions and /topics."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import Pace
from bot.newsroom import (
    Adjusted,
    AlreadySubscribed,
    Newsroom,
    NoStory,
    Proof,
    Subscribed,
    TooMany,
    UnknownTopic,
)
from bot.publish import answers, flow_answers
from cogs.places import (
    Destination,
    may_write,
    mention_warning,
    open_to,
    unmentionable,
)
from cogs.replies import reply, topic_choices

_PACES = [app_commands.Choice(name=pace.value, value=pace.value) for pace in Pace]


class Subscriptions(commands.Cog):
    """What channels get."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.describe(
        topic="What to read about",
        channel="Where stories are posted; this channel if left out",
        pace="When stories come; each one as it happens if left out",
        mention="A role that posts mention; nobody if left out",
    )
    @app_commands.choices(pace=_PACES)
    async def subscribe(  # options of the command
        self,
        interaction: discord.Interaction,
        topic: str,
        channel: Destination | None = None,
        pace: str | None = None,
        mention: discord.Role | None = None,
    ) -> None:
        """Post new stories of a topic in a channel, each with why it matters."""
        target = open_to(interaction, channel or interaction.channel)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        if mention and (refused := unmentionable(interaction, target, mention)):
            await reply(interaction, refused)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        result = await self._newsroom.subscribe(
            guild_id=target.guild.id,
            channel_id=target.id,
            topic=topic,
            member_id=interaction.user.id,
            pace=Pace(pace) if pace else None,
            mention=mention.id if mention else None,
        )
        warning = mention_warning(target, mention)
        match result:
            case Subscribed():
                await self._confirm(interaction, result, warning)
            case Adjusted(subscription, found):
                said = flow_answers.adjusted(found, target.id, subscription.flow)
                await reply(interaction, _lines(said, warning))
            case AlreadySubscribed(_, found):
                await reply(interaction, answers.already_subscribed(found, target.id))
            case UnknownTopic(name):
                await reply(interaction, answers.unknown_topic(name))
            case TooMany(limit, in_channel):
                await reply(interaction, answers.too_many(limit, in_channel=in_channel))

    async def _confirm(
        self, interaction: discord.Interaction, made: Subscribed, warning: str
    ) -> None:
        """Confirm a subscription, and let its channel have one story as a proof."""
        subscription, topic = made.subscription, made.topic
        channel_id = subscription.channel_id
        said = answers.subscribed(topic, channel_id, subscription.flow, resumed=made.resumed)
        proof = await self._newsroom.prove(channel_id, topic.name)
        match proof:
            case Proof.POSTED:
                coming = flow_answers.proof_coming(channel_id)
                await reply(interaction, _lines(said, coming, warning))
            case NoStory(topics, health) if any(feed.fails for feed in health):
                body = answers.no_story(topics, health)
                await reply(interaction, _lines(said, warning), body=body)
            case NoStory():
                await reply(interaction, _lines(said, answers.no_first_story(), warning))
            case _:
                await reply(interaction, _lines(said, warning))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.describe(
        topic="What to end", channel="The channel that has it; this channel if left out"
    )
    async def unsubscribe(
        self,
        interaction: discord.Interaction,
        topic: str,
        channel: Destination | None = None,
    ) -> None:
        """Stop posting a topic in a channel."""
        target = channel or interaction.channel
        if not isinstance(target, Destination):
            await reply(interaction, answers.wrong_channel())
            return
        if not may_write(interaction.user, target):
            await reply(interaction, answers.member_may_not(target.id))
            return
        ended = await self._newsroom.unsubscribe(target.id, topic, target.guild.id)
        if ended is None:
            await reply(interaction, answers.not_subscribed(topic, target.id))
        else:
            await reply(interaction, answers.unsubscribed(ended, target.id))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def subscriptions(self, interaction: discord.Interaction) -> None:
        """List what this server's channels get, and whether all is well with it."""
        listed = await self._newsroom.subscriptions(interaction.guild_id or 0)
        rows = [(entry.subscription, entry.topic, entry.health) for entry in listed]
        await reply(interaction, body=answers.subscriptions(rows))

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def topics(self, interaction: discord.Interaction) -> None:
        """List the topics that there are."""
        await reply(
            interaction, body=answers.topics(self._newsroom.topics_in(interaction.guild_id))
        )

    @subscribe.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer all topics of the server."""
        topics = self._newsroom.topics_in(interaction.guild_id)
        return topic_choices([(t.code, t.label) for t in topics], typed)

    @unsubscribe.autocomplete("topic")
    async def offer_subscribed(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the topics that the channel has: the one named so far, or else this one."""
        named = interaction.namespace.channel
        channel_id = named.id if named is not None else interaction.channel_id
        names = set(await self._newsroom.topics_in_channel(channel_id or 0))
        topics = [t for t in self._newsroom.topics_in(interaction.guild_id) if t.name in names]
        labels = [(t.code, t.label) for t in topics]
        gone = [(name, name) for name in sorted(names - {t.name for t in topics})]
        return topic_choices(labels + gone, typed)


def _lines(*said: str) -> str:
    return "\n".join(filter(None, said))
