"""Counts and bounds what goes between the program and a model's endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import httpx2

from bot.explain.review import Run

_LONGEST_PAUSE = 2
"""Seconds that a request is repeated after at once, where the endpoint asks for a pause."""
_MOST_BYTES = 1_000_000
"""Of one response: sixteen claims have a hundredth of it."""
_BYTES_A_TOKEN = 3
"""Where the endpoint does not tell its tokens. English has four or more: this errs on the dear
side."""

RUN: ContextVar[Run | None] = ContextVar("RUN", default=None)
"""Whose request is on the wire: two stories may be asked about at once."""


class NoAnswerError(Exception):
    """A response is longer than any answer, no JSON, or compressed though nobody asked for it."""


class Transport(httpx2.AsyncBaseTransport):
    """Counts the requests that are really sent, also those that the library repeats by itself."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; its response can be read as far as an answer may reach."""
        run = RUN.get()
        if run is not None:
            if run.is_spent:
                # The library repeats what was dropped; to it, the endpoint can't be reached.
                raise httpx2.ConnectError("no more requests may be sent", request=request)
            run.calls += 1
            run.tokens += run.pending  # of an attempt before this one, that nothing came of
            run.pending = int(request.headers.get("content-length", 0)) // _BYTES_A_TOKEN
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if run is not None and response.status_code >= 300:
            run.pending = 0  # what is refused costs nothing
        is_last = run is not None and run.is_spent
        if is_last or not _is_short(response.headers.get("retry-after", "0")):
            # The library would sleep through it, in one of the few slots, and not tell how long.
            response.headers["x-should-retry"] = "false"
        response.stream = _Limited(response, run)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _is_short(retry_after: str) -> bool:
    return retry_after.isdecimal() and int(retry_after[:9]) <= _LONGEST_PAUSE


class _Limited(httpx2.AsyncByteStream):
    """A response's body, as far as it can be that of an answer."""

    def __init__(self, response: httpx2.Response, run: Run | None) -> None:
        self._inner: Any = response.stream
        self._run = run
        is_json = "json" in response.headers.get("content-type", "")
        is_packed = response.headers.get("content-encoding", "identity") != "identity"
        self._is_answer = not is_packed and (is_json or not response.is_success)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not self._is_answer:
            raise NoAnswerError
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > _MOST_BYTES:
                raise NoAnswerError
            yield chunk
        if self._run is not None and self._run.pending:
            self._run.pending += size // _BYTES_A_TOKEN

    async def aclose(self) -> None:
        await self._inner.aclose()
