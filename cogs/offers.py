"""What is offered while somebody types into an option: from memory, or by one indexed read."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.newsroom import Newsroom
from bot.publish import offers
from bot.publish.offers import Named
from bot.publish.topics import named
from cogs.places import sees

Choices = list[app_commands.Choice[str]]


def choices(things: Iterable[Named], typed: str) -> Choices:
    """Offer the things that what was typed may mean, the likeliest first."""
    return [
        app_commands.Choice(name=offers.shown(thing), value=thing.value)
        for thing in offers.offered(things, typed)
    ]


def topics(newsroom: Newsroom, interaction: discord.Interaction, typed: str) -> Choices:
    """Offer topics of the server, and of no other."""
    return choices(named(newsroom.topics_in(interaction.guild_id)), typed)


async def of_channel(newsroom: Newsroom, interaction: discord.Interaction, typed: str) -> Choices:
    """Offer the topics that a channel has: the one named so far, or else this one."""
    chosen = interaction.namespace.channel
    channel_id = chosen.id if chosen is not None else interaction.channel_id or 0
    return choices(await had(newsroom, interaction, channel_id), typed)


async def had(newsroom: Newsroom, interaction: discord.Interaction, channel_id: int) -> list[Named]:
    """Name the topics that a channel has, as far as who asks may know; some may be there no more.

    Whose topic is another server's, or nobody's any more, goes by its bare name.
    """
    if not sees(interaction, channel_id):
        return []
    names = await newsroom.topics_in_channel(channel_id)
    known = {topic.name: topic for topic in newsroom.topics_in(interaction.guild_id)}
    here = [known[name] for name in known if name in set(names)]
    return [*named(here), *(Named(name, name) for name in names if name not in known)]
