"""Conducts what members follow for themselves: topics and stories, by direct message."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import structlog

from bot.delivery.following import MOST_STORIES, QUIET
from bot.delivery.nonces import nonce_of
from bot.models import (
    MINUTE,
    Allowance,
    Follow,
    Millis,
    Outcome,
    Pace,
    Post,
    RetryLater,
    Sent,
    Story,
    Subscription,
    Topic,
)
from bot.newsroom.allowances import take_all
from bot.newsroom.asking import Asker, is_shown
from bot.newsroom.explaining import topic_of
from bot.newsroom.following import may_be_carried_on, rare_words
from bot.newsroom.parts import Parts
from bot.newsroom.planning import go_on
from bot.newsroom.subscribing import (
    Adjusted,
    AlreadySubscribed,
    AskedFlow,
    Subscribed,
    TooMany,
    subscribe,
)
from bot.publish import follow_answers
from bot.store import Tx
from bot.words import spoken

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NoDirectMessages:
    """The member can't be written to."""

    closed: bool
    """They don't take direct messages from the bot; else Discord can't be had at the moment."""
    until: Millis | None = None
    """When they may be tried again, where that was done often of late."""


@dataclass(frozen=True, slots=True)
class Following:
    """The member hears of what carries a story on."""

    follow: Follow
    already: bool
    """They did before."""
    in_vain: bool = False
    """Nothing could be found that carries it on, as the archive is now."""


@dataclass(frozen=True, slots=True)
class StoryGone:
    """The story is not kept any more."""


@dataclass(frozen=True, slots=True)
class OwnStory:
    """The story comes from feeds that a server reads by itself."""


@dataclass(frozen=True, slots=True)
class TooManyStories:
    """The member follows as many stories as they may."""

    limit: int


@dataclass(frozen=True, slots=True)
class Followed:
    """All that a member follows."""

    topics: tuple[tuple[Topic, Subscription], ...] = ()
    stories: tuple[Follow, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether that is anything."""
        return bool(self.topics or self.stories)


TRIES = Allowance(burst=5, every=2 * MINUTE)
"""How often one may have it tried whether their direct messages are open."""


class Follows:
    """What members follow; `ring` wakes the loops that poll and deliver.

    A subscription of the server 0 is a member's own, and its channel their direct messages.
    """

    def __init__(self, parts: Parts, ring: Callable[[], None]) -> None:
        self._parts = parts
        self._store = parts.store
        self._ring = ring

    async def topic(
        self, member_id: int, topic: Topic, pace: Pace | None = None
    ) -> Subscribed | Adjusted | AlreadySubscribed | TooMany | NoDirectMessages:
        """Let a member have a topic by direct message, or go on with it, or change its pace.

        The topic must be one that is for all.
        """
        channel_id = await self._open(member_id)
        if isinstance(channel_id, NoDirectMessages):
            return channel_id
        now = self._parts.clock()
        wanted = Subscription(0, channel_id, topic.name, now, member_id)

        async def write(
            tx: Tx,
        ) -> Subscribed | Adjusted | AlreadySubscribed | TooMany:
            asked = AskedFlow(pace)
            made = await subscribe(
                tx, wanted, topic, asked, shortest=self._parts.shortest, now=wanted.created_at
            )
            await self._keep(tx, member_id, channel_id, now)
            return made

        made = await self._store.write(write)
        self._ring()
        return made

    async def story(
        self, asker: Asker, story_id: int
    ) -> Following | StoryGone | OwnStory | TooManyStories | NoDirectMessages:
        """Let a member hear of what carries a story on, until it has been quiet for seven days.

        What a server reads by itself goes to nobody's direct messages: who has left the server
        would go on getting it.
        """
        member_id = asker.member_id
        if not await self._store.read(lambda tx: tx.stories.is_in_catalogue(story_id)):
            shown = await self._store.read(lambda tx: is_shown(tx, story_id, asker))
            return OwnStory() if shown else StoryGone()
        before = await self._store.read(lambda tx: tx.follows.get(member_id, story_id))
        if before is not None and before.paused_reason is None:
            return Following(before, already=True)
        story = await self._store.read(lambda tx: tx.stories.get(story_id))
        if story is None:
            return StoryGone()
        if before is None and await self._is_full(member_id):
            return TooManyStories(MOST_STORIES)
        direct_id = await self._open(member_id)
        if isinstance(direct_id, NoDirectMessages):
            return direct_id
        words = await self._store.read(lambda tx: rare_words(tx, story.article))
        findable = await self._store.read(lambda tx: may_be_carried_on(tx, story.article))
        now = self._parts.clock()

        async def write(tx: Tx) -> Following | TooManyStories:
            await self._keep(tx, member_id, direct_id, now)
            return await _follow(tx, _new(member_id, direct_id, story, now), words)

        made = await self._store.write(write)
        self._ring()
        return replace(made, in_vain=not findable) if isinstance(made, Following) else made

    async def end_story(self, member_id: int, story_id: int) -> Follow | None:
        """End what a member hears of a story; None: they did not follow it."""
        return await self._store.write(lambda tx: tx.follows.end(member_id, story_id))

    async def end_topic(self, member_id: int, named: str) -> Topic | None:
        """End a topic that a member gets, by its name, title or label; None: they don't get it."""
        wanted = named.strip().casefold()
        for topic, subscription in (await self.of(member_id)).topics:
            if wanted in {name.casefold() for name in (topic.name, topic.title, topic.label)}:
                await self._store.write(lambda tx, one=subscription: _end_topic(tx, one))  # type: ignore[misc]  # mypy can't infer a lambda with a default
                self._ring()
                return topic
        return None

    async def end_all(self, member_id: int) -> Followed:
        """End all that a member follows; return what that was."""
        followed = await self.of(member_id)

        async def end(tx: Tx) -> None:
            for subscription in await tx.subscriptions.of_member(member_id):
                await _end_topic(tx, subscription)
            await tx.follows.forget_member(member_id)

        await self._store.write(end)
        self._ring()
        return followed

    async def of(self, member_id: int) -> Followed:
        """List all that a member follows."""

        async def ask(tx: Tx) -> Followed:
            topics = await tx.subscriptions.of_member(member_id)
            return Followed(
                tuple((topic_of(self._parts, s.topic), s) for s in topics),
                tuple(await tx.follows.of_member(member_id)),
            )

        return await self._store.read(ask)

    async def _is_full(self, member_id: int) -> bool:
        found = await self._store.read(lambda tx: tx.follows.of_member(member_id))
        return len(found) >= MOST_STORIES

    async def _open(self, member_id: int) -> int | NoDirectMessages:
        """Return the channel of a member's direct messages, which takes what is posted.

        What says so is the first message there; one is sent again where it was refused last.
        """
        known = await self._store.read(lambda tx: tx.follows.direct(member_id))
        if known is not None and not known[1]:
            return known[0]
        if until := await self._tried_often(member_id):
            return NoDirectMessages(closed=False, until=until)
        opened = known[0] if known else await self._parts.publisher.direct(member_id)
        if not isinstance(opened, int):
            return _no_messages(opened)
        # Pressed twice at once, it comes once.
        nonce = nonce_of("direct", opened, self._parts.clock() // MINUTE)
        body = follow_answers.welcome(again=known is not None)
        said = await self._parts.publisher.publish(opened, Post(body, ""), nonce)
        return opened if isinstance(said, Sent) else _no_messages(said)

    async def _tried_often(self, member_id: int) -> Millis | None:
        """Count a try to write to a member; return until when there can be none.

        Discord counts what it refuses, for all servers together.
        """
        now, name = self._parts.clock(), f"follows:member:{member_id}"
        waits = await self._store.write(lambda tx: take_all(tx, {name: TRIES}, now))
        return waits[1] if waits else None

    async def _keep(self, tx: Tx, member_id: int, channel_id: int, now: Millis) -> None:
        """Keep the member's language, and let direct messages go on that were closed."""
        await tx.servers.keep_member(member_id, spoken(), channel_id)
        found = await tx.follows.direct(member_id)
        if found is not None and found[1]:
            await tx.subscriptions.resume(channel_id)
            await tx.follows.resume(channel_id)
            await go_on(tx, channel_id, now)


def _no_messages(outcome: Outcome) -> NoDirectMessages:
    log.info("direct messages can't be opened", outcome=type(outcome).__name__)
    return NoDirectMessages(closed=not isinstance(outcome, RetryLater))


def _new(member_id: int, channel_id: int, story: Story, now: Millis) -> Follow:
    headline = " ".join((story.article.title or story.article.teaser).split())
    return Follow(0, member_id, channel_id, story.id, headline[:_HEADLINE], now, now + QUIET)


_HEADLINE = 300


async def _follow(tx: Tx, wanted: Follow, words: Collection[str]) -> Following | TooManyStories:
    if before := await tx.follows.get(wanted.member_id, wanted.story_id):
        return Following(before, already=True)
    if len(await tx.follows.of_member(wanted.member_id)) >= MOST_STORIES:
        return TooManyStories(MOST_STORIES)
    await tx.follows.add(wanted, words)
    return Following(wanted, already=False)


async def _end_topic(tx: Tx, subscription: Subscription) -> None:
    await tx.deliveries.cancel(subscription.channel_id, subscription.topic)
    await tx.subscriptions.remove(subscription.channel_id, subscription.topic)
