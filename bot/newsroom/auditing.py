"""Writing down who changed what in how a server is served, and reading it again.

Kept is what is needed to bring back how it was: of a flow only the fields that a setting is about,
by topic; of a server, its settings; of a feed, its name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.models import (
    Audience,
    Audit,
    AuditEntry,
    FeedChange,
    Flow,
    FlowChange,
    Millis,
    Server,
    ServerChange,
    Setting,
    Topic,
)
from bot.store import Tx, dump, load_flow

FIELDS: Mapping[Setting, tuple[str, ...]] = {
    Setting.PACE: ("pace",),
    Setting.DIGEST: ("digest_at", "zone"),
    Setting.MENTION: ("mention",),
    Setting.BUDGET: ("budget",),
    Setting.QUIET: ("quiet", "zone"),
    Setting.FILTERS: ("filters",),
    Setting.PUBLISHES: ("publishes",),
}
"""What of a flow each setting is about."""
_WHOLE = tuple(field.name for field in fields(Flow))
_LONGEST_NAME = 200

Named = Callable[[str], Topic]
Change = tuple[Flow | None, Flow | None]
"""How a topic's stories flowed before and flow since; None: the channel did not have it."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and in which server."""

    guild_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class About:
    """What is changed."""

    setting: Setting
    channel_id: int | None = None
    """None: it is about the whole server."""
    topic: str = ""
    """Empty: it is about all of the channel, or of the server."""


# ── writing ──────────────────────────────────────────────────────────────────────────────


async def note_subscription(
    tx: Tx, author: Author, change: Change, now: Millis, *, channel_id: int, topic: str
) -> None:
    """Write down that a channel got a topic, lost it, or gets it otherwise from now on.

    Nothing is written where the two are the same, nor of a member's own direct messages (server
    0), which are nobody else's business.
    """
    if not author.guild_id:
        return
    before, after = change
    settings: list[Setting] = []
    if before is not None and after is not None:
        settings = [s for s in FIELDS if _part(before, s) != _part(after, s)]
    elif before is not None or after is not None:
        settings = [Setting.SUBSCRIBED if before is None else Setting.UNSUBSCRIBED]
    for setting in settings:
        about = About(setting, channel_id, topic)
        await note_flows(tx, author, about, {topic: change}, now)


async def note_feed(
    tx: Tx, author: Author, topic: str, feed: str, now: Millis, *, added: bool
) -> None:
    """Write down that a feed was put into one of the server's topics, or taken out of it.

    `feed` is what people know it by: its title, or its address.
    """
    setting = Setting.FEED_ADDED if added else Setting.FEED_REMOVED
    told = json.dumps({"feed": feed[:_LONGEST_NAME]}, ensure_ascii=False)
    was_and_is = ("{}", told) if added else (told, "{}")
    await tx.audits.add(_audit(author, About(setting, topic=topic), was_and_is, now))


async def note_flows(
    tx: Tx, author: Author, about: About, changes: Mapping[str, Change], now: Millis
) -> Audit:
    """Write down a change to a channel's flows, by topic."""
    what = about.setting
    before = {name: _part(old, what) for name, (old, _) in changes.items() if old is not None}
    after = {name: _part(new, what) for name, (_, new) in changes.items() if new is not None}
    audit = _audit(author, about, (_json(before), _json(after)), now)
    return replace(audit, id=await tx.audits.add(audit))


async def note_server(
    tx: Tx, author: Author, setting: Setting, change: ServerChange, now: Millis
) -> Audit:
    """Write down a change to what a server has set for all of its channels."""
    name = setting.value
    old, new = (json.dumps({name: getattr(s, name)}) for s in (change.before, change.after))
    audit = _audit(author, About(setting), (old, new), now)
    return replace(audit, id=await tx.audits.add(audit))


def _audit(author: Author, about: About, was_and_is: tuple[str, str], now: Millis) -> Audit:
    return Audit(
        0,
        author.guild_id,
        about.channel_id,
        about.topic,
        author.member_id,
        now,
        about.setting.value,
        *was_and_is,
    )


def _part(flow: Flow, setting: Setting) -> dict[str, Any]:
    """Take what a setting is about from a flow, as JSON has it."""
    whole: dict[str, Any] = json.loads(dump(flow))
    return {name: whole[name] for name in FIELDS.get(setting, _WHOLE)}


def _json(parts: dict[str, dict[str, Any]]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


# ── reading ──────────────────────────────────────────────────────────────────────────────


def read(audit: Audit, named: Named) -> AuditEntry:
    """Read what was written down; `named` finds topics by name."""
    setting = Setting(audit.what)
    before, after = json.loads(audit.before), json.loads(audit.after)
    changes: tuple[FlowChange, ...] | ServerChange | FeedChange
    if setting in {Setting.AUDIENCE, Setting.LANGUAGE}:
        changes = ServerChange(_server(audit.guild_id, before), _server(audit.guild_id, after))
    elif setting in {Setting.FEED_ADDED, Setting.FEED_REMOVED}:
        changes = FeedChange(named(audit.topic), (before or after)["feed"])
    else:
        changes = tuple(
            FlowChange(named(name), _flow(before.get(name)), _flow(after.get(name)))
            for name in sorted(before.keys() | after.keys())
        )
    return AuditEntry(
        audit.id,
        setting,
        audit.channel_id,
        bool(audit.topic),
        audit.member_id,
        audit.at,
        audit.undone_at,
        changes,
    )


def _server(guild_id: int, part: dict[str, Any]) -> Server:
    audience = Audience(part.get("audience", Audience.MEMBERS))
    return Server(guild_id, audience, part.get("language"))


def _flow(part: dict[str, Any] | None) -> Flow | None:
    return None if part is None else load_flow(json.dumps(part))


# ── the way back ─────────────────────────────────────────────────────────────────────────


def is_as_left(flow: Flow, change: FlowChange, setting: Setting) -> bool:
    """Tell whether what a change has changed of a flow is still as the change has left it."""
    return all(
        getattr(flow, name) == getattr(change.after, name) for name in _moved(change, setting)
    )


def taken_back(flow: Flow, change: FlowChange, setting: Setting) -> Flow:
    """Return the flow with what a change has changed as it was before."""
    moved = {name: getattr(change.before, name) for name in _moved(change, setting)}
    return replace(flow, **moved)


def _moved(change: FlowChange, setting: Setting) -> list[str]:
    old, new = change.before, change.after
    return [name for name in FIELDS[setting] if getattr(old, name) != getattr(new, name)]
