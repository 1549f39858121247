"""Conducts changes to how a server is served: each is written down, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.delivery.filters import refusal
from bot.models import (
    Audit,
    AuditEntry,
    Flow,
    Pending,
    Server,
    ServerChange,
    Setting,
    Subscription,
    Trial,
)
from bot.newsroom import auditing
from bot.newsroom.auditing import About, Author
from bot.newsroom.explaining import topic_of
from bot.newsroom.flows import Flowing
from bot.newsroom.parts import Parts
from bot.store import Tx

PREVIEWED = 50
"""How many of a topic's newest stories filters are tried on."""
PAGE = 5
"""How many changes of the history are shown at once."""
_TYPED = "settings"


class NotChanged(Enum):
    """Why a change, or its undoing, came to nothing."""

    SAME = auto()
    """It was so already."""
    NOTHING_FLOWS = auto()
    """The channel does not get the topic, or nothing at all."""
    NOT_KEPT = auto()
    """The change that is to be undone is not kept any more, or there is no way back from it."""
    UNDONE = auto()
    """It has been undone already."""
    CHANGED_SINCE = auto()
    """What it has changed has been changed again."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change, as it was written down."""

    entry: AuditEntry
    trials: tuple[Trial, ...] = ()
    """What new filters would have stopped, by topic."""


@dataclass(frozen=True, slots=True)
class History:
    """A page of a server's changes, the newest first."""

    entries: tuple[AuditEntry, ...]
    page: int
    """From 0."""
    pages: int


class Settings:
    """How servers are served; `ring` wakes the loop that delivers.

    Whoever calls it has looked whether the member may do so; that a channel is the server's own is
    looked at here.
    """

    def __init__(self, parts: Parts, ring: Callable[[], None]) -> None:
        self._parts = parts
        self._store = parts.store
        self._ring = ring

    async def flows(self, guild_id: int, channel_id: int) -> list[Flowing]:
        """List how the stories of one of a server's channels flow, by topic."""
        found = await self._store.read(lambda tx: _of(tx, guild_id, channel_id, None))
        return [Flowing(each, topic_of(self._parts, each.topic)) for each in found]

    async def change(
        self,
        author: Author,
        channel_id: int,
        topic: str | None,
        setting: Setting,
        change: Callable[[Flow], Flow],
    ) -> Changed | NotChanged:
        """Change how a topic's stories flow in a channel from now on; None: those of all topics.

        `change` may touch what the setting is about, and nothing else.
        """

        async def write(tx: Tx) -> Changed | NotChanged:
            found = await _of(tx, author.guild_id, channel_id, topic)
            if not found:
                return NotChanged.NOTHING_FLOWS
            flows = {each.topic: (each.flow, change(each.flow)) for each in found}
            moved = {name: both for name, both in flows.items() if both[0] != both[1]}
            if not moved:
                return NotChanged.SAME
            return await self._write(tx, author, About(setting, channel_id, topic or ""), moved)

        changed = await self._store.write(write)
        self._ring()
        return changed

    async def change_server(
        self, author: Author, setting: Setting, change: Callable[[Server], Server]
    ) -> Changed | NotChanged:
        """Change what a server has set for all of its channels."""

        async def write(tx: Tx) -> Changed | NotChanged:
            before = await tx.servers.get(author.guild_id)
            after = change(before)
            if before == after:
                return NotChanged.SAME
            return await self._write_server(tx, author, setting, ServerChange(before, after))

        return await self._store.write(write)

    async def entry(self, guild_id: int, number: int) -> AuditEntry | None:
        """Return one of a server's changes, as long as it is kept."""
        audit = await self._store.read(lambda tx: tx.audits.get(number, guild_id))
        return self._read(audit) if audit else None

    async def undo(self, author: Author, number: int) -> Changed | NotChanged:
        """Undo exactly one change, unless something else has been made of it since.

        Topics that the channel does not get any more are left out. The undoing is a change, too,
        and can itself be undone.
        """

        async def write(tx: Tx) -> Changed | NotChanged:
            audit = await tx.audits.get(number, author.guild_id)
            entry = self._read(audit) if audit else None
            if entry is None:
                return NotChanged.NOT_KEPT
            if entry.undone_at is not None:
                return NotChanged.UNDONE
            if not entry.can_be_undone:
                return NotChanged.NOT_KEPT
            undone = await self._take_back(tx, author, entry)
            if isinstance(undone, Changed):
                await tx.audits.undo(number, self._parts.clock())
            return undone

        changed = await self._store.write(write)
        self._ring()
        return changed

    async def history(self, guild_id: int, page: int) -> History:
        """List a page of a server's changes; one that is not there is the last."""

        async def ask(tx: Tx) -> History:
            pages = max(1, -(-await tx.audits.count(guild_id) // PAGE))
            shown = min(max(page, 0), pages - 1)
            found = await tx.audits.newest(guild_id, PAGE, shown * PAGE)
            return History(tuple(self._read(audit) for audit in found), shown, pages)

        return await self._store.read(ask)

    async def keep_typed(self, author: Author, typed: str) -> int:
        """Keep what a member typed into a form and has to mend; return the number it gets."""
        now = self._parts.clock()
        return await self._store.write(
            lambda tx: tx.unfinished.add(
                _TYPED, guild_id=author.guild_id, member_id=author.member_id, body=typed, now=now
            )
        )

    async def typed(self, author: Author, number: int) -> str | None:
        """Return what a member typed into a form; None: it is not kept any more."""

        async def ask(tx: Tx) -> Pending | None:
            return await tx.unfinished.get(
                number, _TYPED, guild_id=author.guild_id, member_id=author.member_id
            )

        found = await self._store.read(ask)
        return found.body if found else None

    async def _take_back(self, tx: Tx, author: Author, entry: AuditEntry) -> Changed | NotChanged:
        if isinstance(entry.changes, ServerChange):
            return await self._take_back_server(tx, author, entry.setting, entry.changes)
        assert isinstance(entry.changes, tuple)  # noqa: S101  # feeds have no way back
        by_topic = {change.topic.name: change for change in entry.changes}
        channel_id = entry.channel_id or 0
        found = await _of(tx, author.guild_id, channel_id, None)
        there = {each.topic: each.flow for each in found if each.topic in by_topic}
        if not there:
            return NotChanged.NOTHING_FLOWS
        if not all(
            auditing.is_as_left(flow, by_topic[name], entry.setting) for name, flow in there.items()
        ):
            return NotChanged.CHANGED_SINCE
        moved = {
            name: (flow, auditing.taken_back(flow, by_topic[name], entry.setting))
            for name, flow in there.items()
        }
        topic = next(iter(moved)) if entry.is_of_one_topic else ""
        return await self._write(tx, author, About(entry.setting, channel_id, topic), moved)

    async def _take_back_server(
        self, tx: Tx, author: Author, setting: Setting, change: ServerChange
    ) -> Changed | NotChanged:
        now = await tx.servers.get(author.guild_id)
        name = setting.value
        if getattr(now, name) != getattr(change.after, name):
            return NotChanged.CHANGED_SINCE
        was = replace(now, **{name: getattr(change.before, name)})
        return await self._write_server(tx, author, setting, ServerChange(now, was))

    async def _write(
        self, tx: Tx, author: Author, about: About, moved: Mapping[str, tuple[Flow, Flow]]
    ) -> Changed:
        for name, (_, flow) in moved.items():
            await tx.subscriptions.set_flow(about.channel_id or 0, name, flow)
        audit = await auditing.note_flows(tx, author, about, moved, self._parts.clock())
        tried = moved if about.setting is Setting.FILTERS else {}
        trials = [await self._tried(tx, name, flow) for name, (_, flow) in tried.items()]
        return Changed(self._read(audit), tuple(trials))

    async def _write_server(
        self, tx: Tx, author: Author, setting: Setting, change: ServerChange
    ) -> Changed:
        await tx.servers.put(change.after)
        now = self._parts.clock()
        return Changed(self._read(await auditing.note_server(tx, author, setting, change, now)))

    async def _tried(self, tx: Tx, topic: str, flow: Flow) -> Trial:
        stories = await tx.stories.newest([topic], PREVIEWED)
        judged = [(story, refusal([story.article], flow.filters)) for story in stories]
        found = tuple((story, why) for story, why in judged if why is not None)
        return Trial(topic_of(self._parts, topic), flow.filters, len(stories), found)

    def _read(self, audit: Audit) -> AuditEntry:
        return auditing.read(audit, lambda name: topic_of(self._parts, name))


async def _of(tx: Tx, guild_id: int, channel_id: int, topic: str | None) -> list[Subscription]:
    """List a channel's subscriptions, or the one to a topic; none where it is another server's."""
    found = await tx.subscriptions.in_channel(channel_id)
    return [s for s in found if s.guild_id == guild_id and topic in {None, s.topic}]
