"""The HTTP side: one port, JSON in and out, faults and withheld answers on the way."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from aiohttp import web

from tests.loopback.chaos import Chaos
from tests.loopback.faults import Fault, Faults
from tests.loopback.gateway import Gateway
from tests.loopback.invalid import InvalidRequests
from tests.loopback.journal import Journal
from tests.loopback.rest import Rest
from tests.loopback.wire import Answer, LoggedRequest

API_PREFIX, GATEWAY_PATH = "/api/v10", "/gateway"
LARGEST_REQUEST = 25 * 1024 * 1024


class Front:
    """Serves REST and gateway on 127.0.0.1; logs every REST call when it was answered."""

    def __init__(
        self,
        rest: Rest,
        gateway: Gateway,
        *,
        port: int,
        journal: Journal,
        chaos: Chaos,
        monotonic: Callable[[], float],
    ) -> None:
        self.port = port
        self.requests: list[LoggedRequest] = []
        self.faults = Faults()
        self.chaos = chaos
        self.invalid = InvalidRequests(monotonic)
        self._rest = rest
        self._gateway = gateway
        self._journal = journal
        self._monotonic = monotonic
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_get(GATEWAY_PATH, gateway.handle)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def open(self) -> None:
        """Listen; with port 0, on whatever port is free."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Let every withheld answer go, and close."""
        self.faults.release_all()
        self._gateway.close(1001)
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        method, path = request.method, request.path.removeprefix(API_PREFIX)
        body = await request.read()
        if self.invalid.banned:
            self._log(method, path, 403)
            return _banned()
        fault = self.faults.fault_for(method, path) or self.chaos.fault_for(method, path)
        answer, dropped = self._met(request, path, body, fault)
        await self._withhold(method, path)
        self._log(method, path, 0 if dropped else answer.status)
        if dropped:
            _reset(request)
        else:
            self.invalid.observe(answer)
        return _response(answer)

    def _met(
        self, request: web.Request, path: str, body: bytes, fault: Fault | None
    ) -> tuple[Answer, bool]:
        """Carry out a request as far as its fault lets; say whether the answer is dropped."""
        if fault is None:
            return self._carry_out(request, path, body), False
        if fault.accepted:
            answer = self._carry_out(request, path, body)
            if fault.chance and answer.status >= 400:
                return answer, False
        if fault.chance:
            self.chaos.met[fault.chance] += 1
        return fault.answer, fault.drop

    def _log(self, method: str, path: str, status: int) -> None:
        self.requests.append(LoggedRequest(method, path, status, self._monotonic()))
        self._journal.announce()

    async def _withhold(self, method: str, path: str) -> None:
        hold = self.faults.hold_for(method, path)
        if hold is not None:
            hold.arrived.set()
            await hold.released.wait()

    def _carry_out(self, request: web.Request, path: str, body: bytes) -> Answer:
        authorization = request.headers.get("Authorization")
        try:
            read = _read(request.headers.get("Content-Type", ""), body)
            return self._rest.answer(request.method, path, dict(request.query), authorization, read)
        except Exception as bug:  # seen by the test too, not only in the server's log
            self._journal.blame(f"{request.method} {path}: the server failed: {bug!r}")
            raise


def _read(content_type: str, body: bytes) -> Any:
    """Read a body: JSON, or a form of JSON and files, whose texts are kept with their names."""
    if not content_type.startswith("multipart/"):
        return json.loads(body) if body else {}
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + body)
    parts = {
        str(part.get_param("name", header="Content-Disposition")): part.get_content()
        for part in form.iter_parts()
    }
    read: dict[str, Any] = json.loads(parts["payload_json"])
    for index, attachment in enumerate(read.get("attachments", [])):
        attachment["content"] = parts[f"files[{index}]"]
    return read


def _response(answer: Answer) -> web.Response:
    if answer.payload is None:
        return web.Response(status=answer.status, headers=answer.headers)
    # The client reads JSON only where the type is this and nothing more: no charset.
    headers = {"Content-Type": "application/json"} | answer.headers
    body = json.dumps(answer.payload).encode()
    return web.Response(status=answer.status, body=body, headers=headers)


def _banned() -> web.Response:
    """Answer as what stands before Discord does: no JSON, and no `Via`."""
    page = "<!DOCTYPE html><title>Access denied</title><h1>Error 1015</h1>"
    return web.Response(status=403, text=page, content_type="text/html")


def _reset(request: web.Request) -> None:
    """Reset the connection, as a network does: no lingering, so that the peer sees RST."""
    if request.transport is None:
        return
    raw = request.transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
