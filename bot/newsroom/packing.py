"""Makes the message of a delivery: a story's post, or a digest of what was held back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from bot.delivery.backlog import OFFLINE, put_off
from bot.delivery.plan import QUIET
from bot.models import (
    Body,
    Delivery,
    ExplainedStory,
    Flow,
    Millis,
    Outcome,
    Pace,
    Post,
    Rejected,
    Subscription,
)
from bot.models.said import said
from bot.newsroom.explaining import topic_of
from bot.newsroom.parts import Parts
from bot.newsroom.reconcile import Reconciler
from bot.newsroom.servers import language_for
from bot.publish import digest as digests
from bot.publish import follow_answers, render
from bot.publish.digest import DigestKind
from bot.store import Tx
from bot.stories.ranking import rank
from bot.words import speaking

Explained = Callable[[int, str, Millis], Awaitable[ExplainedStory | None]]
"""Gives a story with its explainer, by a time."""

_KINDS = {Pace.DAILY: DigestKind.DAILY, Pace.HOURLY: DigestKind.HOURLY}
_GONE = Rejected(said("The story is not kept any more."))
_QUIET = QUIET.partition("{")[0]
_EMPTY = Rejected(said("Its stories were posted before, or are no news any more."))


class Packer:
    """Makes posts; what can't be made is an outcome."""

    def __init__(self, parts: Parts, explained: Explained, reconciler: Reconciler) -> None:
        self._parts = parts
        self._explained = explained
        self._reconciler = reconciler

    async def pack(self, delivery: Delivery, *, doubtful: bool) -> Post | Outcome:
        """Make the message of a delivery, as its subscription wants it.

        What is `doubtful` is made at any hour: it has to be looked for.
        """
        now = self._parts.clock()
        flows, language = await self._flows(delivery)
        if not doubtful and (later := put_off(delivery, list(flows.values()), now)) is not None:
            return later
        with speaking(language):
            return await self._pack(delivery, flows, now + self._parts.limits.run)

    async def _pack(
        self, delivery: Delivery, flows: Mapping[str, Flow], until: Millis
    ) -> Post | Outcome:
        if delivery.story_id is None:
            return await self._digest(delivery, flows, until)
        told = await self._explained(delivery.story_id, delivery.topic, until)
        if told is None:
            return _GONE
        article = told.story.article
        mention = flows.get(delivery.topic, Flow()).mention
        body = render.post(told)
        if not delivery.guild_id:
            body = await self._carrying_on(delivery, body)
        return Post(body, article.title or article.teaser, told.topic.title, mention)

    async def _carrying_on(self, delivery: Delivery, body: Body) -> Body:
        """Say in direct messages which story that is followed a post carries on."""
        channel_id, story_id = delivery.channel_id, delivery.story_id or 0
        follow = await self._parts.store.read(lambda tx: tx.follows.of_post(channel_id, story_id))
        return body if follow is None else follow_answers.more_on(body, follow)

    async def _flows(self, delivery: Delivery) -> tuple[dict[str, Flow], str | None]:
        """Return how the subscriptions flow that a delivery goes out for, and its language."""

        async def look(tx: Tx) -> tuple[list[Subscription], str | None]:
            found = await tx.subscriptions.in_channel(delivery.channel_id)
            return found, await language_for(tx, delivery, self._parts)

        found, language = await self._parts.store.read(look)
        wanted = (s for s in found if delivery.is_digest or s.topic == delivery.topic)
        return {s.topic: s.flow for s in wanted}, language

    async def _digest(
        self, delivery: Delivery, flows: Mapping[str, Flow], until: Millis
    ) -> Post | Outcome:
        held = await self._parts.store.read(lambda tx: tx.digests.held_in(delivery.id))
        new = await self._new_ones(held, until)
        if not isinstance(new, list):
            return new
        if not (held := new):
            return _EMPTY
        best = await self._best(held)
        told = await self._told(best, until)
        if not told:
            return _GONE
        names = sorted({d.topic for d in held})
        own = [flows.get(name, Flow()) for name in names]
        kind = _kind(held, own)
        topics = [topic_of(self._parts, name) for name in names]
        body = digests.digest(told, total=len(held), nonce=delivery.nonce, topics=topics, kind=kind)
        mentions = {flow.mention for flow in own}
        return Post(
            body,
            digests.title(len(held), kind),
            topics[0].title if len(topics) == 1 else "",
            mentions.pop() if len(mentions) == 1 else None,
        )

    async def _new_ones(self, held: list[Delivery], until: Millis) -> list[Delivery] | Outcome:
        """Leave out what an earlier life of the database has shown already."""
        if all(d.first_attempt_at is None for d in held):
            return held
        told = await self._by_delivery(held, until)
        bodies = {number: render.post(story) for number, story in told.items()}
        return await self._reconciler.weed(held, bodies)

    async def _best(self, held: Sequence[Delivery]) -> list[Delivery]:
        ids = {d.story_id: d for d in held if d.story_id is not None}
        weighed = await self._parts.store.read(lambda tx: tx.stories.weights(list(ids)))
        return [ids[story_id] for story_id in rank(weighed)[: digests.BEST]]

    async def _told(self, chosen: Sequence[Delivery], until: Millis) -> list[ExplainedStory]:
        told = await self._by_delivery(chosen, until)
        return [told[d.id] for d in chosen if d.id in told]

    async def _by_delivery(
        self, chosen: Collection[Delivery], until: Millis
    ) -> dict[int, ExplainedStory]:
        wanted = {d.id: (d.story_id, d.topic) for d in chosen if d.story_id is not None}
        stories = await asyncio.gather(
            *(self._explained(story_id, topic, until) for story_id, topic in wanted.values())
        )
        pairs = zip(wanted, stories, strict=True)
        return {number: story for number, story in pairs if story is not None}


def _kind(held: Collection[Delivery], flows: Collection[Flow]) -> DigestKind:
    """Name a digest by what all of it was held for; else it is what has come together."""
    reasons = [delivery.reason or "" for delivery in held]
    if OFFLINE in reasons:
        return DigestKind.BACKLOG
    if all(reason.startswith(_QUIET) for reason in reasons):
        return DigestKind.QUIET
    found = {_KINDS.get(flow.pace, DigestKind.BRIEF) for flow in flows}
    return found.pop() if len(found) == 1 else DigestKind.BRIEF
