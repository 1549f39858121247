"""What Prometheus is told: counts of events, and how it is at the moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.health.gauges import Gauges
from bot.models import SECOND, DeliveryState
from bot.models.events import (
    Answered,
    Event,
    Explained,
    ModelAsked,
    Parsed,
    Polled,
    Requested,
    Settled,
)
from bot.models.vitals import Reading

MOST_NAMES = 100
"""How many values a label may have; what comes beyond counts as `other`. There are about 60 kinds
of interactions, and one model."""
_OTHER = "other"

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_WORK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# Discord waits for three seconds.
_ANSWER = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_DONE = (0.1, 0.5, 1.0, 3.0, 10.0, 60.0)
_WAIT = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 21_600.0, 86_400.0)


class Metrics:
    """A registry of its own; `observe` is told of events, `expose` gives the text."""

    def __init__(self) -> None:
        # When each count began would be a line more for each, of no use here.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's
        self._registry = CollectorRegistry()
        self._gauges = Gauges()
        self._registry.register(self._gauges)
        # Memory, CPU, open files and the start, where the system tells: of Linux.
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._names: dict[str, set[str]] = {}
        self._count_feeds()
        self._count_explainers()
        self._count_discord()
        self._lag = self._histogram(
            "event_loop_lag_seconds", "How late the event loop came round.", _FAST
        )
        self._observers: dict[type, Callable[[Any], None]] = {
            Polled: self._polled,
            Parsed: self._parsed,
            Explained: self._explained,
            ModelAsked: self._asked,
            Settled: self._settled,
            Answered: self._answered,
            Requested: self._requested,
        }

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"wherefore_{name}", text, labels, registry=self._registry)

    def _histogram(
        self, name: str, text: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(
            f"wherefore_{name}", text, labels, registry=self._registry, buckets=buckets
        )

    def _count_feeds(self) -> None:
        self._polls = self._counter(
            "polls", "Feeds that were asked, by what came of it.", "outcome"
        )
        self._poll_time = self._histogram(
            "poll_seconds", "From asking a feed to storing what it brought.", _WORK
        )
        self._new = self._counter("articles_new", "Articles that were not known.")
        self._kept = self._counter("stories_kept_back", "Stories of which too many were new.")
        self._parse_time = self._histogram(
            "parse_seconds", "Reading a document in the worker.", _WORK, "outcome"
        )
        self._parse_size = self._counter("parse_bytes", "Bytes of documents that were read.")

    def _count_explainers(self) -> None:
        self._explain_time = self._histogram(
            "explain_seconds", "Explaining a story, its page and its model included.", _WORK,
            "origin",
        )  # fmt: skip
        self._runs = self._counter(
            "model_runs", "Explainers that a model was asked for.", "model", "outcome"
        )
        self._run_time = self._histogram(
            "model_run_seconds", "Asking a model for an explainer.", _WORK, "model"
        )
        self._calls = self._counter("model_calls", "Requests to a model's endpoint.", "model")
        self._tokens = self._counter("model_tokens", "Tokens, read and written.", "model")

    def _count_discord(self) -> None:
        self._deliveries = self._counter(
            "deliveries", "Deliveries that were tried, by what came of it.", "state"
        )
        self._wait = self._histogram(
            "delivery_wait_seconds", "From planning a story's post to its being posted.", _WAIT
        )
        self._interactions = self._counter(
            "interactions", "Commands, choices, presses and forms.", "name", "outcome"
        )
        self._ack_time = self._histogram(
            "interaction_ack_seconds",
            "From an interaction's arrival until Discord has the first answer.",
            _ANSWER,
            "name",
        )
        self._done_time = self._histogram(
            "interaction_seconds",
            "From an interaction's arrival until all of it is done.",
            _DONE,
            "name",
        )
        self._requests = self._counter(
            "discord_requests", "REST requests that Discord has answered.", "status"
        )
        self._limited = self._counter(
            "discord_rate_limited", "Requests that were too many (429), by whose limit.", "scope"
        )

    # ── what is told ─────────────────────────────────────────────────────────────────────

    def observe(self, event: Event) -> None:
        """Count an event."""
        observer = self._observers.get(type(event))
        if observer is not None:
            observer(event)

    def lagged(self, seconds: float) -> None:
        """Count how late the event loop came round."""
        self._lag.observe(seconds)

    def expose(self, reading: Reading) -> bytes:
        """Return all counts and a reading as Prometheus' text format (version 0.0.4)."""
        self._gauges.reading = reading
        return generate_latest(self._registry)

    def _polled(self, event: Polled) -> None:
        self._polls.labels(event.outcome.value).inc()
        self._poll_time.observe(event.took / SECOND)
        self._new.inc(event.fresh)
        self._kept.inc(event.held)

    def _parsed(self, event: Parsed) -> None:
        self._parse_time.labels("read" if event.is_read else "refused").observe(event.took / SECOND)
        self._parse_size.inc(event.size)

    def _explained(self, event: Explained) -> None:
        self._explain_time.labels(event.origin.value).observe(event.took / SECOND)

    def _asked(self, event: ModelAsked) -> None:
        model = self._bounded("model", event.model)
        self._runs.labels(model, event.trouble.value if event.trouble else "written").inc()
        self._run_time.labels(model).observe(event.took / SECOND)
        self._calls.labels(model).inc(event.usage.calls)
        self._tokens.labels(model).inc(event.usage.tokens)

    def _settled(self, event: Settled) -> None:
        again = event.state is DeliveryState.PENDING
        self._deliveries.labels("again" if again else event.state.value).inc()
        if event.state is DeliveryState.SENT and event.story_id is not None:
            self._wait.observe(event.waited / SECOND)

    def _answered(self, event: Answered) -> None:
        name = self._bounded("name", event.name)
        self._interactions.labels(name, _outcome(event)).inc()
        self._done_time.labels(name).observe(event.took / SECOND)
        if event.acknowledged is not None:
            self._ack_time.labels(name).observe(event.acknowledged / SECOND)

    def _requested(self, event: Requested) -> None:
        status = str(event.status) if 100 <= event.status < 600 else _OTHER
        self._requests.labels(self._bounded("status", status)).inc()
        if event.status == 429:
            self._limited.labels("shared" if event.shared else "own").inc()

    def _bounded(self, label: str, value: str) -> str:
        known = self._names.setdefault(label, set())
        if value in known:
            return value
        if len(known) >= MOST_NAMES:
            return _OTHER
        known.add(value)
        return value


def _outcome(event: Answered) -> str:
    if event.failed:
        return "failed"
    return "answered" if event.acknowledged is not None else "unanswered"
