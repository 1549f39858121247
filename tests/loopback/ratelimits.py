"""Discord's rate limits on a bot: headers always, refusals only where a test asks for them."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.loopback.wire import Answer

PER_CHANNEL, CHANNEL_SECONDS = 5, 5.0
"""Messages per channel: what bots observe, as Discord publishes no numbers."""
PER_BOT, BOT_SECONDS = 50, 1.0
"""Requests per bot token (Discord's documentation, "Global Rate Limit")."""
CROSSPOSTS, CROSSPOST_SECONDS = 10, 3600.0
"""Messages of one channel published to its followers: what bots observe."""

_PLENTY = 10_000


class RateLimits:
    """Sliding windows over real time; `strict` says whether they are enforced.

    The limit on publishing is always enforced, and in virtual time (`virtual`, Unix
    milliseconds): nobody waits an hour for it.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        wall: Callable[[], float],
        virtual: Callable[[], int],
    ) -> None:
        self.strict = False
        self._virtual = virtual
        self._crossposts: defaultdict[int, deque[float]] = defaultdict(deque)
        self._monotonic = monotonic
        self._wall = wall
        self._messages: defaultdict[int, deque[float]] = defaultdict(deque)
        self._requests: deque[float] = deque()

    def refuse_bot(self) -> Answer | None:
        """Count one authorised request; a 429 for the whole bot if it was one too many."""
        if not self.strict:
            return None
        wait = _take(self._requests, PER_BOT, BOT_SECONDS, self._monotonic())
        return None if wait is None else _refusal(wait, {"X-RateLimit-Global": "true"}, "global")

    def refuse_message(self, channel_id: int) -> Answer | None:
        """Count one message to a channel; a 429 for that channel if it was one too many."""
        if not self.strict:
            return None
        window = self._messages[channel_id]
        wait = _take(window, PER_CHANNEL, CHANNEL_SECONDS, self._monotonic())
        return None if wait is None else _refusal(wait, self.headers(channel_id), "user")

    def refuse_crosspost(self, channel_id: int) -> Answer | None:
        """Count one message that is published; a 429 for that channel if it was one too many."""
        window = self._crossposts[channel_id]
        wait = _take(window, CROSSPOSTS, CROSSPOST_SECONDS, self._virtual() / 1000)
        return None if wait is None else _refusal(wait, {}, "user")

    def headers(self, channel_id: int) -> dict[str, str]:
        """Say how much of the channel's window is left; plenty, unless limits are enforced."""
        window = self._messages[channel_id]
        limit = PER_CHANNEL if self.strict else _PLENTY
        left = PER_CHANNEL - len(window) if self.strict else _PLENTY - 1
        wait = window[0] + CHANNEL_SECONDS - self._monotonic() if self.strict and window else 1.0
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self._wall() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": "create-message",
        }


def _take(window: deque[float], limit: int, seconds: float, now: float) -> float | None:
    while window and window[0] <= now - seconds:
        window.popleft()
    if len(window) >= limit:
        return window[0] + seconds - now
    window.append(now)
    return None


def _refusal(wait: float, headers: dict[str, str], scope: str) -> Answer:
    wait = math.ceil(wait * 1000) / 1000
    payload = {
        "message": "You are being rate limited.",
        "retry_after": wait,
        "global": scope == "global",
    }
    more = {"Via": "1.1 google", "Retry-After": str(wait), "X-RateLimit-Scope": scope}
    return Answer(429, payload, headers | more)
