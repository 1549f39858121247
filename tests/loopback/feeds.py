"""A feed server on the loopback, and a builder of RSS documents for it to serve.

    async with LoopbackFeeds() as feeds:
        feeds.put("/tech.xml", rss("Tech", [item("Headline", "https://example.com/1", "1")]))
        feeds.url("/tech.xml")     # http://127.0.0.1:PORT/tech.xml
        feeds.requests             # what was asked for, in order
        await feeds.arrived(3)     # until there are three of them

`put` sets a document, with validators: a conditional request is answered 304. `behave` sets
anything else, from the behaviours below: `feeds.behave("/tech.xml", status(503))`. Several are
used one request each, and the last one stays. `put` ends a behaviour, and `behave` a document.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import re
import sys
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

import brotli
from aiohttp import web

from tests.loopback.serving import Serving

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from bot.models import Millis

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ILLEGAL_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANKS = b" " * 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in."""

    path: str
    """With the query, as sent."""
    headers: dict[str, str]
    """By lower-case name."""
    at: Millis


@dataclass(slots=True)
class LoopbackFeeds(Serving):
    """The server; `host` may be any address of 127.0.0.0/8, `now` dates the log."""

    now: Callable[[], Millis] = field(default=lambda: time.time_ns() // 1_000_000)
    requests: list[Request] = field(default_factory=list)
    _behaviours: dict[str, list[Behaviour]] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _puts: int = 0

    def url(self, path: str) -> str:
        """Return where a path is served."""
        return f"http://{self.host}:{self._port}{path}"

    def put(
        self, path: str, body: bytes, *, validators: bool = True, content_type: str = "text/xml"
    ) -> None:
        """Serve a document, from the next request on; each put has a later Last-Modified."""
        self._puts += 1
        modified = datetime.fromtimestamp(1_750_000_000 + self._puts, UTC)
        headers = {"Content-Type": content_type}
        if validators:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()}"'
            headers["Last-Modified"] = format_datetime(modified, usegmt=True)
        self._behaviours[path] = [_document(body, headers)]

    def behave(self, path: str, *behaviours: Behaviour) -> None:
        """Answer a path's next requests so, one behaviour each; the last one stays."""
        self._behaviours[path] = list(behaviours)

    def asked(self, path: str) -> list[Request]:
        """Return the requests for a path, in order; the query does not count."""
        return [request for request in self.requests if request.path.split("?")[0] == path]

    async def arrived(self, count: int) -> None:
        """Wait until this many requests have come in, answered or not."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.requests) >= count)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        async with self._news:
            self.requests.append(Request(request.path_qs, headers, self.now()))
            self._news.notify_all()
        behaviours = self._behaviours.get(request.path)
        if not behaviours:
            raise web.HTTPNotFound
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        return await behaviour(request)


# ── behaviours ───────────────────────────────────────────────────────────────────────────


def _document(body: bytes, headers: dict[str, str]) -> Behaviour:
    async def answer(request: web.Request) -> web.StreamResponse:
        if _is_known(request, headers):
            kept = {name: value for name, value in headers.items() if name != "Content-Type"}
            return web.Response(status=304, headers=kept)
        return web.Response(body=body, headers=headers)

    return answer


def _is_known(request: web.Request, headers: dict[str, str]) -> bool:
    """RFC 9110 13.2.2: If-Modified-Since counts only where there is no If-None-Match."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
        return headers.get("ETag") in tags
    since = request.headers.get("If-Modified-Since")
    return since is not None and since == headers.get("Last-Modified")


def status(code: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Behaviour:
    """Answer with this status, body and headers; `status(200, body, headers)` is a plain page."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, body=body, headers=headers)

    return answer


def redirect(location: str, code: int = 302) -> Behaviour:
    """Send the client on."""
    return status(code, headers={"Location": location})


def compressed(body: bytes, encoding: str = "gzip") -> Behaviour:
    """Answer with a body compressed by gzip, deflate, br or zstd, labelled so."""
    labels = {"Content-Encoding": encoding, "Content-Type": "text/xml"}
    return status(200, _COMPRESS[encoding](body), labels)


def bomb(megabytes: int, encoding: str = "gzip") -> Behaviour:
    """Answer with blanks that take a thousandth of their size on the way, or less."""
    return compressed(b" " * (megabytes * 1_000_000), encoding)


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=4),
    "zstd": zstd.compress,
}


def held(until: asyncio.Event, then: Behaviour) -> Behaviour:
    """Say nothing until the event is set, and then behave so."""

    async def answer(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return await then(request)

    return answer


def _streamed(pieces: Callable[[], AsyncIterator[bytes]]) -> Behaviour:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        async for piece in pieces():
            await response.write(piece)
        return response

    return answer


def drip(seconds: float) -> Behaviour:
    """Send one byte every so often, for ever."""

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b"<"
            await asyncio.sleep(seconds)

    return _streamed(pieces)


def endless() -> Behaviour:
    """Send a megabyte after another, as fast as they are read, for ever."""

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield _BLANKS

    return _streamed(pieces)


def stalled(first: bytes) -> Behaviour:
    """Send the first bytes of a body, and nothing more."""

    async def pieces() -> AsyncIterator[bytes]:
        yield first
        await asyncio.Event().wait()

    return _streamed(pieces)


def dropped(first: bytes = b"") -> Behaviour:
    """Break the connection off: at once, or after these bytes of a longer body."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(first) + 1)})
        if first:
            await response.prepare(request)
            await response.write(first)
        if request.transport is not None:
            request.transport.close()
        return response

    return answer


# ── documents ────────────────────────────────────────────────────────────────────────────


def item(
    title: str,
    link: str,
    guid: str,
    description: str = "",
    content: str = "",
    *,
    published: datetime | None = None,
) -> str:
    """Write one RSS item; `description` and `content` are HTML, and empty parts are left out."""
    dated = format_datetime(published.astimezone(UTC), usegmt=True) if published else ""
    parts = (
        _element("title", title),
        _element("link", link),
        f'<guid isPermaLink="false">{_escaped(guid)}</guid>' if guid else "",
        _element("description", description),
        _element("content:encoded", content),
        _element("pubDate", dated),
    )
    return f"<item>{''.join(parts)}</item>"


def rss(title: str, items: Sequence[str], link: str = "https://example.com/") -> bytes:
    """Write an RSS 2.0 document, in UTF-8, of items that `item` wrote."""
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"{_element('title', title)}{_element('link', link)}"
        f"{_element('description', title)}{''.join(items)}</channel></rss>"
    )
    return text.encode()


def _element(name: str, text: str) -> str:
    return f"<{name}>{_escaped(text)}</{name}>" if text else ""


def _escaped(text: str) -> str:
    return html.escape(_ILLEGAL_IN_XML.sub("\ufffd", text))
