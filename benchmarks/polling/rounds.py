"""Has several programs poll the same feeds in turn, and measures each from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.figures import Figure
from benchmarks.machine import family, open_files, peak_memory, processor_time
from benchmarks.polling.others import Newsboat, Usage, reader_script, reader_version
from benchmarks.polling.ours import SHORTEST
from benchmarks.polling.server import url
from benchmarks.polling.talk import Talk, talk

WORKERS, THREADS = (1, 4, 8, 16, 32), (1, 4, 16, 64)
"""How many at once the others are tried with; they go on with what was fastest."""

_LOOK = 0.5
"""Seconds between two looks at a program that is busy."""


class Site:
    """The feed server, from outside."""

    def __init__(self, talking: Talk, port: int) -> None:
        self._talk = talking
        self._port = port

    def urls(self, folder: str, count: int) -> list[str]:
        """Name the first feeds of a folder."""
        return [url(self._port, folder, number) for number in range(count)]

    async def bare(self, who: str) -> None:
        """Have nobody, some (a quarter) or all of the feeds give no validators."""
        await self._talk.ask("bare", who=who)

    async def change(self, folder: str, numbers: range) -> None:
        """Put a new entry on top of these feeds."""
        await self._talk.ask(
            "change", folder=folder, numbers=[numbers.start, numbers.stop, numbers.step]
        )

    async def told(self) -> dict[str, int]:
        """Return what was asked for since this was asked last."""
        return await self._talk.ask("told")

    async def check(self, feeds: int, *, unchanged: int, who: str, failed: int = 0) -> None:
        """Hold a program against its word: it asked once for each feed that did not fail."""
        told = await self.told()
        assert told["feeds"] == told["asked"] == feeds - failed, f"{who} asked: {told} of {feeds}"
        found = range(unchanged - failed, unchanged + 1)
        assert told["unchanged"] in found, f"{who} asked: {told}, not {unchanged} unchanged"


@asynccontextmanager
async def site(folder: Path, **counts: int) -> AsyncIterator[Site]:
    """Serve so many feeds in each of these folders."""
    arguments = ("-m", "benchmarks.polling.server")
    async with talk(arguments, folder / "server", list(counts.items())) as talking:
        yield Site(talking, (await talking.ask("told"))["port"])


class Program(Protocol):
    """One that polls feeds, all of them at every round."""

    name: str
    failed: list[str]
    """What went wrong in the last round."""

    async def prepare(self) -> None:
        """Read every feed for the first time."""

    async def round(self) -> Usage:
        """Poll every feed once."""
        ...


class Ours:
    """The program's own feed side."""

    name = "ours"

    def __init__(self, talking: Talk) -> None:
        self.talk = talking
        self.ahead = 0
        """Milliseconds that its clock is ahead of the time of day."""
        self.lag: dict[str, float] = {}
        """How late its event loop was in the last round: p50, p99 and max, in milliseconds."""
        self.posts = 0
        self.files = 0
        """How many files and connections it had open in the last round, at the most."""
        self.failed: list[str] = []

    async def prepare(self) -> None:
        """Read every feed for the first time."""
        await self._round(jump=False)

    async def round(self) -> Usage:
        """Poll every feed once, all being due."""
        return await self._round(jump=True)

    async def _round(self, *, jump: bool) -> Usage:
        before = self._aside()
        told = await self._ask("round", jump=jump)
        self.failed, self.lag, self.ahead = told["failed"], told["lag"], told["ahead"]
        return Usage(told["wall"], told["cpu"] + self._aside() - before, self.memory())

    async def live(self, seconds: float) -> float:
        """Run by itself for so long; return the CPU seconds that it took."""
        before = self._aside()
        told = await self._ask("live", seconds=seconds)
        self.failed, self.lag, self.posts = told["failed"], told["lag"], told["posts"]
        return float(told["cpu"] + self._aside() - before)

    async def deliver(self) -> tuple[int, float]:
        """Explain and post all that is due; return how many posts there were, and CPU seconds."""
        told = await self.talk.ask("deliver")
        return told["posts"], told["cpu"]

    def _aside(self) -> float:
        """Return the CPU seconds of the processes beside the main one, which tells its own."""
        return sum(processor_time(pid) for pid in family(self.talk.pid)[1:])

    def memory(self) -> float:
        """Return the most MiB that its processes have had, together."""
        return sum(peak_memory(pid) or 0 for pid in family(self.talk.pid))

    async def _ask(self, do: str, **more: object) -> dict[str, Any]:
        """Ask for something, and look meanwhile at how many files are open."""
        self.files = 0
        asking = asyncio.create_task(self.talk.ask(do, **more))
        while not asking.done():
            await asyncio.wait([asking], timeout=_LOOK)
            self.files = max(self.files, open_files(self.talk.pid))
        return asking.result()

    def main_memory(self) -> float:
        """Return the most MiB that the main process has had."""
        return peak_memory(self.talk.pid) or 0


@asynccontextmanager
async def ours(
    folder: Path,
    urls: Sequence[str],
    *,
    like: str | None = None,
    ahead: int = 0,
    begin: int = 0,
    spread: int = 0,
    shortest: int = SHORTEST,
) -> AsyncIterator[Ours]:
    """Run the program, on what it has there from before.

    Feeds that it has not read are taken to be like one that it has; with `spread`, all fall due
    one after the other, from `begin` on (milliseconds).
    """
    spec = {
        "urls": list(urls),
        "database": str(folder / "ours.db"),
        "like": like,
        "ahead": ahead,
        "begin": begin,
        "spread": spread,
        "shortest": shortest,
    }
    async with talk(("-m", "benchmarks.polling.ours"), folder, spec) as talking:
        yield Ours(talking)


class _Reader:
    """The library `reader`."""

    name = "reader"

    def __init__(self, talking: Talk) -> None:
        self._talk = talking
        self.workers = 4
        self.failed: list[str] = []

    async def prepare(self) -> None:
        """Read every feed for the first time."""
        await self.round()

    async def round(self) -> Usage:
        """Update every feed once."""
        told = await self._talk.ask("round", workers=self.workers)
        self.failed = told["failed"]
        return Usage(told["wall"], told["cpu"], peak_memory(self._talk.pid) or 0)

    async def tune(self) -> str:
        """Find the best number of workers; say what was tried."""
        tried = {}
        for self.workers in WORKERS:
            tried[self.workers] = await self.round()
        self.workers = _fastest(tried)
        return _tried("reader", "workers", tried)


class _Newsboat:
    """Newsboat."""

    name = "newsboat"

    def __init__(self, program: Newsboat, feeds: int) -> None:
        self._program = program
        self._feeds = feeds
        self.threads = 16
        self.failed: list[str] = []

    async def prepare(self) -> None:
        """Read every feed twice: the first time, it keeps no validators."""
        for _ in range(2):
            await self.round()
        # It knows an entry by its id, whatever feed that is in: of copies, only one counts.
        assert self._program.read() > 0.9 * self._feeds, "newsboat can't read most of the feeds"

    async def round(self) -> Usage:
        """Reload every feed once."""
        return await self._program.round(self.threads)

    async def tune(self) -> str:
        """Find the best number of threads; say what was tried."""
        tried = {}
        for self.threads in THREADS:
            tried[self.threads] = await self.round()
        self.threads = _fastest(tried)
        return _tried("newsboat", "threads", tried)


def _fastest(tried: dict[int, Usage]) -> int:
    return min(tried, key=lambda number: tried[number].wall)


def _tried(who: str, what: str, tried: dict[int, Usage]) -> str:
    listed = ", ".join(f"{n}: {u.wall:.2f} s, CPU {u.cpu:.2f} s" for n, u in tried.items())
    return f"{who}, a round of 304 by {what}: {listed}; goes on with {_fastest(tried)}."


@dataclass(slots=True)
class Field:
    """The programs that are compared, on the same feeds."""

    ours: Ours
    reader: _Reader | None
    newsboat: _Newsboat | None

    @property
    def programs(self) -> list[Program]:
        """All that are here, in the order in which they take turns."""
        return [one for one in (self.ours, self.reader, self.newsboat) if one is not None]


@asynccontextmanager
async def field_of(folder: Path, urls: Sequence[str]) -> AsyncIterator[Field]:
    """Put programs up to poll these feeds; those that are not installed are left out."""
    await asyncio.to_thread(folder.mkdir)
    async with AsyncExitStack() as stack:
        own = await stack.enter_async_context(ours(folder / "ours", urls))
        reader = newsboat = None
        if reader_version():
            script = (str(reader_script(folder)),)
            spec = {"urls": list(urls), "database": str(folder / "reader.db")}
            reader = _Reader(await stack.enter_async_context(talk(script, folder / "reader", spec)))
        if Newsboat.version():
            newsboat = _Newsboat(Newsboat(folder / "newsboat", urls), len(urls))
        yield Field(own, reader, newsboat)


@dataclass(slots=True)
class Kind:
    """One kind of round, with what it took each program."""

    name: str
    feeds: int
    memory: dict[str, float] = field(default_factory=dict)
    _walls: dict[str, Figure] = field(default_factory=dict)
    _cpus: dict[str, Figure] = field(default_factory=dict)

    def add(self, who: str, usage: Usage) -> None:
        """Take one sample."""
        wall = self._walls.setdefault(who, Figure(f"{self.name}: {who}, all feeds", unit="s"))
        cpu = self._cpus.setdefault(who, Figure(f"{self.name}: {who}, CPU a poll"))
        wall.samples.append(usage.wall)
        cpu.samples.append(usage.cpu * 1000 / self.feeds)
        self.memory[who] = max(usage.memory, self.memory.get(who, 0))

    def cpu(self, who: str) -> Figure:
        """Return what a poll costs this program."""
        return self._cpus[who]

    def figures(self) -> list[Figure]:
        """Return all figures, ours held against reader's."""
        for kind in (self._walls, self._cpus):
            kind["ours"].peer = kind.get("reader")
        return [*self._walls.values(), *self._cpus.values()]

    def goals(self, share: float) -> list[str]:
        """Say whether our CPU is at most this share of reader's, and our wall newsboat's."""
        walls, cpus, told = self._walls, self._cpus, []
        if "reader" in cpus:
            ratio = cpus["ours"].median / cpus["reader"].median
            told.append(goal(f"{self.name}: CPU a poll, of reader's", ratio, share, "×"))
        if "newsboat" in walls:
            ratio = walls["ours"].median / walls["newsboat"].median
            told.append(goal(f"{self.name}: wall, of newsboat's", ratio, 1, "×"))
        return told


def goal(what: str, value: float, most: float, unit: str) -> str:
    """Say whether a goal is met."""
    how = "met" if value <= most else "not met"
    return f"goal {what}: {value:,.4g} {unit}, at most {most:g}: {how}"
