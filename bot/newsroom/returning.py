"""Keeps what waited under a topic that a channel loses, and brings it back with the topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.delivery import backlog
from bot.delivery.plan import nonce
from bot.delivery.rollback import NOTE, Doubt
from bot.models import NEWS_AGE, Delivery, DeliveryState, Millis, Subscription
from bot.newsroom.planning import standings
from bot.store import Tx

MOST = 500
"""How many stories of one channel and topic are kept, the newest."""
_STAY = {DeliveryState.HELD, DeliveryState.FILTERED}

Packed = list[Sequence[Any]]
"""Of each story its id, how far it had come, when it was planned and fell due, why, and since when
it may stand in the channel."""


def packed(taken: Sequence[Delivery]) -> Packed:
    """Return what was taken back in a form that JSON can hold; digests make themselves anew."""
    stories = [d for d in taken if not d.is_digest]
    return [
        (d.story_id, d.state, d.planned_at, d.due_at, d.reason, d.first_attempt_at)
        for d in stories[-MOST:]
    ]


async def bring_back(tx: Tx, subscription: Subscription, waited: Packed, now: Millis) -> None:
    """Let wait again what waited when the channel lost the topic, and is news still.

    A story that the channel has got since, or is to get, stays as it is: none comes twice. What
    was held stays held for as long as it was; what was to go out goes as after a pause.
    """
    doubt = Doubt.read(await tx.notes.get(NOTE), now)
    rows = []
    for story_id, was, planned_at, due_at, reason, tried_at in waited:
        if due_at >= now - NEWS_AGE:
            state = DeliveryState(was)
            since = doubt.since if doubt else tried_at
            rows.append(
                Delivery(
                    id=0,
                    story_id=story_id,
                    channel_id=subscription.channel_id,
                    topic=subscription.topic,
                    nonce=nonce(subscription.channel_id, story_id, now),
                    guild_id=subscription.guild_id,
                    # What was tried, and each after an older database was put back, is looked for.
                    state=state if state in _STAY and since is None else DeliveryState.PARKED,
                    first_attempt_at=since,
                    reason=reason,
                    planned_at=planned_at,
                    due_at=due_at,
                )
            )
    await tx.deliveries.bring_back(rows)
    waiting = [
        one
        for one in await tx.flows.waiting(subscription.channel_id)
        if one.topic == subscription.topic and one.state is DeliveryState.PARKED
    ]
    if waiting:
        found = await standings(tx, [subscription], now)
        standing = found.get(subscription.channel_id)
        await tx.flows.change(backlog.resume(waiting, now, standing), now)
