"""Runs the real program as a process, against the loopback Discord."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.loopback.server import LoopbackDiscord

_ROOT = Path(__file__).resolve().parents[1]
TOKEN = "loop.back.token"


def environment(discord: LoopbackDiscord, folder: Path, topics: Path) -> dict[str, str]:
    """Settings for a bot that lives in a folder and polls its feeds every second."""
    return {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "TOPICS_FILE": str(topics),
        "FEED_MIN_INTERVAL": "1",
        "FEED_ALLOW_NETWORKS": "127.0.0.0/8",
        "FETCH_PAGES": "off",
        "LOG_FORMAT": "json",
    }


class BotProcess:
    """A `python -m bot` that is running, or has run."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has written to standard error so far."""
        return self._log.read_text(encoding="utf-8")

    def stop(self) -> None:
        """Ask it to stop, as a service manager does."""
        self._process.send_signal(signal.SIGTERM)

    def interrupt(self) -> None:
        """Ask it to stop, as a person does with Ctrl+C."""
        self._process.send_signal(signal.SIGINT)

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._process.kill()
        await self._process.wait()

    async def ended(self, seconds: float = 15) -> int:
        """Wait for its end; return its exit code."""
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None


@asynccontextmanager
async def bot(
    settings: Mapping[str, str], folder: Path, *arguments: str
) -> AsyncIterator[BotProcess]:
    """Start the bot in a folder of its own; whatever is left of it at the end is killed."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    log = folder / "bot.log"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(_ROOT), **settings},
            stdout=errors,
            stderr=errors,
        )
    running = BotProcess(process, log)
    try:
        yield running
    except BaseException:
        sys.stderr.write(running.log)
        raise
    finally:
        if running.running:
            await running.kill()
