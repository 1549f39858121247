"""Runs the bot and its peers as processes of their own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_STOP = 20.0
"""Seconds that a process has to end after it was asked to; then it is killed."""
_LINE = 1 << 24
"""Bytes of the longest line that a process which talks may say."""
_SHOWN = 10_000

BOT = ("-m", "bot", "run")


@asynccontextmanager
async def process(
    arguments: tuple[str, ...],
    folder: Path,
    settings: Mapping[str, str],
    *,
    talks: bool = False,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Python with these arguments in a folder; ask it to end when the block ends.

    What it writes goes to `process.log` there, and its end is shown when the block fails.
    With `talks` there is a pipe to its input and one from its output instead.
    """
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    log = folder / "process.log"
    with log.open("ab") as written:
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(_ROOT), **settings},
            stdin=asyncio.subprocess.PIPE if talks else None,
            stdout=asyncio.subprocess.PIPE if talks else written,
            stderr=written,
            limit=_LINE,
        )
    try:
        yield running
    except BaseException:
        sys.stderr.write(log.read_text(encoding="utf-8")[-_SHOWN:])
        raise
    finally:
        await _end(running)


async def _end(running: asyncio.subprocess.Process) -> None:
    if running.returncode is not None:
        return
    running.terminate()
    try:
        async with asyncio.timeout(_STOP):
            await running.wait()
    except TimeoutError:
        running.kill()
        await running.wait()
