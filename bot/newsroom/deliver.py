"""Conducts deliveries: gather, claim, pack, publish, settle."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import structlog

from bot.delivery import outcome as answers
from bot.delivery.plan import BURST_WINDOW
from bot.delivery.queue import Queue
from bot.models import (
    MINUTE,
    SECOND,
    Delivery,
    DeliveryState,
    Due,
    Millis,
    Outcome,
    Post,
    Rejected,
)
from bot.models.space import Space
from bot.newsroom import settling
from bot.newsroom.packing import Explained, Packer
from bot.newsroom.parts import RETRY_SPACE, RETRY_STORE, Alarm, Parts
from bot.newsroom.planning import relieve
from bot.newsroom.reconcile import Reconciler
from bot.publish import render
from bot.store import StoreUnavailableError

LEASE: Millis = 600 * SECOND
"""Longer than explaining a story, looking for its post and sending it can take; what a dead
program was sending comes again at the next start, without waiting for it."""
SLOTS = 48
"""How many channels are sent to at once; one message at a time in a channel. With 50 messages a
second, Discord may take a second over each."""
BATCH = 8
"""While so few slots are free, more are waited for: each claim is a transaction of its own."""
MOST_DUE = 20_000
"""How many due deliveries are in memory at the most; some of every server's are among them."""
LOOK_EVERY: Millis = SECOND
"""How often the store is looked into, at the most, while there is something to send."""

AHEAD = 8
"""How many stories are explained at once. Only what is explained is sent: so a story that waits for
its page or its model holds up no other."""
READY = 1_000
"""Of how many stories it is remembered that they are explained."""

log = structlog.get_logger()


class Deliver:
    """Sends what is due; `explained` gives a story with its explainer, by a time.

    `posted` is called when something was posted that may have to be published, `paused` when a
    channel can't be posted in.
    """

    def __init__(
        self,
        parts: Parts,
        group: asyncio.TaskGroup,
        explained: Explained,
        posted: Callable[[], None],
        paused: Callable[[], None],
    ) -> None:
        self._parts = parts
        self._posted = posted
        self._paused = paused
        self._group = group
        self._explained = explained
        self._alarm = Alarm(parts.clock)
        self._reconciler = Reconciler(parts)
        self._packer = Packer(parts, explained, self._reconciler)
        self._queue = Queue()
        self._is_outdated = True
        self._looked_at: Millis = 0
        self._relieved_at: Millis = 0
        self._next_at: Millis | None = None
        self._turning = asyncio.Lock()
        self._sending: set[asyncio.Task[None]] = set()
        self._preparing: dict[int, asyncio.Task[None]] = {}
        self._unprepared: dict[int, Due] = {}
        """Stories that are held until they are explained, each with a delivery of it."""
        self._prepared: Counter[int] = Counter()
        """How many stories of each server were explained since none was left."""
        self._ready: dict[int, None] = {}

    def look_again(self) -> None:
        """Say that something else may be due."""
        self._is_outdated = True
        self._alarm.ring()

    async def take_up(self) -> None:
        """Take up what an earlier run has left half-way; before anything is planned or sent."""
        now, store = self._parts.clock(), self._parts.store
        beside = store.companion.newest
        left, late, doubt = await store.write(lambda tx: settling.take_up(tx, beside, now))
        self._reconciler.doubt = doubt
        if doubt is not None and doubt.noticed == now:
            log.warning(
                "this database is older than what was posted last: channels are looked through "
                "before anything is posted",
                since=doubt.since,
            )
        if late:
            log.warning("deliveries that are no news any more are left out", deliveries=late)
        if left:
            log.info("taking up deliveries that were under way", deliveries=left)

    async def loop(self) -> None:
        """Send deliveries as they fall due, for ever."""
        while True:
            if self._parts.space() is Space.NOTHING:
                # What was sent could not be written down, and would be sent again.
                await self._alarm.wait(self._parts.clock() + RETRY_SPACE)
                continue
            try:
                begun = await self.begin_due()
            except StoreUnavailableError as trouble:
                log.warning("nothing can be sent", reason=str(trouble))
                await self._alarm.wait(self._parts.clock() + RETRY_STORE)
                continue
            if not begun:
                await self._alarm.wait(self._wake_at())

    async def send_due(self) -> None:
        """Send every delivery that is due, and return when all are settled."""
        self.look_again()
        while True:
            begun = await self.begin_due()
            if begun or self._preparing:
                await asyncio.wait([*begun, *self._preparing.values()])
                for task in begun:
                    task.result()
            elif not self._queue:
                return

    async def begin_due(self) -> list[asyncio.Task[None]]:
        """Begin to send deliveries that are due, one a channel, as many as there are slots."""
        async with self._turning:
            return await self._begin_due()

    async def _begin_due(self) -> list[asyncio.Task[None]]:
        free = SLOTS - len(self._sending)
        if free < BATCH:
            return []
        now = self._parts.clock()
        if self._must_look(now):
            await self._look(now)
        chosen = {due.id: due for due in self._choose(free)}
        if not chosen:
            return []
        claimed: list[Delivery] = []
        try:
            claimed = await self._parts.store.write(
                lambda tx: tx.deliveries.claim(list(chosen), now, LEASE)
            )
        except BaseException:
            self._is_outdated = True  # what was taken from the queue is due still
            raise
        finally:
            for delivery in claimed:
                del chosen[delivery.id]
            for due in chosen.values():  # cancelled, or paused meanwhile
                self._queue.free(due.channel_id)
        if claimed:
            self._parts.reached("claimed")
        return [self._begin(delivery, now) for delivery in claimed]

    def _choose(self, limit: int) -> Iterator[Due]:
        """Take so many from the queue; stories are held that are not explained yet."""
        while limit > 0 and (taken := self._queue.take(1)):
            (due,) = taken
            later = self._queue.behind(due)
            if self._must_wait(due):
                self._queue.put_back(due)
            else:
                yield due
                limit -= 1
            if later is not None:
                self._must_wait(later)
        self._prepare()

    def _must_wait(self, due: Due) -> bool:
        """Tell whether a story is still to be explained; if so, hold it and see to that."""
        story_id = due.story_id
        if story_id is None or story_id in self._ready:
            return False
        self._queue.hold(story_id)
        if story_id not in self._preparing:
            self._unprepared.setdefault(story_id, due)
        return True

    def _must_look(self, now: Millis) -> bool:
        since = now - self._looked_at
        is_time = self._next_at is not None and self._next_at <= now
        if self._is_outdated or is_time:
            return not self._queue or not 0 <= since < LOOK_EVERY
        return not 0 <= since < MINUTE

    async def _look(self, now: Millis) -> None:
        """Read what is due, after putting held stories that are due in their digests."""
        self._is_outdated = False
        store = self._parts.store
        try:
            await self._relieve(now)
            if await store.read(lambda tx: tx.digests.due(now)):
                await store.write(lambda tx: settling.gather(tx, now))
            rows = await store.read(lambda tx: tx.deliveries.due(now, MOST_DUE))
            self._next_at = await store.read(lambda tx: tx.deliveries.next_due_at(now))
        except BaseException:
            self._is_outdated = True
            raise
        self._queue.replace(rows)
        self._looked_at = now

    async def _relieve(self, now: Millis) -> None:
        """Make digests of what has piled up while nothing could be sent; looked at each minute."""
        if 0 <= now - self._relieved_at < MINUTE:
            return
        store = self._parts.store
        if await store.read(lambda tx: tx.flows.overdue(now - BURST_WINDOW)):
            await store.write(lambda tx: relieve(tx, now))
        self._relieved_at = now

    def _wake_at(self) -> Millis | None:
        if SLOTS - len(self._sending) < BATCH:
            return None
        if self._queue:
            return self._looked_at
        if self._is_outdated:
            return self._looked_at + LOOK_EVERY
        return self._next_at

    async def finish(self, grace: float) -> None:
        """Wait for what is under way, `grace` seconds at the most, and leave the rest.

        What is left stays written down as being sent, and is looked for at the next start.
        """
        self._unprepared.clear()
        for task in list(self._preparing.values()):
            task.cancel()
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=grace)
            for task in late:
                task.cancel()

    def _prepare(self) -> None:
        """Begin to explain stories that are held for it, by turns of their servers."""
        while self._unprepared and len(self._preparing) < AHEAD:
            story_id = min(self._unprepared, key=self._turn)
            due = self._unprepared.pop(story_id)
            self._prepared[due.whose] += 1
            task = self._group.create_task(self._explain(story_id, due.topic))
            self._preparing[story_id] = task
        if not self._unprepared:
            self._prepared.clear()

    def _turn(self, story_id: int) -> tuple[int, Millis]:
        due = self._unprepared[story_id]
        return self._prepared[due.whose], due.due_at

    async def _explain(self, story_id: int, topic: str) -> None:
        try:
            await self._explained(story_id, topic, self._parts.clock() + self._parts.limits.run)
            self._ready[story_id] = None
            if len(self._ready) > READY:
                del self._ready[next(iter(self._ready))]
        except StoreUnavailableError as trouble:
            log.warning("a story can't be explained", story=story_id, reason=str(trouble))
            await Alarm(self._parts.clock).wait(self._parts.clock() + RETRY_STORE)
        finally:
            del self._preparing[story_id]
            self._queue.let_go(story_id)
            self._prepare()
            self._alarm.ring()

    def _begin(self, delivery: Delivery, now: Millis) -> asyncio.Task[None]:
        doubtful = delivery.first_attempt_at not in {None, now}
        task = self._group.create_task(self._deliver(delivery, doubtful=doubtful))
        self._sending.add(task)
        task.add_done_callback(lambda done: self._done(done, delivery.channel_id))
        return task

    def _done(self, task: asyncio.Task[None], channel_id: int) -> None:
        self._sending.discard(task)
        self._queue.free(channel_id)
        self._alarm.ring()

    async def _deliver(self, delivery: Delivery, *, doubtful: bool) -> None:
        outcome = await self._try(delivery, doubtful=doubtful)
        self._parts.reached("answered")
        now = self._parts.clock()
        settlement = answers.settle(delivery, outcome, now, doubtful=doubtful)
        await self._record(delivery, settlement)
        if settlement.state is DeliveryState.PENDING or settlement.pause or delivery.is_digest:
            self.look_again()
        log.info(
            "delivery settled",
            story=delivery.story_id,
            channel=delivery.channel_id,
            state=settlement.state.value,
            reason=settlement.reason,
        )

    async def _try(self, delivery: Delivery, *, doubtful: bool) -> Outcome:
        try:
            post = await self._packer.pack(delivery, doubtful=doubtful)
            if not isinstance(post, Post):
                return post
            found = await self._reconciler.find(delivery, post) if doubtful else None
        except StoreUnavailableError as trouble:
            return answers.put_off(str(trouble))
        return found or await self._send(delivery, post)

    async def _send(self, delivery: Delivery, post: Post) -> Outcome:
        publisher = self._parts.publisher
        outcome = await publisher.publish(delivery.channel_id, post, delivery.nonce)
        for repaired in render.repairs(post):
            if not isinstance(outcome, Rejected) or not outcome.malformed:
                break
            outcome = await publisher.publish(delivery.channel_id, repaired, delivery.nonce)
        return outcome

    def _note_beside(self, message_id: int) -> None:
        try:
            self._parts.store.companion.note(message_id)
        except OSError as error:
            # It lags behind, then: a backup that is put back may go unnoticed, and no more.
            log.warning("the file beside the database can't be written", reason=error.strerror)

    async def _record(self, delivery: Delivery, settlement: answers.Settlement) -> None:
        """Settle, however long the database can't be written: else the post comes twice."""
        store = self._parts.store
        self._parts.reached("before sent is committed")
        alarm = Alarm(self._parts.clock)
        while True:
            now = self._parts.clock()
            try:
                await store.write(lambda tx, at=now: settling.record(tx, delivery, settlement, at))  # type: ignore[misc]  # mypy can't infer a lambda with a default
            except StoreUnavailableError as trouble:
                log.warning("a post can't be settled", story=delivery.story_id, reason=str(trouble))
                await alarm.wait(now + RETRY_STORE)
            else:
                break
        if settlement.message_id is not None:
            self._note_beside(settlement.message_id)
            self._posted()
        if settlement.pause is not None:
            self._paused()
