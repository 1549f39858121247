"""Discord's count of invalid requests, and the ban that follows when there are too many."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from tests.loopback.wire import Answer

WINDOW_SECONDS = 600.0
"""Discord's documentation, "Invalid Request Limit aka Cloudflare Bans"."""

_INVALID = {401, 403, 429}


class InvalidRequests:
    """Counts answers of 401, 403 and 429 in a sliding window of real time.

    A 429 of scope `shared` is nobody's fault and does not count. With `ban_after`, whoever has
    more invalid requests than that is banned, until it is set anew.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.refusals429 = 0
        self.banned = False
        self._ban_after: int | None = None
        self._monotonic = monotonic
        self._times: deque[float] = deque()

    @property
    def count(self) -> int:
        """How many there were in the last ten minutes."""
        while self._times and self._times[0] <= self._monotonic() - WINDOW_SECONDS:
            self._times.popleft()
        return len(self._times)

    @property
    def ban_after(self) -> int | None:
        """How many are let pass; None: any number."""
        return self._ban_after

    @ban_after.setter
    def ban_after(self, limit: int | None) -> None:
        self._ban_after = limit
        self.banned = limit is not None and self.count > limit

    def observe(self, answer: Answer) -> None:
        """Count an answer that is about to be sent."""
        shared = answer.headers.get("X-RateLimit-Scope") == "shared"
        if answer.status not in _INVALID or shared:
            return
        self.refusals429 += answer.status == 429
        self._times.append(self._monotonic())
        if self._ban_after is not None and self.count > self._ban_after:
            self.banned = True
