"""The HTTP server on loopback: /healthz, /metrics, and a page of plain text for a person."""

from __future__ import annotations

import asyncio
import errno
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.health.report import plain, status
from bot.models.vitals import Reading

ADDRESS = "127.0.0.1"
"""The only address that is listened at: who wants it elsewhere puts a proxy before it."""
CLOSING = 1.0
"""Seconds that an answer under way has to end when the program stops."""

_LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?", re.IGNORECASE)
_TEXT = "text/plain"
_NOT_INSTALLED = "/metrics takes prometheus-client: run make metrics, and restart.\n"
_ELSEWHERE = "This is told under 127.0.0.1 and localhost only.\n"


class StartError(Exception):
    """It can't be listened at the port; the message says what to do."""


class Exposition(Protocol):
    """What makes the text of /metrics."""

    def expose(self, reading: Reading) -> bytes:
        """Return counts and a reading as Prometheus' text format."""
        ...


class Answers:
    """Answers requests; without metrics, /metrics says how to get them."""

    def __init__(self, read: Callable[[], Awaitable[Reading]], metrics: Exposition | None) -> None:
        self._read = read
        self._metrics = metrics

    def app(self) -> web.Application:
        """Return the application; it answers to GET alone."""
        app = web.Application(middlewares=[_guard])
        for path, handler in (
            ("/", self.page),
            ("/healthz", self.health),
            ("/metrics", self.metrics),
        ):
            app.router.add_get(path, handler, allow_head=False)
        return app

    async def health(self, _: web.Request) -> web.Response:
        """Say how it is, as JSON: 200 where all is well, else 503."""
        reading = await self._read()
        text = json.dumps(status(reading), ensure_ascii=False, indent=2) + "\n"
        code = 200 if reading.well else 503
        return web.Response(status=code, text=text, content_type="application/json")

    async def page(self, _: web.Request) -> web.Response:
        """Say the same to a person."""
        reading = await self._read()
        return web.Response(status=200 if reading.well else 503, text=plain(reading))

    async def metrics(self, _: web.Request) -> web.Response:
        """Give Prometheus what it counts."""
        if self._metrics is None:
            return web.Response(status=501, text=_NOT_INSTALLED)
        reading = await self._read()
        # Milliseconds of work, which nobody else needs to wait for.
        body = await asyncio.to_thread(self._metrics.expose, reading)
        kind = f"{_TEXT}; version=0.0.4; charset=utf-8"
        return web.Response(body=body, headers={"Content-Type": kind})


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse pages of others that a browser here has open, whatever name they lead here by."""
    hosts = request.headers.getall("Host", [])
    if len(hosts) != 1 or not _LOCAL.fullmatch(hosts[0]):
        return web.Response(status=421, text=_ELSEWHERE)
    response = await handler(request)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@asynccontextmanager
async def serving(answers: Answers, port: int) -> AsyncIterator[asyncio.Server]:
    """Listen at a port of loopback; what is yielded should listen until the block ends.

    Raises StartError where that can't be done.
    """
    runner = web.AppRunner(answers.app(), access_log=None, shutdown_timeout=CLOSING)
    await runner.setup()
    try:
        if runner.server is None:
            raise RuntimeError("the runner is not set up")
        try:
            server = await asyncio.get_running_loop().create_server(runner.server, ADDRESS, port)
        except OSError as error:
            raise StartError(_why(port, error)) from error
        try:
            yield server
        finally:
            # Not waited for: connections that are kept alive are ended by the runner.
            server.close()
    finally:
        await runner.cleanup()


def _why(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"HEALTH_PORT is {port}, and another program listens there: choose another port, or "
            "stop that program."
        )
    return (
        f"HEALTH_PORT is {port}, and nothing can be listened at there ({error.strerror}): choose "
        "another port, above 1023."
    )
