"""Hostile documents at full size through the parser's process, and a good one after each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Figure, Report
from benchmarks.machine import forget_peak, peak_memory
from benchmarks.stand import Stand, say
from bot.feeds.worker import Parser
from bot.models import FeedDocument, Fetched, ParseFailed, ParseOutcome
from tests import hostile
from tests.loopback.feeds import item, rss

GOAL_LAG, GOAL_MEMORY = 50, 300
"""Milliseconds that the event loop may stand still, and MiB for both processes together."""
_TICK = 0.002
_TOLD = 1.0
"""Seconds from which on a document is told of by name, as are those that are not read."""
_LARGE = 250
"""MiB of both processes together from which on it is, too."""


@dataclass(slots=True)
class _Reading:
    """What became of one document."""

    name: str
    outcome: ParseOutcome
    seconds: float
    lag: float
    """Milliseconds."""
    memory: tuple[float, float]
    """The most that was resident meanwhile, here and in the worker, in MiB."""

    @property
    def words(self) -> str:
        """Say it in a line."""
        came = self.outcome
        told = came.reason if isinstance(came, ParseFailed) else f"{len(came.entries)} entries"
        here, there = self.memory
        return (
            f"{self.seconds:6.2f} s  lag {self.lag:3.0f} ms  {here:3.0f} + {there:3.0f} MiB  "
            f"{self.name[:44]}: {told[:70]}"
        )


@dataclass(slots=True)
class _Lag:
    """Measures how late the event loop comes back to who sleeps for 2 ms."""

    worst: float = 0.0
    samples: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK)
            self.worst = max(self.worst, (time.perf_counter() - began - _TICK) * 1000)


async def run(stand: Stand) -> Report:
    """Read them all, one after another, and a good document after each."""
    folder = stand.folder / "hostile"
    folder.mkdir()
    (folder / "secret.txt").write_text(hostile.SECRET, encoding="utf-8")
    say("hostile: writing the documents …")
    # By another process: what it takes to write them is no memory of the bot's.
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(folder,))
    writer.start()
    await asyncio.to_thread(writer.join)
    lag, good = _Lag(), Figure("the good document after it")
    watching = asyncio.create_task(lag.watch())
    readings = []
    async with Parser() as parser:
        await parser.warm()
        for path in sorted(folder.glob("*.json")):
            readings.append(await _read(parser, path, lag))
            with good.timed():
                after = await parser.parse(_GOOD)
            assert isinstance(after, FeedDocument), after
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    return _report(readings, lag, good)


def _write(folder: Path) -> None:
    for number, document in enumerate(hostile.documents(folder.as_uri())):
        told = {"name": document.name, "content_type": document.content_type}
        (folder / f"{number:04}.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / f"{number:04}.body").write_bytes(document.body)


_GOOD = Fetched(rss("Good", [item("One", "https://good.example/1", "1")]), hostile.FEED)


async def _read(parser: Parser, path: Path, lag: _Lag) -> _Reading:
    told, body = _document(path)
    await asyncio.sleep(_TICK * 5)  # what was done up to here is no lag of the bot's
    lag.worst = 0.0
    worker = parser.pid
    for pid in (os.getpid(), worker):
        forget_peak(pid)
    began = time.perf_counter()
    reading = asyncio.ensure_future(parser.parse(Fetched(body, hostile.FEED, told["content_type"])))
    there = 0.0
    while not reading.done():
        # The worker may be gone once it is done: its peak is looked up as long as it is there.
        await asyncio.wait({reading}, timeout=0.02)
        there = max(there, (peak_memory(worker) if worker else None) or 0.0)
    seconds = time.perf_counter() - began
    here = peak_memory(os.getpid()) or 0.0
    lag.samples.append(lag.worst)
    return _Reading(told["name"], await reading, seconds, lag.worst, (here, there))


def _document(path: Path) -> tuple[dict[str, str], bytes]:
    return json.loads(path.read_text(encoding="utf-8")), path.with_suffix(".body").read_bytes()


def _report(readings: list[_Reading], lag: _Lag, good: Figure) -> Report:
    times = Figure("a hostile document", [r.seconds * 1000 for r in readings])
    late = Figure(f"the event loop's longest lag over it (goal: {GOAL_LAG})", lag.samples)
    memory = Figure(
        f"memory of both processes (goal: {GOAL_MEMORY})",
        [sum(r.memory) for r in readings],
        unit="MiB",
    )
    failed = sum(isinstance(r.outcome, ParseFailed) for r in readings)
    read = (
        f"{len(readings)} documents, {failed} refused in words, the others read; after every one a "
        "good document was read."
    )
    slow = f"Those that took a second, {_LARGE} MiB, or {GOAL_LAG} ms of the event loop:"
    notes = [
        read,
        slow,
        *(r.words for r in readings if _is_told(r)),
    ]
    return Report("hostile: what feeds can do to the reader", [times, good, late, memory], notes)


def _is_told(reading: _Reading) -> bool:
    return reading.seconds >= _TOLD or reading.lag >= GOAL_LAG or sum(reading.memory) >= _LARGE
