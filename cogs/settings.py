"""/settings: how stories are posted, for members who manage the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import Filters, Flow, QuietHours
from bot.newsroom import Newsroom, NothingFlows
from bot.publish import flow_answers
from cogs.places import Destination, managed, mention_warning, unmentionable
from cogs.replies import reply, topic_choices
from cogs.typed import Refused, minute_of_day, terms, zone_named

_OFF = "off"
_TOPIC = "For which topic; all of the channel if left out"
_CHANNEL = "In which channel; this one if left out"
_ZONE = "In which time zone; as it is if left out"


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class FlowSettings(
    commands.GroupCog, group_name="settings", group_description="How stories are posted here"
):
    """How stories flow into channels."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    @app_commands.command()
    @app_commands.describe(channel="Of which channel; this one if left out")
    async def show(
        self,
        interaction: discord.Interaction,
        channel: Destination | None = None,
    ) -> None:
        """Show how the stories of a channel are posted."""
        target = managed(interaction, channel or interaction.channel)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        found = await self._newsroom.flows.of_channel(target.id)
        if not found:
            await reply(interaction, flow_answers.nothing_flows(target.id, None))
            return
        rows = [(one.topic, one.subscription) for one in found]
        await reply(interaction, body=flow_answers.settings(target.id, rows))

    @app_commands.command()
    @app_commands.describe(
        begin="When posting stops, as HH:MM; off ends quiet hours",
        end="When posting goes on, as HH:MM",
        zone=_ZONE,
        topic=_TOPIC,
        channel=_CHANNEL,
    )
    async def quiet(
        self,
        interaction: discord.Interaction,
        *,
        begin: str,
        end: str | None = None,
        zone: str | None = None,
        topic: str | None = None,
        channel: Destination | None = None,
    ) -> None:
        """Post nothing at certain hours; what comes meanwhile is posted after them."""
        try:
            hours = _hours(begin, end)
            in_zone = _zone(zone)
        except Refused as refused:
            await reply(interaction, str(refused))
            return
        await self._change(
            interaction, topic, channel, lambda flow: in_zone(replace(flow, quiet=hours))
        )

    @app_commands.command()
    @app_commands.describe(
        posts="The most posts in a day, the rest in one digest; 0 for as many as there are",
        topic=_TOPIC,
        channel=_CHANNEL,
    )
    async def budget(
        self,
        interaction: discord.Interaction,
        posts: app_commands.Range[int, 0, 500],
        topic: str | None = None,
        channel: Destination | None = None,
    ) -> None:
        """Post at most so many stories a day, the best ones; the rest comes in one digest."""
        await self._change(
            interaction, topic, channel, lambda flow: replace(flow, budget=posts or None)
        )

    @app_commands.command()
    @app_commands.describe(
        at="When the day's digest comes, as HH:MM",
        zone=_ZONE,
        topic=_TOPIC,
        channel=_CHANNEL,
    )
    async def digest(
        self,
        interaction: discord.Interaction,
        at: str,
        zone: str | None = None,
        topic: str | None = None,
        channel: Destination | None = None,
    ) -> None:
        """Say when the day's digest comes."""
        try:
            minute = minute_of_day(at)
            in_zone = _zone(zone)
        except Refused as refused:
            await reply(interaction, str(refused))
            return
        await self._change(
            interaction, topic, channel, lambda flow: in_zone(replace(flow, digest_at=minute))
        )

    @app_commands.command()
    @app_commands.describe(
        role="Which role posts mention; nobody if left out",
        topic=_TOPIC,
        channel=_CHANNEL,
    )
    async def mention(
        self,
        interaction: discord.Interaction,
        role: discord.Role | None = None,
        topic: str | None = None,
        channel: Destination | None = None,
    ) -> None:
        """Say which role posts mention; without a role, they mention nobody."""
        target = managed(interaction, channel or interaction.channel)
        warning = ""
        if role is not None and isinstance(target, Destination):
            if refused := unmentionable(interaction, target, role):
                await reply(interaction, refused)
                return
            warning = mention_warning(target, role)
        role_id = role.id if role else None
        await self._change(
            interaction, topic, channel, lambda flow: replace(flow, mention=role_id), warning
        )

    @app_commands.command(name="filter")
    @app_commands.describe(
        include_words="Only stories with one of these words, apart by commas; off for any",
        exclude_words="No story with one of these words, apart by commas; off for none",
        include_publishers="Only stories of these publishers, apart by commas; off for any",
        exclude_publishers="No story of these publishers, apart by commas; off for none",
        topic=_TOPIC,
        channel=_CHANNEL,
    )
    async def filters(
        self,
        interaction: discord.Interaction,
        *,
        include_words: str | None = None,
        exclude_words: str | None = None,
        include_publishers: str | None = None,
        exclude_publishers: str | None = None,
        topic: str | None = None,
        channel: Destination | None = None,
    ) -> None:
        """Keep stories out by words or publishers, and see what that would have stopped."""
        target = managed(interaction, channel or interaction.channel)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        try:
            asked = {
                name: terms(typed)
                for name, typed in (
                    ("words", include_words),
                    ("not_words", exclude_words),
                    ("publishers", include_publishers),
                    ("not_publishers", exclude_publishers),
                )
                if typed is not None
            }
        except Refused as refused:
            await reply(interaction, str(refused))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._filter(interaction, target.id, topic, lambda now: replace(now, **asked))

    async def _filter(
        self,
        interaction: discord.Interaction,
        channel_id: int,
        topic: str | None,
        change: Callable[[Filters], Filters],
    ) -> None:
        name = self._name(topic)
        made = await self._newsroom.flows.filter(channel_id, name, change)
        if isinstance(made, NothingFlows):
            await reply(interaction, flow_answers.nothing_flows(channel_id, topic))
            return
        trials = [
            flow_answers.Trial(one.topic, one.now, one.before, one.tried, one.stopped)
            for one in made
        ]
        await reply(interaction, body=flow_answers.filtered(channel_id, trials))

    @app_commands.command()
    @app_commands.describe(
        posts="Whether servers that follow the channel get its posts, too",
        channel="Which announcement channel; this one if left out",
    )
    async def publish(
        self,
        interaction: discord.Interaction,
        posts: Literal["on", "off"],
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Publish the posts of an announcement channel to the servers that follow it, or not."""
        target = managed(interaction, channel or interaction.channel)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        if posts != _OFF and not (isinstance(target, discord.TextChannel) and target.is_news()):
            await reply(interaction, flow_answers.not_an_announcement(target.id))
            return
        await self._change(
            interaction, None, channel, lambda flow: replace(flow, publishes=posts != _OFF)
        )

    async def _change(
        self,
        interaction: discord.Interaction,
        topic: str | None,
        channel: object,
        change: Callable[[Flow], Flow],
        warning: str = "",
    ) -> None:
        """Change flows of the channel if this member may, and say how they are now."""
        target = managed(interaction, channel or interaction.channel)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        made = await self._newsroom.flows.change(target.id, self._name(topic), change)
        if isinstance(made, NothingFlows):
            await reply(interaction, flow_answers.nothing_flows(target.id, topic))
            return
        flows = [(one.topic, one.subscription.flow) for one in made]
        said = flow_answers.changed(target.id, flows)
        await reply(interaction, "\n".join(filter(None, (said, warning))))

    def _name(self, topic: str | None) -> str | None:
        """Return the name of a topic as it was typed; it may have left the catalogue."""
        found = self._newsroom.topic(topic) if topic else None
        return found.name if found else topic

    @quiet.autocomplete("zone")
    @digest.autocomplete("zone")
    async def offer_zones(
        self, _: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the time zones that what was typed occurs in."""
        wanted = "_".join(typed.casefold().split())
        found = [name for name in _zones() if wanted in name.casefold()]
        return [app_commands.Choice(name=name, value=name) for name in found[:25]]

    @quiet.autocomplete("topic")
    @budget.autocomplete("topic")
    @digest.autocomplete("topic")
    @mention.autocomplete("topic")
    @filters.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the topics that the channel has: the one named so far, or else this one."""
        named = interaction.namespace.channel
        channel_id = named.id if named is not None else interaction.channel_id
        found = await self._newsroom.flows.of_channel(channel_id or 0)
        return topic_choices([(one.topic.name, one.topic.label) for one in found], typed)


@cache
def _zones() -> tuple[str, ...]:
    """List the time zones that this machine knows, those with a place in their name first."""
    return tuple(sorted(available_timezones(), key=lambda name: ("/" not in name, name)))


def _hours(begin: str, end: str | None) -> QuietHours | None:
    if begin.strip().casefold() == _OFF:
        return None
    first = minute_of_day(begin)
    last = minute_of_day(end) if end is not None else first
    if first == last:
        raise Refused(flow_answers.no_end())
    return QuietHours(first, last)


def _zone(typed: str | None) -> Callable[[Flow], Flow]:
    """Return what puts a flow in the time zone that was typed."""
    if typed is None:
        return lambda flow: flow
    name = zone_named(typed, _zones())
    return lambda flow: replace(flow, zone=name)
