"""How the program is at the moment, as Prometheus is told at each of its visits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from bot.models import SECOND, Usage
from bot.models.vitals import Census, Ill, Outbox, Reading, Shard

Family = CounterMetricFamily | GaugeMetricFamily | InfoMetricFamily


class Gauges(Collector):
    """Tells the last `reading`; nothing before there is one."""

    def __init__(self) -> None:
        self.reading: Reading | None = None

    def collect(self) -> Iterator[Family]:
        """Return what there is to tell."""
        reading = self.reading
        if reading is None:
            return
        yield from _state(reading)
        yield from _gateway(reading)
        yield _by(
            "loop_silence_seconds",
            "Since a loop that runs for ever was heard of; it is each minute.",
            "loop",
            {name: (reading.now - heard) / SECOND for name, heard in reading.vitals.loops.items()},
        )
        if reading.vitals.outbox is not None:
            yield from _outbox(reading.vitals.outbox, (reading.vitals.waited or 0) / SECOND)
        if reading.census is not None:
            yield from _census(reading.census)
            if reading.budget is not None:
                yield _budget(reading.budget, reading.census.spent)


def _state(reading: Reading) -> Iterator[Family]:
    live, build = reading.live, reading.build
    ills = {complaint.ill for complaint in reading.complaints}
    yield InfoMetricFamily(
        "wherefore_build",
        "Which program it is.",
        {"version": build.version, "python": build.python, "schema": str(build.schema)},
    )
    yield _one("well", "1 where /healthz answers 200, else 0.", reading.well)
    yield _by(
        "unwell", "1 where this is the matter.", "ill", {ill.value: ill in ills for ill in Ill}
    )
    yield _one("start_time_seconds", "When it was started, in Unix time.", reading.started / SECOND)
    if reading.polled_at is not None:
        yield _one(
            "last_poll_timestamp_seconds",
            "When a feed was last asked, in Unix time.",
            reading.polled_at / SECOND,
        )
    yield _one("servers", "Servers that it is in.", live.servers)
    yield _one(
        "discord_refused_requests",
        "Requests that Discord has refused in the last ten minutes; it bans at 10,000.",
        live.refused,
    )
    yield _one(
        "sending_rests_seconds", "For how long nothing is sent, from now on.", live.rests_for
    )
    yield _by("database_bytes", "The database's files.", "file", live.sizes)


def _gateway(reading: Reading) -> Iterator[Family]:
    shards = reading.vitals.shards
    yield _by(
        "gateway_ready",
        "1 where a connection with the gateway is up.",
        "shard",
        {str(one.id): one.ready for one in shards},
    )
    yield _by(
        "gateway_state_seconds",
        "Since when a connection is up, or down.",
        "shard",
        {str(one.id): (reading.now - one.since) / SECOND for one in shards},
    )
    latencies = reading.live.latencies
    yield _by(
        "gateway_latency_seconds",
        "Between a heartbeat and its answer.",
        "shard",
        {str(one): seconds for one, seconds in latencies.items() if math.isfinite(seconds)},
    )
    yield _counts("gateway_sessions", "Sessions that were begun; 1,000 a day are allowed.", shards)
    yield _counts("gateway_resumes", "Sessions that were taken up again.", shards)
    yield _counts("gateway_losses", "Connections that were lost.", shards)


def _outbox(outbox: Outbox, waited: float) -> Iterator[Family]:
    yield _by(
        "outbox_deliveries",
        "Deliveries that are not settled.",
        "state",
        {state.value: count for state, count in outbox.counts.items()},
    )
    yield _one(
        "outbox_oldest_due_seconds",
        "For how long the oldest has been due while it could be sent; 0: nothing is due.",
        waited,
    )


def _census(census: Census) -> Iterator[Family]:
    yield _one("feeds", "Feeds that somebody gets stories of.", census.feeds)
    yield _one("feeds_failing", "Feeds that could not be read last.", census.failing)
    yield _one("hosts_resting", "Hosts that are left alone for a while.", census.resting_hosts)
    yield _one("subscriptions", "Topics of channels.", census.subscriptions)
    yield _one("channels", "Channels that get something.", census.channels)
    yield _one("channels_paused", "Channels that can't be posted in.", census.paused)
    yield _one("follows", "Stories that members follow.", census.follows)


def _budget(budget: Usage, spent: Usage) -> Family:
    left = {"calls": budget.calls - spent.calls, "tokens": budget.tokens - spent.tokens}
    return _by(
        "model_budget_left",
        "What models may still cost today (UTC).",
        "unit",
        {unit: max(count, 0) for unit, count in left.items()},
    )


def _one(name: str, text: str, value: float) -> Family:
    return GaugeMetricFamily(f"wherefore_{name}", text, value=float(value))


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Family:
    family = GaugeMetricFamily(f"wherefore_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family


def _counts(name: str, text: str, shards: tuple[Shard, ...]) -> Family:
    family = CounterMetricFamily(f"wherefore_{name}", text, labels=["shard"])
    for shard in shards:
        counts = {"sessions": shard.sessions, "resumes": shard.resumes, "losses": shard.losses}
        family.add_metric([str(shard.id)], counts[name.removeprefix("gateway_")])
    return family
