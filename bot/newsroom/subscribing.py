"""Subscribing: what it can come to, and the one transaction that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.models import Flow, Millis, Pace, Subscription, Topic
from bot.newsroom.auditing import Author, note_subscription
from bot.newsroom.planning import go_on
from bot.store import Tx

CHANNEL_LIMIT = 25
GUILD_LIMIT = 100
"""How many subscriptions a channel and a server may have."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The channel gets the topic from now on."""

    subscription: Subscription
    topic: Topic
    resumed: bool = False
    """It had the topic before, but nothing was sent, for a reason that is gone now."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The channel had the topic, and gets it otherwise from now on."""

    subscription: Subscription
    topic: Topic


@dataclass(frozen=True, slots=True)
class AlreadySubscribed:
    """The channel has the topic, and all is well with it."""

    subscription: Subscription
    topic: Topic
    number: int = 0
    """By which the buttons that change it name it, where it was asked for with a command."""


@dataclass(frozen=True, slots=True)
class UnknownTopic:
    """There is no topic of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """The channel, or the server, has as many subscriptions as it may have."""

    limit: int
    in_channel: bool


@dataclass(frozen=True, slots=True)
class AskedFlow:
    """How the stories are to flow, as far as it was said; None: as they do, or as is usual."""

    pace: Pace | None = None
    mention: int | None = None

    def of(self, flow: Flow) -> Flow:
        """Return the flow with what was asked for."""
        return replace(
            flow,
            pace=flow.pace if self.pace is None else self.pace,
            mention=flow.mention if self.mention is None else self.mention,
        )


async def subscribe(
    tx: Tx,
    wanted: Subscription,
    topic: Topic,
    asked: AskedFlow,
    *,
    shortest: Millis,
    now: Millis,
) -> Subscribed | Adjusted | AlreadySubscribed | TooMany:
    """Give a channel a topic, resume it there, or change how it flows.

    `shortest` is the shortest time between two polls of a feed.
    """
    existing = await tx.subscriptions.get(wanted.channel_id, wanted.topic)
    if existing is not None:
        return await again(tx, existing, topic, asked, member_id=wanted.created_by, now=now)
    in_channel = await tx.subscriptions.in_channel(wanted.channel_id)
    flow = asked.of(inherited([one.flow for one in in_channel]))
    return await begin(tx, replace(wanted, flow=flow), topic, shortest=shortest, now=now)


async def begin(
    tx: Tx, wanted: Subscription, topic: Topic, *, shortest: Millis, now: Millis
) -> Subscribed | TooMany:
    """Give a channel a topic that it does not have, flowing as is said."""
    if full := await no_room(tx, wanted.guild_id, wanted.channel_id):
        return full
    await tx.deliveries.cancel(wanted.channel_id, wanted.topic)  # left by an earlier one
    await tx.subscriptions.add(wanted)
    fresh = wanted.created_at - shortest
    await tx.feeds.bring_forward(topic.name, wanted.created_at, fresh)
    author = Author(wanted.guild_id, wanted.created_by)
    await note_subscription(
        tx, author, (None, wanted.flow), now, channel_id=wanted.channel_id, topic=topic.name
    )
    return Subscribed(wanted, topic)


async def no_room(tx: Tx, guild_id: int, channel_id: int) -> TooMany | None:
    """Say whether a channel, or its server, has as many subscriptions as it may have."""
    if len(await tx.subscriptions.topics_of(channel_id)) >= CHANNEL_LIMIT:
        return TooMany(CHANNEL_LIMIT, in_channel=True)
    if len(await tx.subscriptions.in_guild(guild_id)) >= GUILD_LIMIT:
        return TooMany(GUILD_LIMIT, in_channel=False)
    return None


async def again(
    tx: Tx,
    existing: Subscription,
    topic: Topic,
    asked: AskedFlow,
    *,
    member_id: int,
    now: Millis,
) -> Subscribed | Adjusted | AlreadySubscribed:
    """Resume what is paused, and change how it flows where this member has asked for that."""
    changed = replace(existing, flow=asked.of(existing.flow))
    if changed != existing:
        await tx.subscriptions.set_flow(existing.channel_id, existing.topic, changed.flow)
        author, change = Author(existing.guild_id, member_id), (existing.flow, changed.flow)
        await note_subscription(
            tx, author, change, now, channel_id=existing.channel_id, topic=existing.topic
        )
    if existing.paused_reason is not None:
        await tx.subscriptions.resume(existing.channel_id)
        await go_on(tx, existing.channel_id, now)
        return Subscribed(replace(changed, paused_reason=None), topic, resumed=True)
    return AlreadySubscribed(existing, topic) if changed == existing else Adjusted(changed, topic)


def inherited(flows: Sequence[Flow]) -> Flow:
    """Return the flow of a channel's next subscription: when it may post is settled already.

    What all of the channel's subscriptions agree on holds for the new one, too: its quiet hours,
    its time zone, when its digest comes, and whether it publishes. Pace, mention, budget and
    filters are each topic's own.
    """
    if not flows:
        return Flow()
    first, usual = flows[0], Flow()
    return Flow(
        quiet=first.quiet if len({flow.quiet for flow in flows}) == 1 else usual.quiet,
        zone=first.zone if len({flow.zone for flow in flows}) == 1 else usual.zone,
        digest_at=first.digest_at if len({f.digest_at for f in flows}) == 1 else usual.digest_at,
        publishes=all(flow.publishes for flow in flows),
    )
