"""Pure: Discord's budgets, how many requests it takes a second and how many it may refuse."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import NamedTuple

from bot.models import MINUTE, SECOND, Millis

REQUESTS = 50
"""Requests a second that Discord takes of one bot:
https://discord.com/developers/docs/topics/rate-limits#global-rate-limit"""
WINDOW = 1.0
TRUST = 0.75
"""How much of the quickest answer seen is taken for the way there and back."""

REFUSALS = 1_000
"""Sending rests at so many refused requests; at 10,000 Discord locks the address out:
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans"""
REFUSALS_WINDOW: Millis = 10 * MINUTE
_GRAIN: Millis = 10 * SECOND


class Pace:
    """Who may go out now: `REQUESTS` in any `WINDOW` as Discord counts them. Times are seconds.

    Discord counts a request somewhere between its departure and its answer, so a request holds its
    place until a second after its answer. That is longer than it need be by one way back and one
    way there, which the quickest answer seen tells; of that, `TRUST` is taken off. So Discord
    refuses none as long as the quickest answer seen was at most a third slower than one can be.
    """

    def __init__(self, requests: int = REQUESTS) -> None:
        self._free = requests
        self._returning: list[float] = []
        self._quickest: float | None = None
        self._rest_until = float("-inf")

    def take(self, now: float, *, resting: bool = False) -> bool:
        """Take a place, if one is free; `resting`: even while sending rests."""
        if now < self._rest_until and not resting:
            return False
        while self._returning and self._returning[0] <= now:
            heapq.heappop(self._returning)
            self._free += 1
        if not self._free:
            return False
        self._free -= 1
        return True

    def free_at(self, now: float, *, resting: bool = False) -> float | None:
        """Return when `take` will succeed; None: not before another answer has come."""
        start = now if resting else max(now, self._rest_until)
        if self._free:
            return start
        return max(start, self._returning[0]) if self._returning else None

    def answered(self, departed: float, now: float) -> None:
        """Give a place back, in time, whose request has been answered."""
        took = now - departed
        self._quickest = took if self._quickest is None else min(self._quickest, took)
        heapq.heappush(self._returning, now + WINDOW - TRUST * self._quickest)

    def lost(self, now: float) -> None:
        """Give a place back, in time, whose request has come to nothing: it may have arrived."""
        heapq.heappush(self._returning, now + WINDOW)

    def unused(self) -> None:
        """Give a place back that no request was made with."""
        self._free += 1

    def rest(self, until: float) -> None:
        """Let nothing out until then."""
        self._rest_until = max(self._rest_until, until)

    def resting(self, now: float) -> float:
        """Return for how many seconds nothing goes out; 0: it does."""
        return max(self._rest_until - now, 0.0)


class Noted(NamedTuple):
    """So many refusals in the ten seconds from a time."""

    since: Millis
    refused: int


class Refusals:
    """Counts the requests that Discord has refused (401, 403, 429) in the last ten minutes.

    It counts by ten seconds, and a time is forgotten when all of it is over.
    """

    def __init__(self, noted: Iterable[tuple[Millis, int]] = ()) -> None:
        self._noted = [Noted(*pair) for pair in noted]

    def add(self, now: Millis) -> None:
        """Count one more."""
        self._forget(now)
        if self._noted and now - self._noted[-1].since < _GRAIN:
            since, refused = self._noted.pop()
            self._noted.append(Noted(since, refused + 1))
        else:
            self._noted.append(Noted(now, 1))

    def count(self, now: Millis) -> int:
        """Return how many there were in the last ten minutes."""
        self._forget(now)
        return sum(refused for _, refused in self._noted)

    def rest(self, now: Millis) -> Millis:
        """Return how long sending has to rest until there are fewer than `REFUSALS`; 0: not."""
        over = self.count(now) - REFUSALS
        for since, refused in self._noted:
            if over < 0:
                return 0
            over -= refused
            if over < 0:
                return since + _GRAIN + REFUSALS_WINDOW - now
        return 0

    def dump(self, now: Millis) -> list[Noted]:
        """Return what another process can begin with, oldest first."""
        self._forget(now)
        return list(self._noted)

    def _forget(self, now: Millis) -> None:
        # A clock that was set back leaves what lies ahead; it can't have been later than now.
        noted = [Noted(min(since, now), refused) for since, refused in self._noted]
        self._noted = [n for n in noted if now < n.since + _GRAIN + REFUSALS_WINDOW]
