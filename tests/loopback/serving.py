"""Serves any path on the loopback: what the feed server and the model's endpoint begin with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from aiohttp import web

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(slots=True)
class Serving(ABC):
    """A server on a free port of `host`, any address of 127.0.0.0/8, while its block lasts."""

    host: str = "127.0.0.1"
    _runner: web.AppRunner | None = None
    _port: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        # A client that has gone away ends what it was waiting for, and so does leaving the block.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @abstractmethod
    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to any path."""
