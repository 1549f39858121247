"""What goes out to Discord and what comes back: paced, counted, and known for certain or not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp
import structlog

from bot.delivery.pacing import Noted, Pace, Refusals
from bot.models import SECOND, Millis
from bot.models.events import Event, Requested

LONGEST_PAUSE = 5.0
"""Seconds; a call that would rest for longer is given up, so that it can be planned anew."""
BANNED_FOR = 60.0
"""Seconds of rest where Discord's network refuses us without saying for how long."""

_REFUSED = {401, 403, 429}
_SWITCHED = 101
"""The gateway's connection, which the same session opens."""

log = structlog.get_logger()


class RestingError(Exception):
    """Nothing is sent to Discord for now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Sending rests for {seconds:.0f} s.")
        self.seconds = seconds


@dataclass(slots=True)
class Call:
    """One call of ours, which discord.py may turn into several requests."""

    doubtful: bool = False
    """One of its requests may have been carried out though its answer does not say so."""
    used_up: float = 0.0
    """Seconds for which its bucket has nothing left, as its last answer said."""


@dataclass(slots=True)
class _Waiting:
    """Requests that wait for a place; those of others than the publisher go first."""

    others: deque[asyncio.Future[None]] = field(default_factory=deque)
    ours: deque[asyncio.Future[None]] = field(default_factory=deque)


class Traffic:
    """Sees every REST request of a client through `trace`, which the client has to be made with.

    A request with the bot's token waits for its place among Discord's 50 a second, in order; those
    that were not made with a `Call` (logging in, registering commands) go before the publisher's.
    Requests without the token, as the answers to members are, never wait: Discord does not count
    them. `clock` is the time of day, which refusals are counted by; they outlive a restart if
    `noted` is what `dump` gave.
    """

    def __init__(
        self,
        clock: Callable[[], Millis],
        noted: Iterable[tuple[Millis, int]] = (),
        pace: Pace | None = None,
    ) -> None:
        self._clock = clock
        self.tell: Callable[[Event], None] = lambda _: None
        """Told of each answer."""
        self._pace = pace or Pace()
        self._refusals = Refusals(noted)
        self._waiting = _Waiting()
        self._timer: asyncio.TimerHandle | None = None
        self._warned = False
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._on_start)
        self.trace.on_request_end.append(self._on_end)
        self.trace.on_request_exception.append(self._on_exception)

    # ── how it stands ────────────────────────────────────────────────────────────────────

    def resting(self) -> float:
        """Return for how many seconds the publisher has to rest; 0: it may send."""
        refused = self._refusals.rest(self._clock())
        if not refused:
            self._warned = False
        elif not self._warned:
            self._warned = True
            log.error(
                "Discord refuses too many requests: sending rests before it locks us out",
                refused=self.refused,
                seconds=refused // SECOND,
            )
        return max(self._pace.resting(asyncio.get_running_loop().time()), refused / SECOND)

    @property
    def refused(self) -> int:
        """How many requests Discord has refused in the last ten minutes (it allows 10,000)."""
        return self._refusals.count(self._clock())

    def restore(self, noted: Iterable[tuple[Millis, int]]) -> None:
        """Count on from what `dump` gave before a restart."""
        self._refusals = Refusals([*noted, *self._refusals.dump(self._clock())])

    def dump(self) -> list[Noted]:
        """Return the refusals that still count, as pairs of a time and a number."""
        return self._refusals.dump(self._clock())

    # ── places ───────────────────────────────────────────────────────────────────────────

    async def _enter(self, *, ours: bool) -> None:
        """Wait for a place. Raises RestingError where ours would have to rest for long."""
        if ours and (seconds := self.resting()) > LONGEST_PAUSE:
            raise RestingError(seconds)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._waiting.ours if ours else self._waiting.others).append(place)
        self._serve()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._pace.unused()
                self._serve()
            raise

    def _serve(self) -> None:
        """Let go who may; come again when the next may."""
        now = asyncio.get_running_loop().time()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        times = [
            self._serve_line(self._waiting.others, now, resting=True),
            self._serve_line(self._waiting.ours, now, resting=False),
        ]
        at = min((time for time in times if time is not None), default=None)
        if at is not None:
            self._timer = asyncio.get_running_loop().call_at(at, self._serve)

    def _serve_line(
        self, line: deque[asyncio.Future[None]], now: float, *, resting: bool
    ) -> float | None:
        while line:
            if line[0].done():  # whoever waited was cancelled
                del line[0]
            elif self._pace.take(now, resting=resting):
                place = line.popleft()
                place.set_result(None)
            else:
                return self._pace.free_at(now, resting=resting)
        return None

    def _rest(self, seconds: float) -> None:
        """Rest, and send home who waits for so long."""
        self._pace.rest(asyncio.get_running_loop().time() + seconds)
        if self.resting() > LONGEST_PAUSE:
            for place in self._waiting.ours:
                if not place.done():
                    place.set_exception(RestingError(self.resting()))
            self._waiting.ours.clear()

    # ── what aiohttp tells ───────────────────────────────────────────────────────────────

    async def _on_start(
        self,
        _: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        context.departed = None
        if "Authorization" in request.headers:
            await self._enter(ours=isinstance(context.trace_request_ctx, Call))
            context.departed = asyncio.get_running_loop().time()

    async def _on_end(
        self,
        _: aiohttp.ClientSession,
        context: SimpleNamespace,
        answered: aiohttp.TraceRequestEndParams,
    ) -> None:
        response = answered.response
        call = context.trace_request_ctx
        if isinstance(call, Call):
            call.doubtful = call.doubtful or not 400 <= response.status < 500
            call.used_up = _used_up(response)
        shared = response.headers.get("X-RateLimit-Scope") == "shared"
        if response.status != _SWITCHED:
            self.tell(Requested(status=response.status, shared=shared))
        if response.status in _REFUSED and not shared:
            self._refusals.add(self._clock())
        if response.status == 429 and (seconds := _everything_rests(response)):
            log.warning("Discord asks for a pause of everything", seconds=seconds)
            self._rest(seconds)
        if context.departed is not None:
            self._pace.answered(context.departed, asyncio.get_running_loop().time())
            self._serve()

    async def _on_exception(
        self,
        _: aiohttp.ClientSession,
        context: SimpleNamespace,
        failed: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        call = context.trace_request_ctx
        if isinstance(call, Call) and not isinstance(
            failed.exception, aiohttp.ClientConnectorError
        ):
            call.doubtful = True
        if context.departed is not None:
            self._pace.lost(asyncio.get_running_loop().time())
            self._serve()


def _used_up(response: aiohttp.ClientResponse) -> float:
    if response.headers.get("X-RateLimit-Remaining") != "0":
        return 0.0
    return seconds_of(response.headers.get("X-RateLimit-Reset-After"), 0.0)


def _everything_rests(response: aiohttp.ClientResponse) -> float:
    """Return for how long a 429 binds all requests: Discord's own limit, or its network's ban."""
    if not response.headers.get("Via"):  # not from Discord; discord.py tells them apart like this
        return seconds_of(response.headers.get("Retry-After"), BANNED_FOR)
    if response.headers.get("X-RateLimit-Global") or (
        response.headers.get("X-RateLimit-Scope") == "global"
    ):
        return seconds_of(response.headers.get("Retry-After"), 1.0)
    return 0.0


def seconds_of(header: str | None, otherwise: float) -> float:
    """Read a number of seconds that came from outside; a day at the most."""
    try:
        seconds = float(header or "")
    except ValueError:
        return otherwise
    return min(seconds, 86_400.0) if seconds >= 0 else otherwise
