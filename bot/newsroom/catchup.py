"""Conducts the catching up: what mattered in a channel since a member last asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import DAY, CaughtUp, Mark, Millis, NothingNew, Story
from bot.newsroom.explaining import topic_of
from bot.newsroom.parts import Parts
from bot.store import Tx
from bot.stories.ranking import rank

FIRST: Millis = DAY
"""How far back who asks for the first time is told."""
FARTHEST: Millis = 7 * DAY


class CatchingUp:
    """Tells members what they have missed in channels."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def since_last(self, member_id: int, channel_id: int) -> CaughtUp | NothingNew:
        """Tell what was posted since this member last asked; `shown` notes that they know it."""
        now = self._parts.clock()

        async def ask(tx: Tx) -> CaughtUp | NothingNew:
            mark = await tx.catchups.get(member_id, channel_id)
            since = max(mark.asked_at, now - FARTHEST) if mark else now - FIRST
            found = await self._told(tx, channel_id, since, now)
            if found.stories:
                return found
            last = mark if mark and mark.asked_at > now - FARTHEST else None
            topics = await tx.subscriptions.in_channel(channel_id)
            return NothingNew(since, last, bool(topics))

        return await self._parts.store.read(ask)

    async def again(self, channel_id: int, since: Millis, until: Millis) -> CaughtUp:
        """Tell once more what was posted in that time, of which at most a week's is told."""
        until = min(until, self._parts.clock())
        since = max(since, until - FARTHEST)
        return await self._parts.store.read(lambda tx: self._told(tx, channel_id, since, until))

    async def shown(self, member_id: int, channel_id: int, told: CaughtUp) -> None:
        """Note that a member was told this, so that the next time begins where it ends."""
        mark = Mark(told.since, told.until)
        await self._parts.store.write(lambda tx: tx.catchups.put(member_id, channel_id, mark))

    async def _told(self, tx: Tx, channel_id: int, since: Millis, until: Millis) -> CaughtUp:
        posted = dict(await tx.catchups.posted(channel_id, since, until))
        states = await tx.catchups.newest_state(list(posted))
        ranked = rank(await tx.stories.weights(list(states)))
        ordered = _by_topic([(states[one], posted[one]) for one in ranked])
        told = tuple((story, topic_of(self._parts, name)) for story, name in ordered)
        return CaughtUp(told, since, until)


def _by_topic(ranked: Sequence[tuple[Story, str]]) -> list[tuple[Story, str]]:
    """Put each topic's stories together, the topic with the best of them first."""
    order = {name: -number for number, (_, name) in reversed(list(enumerate(ranked)))}
    return sorted(ranked, key=lambda one: -order[one[1]])
