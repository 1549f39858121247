"""Pure: a story to the body of a Discord message.

Discord's limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.models import (
    Body,
    Claim,
    ExplainedStory,
    Explainer,
    Origin,
    SectionName,
    Topic,
)
from bot.publish.escape import clip, escape, fit

TITLE, AUTHOR, FIELD, FOOTER = 256, 256, 1024, 200
LABEL, URL, LINK_BUTTON_URL = 80, 2048, 512
TEASER = 400
"""Discord takes 4096 characters of description; people read a few lines."""
_MOST_SOURCES = 4
"""With them, the longest embed stays under Discord's 6000 characters in all."""

_PALETTE = (
    0x5865F2, 0x3BA55C, 0xE67E22, 0x1ABC9C, 0xE74C3C, 0x9B59B6, 0x3498DB, 0xF1C40F, 0xEB459E,
    0x607D8B,
)  # fmt: skip
_NO_MENTIONS: dict[str, list[str]] = {"parse": []}


def post(told: ExplainedStory) -> Body:
    """Render the post of a story: its teaser, Why This Matters, and its buttons."""
    embed = _embed(told)
    why = told.explainer.sections.get(SectionName.WHY)
    if why:
        between = _between(told.explainer)
        said = _joined(_fitting(why, FIELD, between), between)
        embed["fields"] = [_field(SectionName.WHY.heading, fit(said, FIELD))]
    return _body(embed, _link_button(told), _more_button(told))


def explainer(told: ExplainedStory, *, below_post: bool = False) -> Body:
    """Render a story with all its sections and their numbered sources.

    `below_post`: as the answer to a post's button, which need not repeat the picture.
    """
    embed = _embed(told)
    if below_post:
        embed.pop("image", None)
    shown = _shown(told.explainer)
    between = _between(told.explainer)
    numbers = _numbers(shown)
    embed["fields"] = [
        _field(name.heading, _numbered(shown.sections[name], numbers, between))
        for name in SectionName
        if name in shown.sections
    ]
    if embed["fields"]:
        embed["fields"].append(_field("Sources", _sources(shown, numbers)))
    else:
        embed["fields"] = [_field(*_NOTHING)]
    return _body(embed, _link_button(told))


_NOTHING = (
    "Nothing to explain from yet",
    "The story's own words do not say why it matters, and I do not invent it.",
)


def without_picture(body: Body) -> Body:
    """Return the body without what Discord may refuse it for: its pictures."""
    embeds = [
        {key: value for key, value in embed.items() if key not in {"image", "thumbnail"}}
        for embed in body.get("embeds", [])
    ]
    return {**body, "embeds": embeds}


def custom_id(story_id: int) -> str:
    """Name the button that opens a story's explainer, for ever."""
    return f"explain:{story_id}"


def _embed(told: ExplainedStory) -> dict[str, Any]:
    article = told.story.article
    embed: dict[str, Any] = {
        "author": {"name": clip(article.publisher or "Unknown publisher", AUTHOR)},
        "color": colour(told.topic),
        "timestamp": datetime.fromtimestamp(article.published / 1000, UTC).isoformat(),
    }
    if article.title or not article.teaser:
        embed["title"] = fit(article.title or "(untitled)", TITLE)
    if footer := clip(_footer(told), FOOTER):
        embed["footer"] = {"text": footer}
    if article.link and len(article.link) <= URL:
        embed["url"] = article.link
    if article.teaser:
        embed["description"] = fit(article.teaser, TEASER)
    if told.picture and len(told.picture) <= URL:
        embed["image"] = {"url": told.picture}
    return embed


def colour(topic: Topic) -> int:
    """Give a topic its colour, the same everywhere and for ever."""
    return _PALETTE[zlib.crc32(topic.name.encode()) % len(_PALETTE)]


def _footer(told: ExplainedStory) -> str:
    return " · ".join(filter(None, (told.topic.label, _origin(told))))


def _origin(told: ExplainedStory) -> str:
    match told.explainer.origin:
        case Origin.EXTRACT:
            return "in the story's own words"
        case Origin.PUBLISHER if told.explainer.credit != told.story.article.publisher:
            return f"explained by {told.explainer.credit}"
        case Origin.PUBLISHER:
            return "by the publisher"
        case Origin.NONE:
            return ""


def _between(explained: Explainer) -> str:
    """Return what parts claims: chosen sentences stand apart, as none goes on from another."""
    return "\n" if explained.origin is Origin.EXTRACT else " "


def _joined(claims: Sequence[Claim], between: str) -> str:
    return between.join(claim.text for claim in claims)


def _fitting(claims: Sequence[Claim], limit: int, between: str) -> tuple[Claim, ...]:
    """Take whole claims while they fit, one at the least; if even that is too long, it is cut."""
    count = 1
    while count < len(claims) and len(escape(_joined(claims[: count + 1], between))) <= limit:
        count += 1
    return tuple(claims[:count])


def _shown(explained: Explainer) -> Explainer:
    """Leave out the claims that there is no room for, so that nothing cites their sources."""
    room = FIELD - len(_marks(range(1, _MOST_SOURCES + 1)))
    between = _between(explained)
    sections = {n: _fitting(claims, room, between) for n, claims in explained.sections.items()}
    return replace(explained, sections=sections)


def _numbers(explained: Explainer) -> dict[str, int]:
    """Give the places where cited sentences stand their numbers, in the order of citing."""
    places: dict[tuple[str, str | None], int] = {}
    by_id = {source.id: source for source in explained.sources}
    numbers = {}
    for name in SectionName:
        for claim in explained.sections.get(name, ()):
            for source_id in claim.sources:
                source = by_id[source_id]
                place = (source.publisher, source.url)
                numbers[source_id] = places.setdefault(place, len(places) + 1)
    return numbers


def _numbered(claims: Sequence[Claim], numbers: dict[str, int], between: str) -> str:
    cited = {numbers[source_id] for claim in claims for source_id in claim.sources}
    listed = sorted(number for number in cited if number <= _MOST_SOURCES)
    marks = _marks(listed)
    said = fit(_joined(claims, between), FIELD - len(marks))
    return said + (marks.lstrip() if _ALMOST_ACTS.search(said) else marks)


# A line of nothing but "#", "-" or "1." is a heading or a list as soon as a blank follows.
_ALMOST_ACTS = re.compile(r"^\s*(?:#{1,3}|-|\d+[.)])\Z", re.MULTILINE)


def _marks(numbers: Iterable[int]) -> str:
    return " " + "".join(rf"\[{number}\]" for number in numbers)


def _sources(explained: Explainer, numbers: dict[str, int]) -> str:
    lines = {}
    for source in explained.sources:
        number = numbers.get(source.id)
        if number is not None and number not in lines:
            name = fit(source.publisher or "Unknown publisher", 60)
            lines[number] = rf"\[{number}\] {name}, <t:{source.published // 1000}:D>"
    return "\n".join(lines[number] for number in sorted(lines) if number <= _MOST_SOURCES)


def _field(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value, "inline": False}


def _link_button(told: ExplainedStory) -> dict[str, Any] | None:
    article = told.story.article
    if not article.link or len(article.link) > LINK_BUTTON_URL:
        return None
    at = f" at {article.publisher}" if article.publisher else ""
    label = clip(f"Read Full Story{at}", LABEL)
    return {"type": 2, "style": 5, "label": label, "url": article.link}


def _more_button(told: ExplainedStory) -> dict[str, Any] | None:
    if not told.explainer.sections:
        return None
    has_more = told.explainer.sections.keys() - {SectionName.WHY}
    return {
        "type": 2,
        "style": 2,
        "label": "Background & what's next" if has_more else "Where this comes from",
        "custom_id": custom_id(told.story.id),
    }


def _body(embed: dict[str, Any], *buttons: dict[str, Any] | None) -> Body:
    body: Body = {"embeds": [embed], "allowed_mentions": _NO_MENTIONS}
    shown = [button for button in buttons if button is not None]
    if shown:
        body["components"] = [{"type": 1, "components": shown}]
    return body
