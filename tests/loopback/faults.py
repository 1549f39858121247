"""Errors on order and answers withheld: what Discord and the network do to a request."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.loopback.wire import Answer


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests that fit."""

    method: str
    path: re.Pattern[str]
    answer: Answer
    accepted: bool
    drop: bool
    times: int
    chance: str = ""
    """What chance had in mind; such a fault hides no error that the request meets anyway."""


@dataclass(slots=True, eq=False)
class Hold:
    """Withholds answers: what was asked is done, but the asker does not hear of it yet."""

    method: str
    path: re.Pattern[str]
    times: int
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a request was carried out and its answer is being withheld."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Send the answers that are withheld, and withhold no more."""
        self.times = 0
        self.released.set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


class Faults:
    """The orders that were given, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._holds: list[Hold] = []

    def fail(self, fault: Fault) -> None:
        """Order errors."""
        self._faults.append(fault)

    def hold(self, hold: Hold) -> None:
        """Order answers to be withheld."""
        self._holds.append(hold)

    def fault_for(self, method: str, path: str) -> Fault | None:
        """Take the error that this request meets, if any, and count it."""
        for fault in self._faults:
            if fault.times and fault.method == method and fault.path.search(path):
                fault.times -= 1
                return fault
        return None

    def hold_for(self, method: str, path: str) -> Hold | None:
        """Take the order to withhold this request's answer, if any, and count it."""
        for hold in self._holds:
            if hold.times and hold.method == method and hold.path.search(path):
                hold.times -= 1
                return hold
        return None

    def release_all(self) -> None:
        """Let every withheld answer go, so that the server can close."""
        for hold in self._holds:
            hold.release()

    @property
    def left(self) -> list[str]:
        """Errors that were ordered and met no request."""
        return [f"{one.method} {one.path.pattern}" for one in self._faults if one.times]


def error_answer(
    status: int, code: int, message: str, retry_after: float | None = None, scope: str = "shared"
) -> Answer:
    """Make an error as Discord words it; a 429 is told from Cloudflare's by its `Via` header."""
    payload: dict[str, Any] = {"message": message, "code": code}
    headers: dict[str, str] = {}
    if status == 429:
        wait = 0.0 if retry_after is None else retry_after
        payload |= {"retry_after": wait, "global": scope == "global"}
        headers = {"Via": "1.1 google", "Retry-After": str(wait), "X-RateLimit-Scope": scope}
    return Answer(status, payload, headers)
