"""What is offered while somebody types into an option: from memory, or by one indexed read."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.models import Topic
from bot.newsroom import Newsroom
from bot.publish import offers
from bot.publish.offers import Named, Shelf
from bot.publish.topics import named
from cogs.places import found, sees

_SHELVES = 64
"""Servers with topics of their own that are kept ready."""

Choices = list[app_commands.Choice[str]]


class Topics:
    """Topics of servers, made ready for typing as long as they stay the same."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._shelves: dict[int | None, tuple[tuple[Topic, ...], Shelf]] = {}

    def offered(self, interaction: discord.Interaction, typed: str) -> Choices:
        """Offer topics of the server, and of no other."""
        topics = self._newsroom.topics_in(interaction.guild_id)
        own = any(topic.guild_id is not None for topic in topics)
        key = interaction.guild_id if own else None
        known, shelf = self._shelves.get(key, ((), None))
        if shelf is None or known != topics:
            if len(self._shelves) >= _SHELVES:
                self._shelves.clear()
            shelf = Shelf(named(topics))
            self._shelves[key] = topics, shelf
        return _choices(shelf.offered(typed))


def choices(things: Iterable[Named], typed: str) -> Choices:
    """Offer those of a few things that what was typed may mean, the likeliest first."""
    return _choices(offers.offered(things, typed))


def _choices(found: Iterable[Named]) -> Choices:
    return [app_commands.Choice(name=offers.shown(thing), value=thing.value) for thing in found]


async def of_channel(newsroom: Newsroom, interaction: discord.Interaction, typed: str) -> Choices:
    """Offer the topics that a channel has: the one named so far, or else this one."""
    chosen = interaction.namespace.channel
    channel_id = chosen.id if chosen is not None else interaction.channel_id or 0
    return choices(await had(newsroom, interaction, channel_id), typed)


async def had(newsroom: Newsroom, interaction: discord.Interaction, channel_id: int) -> list[Named]:
    """Name the topics that a channel has, as far as who asks may know; some may be there no more.

    Whose topic is another server's, or nobody's any more, goes by its bare name.
    """
    # A channel that can't be found may be another server's: its id is input.
    if found(interaction, channel_id) is None or not sees(interaction, channel_id):
        return []
    names = await newsroom.topics_in_channel(channel_id)
    known = {topic.name: topic for topic in newsroom.topics_in(interaction.guild_id)}
    here = [known[name] for name in known if name in set(names)]
    return [
        *named(here, known.values()),
        *(Named(name, name) for name in names if name not in known),
    ]
