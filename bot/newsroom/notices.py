"""Conducts notices: whoever subscribed a channel hears that it is paused, and its server does."""

from __future__ import annotations

import structlog

from bot.delivery import notices as rules
from bot.models import MINUTE, ChannelGone, Forbidden, Millis, Notice, Outcome, RetryLater, Sent
from bot.newsroom.parts import RETRY_STORE, Alarm, Parts
from bot.newsroom.servers import language_of
from bot.publish import notices as words
from bot.store import StoreUnavailableError, Tx
from bot.words import speaking

LEASE: Millis = 10 * MINUTE
"""Longer than telling takes; what a dead program was telling comes again at the next start."""
_TRIED = 3
"""In how many channels a server is told, at the most, until one of them takes it."""
_NOBODY = "nobody could be told"

log = structlog.get_logger()


class Notices:
    """Tells what is due, one after the other.

    A program that dies between sending and settling sends again at its next start, with the same
    nonce: twice comes only what Discord has forgotten by then. That is better than not at all.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._alarm = Alarm(parts.clock)

    def look_again(self) -> None:
        """Say that there may be somebody to tell."""
        self._alarm.ring()

    async def take_up(self) -> None:
        """Take up what an earlier run has left half-way."""
        now = self._parts.clock()
        await self._parts.store.write(lambda tx: tx.notices.release(now))

    async def loop(self) -> None:
        """Tell people as notices fall due, for ever."""
        while True:
            self._parts.alive("notices")
            try:
                await self.tell_due()
                due = await self._parts.store.read(lambda tx: tx.notices.next_due_at())
            except StoreUnavailableError as trouble:
                log.warning("nobody can be told of paused channels", reason=str(trouble))
                due = self._parts.clock() + RETRY_STORE
            await self._alarm.wait(due)

    async def tell_due(self) -> None:
        """Tell everybody whose notice is due."""
        store = self._parts.store
        while True:
            self._parts.alive("notices")
            now = self._parts.clock()
            if not await store.read(lambda tx, at=now: tx.notices.is_due(at)):  # type: ignore[misc]  # mypy can't infer a lambda with a default
                return
            notice = await store.write(lambda tx, at=now: tx.notices.claim(at, LEASE))  # type: ignore[misc]  # as above
            if notice is None:
                return
            await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        outcome = await self._say(notice)
        self._parts.reached("a notice is out")
        now = self._parts.clock()
        again: Millis | None = None
        match outcome:
            case Sent():
                said = "told"
            case RetryLater(reason):
                said, again = reason, rules.again_at(outcome, notice.attempts, now)
            case str():
                said = outcome
            case _:
                said = outcome.reason

        async def settle(tx: Tx) -> None:
            if again is None:
                await tx.notices.settle(notice.id, now, said)
            else:
                await tx.notices.put_off(notice.id, again, said)

        while True:
            try:
                await self._parts.store.write(settle)
                break
            except StoreUnavailableError as trouble:
                log.warning("a notice can't be settled", reason=str(trouble))
                self._parts.alive("notices")
                await Alarm(self._parts.clock).wait(self._parts.clock() + RETRY_STORE)
        log.info(
            "a pause is told of",
            channel=notice.channel_id,
            by="direct message" if notice.member_id else "another channel",
            outcome=said,
        )

    async def _say(self, notice: Notice) -> Outcome | str:
        """Tell the member, or the server in a channel that takes it; text: why nobody was."""
        nonce, publisher = rules.nonce(notice), self._parts.publisher
        if notice.member_id is not None:
            with speaking(await self._language(notice)):
                text = words.in_private(notice)
            return await publisher.tell(notice.member_id, text, nonce)
        with speaking(await self._language(notice)):
            post = words.in_public(notice)
        outcome: Outcome | str = _NOBODY
        for channel_id in (await self._elsewhere(notice))[:_TRIED]:
            self._parts.alive("notices")
            outcome = await publisher.publish(channel_id, post, nonce)
            if not isinstance(outcome, Forbidden | ChannelGone):
                break
        return outcome

    async def _language(self, notice: Notice) -> str:
        """Return the member's language if it is known, else the server's."""

        async def look(tx: Tx) -> str:
            own = notice.member_id and await tx.servers.language_of(notice.member_id)
            return own or await language_of(tx, notice.guild_id, self._parts)

        return await self._parts.store.read(look)

    async def _elsewhere(self, notice: Notice) -> list[int]:
        """List other channels of the server that can be written in; those with news first."""
        found = await self._parts.store.read(lambda tx: tx.subscriptions.in_guild(notice.guild_id))
        wanted = dict.fromkeys(one.channel_id for one in found if one.paused_reason is None)
        writable = self._parts.places.writable(notice.guild_id, list(wanted))
        return [channel_id for channel_id in writable if channel_id != notice.channel_id]
