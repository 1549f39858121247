"""Pure: a story to the body of a Discord message.

Discord's limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from bot.models import Body, ExplainedStory, Post, SectionName, Topic
from bot.publish import layout, sections
from bot.publish.endings import ended
from bot.publish.escape import clip, fit
from bot.publish.markdown import http_url
from bot.words import tr

MARK, FOLLOW, FEEDBACK = "explain:", "follow:", "feedback:"
_STORY = "(?P<story>[0-9]{1,18})"
CUSTOM_ID = f"{MARK}{_STORY}"
TITLE, AUTHOR, FOOTER = 256, 256, 200
CONTENT = 2000
_MENTION = 30
"""Room for the mention of a role."""
_NO_PREVIEWS = 1 << 2
"""The flag of a message whose links are not to become embeds (SUPPRESS_EMBEDS)."""
LABEL, URL, LINK_BUTTON_URL = 80, 2048, 512
TEASER = 400
"""Discord takes 4096 characters of description; people read a few lines."""

_PALETTE = (
    0x5865F2, 0x3BA55C, 0xE67E22, 0x1ABC9C, 0xE74C3C, 0x9B59B6, 0x3498DB, 0xF1C40F, 0xEB459E,
    0x607D8B,
)  # fmt: skip
_ADDRESS_ENDS = re.compile(r"[\s<>]")
_NO_MENTIONS: dict[str, list[str]] = {"parse": []}


def post(told: ExplainedStory) -> Body:
    """Render the post of a story: its teaser, Why This Matters, and its buttons."""
    fields = sections.in_post(told.explainer)
    embed = _embed(told, fields)
    if fields:
        embed["fields"] = fields
    return _body(embed, _link_button(told), _more_button(told), _follow_button(told))


def explainer(told: ExplainedStory, *, below_post: bool = False) -> Body:
    """Render a story with all its sections and their numbered sources.

    `below_post`: as the answer to a post's button, which need not repeat the picture.
    """
    fields = sections.in_full(told.explainer)
    embed = _embed(told, fields)
    if below_post:
        embed.pop("image", None)
    embed["fields"] = fields or [_nothing()]
    return _body(embed, _link_button(told), *(_feedback_buttons(told) if fields else ()))


def _nothing() -> dict[str, Any]:
    return {
        "name": tr("Nothing to explain it from"),
        "value": tr("Nothing in it says for certain why it matters, and I do not invent it."),
        "inline": False,
    }


def repairs(post: Post) -> Iterator[Post]:
    """Give the plainer forms of a post, one by one, where Discord refuses the whole."""
    bare = without_picture(post.body)
    if bare != post.body:
        yield replace(post, body=bare)
    yield replace(post, body=plain(post.body))


def without_picture(body: Body) -> Body:
    """Return the body without what Discord may refuse it for: its pictures and icons."""
    bare = dict(body)
    if "embeds" in body:
        bare["embeds"] = [_without_picture(embed) for embed in body["embeds"]]
    if body.get("flags", 0) & layout.IS_LAYOUT:
        bare["components"] = _as_text(body["components"])
    return bare


def _without_picture(embed: dict[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in embed.items() if key not in {"image", "thumbnail"}}
    for part in {"author", "footer"} & bare.keys():
        bare[part] = {key: value for key, value in bare[part].items() if key != "icon_url"}
    return bare


def _as_text(components: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave galleries out, and show sections beside a picture as their texts alone."""
    shown: list[dict[str, Any]] = []
    for part in components:
        if part["type"] == layout.SECTION and part["accessory"]["type"] == layout.THUMBNAIL:
            shown += part["components"]
        elif part["type"] == layout.CONTAINER:
            shown.append({**part, "components": _as_text(part["components"])})
        elif part["type"] != layout.GALLERY:
            shown.append(part)
    return shown


def plain(body: Body) -> Body:
    """Return a post as text: its headline and link, and the button that is ours.

    For where Discord takes no embed: nothing that came from outside but text, and an address. What
    has no link of its own, as a digest, keeps as many lines of its text as there is room for.
    """
    embed = (body.get("embeds") or [{}])[0]
    told = embed.get("description", "").splitlines()
    headline = embed.get("title") or (clip(told.pop(0), TITLE) if told else tr("(untitled)"))
    address = _ADDRESS_ENDS.sub(lambda found: quote(found.group()), embed.get("url", ""))
    simple: Body = {
        "content": _as_fits(f"**{headline}**", [f"<{address}>"] if address else told),
        "flags": _NO_PREVIEWS,
        "allowed_mentions": body.get("allowed_mentions", _NO_MENTIONS),
    }
    rows = [
        {**row, "components": [one for one in row["components"] if "url" not in one]}
        for row in body.get("components", [])
    ]
    shown = [row for row in rows if row["components"]]
    return simple | ({"components": shown} if shown else {})


def _as_fits(text: str, lines: Sequence[str]) -> str:
    """Add lines while there is room, with a mention of a role before them."""
    for line in lines:
        if len(text) + 1 + len(line) > CONTENT - _MENTION:
            break
        text += f"\n{line}"
    return text.rstrip()


def mentioning(body: Body, role_id: int) -> Body:
    """Return the body with a mention of one role, the only one that it can ping."""
    content = "\n".join(filter(None, [f"<@&{role_id}>", body.get("content", "")]))
    return {
        **body,
        "content": content[:CONTENT],
        "allowed_mentions": {"parse": [], "roles": [str(role_id)]},
    }


def custom_id(story_id: int) -> str:
    """Name the button that opens a story's explainer, for ever; `CUSTOM_ID` reads the name."""
    return f"{MARK}{story_id}"


def follow_id(story_id: int) -> str:
    """Name the button that follows a story, for ever; `follow_answers.FOLLOW` reads the name."""
    return f"{FOLLOW}{story_id}"


def feedback_id(story_id: int, *, up: bool) -> str:
    """Name a button that says of an explainer whether it helped.

    `feedback.CUSTOM_ID` reads the name.
    """
    return f"{FEEDBACK}{story_id}:{'up' if up else 'down'}"


def _embed(told: ExplainedStory, fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    article = told.story.article
    author = {"name": clip(article.publisher or tr("Unknown publisher"), AUTHOR)}
    if icon := _sound(article.icon):
        author["icon_url"] = icon
    embed: dict[str, Any] = {"author": author, "color": colour(told.topic)}
    if article.published:
        at = datetime.fromtimestamp(article.published / 1000, UTC)
        embed["timestamp"] = at.isoformat()
    if article.title or not article.teaser:
        embed["title"] = fit(article.title or tr("(untitled)"), TITLE)
    if footer := clip(_footer(told, fields), FOOTER):
        embed["footer"] = {"text": footer}
    if article.link and len(article.link) <= URL:
        embed["url"] = article.link
    if article.teaser:
        embed["description"] = fit(article.teaser, TEASER, ended)
    if told.picture and len(told.picture) <= URL:
        embed["image"] = {"url": told.picture}
    return embed


def _sound(url: str | None) -> str | None:
    """Return an address that Discord takes for a picture's, None for any other."""
    address = http_url(url)
    sound = address is not None and len(address) <= URL and bool(urlsplit(address).hostname)
    return address if sound else None


def colour(topic: Topic) -> int:
    """Give a topic its colour, the same everywhere and for ever."""
    return _PALETTE[zlib.crc32(topic.name.encode()) % len(_PALETTE)]


def _footer(told: ExplainedStory, fields: Sequence[dict[str, Any]]) -> str:
    """Name the topic, and who wrote what is shown."""
    headings = {field["name"] for field in fields}
    shown = [name for name in SectionName if sections.heading(name) in headings]
    written = sections.origins(told.explainer, told.story.article.publisher, shown)
    return " · ".join(filter(None, (told.topic.label, written)))


def _link_button(told: ExplainedStory) -> dict[str, Any] | None:
    article = told.story.article
    if not article.link or len(article.link) > LINK_BUTTON_URL:
        return None
    return {"type": 2, "style": 5, "label": _link_label(article.publisher), "url": article.link}


def _link_label(publisher: str) -> str:
    """Name the link's button; of a long name its end goes, wherever in the text it stands."""
    if not publisher:
        return tr("Read Full Story")
    room = LABEL - len(tr("Read Full Story at {publisher}", publisher=""))
    return clip(tr("Read Full Story at {publisher}", publisher=clip(publisher, room)), LABEL)


def _more_button(told: ExplainedStory) -> dict[str, Any] | None:
    if not told.explainer.sections:
        return None
    has_more = told.explainer.sections.keys() - {SectionName.WHY, SectionName.KEY_POINTS}
    label = tr("Background & what's next") if has_more else tr("Where this comes from")
    return layout.button(label, custom_id(told.story.id))


def _follow_button(told: ExplainedStory) -> dict[str, Any] | None:
    if not told.story.id:
        return None
    return layout.button(tr("Follow this story"), follow_id(told.story.id), emoji="📌")


def _feedback_buttons(told: ExplainedStory) -> list[dict[str, Any]]:
    """Ask whether an explainer helped; of a link that is no story of ours nothing is kept."""
    if not told.story.id:
        return []
    up, down = (feedback_id(told.story.id, up=up) for up in (True, False))
    return [
        layout.button(tr("Helpful"), up, emoji="👍"),
        layout.button(tr("Not helpful"), down, emoji="👎"),
    ]


def _body(embed: dict[str, Any], *buttons: dict[str, Any] | None) -> Body:
    body: Body = {"embeds": [embed], "allowed_mentions": _NO_MENTIONS}
    shown = [button for button in buttons if button is not None]
    if shown:
        body["components"] = [{"type": 1, "components": shown}]
    return body
