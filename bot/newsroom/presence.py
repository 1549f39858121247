"""Conducts what follows when servers, channels and permissions come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

import structlog

from bot.delivery.notices import may_resume
from bot.models import MINUTE, SECOND, Millis, PausedChannel
from bot.models.said import said
from bot.newsroom import departures, settling
from bot.newsroom.parts import RETRY_STORE, Alarm, Parts
from bot.store import StoreUnavailableError, Tx

EVERY: Millis = 10 * MINUTE
"""How often all paused channels are looked at, whatever was heard of them; and what is over of
servers that were left goes."""
REST: Millis = SECOND
"""What is heard within this time is looked into at once."""
REMOVED = said("I was removed from this server.")

log = structlog.get_logger()


class Presence:
    """Hears what comes and goes, and looks into it: `loop` does, or else `attend`.

    `ring` wakes the loops that poll and deliver; `over` is told of servers whose data is deleted.
    """

    def __init__(self, parts: Parts, ring: Callable[[], None], over: Callable[[int], None]) -> None:
        self._parts = parts
        self._store = parts.store
        self._ring = ring
        self._over = over
        self._alarm = Alarm(parts.clock)
        self._gone: dict[int, None] = {}
        self._left: dict[int, None] = {}
        self._changed: set[int] = set()
        self._compares: set[int] = set()
        """Servers whose channels are to be compared with those that there are."""
        self._compares_all = False
        self._unsure: set[tuple[int, int]] = set()
        self._passed_at: Millis | None = None

    # ── what is heard ────────────────────────────────────────────────────────────────────

    def connected(self) -> None:
        """Hear that all servers are known: what happened unheard can be seen now."""
        self._compares_all = True
        self._alarm.ring()

    def server_joined(self, guild_id: int) -> None:
        """Hear that the bot is in a server, or that it is there again after an outage."""
        self._left.pop(guild_id, None)
        self._compares.add(guild_id)
        self.permissions_changed(guild_id)

    def server_left(self, guild_id: int) -> None:
        """Hear that the bot is in a server no more; an outage is something else."""
        self._left[guild_id] = None
        self._compares.discard(guild_id)
        self._alarm.ring()

    def permissions_changed(self, guild_id: int) -> None:
        """Hear that channels of a server that were closed may be open now."""
        self._changed.add(guild_id)
        self._alarm.ring()

    def channel_gone(self, channel_id: int) -> None:
        """Hear that a channel or thread was deleted."""
        self._gone[channel_id] = None
        self._alarm.ring()

    # ── what follows ─────────────────────────────────────────────────────────────────────

    async def loop(self) -> None:
        """Look into what is heard, and now and then into all paused channels, for ever."""
        while True:
            self._parts.alive("presence")
            try:
                await self.attend()
                due = EVERY + (self._passed_at or self._parts.clock())
            except StoreUnavailableError as trouble:
                log.warning("what has come or gone can't be looked into", reason=str(trouble))
                due = self._parts.clock() + RETRY_STORE
            await asyncio.sleep(REST / SECOND)
            await self._alarm.wait(due)

    async def attend(self) -> None:
        """Look into what was heard, and into all paused channels if it is time.

        What the database could not take is left for the next time.
        """
        while self._gone:
            await self._end(next(iter(self._gone)))
        while self._left:
            await self._leave(next(iter(self._left)))
        servers = self._parts.places.servers()
        if servers is None:
            return
        now = self._parts.clock()
        every = self._passed_at is None or not 0 <= now - self._passed_at < EVERY
        await self._compare(servers)
        if every:  # behind the comparison: a server that is back keeps its data
            for guild_id in await departures.forget(self._store, now, servers.keys()):
                self._over(guild_id)
        await self._go_on(servers, now, every=every)

    async def _end(self, channel_id: int) -> None:
        self._parts.alive("presence")
        now = self._parts.clock()

        async def end(tx: Tx) -> bool:
            had = bool(await tx.subscriptions.in_channel(channel_id))
            await settling.end(tx, channel_id, settling.GONE, now)
            return had

        if await self._store.write(end):
            log.info("a channel with subscriptions is gone", channel=channel_id)
            self._ring()
        self._gone.pop(channel_id, None)

    async def _leave(self, guild_id: int) -> None:
        self._parts.alive("presence")
        now = self._parts.clock()
        await self._store.write(lambda tx: _leave(tx, guild_id, now))
        log.info("left a server", guild=guild_id)
        self._ring()
        self._left.pop(guild_id, None)

    async def _compare(self, servers: Mapping[int, frozenset[int] | None]) -> None:
        """See what has gone unheard: servers, and channels of those that are there."""
        if not (self._compares_all or self._compares or self._unsure):
            return
        every = self._compares_all
        subscribed = await self._store.read(lambda tx: tx.subscriptions.guilds())
        departed = await self._store.read(lambda tx: tx.departures.guilds())
        if every:
            for guild_id in subscribed.keys() - servers.keys() - departed:
                await self._leave(guild_id)
        looked = servers.keys() if every else self._compares & servers.keys()
        for guild_id in looked:
            known = servers[guild_id]
            if known is None:  # an outage: it is looked at when that ends
                continue
            if guild_id in departed:
                await self._return(guild_id)
            missed = subscribed.get(guild_id, set()) - known
            self._unsure |= {(guild_id, channel_id) for channel_id in missed}
        self._compares_all, self._compares = False, self._compares - looked
        await self._ask(servers)

    async def _ask(self, servers: Mapping[int, frozenset[int] | None]) -> None:
        """Ask for subscribed channels that are not known: a miss by itself is no deletion."""
        for guild_id, channel_id in sorted(self._unsure):
            self._parts.alive("presence")
            there: bool | None = True
            if guild_id in servers:  # else it is the server that is gone, for now at least
                there = await self._parts.publisher.exists(channel_id)
            if there is None:  # Discord can't be asked: so it is with the others
                return
            if not there:
                await self._end(channel_id)
            self._unsure.discard((guild_id, channel_id))

    async def _return(self, guild_id: int) -> None:
        now = self._parts.clock()
        await self._store.write(lambda tx: _return(tx, guild_id, now))
        log.info("back in a server", guild=guild_id)
        self._ring()

    async def _go_on(
        self, servers: Mapping[int, frozenset[int] | None], now: Millis, *, every: bool
    ) -> None:
        """Resume paused channels that lack nothing now: where something changed, or all."""
        if not every and not self._changed:
            return
        changed, self._changed = self._changed, set()
        try:
            for channel in await self._store.read(_paused):
                is_looked_at = every or channel.guild_id in changed
                # Direct messages (0) are in no server.
                is_there = channel.guild_id in servers or not channel.guild_id
                if is_looked_at and is_there and may_resume(channel, now):
                    await self._resume(channel.guild_id, channel.channel_id, now)
        except StoreUnavailableError:
            self._changed |= changed
            raise
        if every:
            self._passed_at = now

    async def _resume(self, guild_id: int, channel_id: int, now: Millis) -> None:
        self._parts.alive("presence")
        # Whether direct messages are open again can only be tried.
        if not guild_id or self._parts.places.lacking(guild_id, channel_id) == []:
            await self._store.write(lambda tx: settling.resume(tx, channel_id, now))
            log.info("a paused channel goes on", guild=guild_id, channel=channel_id)
            self._ring()


async def _paused(tx: Tx) -> Iterable[PausedChannel]:
    """List what is paused; a channel where topics and stories are, once."""
    found = [*await tx.follows.paused(), *await tx.subscriptions.paused()]
    return {channel.channel_id: channel for channel in found}.values()


async def _leave(tx: Tx, guild_id: int, now: Millis) -> None:
    await tx.departures.add(guild_id, now)
    for channel_id in {one.channel_id for one in await tx.subscriptions.in_guild(guild_id)}:
        await tx.subscriptions.pause(channel_id, REMOVED, now, now)
        await tx.notices.drop(channel_id, now, REMOVED)


async def _return(tx: Tx, guild_id: int, now: Millis) -> None:
    """Go on in a server; a channel that is closed now says so itself when it is posted in."""
    await tx.departures.remove(guild_id)
    found = await tx.subscriptions.in_guild(guild_id)
    for channel_id in {one.channel_id for one in found if one.paused_reason == REMOVED}:
        await settling.resume(tx, channel_id, now)
