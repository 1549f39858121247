"""One life of the real program in a forked process, with its clock and its end set by a test."""

from __future__ import annotations

import asyncio
import json
import mmap
import os
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, Self

import aiohttp
import structlog

from bot import client
from bot.cli import run as program
from bot.cli import tools
from bot.config import Settings
from bot.delivery.pacing import Pace
from bot.explain import explain
from bot.feeds.parse import parse
from bot.models import Draft, Explainer, Fetched, Material, Millis, ParseOutcome
from bot.newsroom import Parts
from bot.publish.traffic import Traffic
from tests.crash.plan import LEFT, Plan

_MAKES_A_MESSAGE = ("/messages", "/threads")


def live(plan: Plan, channel: int) -> NoReturn:
    """Run the program until it ends or is killed; `channel` is a pipe that it tells things to."""
    tell = partial(_tell, channel)
    try:
        _set_up(plan, tell)
        asyncio.run(_run(plan, tell))
        code = 0
    except BaseException:  # noqa: BLE001  # the test has to see it, whatever it is
        tell({"event": "failed", "trace": traceback.format_exc()})
        code = 1
    os._exit(code)


async def _run(plan: Plan, tell: Callable[[dict[str, Any]], None]) -> None:
    settings = Settings.read(plan.settings, {})
    await program.run(settings, tools.catalogue(settings), lambda: tell({"event": "leaving"}))


def _tell(channel: int, event: dict[str, Any]) -> None:
    os.write(channel, json.dumps(event, default=str).encode() + b"\n")


def _set_up(plan: Plan, tell: Callable[[dict[str, Any]], None]) -> None:
    """Replace the program's edges: its clock, its log, its processes, and its pace."""
    fuse = _Fuse(plan)
    tools.clock = _clock(plan.clock)
    tools.explain_aside = _explain
    edges = {
        "Parser": _Parser,  # starting a process takes a second
        "Parts": partial(Parts, reached=fuse.reached),
        "Client": partial(client.Client, guild_ready_timeout=0.1),
        "Traffic": partial(_traffic, plan, fuse),
    }
    for name, edge in edges.items():
        setattr(program, name, edge)
    structlog.configure(processors=[partial(_log, plan.tells, tell)])
    for name, value in plan.constants.items():
        module, _, constant = name.rpartition(".")
        assert isinstance(getattr(sys.modules[module], constant), int)
        setattr(sys.modules[module], constant, value)


class _Fuse:
    """Kills the process when its point has been reached often enough."""

    def __init__(self, plan: Plan) -> None:
        self._point = plan.die_at
        self._left = plan.nth

    def reached(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    async def sent(
        self,
        _: aiohttp.ClientSession,
        __: SimpleNamespace,
        sent: aiohttp.TraceRequestChunkSentParams,
    ) -> None:
        # The chunk is written in this very step of the loop: the next one finds it gone.
        if sent.method == "POST" and sent.url.path.endswith(_MAKES_A_MESSAGE):
            asyncio.get_running_loop().call_soon(self.reached, LEFT)


def _traffic(plan: Plan, fuse: _Fuse, clock: Callable[[], Millis]) -> Traffic:
    traffic = Traffic(clock)
    traffic._pace = Pace(plan.requests)
    traffic.trace.on_request_chunk_sent.append(fuse.sent)
    return traffic


def _clock(path: str) -> Callable[[], Millis]:
    with Path(path).open("rb") as file:
        shared = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)

    def now() -> Millis:
        (offset,) = struct.unpack("q", shared[:8])
        return time.time_ns() // 1_000_000 + int(offset)

    return now


def _log(
    wanted: list[str],
    tell: Callable[[dict[str, Any]], None],
    _: object,
    level: str,
    event: MutableMapping[str, Any],
) -> NoReturn:
    if event["event"] in wanted or "*" in wanted or level in {"error", "exception", "critical"}:
        tell({**event, "level": level})
    raise structlog.DropEvent


async def _explain(
    material: Material, draft: Draft | None = None, *, model: str = "", limited: bool = False
) -> Explainer:
    return explain(material, draft, model=model, limited=limited)


class _Parser:
    """Parses in the process itself."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def parse(self, fetched: Fetched) -> ParseOutcome:
        return parse(fetched.body, fetched.url, fetched.content_type)
