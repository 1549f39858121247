"""Writes log lines to standard error: in measure, and whatever else Python would write there."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Hashable
from contextlib import suppress
from contextvars import Context
from types import TracebackType
from typing import Any

from bot.logs.calm import Calm, Over

_ABOUT = ("feed", "story", "channel", "guild", "command", "address", "reference")
_WHY = ("reason", "error", "place", "trouble")

log = logging.getLogger(__name__)


class Handler(logging.StreamHandler[Any]):
    """Leaves out what is said again and again, and counts it."""

    def __init__(self) -> None:
        super().__init__()
        self._calm = Calm()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it; and tell of those that have come to an end."""
        now = time.monotonic()
        self._tell_ended(now)
        _shorten(record)
        if not _is_calmed(record):
            super().emit(record)
            return
        like, about, words = _key(record)
        said = self._calm.says(like, about, words, now)
        if said is None:
            return
        if said.times:
            _add(record, times=said.times + 1, lasting=round(said.lasting))
        super().emit(record)

    def calm_down(self) -> None:
        """Tell of what was said again and again, and has not been for a while."""
        with self.lock or threading.RLock():
            self._tell_ended(time.monotonic())

    def _tell_ended(self, now: float) -> None:
        for over in self._calm.over(now):
            # It is of nobody's doing who happens to log at the moment.
            Context().run(super().emit, _ended(over))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say that a line can't be written, and not what is in it, as logging would."""
        error = sys.exc_info()[0]
        kind = error.__name__ if error else "unknown"
        with suppress(OSError, ValueError):  # nobody may be there to be told
            self.stream.write(f"a log line of {record.name} can't be written ({kind})\n")


def _ended(over: Over) -> logging.LogRecord:
    record = logging.LogRecord(__name__, logging.INFO, "", 0, "over: %s", (over.words,), None)
    record.__dict__.update(times=over.times, lasting=round(over.lasting))
    return record


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what structlog was told, or what a library has added."""
    return record.msg if isinstance(record.msg, dict) else record.__dict__


def _add(record: logging.LogRecord, **fields: int) -> None:
    if isinstance(record.msg, dict):
        record.msg = record.msg | fields
    else:
        record.__dict__.update(fields)


def _is_calmed(record: logging.LogRecord) -> bool:
    if record.levelno >= logging.WARNING:
        return "reference" not in _fields(record)
    return record.name.startswith("discord") or _words(record) in _RECOVERIES


_RECOVERIES = {"feed is well again"}


def _words(record: logging.LogRecord) -> str:
    fields = _fields(record)
    return str(fields.get("event", "")) if fields is record.msg else str(record.msg)


def _key(record: logging.LogRecord) -> tuple[Hashable, Hashable, str]:
    fields, words = _fields(record), _words(record)
    raised = fields.get("exc_info")
    raised = sys.exc_info() if raised is True else raised
    error = raised[1] if isinstance(raised, tuple) else raised
    why = tuple(str(fields.get(name) or "")[:200] for name in _WHY)
    about = tuple(str(fields.get(name)) for name in _ABOUT)
    whole = words if fields is record.msg else _message(record)
    like = (record.name, record.levelno, words, why, type(error), _place(error))
    # The library's own words hold times and numbers that differ each time.
    said = words if record.name.startswith("discord") else whole[:200]
    return like, (about, said), whole


def _place(error: object) -> tuple[str, int] | None:
    """Tell where something was raised: two faults of one kind are told apart by it."""
    trace = error.__traceback__ if isinstance(error, BaseException) else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace and (trace.tb_frame.f_code.co_filename, trace.tb_lineno)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that don't fit: it can't be written either
        return str(record.msg)


def _shorten(record: logging.LogRecord) -> None:
    """Tell a connection that broke in one line: discord.py adds a hundred of its own insides."""
    raised = record.exc_info
    if not (record.name.startswith("discord") and raised and "reconnect" in str(record.msg)):
        return
    error = raised[1]
    record.exc_info = record.exc_text = None
    record.__dict__["reason"] = type(error).__name__
    if error is not None and str(error):
        record.__dict__["reason"] += f": {error}"
    record.levelno, record.levelname = logging.WARNING, "WARNING"


def catch_all() -> None:
    """Log what Python itself would write to standard error, unfiltered."""
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread
    logging.captureWarnings(capture=True)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("nobody caught an error", exc_info=(kind, error, trace))


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    error = given.exc_value or given.exc_type()
    name = given.thread.name if given.thread else "?"
    log.critical(
        "nobody caught an error of the thread %s", name,
        exc_info=(given.exc_type, error, given.exc_traceback),
    )  # fmt: skip


def _unraisable(given: Any) -> None:  # noqa: ANN401  # typeshed names its type for checkers only
    error = given.exc_value or given.exc_type()
    log.error(
        "an error that could not be raised", exc_info=(given.exc_type, error, given.exc_traceback)
    )
