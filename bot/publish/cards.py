"""Pure: the plain card that most answers are, and lines that fit one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Body
from bot.publish.escape import clip
from bot.words import tr, trn

ROOM = 4096 - 200
"""Characters of a card's text, with some to spare for what comes below it."""
CALM = 0x5865F2


def card(title: str, text: str) -> Body:
    """Make the body of an answer; both texts are safe already."""
    return {
        "embeds": [{"title": title, "description": text, "color": CALM}],
        "allowed_mentions": {"parse": []},
    }


def whole_lines(lines: Sequence[str], limit: int = ROOM) -> str:
    """Join lines, leaving out what does not fit, and saying so."""
    text = "\n".join(lines)
    if len(text) <= limit:
        return text
    kept = clip(text, limit).rpartition("\n")[0]
    left = len(lines) - kept.count("\n") - 1
    return f"{kept}\n{and_more(left)}"


def and_more(left: int) -> str:
    """Count what is left out of a list."""
    return trn("… and {n} more", "… and {n} more", left)


def listed(names: Sequence[str]) -> str:
    """Name several things in a sentence."""
    if len(names) < 2:
        return "".join(names)
    before, *between, last = names
    for name in between:
        before = tr("{before}, {next}", before=before, next=name)
    return tr("{before} and {last}", before=before, last=last)
