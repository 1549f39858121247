"""How the program logs: one line a thing, for people on a terminal, as JSON elsewhere."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping, Sequence
from typing import Any

import structlog
from structlog.typing import Processor

from bot.logs import console, values
from bot.logs.handler import Handler, catch_all
from bot.logs.hiding import Hiding

_TALKATIVE = (
    "discord", "aiosqlite", "asyncio", "openai", "anthropic", "google_genai", "httpx2",
    "httpcore2", "pydantic_ai",
)  # fmt: skip
_SAYS_NOTHING = ("discord.client",)
"""Of whose lines only warnings tell something."""
# Local variables can hold anything: they are left out. So are frames in the middle, fewer than a
# list may have: a cut at its end would take the one that raised.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=values.MOST - 2)
)
_TRACE_LINES = 80
"""How many lines of a traceback people are shown; its end says most."""
_FIRST = ("timestamp", "level", "event", "logger", "feed", "story", "channel", "guild", "topic")
"""The keys that JSON lines begin with, as far as a line has them."""

_hiding = Hiding()


def configure(level: str, style: str | None, secrets: Sequence[str] = ()) -> None:
    """Send all logs, the libraries' and Python's own too, to standard error, without `secrets`.

    `style` is "console" or "json"; None chooses by whether a person is looking.
    """
    global _hiding  # noqa: PLW0603  # the log is the process's
    _hiding = Hiding(secrets)
    as_json = style == "json" or (style is None and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    colours = sys.stderr.isatty()
    ending: list[Processor] = (
        [_TRACEBACKS, _harmless(_hiding), _in_order, structlog.processors.JSONRenderer()]
        if as_json
        else [_with_lines, _harmless(_hiding), lambda _, __, e: console.line(e, colours=colours)]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
    )
    handler = Handler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # Their debug lines hold whole payloads, interaction tokens among them, every statement, and
    # every word that a model is shown.
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level.upper())))
    for name in _SAYS_NOTHING:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:-1],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    catch_all()


def hidden(text: str) -> str:
    """Return a text as it may be shown: without the secrets that `configure` was told of."""
    return _hiding(text)


def calm_down() -> None:
    """Tell of what was logged again and again, and has not been for a while."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Handler):
            handler.calm_down()


def _harmless(hide: Hiding) -> Processor:
    """Take secrets, and what breaks lines, out of everything that is about to be written."""

    def harmless(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        at = event.pop("timestamp", None)
        return {"timestamp": at, **values.mapping(event, hide)}

    return harmless


def _in_order(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    first = {name: event[name] for name in _FIRST if name in event}
    return {**first, **event}


def _with_lines(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what was raised by the lines of its traceback."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        # What was raised may say anything, over several lines: they are taken apart here.
        whole = "".join(traceback.format_exception(raised))
        event["exception"] = values.Lines(_hiding(whole).splitlines()[-_TRACE_LINES:])
    return event
