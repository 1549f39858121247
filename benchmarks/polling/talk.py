"""Asks processes for things, and answers in them: a line of JSON each way."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes import process

PATIENCE = 600.0
"""Seconds within which any answer comes, however slow the machine is."""
_LINE = 1 << 24


class Talk:
    """A process of ours that is asked for one thing after another."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self.pid = running.pid
        self._running = running

    async def ask(self, do: str, **more: object) -> dict[str, Any]:
        """Ask for one thing and return the answer; RuntimeError where the process is gone."""
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        return await self.heard()

    async def heard(self) -> dict[str, Any]:
        """Return the next line that the process says."""
        assert self._running.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await self._running.stdout.readline()
        if not line:
            raise RuntimeError("a measured process ended before it answered")
        told: dict[str, Any] = json.loads(line)
        return told

    async def end(self) -> None:
        """Have nothing more to ask, which ends the process."""
        assert self._running.stdin is not None
        self._running.stdin.close()
        async with asyncio.timeout(PATIENCE):
            await self._running.wait()


@asynccontextmanager
async def talk(arguments: tuple[str, ...], folder: Path, spec: object) -> AsyncIterator[Talk]:
    """Run Python with these arguments and a file with the spec, and wait until it is ready."""
    file = await asyncio.to_thread(_written, folder, spec)
    async with process((*arguments, str(file)), folder, {}, talks=True) as running:
        talking = Talk(running)
        await talking.heard()
        yield talking
        await talking.end()


def _written(folder: Path, spec: object) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "spec.json"
    file.write_text(json.dumps(spec), encoding="utf-8")
    return file


def answer(**told: object) -> None:
    """Say one line to whoever asks; the first says that the process is ready."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def asked() -> AsyncIterator[dict[str, Any]]:
    """Yield what is asked for, until nobody is there to ask."""
    reader = asyncio.StreamReader(limit=_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    answer()
    while line := await reader.readline():
        yield json.loads(line)
