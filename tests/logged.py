"""The program's log as it really is, for tests: what it writes to standard error."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from bot import logs

SECRET = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
KEY = "sk-proj-Qm9va3MvYXJl+Z29vZA=="


@contextmanager
def configured(
    style: str = "json", level: str = "debug", secrets: tuple[str, ...] = (SECRET, KEY)
) -> Iterator[None]:
    """Log as the program does, and leave everything as it was afterwards."""
    root = logging.getLogger()
    handlers, was = list(root.handlers), root.level
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    root.handlers.clear()  # pytest's own are not closed by this
    levels = {name: logging.getLogger(name).level for name in ("discord", "asyncio")}
    structlog.contextvars.clear_contextvars()
    try:
        logs.configure(level, style, secrets)
        yield
    finally:
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(was)
        for name, one in levels.items():
            logging.getLogger(name).setLevel(one)
        structlog.contextvars.clear_contextvars()
        structlog.reset_defaults()


def lines(text: str) -> list[dict[str, Any]]:
    """Read JSON lines; each is one object."""
    return [json.loads(line) for line in text.splitlines()]
