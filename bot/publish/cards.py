"""Pure: the plain card that most answers are, and lines that fit one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Body
from bot.publish.escape import clip

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
    return f"{kept}\n… and {len(lines) - kept.count(chr(10)) - 1} more"


def listed(names: Sequence[str]) -> str:
    """Name several things in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
