"""Pure: what a search has found, a page at a time, as a layout with a button for each story."""

from __future__ import annotations

from collections.abc import Iterable

from bot.models import Body, Hit, Millis, Results, Topic, Wanted
from bot.publish import layout, lines, render
from bot.publish.escape import escape, fit
from bot.words import tr, trn

MARK = "search:"
CUSTOM_ID = rf"{MARK}(?P<number>[0-9]{{1,18}}):(?P<order>best|newest):(?P<page>[0-9]{{1,3}})"
_CALM = 0x5865F2
_WORDS, _HEADLINE, _PUBLISHER, _TOPIC, _SNIPPET = 100, 120, 40, 40, 220
_LINK = 256
"""Characters of an address: with these, five stories stay under Discord's 4,000."""


def custom_id(number: int, *, newest: bool, page: int) -> str:
    """Name the button that opens a page of a search; `CUSTOM_ID` reads the name."""
    return f"{MARK}{number}:{'newest' if newest else 'best'}:{page}"


def page(results: Results) -> Body:
    """Show a page of what was found, or say that nothing was."""
    if not results.hits:
        return layout.layout(layout.text(_nothing(results.wanted)), colour=_CALM)
    parts = [layout.text(f"## 🔎 {_found(results)}\n{_wanted(results.wanted)}")]
    parts += [_hit(hit, topic) for hit, topic in results.hits]
    if results.number:
        parts += [layout.line(), _turns(results)]
    return layout.layout(*parts, colour=_CALM)


def not_kept() -> str:
    """Answer a button of a search that is not kept any more."""
    return tr("This search is not kept any more: I keep them for a day. Use `/search` again.")


def too_often(until: Millis) -> str:
    """Say that somebody searched too often, and when it goes on."""
    return tr(
        "⏳ Many searches in a short time. It goes on {when}.",
        when=f"<t:{until // 1000 + 1}:R>",
    )


def _found(results: Results) -> str:
    return trn("{n} story found", "{n} stories found", results.total)


def _wanted(wanted: Wanted) -> str:
    """Say what was searched for, and where."""
    words = fit(wanted.words, _WORDS)
    where = fit(wanted.topic.label, _TOPIC) if wanted.topic else tr("all topics")
    return tr("“{words}” in {where}, {time}", words=words, where=where, time=_time(wanted.since))


def _time(since: str) -> str:
    match since:
        case "day":
            return tr("in the last 24 hours")
        case "week":
            return tr("in the last 7 days")
        case "month":
            return tr("in the last 30 days")
        case _:
            return tr("at any time")


def _nothing(wanted: Wanted) -> str:
    tries = [
        tr("Fewer words: a story has to hold all of them."),
        tr("The beginning of a word, as the last of them: “elec” finds “election”."),
    ]
    if wanted.topic:
        tries.append(tr("Leave out `topic`, to search them all."))
    if wanted.since in {"day", "week", "month"}:
        tries.append(tr("Leave out `since`, to search further back."))
    title, invited = tr("Nothing found"), tr("What you can try:")
    said = [f"## 🔎 {title}", _wanted(wanted), "", invited]
    return "\n".join([*said, *(f"- {one}" for one in tries)])


def _hit(hit: Hit, topic: Topic) -> layout.Component:
    article = hit.story.article
    label = fit(" ".join(topic.label.split()), _TOPIC)
    about = [lines.publisher(article, _PUBLISHER), label, *lines.ago(article)]
    said = [lines.headline(article, _HEADLINE, _LINK), f"-# {' · '.join(about)}"]
    if snippet := _snippet(hit.snippet):
        said.append(snippet)
    opens = layout.button(tr("Explain"), render.custom_id(hit.story.id), emoji="💡")
    return layout.section("\n".join(said), opens)


def _snippet(pieces: Iterable[tuple[str, bool]]) -> str:
    """Show a text with what was looked for in bold, cut where it gets too long."""
    shown, room = "", _SNIPPET
    for text, is_found in pieces:
        # One that stands alone is never cut: an endless word is all that it could be.
        safe = escape(text)
        piece = f"**{safe}**" if is_found and text.strip() else safe
        if len(piece) > room:
            return f"{shown}{fit(text, room)}" if not is_found and room > 1 else f"{shown}…"
        shown += piece
        room -= len(piece)
    return shown


def _turns(results: Results) -> layout.Component:
    """Make the buttons below: the pages beside this one, and the other order."""
    newest, at = results.wanted.newest, results.page

    def named(page: int) -> str:
        return custom_id(results.number, newest=newest, page=page)

    other = custom_id(results.number, newest=not newest, page=0)
    label = tr("Best matches first") if newest else tr("Newest first")
    if results.pages == 1:
        return layout.row(layout.button(label, other))
    where = tr("Page {page} of {pages}", page=at + 1, pages=results.pages)
    return layout.row(
        layout.button(tr("Back"), named(at - 1), emoji="◀️") if at else None,
        layout.button(where, f"{MARK}here", disabled=True),
        layout.button(tr("More"), named(at + 1), emoji="▶️") if at + 1 < results.pages else None,
        layout.button(label, other),
    )
