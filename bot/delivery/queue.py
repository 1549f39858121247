"""Pure: in which order due deliveries are taken, fair between servers and between stories."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from heapq import heappop, heappush, heapreplace

from bot.models import Due, Millis


class Queue:
    """What is due, by channel; in a channel one at a time, in the order planned.

    Next is whoever's server has got the fewest posts since the queue was last empty (a member's
    direct messages count as one); among these
    the story that was sent the fewest times. So a story for 5,000 channels lets the first post of
    another server pass, and a server with 100 channels does not hold up one with a single channel.
    Taking one costs the same however long the queue is, but for a logarithm.
    """

    def __init__(self) -> None:
        self._channels: dict[int, deque[Due]] = {}
        self._busy: set[int] = set()
        self._held: set[int] = set()
        self._by_guild: Counter[int] = Counter()
        self._by_story: Counter[int] = Counter()
        # Channels whose oldest delivery is next, by posts of its server and by story.
        self._groups: dict[tuple[int, int], deque[int]] = {}
        self._heap: list[tuple[int, int, Millis, int]] = []

    def __bool__(self) -> bool:
        """Tell whether a channel that is free has something due that is not held."""
        return any(g and about not in self._held for (_, about), g in self._groups.items())

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is due at all."""
        return not self._channels

    def replace(self, rows: Iterable[Due]) -> None:
        """Let these be what is due, in place of all that was."""
        self._channels, self._groups, self._heap = {}, {}, []
        for due in sorted(rows, key=lambda due: due.id):
            self._channels.setdefault(due.channel_id, deque()).append(due)
        if not self._channels:
            self._by_guild.clear()
            self._by_story.clear()
        for channel_id in self._channels:
            self._line_up(channel_id)

    def take(self, limit: int) -> list[Due]:
        """Take up to so many, of different channels; these are busy until they are `free`."""
        taken: list[Due] = []
        while len(taken) < limit and (due := self._next()) is not None:
            self._by_guild[due.whose] += 1
            self._by_story[due.about] += 1
            self._busy.add(due.channel_id)
            taken.append(due)
        return taken

    def free(self, channel_id: int) -> None:
        """Let a channel's next delivery line up."""
        self._busy.discard(channel_id)
        self._line_up(channel_id)

    def behind(self, due: Due) -> Due | None:
        """Return what is next in the channel after this one, which was taken from it."""
        waiting = self._channels.get(due.channel_id)
        return waiting[0] if waiting else None

    def put_back(self, due: Due) -> None:
        """Take back what was taken, as if it had not been."""
        self._by_guild[due.whose] -= 1
        self._by_story[due.about] -= 1
        self._channels.setdefault(due.channel_id, deque()).appendleft(due)
        self.free(due.channel_id)

    def hold(self, about: int) -> None:
        """Pass over what tells of this, until it is let go."""
        self._held.add(about)

    def let_go(self, about: int) -> None:
        """Let what tells of this be taken again."""
        self._held.discard(about)
        for (level, group_about), channels in self._groups.items():
            if group_about == about and channels:
                first = self._channels[channels[0]][0]
                heappush(self._heap, (level, self._by_story[about], first.due_at, about))

    def _next(self) -> Due | None:
        while self._heap:
            level, served, at, about = self._heap[0]
            group = self._groups.get((level, about))
            if not group:
                self._groups.pop((level, about), None)
                heappop(self._heap)
            elif about in self._held:
                heappop(self._heap)
            elif served != self._by_story[about]:
                heapreplace(self._heap, (level, self._by_story[about], at, about))
            elif (due := self._first(group.popleft(), level)) is not None:
                return due
        return None

    def _first(self, channel_id: int, level: int) -> Due | None:
        """Take a channel's oldest; None where its server was served meanwhile: it lines up anew."""
        waiting = self._channels[channel_id]
        if self._by_guild[waiting[0].whose] > level:
            self._line_up(channel_id)
            return None
        due = waiting.popleft()
        if not waiting:
            del self._channels[channel_id]
        return due

    def _line_up(self, channel_id: int) -> None:
        waiting = self._channels.get(channel_id)
        if waiting is None or channel_id in self._busy:
            return
        due = waiting[0]
        level = self._by_guild[due.whose]
        group = self._groups.get((level, due.about))
        if not group:
            self._groups[level, due.about] = deque([channel_id])
            heappush(self._heap, (level, self._by_story[due.about], due.due_at, due.about))
        else:
            group.append(channel_id)
