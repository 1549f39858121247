"""How sites are asked: once more after a 403, as few as they like, and where they moved to."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bot.models import DAY, HOUR, MINUTE, SECOND, FetchFailed, NotModified, Trouble, Validators
from tests.fetching import DOCUMENT, NONE, both, document, failure, fetcher
from tests.loopback.feeds import LoopbackFeeds, redirect, status


def _everything_is_here(_: str, port: int, **__: Any) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


# ── who asks ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("subscribers", "says"),
    [(0, "bot/wherefore)"), (1, "; 1 subscriber)"), (1_234, "; 1234 subscribers)")],
)
async def test_a_site_is_told_for_how_many_channels_it_is_asked(
    subscribers: int, says: str
) -> None:
    async with both() as (feeds, fetch):
        feeds.put("/x", DOCUMENT)
        await fetch.fetch(feeds.url("/x"), NONE, subscribers)
    agent = feeds.requests[0].headers["user-agent"]
    assert agent.startswith("Wherefore/9.9 (+https://")
    assert agent.endswith(says)


# ── who is turned away ───────────────────────────────────────────────────────────────────


async def test_a_site_that_fears_what_it_does_not_know_is_asked_once_more_plainly() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(403), status(200, DOCUMENT))
        assert document(await fetch.fetch(feeds.url("/x"), NONE)).body == DOCUMENT
    first, second = (request.headers for request in feeds.requests)
    assert (first["accept-encoding"], second["accept-encoding"]) == (
        "gzip, deflate, br, zstd",
        "gzip, deflate",
    )
    assert second["accept"] == "*/*"
    assert second["user-agent"] == first["user-agent"], "it never pretends to be a browser"


async def test_a_second_403_is_believed() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(403))
        assert "does not let programs" in failure(await fetch.fetch(feeds.url("/x"), NONE))
    assert len(feeds.requests) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"cf-mitigated": "challenge"},
        {"x-vercel-mitigated": "challenge"},
        {"Retry-After": "60"},
    ],
)
async def test_who_wants_a_browser_or_patience_is_not_asked_again(headers: dict[str, str]) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(403, headers=headers))
        failure(await fetch.fetch(feeds.url("/x"), NONE))
    assert len(feeds.requests) == 1


async def test_a_403_of_reddits_means_too_often() -> None:
    async with LoopbackFeeds() as feeds, fetcher(lookup=_everything_is_here) as fetch:
        feeds.behave("/r/x/.rss", status(403))
        url = feeds.url("/r/x/.rss").replace("127.0.0.1", "www.reddit.com")
        outcome = await fetch.fetch(url, NONE)
    assert isinstance(outcome, FetchFailed)
    assert outcome.trouble is Trouble.BUSY
    assert len(feeds.requests) == 1


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (404, Trouble.MISSING),
        (410, Trouble.GONE),
        (429, Trouble.BUSY),
        (403, Trouble.BROKEN),
        (500, Trouble.BROKEN),
        (503, Trouble.BROKEN),
    ],
)
async def test_a_failure_says_what_it_means_for_the_schedule(code: int, trouble: Trouble) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(code))
        outcome = await fetch.fetch(feeds.url("/x"), NONE)
    assert isinstance(outcome, FetchFailed)
    assert outcome.trouble is trouble


async def test_who_was_not_reached_is_told_from_who_refused() -> None:
    def nothing(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_AGAIN, "no network")

    def inside(_: str, port: int, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port))]

    async with fetcher(lookup=nothing) as lost, fetcher(lookup=inside) as fetch:
        unreached = await lost.fetch("https://gazette.example/", NONE)
        refused = await fetch.fetch("http://127.0.0.1:1/", NONE)
        private = await fetch.fetch("https://gazette.example/", NONE)
    troubles = [o.trouble for o in (unreached, refused, private) if isinstance(o, FetchFailed)]
    assert troubles == [Trouble.UNREACHED, Trouble.BROKEN, Trouble.BROKEN]


# ── how long an answer holds ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "fresh_for"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=3600"}, HOUR),
        ({"Cache-Control": 'public, Max-Age="3600", must-revalidate'}, HOUR),
        ({"Cache-Control": "s-maxage=60, max-age=3600", "Age": "1800"}, 30 * MINUTE),
        ({"Cache-Control": "max-age=3600", "Age": "old"}, HOUR),
        ({"Cache-Control": "max-age=3600", "Age": "3600"}, None),
        ({"Cache-Control": "max-age=0", "Expires": "Mon, 01 Jun 2026 13:00:00 GMT"}, None),
        ({"Cache-Control": "no-cache, max-age=3600"}, None),
        ({"Cache-Control": "max-age=3600, no-store"}, None),
        ({"Cache-Control": "max-age=31536000"}, 365 * DAY),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Expires": "Mon, 01 Jun 2026 13:00:00 GMT"}, HOUR),
        (
            {
                "Expires": "Mon, 01 Jun 2026 13:00:00 GMT",
                "Date": "Mon, 01 Jun 2026 12:59:00 GMT",
            },
            MINUTE,
        ),
        ({"Expires": "0"}, None),
        ({"Expires": "-1", "Cache-Control": "private"}, None),
        ({"Cache-Control": "max-age=9999999999"}, 9_999_999_999 * SECOND),
    ],
)
async def test_an_answer_says_how_long_it_holds(
    headers: dict[str, str], fresh_for: int | None
) -> None:
    headers = {"Date": "Mon, 01 Jun 2026 12:00:00 GMT", **headers}
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(200, DOCUMENT, headers), status(304, b"", headers))
        whole = document(await fetch.fetch(feeds.url("/x"), NONE))
        unchanged = await fetch.fetch(feeds.url("/x"), Validators('"x"'))
    assert whole.fresh_for == fresh_for
    assert isinstance(unchanged, NotModified)
    assert unchanged.fresh_for == fresh_for


# ── where it moved to ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("codes", "moved"),
    [
        ((301,), True),
        ((308, 301), True),
        ((302,), False),
        ((301, 302), False),
        ((307, 301), False),
        ((303,), False),
        ((), False),
    ],
)
async def test_only_permanent_redirects_all_the_way_are_a_move(
    codes: tuple[int, ...], *, moved: bool
) -> None:
    async with both() as (feeds, fetch):
        for number, code in enumerate(codes):
            feeds.behave(f"/{number}", redirect(f"/{number + 1}", code))
        feeds.put(f"/{len(codes)}", DOCUMENT)
        first = document(await fetch.fetch(feeds.url("/0"), NONE))
        again = await fetch.fetch(feeds.url("/0"), first.validators)
    last = feeds.url(f"/{len(codes)}")
    assert first.url == last
    assert isinstance(again, NotModified)
    assert first.moved_to == again.moved_to == (last if moved else None)
