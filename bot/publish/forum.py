"""Pure: a forum as Discord describes it, and a post for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.models import Body, Forbidden, Post
from bot.models.said import said
from bot.publish.escape import clip

KINDS = {15, 16}
"""Discord's channel types of forums and of media channels."""
NAME = 100
"""Characters of a thread's name."""
_REQUIRES_TAG = 1 << 4
_NO_TAG = Forbidden(
    said(
        "This forum wants a tag on each post, and has none that I may use: add a tag that is not "
        "for moderators only, or no longer require tags (Edit Channel → Tags)."
    )
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that a forum's posts can have."""

    id: int
    name: str
    moderated: bool = False
    """Only moderators may use it."""


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum or media channel."""

    guild_id: int
    tags: tuple[Tag, ...] = ()
    requires_tag: bool = False


def read(channel: Mapping[str, Any]) -> Forum | None:
    """Read a channel as Discord returns it; None: it is no forum."""
    if channel["type"] not in KINDS:
        return None
    tags = [
        Tag(int(tag["id"]), str(tag["name"]), bool(tag.get("moderated")))
        for tag in channel.get("available_tags") or ()
    ]
    requires_tag = bool(int(channel.get("flags") or 0) & _REQUIRES_TAG)
    return Forum(int(channel["guild_id"]), tuple(tags), requires_tag)


def thread(forum: Forum, post: Post) -> Body | Forbidden:
    """Return the body that starts a forum's thread with a post in it."""
    tag = _tag(forum, post.tag)
    if isinstance(tag, Forbidden):
        return tag
    name = clip(" ".join(post.title.split()), NAME) or "(untitled)"
    start: Body = {"name": name, "message": post.body}
    return start | ({"applied_tags": [str(tag.id)]} if tag else {})


def _tag(forum: Forum, wanted: str) -> Tag | Forbidden | None:
    """Choose the tag that is called as wanted; else any, where the forum requires one."""
    usable = [tag for tag in forum.tags if not tag.moderated]
    name = wanted.strip().casefold()
    for tag in usable:
        if name and tag.name.strip().casefold() == name:
            return tag
    if not forum.requires_tag:
        return None
    return usable[0] if usable else _NO_TAG
