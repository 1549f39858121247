"""The real program, or nothing at all, in a process that tells how it feels every few seconds."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

P = ParamSpec("P")

TICK = 0.05
"""Seconds between two looks at how late the event loop is."""
TELLS = 5.0
"""Seconds between two lines."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


async def sample(to: Path, database: Path | None) -> NoReturn:
    """Write a line of JSON now and then: when timers came, what runs, and what is held."""
    loop, late = asyncio.get_running_loop(), list[int]()
    tells = loop.time() + TELLS
    with to.open("a", encoding="ascii", buffering=1) as lines:
        while True:
            due = loop.time() + TICK
            await asyncio.sleep(TICK)
            late.append(round((loop.time() - due) * 10_000))
            if loop.time() >= tells:
                lines.write(json.dumps(_state(late, database)) + "\n")
                late, tells = [], loop.time() + TELLS


def _state(late: list[int], database: Path | None) -> dict[str, Any]:
    tasks = Counter(_name(task) for task in asyncio.all_tasks())
    return {
        "at": time.time_ns() // 1_000_000,
        "pid": os.getpid(),
        "late": late,
        "rss": int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE,
        "blocks": sys.getallocatedblocks(),
        "collections": [one["collections"] for one in gc.get_stats()],
        "tasks": dict(tasks),
        "threads": threading.active_count(),
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  # a count, as cheaply as can be
        "database": _size(database, ""),
        "wal": _size(database, "-wal"),
    }


def _name(task: asyncio.Task[Any]) -> str:
    """Name what a task runs, and not the task: these are numbered."""
    return str(getattr(task.get_coro(), "__qualname__", task.get_coro()))


def _size(database: Path | None, suffix: str) -> int:
    with suppress(OSError):
        return Path(f"{database}{suffix}").stat().st_size if database else 0
    return 0


def _watch(
    run: Callable[P, Awaitable[None]], to: Path, database: Path
) -> Callable[P, Coroutine[Any, Any, None]]:
    """Let the program run as it does, with a task more."""

    async def watched(*arguments: P.args, **named: P.kwargs) -> None:
        sampling = asyncio.create_task(sample(to, database))
        try:
            await run(*arguments, **named)
        finally:
            sampling.cancel()

    return watched


def main(to: Path, database: Path | None) -> int:
    """Run the program, or (without a database) an event loop with nothing to do."""
    if database is None:
        asyncio.run(sample(to, None))
    from bot import __main__ as program  # noqa: PLC0415  # the idle one needs none of it
    from bot.cli import run  # noqa: PLC0415  # as above

    assert database is not None
    run.run = _watch(run.run, to, database)
    return program.main(["run"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
