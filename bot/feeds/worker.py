"""Parses feed documents in one process that can be killed, away from the event loop."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Self

from bot.models import Fetched, ParseFailed, ParseOutcome

log = logging.getLogger(__name__)

_MEMORY = 1 << 30
"""Bytes of address space that the worker may have."""
_START = 60.0
"""Seconds within which a worker starts even on a machine that is busy."""


class Parser:
    """One worker process; one document at a time, each within `limit` seconds.

    A document can hold a parser for minutes, in code that never gives the interpreter back: a
    thread would stop the event loop, and cannot be ended. The process starts on first use.
    """

    def __init__(self, limit: float = 10.0) -> None:
        """Take the time `limit` of one document, in seconds."""
        self._limit = limit
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._end()

    async def warm(self) -> None:
        """Start the worker now, so that the first document does not wait for it."""
        async with self._turn:
            await self._run(Fetched(b"", ""))

    async def parse(self, fetched: Fetched) -> ParseOutcome:
        """Parse a document; one that takes too long or ends the worker is a `ParseFailed`."""
        async with self._turn:
            return await self._run(fetched)

    async def _run(self, fetched: Fetched) -> ParseOutcome:
        try:
            pool = self._pool or await self._start()
            job = pool.submit(_read, fetched.body, fetched.url, fetched.content_type)
            return await asyncio.wait_for(asyncio.wrap_future(job), self._limit)
        except TimeoutError:
            self._end()
            return ParseFailed(
                f"The feed's document took longer than {self._limit:g} s to read: "
                "left alone this time"
            )
        except (BrokenProcessPool, MemoryError):
            self._end()
            return ParseFailed("The feed's document ended the reader: left alone this time")
        except Exception as error:
            # A fault over one document is that feed's: it must not end the program at every start.
            log.exception("reading %s failed", fetched.url)
            return ParseFailed(
                f"The reader has a fault over this document ({type(error).__name__}): "
                "left alone this time"
            )
        except BaseException:
            # Cancelled: the next document must not wait behind one that nobody wants any more.
            self._end()
            raise

    async def _start(self) -> ProcessPoolExecutor:
        """Start a worker and wait until it is ready: a document's limit counts itself alone."""
        # Never "fork": it copies the locks of other threads, the database's among them.
        method = "spawn" if sys.platform == "win32" else "forkserver"
        context = multiprocessing.get_context(method)
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_prepare)
        ready = self._pool.submit(_read, b"", "", "")
        await asyncio.wait_for(asyncio.wrap_future(ready), _START)
        return self._pool

    def _end(self) -> None:
        """Kill the worker; the next document starts another."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        # The pool has no way of its own to end a running job before Python 3.14.
        for process in list((pool._processes or {}).values()):  # noqa: SLF001
            process.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def _read(body: bytes, url: str, content_type: str) -> ParseOutcome:
    from bot.feeds.parse import parse  # noqa: PLC0415  # the parent needs none of what it loads

    return parse(body, url, content_type)


def _prepare() -> None:
    """Run once in the worker: leave signals to the parent, end with it, bound the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  not there on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _end_with_parent() -> None:
    """Leave when the parent is gone: a parent that was killed ends no worker of its own."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
