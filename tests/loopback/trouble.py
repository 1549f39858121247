"""What a test does to a bot: errors, chance, limits, bans, and a gateway that comes and goes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tests.loopback.chaos import Odds
from tests.loopback.faults import Fault, Hold, error_answer
from tests.loopback.front import Front
from tests.loopback.gateway import Gateway
from tests.loopback.ratelimits import RateLimits


class Trouble:
    """The part of the loopback Discord that causes trouble, and counts what came of it."""

    _front: Front
    _gateway: Gateway
    _limits: RateLimits

    @property
    def strict_rate_limits(self) -> bool:
        """Whether limits are enforced: 5 messages per 5 s and channel, 50 requests per second."""
        return self._limits.strict

    @strict_rate_limits.setter
    def strict_rate_limits(self, strict: bool) -> None:
        self._limits.strict = strict

    def fail_next(
        self,
        method: str,
        path_regex: str,
        *,
        status: int = 500,
        code: int = 0,
        message: str = "injected",
        times: int = 1,
        retry_after: float | None = None,
        accepted: bool = False,
        drop: bool = False,
        scope: str = "shared",
    ) -> None:
        """Answer the next requests with an error; the regex is searched for in the path.

        `accepted`: carried out all the same, and only the answer is an error. `drop`: the
        connection is reset and no answer sent at all. `scope` is a 429's: "shared", "user" or
        "global", of which only the first is not the bot's own fault.
        """
        answer = error_answer(status, code, message, retry_after, scope)
        path = re.compile(path_regex)
        self._front.faults.fail(
            Fault(method, path, answer, accepted=accepted, drop=drop, times=times)
        )

    def hold(self, method: str, path_regex: str, *, times: int = 1) -> Hold:
        """Withhold the answers to the next requests, which are carried out, until released."""
        hold = Hold(method, re.compile(path_regex), times)
        self._front.faults.hold(hold)
        return hold

    @property
    def gateway_down(self) -> bool:
        """Whether new websockets are refused (503); those that are open stay."""
        return self._gateway.down

    @gateway_down.setter
    def gateway_down(self, down: bool) -> None:
        self._gateway.down = down

    def reconnect_gateway(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        self._gateway.reconnect()

    def invalidate_gateway(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over (op 9)."""
        self._gateway.invalidate(resumable=resumable)

    @property
    def faults_left(self) -> list[str]:
        """Errors that were ordered and met no request."""
        return self._front.faults.left

    def chaos(
        self,
        seed: int | None,
        *,
        failing: float = 0.1,
        lost: float = 0.05,
        dropped_before: float = 0.02,
        dropped_after: float = 0.02,
        statuses: Sequence[int] = (500, 502, 503),
    ) -> None:
        """Let chance befall requests that make messages or forum posts; None ends it.

        `failing`: refused with one of `statuses`. `lost`: carried out, and answered so all the
        same. `dropped_before`, `dropped_after`: reset before or after it was carried out. Each
        is a chance from 0 to 1. The same seed does the same to the n-th request of the n-th
        channel in every run. (The client itself waits and asks again after 500, 502 and 504.)
        """
        odds = (
            None
            if seed is None
            else Odds(seed, failing, lost, dropped_before, dropped_after, tuple(statuses))
        )
        self._front.chaos.begin(odds)

    @property
    def troubles(self) -> Counter[str]:
        """How often chance did what since it began, by the names of its odds."""
        return self._front.chaos.met

    @property
    def invalid_requests(self) -> int:
        """Answers of 401, 403 and 429 (not of scope "shared") in the last ten real minutes."""
        return self._front.invalid.count

    @property
    def refusals429(self) -> int:
        """How many 429s of scope "user" or "global" there have been."""
        return self._front.invalid.refusals429

    @property
    def ban_after(self) -> int | None:
        """How many invalid requests are let pass before everything is answered with a ban.

        None: any number. Setting it lifts a ban, unless there have been too many already.
        """
        return self._front.invalid.ban_after

    @ban_after.setter
    def ban_after(self, limit: int | None) -> None:
        self._front.invalid.ban_after = limit

    @property
    def banned(self) -> bool:
        """Whether everything is answered with a ban (403, a page instead of JSON, no `Via`)."""
        return self._front.invalid.banned
