"""How long members wait: each interaction, from its arrival until it is answered and done."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from bot.models import SECOND, Millis
from bot.models.events import Answered, Event

MOST = 1_000
"""How many interactions are remembered; beyond that, those go first that nobody has ended."""

_CALLBACK = re.compile(r"/interactions/([0-9]{1,20})/[^/]+/callback")


@dataclass(slots=True)
class _Asked:
    arrived: float
    acknowledged: float | None = None
    failed: bool = False


class Answering:
    """Times interactions; `tell` hears of each that is done.

    Arrival is when the gateway's message is read. An answer counts when Discord has taken it,
    which `see` hears of: it belongs among what the client's session tells of its requests.
    `clock` is a steady one, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.tell: Callable[[Event], None] = lambda _: None
        self._clock = clock
        self._asked: dict[int, _Asked] = {}

    def arrived(self, interaction_id: int) -> None:
        """Note that an interaction has come."""
        self._asked[interaction_id] = _Asked(self._clock())
        if len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]

    def failed(self, interaction_id: int) -> None:
        """Note that answering went wrong."""
        if asked := self._asked.get(interaction_id):
            asked.failed = True

    def done(self, interaction_id: int, name: str) -> None:
        """Tell of an interaction whose handler is done; of one that is not known, nothing."""
        asked = self._asked.pop(interaction_id, None)
        if asked is None:
            return
        seen = asked.acknowledged
        self.tell(
            Answered(
                name=name,
                took=_millis(self._clock() - asked.arrived),
                acknowledged=None if seen is None else _millis(seen - asked.arrived),
                failed=asked.failed,
            )
        )

    async def see(
        self,
        _: aiohttp.ClientSession,
        __: SimpleNamespace,
        answered: aiohttp.TraceRequestEndParams,
    ) -> None:
        """Hear of a request that has its answer."""
        found = _CALLBACK.search(answered.url.path)
        asked = self._asked.get(int(found[1])) if found else None
        if asked and asked.acknowledged is None and answered.response.status < 400:
            asked.acknowledged = self._clock()


def _millis(seconds: float) -> Millis:
    return round(seconds * SECOND)
