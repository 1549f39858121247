"""Conducts the catching up: what mattered in a channel since a member last asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import DAY, SECOND, Allowance, CaughtUp, Mark, Millis, NothingNew
from bot.newsroom.allowances import take_all
from bot.newsroom.asking import TooOften
from bot.newsroom.explaining import topic_of
from bot.newsroom.parts import Parts
from bot.store import Tx
from bot.stories.ranking import rank

FIRST: Millis = DAY
"""How far back who asks for the first time is told."""
FARTHEST: Millis = 7 * DAY
A_MEMBER = Allowance(burst=10, every=6 * SECOND)
"""How often a member may catch up; turning a page counts."""
PAGE = 8
"""Stories of a page: each takes three of the 40 components that Discord lets a message have."""


class CatchingUp:
    """Tells members what they have missed in channels."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def since_last(self, member_id: int, channel_id: int) -> CaughtUp | NothingNew | TooOften:
        """Tell what was posted since this member last asked; `shown` notes that they know it."""
        now = self._parts.clock()
        if refused := await self._refused(member_id, now):
            return refused

        async def ask(tx: Tx) -> CaughtUp | NothingNew:
            mark = await tx.catchups.get(member_id, channel_id)
            since = max(mark.asked_at, now - FARTHEST) if mark else now - FIRST
            found = await self._told(tx, channel_id, since, now, page=0)
            if found.stories:
                return found
            last = mark if mark and mark.asked_at > now - FARTHEST else None
            topics = await tx.subscriptions.in_channel(channel_id)
            return NothingNew(since, last, bool(topics))

        return await self._parts.store.read(ask, slow=True)

    async def again(
        self, member_id: int, channel_id: int, since: Millis, until: Millis, *, page: int
    ) -> CaughtUp | TooOften:
        """Tell a member once more what was posted in that time, of which at most a week's is told.

        `page`: from 0 on; the last one where there are fewer.
        """
        now = self._parts.clock()
        if refused := await self._refused(member_id, now):
            return refused
        until = min(until, now)
        since = max(since, until - FARTHEST)
        return await self._parts.store.read(
            lambda tx: self._told(tx, channel_id, since, until, page=page), slow=True
        )

    async def shown(self, member_id: int, channel_id: int, told: CaughtUp) -> None:
        """Note that a member was told this, so that the next time begins where it ends."""
        mark = Mark(told.since, told.until)
        await self._parts.store.write(lambda tx: tx.catchups.put(member_id, channel_id, mark))

    async def _refused(self, member_id: int, now: Millis) -> TooOften | None:
        """Count a catching up of a member, or say until when there can be none."""
        asker = f"catchup:member:{member_id}"
        refused = await self._parts.store.write(lambda tx: take_all(tx, {asker: A_MEMBER}, now))
        return TooOften(refused[1], whole_server=False) if refused else None

    async def _told(
        self, tx: Tx, channel_id: int, since: Millis, until: Millis, *, page: int
    ) -> CaughtUp:
        posted = dict(await tx.catchups.posted(channel_id, since, until))
        # By numbers alone: of a busy week, the articles themselves would take long to read.
        ranked = rank(await tx.stories.weights(list(posted)))
        ordered = _by_topic([(story_id, posted[story_id]) for story_id in ranked])
        last = max(0, (len(ordered) - 1) // PAGE)
        page = min(page, last)
        shown = ordered[page * PAGE : (page + 1) * PAGE]
        states = await tx.catchups.newest_state([story_id for story_id, _ in shown])
        told = tuple((states[one], topic_of(self._parts, name)) for one, name in shown)
        return CaughtUp(told, since, until, len(ordered), page, last + 1)


def _by_topic(ranked: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Put each topic's stories together, the topic with the best of them first."""
    order = {name: -number for number, (_, name) in reversed(list(enumerate(ranked)))}
    return sorted(ranked, key=lambda one: -order[one[1]])
