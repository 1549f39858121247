"""Starts, watches and kills lives of the program from a test."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.crash.plan import Plan
from tests.crash.zygote import MOST

_ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds that anything may take on a machine that is busy."""


class Life:
    """A process that runs the program, or has run it."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote = zygote
        self._pid = pid
        self._events: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self.status: int | None = None
        """How it ended, as `os.waitpid` tells; None: it has not been waited for."""

    def watch(self, reader: asyncio.StreamReader, transport: asyncio.BaseTransport) -> None:
        """Read what it tells, from now on."""
        self._reading = asyncio.create_task(self._read(reader, transport))

    async def _read(self, reader: asyncio.StreamReader, transport: asyncio.BaseTransport) -> None:
        try:
            while line := await reader.readline():
                with suppress(json.JSONDecodeError):  # the last line of one that was killed
                    self._events.append(json.loads(line))
                self._news.set()
        finally:
            transport.close()
            self._news.set()

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it has told so far."""
        return self._events

    def count(self, event: str) -> int:
        """Count how often it has told that."""
        return sum(one["event"] == event for one in self._events)

    @property
    def has_ended(self) -> bool:
        """Whether it will tell nothing any more."""
        return self._reading is None or self._reading.done()

    async def until(
        self,
        predicate: Callable[[], bool],
        what: str,
        state: Callable[[], object] = lambda: "",
        *,
        patience: float = PATIENCE,
    ) -> None:
        """Return once the predicate holds; it is asked whenever the process tells something.

        `state` says what there is instead, where it does not come to that in `patience` seconds.
        """
        try:
            async with asyncio.timeout(patience):
                while not predicate():
                    self._check_going_on(what)
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            said = f"it never came to: {what}; {state()} last: {self._events[-5:]}"
            raise AssertionError(said) from None

    def _check_going_on(self, what: str) -> None:
        self.check()
        assert not self.has_ended, f"the program ended before: {what}; last: {self._events[-5:]}"

    async def told(self, event: str, times: int = 1) -> None:
        """Return once it has told that so often."""
        await self.until(lambda: self.count(event) >= times, event)

    def check(self) -> None:
        """Fail with the trace of the program, where it has failed by itself."""
        for event in self._events:
            if event["event"] == "failed":
                raise AssertionError(event["trace"])

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; until it is waited for, nothing else can have its number."""
        if self.status is None:
            os.kill(self._pid, number)

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> None:
        """Ask it to end, as a service manager does, and wait for that."""
        self.signal(signal.SIGTERM)
        await self.ended()
        self.check()

    async def ended(self) -> int:
        """Wait for its end; return how it ended, as `os.waitpid` tells."""
        if self.status is None:
            assert self._reading is not None
            async with asyncio.timeout(PATIENCE):
                await self._reading
            self.status = self._zygote.reap(self._pid)
        return self.status

    @property
    def was_killed(self) -> bool:
        """Whether it ended by `kill -9`."""
        return self.status is not None and os.WIFSIGNALED(self.status)


class Zygote:
    """The process that forks lives."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    async def begin(self, plan: Plan) -> Life:
        """Begin a life of the program."""
        read_end, write_end = os.pipe()
        try:
            socket.send_fds(self._control, [plan.dump()], [write_end])
        finally:
            os.close(write_end)
        life = Life(self, json.loads(self._control.recv(MOST))["pid"])
        reader = asyncio.StreamReader(limit=1 << 20)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", buffering=0)
        )
        life.watch(reader, transport)
        return life

    def reap(self, pid: int) -> int:
        """Wait for the end of a process that is dying; return how it ended."""
        self._control.send(json.dumps({"pid": pid}).encode())
        return int(json.loads(self._control.recv(MOST))["status"])


@contextmanager
def zygote() -> Iterator[Zygote]:
    """Start the process that forks lives, which takes about a second."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        process = subprocess.Popen(  # noqa: S603  # our own
            [sys.executable, "-m", "tests.crash.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=_ROOT,
        )
        theirs.close()
        try:
            ours.settimeout(PATIENCE)
            assert ours.recv(MOST) == b"{}", "the program can't be loaded"
            yield Zygote(ours)
        finally:
            ours.close()
            process.wait(PATIENCE)
