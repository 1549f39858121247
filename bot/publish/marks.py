"""Pure: how a message of a channel's history is recognised as a certain post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.models import Body
from bot.publish.render import MARK, custom_id


def is_post(message: Body, body: Body, story_id: int) -> bool:
    """Tell whether a message, as Discord returns it, is a story's post, as rendered in `body`.

    The story's id in the button decides. A message without such a button (there was nothing to
    explain) is known by its link, or by its title and date: link or title may have been corrected
    since. The caller has left out what others wrote, and what is
    known to be another post.
    """
    marks = set(_marks(message))
    if marks:
        return custom_id(story_id) in marks
    ours, theirs = _embed(body), _embed(message)
    if "url" in ours and ours["url"] == theirs.get("url"):
        return True
    same_title = "title" in ours and ours["title"] == theirs.get("title")
    one_link = "url" in ours and "url" in theirs
    return same_title and (not one_link or ours.get("timestamp") == theirs.get("timestamp"))


def _marks(body: Body) -> Iterator[str]:
    for row in body.get("components", []):
        for component in row.get("components", []):
            if str(component.get("custom_id", "")).startswith(MARK):
                yield component["custom_id"]


def _embed(body: Body) -> dict[str, Any]:
    embeds: list[dict[str, Any]] = body.get("embeds") or [{}]
    return embeds[0]
