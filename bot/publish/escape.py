"""Pure: foreign text made safe for a place in a Discord message, within that place's limit."""

from __future__ import annotations

import re
from collections.abc import Callable

# Discord takes more than "\n" for a line's end, or drops it before it looks where lines start.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What acts anywhere in a text; "<" opens mentions, timestamps, custom emoji and hidden links.
_ACTS = re.compile(r"[\\*_~|`\[\]<]")
# What acts at the start of a line: quotes, headings, lists, small print.
_LINE_START = re.compile(r"^([^\S\n]*)(>|#{1,3}(?=\s)|-(?=[\s#])|\d+(?=[.)]\s))", re.MULTILINE)
# Names of emoji between colons, and the "//" of a URL that Discord would turn into a link.
_COLON = re.compile(r":(?=[\w+~-]+:|//)")
# An invite needs no scheme to become a card with a button.
_INVITE = re.compile(
    r"(discord(?:app)?\.(?:gg|com\\?/invite|gift|new)|dsc\.gg|invite\.gg)/", re.IGNORECASE
)
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)


def escape(text: str) -> str:
    """Make Discord show a text as it is written: no markdown, no mention, no link.

    discord.py's own helpers leave lists, timestamps, channel and emoji mentions, commands and bare
    links alive, so all that acts is escaped here.
    """
    text = _ACTS.sub(r"\\\g<0>", _LINE_ENDS.sub("\n", text))
    text = _LINE_START.sub(_escape_line_start, text)
    text = _INVITE.sub(r"\1\\/", _COLON.sub(r"\\:", text))
    return _EVERYBODY.sub("@\u200b", text)


def _escape_line_start(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    return f"{indent}{mark}\\" if mark.isdigit() else f"{indent}\\{mark}"


def clip(text: str, limit: int) -> str:
    """Cut a text at a word to at most `limit` code points, "…" included."""
    text = text.strip()
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if not text[limit - 1].isspace():
        at_word, space, _ = cut.rpartition(" ")
        # A language without spaces, or one endless word, is cut where it must be.
        cut = at_word if space and len(at_word) >= limit // 2 else cut
    return cut.rstrip(" ,;:–—-") + "…"


def fit(text: str, limit: int, cut: Callable[[str, int], str] | None = None) -> str:
    """Clip and escape a text, so that what comes out has at most `limit` code points.

    `cut` shortens it to a number of code points; `clip` if left out.
    """
    room, shorten = limit, cut or clip
    while len(safe := escape(shorten(text, room))) > limit:
        # Half of what is too much: a text of nothing but marks doubles when it is escaped.
        room -= max((len(safe) - limit) // 2, 1)
    return safe


def in_line(text: str, limit: int) -> str:
    """Clip and escape a text that has to stay in one line."""
    return fit(" ".join(text.split()), limit)
