"""Shows what a checkup has found: grouped and worded for people, or as JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from bot.models.findings import Area, Finding, Grade
from bot.publish.markdown import printable

_MARKS = {
    Grade.WELL: ("✓", "green"),
    Grade.WARNING: ("!", "bold yellow"),
    Grade.TROUBLE: ("✗", "bold red"),
}
_TITLES = {
    Area.PROGRAM: "Program",
    Area.SETTINGS: "Settings",
    Area.DATABASE: "Database",
    Area.CLOCK: "Clock",
    Area.NETWORK: "Network",
    Area.SITES: "Sites of the catalogue",
    Area.DISCORD: "Discord",
    Area.CHANNELS: "Subscribed channels",
    Area.MODEL: "Model",
}
_HIDDEN = "[secret]"
_MOST = 10
"""Of many of a kind, so many are shown; the worst are chosen first."""
_NARROWEST = 20
"""Columns of text, however narrow a terminal says that it is."""


def worst(findings: Sequence[Finding]) -> Grade:
    """Return the worst grade that there is."""
    order = list(Grade)
    return max((finding.grade for finding in findings), key=order.index, default=Grade.WELL)


def hidden(findings: Sequence[Finding], secrets: Sequence[str]) -> list[Finding]:
    """Take secrets, and what no terminal should print, out of every text."""

    def clean(text: str) -> str:
        for secret in filter(None, secrets):
            text = text.replace(secret, _HIDDEN)
        return " ".join(printable(text).split())

    return [
        replace(one, found=clean(one.found), remedy=clean(one.remedy), about=clean(one.about))
        for one in findings
    ]


# ── for scripts ──────────────────────────────────────────────────────────────────────────


def as_json(findings: Sequence[Finding]) -> str:
    """Write the findings, and the worst grade of them, as one JSON object."""
    shown = [
        {
            "area": finding.area.value,
            "what": finding.what,
            "about": finding.about or None,
            "grade": finding.grade.value,
            "found": finding.found,
            "remedy": finding.remedy or None,
        }
        for finding in findings
    ]
    told = {"worst": worst(findings).value, "findings": shown}
    return json.dumps(told, ensure_ascii=False, indent=2)


# ── for people ───────────────────────────────────────────────────────────────────────────


def show(findings: Sequence[Finding], console: Console | None = None) -> None:
    """Print them by area; of many of a kind, those that are well are in their sum alone."""
    console = console or Console(highlight=False)
    for area in Area:
        told = [one for one in findings if one.area is area]
        told = [one for one in told if not (one.about and one.grade is Grade.WELL)]
        if told:
            console.print(Text(_TITLES[area], "bold"))
            _area(told, console)
    console.print()
    console.print(_sum(findings))


def _area(told: Sequence[Finding], console: Console) -> None:
    many = sorted((one for one in told if one.about), key=_badness, reverse=True)
    shown = {*(one for one in told if not one.about), *many[:_MOST]}
    for one in told:
        if one in shown:
            mark, style = _MARKS[one.grade]
            _paragraph(Text(mark, style), one.found, console)
            if one.remedy:
                _paragraph(Text("→"), one.remedy, console, deeper=True)
    if len(many) > _MOST:
        more = f"and {len(many) - _MOST} more like these (--json lists all)"
        _paragraph(Text("…"), more, console, deeper=True)


def _badness(one: Finding) -> int:
    return list(Grade).index(one.grade)


def _paragraph(mark: Text, text: str, console: Console, *, deeper: bool = False) -> None:
    """Print a text behind its mark, under which its further lines begin."""
    margin = 4 if deeper else 2
    room = max(console.width - margin - 2, _NARROWEST)
    whole = Text(_sentence(text))
    parts = whole.wrap(console, room) if console.is_terminal else [whole]
    for number, part in enumerate(parts):
        part.rstrip()
        before = mark if number == 0 else Text(" ")
        line = Text.assemble(" " * margin, before, " ", part)
        console.print(line, soft_wrap=True)


def _sentence(text: str) -> str:
    """Begin with a capital, unless it begins with a command, a path or a name."""
    first = text.partition(" ")[0]
    is_word = first.rstrip(":,").isalpha() and first not in {"and", "python", "chmod"}
    return text[:1].upper() + text[1:] if is_word else text


def _sum(findings: Sequence[Finding]) -> Text:
    counted = {grade: sum(1 for one in findings if one.grade is grade) for grade in Grade}
    troubles, warnings = counted[Grade.TROUBLE], counted[Grade.WARNING]
    if not troubles and not warnings:
        return Text("All is well.", "bold green")
    told = []
    if troubles:
        told.append(f"✗ {troubles} in trouble: until that is mended, something does not work.")
    if warnings:
        told.append(f"! {warnings} to look at: the bot works all the same.")
    return Text("\n".join(told), "bold")
