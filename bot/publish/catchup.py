"""Pure: what was posted in a channel since somebody last asked, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Body, CaughtUp, Millis, NothingNew, Story, Topic
from bot.publish import layout, lines, render
from bot.publish.escape import fit
from bot.words import tr, trn

MARK = "catchup:"
CUSTOM_ID = (
    rf"{MARK}(?P<since>[0-9]{{1,15}}):(?P<until>[0-9]{{1,15}}):(?P<page>[0-9]{{1,3}})"
    r"(?P<anew>:new)?"
)
_CALM = 0x5865F2
_HEADLINE, _PUBLISHER, _TOPIC = 120, 40, 60
_LINK = 200
"""Characters of an address: with these, eight stories stay under Discord's 4,000."""


def custom_id(since: Millis, until: Millis, page: int, *, anew: bool = False) -> str:
    """Name the button that opens a page of what was posted in a time; `CUSTOM_ID` reads the name.

    `anew`: as an answer of its own, and not in place of the page before.
    """
    return f"{MARK}{since}:{until}:{page}{':new' if anew else ''}"


def page(told: CaughtUp) -> Body:
    """Show a page of what was posted."""
    if not told.stories:
        return nothing_kept()
    parts = [layout.text(_title(told)), *_lines(told.stories)]
    if told.pages > 1:
        parts += [layout.line(), _turns(told)]
    return layout.layout(*parts, colour=_CALM)


def nothing_new(found: NothingNew) -> Body:
    """Say that nothing was posted since, and offer what was told before."""
    since = f"<t:{found.since // 1000}:R>"
    title = tr("You are up to date")
    said = [f"## ☕ {title}"]
    said.append(tr("Nothing was posted in this channel since {when}.", when=since))
    if not found.has_topics:
        said.append(tr("It gets no topic: `/subscribe` brings one."))
    parts = [layout.text("\n".join(said))]
    if found.last:
        again = custom_id(found.last.since, found.last.asked_at, 0, anew=True)
        parts.append(layout.row(layout.button(tr("Show me the last one again"), again)))
    return layout.layout(*parts, colour=_CALM)


def nothing_kept() -> Body:
    """Say that of what was posted then, nothing is kept any more."""
    said = tr("The stories of that time are not kept any more. `/latest` has newer ones.")
    return layout.layout(layout.text(said), colour=_CALM)


def too_often(until: Millis) -> str:
    """Say that somebody caught up too often, and when it goes on."""
    return tr(
        "⏳ Many catch-ups in a short time. It goes on {when}.",
        when=f"<t:{until // 1000 + 1}:R>",
    )


def _title(told: CaughtUp) -> str:
    count = trn("{n} story in this channel", "{n} stories in this channel", told.total)
    since, until = (f"<t:{at // 1000}:f>" for at in (told.since, told.until))
    when = tr("From {since} to {until}", since=since, until=until)
    return f"## 📬 {count}\n-# {when}"


def _lines(shown: Sequence[tuple[Story, Topic]]) -> list[layout.Component]:
    """Write one line for each story, and above a topic's first its name."""
    parts = []
    last: Topic | None = None
    for story, topic in shown:
        heading = f"### {fit(' '.join(topic.label.split()), _TOPIC)}\n" if topic != last else ""
        opens = layout.button(tr("Explain"), render.custom_id(story.id), emoji="💡")
        parts.append(layout.section(f"{heading}{_line(story)}", opens))
        last = topic
    return parts


def _line(story: Story) -> str:
    article = story.article
    headline = lines.headline(article, _HEADLINE, _LINK)
    return " · ".join([headline, lines.publisher(article, _PUBLISHER), *lines.ago(article)])


def _turns(told: CaughtUp) -> layout.Component:
    def turn(label: str, page: int, emoji: str) -> layout.Component:
        return layout.button(label, custom_id(told.since, told.until, page), emoji=emoji)

    at, pages = told.page, told.pages
    where = tr("Page {page} of {pages}", page=at + 1, pages=pages)
    return layout.row(
        turn(tr("Back"), at - 1, "◀️") if at else None,
        layout.button(where, f"{MARK}here", disabled=True),
        turn(tr("More"), at + 1, "▶️") if at + 1 < pages else None,
    )
