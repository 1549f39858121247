"""Pure: how a message of a channel's history is recognised as a certain post or digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.models import SECOND, Body, Millis
from bot.publish import digest
from bot.publish.escape import fit
from bot.publish.markdown import runs
from bot.publish.render import MARK, TITLE, custom_id
from bot.publish.sections import linked


def is_post(message: Body, body: Body, story_id: int) -> bool:
    """Tell whether a message, as Discord returns it, is a story's post, as rendered in `body`.

    The story's id in the button decides. A message without such a button (there was nothing to
    explain) is known by its link, or by its title and date: link or title may have been corrected
    since. The caller has left out what others wrote, and what is
    known to be another post.
    """
    marks = set(_marks(message, MARK))
    if marks:
        return custom_id(story_id) in marks
    if any(_marks(message, digest.MARK)):
        return False
    ours, theirs = _embed(body), _embed(message)
    if "url" in ours and ours["url"] == theirs.get("url"):
        return True
    same_title = "title" in ours and ours["title"] == theirs.get("title")
    one_link = "url" in ours and "url" in theirs
    return same_title and (not one_link or ours.get("timestamp") == theirs.get("timestamp"))


def is_digest(message: Body, nonce: str) -> bool:
    """Tell whether a message, as Discord returns it, is the digest that was sent with a nonce."""
    return digest.custom_id(nonce) in _marks(message, digest.MARK)


def shows(message: Body, link: str | None, title: str, published: Millis) -> bool:
    """Tell whether one of the bot's messages shows this story, whatever id the story had then.

    Ids say nothing where the database is younger than the message, or older. A post is known by
    its link, or by its headline and date; a digest by the links in it.
    """
    if any(_marks(message, digest.MARK)):
        target = _target(link)
        text = str(_embed(message).get("description") or "")
        return target is not None and any(run.href == target for run in runs(text))
    embed = _embed(message)
    if link and _target(link) == _target(embed.get("url")) is not None:
        return True
    if not title or embed.get("title") != fit(title, TITLE):
        return False
    dated = _moment(embed.get("timestamp"))
    if not published:
        return dated is None and not (link and embed.get("url"))
    moment = datetime.fromtimestamp(published / SECOND, UTC)
    return dated is not None and abs(dated - moment) < timedelta(seconds=1)


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
