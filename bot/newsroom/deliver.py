"""Conducts deliveries: claim, explain, render, publish, settle."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery import outcome as answers
from bot.models import (
    NEWS_AGE,
    SECOND,
    Body,
    Delivery,
    ExplainedStory,
    Millis,
    Outcome,
    Rejected,
    Unreadable,
)
from bot.newsroom.parts import Alarm, Parts
from bot.publish import render
from bot.store import Tx

LEASE: Millis = 600 * SECOND
"""Longer than explaining a story, looking for its post and sending it can take; what a dead
program was sending comes again at the next start, without waiting for it."""
SLOTS = 16
"""How many channels are sent to at once; one message at a time in a channel."""

AHEAD = 4
"""How many stories are explained while those before them are still on their way: a channel's next
post need not wait for its page and its model until the one before it is sent."""
KNOWN_POSTS = 1_000
"""How many of a channel's newest posts are told apart from the one that is looked for."""

log = structlog.get_logger()


class Deliver:
    """Sends what is due; `explained` gives a story with its explainer, by a time."""

    def __init__(
        self,
        parts: Parts,
        group: asyncio.TaskGroup,
        explained: Callable[[int, str, Millis], Awaitable[ExplainedStory | None]],
    ) -> None:
        self._parts = parts
        self._group = group
        self._explained = explained
        self.alarm = Alarm(parts.clock)
        self._sending: set[asyncio.Task[None]] = set()
        self._preparing: dict[int, asyncio.Task[None]] = {}

    async def loop(self) -> None:
        """Send deliveries as they fall due, for ever; first those that a crash left half-way."""
        now = self._parts.clock()
        store = self._parts.store
        left = await store.write(lambda tx: tx.deliveries.release_leases(now))
        late = await store.write(lambda tx: tx.deliveries.expire(now - NEWS_AGE))
        if late:
            log.warning("deliveries that are no news any more are left out", deliveries=late)
        if left:
            log.info("taking up deliveries that were under way", deliveries=left)
        while True:
            if not await self.begin_due():
                await self.alarm.wait(await self._next_due_at())

    async def begin_due(self) -> list[asyncio.Task[None]]:
        """Begin to send deliveries that are due, one a channel, as many as there are slots."""
        free = SLOTS - len(self._sending)
        if free <= 0:
            return []
        now = self._parts.clock()
        due = await self._parts.store.write(lambda tx: tx.deliveries.claim_due(now, LEASE, free))
        begun = [self._begin(delivery, now) for delivery in due]
        await self._prepare(now)
        return begun

    async def finish(self, grace: float) -> None:
        """Wait for what is under way, `grace` seconds at the most, and leave the rest.

        What is left stays written down as being sent, and is looked for at the next start.
        """
        for task in list(self._preparing.values()):
            task.cancel()
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=grace)
            for task in late:
                task.cancel()

    async def _prepare(self, now: Millis) -> None:
        """Begin to explain stories that are due behind others."""
        waiting = await self._parts.store.read(lambda tx: tx.deliveries.due_stories(now, AHEAD))
        for story_id, topic in waiting:
            if len(self._preparing) < AHEAD and story_id not in self._preparing:
                task = self._group.create_task(self._explain_ahead(story_id, topic))
                self._preparing[story_id] = task

    async def _explain_ahead(self, story_id: int, topic: str) -> None:
        try:
            await self._explained(story_id, topic, self._parts.clock() + self._parts.limits.run)
        finally:
            del self._preparing[story_id]

    def _begin(self, delivery: Delivery, now: Millis) -> asyncio.Task[None]:
        doubtful = delivery.first_attempt_at not in {None, now}
        task = self._group.create_task(self._deliver(delivery, doubtful=doubtful))
        self._sending.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self.alarm.ring()

    async def _next_due_at(self) -> Millis | None:
        if len(self._sending) >= SLOTS:
            return None
        return await self._parts.store.read(lambda tx: tx.deliveries.next_due_at())

    async def _deliver(self, delivery: Delivery, *, doubtful: bool) -> None:
        until = self._parts.clock() + self._parts.limits.run
        explained = await self._explained(delivery.story_id, delivery.topic, until)
        if explained is None:
            outcome: Outcome = Rejected("The story is not kept any more.")
        else:
            body = render.post(explained)
            found = await self._find(delivery, body) if doubtful else None
            outcome = found or await self._send(delivery, body)
        settlement = answers.settle(delivery, outcome, self._parts.clock(), doubtful=doubtful)
        await self._parts.store.write(lambda tx: _record(tx, delivery, settlement))
        log.info(
            "delivery settled",
            story=delivery.story_id,
            channel=delivery.channel_id,
            state=settlement.state.value,
            reason=settlement.reason,
        )

    async def _send(self, delivery: Delivery, body: Body) -> Outcome:
        publisher = self._parts.publisher
        outcome = await publisher.publish(delivery.channel_id, body, delivery.nonce)
        if isinstance(outcome, Rejected) and (plain := render.without_picture(body)) != body:
            # Discord refuses a whole message for one picture that it can't load.
            outcome = await publisher.publish(delivery.channel_id, plain, delivery.nonce)
        return outcome

    async def _find(self, delivery: Delivery, body: Body) -> Outcome | None:
        """Find out whether an earlier attempt got through; None: it did not, send it again."""
        channel_id = delivery.channel_id
        known = await self._parts.store.read(
            lambda tx: tx.deliveries.posted(channel_id, KNOWN_POSTS)
        )
        since = delivery.first_attempt_at or self._parts.clock()
        if answers.is_too_old(delivery, self._parts.clock()):
            return Rejected("It was tried until it was no news any more.")
        found = await self._parts.publisher.find(
            channel_id, body, story_id=delivery.story_id, since=since, known=known
        )
        if isinstance(found, Unreadable):
            return answers.unproved(delivery, found, self._parts.clock())
        return found


async def _record(tx: Tx, delivery: Delivery, settlement: answers.Settlement) -> None:
    await tx.deliveries.settle(
        delivery.id,
        state=settlement.state,
        due_at=settlement.due_at,
        message_id=settlement.message_id,
        reason=settlement.reason,
        first_attempt_at=settlement.first_attempt_at,
    )
    if settlement.pause is not None:
        await tx.subscriptions.pause(delivery.channel_id, settlement.pause)
    if settlement.gone:
        await tx.subscriptions.remove_channel(delivery.channel_id)
