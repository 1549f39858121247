"""What the program's log says that it should not: exceptions, errors, and library complaints."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.soak.life import logged
from benchmarks.soak.windows import Windows

_BAD = {"error", "exception", "critical"}
_EXCUSABLE = ("command failed", "choices failed", "Discord refuses", "Attempting a reconnect")
"""How that begins which faults may lead to that members notice."""
_RAW = ("Traceback", "never retrieved", "was destroyed but", "RuntimeWarning", "ResourceWarning")


def look(folder: Path, windows: Windows) -> tuple[list[str], Counter[str]]:
    """Return what is wrong in a life's log, and how often each warning came."""
    wrong, warnings = [], Counter[str]()
    for line in logged(folder):
        level = str(line.get("level", ""))
        if level == "warning":
            warnings[str(line.get("event", ""))[:80]] += 1
        if _is_wrong(line, level) and not _is_excused(line, windows):
            wrong.append(str(line)[:600])
    return wrong, warnings


def _is_wrong(line: dict[str, Any], level: str) -> bool:
    raw = str(line.get("raw", ""))
    return level in _BAD or "exception" in line or any(word in raw for word in _RAW)


def _is_excused(line: dict[str, Any], windows: Windows) -> bool:
    event = str(line.get("event", ""))
    if not event.startswith(_EXCUSABLE) or "timestamp" not in line:
        return False
    at = datetime.fromisoformat(str(line["timestamp"])).timestamp()
    at += time.monotonic() - time.time()
    return windows.excuse(at, at) is not None
