"""Conducts how stories flow into channels: what flows, the proof of a new one, and digests."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.delivery.plan import proof
from bot.delivery.rollback import NOTE, Doubt
from bot.models import Millis, Story, Subscription, Topic
from bot.newsroom.explaining import topic_of
from bot.newsroom.parts import Parts
from bot.store import Tx

_CANDIDATES = 10


class Proof(Enum):
    """What a channel gets to see of a topic as soon as it has subscribed it."""

    POSTED = auto()
    """Its newest story is on its way."""
    KNOWN = auto()
    """Nothing: it has had this topic before, or its newest stories for another one."""
    NOTHING = auto()
    """Nothing: there is no story yet."""


@dataclass(frozen=True, slots=True)
class Flowing:
    """A subscription, with the topic that it is to."""

    subscription: Subscription
    topic: Topic


class Flows:
    """What is asked of subscriptions that there are; `ring` wakes the loop that delivers."""

    def __init__(self, parts: Parts, ring: Callable[[], None]) -> None:
        self._parts = parts
        self._store = parts.store
        self._ring = ring

    async def of_channel(self, channel_id: int, topic: str | None = None) -> list[Flowing]:
        """List how a channel's subscriptions flow, or the one to this topic, by topic."""
        return self._flowing(await self._store.read(lambda tx: _named(tx, channel_id, topic)))

    async def prove(self, channel_id: int, topic: str) -> Proof:
        """Post a topic's newest story in a channel that has had none of it; once is enough."""
        now = self._parts.clock()
        proved = await self._store.write(lambda tx: _prove(tx, channel_id, topic, now))
        if proved is Proof.POSTED:
            self._ring()
        return proved

    async def digest(self, nonce: str, places: Collection[int]) -> list[tuple[Story, Topic]]:
        """List the stories of the digest that was sent with this nonce, as far as they are kept.

        It has to have gone to one of these channels: what was posted elsewhere is no business of
        whoever knows its nonce.
        """

        async def ask(tx: Tx) -> list[tuple[Story, Topic]]:
            listed = [d for d in await tx.digests.stories(nonce) if d.channel_id in places]
            found = [(await tx.stories.get(d.story_id or 0), d.topic) for d in listed]
            return [(s, topic_of(self._parts, topic)) for s, topic in found if s is not None]

        return await self._store.read(ask)

    def _flowing(self, found: list[Subscription]) -> list[Flowing]:
        return [Flowing(each, topic_of(self._parts, each.topic)) for each in found]


async def _named(tx: Tx, channel_id: int, topic: str | None) -> list[Subscription]:
    found = await tx.subscriptions.in_channel(channel_id)
    return [each for each in found if topic is None or each.topic == topic]


async def _prove(tx: Tx, channel_id: int, topic: str, now: Millis) -> Proof:
    subscription = await tx.subscriptions.get(channel_id, topic)
    if subscription is None or subscription.paused_reason is not None:
        return Proof.KNOWN
    last = await tx.flows.last_planned(channel_id, topic)
    if last is not None:
        # What came in since then is as good a proof.
        return Proof.POSTED if last >= subscription.created_at else Proof.KNOWN
    stories = await tx.stories.newest([topic], _CANDIDATES)
    new = [s for s in stories if not await tx.flows.has(channel_id, s.id)]
    if not new:
        return Proof.KNOWN if stories else Proof.NOTHING
    delivery, due_at = proof(subscription, new[0].id, now)
    doubt = Doubt.read(await tx.notes.get(NOTE), now)
    if doubt is not None:  # it may have been shown in the time that is lost
        delivery = replace(delivery, first_attempt_at=doubt.since)
    await tx.deliveries.add([(delivery, due_at)], now)
    return Proof.POSTED
