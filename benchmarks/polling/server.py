"""A feed server that costs little: every feed on an address of its own, in a process of its own."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import resource
import socket
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from benchmarks.polling.documents import Document, alike, mixed, whole
from benchmarks.polling.talk import answer, asked

FILES: dict[str, Callable[[int], Document]] = {"mixed": mixed, "alike": alike, "whole": whole}
"""Which document a feed has, by the folder that it stands in."""
_QUEUE = 4_096
_LEVEL = 1
_ASKED = re.compile(rb"get /([a-z]+)/(\d+)\.xml http/1\.([01])\r\n")


def url(port: int, folder: str, number: int) -> str:
    """Return where a feed is: up to a million have an address of 127.0.0.0/8 each."""
    host = f"127.{number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"
    return f"http://{host}:{port}/{folder}/{number}.xml"


@dataclass(slots=True)
class _Site:
    """What is served, and what was asked."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    versions: Counter[tuple[str, int]] = field(default_factory=Counter)
    bare: str = "none"
    """Who gives no validators, and heeds none: none, some (a quarter of the feeds) or all."""
    counts: Counter[str] = field(default_factory=Counter)
    met: set[tuple[str, int]] = field(default_factory=set)
    packed: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def reply(self, head: bytes) -> bytes:
        """Answer a request, given in lower case."""
        found = _ASKED.match(head)
        assert found is not None, head
        feed = (found[1].decode(), int(found[2]))
        self.counts["asked"] += 1
        self.met.add(feed)
        version = self.versions[feed]
        bare = self.bare == "all" or (self.bare == "some" and 1 <= feed[1] % 20 <= 5)
        etag = f'"{FILES[feed[0]](feed[1]).name.replace(" ", "-").lower()}-{version}"'
        modified = format_datetime(self.began + timedelta(seconds=version), usegmt=True)
        validators = "" if bare else f"ETag: {etag}\r\nLast-Modified: {modified}\r\n"
        if not bare and _holds(head, etag, modified.lower()):
            self.counts["unchanged"] += 1
            return f"HTTP/1.1 304 Not Modified\r\n{_date()}{validators}\r\n".encode()
        self.counts["whole"] += 1
        packed = re.search(rb"\r\naccept-encoding:[^\r]*gzip", head)
        body = self.pack(*feed) if packed else self.body(*feed)
        encoding = "Content-Encoding: gzip\r\n" if packed else ""
        return (
            f"HTTP/1.1 200 OK\r\n{_date()}Content-Type: application/xml\r\n{encoding}"
            f"Vary: Accept-Encoding\r\n{validators}Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def body(self, folder: str, number: int) -> bytes:
        """Return a feed's document as it is now."""
        version = self.versions[folder, number]
        return FILES[folder](number).version(number, version, self.began)

    def pack(self, folder: str, number: int) -> bytes:
        """Return it as gzip; it is packed only once."""
        key = (folder, number)
        if key not in self.packed:
            self.packed[key] = gzip.compress(self.body(folder, number), _LEVEL)
        return self.packed[key]

    def change(self, folder: str, numbers: range) -> None:
        """Put one new entry on top of these feeds, and make that ready to be sent."""
        for number in numbers:
            self.packed.pop((folder, number), None)
            self.versions[folder, number] += 1
            self.pack(folder, number)

    def told(self) -> dict[str, int]:
        """Return what was asked since this was asked last."""
        told = {"feeds": len(self.met), **{k: self.counts[k] for k in ("asked", "unchanged")}}
        self.met.clear()
        self.counts.clear()
        return told


def _holds(head: bytes, etag: str, modified: str) -> bool:
    """Say whether who asks has it already: RFC 9110 13.2.2, where the entity's tag comes first."""
    if match := re.search(rb"\r\nif-none-match: *([^\r]+)", head):
        return match[1].strip() == etag.encode()
    since = re.search(rb"\r\nif-modified-since: *([^\r]+)", head)
    return since is not None and since[1].strip() == modified.encode()


def _date() -> str:
    return f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}\r\nServer: bench\r\n"


class _Protocol(asyncio.Protocol):
    def __init__(self, site: _Site) -> None:
        self._site = site
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            head = head.lower() + b"\r\n"
            self._transport.write(self._site.reply(head))
            if b"\r\nconnection: close" in head or b" http/1.0\r\n" in head:
                self._transport.close()


def _listener() -> socket.socket:
    """Listen on all of 127.0.0.0/8, and on nothing else: the socket is bound to the loopback."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listener.bind(("0.0.0.0", 0))  # noqa: S104  # of the loopback alone, by the line above
    listener.listen(_QUEUE)
    return listener


async def _serve(known: list[tuple[str, int]]) -> None:
    site, listener = _Site(), _listener()
    for folder, count in known:
        for number in range(count):
            site.pack(folder, number)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(site), sock=listener, backlog=_QUEUE)
    async with server:
        async for command in asked():
            answer(**_obey(site, command), port=listener.getsockname()[1])


def _obey(site: _Site, command: dict[str, Any]) -> dict[str, int]:
    match command["do"]:
        case "bare":
            site.bare = command["who"]
        case "change":
            site.change(command["folder"], range(*command["numbers"]))
        case "told":
            return site.told()
    return {}


if __name__ == "__main__":
    _, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _most))
    asyncio.run(_serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
