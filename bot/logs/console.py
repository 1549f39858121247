"""Pure: one event as a line for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_LEVELS = {
    "debug": ("debug", "2"),
    "info": ("info", "32"),
    "warning": ("WARNING", "33"),
    "error": ("ERROR", "31"),
    "critical": ("CRITICAL", "31;1"),
}
_EVENT = 28
"""Columns for what happened; what is about it is aligned behind."""
_DURATIONS = {"took", "waited", "failing_for", "again_in", "after", "lasting"}
"""Fields that are in seconds."""
_APART = {"timestamp", "level", "event", "logger", "exception", "address"}
_IDS = ("feed", "story", "channel", "guild", "topic")


def line(event: Mapping[str, Any], *, colours: bool) -> str:
    """Return a line, with a traceback in lines behind it, each of which is indented.

    `event` holds what `bot.logs.values` has made harmless. What differs comes first, ids come last.
    """
    word, colour = _LEVELS.get(str(event["level"]), (str(event["level"]), "0"))
    at = datetime.fromisoformat(event["timestamp"]).astimezone().strftime("%m-%d %H:%M:%S")
    own = [name for name in event if name not in _APART and name not in _IDS]
    ids = [name for name in _IDS if name in event]
    fields = [
        f"{name}={_shown(name, event[name])}" for name in [*own, *ids] if event[name] is not None
    ]
    if "address" in event:
        fields.insert(0, str(event["address"]))
    if not str(event.get("logger", "bot")).startswith(("bot", "cogs", "__main__")):
        fields.append(f"({event['logger']})")
    happened = str(event["event"])
    text = f"{happened:<{_EVENT}}  {' '.join(fields)}".rstrip()
    head = f"{at} {word:<8} "
    if colours:
        shown = f"\x1b[1m{happened}\x1b[0m{text[len(happened) :]}"
        head, text = f"\x1b[2m{at}\x1b[0m \x1b[{colour}m{word:<8}\x1b[0m ", shown
    trace = [f"    | {part}" for part in event.get("exception") or ()]
    return "\n".join([head + text, *trace])


def lasting(seconds: float) -> str:
    """Write a time as a person reads it: in its two largest units."""
    if seconds < 60:
        return f"{seconds * 1000:.0f}ms" if seconds < 1 else f"{seconds:.1f}s"
    minutes = int(seconds // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}d{hours}h"
    return f"{hours}h{rest}m" if hours else f"{rest}m{seconds % 60:.0f}s"


def _shown(name: str, value: object) -> str:
    is_time = name in _DURATIONS and isinstance(value, (int, float))
    text = lasting(float(str(value))) if is_time else str(value)
    return text if text and not set(' "=') & set(text) else '"' + text.replace('"', "'") + '"'
