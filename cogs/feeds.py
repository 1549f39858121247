"""/feed and what is pressed below it: a server's own feeds, for members who manage it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.newsroom import (
    MOST_FEEDS,
    MOST_TOPICS,
    Added,
    AlreadyIn,
    BadName,
    Choosing,
    Full,
    Newsroom,
    NoFeed,
    NoOwnFeed,
    NoOwnTopic,
    NotBegun,
    Placing,
    Previewed,
    Removed,
    Restored,
    TooOften,
    WouldEnd,
)
from bot.publish import answers, feed_answers, feed_refusals
from bot.publish.offers import Named
from bot.publish.topics import named
from cogs import offers
from cogs.places import sees
from cogs.presses import Press, Presses
from cogs.replies import ask, asker_of, in_time, reply, update, whisper

_MOST_ADDRESS = 1_000

Refusal = AlreadyIn | BadName | Full | NoFeed | NoOwnFeed | NoOwnTopic | NotBegun | TooOften


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Feeds(commands.GroupCog, group_name="feed", group_description="This server's own feeds"):
    """Feeds that a server brings itself."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._own = newsroom.own
        self._offers = offers.Topics(newsroom)

    def answer(self, presses: Presses) -> None:
        """Take the presses that are meant for these commands."""
        presses.on(feed_answers.PICK, self.pick)
        presses.on(feed_answers.INTO, self.put)
        presses.on(feed_answers.NEW, self.name)
        presses.on(feed_answers.MADE, self.make)
        presses.on(feed_answers.DROP, self.drop)
        presses.on(feed_answers.END, self.end)
        presses.on(feed_answers.UNDO, self.undo)
        presses.on(feed_answers.LIST, self.turn_list)
        presses.on(feed_answers.HEALTH, self.turn_health)

    # ── commands ─────────────────────────────────────────────────────────────────────────

    @app_commands.command()
    @app_commands.describe(
        url="The address of a feed, or of any page of a site",
        topic="In which of this server's own topics it goes; you are asked if left out",
    )
    async def add(
        self,
        interaction: discord.Interaction,
        url: app_commands.Range[str, 1, _MOST_ADDRESS],
        topic: str | None = None,
    ) -> None:
        """Add a feed to a topic of this server's own, after a look at its newest post."""
        if not await _may(interaction):
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        match await self._own.find(asker_of(interaction), url, topic):
            case Choosing(number, feeds, unread):
                offered = [(feed.url, feed.title, feed.entries) for feed in feeds]
                await reply(interaction, body=feed_answers.choosing(number, offered, len(unread)))
            case Placing() as placing:
                await reply(interaction, body=_placing(placing))
            case refusal:
                await reply(interaction, _refused(refusal))

    @app_commands.command()
    @app_commands.describe(feed="Which of this server's own feeds")
    async def remove(self, interaction: discord.Interaction, feed: str) -> None:
        """Remove one of this server's own feeds; a topic goes with its last one."""
        if not await _may(interaction):
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        match await self._own.removal.remove(asker_of(interaction), feed):
            case Removed() as removed:
                said, body = _removed(removed)
                await reply(interaction, said, body=body)
            case WouldEnd(number, title, topic, subscriptions):
                ids = [one.channel_id for one in subscriptions]
                seen = [one for one in ids if sees(interaction, one)]
                said, body = feed_answers.would_end(
                    number, title, topic, seen, unseen=len(ids) - len(seen)
                )
                await reply(interaction, said, body=body)
            case refusal:
                await reply(interaction, _refused(refusal))

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """List this server's own feeds by topic, with how often each brings something."""
        if not await _may(interaction):
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await reply(interaction, body=await self._list(interaction, 0))

    @app_commands.command()
    @app_commands.describe(topic="Of which topic; of all that this server gets if left out")
    async def health(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """Show how the feeds are that this server gets, the worst first."""
        if not await _may(interaction):
            return
        if topic is not None and self._newsroom.topic(topic, interaction.guild_id) is None:
            await reply(interaction, feed_refusals.unknown_topic(topic))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await reply(interaction, body=await self._health(interaction, 0, topic))

    @app_commands.command()
    @app_commands.describe(url="The address of a feed, or of any page of a site")
    async def preview(
        self,
        interaction: discord.Interaction,
        url: app_commands.Range[str, 1, _MOST_ADDRESS],
    ) -> None:
        """Show how the newest posts of a feed would look, to you alone; nothing is added."""
        if not await _may(interaction):
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        match await self._own.preview(asker_of(interaction), url):
            case Previewed(look, others):
                rest = [(other.url, other.title, other.entries) for other in others]
                await reply(interaction, body=feed_answers.previewed(look, rest))
            case refusal:
                await reply(interaction, _refused(refusal))

    # ── presses ──────────────────────────────────────────────────────────────────────────

    async def pick(self, press: Press) -> None:
        """Answer the choice of one of several feeds."""
        interaction = press.interaction
        if not await _may(interaction):
            return
        await interaction.response.defer()
        index = press.values[0] if press.values else ""
        chosen = int(index) if index.isascii() and index.isdigit() else -1
        match await self._own.pick(asker_of(interaction), int(press["number"]), chosen):
            case Placing() as placing:
                await update(interaction, _placing(placing))
            case refusal:
                await whisper(interaction, _refused(refusal))

    async def put(self, press: Press) -> None:
        """Answer the choice of a topic."""
        interaction = press.interaction
        if not await _may(interaction):
            return
        await interaction.response.defer()
        topic = press["topic"] or "".join(press.values[:1])
        made = await self._own.add(asker_of(interaction), int(press["number"]), topic)
        await _tell_added(interaction, made)

    async def name(self, press: Press) -> None:
        """Ask what a new topic is called."""
        interaction, number = press.interaction, int(press["number"])
        if not await _may(interaction):
            return
        title = await in_time(self._own.title_of(asker_of(interaction), number))
        if title is None:
            await whisper(interaction, answers.too_slow())
        elif isinstance(title, NotBegun):
            await whisper(interaction, _refused(title))
        else:
            await ask(interaction, feed_answers.topic_form(number, title))

    async def make(self, press: Press) -> None:
        """Take the form of a new topic."""
        interaction = press.interaction
        if not await _may(interaction):
            return
        title = press.filled.get(feed_answers.TITLE, "")
        emoji = press.filled.get(feed_answers.EMOJI, "")
        if wrong := self._own.misnamed(interaction.guild_id or 0, title, emoji):
            await whisper(interaction, _refused(wrong))
            return
        await interaction.response.defer()
        made = await self._own.make(asker_of(interaction), int(press["number"]), title, emoji)
        await _tell_added(interaction, made)

    async def drop(self, press: Press) -> None:
        """Leave it all as it is."""
        await update(press.interaction, content=feed_answers.kept())

    async def end(self, press: Press) -> None:
        """Remove a topic with its last feed."""
        interaction = press.interaction
        if not await _may(interaction):
            return
        await interaction.response.defer()
        match await self._own.removal.end(asker_of(interaction), int(press["number"])):
            case Removed() as removed:
                said, body = _removed(removed)
                await update(interaction, body, said)
            case refusal:
                await whisper(interaction, _refused(refusal))

    async def undo(self, press: Press) -> None:
        """Bring back what was removed."""
        interaction = press.interaction
        if not await _may(interaction):
            return
        await interaction.response.defer()
        match await self._own.removal.undo(asker_of(interaction), int(press["number"])):
            case Restored(title, topic):
                await update(interaction, content=feed_answers.restored(title, topic))
            case refusal:
                await whisper(interaction, _refused(refusal))

    async def turn_list(self, press: Press) -> None:
        """Turn a page of the list."""
        if not await _may(press.interaction):
            return
        await press.interaction.response.defer()
        await update(press.interaction, await self._list(press.interaction, int(press["page"])))

    async def turn_health(self, press: Press) -> None:
        """Turn a page of how feeds are."""
        if not await _may(press.interaction):
            return
        await press.interaction.response.defer()
        page, topic = int(press["page"]), press["topic"] or None
        if topic and self._newsroom.topic(topic, press.interaction.guild_id) is None:
            await whisper(press.interaction, feed_refusals.unknown_topic(topic))
            return
        await update(press.interaction, await self._health(press.interaction, page, topic))

    # ── lists ────────────────────────────────────────────────────────────────────────────

    async def _list(self, interaction: discord.Interaction, page: int) -> dict[str, object]:
        guild_id = interaction.guild_id or 0
        feeds = await self._own.feeds(guild_id)
        topics = len(self._own.topics(guild_id))
        return feed_answers.own_list(feeds, page, topics, (MOST_TOPICS, MOST_FEEDS))

    async def _health(
        self, interaction: discord.Interaction, page: int, named: str | None
    ) -> dict[str, object]:
        guild_id = interaction.guild_id or 0
        topic = self._newsroom.topic(named, guild_id) if named else None
        return feed_answers.health(await self._own.health(guild_id, topic), page, topic)

    # ── while somebody types ─────────────────────────────────────────────────────────────

    @add.autocomplete("topic")
    async def offer_own_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the server's own topics."""
        return offers.choices(named(self._own.topics(interaction.guild_id or 0)), typed)

    @health.autocomplete("topic")
    async def offer_topics(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer all topics that the server has."""
        return self._offers.offered(interaction, typed)

    @remove.autocomplete("feed")
    async def offer_feeds(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the server's own feeds to those who may remove them."""
        if not interaction.permissions.manage_guild:
            return []
        feeds = await self._own.removal.named(interaction.guild_id or 0)
        labels = [(feed.code, feed_answers.feed_label(feed.title, feed.topic)) for feed in feeds]
        return offers.choices([Named(code, label) for code, label in labels], typed)


async def _may(interaction: discord.Interaction) -> bool:
    """Tell whether a member manages the server; who does not is told so."""
    if interaction.guild_id is not None and interaction.permissions.manage_guild:
        return True
    await reply(interaction, feed_refusals.managers_only())
    return False


def _placing(placing: Placing) -> dict[str, object]:
    return feed_answers.placing(
        placing.number,
        placing.look,
        placing.topics,
        placing.has,
        placing.chosen,
        may_make=placing.may_make,
    )


def _removed(removed: Removed) -> tuple[str, dict[str, object]]:
    return feed_answers.removed(
        removed.number, removed.title, removed.topic, with_topic=removed.with_topic
    )


async def _tell_added(
    interaction: discord.Interaction,
    made: Added | AlreadyIn | Full | NotBegun | NoOwnTopic | BadName,
) -> None:
    if isinstance(made, Added):
        said = feed_answers.added(made.title, made.topic)
        await update(interaction, feed_answers.bring(made.topic), said)
    else:  # what was pressed stays: of two quick presses, the first may have done it
        await whisper(interaction, _refused(made))


def _refused(refusal: Refusal) -> str:
    """Say why something can't be done."""
    match refusal:
        case TooOften(until, whole_server):
            return feed_refusals.too_often(until, whole_server=whole_server)
        case NoFeed(reason):
            return feed_refusals.no_feed(reason)
        case Full(limit, topics):
            return feed_refusals.full(limit, topics=topics)
        case AlreadyIn(topic):
            return feed_answers.already_in(topic)
        case _:
            return _unknown(refusal)


def _unknown(refusal: BadName | NoOwnFeed | NoOwnTopic | NotBegun) -> str:
    """Say that what is named is not there, or can't be called so."""
    match refusal:
        case NoOwnTopic(name, in_catalogue):
            return feed_refusals.no_own_topic(name, in_catalogue=in_catalogue)
        case NoOwnFeed(named):
            return feed_refusals.no_own_feed(named)
        case BadName():
            return _bad_name(refusal)
        case NotBegun():
            return feed_refusals.not_begun()


def _bad_name(name: BadName) -> str:
    if name.is_emoji:
        return feed_refusals.bad_emoji(name.typed)
    if name.is_taken:
        return feed_refusals.taken_title(name.typed)
    return feed_refusals.bad_title(name.typed)
