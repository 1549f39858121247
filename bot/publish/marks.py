"""Pure: how a message of a channel's history is recognised as a certain post or digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.models import Body
from bot.publish import digest
from bot.publish.markdown import runs
from bot.publish.render import FOLLOW, MARK, custom_id, follow_id, plain
from bot.publish.sections import linked


def is_post(message: Body, body: Body, story_id: int) -> bool:
    """Tell whether a message, as Discord returns it, is a story's post, as rendered in `body`.

    The story's id in the buttons decides. A message without such a button (there was none where
    there was nothing to explain) is known by its link, or by its title and date: link or title may
    have been corrected since. The caller has left out what others wrote, and what is known
    to be another post.
    """
    marks = {*_marks(message, MARK), *_marks(message, FOLLOW)}
    if marks:
        return bool(marks & {custom_id(story_id), follow_id(story_id)})
    if any(_marks(message, digest.MARK)):
        return False
    if not message.get("embeds"):
        return _says(message, body)
    ours, theirs = _embed(body), _embed(message)
    if "url" in ours and ours["url"] == theirs.get("url"):
        return True
    same_title = "title" in ours and ours["title"] == theirs.get("title")
    one_link = "url" in ours and "url" in theirs
    return same_title and (not one_link or ours.get("timestamp") == theirs.get("timestamp"))


def is_digest(message: Body, nonce: str) -> bool:
    """Tell whether a message, as Discord returns it, is the digest that was sent with a nonce."""
    return digest.custom_id(nonce) in _marks(message, digest.MARK)


def shows(message: Body, body: Body) -> bool:
    """Tell whether one of the bot's messages shows a story, whatever id the story had then.

    `body` is the story's post, as it would be rendered. Ids say nothing where the database is not
    the one that the message was sent from. A post is known by its link, or by its headline and
    date; a digest by the links in it.
    """
    if not message.get("embeds"):
        return _says(message, body)
    ours, theirs = _embed(body), _embed(message)
    target = _target(ours.get("url"))
    if any(_marks(message, digest.MARK)):
        told = runs(str(theirs.get("description") or ""))
        return target is not None and any(run.href == target for run in told)
    if target is not None and target == _target(theirs.get("url")):
        return True
    if "title" not in ours or ours["title"] != theirs.get("title"):
        return False
    dated = _moment(ours.get("timestamp"))
    is_undated = dated is None and _moment(theirs.get("timestamp")) is None
    if is_undated:
        return not ("url" in ours and "url" in theirs)
    return _is_same(dated, _moment(theirs.get("timestamp")))


def _says(message: Body, body: Body) -> bool:
    """Tell whether a message is a post as text alone, perhaps below the mention of a role."""
    content = str(message.get("content") or "")
    return content.endswith(plain(body)["content"])


def _is_same(one: datetime | None, other: datetime | None) -> bool:
    """Compare by the second: Discord need not give back what is finer."""
    return one is not None and other is not None and abs(one - other) < timedelta(seconds=1)


def _target(link: object) -> str | None:
    """Return a link as it stands in a text, where some of its characters are written otherwise."""
    if not isinstance(link, str):
        return None
    return next((run.href for run in runs(linked("x", link, len(link)))), None)


def _moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:  # there is none
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _marks(body: Body, mark: str) -> Iterator[str]:
    for row in body.get("components") or ():
        for component in row.get("components") or ():
            if str(component.get("custom_id", "")).startswith(mark):
                yield component["custom_id"]


def _embed(body: Body) -> dict[str, Any]:
    embeds: list[dict[str, Any]] = body.get("embeds") or [{}]
    return embeds[0]
