"""The program as a process of its own, an idle process beside it, and what both tell."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import family
from benchmarks.processes import process
from benchmarks.soak.place import Place

_MODULE = ("-m", "benchmarks.soak.watched")
_STOP = 20.0
LOG = "process.log"


@dataclass(slots=True)
class Life:
    """One run of the program; `children` is the most memory that all of its workers had, in MiB."""

    running: asyncio.subprocess.Process
    samples: Path
    folder: Path
    ended: int | None = None
    took: float = 0.0
    """Seconds from being asked to end to its end."""

    @property
    def children(self) -> float:
        """The memory that its workers have resident now, in MiB."""
        workers = family(self.running.pid)[1:]
        return sum(map(_resident, workers))

    async def stop(self) -> int:
        """Ask it to end, as a service manager does; return its exit code, -9 where it hangs."""
        began = time.monotonic()
        self.running.terminate()
        try:
            async with asyncio.timeout(_STOP):
                await self.running.wait()
        except TimeoutError:
            self.running.kill()
            await self.running.wait()
        self.took = time.monotonic() - began
        self.ended = self.running.returncode
        return self.ended if self.ended is not None else -1


@asynccontextmanager
async def life(place: Place, number: int) -> AsyncIterator[Life]:
    """Begin a life of the program; its log is `process.log` in a folder of its own."""
    folder = place.folder / f"life-{number}"
    folder.mkdir(exist_ok=True)
    samples = folder / "samples.jsonl"
    arguments = (*_MODULE, str(samples), str(place.database))
    async with process(arguments, folder, place.settings) as running:
        yield Life(running, samples, folder)


@asynccontextmanager
async def control(place: Place) -> AsyncIterator[Path]:
    """Run an event loop with nothing to do: how late its timers are is the machine's doing."""
    folder = place.folder / "control"
    folder.mkdir(exist_ok=True)
    samples = folder / "samples.jsonl"
    async with process((*_MODULE, str(samples)), folder, {}):
        yield samples


def told(samples: Path) -> list[dict[str, Any]]:
    """Read all lines that were told so far."""
    if not samples.exists():
        return []
    return list(_lines(samples.read_text(encoding="ascii")))


def _lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):  # else it is being written
            yield json.loads(line)


def logged(folder: Path) -> Iterator[dict[str, Any]]:
    """Read a life's log; a line that is no JSON comes as `{"raw": …}`."""
    with (folder / LOG).open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                yield {"raw": line.rstrip("\n")}


def _resident(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0.0
    return int(pages) * 4096 / (1 << 20)
