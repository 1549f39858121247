"""Logs what the program tells of its own work."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.logs import calm_down
from bot.logs.telling import Telling
from bot.models import Millis
from bot.models.events import Event

log = structlog.get_logger("bot.newsroom")


def logging(clock: Callable[[], Millis]) -> Callable[[Event], None]:
    """Return what logs events; `clock` says the time of day."""
    telling = Telling()

    def tell(event: Event) -> None:
        for line in telling.lines(event, clock()):
            getattr(log, line.level)(line.text, **line.fields)
        calm_down()

    return tell
