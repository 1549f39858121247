"""Pure: which feed is asked next, when thousands are due and no host may be hurried.

Holds the due times that the store keeps, in order: each step costs the logarithm of their number.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bot.models import MINUTE, SECOND, Millis

USUAL_INTERVAL: Millis = 15 * MINUTE
"""The shortest time between two polls that the pauses are meant for; they shrink with it."""
PAUSE: Millis = 1_500
"""Between the end of one request to a host and the next."""
# Hosts that are known to turn away who asks more often.
_LONG_PAUSES: dict[str, Millis] = {"reddit.com": MINUTE, "nasdaq.com": 30 * SECOND}
_AT_ONCE: Millis = 0
"""A due time before all others."""

_Place = tuple[Millis, int]
"""When a feed is due, and its id."""


@dataclass(frozen=True, slots=True)
class Due:
    """A feed, whose host it burdens, and when it is to be asked."""

    feed_id: int
    host: str
    at: Millis


@dataclass(slots=True)
class _Lane:
    """The feeds of one host, which wait for each other."""

    waiting: list[_Place] = field(default_factory=list)
    """Those that are due: a heap. What is not true any more is passed over when it comes up."""
    rests_until: Millis = 0
    is_busy: bool = False
    is_called: bool = False
    """The agenda will look at it by itself."""


class Agenda:
    """Due times of feeds; one request at a time to a host, and a pause after it."""

    def __init__(self, shortest: Millis = USUAL_INTERVAL) -> None:
        """Take the shortest time between two polls of a feed."""
        self._scale = min(shortest / USUAL_INTERVAL, 1.0)
        self._dues: dict[int, Due] = {}
        self._coming: list[_Place] = []
        """A heap of all dues, and of some that are not true any more."""
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)
        self._called: list[tuple[Millis, str]] = []
        """A heap: when to look at a lane, and whose it is."""

    def put(self, due: Due) -> None:
        """Give a feed its due time, in place of any that it had."""
        if self._dues.get(due.feed_id) != due:
            self._dues[due.feed_id] = due
            heapq.heappush(self._coming, (due.at, due.feed_id))

    def put_first(self, feed_id: int, host: str) -> None:
        """Make a feed due before all others."""
        self.put(Due(feed_id, host, _AT_ONCE))

    def replace(self, dues: Iterable[Due], keep: Collection[int] = ()) -> None:
        """Know of these feeds only; what is known of those to `keep` stays as it is."""
        wanted = {due.feed_id: due for due in dues if due.feed_id not in keep}
        for feed_id in self._dues.keys() - wanted.keys():
            if feed_id not in keep:
                del self._dues[feed_id]
        for due in wanted.values():
            self.put(due)

    def rest(self, host: str, until: Millis) -> None:
        """Leave a host alone until then."""
        lane = self._lanes[host]
        lane.rests_until = max(lane.rests_until, until)

    def take(self, now: Millis, most: int) -> list[Due]:
        """Take up to so many feeds that may be asked now; their hosts are busy until `done`."""
        self._sort_in(now)
        taken: list[Due] = []
        while len(taken) < most and self._called and self._called[0][0] <= now:
            _, host = heapq.heappop(self._called)
            lane = self._lanes[host]
            lane.is_called = False
            if lane.rests_until <= now and not lane.is_busy and (due := self._next(lane)):
                lane.is_busy = True
                taken.append(due)
            else:
                self._call(host)
        return taken

    def done(self, host: str, now: Millis) -> None:
        """Say that the request to a host has ended; it has a rest now."""
        self._lanes[host].is_busy = False
        self.rest(host, now + round(_LONG_PAUSES.get(host, PAUSE) * self._scale))
        self._call(host)

    def next_at(self) -> Millis | None:
        """Return when `take`, which has just found nothing, may find something; None: never."""
        return min((heap[0][0] for heap in (self._coming, self._called) if heap), default=None)

    def _sort_in(self, now: Millis) -> None:
        """Let the feeds that are due wait in their hosts' lanes."""
        while self._coming and self._coming[0][0] <= now:
            place = heapq.heappop(self._coming)
            due = self._dues.get(place[1])
            if due is not None and due.at == place[0]:
                heapq.heappush(self._lanes[due.host].waiting, place)
                self._call(due.host)

    def _call(self, host: str) -> None:
        """See that a lane is looked at when it has rested, the longest overdue one first."""
        lane = self._lanes[host]
        if lane.waiting and not lane.is_busy and not lane.is_called:
            lane.is_called = True
            heapq.heappush(self._called, (max(lane.rests_until, lane.waiting[0][0]), host))

    def _next(self, lane: _Lane) -> Due | None:
        """Take the first feed of a lane that is still due at the time it waits for."""
        while lane.waiting:
            at, feed_id = heapq.heappop(lane.waiting)
            due = self._dues.get(feed_id)
            if due is not None and due.at == at:
                return self._dues.pop(feed_id)
        return None
