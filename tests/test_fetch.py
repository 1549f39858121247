"""Fetching: what is asked, what is believed, when it stops, and what people are told."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import tracemalloc
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.feeds.fetch import MAX_BYTES, Fetcher, Limits, read_file, retry_after, user_agent
from bot.feeds.guard import Guard
from bot.models import DAY, SECOND, Fetched, FetchFailed, FetchOutcome, NotModified, Validators
from tests.loopback.feeds import (
    LoopbackFeeds,
    compressed,
    drip,
    dropped,
    endless,
    gzip_bomb,
    held,
    item,
    redirect,
    rss,
    stalled,
    status,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

NONE = Validators()
NOON = 1_780_315_200_000  # Mon, 01 Jun 2026 12:00:00 GMT
DOCUMENT = rss("Tech", [item("Ünïcode & <b>", "https://example.com/1", "1")])
ONE_HOST = [ipaddress.ip_network("127.0.0.1/32")]


def fetcher(guard: Guard | None = None, **options: Any) -> Fetcher:
    return Fetcher(
        user_agent=user_agent("9.9"),
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


# ── asking ───────────────────────────────────────────────────────────────────────────────


async def test_a_document_arrives_whole_with_its_url_type_and_validators() -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT, content_type="application/rss+xml")
        got = document(await fetch.fetch(feeds.url("/tech.xml"), NONE))
    assert got.body == DOCUMENT
    assert got.url == feeds.url("/tech.xml")
    assert got.content_type == "application/rss+xml"
    assert got.validators.etag
    assert got.validators.last_modified


async def test_the_program_says_who_it_is_and_what_it_reads_and_keeps_no_cookie() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, b"x", {"Set-Cookie": "id=1; Path=/"}))
        url = feeds.url("/tech.xml").replace("127.0.0.1", "localhost")
        await fetch.fetch(url, NONE)
        await fetch.fetch(url, NONE)
    sent = feeds.requests[1].headers
    assert sent["user-agent"] == "Wherefore/9.9 (+https://github.com/wherefore-bot/wherefore)"
    assert sent["accept"].startswith("application/atom+xml, application/rss+xml")
    assert sent["accept-encoding"] == "gzip, deflate"
    assert set(sent) == {"host", "user-agent", "accept", "accept-encoding"}


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both() as (feeds, fetch), LoopbackFeeds() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url(""))
        feeds.put("/tech.xml", DOCUMENT)
        assert document(await fetch.fetch(feeds.url("/tech.xml"), NONE)).body == DOCUMENT
    assert proxy.requests == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_document_is_decompressed(encoding: str) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", compressed(DOCUMENT, encoding))
        assert document(await fetch.fetch(feeds.url("/tech.xml"), NONE)).body == DOCUMENT


async def test_an_unchanged_document_is_not_sent_again() -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT)
        first = document(await fetch.fetch(feeds.url("/tech.xml"), NONE))
        second = await fetch.fetch(feeds.url("/tech.xml"), first.validators)
        feeds.put("/tech.xml", DOCUMENT + b" ")
        third = await fetch.fetch(feeds.url("/tech.xml"), first.validators)
    assert second == NotModified(first.validators)
    assert document(third).body == DOCUMENT + b" "


@pytest.mark.parametrize(
    "etag", ['"abc"', 'W/"abc"', "abc", '"a,b; c"', '"', '"é€"', '"  spaced  "', "W/"]
)
async def test_validators_go_back_byte_for_byte(etag: str) -> None:
    odd_date = "Mon, 1 Jun 2026 12:00:00 +0000 (sic)"
    headers = {"ETag": etag, "Last-Modified": odd_date}
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, b"x", headers))
        got = document(await fetch.fetch(feeds.url("/tech.xml"), NONE))
        await fetch.fetch(feeds.url("/tech.xml"), got.validators)
    assert got.validators == Validators(etag, odd_date)
    assert feeds.requests[1].headers["if-none-match"] == etag
    assert feeds.requests[1].headers["if-modified-since"] == odd_date


@pytest.mark.parametrize("validators", [NONE, Validators("", ""), Validators(None, "")])
async def test_an_empty_condition_is_never_sent(validators: Validators) -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT)
        await fetch.fetch(feeds.url("/tech.xml"), validators)
    assert not {"if-none-match", "if-modified-since"} & set(feeds.requests[0].headers)


async def test_a_document_without_validators_clears_them() -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT, validators=False)
        got = document(await fetch.fetch(feeds.url("/tech.xml"), Validators('"old"', "old")))
    assert got.validators == NONE


@pytest.mark.parametrize("etag", [b'"' + b"a" * 2_000 + b'"', b'"\xff\xfe"'])
async def test_a_validator_that_could_not_be_sent_back_unchanged_is_dropped(etag: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: " + etag + b"\r\n\r\nx"
    async with raw_server(answer) as url, fetcher() as fetch:
        assert document(await fetch.fetch(url, NONE)).validators == NONE


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({}, Validators('"old"', "old date")),
        ({"ETag": '"new"'}, Validators('"new"', "old date")),
        ({"Last-Modified": "new date"}, Validators('"old"', "new date")),
        ({"ETag": '"new"', "Last-Modified": "new date"}, Validators('"new"', "new date")),
    ],
)
async def test_a_304_refreshes_the_validators_that_it_carries(
    headers: dict[str, str], kept: Validators
) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(304, headers=headers))
        outcome = await fetch.fetch(feeds.url("/tech.xml"), Validators('"old"', "old date"))
    assert outcome == NotModified(kept)


@pytest.mark.parametrize("validators", [NONE, Validators("", "")])
async def test_a_304_that_nobody_asked_for_is_a_failure(validators: Validators) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(304))
        assert "304" in failure(await fetch.fetch(feeds.url("/tech.xml"), validators))


# ── redirects ────────────────────────────────────────────────────────────────────────────


async def test_redirects_are_followed_and_the_last_url_is_told() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/1", redirect("/2", 301))
        feeds.behave("/2", redirect("3?a=b c", 302))
        feeds.behave("/3", redirect(feeds.url("/4"), 303))
        feeds.behave("/4", redirect("/5", 307))
        feeds.behave("/5", redirect("/6", 308))
        feeds.put("/6", DOCUMENT)
        got = document(await fetch.fetch(feeds.url("/1"), NONE))
    assert (got.body, got.url) == (DOCUMENT, feeds.url("/6"))
    assert len(feeds.requests) == 6


async def test_a_sixth_redirect_is_not_followed() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/loop", redirect("/loop"))
        assert "more than 5 times" in failure(await fetch.fetch(feeds.url("/loop"), NONE))
    assert len(feeds.requests) == 6


async def test_conditions_stay_within_their_origin() -> None:
    async with both() as (feeds, fetch), LoopbackFeeds() as other:
        feeds.behave("/1", redirect("/2"))
        feeds.behave("/2", redirect(other.url("/3")))
        other.behave("/3", redirect("/4"))
        other.put("/4", DOCUMENT)
        document(await fetch.fetch(feeds.url("/1"), Validators('"secret"', "date")))
    assert [request.headers.get("if-none-match") for request in feeds.requests] == ['"secret"'] * 2
    for request in other.requests:
        assert not {"if-none-match", "if-modified-since"} & set(request.headers)


async def test_a_redirect_to_a_private_address_is_refused_and_no_request_made_there() -> None:
    async with both() as (feeds, fetch), LoopbackFeeds(host="127.0.0.2") as private:
        private.put("/secret", b"secret")
        feeds.behave("/1", redirect(private.url("/secret")))
        assert "number in place" in failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert private.requests == []


async def test_a_redirect_to_a_name_that_leads_into_a_private_network_is_refused() -> None:
    def lookup(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]

    async with (
        LoopbackFeeds() as feeds,
        LoopbackFeeds(host="127.0.0.2") as private,
        fetcher(lookup=lookup) as fetch,
    ):
        feeds.behave("/1", redirect(private.url("/x").replace("127.0.0.2", "rebound.example")))
        assert "private network" in failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert private.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/hostname",
        "http://user:pw@example.com/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "//0x7f000001/",
        "http://[",
        "http://[]@",
        "ftp://example.com/feed",
        "\\\\example.com\\feed",
    ],
)
async def test_a_redirect_to_what_is_not_a_public_web_address_is_refused(location: str) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/1", redirect(location))
        reason = failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert reason.startswith("The site sends us on to another address.")


async def test_a_redirect_that_names_no_place_is_a_failure() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/1", status(302))
        assert "without saying where" in failure(await fetch.fetch(feeds.url("/1"), NONE))


# ── addresses ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_a_private_feed_is_refused_and_not_contacted_unless_allowed(host: str) -> None:
    async with (
        LoopbackFeeds() as feeds,
        fetcher(Guard()) as closed,
        fetcher(Guard([ipaddress.ip_network("127.0.0.0/8")])) as opened,
    ):
        feeds.put("/tech.xml", DOCUMENT)
        url = feeds.url("/tech.xml").replace("127.0.0.1", host)
        failure(await closed.fetch(url, NONE))
        assert feeds.requests == []
        assert document(await opened.fetch(url, NONE)).body == DOCUMENT


async def test_a_public_looking_name_on_a_usual_port_is_refused_by_its_address() -> None:
    def lookup(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with fetcher(Guard(), lookup=lookup) as fetch:
        assert "was not contacted" in failure(await fetch.fetch("http://rebound.example/", NONE))


class CarelessGuard(Guard):
    """Lets every URL through, so that only the connection is left to refuse it."""

    def check_url(self, text: str) -> URL:
        return URL(text)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "[::ffff:127.0.0.1]", "localhost"])
async def test_an_address_that_slipped_through_is_refused_at_the_connection(host: str) -> None:
    async with LoopbackFeeds() as feeds, fetcher(CarelessGuard()) as fetch:
        url = feeds.url("/tech.xml").replace("127.0.0.1", host)
        assert "was not contacted" in failure(await fetch.fetch(url, NONE))
    assert feeds.requests == []


# ── limits ───────────────────────────────────────────────────────────────────────────────


async def test_a_gzip_bomb_stops_at_the_cap() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/bomb", gzip_bomb(100))
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


# ── failures in words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (401, "password"),
        (403, "does not let programs read this feed"),
        (404, "nothing at this address"),
        (410, "gone for good"),
        (418, "not a document"),
        (429, "too often"),
        (451, "legal"),
        (500, "fault of its own"),
        (503, "overloaded"),
        (204, "not a document"),
        (206, "not a document"),
        (300, "not a document"),
    ],
)
async def test_a_status_is_told_in_plain_words(code: int, says: str) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(code))
        reason = failure(await fetch.fetch(feeds.url("/tech.xml?key=s3cret"), NONE))
    assert says in reason
    assert str(code) in reason
    assert "s3cret" not in reason


@pytest.mark.parametrize("code", [403, 503])
async def test_cloudflares_challenge_is_named(code: int) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(code, b"<html>", {"cf-mitigated": "challenge"}))
        reason = failure(await fetch.fetch(feeds.url("/tech.xml"), NONE))
    assert "blocked by Cloudflare" in reason


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
async def test_an_empty_answer_is_a_failure(headers: dict[str, str]) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, b"", headers))
        assert "empty answer" in failure(await fetch.fetch(feeds.url("/tech.xml"), NONE))


async def test_a_gzip_that_breaks_off_in_its_head_is_an_empty_answer() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, b"\x1f\x8b\x08\0", {"Content-Encoding": "gzip"}))
        assert "empty answer" in failure(await fetch.fetch(feeds.url("/tech.xml"), NONE))


async def test_a_body_that_is_not_the_gzip_it_claims_to_be_is_a_failure() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, DOCUMENT, {"Content-Encoding": "gzip"}))
        assert failure(await fetch.fetch(feeds.url("/tech.xml"), NONE))


@pytest.mark.parametrize("first", [b"", b"<rss>"])
async def test_a_connection_that_breaks_off_is_a_failure(first: bytes) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", dropped(first))
        assert "broke off" in failure(await fetch.fetch(feeds.url("/tech.xml"), NONE))


async def test_a_site_that_is_not_there_refuses_the_connection() -> None:
    async with LoopbackFeeds() as feeds:
        url = feeds.url("/tech.xml?key=s3cret")
    async with fetcher() as fetch:
        reason = failure(await fetch.fetch(url, NONE))
    assert reason == "The site refused the connection: nothing is listening there."


@pytest.mark.parametrize(
    ("code", "says"),
    [(socket.EAI_NONAME, "no site named gone.example"), (socket.EAI_AGAIN, "just now")],
)
async def test_a_name_that_cannot_be_looked_up_is_told(code: int, says: str) -> None:
    def lookup(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(code, "from the resolver")

    async with LoopbackFeeds() as feeds, fetcher(lookup=lookup) as fetch:
        feeds.behave("/1", redirect("http://gone.example/feed?key=s3cret"))
        reason = failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert says in reason
    assert "s3cret" not in reason


async def test_a_site_that_does_not_speak_tls_is_told() -> None:
    async with both() as (feeds, fetch):
        url = feeds.url("/tech.xml").replace("http:", "https:")
        assert "No secure connection" in failure(await fetch.fetch(url, NONE))


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context = _self_signed(tmp_path)
    app = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    await app.setup()
    await web.TCPSite(app, "127.0.0.1", 0, ssl_context=context).start()
    async with fetcher() as fetch:
        url = f"https://127.0.0.1:{app.addresses[0][1]}/"
        reason = failure(await fetch.fetch(url, NONE))
    await app.cleanup()
    assert "cannot prove that it is itself" in reason
    assert "self-signed" in reason


def _self_signed(folder: Path) -> ssl.SSLContext:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(  # noqa: S603  # fixed words
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
         "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


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


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0" * 100,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>HTTP/0.9</html>",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1_000 + b"\r\nx",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\n\r\n",
    ],
)
async def test_what_is_not_proper_http_is_a_failure_and_no_surprise(answer: bytes) -> None:
    async with raw_server(answer) as url, fetcher(limits=Limits(total=5)) as fetch:
        assert failure(await fetch.fetch(url, NONE)).endswith(".")


async def test_a_header_as_long_as_real_sites_send_is_no_failure() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(200, b"x", {"Content-Security-Policy": "x" * 20_000}))
        document(await fetch.fetch(feeds.url("/x"), NONE))


async def test_being_cancelled_is_not_taken_for_a_slow_site() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/held", held(asyncio.Event(), status(200)))
        task = asyncio.ensure_future(fetch.fetch(feeds.url("/held"), NONE))
        await feeds.arrived(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_fetcher_outside_its_block_is_a_mistake_of_the_program() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await fetcher().fetch("http://127.0.0.1/", NONE)


# ── Retry-After ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 120 * SECOND),
        (" 120 ", 120 * SECOND),
        ("86401", DAY),
        ("9" * 5_000, DAY),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("١٢٠", None),
        ("soon", None),
        ("", None),
        ("Mon, 01 Jun 2026 12:05:00 GMT", 300 * SECOND),
        ("Monday, 01-Jun-26 12:05:00 GMT", 300 * SECOND),
        ("Mon Jun  1 12:05:00 2026", 300 * SECOND),
        ("Mon, 01 Jun 2099 12:00:00 GMT", DAY),
        ("Mon, 01 Jun 2026 11:00:00 GMT", None),
        ("Mon, 99 Jun 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_capped_at_a_day(
    value: str, wait: int | None
) -> None:
    assert retry_after(value, NOON) == wait


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,5} [A-Z][a-z]{2} [0-9]{1,9} .{0,20}"))
def test_any_retry_after_is_a_wait_of_a_day_at_most_or_none(value: str) -> None:
    wait = retry_after(value, NOON)
    assert wait is None or 0 < wait <= DAY


@pytest.mark.parametrize("code", [403, 429, 500, 503])
async def test_any_failure_carries_the_wait_that_the_site_asks_for(code: int) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(code, headers={"Retry-After": "600"}), status(code))
        first = await fetch.fetch(feeds.url("/x"), NONE)
        second = await fetch.fetch(feeds.url("/x"), NONE)
    assert isinstance(first, FetchFailed)
    assert isinstance(second, FetchFailed)
    assert (first.retry_after, second.retry_after) == (600 * SECOND, None)


async def test_a_date_to_wait_for_is_read_by_the_sites_own_clock() -> None:
    ahead = {
        "Date": "Tue, 01 Jun 2027 12:00:00 GMT",
        "Retry-After": "Tue, 01 Jun 2027 12:01:00 GMT",
    }
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(429, headers=ahead))
        outcome = await fetch.fetch(feeds.url("/x"), NONE)
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == 60 * SECOND


async def test_a_date_to_wait_for_is_read_by_our_clock_where_the_site_has_none() -> None:
    answer = (
        b"HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\nDate: now\r\n"
        b"Retry-After: Mon, 01 Jun 2026 12:00:30 GMT\r\n\r\n"
    )
    async with raw_server(answer) as url, fetcher() as fetch:
        outcome = await fetch.fetch(url, NONE)
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == 30 * SECOND


# ── files ────────────────────────────────────────────────────────────────────────────────


async def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a feed.xml"
    path.write_bytes(DOCUMENT)
    assert await read_file(path) == Fetched(DOCUMENT, path.as_uri())


def _nothing(_: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_nothing, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.touch(), "empty"),
        (os.mkfifo, "not an ordinary file"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
)
async def test_what_cannot_be_read_as_a_file_is_told(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "feed.xml"
    make(path)
    assert says in failure(await read_file(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(DOCUMENT)
    path.chmod(0)
    assert "may not be read" in failure(await read_file(path))


async def test_a_file_past_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "larger than 10 MB" in failure(await read_file(path))


# ── the loopback server itself ───────────────────────────────────────────────────────────


def test_a_built_document_says_what_it_was_told_whatever_is_in_it() -> None:
    when = datetime(2026, 6, 1, 12, tzinfo=UTC)
    text = "a & b ]]> <i>x</i> \"q\" 'q' \x00é"
    read = feedparser.parse(
        rss(
            text,
            [item(text, "https://e.com/?a=1&b=2", "<g>", "<p>d</p>", "<p>c</p>", published=when)],
        )
    )
    entry = read.entries[0]
    assert not read.bozo
    assert entry.link == "https://e.com/?a=1&b=2"
    assert entry.id == "<g>"
    assert (entry.summary, entry.content[0].value) == ("<p>d</p>", "<p>c</p>")
    assert tuple(entry.published_parsed)[:4] == (2026, 6, 1, 12)
