"""Keeps what the program tells of itself, and asks for the rest when somebody wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.health.verdict import judge
from bot.models import SECOND, Millis, Usage
from bot.models.events import Event, Polled
from bot.models.vitals import Build, Census, Live, Outbox, Reading, Vitals
from bot.store import Store, StoreError, Tx

LEAP: Millis = 2 * SECOND
"""By how much the time of day may run away from the steady clock between two looks: more, and the
machine has slept or its clock was set."""
KEPT: Millis = 5 * SECOND
"""How long what the database told is told again: asking often must not slow the bot."""
PATIENCE = 2.0
"""Seconds that an answer waits for the database; then it is made of what was told before."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Counted:
    at: Millis
    outbox: Outbox
    census: Census


class Monitor:
    """Hears events and loops; `clock` is the time of day, `steady` a clock that is never set.

    `resting` says why nothing is sent at the moment; it is asked often. `purse` is what models are
    paid from; `budget` what there is in it each day.
    """

    def __init__(
        self,
        *,
        build: Build,
        clock: Callable[[], Millis],
        steady: Callable[[], Millis],
        live: Callable[[], Live],
        resting: Callable[[], str | None],
        store: Store,
        purse: str = "",
        budget: Usage | None = None,
    ) -> None:
        self._build = build
        self._clock = clock
        self._steady = steady
        self._live = live
        self._resting = resting
        self._store = store
        self._purse = purse
        self._budget = budget
        self.observers: list[Callable[[Event], None]] = []
        """Who hears of events, too."""
        self._started, self._started_at = clock(), steady()
        self._free_since = self._started_at
        """Since when posts may be sent."""
        self._apart = self._started - self._started_at
        """By how much the time of day is ahead of the steady clock."""
        self._loops: dict[str, Millis] = {}
        self._polled_at: Millis | None = None
        self._counted: _Counted | None = None
        self._refused: str | None = None
        self._asking: asyncio.Task[_Counted] | None = None
        self._asking_since: Millis | None = None

    # ── what is heard ────────────────────────────────────────────────────────────────────

    def tell(self, event: Event) -> None:
        """Hear of an event."""
        if isinstance(event, Polled):
            self._polled_at = self._clock()
        for observer in self.observers:
            observer(event)

    def alive(self, loop: str) -> None:
        """Hear that a loop turns."""
        self._loops[loop] = self._steady()

    def look_up(self) -> None:
        """Note whether posts may be sent; now and then, so that the rest's end is known.

        What fell due while the machine slept, or as its clock was set, could not be sent either.
        """
        now = self._steady()
        apart = self._clock() - now
        leapt, self._apart = apart - self._apart > LEAP, apart
        if leapt or self._resting() is not None:
            self._free_since = now

    # ── what is told ─────────────────────────────────────────────────────────────────────

    async def read(self) -> Reading:
        """Tell how it is, of the database as it was a few seconds ago at the most, if it answers.

        Takes `PATIENCE` seconds at the most.
        """
        await self._count()
        self.look_up()
        live, now, counted = self._live(), self._steady(), self._counted
        vitals = Vitals(
            started_at=self._started_at,
            shards=live.shards,
            loops=dict(self._loops),
            outbox=counted.outbox if counted else None,
            waited=self._waited(counted.outbox, now) if counted else None,
            resting=live.resting,
            space=live.space,
            asking_since=self._asking_since,
            refused=self._refused,
        )
        return Reading(
            build=self._build,
            now=now,
            started=self._started,
            vitals=vitals,
            complaints=judge(vitals, now),
            live=live,
            census=counted.census if counted else None,
            budget=self._budget,
            polled_at=self._polled_at,
        )

    def _waited(self, outbox: Outbox, now: Millis) -> Millis | None:
        """Tell for how long the oldest has been due: what could not be sent before is not late."""
        if outbox.oldest_due_at is None:
            return None
        return max(min(self._clock() - outbox.oldest_due_at, now - self._free_since), 0)

    async def _count(self) -> None:
        """Ask the database, unless it was asked a moment ago or owes an answer still."""
        if self._asking is None:
            if self._counted and self._steady() - self._counted.at < KEPT and not self._refused:
                return
            self._asking_since = self._steady()
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        # Not cancelled when time is up: whoever asks next waits for the same answer.
        await asyncio.wait([self._asking], timeout=PATIENCE)

    async def _ask(self) -> _Counted:
        now = self._clock()

        async def ask(tx: Tx) -> tuple[Outbox, Census]:
            return await tx.vitals.outbox(now), await tx.vitals.census(now, self._purse)

        return _Counted(self._steady(), *await self._store.read(ask))

    def _asked(self, asking: asyncio.Task[_Counted]) -> None:
        self._asking = self._asking_since = None
        if asking.cancelled():
            return
        error = asking.exception()
        if error is None:
            self._counted, self._refused = asking.result(), None
            return
        # Whatever it is: an answer is owed all the same, and it is not well.
        self._refused = str(error) if isinstance(error, StoreError) else type(error).__name__
        log.error("the database can't be counted", reason=self._refused, exc_info=error)

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
