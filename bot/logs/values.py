"""Pure: makes of anything what may stand in a line of the log: short, harmless, on one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.logs.hiding import HIDDEN, is_secret, shortened

LONGEST = 500
"""Characters of a value; foreign texts can be of any length."""
MOST = 50
"""How many of a list or a mapping are told."""
DEEPEST = 12
"""An exception in a group in a group is at this depth; what is deeper is told as a text."""

# Control characters, those that turn the direction of writing, and those that nobody sees: they can
# break a line, a terminal, or a reader's eye. Lone surrogates can't be written at all.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

Hide = Callable[[str], str]


class Lines(tuple[str, ...]):
    """The lines of a text, hidden by now: each is told, however many they are."""

    __slots__ = ()


def escaped(text: str) -> str:
    """Write out what can't be seen; nothing is left out, so that nothing grows together."""
    return _UNPRINTABLE.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def told(text: str, hide: Hide, most: int = LONGEST) -> str:
    """Return a text as it may be told: secrets go first, else a cut could leave half of one."""
    return shortened(escaped(hide(text)), most)


def value(given: object, hide: Hide, depth: int = 0) -> Any:  # noqa: ANN401  # what JSON knows
    """Return what may be written of a value, as JSON knows it."""
    if given is None or isinstance(given, (bool, int, float)):
        return given if type(given) in _PLAIN else _number(given)
    if isinstance(given, Lines):
        return [told(one, hide) for one in given]
    if depth < DEEPEST:
        if isinstance(given, Mapping):
            return mapping(given, hide, depth + 1)
        if isinstance(given, (list, tuple, set, frozenset)):
            return [value(one, hide, depth + 1) for one in list(given)[:MOST]]
    return told(_text(given), hide)


_PLAIN = {type(None), bool, int, float}


def _number(given: object) -> float | str:
    # An enumeration's member, say: only its number is known to be harmless.
    return int(given) if isinstance(given, int) else float(given)  # type: ignore[arg-type]


def mapping(given: Mapping[Any, Any], hide: Hide, depth: int = 0) -> dict[str, Any]:
    """Return what may be written of a mapping; what is named as a secret is one."""
    found: dict[str, Any] = {}
    for name, one in list(given.items())[:MOST]:
        key = told(_text(name), hide, 80)
        is_text = not isinstance(one, (bool, int, float)) and one is not None
        found[key] = HIDDEN if is_text and is_secret(key) else value(one, hide, depth)
    return found


def _text(given: object) -> str:
    if isinstance(given, str):
        return str(given)
    if isinstance(given, (bytes, bytearray)):
        return bytes(given).decode("utf-8", "backslashreplace")
    try:
        if isinstance(given, BaseException):
            return f"{type(given).__name__}: {given}"
        return str(given)
    except Exception as error:  # noqa: BLE001  # a log line must not fail for what it tells of
        return f"{type(given).__name__} that can't be told ({type(error).__name__})"
