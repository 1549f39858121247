"""Whom a message really pings: by its content, its `allowed_mentions` and its author's rights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.loopback.permissions import Permission, reckoned

if TYPE_CHECKING:
    from tests.loopback.state import Channel, Member

_ROLE, _USER, _EVERYONE = re.compile(r"<@&(\d+)>"), re.compile(r"<@!?(\d+)>"), "@everyone|@here"


class Pings(NamedTuple):
    """Ids of roles and users that are notified; `everyone` also for those who are there."""

    roles: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()
    everyone: bool = False


NOBODY = Pings()


def pinged(channel: Channel, author: Member | None, body: dict[str, Any]) -> Pings:
    """Say whom a message notifies when it is posted; an embed and an edit notify nobody."""
    content = body.get("content") or ""
    if "@" not in content:
        return NOBODY
    allowed = body.get("allowed_mentions")
    powerful = author is not None and bool(reckoned(channel, author) & Permission.MENTION_EVERYONE)
    users = frozenset(map(int, _USER.findall(content)))
    everyone = bool(re.search(_EVERYONE, content)) and powerful and _parses(allowed, "everyone")
    return Pings(
        _let(_roles(channel, content, powerful=powerful), allowed, "roles"),
        _let(users, allowed, "users"),
        everyone,
    )


def _roles(channel: Channel, content: str, *, powerful: bool) -> frozenset[int]:
    guild = channel.guild
    if guild is None:
        return frozenset()
    named = frozenset(map(int, _ROLE.findall(content))) & guild.roles.keys() - {guild.id}
    return frozenset(one for one in named if powerful or guild.roles[one].mentionable)


def _let(found: frozenset[int], allowed: dict[str, Any] | None, kind: str) -> frozenset[int]:
    if allowed is None or _parses(allowed, kind):
        return found
    return found & frozenset(map(int, allowed.get(kind) or []))


def _parses(allowed: dict[str, Any] | None, kind: str) -> bool:
    return allowed is None or kind in (allowed.get("parse") or [])
