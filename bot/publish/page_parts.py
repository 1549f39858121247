"""The pieces that a page which looks like Discord is put together from: text, links, buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bot.publish.markdown import http_url, printable, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.models import Body
    from bot.publish.markdown import Run

LINK_BUTTON = 5
ROW, BUTTON = 1, 2
_STYLES = {1: "primary", 3: "success", 4: "danger"}


@dataclass(frozen=True, slots=True)
class View:
    """What every message of a page is drawn with."""

    pictures: Mapping[str, str] = field(default_factory=dict)
    """A data: URI to show in place of a picture, by its address."""
    posted: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """What channels, roles and people are called, by their ids."""

    def picture(self, address: object) -> str | None:
        """Return what an image element may load for an address, if anything."""
        inlined = self.pictures.get(address) if isinstance(address, str) else None
        return inlined if inlined and inlined.startswith("data:image/") else http_url(address)

    def rich(self, source: object, *, links: bool = True) -> str:
        """Return markdown as HTML, line by line; without links where it stands inside of one."""
        lines = [self._line(line, links=links) for line in printable(str(source or "")).split("\n")]
        grouped = groupby(lines, key=lambda line: line[0])
        # A heading or a list's item has a line of its own; what is between them breaks.
        return "".join(
            "".join(_block(name, inner) for _, inner in shown)
            if name
            else "<br>".join(inner for _, inner in shown)
            for name, shown in grouped
        )

    def _line(self, line: str, *, links: bool) -> tuple[str, str]:
        """Return what sort of a line it is, and its HTML."""
        found = _LINE_MARK.match(line)
        name = _LINES[found[1]] if found else ""
        rest = line[found.end() :] if found else line
        return name, "".join(self._run(run, links=links) for run in runs(rest))

    def _run(self, run: Run, *, links: bool) -> str:
        if run.text == "\n":
            return "<br>"
        inner = self._mentions(run.text) if not run.marks or "code" not in run.marks else None
        inner = text(run.text) if inner is None else inner
        if run.moment:
            inner = f'<time datetime="{run.moment.isoformat()}">{inner}</time>'
        for mark in reversed(run.marks):
            inner = f"<{mark}>{inner}</{mark}>"
        return f"<a {anchor(run.href)}>{inner}</a>" if links and run.href else inner

    def _mentions(self, said: str) -> str:
        """Show mentions of channels, roles, people and commands by what they are called."""
        shown, end = [], 0
        for found in _MENTION.finditer(said):
            shown += [text(said[end : found.start()]), self._mention(found)]
            end = found.end()
        return "".join([*shown, text(said[end:])])

    def _mention(self, found: re.Match[str]) -> str:
        if found["command"]:
            return f'<span class="mention">/{text(found["command"])}</span>'
        sign = "#" if found["sign"] == "#" else "@"
        name = self.names.get(found["id"], "unknown")
        return f'<span class="mention">{sign}<bdi>{text(name)}</bdi></span>'


_LINES = {
    "#": "h-1",
    "##": "h-2",
    "###": "h-3",
    "-#": "small",
    "-": "item",
    "*": "item",
    ">": "quote",
}
_LINE_MARK = re.compile(r"(#{1,3}|-#|[-*>]) +(?=\S)")
_MENTION = re.compile(
    r"<(?:(?P<sign>@&|@!?|#)(?P<id>[0-9]{1,20})|/(?P<command>[-\w ]{1,100}):[0-9]{1,20})>"
)


def _block(name: str, inner: str) -> str:
    return f'<span class="line {name}">{inner}</span>'


def text(value: object) -> str:
    """Escape a text for HTML, without what can't be printed."""
    return escape(printable(str(value or "")))


def anchor(address: str) -> str:
    """Write the attributes of a link that tells the other side nothing."""
    return f'href="{text(address)}" target="_blank" rel="noopener noreferrer"'


def icon(name: str) -> str:
    """Draw one of the page's own signs."""
    return f'<svg class="icon {name}" aria-hidden="true"><use href="#{name}"/></svg>'


def rows_of(components: object) -> Iterator[dict[str, Any]]:
    """List the rows among a message's components, also those in frames."""
    for part in components if isinstance(components, list | tuple) else ():
        if part.get("type", ROW) == ROW:
            yield part
        else:
            yield from rows_of(part.get("components"))


def buttons_of(body: Body) -> Iterator[dict[str, Any]]:
    """List a message's buttons, row by row."""
    for row in rows_of(body.get("components")):
        for item in row.get("components") or ():
            if item.get("type", BUTTON) == BUTTON:
                yield item


def button(made: dict[str, Any]) -> str:
    """Draw a button; one that leads nowhere is left out."""
    label = _emoji(made) + (f"<bdi>{text(made['label'])}</bdi>" if made.get("label") else "")
    if made.get("style") == LINK_BUTTON:
        address = http_url(made.get("url"))
        leave = icon("leave")
        return f'<a class="button" {anchor(address)}>{label}{leave}</a>' if address else ""
    style = _STYLES.get(made.get("style", 0), "")
    off = " off" if made.get("disabled") else ""
    return f'<button class="button {style}{off}" type="button" disabled>{label}</button>'


def summary(made: dict[str, Any]) -> str:
    """Draw a button that opens what stands in the same element."""
    return f'<summary class="button">{_emoji(made)}{text(made.get("label"))}</summary>'


def _emoji(made: dict[str, Any]) -> str:
    name = (made.get("emoji") or {}).get("name")
    return f'<span class="emoji">{text(name)}</span>' if name else ""
