"""What it costs to be watched: an event, a visit with a full outbox, the lag's task."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import time
import tracemalloc
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand
from bot.health.lag import watch_lag
from bot.health.metrics import Metrics
from bot.health.monitor import Monitor
from bot.models import Origin, Usage
from bot.models.events import Answered, Event, Explained, Parsed, Polled, PollOutcome, Requested
from bot.models.vitals import Build, Live, Shard
from bot.store import Store

OPEN, SETTLED, CHANNELS = 10_000, 100_000, 2_000
EVENTS, VISITS = 20_000, 30
NAMES = 60
_LAG_SECONDS = 10
_NOW = 1_795_000_000_000

_SAMPLES: tuple[Event, ...] = (
    Polled(feed_id=7, feed="gazette.example/feed", outcome=PollOutcome.SAME, took=120),
    Parsed(took=16, size=10_000, is_read=True),
    Explained(story_id=1, origin=Origin.EXTRACT, took=30),
    Answered(name="latest", took=800, acknowledged=90, failed=False),
    Requested(status=200, shared=False),
)


async def run(_: Stand) -> Report:
    """Measure all of it in this process, on a database of its own."""
    tracemalloc.start()
    metrics = Metrics()
    for number in range(NAMES):
        metrics.observe(Answered(name=f"n{number}", took=1, acknowledged=1, failed=False))
    held = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    figures = [
        Figure("memory of the counts", [held], unit="MiB"),
        *(_observing(metrics, event) for event in _SAMPLES),
        Figure("CPU of the lag's task", [await _lagging(metrics)], unit="% of a core"),
    ]
    with TemporaryDirectory() as folder:
        for name, paused in (("all wanted", False), ("all unwanted", True)):
            path = Path(folder) / f"{paused}.db"
            figures += await _visiting(metrics, path, name, paused=paused)
    return Report("Being watched", figures, [f"{OPEN:,} open deliveries, {SETTLED:,} settled"])


def _observing(metrics: Metrics, event: Event) -> Figure:
    figure = Figure(f"counting {type(event).__name__}", unit="µs")
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(EVENTS):
            metrics.observe(event)
        figure.samples.append((time.perf_counter() - began) / EVENTS * 1e6)
    return figure


async def _lagging(metrics: Metrics) -> float:
    began = _cpu()
    watching = asyncio.create_task(watch_lag(metrics.lagged))
    await asyncio.sleep(_LAG_SECONDS)
    watching.cancel()
    return (_cpu() - began) / _LAG_SECONDS * 100


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _visiting(metrics: Metrics, path: Path, name: str, *, paused: bool) -> list[Figure]:
    async with Store.open(path):
        pass
    _fill(path, paused=paused)
    steady = [0]
    live = Live(shards=(Shard(id=0, since=0, ready=True),), servers=500)
    read, expose = Figure(f"counting the outbox, {name}"), Figure(f"the text, {name}")
    async with Store.open(path) as store:
        monitor = Monitor(
            build=Build(version="0", python="3", schema=6),
            clock=lambda: _NOW,
            steady=lambda: steady[0],
            live=lambda: live,
            resting=lambda: None,
            store=store,
            budget=Usage(500, 2_000_000),
        )
        for _ in range(VISITS):
            steady[0] += 60_000
            with read.timed():
                reading = await monitor.read()
            with expose.timed():
                metrics.expose(reading)
    return [read, expose]


def _fill(path: Path, *, paused: bool) -> None:
    every = OPEN + SETTLED
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO story (id, created_at) VALUES (?, ?)", ((n, _NOW) for n in range(every))
        )
        connection.executemany(
            "INSERT INTO subscription (channel_id, topic, guild_id, created_at, created_by,"
            " paused_reason) VALUES (?, 'town', ?, 0, 1, ?)",
            ((n, n // 4 + 1, "Closed." if paused else None) for n in range(CHANNELS)),
        )
        connection.executemany(
            "INSERT INTO delivery (story_id, channel_id, guild_id, topic, nonce, state, planned_at,"
            " due_at) VALUES (?, ?, ?, 'town', ?, ?, ?, ?)",
            (
                (
                    n, n % CHANNELS, n % CHANNELS // 4 + 1, str(n),
                    "pending" if n < OPEN else "sent", _NOW - 1_000, _NOW - 1_000,
                )
                for n in range(every)
            ),
        )  # fmt: skip
