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
# An emoji by the kinds of its characters (UTS #51): a symbol with its variation and skin, several
# of them joined, two letters that are a flag, a black flag with tags, or a digit on a key.
_EMOJI = re.compile(r"[sf]v?k?(?:j[sf]v?k?)*|rr|ft{2,6}e|dvc")
_KINDS = {"\ufe0e": "v", "\ufe0f": "v", "\u200d": "j", "\u20e3": "c", "\U000e007f": "e"}
_RANGES = (
    ("0", "9", "d"),
    ("\U0001f1e6", "\U0001f1ff", "r"),
    ("\U0001f3f4", "\U0001f3f4", "f"),
    ("\U0001f3fb", "\U0001f3ff", "k"),
    ("\U000e0020", "\U000e007e", "t"),
)
_SIGNS = "\u00a9\u00ae"
"""The emoji among the letters of the world, whose other symbols are wide, or words."""
_NOT_SEEN = "\u2800\ufffc\ufffd\U0001d159"
"""Blanks and placeholders, though symbols by their category."""


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
    kinds = "".join(map(_kind, symbol))
    return symbol if len(symbol) <= MOST_EMOJI and _EMOJI.fullmatch(kinds) else None


def _kind(c: str) -> str:
    """Name what a character is to an emoji, as `_EMOJI` does; "x" is nothing."""
    for first, last, kind in _RANGES:
        if first <= c <= last:
            return kind
    is_symbol = unicodedata.category(c) == "So" and (c >= "\u2000" or c in _SIGNS)
    is_arabic = "\ufb50" <= c <= "\ufdff" or unicodedata.bidirectional(c) in {"R", "AL"}
    if is_symbol and not is_arabic and c not in _NOT_SEEN:
        return "s"
    return _KINDS.get(c, "x")


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
