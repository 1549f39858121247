"""Conducts what keeps the database small: now and then, a little at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.delivery.backlog import TOO_OLD
from bot.delivery.following import CLOSED
from bot.delivery.notices import WAITS
from bot.models import DAY, HOUR, NEWS_AGE, Millis
from bot.newsroom import settling
from bot.newsroom.asking import ASKED_KEPT
from bot.newsroom.filing import SAME_EVENT
from bot.newsroom.parts import Alarm, Parts
from bot.store import StoreUnavailableError, Tx
from bot.store.retention import Looked

EVERY: Millis = 6 * HOUR
KEYS_KEPT: Millis = 90 * DAY
"""How long what an entry was known by outlives it: one that comes back later is new. Its article
is kept for as long."""
SETTLED_KEPT: Millis = 90 * DAY
"""How long it is remembered what became of deliveries, publications and notices."""
MOST_ARTICLES = 200_000
"""What there is more of goes before its time, the oldest first; but never what a feed lists."""
MOST_DELIVERIES = 500_000
"""What there is more of goes before its time, the oldest first; but never what is not settled."""
SPENDING_KEPT: Millis = 40 * DAY
AT_ONCE = 500
"""Rows of one transaction: more would hold up the writers behind it."""

log = structlog.get_logger()


UNFINISHED_KEPT: Millis = DAY
"""How long it is kept what a member has begun and not ended."""
FEEDBACK_KEPT: Millis = 365 * DAY
"""How long it is kept what members think of explainers, if their stories are kept for as long."""
CAUGHT_UP_KEPT: Millis = 30 * DAY
"""How long it is kept until when members have caught up with channels."""
DROPPED_KEPT: Millis = SAME_EVENT + DAY
"""How long a server's feed is kept that was taken out: another may bring its stories meanwhile."""
AUDITS_KEPT: Millis = 90 * DAY
MOST_AUDITS = 1_000
"""How long, and how many of one server's, changes of settings are kept."""


class Housekeeping:
    """Forgets what is not needed any more."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def loop(self) -> None:
        """Tidy up, for ever."""
        alarm = Alarm(self._parts.clock)
        while True:
            self._parts.alive("housekeeping")
            try:
                await self.tidy()
            except StoreUnavailableError as trouble:
                log.warning("nothing can be tidied up", reason=str(trouble))
            due = self._parts.clock() + EVERY
            while self._parts.clock() < due:
                self._parts.alive("housekeeping")
                await alarm.wait(due)

    async def tidy(self) -> None:
        """Forget all that is not needed any more, in the order in which one frees the next."""
        told = {
            "expired": await self.expire(),
            "deliveries": await self.forget_deliveries(),
            "keys": await self.forget_keys(),
            "articles": await self.forget_articles(),
            "feeds": await self.forget_feeds(),
        }
        await self.forget_small()
        if any(told.values()):
            log.info("what is not needed any more is forgotten", **told)

    async def expire(self) -> int:
        """Close what was not sent until it was no news any more; return how many."""
        now = self._parts.clock()
        return await self._all(
            lambda tx: tx.retention.expire(now - NEWS_AGE, now, AT_ONCE, TOO_OLD)
        )

    async def forget_deliveries(self) -> int:
        """Forget what became of deliveries, by age and by number; return of how many."""
        now = self._parts.clock()
        recent = now - SAME_EVENT
        forgotten = await self._all(
            lambda tx: tx.retention.forget_deliveries(now - SETTLED_KEPT, recent, AT_ONCE)
        )
        excess = await self._parts.store.read(lambda tx: tx.retention.deliveries())
        excess -= MOST_DELIVERIES
        while excess > 0:
            self._parts.alive("housekeeping")
            most = min(AT_ONCE, excess)
            count = await self._parts.store.write(
                lambda tx, most=most: tx.retention.forget_deliveries(recent, recent, most)  # type: ignore[misc]  # mypy can't infer a lambda with a default
            )
            forgotten += count
            excess = excess - count if count else 0
        return forgotten

    async def forget_keys(self) -> int:
        """Forget the keys of entries that their feeds have not listed for long; return how many."""
        before = self._parts.clock() - KEYS_KEPT
        return await self._all(lambda tx: tx.stories.forget_keys(before, AT_ONCE))

    async def forget_articles(self) -> int:
        """Forget articles that no key leads to any more, and the oldest of too many."""
        now, store = self._parts.clock(), self._parts.store
        forgotten = await self._look_through(
            lambda tx, after, _: tx.retention.forget_articles(after, now - KEYS_KEPT, AT_ONCE)
        )
        excess = await store.read(lambda tx: tx.retention.articles()) - MOST_ARTICLES
        # Another feed may still bring what is younger: it would be taken for another story.
        before = now - SAME_EVENT
        return forgotten + await self._look_through(
            lambda tx, after, left: tx.retention.forget_excess(after, before, AT_ONCE, left), excess
        )

    async def forget_feeds(self) -> int:
        """Forget feeds that servers had brought and nobody wants any more; return how many."""
        before, store = self._parts.clock() - DROPPED_KEPT, self._parts.store
        dropped = await store.read(lambda tx: tx.retention.dropped(before))
        for feed_id in dropped:
            await self._all(lambda tx, one=feed_id: tx.retention.forget_feed(one, AT_ONCE))  # type: ignore[misc]  # as above
        return len(dropped)

    async def forget_small(self) -> None:
        """Forget old answers to links, allowances that are whole again, old days' spending.

        What became of publications and notices, changes of settings, stories that went quiet.
        """
        now = self._parts.clock()
        settled = now - SETTLED_KEPT

        async def forget(tx: Tx) -> None:
            await tx.pages.forget_asked(now - ASKED_KEPT)
            await tx.spending.forget_allowances(now)
            await tx.spending.forget_days((now - SPENDING_KEPT) // DAY)
            # What a day may cost counts on that day; of servers it is kept to look back on.
            await tx.privacy.forget_purses(now // DAY - 1)
            await tx.unfinished.forget(now - UNFINISHED_KEPT)
            await tx.feedback.forget(now - FEEDBACK_KEPT)
            await tx.catchups.forget(now - CAUGHT_UP_KEPT)

        await self._parts.store.write(forget)
        await self._all(lambda tx: tx.follows.forget(now, AT_ONCE))
        await self._all(lambda tx: _end_closed(tx, now))
        await self._parts.store.write(lambda tx: tx.servers.forget_members())
        await self._all(lambda tx: tx.audits.forget(now - AUDITS_KEPT, MOST_AUDITS, AT_ONCE))
        await self._all(lambda tx: tx.retention.forget_publications(settled, AT_ONCE))
        await self._all(lambda tx: tx.retention.forget_notices(settled, AT_ONCE))

    async def _all(self, forget: Callable[[Tx], Awaitable[int]]) -> int:
        """Do it again until it finds no more; return how much it found in all."""
        total = 0
        while count := await self._parts.store.write(forget):
            total += count
            self._parts.alive("housekeeping")
            if count < AT_ONCE:
                break
        return total

    async def _look_through(
        self, look: Callable[[Tx, int, int], Awaitable[Looked]], most: int | None = None
    ) -> int:
        """Look through all articles, a part at a time, until `most` are forgotten."""
        after, total = 0, 0
        while most is None or total < most:
            left = 0 if most is None else most - total
            found = await self._parts.store.write(lambda tx, a=after, n=left: look(tx, a, n))  # type: ignore[misc]  # as above
            total += found.forgotten
            self._parts.alive("housekeeping")
            if found.last is None:
                break
            after = found.last
        return total


async def _end_closed(tx: Tx, now: Millis) -> int:
    """End what goes to direct messages that have been closed for long; return to how many."""
    closed = await tx.follows.closed_since(now - CLOSED, len(WAITS) - 1, AT_ONCE)
    for channel_id in closed:
        await settling.end(tx, channel_id, TOO_OLD, now)
    return len(closed)
