"""Parses feeds and pages in one process that can be killed, away from the event loop."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Self, TypeVar
from urllib.parse import urlsplit

from bot.models import Fetched, Page, ParseFailed, ParseOutcome
from bot.models.said import said

log = logging.getLogger(__name__)

T = TypeVar("T")
_Work = Callable[[bytes, str, str], T]
"""What is done with a body, its URL and its content type."""

_MEMORY = 400 << 20
"""Bytes of address space that the worker may have."""
_GROWN = 100 << 20
"""Bytes that the worker may have had resident; one that had more makes room for another."""
_PAGE = 3.0
"""Seconds that a page may take: feeds wait behind it, and the longest real one takes 0.2 s."""
_START = 60.0
"""Seconds within which a worker starts even on a machine that is busy."""


class Parser:
    """One worker process; one document at a time, each within `limit` seconds.

    A document can hold a parser for minutes, in code that never gives the interpreter back: a
    thread would stop the event loop, and cannot be ended. The process starts on first use.
    """

    def __init__(self, limit: float = 10.0) -> None:
        """Take the time `limit` of one document, in seconds; a page may take 3 s at the most."""
        self._limit = limit
        self._page_limit = min(limit, _PAGE)
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if pool := self._end():
            await asyncio.to_thread(pool.shutdown)

    @property
    def pid(self) -> int | None:
        """The process that parses at the moment; None while there is none."""
        workers = (self._pool._processes or {}) if self._pool else {}  # noqa: SLF001  as below
        return next(iter(workers), None)

    async def warm(self) -> None:
        """Start the worker now, so that the first document does not wait for it."""
        await self._ask(_read, Fetched(b"", ""))

    async def parse(self, fetched: Fetched) -> ParseOutcome:
        """Parse a document; one that takes too long or ends the worker is a `ParseFailed`."""
        return await self._ask(_read, fetched)

    async def page(self, fetched: Fetched) -> Page | ParseFailed:
        """Read a web page: its article, or why it has none; see `bot.feeds.article.read_page`."""
        return await self._ask(_page, fetched, said("The page"), self._page_limit)

    async def _ask(
        self,
        work: _Work[T],
        fetched: Fetched,
        name: str = said("The feed's document"),
        limit: float | None = None,
    ) -> T | ParseFailed:
        async with self._turn:
            return await self._run(work, fetched, name, limit or self._limit)

    async def _run(
        self, work: _Work[T], fetched: Fetched, name: str, limit: float
    ) -> T | ParseFailed:
        try:
            pool = self._pool or await self._start()
            job = pool.submit(_measured, work, fetched.body, fetched.url, fetched.content_type)
            answer, peak = await asyncio.wait_for(asyncio.wrap_future(job), limit)
        except TimeoutError:
            self._end()
            return ParseFailed(
                said(
                    "{reason} took longer than {seconds} s to read: left alone this time",
                    reason=name,
                    seconds=f"{limit:g}",
                )
            )
        except (BrokenProcessPool, MemoryError):
            self._end()
            return ParseFailed(
                said(
                    "{reason} takes more memory than the reader has, or ended it: left alone this "
                    "time",
                    reason=name,
                )
            )
        except Exception as error:
            # A fault over one document is that feed's: it must not end the program at every start.
            log.exception("reading a document of %s failed", urlsplit(fetched.url).hostname)
            return ParseFailed(
                said(
                    "The reader has a fault over this document ({kind}): left alone this time",
                    kind=type(error).__name__,
                )
            )
        except BaseException:
            # Cancelled: the next document must not wait behind one that nobody wants any more.
            self._end()
            raise
        if peak > _GROWN:
            self._end()
        return answer

    async def _start(self) -> ProcessPoolExecutor:
        """Start a worker and wait until it is ready: a document's limit counts itself alone."""
        # Never "fork": it copies the locks of other threads, the database's among them.
        method = "spawn" if sys.platform == "win32" else "forkserver"
        context = multiprocessing.get_context(method)
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_prepare)
        ready = self._pool.submit(_load)
        await asyncio.wait_for(asyncio.wrap_future(ready), _START)
        return self._pool

    def _end(self) -> ProcessPoolExecutor | None:
        """Kill the worker, and return what is left of it; the next document starts another."""
        pool, self._pool = self._pool, None
        if pool is None:
            return None
        # The pool has no way of its own to end a running job before Python 3.14.
        for process in list((pool._processes or {}).values()):  # noqa: SLF001
            process.kill()
        # Not waited for: to clear away hundreds of megabytes takes longer than the loop may stand.
        pool.shutdown(wait=False, cancel_futures=True)
        return pool


def _measured(work: _Work[T], body: bytes, url: str, content_type: str) -> tuple[T, int]:
    """Do the work, and tell the most memory that this process has had resident so far, in bytes."""
    answer = work(body, url, content_type)
    if sys.platform == "win32":
        return answer, 0
    import resource  # noqa: PLC0415  not there on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return answer, peak if sys.platform == "darwin" else peak * 1024


def _read(body: bytes, url: str, content_type: str) -> ParseOutcome:
    from bot.feeds.parse import parse  # noqa: PLC0415  # the parent needs none of what it loads

    return parse(body, url, content_type)


def _page(body: bytes, url: str, content_type: str) -> Page:
    from bot.feeds.article import read_page  # noqa: PLC0415  # as above

    return read_page(body, url, content_type)


def _load() -> None:
    """Load what reading takes, and what reading loads by itself when it is used first."""
    _read(b"", "", "")
    _page(b"", "", "")


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
