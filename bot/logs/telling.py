"""Pure: what the log says of what the program tells of its own work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.models import DAY, SECOND, DeliveryState, Millis, ModelTrouble, Origin
from bot.models.events import (
    Answered,
    Event,
    Explained,
    ModelAsked,
    Parsed,
    Polled,
    PollOutcome,
    Settled,
)

LOUD = 6
"""The first failure of a feed is told, and so many running; after that, one a day."""
A_DAY = 6
"""How many lines a day are told of one feed that fails and gets well again, for ever."""
MOST = 5_000
"""How many feeds that fail are remembered; beyond that, those go first that were told of first:
servers take out feeds that fail, and nobody says so here."""
_DEBUG, _INFO, _WARNING = "debug", "info", "warning"
_NEEDS_SOMEBODY = {ModelTrouble.KEY, ModelTrouble.QUOTA, ModelTrouble.REJECTED}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    level: str
    text: str
    fields: dict[str, Any]


@dataclass(slots=True)
class _Told:
    """What was told of a feed that fails now and then."""

    at: deque[Millis] = field(default_factory=lambda: deque(maxlen=A_DAY))
    """When lines of it were told."""
    failures: int = 0
    """How many running were told of; 0: not that it fails, or that it is well again."""


class Telling:
    """Makes lines of events; it remembers what was told of feeds that fail."""

    def __init__(self) -> None:
        self._feeds: dict[int, _Told] = {}

    def lines(self, event: Event, now: Millis) -> list[Line]:
        """Return what is to be logged of an event: mostly one line, or none."""
        if isinstance(event, Polled):
            return self._polled(event, now)
        line = _line(event)
        return [] if line is None else [line]

    def _polled(self, polled: Polled, now: Millis) -> list[Line]:
        if polled.outcome in {PollOutcome.FAILED, PollOutcome.UNREADABLE}:
            return [self._failed(polled, now)]
        lines = [self._well(polled, now)] if polled.recovered else []
        lines.append(_read(polled))
        if polled.held:
            text = "much was new at once: the doubtful part is kept for /latest only"
            lines.append(Line(_WARNING, text, {**_feed(polled), "stories": polled.held}))
        return lines

    def _failed(self, polled: Polled, now: Millis) -> Line:
        told = self._feeds.setdefault(polled.feed_id, _Told())
        if len(self._feeds) > MOST:
            del self._feeds[next(iter(self._feeds))]
        is_more = not told.failures or told.failures < LOUD <= polled.failures
        is_due = is_more or _is_old(told, now)
        is_told = is_due and _has_room(told, now)
        if is_told:
            told.at.append(now)
            told.failures = polled.failures
        fields = {
            **_feed(polled),
            "reason": polled.reason,
            "running": polled.failures,
            "failing_for": _seconds(polled.away) if polled.failures > 1 else None,
            "again_in": _seconds(polled.again_in),
        }
        return Line(_WARNING if is_told else _DEBUG, "feed failed", _given(fields))

    def _well(self, polled: Polled, now: Millis) -> Line:
        told = self._feeds.get(polled.feed_id, _Told(failures=1))  # told in an earlier run
        # Whoever was told that it fails is told that it is well, be it one line too many.
        is_told = told.failures > 0
        if is_told:
            told.at.append(now)
        told.failures = 0
        if not told.at or _is_old(told, now):
            self._feeds.pop(polled.feed_id, None)
        fields = {**_feed(polled), "failures": polled.recovered, "after": _seconds(polled.away)}
        return Line(_INFO if is_told else _DEBUG, "feed is well again", fields)


def all_of(*observers: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return what tells an event to each of several."""

    def tell(event: Event) -> None:
        for observer in observers:
            observer(event)

    return tell


def _line(event: Event) -> Line | None:
    match event:
        case Parsed():
            return _parsed(event)
        case Explained():
            return _explained(event)
        case ModelAsked():
            return _model_asked(event)
        case Settled():
            return _settled(event)
        case Answered():
            return _answered(event)
    return None  # what Discord answers is counted alone


def _is_old(told: _Told, now: Millis) -> bool:
    return not told.at or now - told.at[-1] >= DAY


def _has_room(told: _Told, now: Millis) -> bool:
    return len(told.at) < A_DAY or now - told.at[0] >= DAY


def _feed(polled: Polled) -> dict[str, Any]:
    return {"address": polled.feed, "feed": polled.feed_id}


def _read(polled: Polled) -> Line:
    fields = _feed(polled)
    if polled.outcome in {PollOutcome.NEW, PollOutcome.READ}:
        level = _INFO if polled.outcome is PollOutcome.NEW else _DEBUG
        counts = {"new": polled.fresh, "entries": polled.entries}
        return Line(level, "feed read", {**fields, **counts, "took": _seconds(polled.took)})
    return Line(_DEBUG, "feed unchanged", {**fields, "how": polled.outcome.value})


def _parsed(parsed: Parsed) -> Line:
    text = "document read" if parsed.is_read else "document can't be read"
    return Line(_DEBUG, text, {"bytes": parsed.size, "took": _seconds(parsed.took)})


def _explained(explained: Explained) -> Line:
    fields = {
        "origin": explained.origin.value,
        "took": _seconds(explained.took),
        "story": explained.story_id or None,
    }
    level = _DEBUG if explained.origin is Origin.NONE else _INFO
    return Line(level, "story explained", _given(fields))


def _model_asked(asked: ModelAsked) -> Line:
    fields = {
        "model": asked.model,
        "calls": asked.usage.calls,
        "tokens": asked.usage.tokens,
        "took": _seconds(asked.took),
    }
    if asked.trouble is None:
        return Line(_DEBUG, "model has written", fields)
    trouble = {"trouble": asked.trouble.value, "reason": asked.reason}
    again = {"again_in": _seconds(asked.again_in) if asked.again_in else None}
    level = "error" if asked.trouble in _NEEDS_SOMEBODY else _WARNING
    return Line(level, "model wrote nothing usable", _given({**trouble, **fields, **again}))


def _answered(answered: Answered) -> Line:
    # A failure has its own line, with its cause.
    fields = {"command": answered.name, "took": _seconds(answered.took)}
    return Line(_DEBUG, "interaction answered", fields)


_STATES = {
    DeliveryState.SENT: _INFO,
    DeliveryState.PENDING: _INFO,
    DeliveryState.REJECTED: _WARNING,
}


def _settled(settled: Settled) -> Line:
    waits = settled.state is DeliveryState.PENDING
    fields = {
        "state": "to be tried again" if waits else settled.state.value,
        "reason": settled.reason,
        "attempts": settled.attempts if settled.attempts > 1 else None,
        "waited": _seconds(settled.waited),
        "story": settled.story_id,
        "channel": settled.channel_id,
        "guild": settled.guild_id or None,
    }
    return Line(_STATES.get(settled.state, _INFO), "delivery settled", _given(fields))


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _seconds(time: Millis) -> float:
    return round(time / SECOND, 3)
