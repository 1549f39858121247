"""Conducts publishing: posts of announcement channels on to the servers that follow these."""

from __future__ import annotations

import asyncio

import structlog

from bot.delivery import spread
from bot.models import HOUR, MINUTE, RetryLater, Sent
from bot.models.said import said
from bot.newsroom.parts import RETRY_STORE, Alarm, Parts
from bot.store import StoreUnavailableError

AT_ONCE = 20

log = structlog.get_logger()


class Publications:
    """Publishes what is due; doing it twice does nothing, so a crash needs no care."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._alarm = Alarm(parts.clock)

    def look_again(self) -> None:
        """Say that there may be something to publish."""
        self._alarm.ring()

    async def loop(self) -> None:
        """Publish posts as they fall due, for ever."""
        while True:
            self._parts.alive("publications")
            try:
                await self.publish_due()
                due = await self._parts.store.read(lambda tx: tx.publications.next_due_at())
            except StoreUnavailableError as trouble:
                log.warning("nothing can be published", reason=str(trouble))
                due = self._parts.clock() + RETRY_STORE
            await self._alarm.wait(due)

    async def publish_due(self) -> None:
        """Publish every post that is due, of a channel one after the other."""
        now = self._parts.clock()
        due = await self._parts.store.read(lambda tx: tx.publications.due(now, AT_ONCE))
        channels: dict[int, list[tuple[int, int]]] = {}
        for message_id, channel_id, attempts in due:
            channels.setdefault(channel_id, []).append((message_id, attempts))
        # Discord lets a channel wait for up to a minute: no other waits with it.
        await asyncio.gather(*(self._publish_of(one, posts) for one, posts in channels.items()))

    async def _publish_of(self, channel_id: int, posts: list[tuple[int, int]]) -> None:
        for message_id, attempts in posts:
            self._parts.alive("publications")
            await self._publish(message_id, channel_id, attempts)

    async def _publish(self, message_id: int, channel_id: int, attempts: int) -> None:
        store, now = self._parts.store, self._parts.clock()
        since = now - HOUR - MINUTE
        before = await store.read(lambda tx: tx.publications.published(channel_id, since))
        if (free_at := spread.free_at(before, now)) > now:
            why = said("Discord publishes ten posts of a channel in an hour.")
            await store.write(lambda tx: tx.publications.put_off(message_id, free_at, why))
            return
        outcome = await self._parts.publisher.spread(channel_id, message_id)
        now = self._parts.clock()
        match outcome:
            case Sent():
                await store.write(
                    lambda tx: tx.publications.settle(message_id, now, published=True)
                )
                return
            case RetryLater(reason):
                again = spread.again_at(outcome, attempts, now)
                if again is not None:
                    await store.write(lambda tx: tx.publications.put_off(message_id, again, reason))
                    return
        reason = outcome.reason
        await store.write(
            lambda tx: tx.publications.settle(message_id, now, published=False, reason=reason)
        )
        log.warning("a post is not published", channel=channel_id, reason=reason)
