"""The outbox as a state machine: whatever happens in whatever order, it keeps its promises."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.delivery import outcome as answers
from bot.delivery.plan import nonce
from bot.delivery.queue import Queue
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    ChannelGone,
    Delivery,
    DeliveryState,
    Forbidden,
    Millis,
    Outcome,
    Rejected,
    RetryLater,
    Sent,
    Subscription,
)
from bot.newsroom import settling
from bot.newsroom.deliver import LEASE
from bot.store import Store, Tx
from tests.newsdesk import START

T = TypeVar("T")

_CHANNELS = (21, 22, 23)
_SETTLED = {"sent", "rejected"}
_LATER = RetryLater("Discord can't take it at the moment.")
_REFUSED = RetryLater("Discord asks for patience.", refused=True)
_OUTCOMES: list[Outcome] = [
    Sent(None), _LATER, _REFUSED, Rejected("Its own fault."), Forbidden("Not now."),
    ChannelGone("Gone."),
]  # fmt: skip


class Outbox(RuleBasedStateMachine):
    """The real store, rules and queue; Discord is the set of what was posted in it."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self._store: Store = self._run(
            self._stack.enter_async_context(Store.open(Path(self._folder) / "news.db"))
        )
        self._now: Millis = START
        self._queue = Queue()
        self._flying: dict[int, Delivery] = {}
        """What this life of the program has claimed and not settled."""
        self._posted: dict[str, int] = {}
        """The messages that stand in Discord, by nonce."""
        self._gone: set[int] = set()
        """Channels that are not there any more."""
        self._messages = 10**6
        self._before: dict[int, str] = {}

    def teardown(self) -> None:
        try:
            self._come_to_an_end()
        finally:
            self._run(self._stack.aclose())
            self._runner.close()

    def _run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def _write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return self._run(self._store.write(work))

    def _rows(self) -> list[dict[str, Any]]:
        async def ask(tx: Tx) -> list[dict[str, Any]]:
            cursor = await tx.deliveries._connection.execute("SELECT * FROM delivery ORDER BY id")
            return [dict(row) for row in await cursor.fetchall()]

        return self._run(self._store.read(ask))

    # ── what may happen ──────────────────────────────────────────────────────────────────

    @initialize()
    def subscribe(self) -> None:
        for channel in _CHANNELS:
            wanted = Subscription(1 + channel % 2, channel, "town", START - HOUR, 1)
            self._write(lambda tx, wanted=wanted: tx.subscriptions.add(wanted))  # type: ignore[misc]  # mypy can't infer a lambda with a default

    @rule(
        channels=st.sets(st.sampled_from(_CHANNELS), min_size=1),
        state=st.sampled_from([DeliveryState.PENDING, DeliveryState.HELD]),
        wait=st.sampled_from([0, MINUTE, HOUR]),
    )
    def news_comes(self, channels: set[int], state: DeliveryState, wait: Millis) -> None:
        async def add(tx: Tx) -> None:
            story = await tx.stories.add_story(self._now)
            rows = [
                Delivery(0, story, c, "town", nonce(c, story, self._now), 1 + c % 2, state)
                for c in sorted(channels - self._gone)
            ]
            await tx.deliveries.add([(row, self._now + wait) for row in rows], self._now)

        self._write(add)

    @rule(limit=st.integers(1, 4))
    def claims(self, limit: int) -> None:
        self._write(lambda tx: settling.gather(tx, self._now))
        self._queue.replace(self._run(self._store.read(lambda tx: tx.deliveries.due(self._now, 9))))
        chosen = {due.id: due for due in self._queue.take(limit)}
        if not chosen:
            return
        claimed = self._write(lambda tx: tx.deliveries.claim(list(chosen), self._now, LEASE))
        for delivery in claimed:
            del chosen[delivery.id]
            assert delivery.id not in self._flying, "it is claimed twice at once"
            assert delivery.channel_id not in {d.channel_id for d in self._flying.values()}
            if delivery.nonce in self._posted:
                assert self._is_doubtful(delivery), "it stands in Discord, and nobody will look"
            self._flying[delivery.id] = delivery
        for due in chosen.values():
            self._queue.free(due.channel_id)

    def _is_doubtful(self, delivery: Delivery) -> bool:
        """As the conductor decides whether to look before it sends."""
        return delivery.first_attempt_at not in {None, self._claimed_at(delivery)}

    def _claimed_at(self, delivery: Delivery) -> Millis:
        return delivery.due_at - LEASE

    @precondition(lambda self: self._flying)
    @rule(outcome=st.sampled_from(_OUTCOMES), stored=st.booleans(), data=st.data())
    def is_answered(self, outcome: Outcome, data: st.DataObject, *, stored: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self._flying)))
        self._settle(self._flying.pop(number), outcome, stored=stored)

    def _settle(self, delivery: Delivery, outcome: Outcome, *, stored: bool) -> None:
        doubtful = self._is_doubtful(delivery)
        if doubtful and delivery.nonce in self._posted:
            outcome = Sent(self._posted[delivery.nonce])
        elif outcome == Sent(None) or (outcome == _LATER and stored):
            assert delivery.nonce not in self._posted, "it is posted a second time"
            self._messages += 1
            self._posted[delivery.nonce] = self._messages
            outcome = outcome if outcome == _LATER else Sent(self._messages)
        elif isinstance(outcome, ChannelGone):
            self._gone.add(delivery.channel_id)
        settled = answers.settle(delivery, outcome, self._now, doubtful=doubtful)
        self._write(lambda tx: settling.record(tx, delivery, settled, self._now))
        self._queue.free(delivery.channel_id)

    @rule(posted=st.sets(st.sampled_from(_CHANNELS)), seconds=st.sampled_from([1, 700]))
    def dies_and_starts_again(self, posted: set[int], seconds: int) -> None:
        """What was under way in these channels has got through; nobody has heard of it."""
        for delivery in self._flying.values():
            if delivery.channel_id in posted and delivery.nonce not in self._posted:
                self._messages += 1
                self._posted[delivery.nonce] = self._messages
        self._flying, self._queue = {}, Queue()
        self._now += seconds * SECOND
        newest = self._write(lambda tx: tx.notes.get("newest post"))
        self._write(lambda tx: settling.take_up(tx, int(newest) if newest else None, self._now))

    @rule(seconds=st.sampled_from([1, 61, 16 * 60, 3_601]))
    def time_passes(self, seconds: int) -> None:
        self._now += seconds * SECOND

    @rule(back=st.sampled_from([7 * SECOND + 1, HOUR + 13]))
    def clock_is_set_back(self, back: Millis) -> None:
        self._now -= back

    @rule(channel=st.sampled_from(_CHANNELS))
    def is_paused(self, channel: int) -> None:
        self._write(lambda tx: settling.pause(tx, channel, "Not now.", self._now))

    @rule(channel=st.sampled_from(_CHANNELS))
    def resumes(self, channel: int) -> None:
        self._now += 1  # nothing is tried twice within a millisecond
        self._write(lambda tx: settling.resume(tx, channel, self._now))

    # ── what always holds ────────────────────────────────────────────────────────────────

    @invariant()
    def one_is_under_way_in_a_channel(self) -> None:
        rows = self._rows()
        flying = {row["id"] for row in rows if row["id"] in self._flying}
        assert flying == set(self._flying), "what is under way is gone from the books"
        assert all(row["state"] == "sending" for row in rows if row["id"] in self._flying)
        busy = Counter(row["channel_id"] for row in rows if row["id"] in self._flying)
        assert all(count == 1 for count in busy.values())

    @invariant()
    def nothing_is_lost_and_what_is_settled_stays(self) -> None:
        after = {row["id"]: str(row["state"]) for row in self._rows()}
        for number, state in self._before.items():
            assert number in after, "a delivery has gone"
            assert state not in _SETTLED or after[number] == state
        self._before = after

    @invariant()
    def what_the_books_call_sent_stands_in_discord(self) -> None:
        for row in self._rows():
            if row["state"] == "sent" and row["message_id"] is not None:
                assert row["message_id"] in self._posted.values()

    def _come_to_an_end(self) -> None:
        """In calm weather, everything is settled, and nothing is posted twice."""
        if not self._before:
            return
        for number in sorted(self._flying):
            self._settle(self._flying.pop(number), _LATER, stored=True)
        for channel in _CHANNELS:
            self.resumes(channel)
        for _ in range(len(self._before) * 2 + 10):
            self._now += 20 * MINUTE
            self.claims(4)
            for number in sorted(self._flying):
                self._settle(self._flying.pop(number), Sent(None), stored=True)
        left = Counter(row["state"] for row in self._rows() if row["state"] not in _SETTLED)
        assert not left, f"never settled: {left}"
        assert self._now < START + 300 * DAY


Outbox.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestOutbox = Outbox.TestCase
