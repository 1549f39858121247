"""Fetching: when it stops, and who waits for whom."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import pytest

from bot.feeds.fetch import Limits
from bot.models import Fetched, FetchFailed
from tests.fetching import DOCUMENT, NONE, both, document, failure, fetcher
from tests.loopback.feeds import (
    LoopbackFeeds,
    bomb,
    drip,
    endless,
    held,
    redirect,
    stalled,
    status,
)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_bomb_stops_at_the_cap(encoding: str) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/bomb", bomb(100, encoding))
        tracemalloc.start()
        try:
            reason = failure(await fetch.fetch(feeds.url("/bomb"), NONE))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert "larger than 10 MB" in reason
    assert most < 40_000_000


async def test_an_endless_body_stops_at_the_cap() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/endless", endless())
        assert "larger than 10 MB" in failure(await fetch.fetch(feeds.url("/endless"), NONE))


async def test_a_body_of_exactly_the_cap_is_read_and_a_byte_more_is_not() -> None:
    async with LoopbackFeeds() as feeds, fetcher(limits=Limits(size=1_000)) as fetch:
        feeds.behave("/x", status(200, b"x" * 1_000), status(200, b"x" * 1_001))
        assert len(document(await fetch.fetch(feeds.url("/x"), NONE)).body) == 1_000
        assert "larger" in failure(await fetch.fetch(feeds.url("/x"), NONE))


async def test_a_body_that_drips_stops_at_the_total_limit() -> None:
    limits = Limits(read=5, total=0.1)
    async with LoopbackFeeds() as feeds, fetcher(limits=limits) as fetch:
        feeds.behave("/drip", drip(0.01))
        assert "too long" in failure(await fetch.fetch(feeds.url("/drip"), NONE))


async def test_a_redirect_loop_of_slow_sites_stops_at_the_total_limit() -> None:
    limits = Limits(read=5, total=0.1)
    async with LoopbackFeeds() as feeds, fetcher(limits=limits) as fetch:
        feeds.behave("/1", redirect("/2"))
        feeds.behave("/2", held(asyncio.Event(), redirect("/1")))
        assert "too long" in failure(await fetch.fetch(feeds.url("/1"), NONE))


@pytest.mark.parametrize("behaviour", [held(asyncio.Event(), status(200)), stalled(b"<rss>")])
async def test_a_site_that_falls_silent_stops_at_the_read_limit(behaviour: Any) -> None:
    limits = Limits(read=0.1, total=30)
    async with LoopbackFeeds() as feeds, fetcher(limits=limits) as fetch:
        feeds.behave("/silent", behaviour)
        assert "stopped answering" in failure(await fetch.fetch(feeds.url("/silent"), NONE))


async def test_a_host_is_asked_twice_at_once_and_waiting_does_not_count_as_its_slowness() -> None:
    go, limits = asyncio.Event(), Limits(total=5)
    async with LoopbackFeeds() as feeds, fetcher(limits=limits) as fetch:
        feeds.behave("/held", held(go, status(200, b"x")))
        feeds.put("/quick", DOCUMENT)
        waiting = [asyncio.ensure_future(fetch.fetch(feeds.url("/held"), NONE)) for _ in range(5)]
        await feeds.arrived(2)
        other = feeds.url("/quick").replace("127.0.0.1", "[::ffff:127.0.0.1]")
        document(await fetch.fetch(other, NONE))
        assert len(feeds.asked("/held")) == 2
        go.set()
        assert {type(outcome) for outcome in await asyncio.gather(*waiting)} == {Fetched}
    assert len(feeds.asked("/held")) == 5


async def test_a_fetch_that_waited_for_its_turn_still_has_its_whole_time() -> None:
    go, limits = asyncio.Event(), Limits(total=0.5)
    async with LoopbackFeeds() as feeds, fetcher(limits=limits) as fetch:
        feeds.behave("/held", held(go, status(200, b"x")))
        feeds.put("/quick", DOCUMENT)
        urls = ["/held"] * 4 + ["/quick"]
        outcomes = await asyncio.gather(*(fetch.fetch(feeds.url(url), NONE) for url in urls))
    assert [type(outcome) for outcome in outcomes] == [FetchFailed] * 4 + [Fetched]
