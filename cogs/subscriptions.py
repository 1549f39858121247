"""/subscribe, /unsubscribe, /subscriptions and /topics, and the buttons that confirm and undo."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import Body, Pace
from bot.newsroom import (
    Adjusted,
    AlreadySubscribed,
    Author,
    Begun,
    Ended,
    Newsroom,
    NoStory,
    Offer,
    Proof,
    Subscribed,
    TooMany,
    TooOften,
    Wanted,
)
from bot.publish import answers, flow_answers, render
from bot.publish import forecast as words
from bot.publish import subscriptions as lists
from bot.publish import topics as topic_words
from bot.words import speaking
from cogs import offers
from cogs.places import (
    Destination,
    found,
    mention_warning,
    open_to,
    sees,
    spoken_for,
    unmentionable,
)
from cogs.presses import Press
from cogs.replies import reply, update, whisper

_PACES = [app_commands.Choice(name=pace.value, value=pace.value) for pace in Pace]


class Subscriptions(commands.Cog):
    """What channels get."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._offers = offers.Topics(newsroom)

    # ── /subscribe ───────────────────────────────────────────────────────────────────────

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
        """Post new stories of a topic in a channel; first you see what to expect of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        where = channel or interaction.channel
        await self._ask(interaction, topic, where, Pace(pace) if pace else None, mention)

    async def brought(self, press: Press) -> None:
        """Say what to expect of a topic in the channel where its button was pressed."""
        interaction = press.interaction
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._ask(interaction, press["topic"], interaction.channel)

    async def _ask(
        self,
        interaction: discord.Interaction,
        topic: str,
        where: object,
        pace: Pace | None = None,
        mention: discord.Role | None = None,
    ) -> None:
        guild_id = interaction.guild_id or 0
        target = await self._open(interaction, where, mention)
        if not isinstance(target, Destination):
            await reply(interaction, target)
            return
        wanted = self._newsroom.topic(topic, guild_id)
        if wanted is None:
            known = self._newsroom.topics_in(guild_id)
            await reply(interaction, topic_words.unknown(topic, known))
            return
        asked = await self._newsroom.offering.ask(
            Wanted(
                guild_id,
                target.id,
                interaction.user.id,
                wanted,
                pace,
                mention.id if mention else None,
            )
        )
        await self._answer(interaction, asked, mention_warning(target, mention))

    async def _open(
        self, interaction: discord.Interaction, target: object, mention: discord.Role | None
    ) -> Destination | str:
        """Return the channel if all that this member asks for may be, else why not."""
        server = await self._newsroom.servers.of(interaction.guild_id or 0)
        opened = open_to(interaction, target, server.audience)
        if isinstance(opened, Destination) and mention is not None:
            return unmentionable(interaction, opened, mention) or opened
        return opened

    async def _answer(
        self,
        interaction: discord.Interaction,
        asked: Offer | Subscribed | Adjusted | AlreadySubscribed | TooMany | TooOften,
        warning: str,
    ) -> None:
        match asked:
            case Offer():
                await self._offer(interaction, asked, warning)
            case AlreadySubscribed(subscription, topic, number):
                said = words.standing(topic, subscription.channel_id, subscription.flow)
                below = words.change(number, subscription.flow.pace)
                await reply(interaction, said, body=below)
            case TooOften(until):
                await reply(interaction, words.too_often(until))
            case Subscribed() | Adjusted() | TooMany():
                body = await self._became(asked, warning)
                await reply(interaction, body["content"], body=body)

    async def _offer(self, interaction: discord.Interaction, offer: Offer, warning: str) -> None:
        """Show what to expect, the newest story as it would be posted, and the buttons."""
        wanted, expected = offer.wanted, offer.forecast
        best = offer.best
        is_advised = wanted.pace is None and best is not Pace.AS_IT_HAPPENS
        said = words.offer(
            wanted.topic,
            wanted.channel_id,
            expected,
            last=offer.last,
            mention=wanted.mention,
            advised=best if is_advised else None,
            has_preview=offer.newest is not None,
        )
        preview: list[dict[str, object]] = []
        if offer.newest is not None:
            # The channel's readers get it in the server's language, whoever asks.
            with speaking(await self._newsroom.servers.language(wanted.guild_id)):
                preview = render.post(offer.newest)["embeds"]
        below = words.buttons(offer.number, wanted.pace or best)
        await reply(interaction, _lines(said, warning), body={"embeds": preview, **below})

    # ── what is pressed ──────────────────────────────────────────────────────────────────

    async def pressed(self, press: Press) -> None:
        """Do what a button under an answer to /subscribe says, if it may still be."""
        interaction, act = press.interaction, press["act"]
        await interaction.response.defer()  # the answer itself is changed
        begun = await self._begun(press)
        if begun is None:
            return
        if act == words.NOT_NOW:
            await self._newsroom.offering.dismiss(begun.number, _author(interaction))
            await update(interaction, words.alone(words.not_now()))
        elif act == words.END:
            await self._end(interaction, begun)
        else:
            await self._confirm(interaction, begun, words.PACES[act])

    async def undo(self, press: Press) -> None:
        """Bring back what was ended, flowing as it did."""
        interaction = press.interaction
        await interaction.response.defer()
        begun = await self._begun(press, ended=True)
        if begun is None:
            return
        target = await self._open(interaction, found(interaction, begun.channel_id), None)
        if not isinstance(target, Destination):
            await whisper(interaction, target)
            return
        guild = interaction.guild
        role = guild.get_role(begun.mention) if guild and begun.mention else None
        # Nobody has a role mentioned through an undo that they may not mention.
        mentions = role is not None and unmentionable(interaction, target, role) is None
        made = await self._newsroom.offering.restore(
            begun.number, _author(interaction), mentions=mentions
        )
        match made:
            case Subscribed(subscription, topic):
                said = words.restored(topic, target.id, subscription.flow)
                await update(interaction, words.alone(said))
            case _:
                await self._settle(interaction, made, begun, "")

    async def _begun(self, press: Press, *, ended: bool = False) -> Begun | None:
        """Find what a button is about; where that is over, say so."""
        interaction = press.interaction
        begun = await self._newsroom.offering.begun(
            int(press["number"]), _author(interaction), ended=ended
        )
        if begun is None:
            await whisper(interaction, words.over())
            return None
        if begun.done:
            await whisper(interaction, words.once_is_enough(begun.channel_id))
            return None
        return begun

    async def _confirm(self, interaction: discord.Interaction, begun: Begun, pace: Pace) -> None:
        guild, channel = interaction.guild, found(interaction, begun.channel_id)
        role = guild.get_role(begun.mention) if guild and begun.mention else None
        if begun.mention and role is None:
            await whisper(interaction, words.role_gone())
            return
        if channel is None:
            await whisper(interaction, words.channel_gone())
            return
        target = await self._open(interaction, channel, role)
        if not isinstance(target, Destination):
            await whisper(interaction, target)
            return
        made = await self._newsroom.offering.confirm(begun.number, _author(interaction), pace)
        await self._settle(interaction, made, begun, mention_warning(target, role))

    async def _settle(
        self,
        interaction: discord.Interaction,
        made: Subscribed | Adjusted | AlreadySubscribed | TooMany | Begun | None,
        begun: Begun,
        warning: str,
    ) -> None:
        """Put what has become of a press in the place of what was pressed."""
        match made:
            case None:
                await whisper(interaction, words.over())
            case Begun():  # another press was quicker
                await whisper(interaction, words.once_is_enough(begun.channel_id))
            case TooMany(limit, in_channel):
                await whisper(interaction, answers.too_many(limit, in_channel=in_channel))
            case _:
                await update(interaction, await self._became(made, warning))

    async def _end(self, interaction: discord.Interaction, begun: Begun) -> None:
        said, below = await self._unsubscribe(
            interaction, found(interaction, begun.channel_id), begun.topic
        )
        if below:
            await update(interaction, {**words.alone(said), **below})
        else:
            await whisper(interaction, said)

    async def _became(
        self, made: Subscribed | Adjusted | AlreadySubscribed | TooMany, warning: str
    ) -> Body:
        """Say what has become of it; a new subscription shows one story in its channel."""
        match made:
            case Subscribed():
                return await self._promise(made, warning)
            case Adjusted(subscription, topic):
                said = flow_answers.adjusted(topic, subscription.channel_id, subscription.flow)
                return words.alone(said, warning)
            case AlreadySubscribed(subscription, topic):
                said = words.unchanged(topic, subscription.channel_id, subscription.flow)
                return words.alone(said)
            case TooMany(limit, in_channel):
                return words.alone(answers.too_many(limit, in_channel=in_channel))

    async def _promise(self, made: Subscribed, warning: str) -> Body:
        """Confirm a subscription, and let its channel have one story as a proof."""
        subscription, topic = made.subscription, made.topic
        channel_id = subscription.channel_id
        said = answers.subscribed(topic, channel_id, subscription.flow, resumed=made.resumed)
        # Before a new one is confirmed, its feeds were asked for the forecast.
        proof = await self._newsroom.prove(channel_id, topic.name, freshen=made.resumed)
        match proof:
            case Proof.POSTED:
                return words.alone(said, flow_answers.proof_coming(channel_id), warning)
            case NoStory(topics, health) if any(feed.fails for feed in health):
                told = answers.no_story(topics, health)
                return {**words.alone(said, warning), "embeds": told["embeds"]}
            case NoStory():
                return words.alone(said, answers.no_first_story(), warning)
            case _:
                return words.alone(said, warning)

    # ── /unsubscribe ─────────────────────────────────────────────────────────────────────

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
        await interaction.response.defer(ephemeral=True, thinking=True)
        said, below = await self._unsubscribe(interaction, channel or interaction.channel, topic)
        await reply(interaction, said, body=below or None)

    async def _unsubscribe(
        self, interaction: discord.Interaction, channel: object, topic: str
    ) -> tuple[str, Body]:
        """End a subscription if this member may; return what to say, and the way back."""
        guild_id = interaction.guild_id or 0
        server = await self._newsroom.servers.of(guild_id)
        target = spoken_for(interaction, channel, server.audience)
        if not isinstance(target, Destination):
            return target, {}
        known = self._newsroom.topic(topic, guild_id)
        ended = await self._newsroom.offering.end(
            guild_id, target.id, known.name if known else topic, interaction.user.id
        )
        match ended:
            case Ended(found_topic, number):
                return words.ended(found_topic, target.id), words.undo(number)
            case None:
                names = await self._newsroom.topics_in_channel(target.id)
                had = [t for t in self._newsroom.topics_in(guild_id) if t.name in names]
                return topic_words.not_subscribed(topic, target.id, had), {}

    # ── lists ────────────────────────────────────────────────────────────────────────────

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.describe(channel="The one to tell more of; all that you see if left out")
    async def subscriptions(
        self, interaction: discord.Interaction, channel: Destination | None = None
    ) -> None:
        """List what this server's channels get, and whether all is well with it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        listed = await self._newsroom.subscriptions(interaction.guild_id or 0)
        rows = [
            (entry.subscription, entry.topic, entry.health)
            for entry in listed
            if sees(interaction, entry.subscription.channel_id)
        ]
        if channel is None:
            await reply(interaction, body=answers.subscriptions(rows))
            return
        if not sees(interaction, channel.id):
            await reply(interaction, words.channel_gone())
            return
        own = [row for row in rows if row[0].channel_id == channel.id]
        await reply(interaction, body=lists.of_channel(channel.id, own))

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def topics(self, interaction: discord.Interaction) -> None:
        """List the topics that there are."""
        known = self._newsroom.topics_in(interaction.guild_id)
        await reply(interaction, body=answers.topics(known))

    @subscribe.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer all topics."""
        return self._offers.offered(interaction, typed)

    @unsubscribe.autocomplete("topic")
    async def offer_subscribed(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the topics that the channel has."""
        return await offers.of_channel(self._newsroom, interaction, typed)


def _lines(*said: str) -> str:
    return "\n".join(filter(None, said))


def _author(interaction: discord.Interaction) -> Author:
    return Author(interaction.guild_id or 0, interaction.user.id)
