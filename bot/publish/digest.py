"""Pure: the stories that a channel held back as one message, and the list behind its button.

Discord's limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

from bot.models import Body, ExplainedStory, SectionName, Story, Topic
from bot.publish import sections
from bot.publish.cards import and_more
from bot.publish.escape import escape, fit
from bot.publish.markdown import http_url
from bot.publish.render import FOOTER, URL, colour
from bot.words import mark, tr, trn

MARK = "digest:"
CUSTOM_ID = rf"{MARK}(?P<nonce>[A-Za-z0-9_=-]{{1,25}})(?::(?P<page>[0-9]{{1,3}}))?"
BEST = 10
"""How many stories a digest tells of; the others are behind its button."""
ROOM = 4096 - 60
"""Characters of the description, without the line that counts the rest."""

_PAGE = 3_800
_HEADLINE, _PUBLISHER, _TOPIC = 160, 60, 80
_WHY = 280
"""Characters of the sentence below a headline; no longer one is shown, as none is ever cut."""
_LINK = 512
_CALM = 0x5865F2


class DigestKind(StrEnum):
    """Why stories come together."""

    HOURLY = "hourly"
    DAILY = "daily"
    QUIET = "quiet"
    BACKLOG = "backlog"
    BRIEF = "brief"


_NAMES = {
    DigestKind.HOURLY: mark("This hour"),
    DigestKind.DAILY: mark("Today"),
    DigestKind.QUIET: mark("During quiet hours"),
    DigestKind.BACKLOG: mark("While I was away"),
    DigestKind.BRIEF: mark("News in brief"),
}
"""What a digest's title begins with."""


def digest(
    told: Sequence[ExplainedStory],
    *,
    total: int,
    nonce: str,
    kind: DigestKind = DigestKind.DAILY,
    topics: Sequence[Topic] = (),
) -> Body:
    """Render a digest of `total` stories; `told` are its best ones, the best first.

    `topics` are those of all its stories; without them, those of `told` are. As many of `told` as
    there is room for are shown, `BEST` at the most; what does not fit whole is counted. The
    delivery's nonce (at most 25 characters of URL-safe base64) names the button, by which the
    message is recognised as well.
    """
    topics = topics or list(dict.fromkeys(story.topic for story in told))
    several = len(topics) > 1
    shown = _shown(told, several=several)
    text = _text([(story.topic, entry) for story, entry in shown], several=several)
    left = total - len(shown)
    lines = [text, and_more(left) if left > 0 else ""]
    embed: dict[str, Any] = {
        "title": title(total, kind),
        "description": "\n\n".join(filter(None, lines)),
        "color": _colour(topics),
    }
    if footer := _footer([story for story, entry in shown if "\n" in entry], topics):
        embed["footer"] = {"text": footer}
    if picture := _picture(told):
        embed["thumbnail"] = {"url": picture}
    label = trn("This story", "All {n} stories", total)
    return {
        "embeds": [embed],
        "allowed_mentions": {"parse": []},
        "components": [_row((label, custom_id(nonce)))],
    }


def title(total: int, kind: DigestKind) -> str:
    """Name a digest; plain text."""
    return tr("📰 {when}: {stories}", when=tr(_NAMES[kind]), stories=_count(total))


def custom_id(nonce: str, page: int | None = None) -> str:
    """Name the button that opens a digest's list, or a page of it; `CUSTOM_ID` reads the name."""
    return f"{MARK}{nonce}" if page is None else f"{MARK}{nonce}:{page}"


def listing(stories: Sequence[tuple[Story, Topic]], *, nonce: str, page: int = 0) -> Body:
    """List all stories of a digest for the one who asks, a page at a time, from page 0 on.

    A page that is not there is the last one.
    """
    topics = list(dict.fromkeys(topic for _, topic in stories))
    several = len(topics) > 1
    ordered = sorted(stories, key=lambda listed: topics.index(listed[1]))
    pages = list(_pages([(topic, _line(story)) for story, topic in ordered], several=several))
    page = min(page, len(pages) - 1)
    embed: dict[str, Any] = {
        "title": tr("📰 {stories}", stories=_count(len(stories))),
        "description": pages[page],
        "color": _colour(topics),
    }
    body: Body = {"embeds": [embed], "allowed_mentions": {"parse": []}}
    if len(pages) > 1:
        embed["footer"] = {"text": tr("Page {page} of {pages}", page=page + 1, pages=len(pages))}
        turns = [(tr("◀ Back"), page - 1)] * (page > 0) + [(tr("More ▶"), page + 1)] * (
            page + 1 < len(pages)
        )
        body["components"] = [_row(*((said, custom_id(nonce, to)) for said, to in turns))]
    return body


def not_kept() -> str:
    """Answer the button of a digest whose stories are not kept any more."""
    return tr("The stories of this digest are not kept any more. `/latest` has newer ones.")


# ── the stories ──────────────────────────────────────────────────────────────────────────

_Entry = tuple[Topic, str]


def _shown(told: Sequence[ExplainedStory], *, several: bool) -> list[tuple[ExplainedStory, str]]:
    """Take as many stories as there is room for, and then, from the best on, their reasons."""

    def fits(entries: Iterable[tuple[ExplainedStory, str]]) -> bool:
        text = _text([(story.topic, entry) for story, entry in entries], several=several)
        return len(text) <= ROOM

    kept: list[tuple[ExplainedStory, str]] = []
    for story in told[:BEST]:
        if not fits(with_it := [*kept, (story, _line(story.story))]):
            break
        kept = with_it
    for number, (story, line) in enumerate(kept):
        if why := _why(story):
            reasoned = [*kept[:number], (story, f"{line}\n{why}"), *kept[number + 1 :]]
            kept = reasoned if fits(reasoned) else kept
    return kept


def _text(entries: Sequence[_Entry], *, several: bool) -> str:
    """Put entries below their topics, these in the order of their first entry."""
    order = list(dict.fromkeys(topic for topic, _ in entries))
    ordered = sorted(entries, key=lambda entry: order.index(entry[0]))
    parts = []
    for topic, group in groupby(ordered, key=lambda entry: entry[0]):
        told = "\n\n".join(text for _, text in group)
        parts.append(f"{_heading(topic)}\n{told}" if several else told)
    return "\n\n".join(parts)


def _pages(lines: Iterable[_Entry], *, several: bool) -> Iterator[str]:
    """Lay whole lines out on pages; each page names the topic that it begins with."""
    page: list[str] = []
    last: Topic | None = None
    for topic, line in lines:
        if page and len("\n".join([*page, _heading(topic), line])) > _PAGE:
            yield "\n".join(page)
            page, last = [], None
        if several and topic != last:
            page += [""] * bool(page) + [_heading(topic)]
        page.append(f"- {line}")
        last = topic
    yield "\n".join(page)


def _heading(topic: Topic) -> str:
    return f"__**{fit(' '.join(topic.label.split()), _TOPIC)}**__"


def _line(story: Story) -> str:
    article = story.article
    words = " ".join((article.title or article.teaser).split()) or tr("(untitled)")
    headline = sections.linked(fit(words, _HEADLINE), article.link, _LINK)
    publisher = " ".join(article.publisher.split()) or tr("Unknown publisher")
    return f"**{headline}** · {fit(publisher, _PUBLISHER)}"


def _why(told: ExplainedStory) -> str:
    """Return the first sentence on why a story matters, if it is short enough to stand whole."""
    section = told.explainer.sections.get(SectionName.WHY)
    said = " ".join(section.claims[0].text.split()) if section and section.claims else ""
    safe = escape(said)
    return safe if len(safe) <= _WHY else ""


# ── what is around them ──────────────────────────────────────────────────────────────────


def _footer(reasoned: Iterable[ExplainedStory], topics: Sequence[Topic]) -> str:
    """Name the topic where there is one, and who wrote the sentences below the headlines."""
    label = fit(topics[0].label, _TOPIC) if len(topics) == 1 else ""
    kept = [label] if label else []
    written = [
        sections.origins(told.explainer, told.story.article.publisher, [SectionName.WHY])
        for told in reasoned
    ]
    for words in dict.fromkeys(filter(None, written)):
        if len(" · ".join([*kept, words])) <= FOOTER:
            kept.append(words)
    return " · ".join(kept)


def _picture(told: Sequence[ExplainedStory]) -> str | None:
    picture = http_url(told[0].picture) if told else None
    return picture if picture and len(picture) <= URL else None


def _colour(topics: Sequence[Topic]) -> int:
    return colour(topics[0]) if len(topics) == 1 else _CALM


def _count(total: int) -> str:
    return trn("{n} story", "{n} stories", total)


def _row(*buttons: tuple[str, str]) -> dict[str, Any]:
    return {
        "type": 1,
        "components": [
            {"type": 2, "style": 2, "label": label, "custom_id": name} for label, name in buttons
        ],
    }
