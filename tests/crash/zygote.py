"""A process that has loaded the program once and forks its lives: a restart takes milliseconds."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from typing import NoReturn

from tests.crash.life import live
from tests.crash.plan import Plan

MOST = 1 << 16
"""Bytes that a plan may take."""


def main(control: socket.socket) -> None:
    """Fork a life for each plan that comes, with the pipe that comes along; reap on demand."""
    warm_up()
    gc.freeze()
    control.send(b"{}")
    while True:
        text, pipes, _, _ = socket.recv_fds(control, MOST, 1)
        if not text:
            return
        if pipes:
            answer = {"pid": _begin(control, Plan.read(text), pipes[0])}
        else:
            answer = {"status": os.waitpid(json.loads(text)["pid"], 0)[1]}
        control.send(json.dumps(answer).encode())


def warm_up() -> None:
    """Load what the program loads by itself when it is used first."""
    from bot.feeds.parse import parse  # noqa: PLC0415

    parse(b"<rss><channel><title>x</title></channel></rss>", "http://127.0.0.1/", "text/xml")


def _begin(control: socket.socket, plan: Plan, pipe: int) -> int:
    pid = os.fork()
    if pid == 0:
        control.close()
        _leave_with_parent()
        live(plan, pipe)
    os.close(pipe)
    return pid


def _leave_with_parent() -> None:
    """Let the kernel end this process with the one that has forked it (Linux)."""
    import ctypes  # noqa: PLC0415

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _main() -> NoReturn:
    with socket.socket(fileno=int(sys.argv[1])) as control:
        main(control)
    sys.exit(0)


if __name__ == "__main__":
    _main()
