"""Pure: how a message of a channel's history is recognised as a certain post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.models import Body

_MARK = "explain:"


def is_post(message: Body, body: Body) -> bool:
    """Tell whether a message, as Discord returns it, is the post that `body` is to become.

    The story's id in the button decides. A post without such a button (nothing to explain) is
    known by its link or by its title: one of them may have been corrected since. The caller has
    left out what others wrote, and what is known to be another post.
    """
    marks = set(_marks(message))
    if marks:
        return bool(marks & set(_marks(body)))
    ours, theirs = _embed(body), _embed(message)
    same_link = "url" in ours and ours["url"] == theirs.get("url")
    return same_link or ours.get("title") == theirs.get("title")


def _marks(body: Body) -> Iterator[str]:
    for row in body.get("components", []):
        for component in row.get("components", []):
            if str(component.get("custom_id", "")).startswith(_MARK):
                yield component["custom_id"]


def _embed(body: Body) -> dict[str, Any]:
    embeds: list[dict[str, Any]] = body.get("embeds") or [{}]
    return embeds[0]
