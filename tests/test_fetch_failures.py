"""Fetching: what goes wrong out there, and what people are told of it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from bot.feeds.fetch import Limits
from tests.fetching import DOCUMENT, NONE, both, document, failure, fetcher, raw_server
from tests.loopback.feeds import LoopbackFeeds, dropped, held, redirect, status

if TYPE_CHECKING:
    from pathlib import Path


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
