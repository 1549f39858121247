"""The part of Discord's markdown that posts use, parsed once for the page and for the terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token


class Mark(StrEnum):
    """How a run is set; the value is its HTML element."""

    BOLD = "strong"
    ITALIC = "em"
    UNDERLINE = "u"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """Text that looks the same from end to end; a line break is a run of one newline."""

    text: str
    marks: tuple[Mark, ...] = ()
    href: str | None = None
    """Where a click leads, http(s)."""
    moment: datetime | None = None
    """What a timestamp stands for, in UTC; `text` then says it in words."""


# ── text that is safe to show ────────────────────────────────────────────────────────────

# Besides the controls: surrogates, which no encoding can write, and the directional overrides
# (Unicode TR9, 2.1-2.4), with which a headline could reverse the words that we set around it.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")


def printable(text: str) -> str:
    """Return text without control characters, newlines and tabs excepted."""
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))


def http_url(value: object) -> str | None:
    """Return the value if it is an http(s) address with a host and nothing unprintable in it."""
    if not isinstance(value, str) or printable(value) != value or re.search(r"\s", value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return value if parts.scheme in {"http", "https"} and parts.netloc else None


# ── timestamps ───────────────────────────────────────────────────────────────────────────

# https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
_TIMESTAMP = re.compile(r"<t:(-?[0-9]{1,12})(?::([tTdDfFR]))?>")
_FORMATS = {
    "t": "%H:%M UTC",
    "T": "%H:%M:%S UTC",
    "d": "%d/%m/%Y",
    "D": "%-d %B %Y",
    "f": "%-d %B %Y, %H:%M UTC",
    "F": "%A, %-d %B %Y, %H:%M UTC",
}
_FIRST, _LAST = -62_135_596_800, 253_402_300_799  # seconds; the years 1 to 9999


def _timestamp(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's signature
    found = _TIMESTAMP.match(state.src, state.pos)
    if found is None or not _FIRST <= int(found[1]) <= _LAST:
        return False
    if not silent:
        state.push("timestamp", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _moment_run(written: str, marks: tuple[Mark, ...], href: str | None) -> Run:
    """Say a timestamp in words; "R" (5 minutes ago) needs a clock and is said as "f" is."""
    seconds, form = written.strip("<>").split(":", 1)[1].partition(":")[::2]
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return Run(say(moment, form), marks, href, moment)


def say(moment: datetime, form: str = "f") -> str:
    """Write a moment, which is in UTC, in one of Discord's timestamp styles."""
    pattern = _FORMATS.get(form, _FORMATS["f"])
    return moment.strftime(pattern.replace("%-d", str(moment.day)))


# ── runs ─────────────────────────────────────────────────────────────────────────────────


def _parser() -> MarkdownIt:
    """Build CommonMark's inline rules without HTML, entities and blocks, plus timestamps.

    Discord's own rules are these wherever our posts go, but that two underscores underline.
    """
    parser = MarkdownIt("zero").enable(["emphasis", "escape", "backticks", "link", "newline"])
    parser.inline.ruler.push("timestamp", _timestamp)
    return parser


_PARSER = _parser()


def runs(source: str) -> Iterator[Run]:
    """Parse markdown to runs, in order."""
    marks: list[Mark] = []
    href: str | None = None
    for token in _PARSER.parseInline(printable(source))[0].children or ():
        match token.type:
            case "strong_open" | "em_open":
                marks.append(_mark(token))
            case "strong_close" | "em_close":
                marks.pop()
            case "link_open":
                href = http_url(token.attrs.get("href"))
            case "link_close":
                href = None
            case _ if token.content or token.type.endswith("break"):
                yield _leaf(token, tuple(marks), href)


def _mark(token: Token) -> Mark:
    return Mark.UNDERLINE if token.markup == "__" else Mark(token.tag)


def _leaf(token: Token, marks: tuple[Mark, ...], href: str | None) -> Run:
    if token.type == "timestamp":
        return _moment_run(token.content, marks, href)
    if token.type in {"softbreak", "hardbreak"}:
        return Run("\n")
    extra = (Mark.CODE,) if token.type == "code_inline" else ()
    return Run(token.content, (*marks, *extra), href)


def plain(source: str) -> str:
    """Return what markdown says, without how it looks."""
    return "".join(run.text for run in runs(source))
