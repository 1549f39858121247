"""Conducts polls: takes feeds that are due, asks them, and has what they bring filed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import structlog

from bot.feeds import upkeep
from bot.feeds.agenda import Agenda, Due
from bot.feeds.outage import Outage
from bot.feeds.upkeep import Poll
from bot.models import (
    MINUTE,
    SECOND,
    Feed,
    FeedAddress,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Millis,
    NotModified,
    ParseFailed,
)
from bot.models.events import Polled, PollOutcome
from bot.models.space import Space
from bot.newsroom.filing import Filed, file
from bot.newsroom.parts import RETRY_SPACE, RETRY_STORE, Alarm, Parts
from bot.newsroom.reading import Reader, Reading, digest
from bot.store import StoreUnavailableError, Tx

LEASE: Millis = 120 * SECOND
"""Longer than a poll usually takes; a feed whose poller died falls due again after it."""
SLOTS = 32
"""How many feeds are polled at once; one at a time of a host."""
LOOK_EVERY: Millis = 10 * MINUTE
"""How often the store is read for what is due when, whatever is believed."""
SET_BACK: Millis = MINUTE
"""By how much a clock must have been set back for due times to be reckoned anew."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Wish:
    host: str
    granted: asyncio.Future[None]


class Watch:
    """Polls feeds; `alarm` wakes its loop, `planned` is called when something may be due."""

    def __init__(self, parts: Parts, group: asyncio.TaskGroup, planned: Callable[[], None]) -> None:
        self._parts = parts
        self._group = group
        self._planned = planned
        self.alarm = Alarm(parts.clock)
        self._agenda = Agenda(parts.shortest)
        self._is_outdated = True
        self._looked_at: Millis = 0
        self._taken: set[int] = set()
        """Feeds that are claimed or polled: only the end of that puts them on the agenda again."""
        self._polling: dict[int, asyncio.Task[None]] = {}
        self._wanted: dict[int, _Wish] = {}
        """What somebody waits for, by feed, until its poll ends."""
        self._reader = Reader(parts)
        self._turning = asyncio.Lock()
        self._outage = Outage()
        self._settled: list[Feed] = []
        """Feeds whose polls brought nothing, to be recorded with the next turn."""

    async def loop(self) -> None:
        """Poll watched feeds as they fall due, for ever."""
        while True:
            self._parts.alive("watch")
            if self._parts.space() is not Space.ENOUGH:
                await self.alarm.wait(self._parts.clock() + RETRY_SPACE)
                continue
            try:
                begun = await self.begin_due()
            except StoreUnavailableError as trouble:
                log.warning("no feed can be asked", reason=str(trouble))
                await self.alarm.wait(self._parts.clock() + RETRY_STORE)
                continue
            if not begun:
                await self.alarm.wait(self._next_due_at())

    def look_again(self) -> None:
        """Say that other feeds may be watched now, or that they may be due at other times."""
        self._is_outdated = True
        self.alarm.ring()

    @property
    def under_way(self) -> list[asyncio.Task[None]]:
        """The polls that have begun and not ended."""
        return list(self._polling.values())

    @property
    def is_busy(self) -> bool:
        """Tell whether there are polls that have not ended, or are not recorded yet."""
        return bool(self._polling or self._settled)

    async def ask(self, feeds: Iterable[Feed]) -> list[asyncio.Future[None]]:
        """Poll these feeds before all others; return what ends with each of their polls.

        While there is no room on the disk, none is polled, and nothing is waited for.
        """
        if self._parts.space() is not Space.ENOUGH:
            granted = asyncio.get_running_loop().create_future()
            granted.set_result(None)
            return [granted]
        wishes = []
        for feed in feeds:
            wish = self._wanted.get(feed.id)
            if wish is None:
                wish = _Wish(feed.host, asyncio.get_running_loop().create_future())
                self._wanted[feed.id] = wish
            wishes.append(wish.granted)
        self._put_wanted()
        await self.begin_due()
        return wishes

    async def begin_due(self) -> list[asyncio.Task[None]]:
        """Begin to poll feeds that are due, as many as there are slots and hosts that are free.

        One transaction records what came of earlier polls and leases those that are begun.
        """
        async with self._turning:
            return await self._begin_due()

    async def _begin_due(self) -> list[asyncio.Task[None]]:
        if self._is_outdated or not -SET_BACK <= self._parts.clock() - self._looked_at < LOOK_EVERY:
            await self._look()
        free = SLOTS - len(self._polling)
        due = {d.feed_id: d for d in self._agenda.take(self._parts.clock(), max(free, 0))}
        settled, self._settled = self._settled, []
        if not due and not settled:
            return []
        self._taken.update(due)
        try:
            feeds = await self._parts.store.write(lambda tx: self._turn(tx, settled, due))
        except BaseException:
            self._settled = settled + self._settled
            for one in due.values():
                self._give_back(one)
                self._agenda.put(one)
            raise
        begun = {feed.id for feed in feeds}
        for one in due.values():
            if one.feed_id not in begun:  # nobody gets it any more
                self._give_back(one)
        return [self._begin(feed) for feed in feeds]

    def _give_back(self, due: Due) -> None:
        self._agenda.done(due.host, self._parts.clock())
        self._release(due.feed_id)

    def _release(self, feed_id: int) -> None:
        self._taken.discard(feed_id)
        wish = self._wanted.pop(feed_id, None)
        if wish is not None and not wish.granted.done():
            wish.granted.set_result(None)

    async def close(self) -> None:
        """Leave the polls that are under way, and record those that have ended.

        What is left falls due again when its lease ends.
        """
        for task in self._polling.values():
            task.cancel()
        settled, self._settled = self._settled, []
        await self._parts.store.write(lambda tx: tx.feeds.record(settled))

    async def _look(self) -> None:
        """Read from the store what is due when, and which hosts are left alone."""
        self._is_outdated = False
        looked_at, now = self._looked_at, self._parts.clock()
        self._looked_at = now
        is_set_back = now < looked_at - SET_BACK
        settled, self._settled = self._settled, []
        # What ends meanwhile knows better than the store when it is due again.
        busy = set(self._taken)

        async def look(tx: Tx) -> tuple[list[tuple[int, str, Millis]], dict[str, Millis]]:
            await tx.feeds.record(settled)
            if is_set_back:
                await tx.feeds.set_back(now)
            return await tx.feeds.watched(), await tx.feeds.resting(now)

        try:
            watched, resting = await self._parts.store.write(look)
        except BaseException:
            self._settled, self._is_outdated = settled + self._settled, True
            self._looked_at = looked_at
            raise
        if is_set_back:  # the pauses that it knows of would last as long
            self._agenda = Agenda(self._parts.shortest)
        self._agenda.replace((Due(*row) for row in watched), keep=busy)
        self._put_wanted()
        for host, until in resting.items():
            self._agenda.rest(host, until)

    def _put_wanted(self) -> None:
        for feed_id, wish in self._wanted.items():
            if feed_id not in self._taken:
                self._agenda.put_first(feed_id, wish.host)

    async def _turn(self, tx: Tx, settled: list[Feed], due: Mapping[int, Due]) -> list[Feed]:
        await tx.feeds.record(settled)
        until = self._parts.clock() + LEASE
        wanted = {n: one.at for n, one in due.items() if n in self._wanted}
        others = {n: one.at for n, one in due.items() if n not in self._wanted}
        return [
            *(await tx.feeds.claim(wanted, until, unwatched=True) if wanted else []),
            *(await tx.feeds.claim(others, until) if others else []),
        ]

    def _begin(self, feed: Feed) -> asyncio.Task[None]:
        task = self._group.create_task(self._poll(feed))
        self._polling[feed.id] = task
        task.add_done_callback(lambda _: self._ended(feed.id))
        return task

    def _ended(self, feed_id: int) -> None:
        del self._polling[feed_id]
        self._release(feed_id)
        self.alarm.ring()

    def _next_due_at(self) -> Millis | None:
        return None if len(self._polling) >= SLOTS else self._agenda.next_at()

    # ── one poll ─────────────────────────────────────────────────────────────────────────

    async def _poll(self, feed: Feed) -> None:
        # Its lines bear none of what they bore who asked for it.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(feed=feed.id)
        try:
            await self._ask(feed)
        except StoreUnavailableError as trouble:
            # Nothing of it was stored: the feed falls due again when its lease ends.
            log.warning("a feed was read in vain", address=_name(feed), reason=str(trouble))
            self._is_outdated = True

    async def _ask(self, feed: Feed) -> None:
        began = self._parts.clock()
        outcome = await self._fetch(feed, self._so_far(began))
        match outcome:
            case NotModified():
                await self._keep(feed, outcome, began)
            case FetchFailed():
                await self._fail(feed, outcome, began)
            case Fetched():
                await self._read(feed, outcome, began)

    def _so_far(self, began: Millis) -> Poll:
        parts = self._parts
        return Poll(began, parts.clock(), parts.shortest, parts.chance())

    async def _fetch(self, feed: Feed, poll: Poll) -> FetchOutcome:
        conditions = upkeep.conditions(feed, poll)
        try:
            fetch = self._parts.public_fetch if feed.own else self._parts.fetch
            outcome = await fetch(feed.url, conditions, feed.subscribers)
        finally:
            self._agenda.done(feed.host, self._parts.clock())
        self._outage.note(feed, outcome)
        return outcome

    async def _keep(self, feed: Feed, answer: NotModified | Fetched, began: Millis) -> None:
        """Keep a feed that has nothing new; that is recorded with the next turn."""
        poll = self._so_far(began)
        same = upkeep.unchanged(feed, answer, poll)
        self._settled.append(same)
        is_same = isinstance(answer, Fetched)
        self._tell(feed, same, PollOutcome.SAME if is_same else PollOutcome.NOT_MODIFIED, began)
        await self._go_on(same, upkeep.destination(same, poll))

    async def _read(self, feed: Feed, fetched: Fetched, began: Millis) -> None:
        body_hash = await digest(fetched.body)
        if upkeep.is_unchanged(feed, body_hash):
            await self._keep(feed, fetched, began)
            return
        filed = await self._file(replace(feed, body_hash=body_hash), fetched, began)
        if isinstance(filed, ParseFailed):
            await self._fail(feed, FetchFailed(filed.reason), began, PollOutcome.UNREADABLE)
            return
        self._tell(feed, filed.feed, _outcome_of(filed), began, filed)
        self._parts.reached("ingest committed")
        self._planned()
        await self._go_on(filed.feed, upkeep.destination(filed.feed, self._so_far(began)))

    async def _file(self, feed: Feed, fetched: Fetched, began: Millis) -> Filed | ParseFailed:
        reading = await self._reader.read(feed, fetched)
        while isinstance(reading, Reading):
            poll, found = self._so_far(began), reading
            filed = await self._parts.store.write(lambda tx, f=found, p=poll: file(tx, feed, f, p))  # type: ignore[misc]  # mypy knows no defaults of lambdas
            if filed is not None:
                return filed
            reading = await self._reader.read_whole(fetched)
        return reading

    async def _fail(
        self,
        feed: Feed,
        failure: FetchFailed,
        began: Millis,
        outcome: PollOutcome = PollOutcome.FAILED,
    ) -> None:
        poll = self._so_far(began)
        failed = upkeep.failed(feed, failure, poll, offline=self._outage.explains(failure))
        counted = failed
        if target := upkeep.destination(failed, poll, failure):
            failed = upkeep.moved(failed, poll)

        async def record(tx: Tx) -> Millis | None:
            await tx.feeds.record([failed])
            rest = upkeep.rest_of_host(failed, await tx.feeds.turned_away_at(feed.host))
            if rest is not None:
                await tx.feeds.rest(feed.host, rest)
            return rest

        rest = await self._parts.store.write(record)
        if rest is not None:
            self._agenda.rest(feed.host, rest)
        self._tell(feed, counted, outcome, began)
        await self._go_on(failed, target)

    def _tell(
        self,
        before: Feed,
        after: Feed,
        outcome: PollOutcome,
        began: Millis,
        filed: Filed | None = None,
    ) -> None:
        now = self._parts.clock()
        since = after.failing_since or before.failing_since
        polled = Polled(
            feed_id=before.id,
            feed=_name(before),
            outcome=outcome,
            took=max(0, now - began),  # the clock may be set back meanwhile
            entries=filed.entries if filed else 0,
            fresh=filed.fresh if filed else 0,
            held=filed.held if filed else 0,
            reason=after.error,
            failures=after.failures,
            recovered=0 if after.failures else before.failures,
            away=0 if since is None else max(0, now - since),
            again_in=max(0, after.next_poll_at - now),
        )
        self._parts.tell(polled)

    async def _go_on(self, feed: Feed, target: str | None) -> None:
        """Put a feed on the agenda again, under another address where it has moved."""
        if target is not None:
            await self._parts.store.write(lambda tx: tx.feeds.move(feed.id, FeedAddress(target)))
            log.info("feed has moved for good", address=_name(feed), to=_without_query(target))
            self.look_again()
        else:
            # Whether anybody still gets it, or gets it by now, is looked up when it is due.
            self._agenda.put(Due(feed.id, feed.host, feed.next_poll_at))


def _outcome_of(filed: Filed) -> PollOutcome:
    return PollOutcome.NEW if filed.fresh else PollOutcome.READ


def _name(feed: Feed) -> str:
    """Name a feed in the log: the query of its address may hold a key."""
    return _without_query(feed.url)


def _without_query(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"
