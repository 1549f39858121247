"""/subscribe, /unsubscribe, /subscriptions and /topics."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import ExplainedStory
from bot.newsroom import AlreadySubscribed, Newsroom, NoStory, Subscribed, TooMany, UnknownTopic
from bot.publish import access, answers, render
from cogs.replies import asker_of, reply, topic_choices

Destination = discord.TextChannel | discord.Thread


class Subscriptions(commands.Cog):
    """What channels get."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.describe(
        topic="What to read about", channel="Where stories are posted; this channel if left out"
    )
    async def subscribe(
        self,
        interaction: discord.Interaction,
        topic: str,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Post new stories of a topic in a channel, each with why it matters."""
        target = _open_to(interaction, channel or interaction.channel)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        result = await self._newsroom.subscribe(
            guild_id=target.guild.id,
            channel_id=target.id,
            topic=topic,
            member_id=interaction.user.id,
        )
        match result:
            case Subscribed(_, found, resumed):
                said = answers.subscribed(found, target.id, resumed=resumed)
                newest = await self._newsroom.latest(topic, asker_of(interaction))
                match newest:
                    case ExplainedStory():
                        said = f"{said}\n{answers.first_story(found=True)}"
                        await reply(interaction, said, body=render.post(newest))
                    case NoStory(topics, health) if any(feed.fails for feed in health):
                        await reply(interaction, said, body=answers.no_story(topics, health))
                    case _:
                        await reply(interaction, f"{said}\n{answers.first_story(found=False)}")
            case AlreadySubscribed(_, found):
                await reply(interaction, answers.already_subscribed(found, target.id))
            case UnknownTopic(name):
                await reply(interaction, answers.unknown_topic(name))
            case TooMany(limit, in_channel):
                await reply(interaction, answers.too_many(limit, in_channel=in_channel))

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
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Stop posting a topic in a channel."""
        target = channel or interaction.channel
        if not isinstance(target, Destination):
            await reply(interaction, answers.wrong_channel())
            return
        if not _may_write(interaction.user, target):
            await reply(interaction, answers.member_may_not(target.id))
            return
        ended = await self._newsroom.unsubscribe(target.id, topic)
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
        await reply(interaction, body=answers.topics(self._newsroom.topics))

    @subscribe.autocomplete("topic")
    async def offer_topics(
        self, _: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer all topics."""
        return topic_choices([(t.name, t.label) for t in self._newsroom.topics], typed)

    @unsubscribe.autocomplete("topic")
    async def offer_subscribed(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the topics that the channel has: the one named so far, or else this one."""
        named = interaction.namespace.channel
        channel_id = named.id if named is not None else interaction.channel_id
        names = set(await self._newsroom.topics_in_channel(channel_id or 0))
        labels = [(t.name, t.label) for t in self._newsroom.topics if t.name in names]
        gone = [(name, name) for name in sorted(names - {name for name, _ in labels})]
        return topic_choices(labels + gone, typed)


def _open_to(interaction: discord.Interaction, target: object) -> Destination | str:
    """Return the channel if this member may have stories posted there, else why not."""
    if not isinstance(target, Destination):
        return answers.wrong_channel()
    if not _may_write(interaction.user, target):
        return answers.member_may_not(target.id)
    if missing := access.missing(target):
        return answers.bot_may_not(target.id, missing)
    return target


def _may_write(member: discord.User | discord.Member, channel: Destination) -> bool:
    if not isinstance(member, discord.Member):
        return False
    allowed = channel.permissions_for(member)
    if isinstance(channel, discord.Thread):
        return allowed.view_channel and allowed.send_messages_in_threads
    return allowed.view_channel and allowed.send_messages
