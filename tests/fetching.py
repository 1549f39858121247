"""What the tests of fetching share: a fetcher that may reach loopback, and servers to ask."""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.models import Fetched, FetchFailed, FetchOutcome, Validators
from tests.loopback.feeds import LoopbackFeeds, item, rss

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NONE = Validators()
NOON = 1_780_315_200_000  # Mon, 01 Jun 2026 12:00:00 GMT
DOCUMENT = rss("Tech", [item("Ünïcode & <b>", "https://example.com/1", "1")])
ONE_HOST = [ipaddress.ip_network("127.0.0.1/32")]


def fetcher(guard: Guard | None = None, **options: Any) -> Fetcher:
    return Fetcher(
        version="9.9",
        guard=guard or Guard(ONE_HOST),
        now=lambda: NOON,
        **options,
    )


@asynccontextmanager
async def both() -> AsyncIterator[tuple[LoopbackFeeds, Fetcher]]:
    async with LoopbackFeeds() as feeds, fetcher() as fetch:
        yield feeds, fetch


def failure(outcome: FetchOutcome) -> str:
    assert isinstance(outcome, FetchFailed), outcome
    return outcome.reason


def document(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
