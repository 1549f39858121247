"""Pure: what members may call a topic of their server, and what it is called in commands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MOST_TITLE, MOST_EMOJI, MOST_CODE = 60, 8, 30
"""Characters of a title, of an emoji, and of what a topic is called in commands."""
_NAMELESS = "topic"
# A title stands in many places, some with markdown and some without: what acts in the first is
# left out, as it could not be escaped for the second.
_ACTS = re.compile(r"[\\*_~|`\[\]<>@]|(?<=/)/+|^[\s#>-]+")
_INVITE = re.compile(r"(?<=\w)\.(?=[a-z]+/)", re.IGNORECASE)
_OF_EMOJI = {"So", "Sk", "Mn", "Me", "Cf"}


def titled(typed: str) -> str:
    """Make a title of what was typed, in one line and with nothing that acts; may be empty."""
    text = unicodedata.normalize("NFC", typed)
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    tidy = _INVITE.sub(" ", _ACTS.sub("", " ".join(plain.split())))
    tidy = " ".join(tidy.split())[:MOST_TITLE].strip()
    return tidy if any(map(str.isalnum, tidy)) else ""


def emoji_of(typed: str) -> str | None:
    """Return the emoji that was typed, empty where there is none; None where it is no emoji."""
    symbol = typed.strip()
    if not symbol:
        return ""
    kinds = {unicodedata.category(c) for c in symbol}
    is_one = len(symbol) <= MOST_EMOJI and "So" in kinds and kinds <= _OF_EMOJI
    return symbol if is_one else None


def coded(title: str, taken: Collection[str]) -> str:
    """Name a topic for commands, after its title: a-z, 0-9 and "-", as nothing else is named."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", ascii_only))
    name = words[:MOST_CODE].strip("-") or _NAMELESS
    number, free = 1, name
    while free in taken:
        number += 1
        end = f"-{number}"
        free = f"{name[: MOST_CODE - len(end)].rstrip('-')}{end}"
    return free
