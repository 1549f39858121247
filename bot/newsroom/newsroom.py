"""What members and the program ask of the newsroom, and the loops that run meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import structlog

from bot.feeds.health import health
from bot.models import (
    ExplainedStory,
    Feed,
    Health,
    Millis,
    Origin,
    Pace,
    Story,
    Subscription,
    Topic,
)
from bot.newsroom.accounts import Accounts
from bot.newsroom.asking import Asked, Asker, Asking, is_shown
from bot.newsroom.catchup import CatchingUp
from bot.newsroom.deliver import Deliver
from bot.newsroom.explaining import Explaining, topic_of
from bot.newsroom.facts import Facts
from bot.newsroom.feedback import Feedbacks
from bot.newsroom.flows import Flows, Proof
from bot.newsroom.follows import Follows
from bot.newsroom.housekeeping import Housekeeping
from bot.newsroom.notices import Notices
from bot.newsroom.offering import Offering
from bot.newsroom.own_feeds import OwnFeeds
from bot.newsroom.parts import Parts
from bot.newsroom.presence import Presence
from bot.newsroom.privacy import Privacy
from bot.newsroom.publications import Publications
from bot.newsroom.searching import Searching
from bot.newsroom.servers import Servers
from bot.newsroom.settings import Settings
from bot.newsroom.subscribing import (
    Adjusted,
    AlreadySubscribed,
    AskedFlow,
    Subscribed,
    TooMany,
    UnknownTopic,
    subscribe,
)
from bot.newsroom.topics import Topics
from bot.newsroom.watch import Watch
from bot.store import Tx

PATIENCE = 8.0
"""Seconds that a member who asks for the latest waits for feeds at the most."""
CANDIDATES = 3
"""How many of the newest stories are looked through for one that can be explained."""
GRACE = 5.0
"""Seconds that messages under way have to end when the program stops."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription as it is listed, with how its topic's feeds are."""

    subscription: Subscription
    topic: Topic
    health: tuple[Health, ...]


@dataclass(frozen=True, slots=True)
class NoStory:
    """Nothing has come in yet; the feeds say why, where one of them fails."""

    topics: tuple[Topic, ...]
    health: tuple[Health, ...]


class Newsroom:
    """The program without its faces; `async with` it, and `start` its loops.

    A loop or a task that dies ends the `async with` block, with its reason.
    """

    def __init__(self, parts: Parts) -> None:
        self._topics = Topics(parts.topics)
        self._parts = parts = replace(parts, topics=self._topics)
        self._group = asyncio.TaskGroup()
        self._explaining = Explaining(parts)
        self._asking = Asking(parts, self._explaining)
        self._publications = Publications(parts)
        self._notices = Notices(parts)
        self._deliver = Deliver(
            parts,
            self._group,
            self._explained,
            self._publications.look_again,
            self._notices.look_again,
        )
        self._watch = Watch(parts, self._group, self._deliver.look_again)
        self._housekeeping = Housekeeping(parts)
        self._facts = Facts(parts)
        self._loops: list[asyncio.Task[None]] = []
        self._open_desks(parts)

    def _open_desks(self, parts: Parts) -> None:
        self.flows = Flows(parts, self._deliver.look_again)
        """How stories flow into channels."""
        self.settings = Settings(parts, self._deliver.look_again)
        """Changes to how servers are served."""
        self.servers = Servers(parts)
        """What servers have set for all of their channels."""
        self.follows = Follows(parts, self._look_again)
        """What members get by direct message."""
        self.offering = Offering(parts, self._explaining, self._freshen, self._look_again)
        """What /subscribe says before it promises, and what becomes of it."""
        self.accounts = Accounts(parts)
        """What became of stories in channels."""
        self.own = OwnFeeds(parts, self._topics, self._look_again)
        """Topics and feeds that servers have made their own."""
        self.presence = Presence(parts, self._look_again, self.own.forget)
        """Servers, channels and permissions that come and go."""
        self.searching = Searching(parts, self.topics_in)
        """Earlier stories."""
        self.catching_up = CatchingUp(parts)
        """What members have not seen of their channels."""
        self.feedback = Feedbacks(parts)
        """What members think of explainers."""
        self.privacy = Privacy(parts)
        """What is kept of members."""

    async def __aenter__(self) -> Self:
        await self.own.load()
        await self._parts.store.write(self._set_topics)
        await self._deliver.take_up()
        await self._notices.take_up()
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for loop in self._loops:
            loop.cancel()
        try:
            await self._watch.close()
            await self._deliver.finish(GRACE)
        finally:
            # A send that fails meanwhile cancels this very task; its reason must come out.
            await self._group.__aexit__(kind, error, trace)

    def start(self) -> None:
        """Begin to watch feeds and to deliver, until the `async with` block ends."""
        self._loops = [
            self._group.create_task(self._watch.loop()),
            self._group.create_task(self._deliver.loop()),
            self._group.create_task(self._publications.loop()),
            self._group.create_task(self._notices.loop()),
            self._group.create_task(self.presence.loop()),
            self._group.create_task(self._housekeeping.loop()),
            self._group.create_task(self._facts.loop()),
            self._group.create_task(self._parts.store.until_broken()),
        ]

    async def poll_due(self) -> None:
        """Poll every watched feed that is due and whose host has had its rest; return after it."""
        while await self._watch.begin_due() or self._watch.is_busy:
            if polls := self._watch.under_way:
                done, _ = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
                for poll in done:
                    poll.result()

    async def deliver_due(self) -> None:
        """Send every delivery that is due, and return when all are settled."""
        await self._deliver.send_due()

    async def publish_due(self) -> None:
        """Publish every post that is due to the followers of its channel."""
        await self._publications.publish_due()

    async def tell_due(self) -> None:
        """Tell everybody who is to be told that a channel is paused."""
        await self._notices.tell_due()

    async def tidy(self) -> None:
        """Forget what is not needed any more, and return when that is done."""
        await self._housekeeping.tidy()

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of the catalogue, in its order: those that everybody may see."""
        return self._topics.of(None)

    def topics_in(self, guild_id: int | None) -> tuple[Topic, ...]:
        """List the topics that a server has: the catalogue's, and its own."""
        return self._topics.of(guild_id)

    def topic(self, named: str, guild_id: int | None = None) -> Topic | None:
        """Find a topic of a server by its name, title or label, as a member may have typed it."""
        return self._topics.named(named, guild_id)

    async def subscribe(
        self,
        *,
        guild_id: int,
        channel_id: int,
        topic: str,
        member_id: int,
        pace: Pace | None = None,
        mention: int | None = None,
    ) -> Subscribed | Adjusted | AlreadySubscribed | UnknownTopic | TooMany:
        """Give a channel a topic from now on, resume it there, or change how it flows.

        `mention` is a role. What is None stays as it is, or is as usual.
        """
        found = self.topic(topic, guild_id)
        if found is None:
            return UnknownTopic(topic)
        now = self._parts.clock()
        wanted = Subscription(guild_id, channel_id, found.name, now, member_id)
        flow, shortest = AskedFlow(pace, mention), self._parts.shortest
        result = await self._parts.store.write(
            lambda tx: subscribe(tx, wanted, found, flow, shortest=shortest, now=now)
        )
        self._look_again()
        return result

    async def prove(self, channel_id: int, topic: str, *, freshen: bool = True) -> Proof | NoStory:
        """Post a topic's newest story in a channel that has had none of it.

        Feeds that nobody has asked for a while are asked first, `PATIENCE` seconds at most, unless
        that was done a moment ago (`freshen`).
        """
        if freshen:
            await self._freshen([topic])
        proof = await self.flows.prove(channel_id, topic)
        return await self._no_story([topic]) if proof is Proof.NOTHING else proof

    async def digest(self, nonce: str, places: Collection[int]) -> list[tuple[Story, Topic]]:
        """List the stories of the digest that was sent with this nonce to one of these channels."""
        return await self.flows.digest(nonce, places)

    async def unsubscribe(
        self, channel_id: int, topic: str, guild_id: int | None = None
    ) -> Topic | None:
        """Take a topic from a channel; None where the channel did not have it."""
        found = self.topic(topic, guild_id)
        topic = found.name if found else topic

        async def remove(tx: Tx) -> bool:
            await tx.deliveries.cancel(channel_id, topic)
            return await tx.subscriptions.remove(channel_id, topic)

        removed = await self._parts.store.write(remove)
        self._watch.look_again()
        return self._topic(topic) if removed else None

    async def subscriptions(self, guild_id: int) -> list[Listed]:
        """List what a server's channels get, by channel."""

        async def ask(tx: Tx) -> list[Listed]:
            return [
                Listed(s, self._topic(s.topic), self._health(await tx.feeds.of_topics([s.topic])))
                for s in await tx.subscriptions.in_guild(guild_id)
            ]

        return await self._parts.store.read(ask)

    async def topics_in_channel(self, channel_id: int) -> list[str]:
        """Name the topics that a channel gets."""
        return await self._parts.store.read(lambda tx: tx.subscriptions.topics_of(channel_id))

    async def latest(
        self, topic: str | None, asker: Asker | None = None, *, channel_id: int | None = None
    ) -> ExplainedStory | NoStory | UnknownTopic:
        """Return a topic's newest story that can be explained, or else its newest.

        Without a topic: of what the channel gets, else the server, else all there is. Feeds that
        nobody has asked for a while are asked now; that is waited for `PATIENCE` seconds at most.
        """
        guild_id = asker.guild_id if asker else None
        asked = self.topic(topic, guild_id) if topic else None
        if topic and asked is None:
            return UnknownTopic(topic)
        topic = asked.name if asked else None
        names = [asked.name] if asked else await self._usual_topics(guild_id, channel_id)
        await self._freshen(names)
        payer = asker.purse if asker else None
        stories = await self._parts.store.read(lambda tx: tx.stories.newest(names, CANDIDATES))
        newest: ExplainedStory | None = None
        until = self._parts.clock() + self._parts.limits.run
        for story in stories:
            told = await self._explaining.explained(
                story.id, topic, guild_id=guild_id, payer=payer, until=until
            )
            if told is not None and told.explainer.origin is not Origin.NONE:
                return told
            newest = newest or told
        return newest or await self._no_story(names)

    async def _usual_topics(self, guild_id: int | None, channel_id: int | None) -> list[str]:
        async def ask(tx: Tx) -> list[str]:
            found = await tx.subscriptions.in_channel(channel_id) if channel_id else []
            found = found or (await tx.subscriptions.in_guild(guild_id) if guild_id else [])
            return sorted({subscription.topic for subscription in found})

        asked = await self._parts.store.read(ask)
        # Asking the feeds of all topics for one member would be a flood of requests.
        return asked or [next(iter(self._parts.topics))]

    async def _freshen(self, topics: list[str]) -> None:
        """Poll those feeds of the topics that have not been asked lately, within bounds."""
        feeds = await self._parts.store.read(lambda tx: tx.feeds.of_topics(topics))
        now = self._parts.clock()
        stale = [feed for feed in feeds if self._is_stale(feed, now)]
        if stale:
            await asyncio.wait(await self._watch.ask(stale), timeout=PATIENCE)

    def _is_stale(self, feed: Feed, now: Millis) -> bool:
        if feed.failures or (feed.fresh_until or 0) > now:
            return feed.next_poll_at <= now
        return feed.succeeded_at is None or feed.succeeded_at <= now - self._parts.shortest

    async def _no_story(self, names: list[str]) -> NoStory:
        feeds = await self._parts.store.read(lambda tx: tx.feeds.of_topics(names))
        return NoStory(tuple(self._topic(name) for name in names), self._health(feeds))

    def _health(self, feeds: list[Feed]) -> tuple[Health, ...]:
        now = self._parts.clock()
        return tuple(health(feed, now) for feed in feeds)

    async def explained(self, story_id: int, asker: Asker | None = None) -> ExplainedStory | None:
        """Return a story with its explainer; None where it is not kept, or not for who asks."""
        if asker is not None and not await self._parts.store.read(
            lambda tx: is_shown(tx, story_id, asker)
        ):
            return None
        payer = asker.purse if asker else None
        guild_id = asker.guild_id if asker else None
        return await self._explaining.explained(story_id, guild_id=guild_id, payer=payer)

    async def explain_link(self, link: str, asker: Asker) -> Asked:
        """Explain what a link leads to, as far as the asker has not asked too often."""
        return await self._asking.explained(link, asker)

    def _look_again(self) -> None:
        """Say that other feeds may be wanted now, and other deliveries due."""
        self._watch.look_again()
        self._deliver.look_again()

    async def _explained(self, story_id: int, topic: str, until: Millis) -> ExplainedStory | None:
        return await self._explaining.explained(story_id, topic, until=until)

    async def note(self, name: str) -> str | None:
        """Return a small fact that the program keeps for itself."""
        return await self._parts.store.read(lambda tx: tx.notes.get(name))

    async def keep_note(self, name: str, value: str) -> None:
        """Keep a small fact for the program itself."""
        await self._parts.store.write(lambda tx: tx.notes.put(name, value))

    def keep_fact(self, name: str, tell: Callable[[], str]) -> None:
        """Keep what this tells as a note, as it changes, once the loops have begun."""
        self._facts.add(name, tell)

    async def _set_topics(self, tx: Tx) -> None:
        feeds = {topic.name: topic.feeds for topic in self._topics.values()}
        await tx.feeds.set_topics(feeds, self._parts.clock())

    def _topic(self, name: str) -> Topic:
        return topic_of(self._parts, name)
