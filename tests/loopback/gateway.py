"""The gateway: websocket sessions that are identified, resumed, fed with events and closed."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.loopback import payloads
from tests.loopback.journal import Journal
from tests.loopback.permissions import bot_sees
from tests.loopback.state import Channel, World

Json = dict[str, Any]

HEARTBEAT_MS = 41_250
LARGEST_FRAME = 4096
"""Bytes that a client may send in one frame."""
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Members, presences, message content."""
MESSAGE_CONTENT = 1 << 15

_HEARTBEAT, _IDENTIFY, _RESUME = 1, 2, 6
_IGNORED = {3, 4}  # presence and voice state change nothing here


class NotConnectedError(RuntimeError):
    """Somebody acts, and there is no session that could hear of it."""


class Connection:
    """One websocket; one task writes to it, in order."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.session: Session | None = None
        self._socket = socket
        self._outbox: asyncio.Queue[str | int] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        """Put a frame behind those that wait to be written."""
        self._outbox.put_nowait(json.dumps(frame))

    def send_text(self, frame: str) -> None:
        """Put a frame that was encoded before behind those that wait to be written."""
        self._outbox.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close with this code, after everything that waits."""
        self._outbox.put_nowait(code)

    async def write(self) -> None:
        """Write until closed."""
        try:
            while isinstance(item := await self._outbox.get(), str):
                await self._socket.send_str(item)
            await self._socket.close(code=item)
        except ConnectionResetError:
            return  # the client was killed, which tests do on purpose


@dataclass(slots=True, eq=False)
class Session:
    """What outlives a connection: who identified, and every event since, for RESUME."""

    id: str
    shard: int
    shards: int
    intents: int
    connection: Connection | None = None
    sequence: int = 0
    events: list[tuple[int, str]] = field(default_factory=list)

    def push(self, event: str, data: Any) -> None:
        """Send an event, or keep it for the session's return."""
        self.sequence += 1
        frame = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": data})
        self.events.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.send_text(frame)

    def covers(self, guild_id: int) -> bool:
        """Whether this shard hears of the guild (DMs, id 0, belong to shard 0)."""
        return (guild_id >> 22) % self.shards == self.shard


class Gateway:
    """All sessions of the one bot."""

    def __init__(
        self,
        world: World,
        token: str,
        *,
        journal: Journal,
        privileged_intents: int,
        shards: int,
    ) -> None:
        self.identifies = 0
        self.resumes = 0
        self.down = False
        self.shards = shards
        self.url = ""
        self._world = world
        self._token = token
        self._journal = journal
        self._forbidden = PRIVILEGED & ~privileged_intents
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()

    @property
    def ready(self) -> bool:
        """Whether every shard is connected and was told its guilds."""
        shards = {one.shard for one in self._sessions.values() if one.connection is not None}
        return len(shards) == self.shards

    @property
    def reads_content(self) -> bool:
        """Whether the bot may read messages of others."""
        return any(one.intents & MESSAGE_CONTENT for one in self._sessions.values())

    def push(self, guild_id: int, event: str, data: Any) -> None:
        """Send an event to the shard of a guild; nobody hears it where no session is."""
        guild = self._world.guilds.get(guild_id)
        if guild is not None and guild.unavailable:
            return
        for session in self._sessions.values():
            if session.covers(guild_id):
                session.push(event, data)

    def tell(self, channel: Channel, event: str, **more: Any) -> None:
        """Send an event about a channel of a guild, or about a thread that the bot may know of."""
        guild = channel.guild
        if guild is None:
            return
        if channel.thread is None or bot_sees(channel, guild.members[self._world.bot_id]):
            self.push(guild.id, event, payloads.channel(channel) | more)

    def require(self, guild_id: int) -> None:
        """Raise `NotConnectedError` where no session hears of the guild."""
        if not any(session.covers(guild_id) for session in self._sessions.values()):
            raise NotConnectedError("no bot is connected to this gateway")

    def close(self, code: int) -> Callable[[], bool]:
        """Close every connection with this code; return what says whether they are gone."""
        closing = set(self._connections)
        for connection in closing:
            connection.close(code)
        return lambda: not closing & self._connections

    def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        for connection in self._connections:
            connection.send({"op": 7, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is over (op 9)."""
        if not resumable:
            self._sessions.clear()
        for connection in self._connections:
            connection.send({"op": 9, "d": resumable})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it closes."""
        if self.down:
            return web.Response(status=503)
        socket = web.WebSocketResponse(timeout=1.0, compress=False)
        await socket.prepare(request)
        connection = Connection(socket)
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        connection.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._receive(connection, frame.data)
        finally:
            self._forget(connection)
            writer.cancel()
            await asyncio.wait([writer])
        return socket

    def _receive(self, connection: Connection, text: str) -> None:
        frame = json.loads(text)
        if len(text.encode()) > LARGEST_FRAME:
            self._refuse(connection, 4002, f"a frame of {len(text.encode())} bytes")
        elif frame["op"] == _HEARTBEAT:
            connection.send({"op": 11})
        elif frame["op"] == _IDENTIFY:
            self._identify(connection, frame["d"])
        elif frame["op"] == _RESUME:
            self._resume(connection, frame["d"])
        elif frame["op"] not in _IGNORED:
            self._refuse(connection, 4001, f"op {frame['op']}, which this gateway does not know")

    def _refuse(self, connection: Connection, code: int, why: str) -> None:
        self._journal.blame(f"gateway: {why}")
        connection.close(code)

    def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies += 1
        if data["token"] != self._token:
            connection.close(4004)
        elif data["intents"] & self._forbidden:
            connection.close(4014)
        elif connection.session is not None:
            self._refuse(connection, 4005, "IDENTIFY twice on one connection")
        else:
            shard, shards = data.get("shard") or (0, 1)
            self._open(connection, Session(secrets.token_hex(16), shard, shards, data["intents"]))
        self._journal.announce()

    def _open(self, connection: Connection, session: Session) -> None:
        for old in [one for one in self._sessions.values() if one.shard == session.shard]:
            del self._sessions[old.id]
        self._sessions[session.id] = session
        session.connection, connection.session = connection, session
        guilds = [one for one in self._world.guilds.values() if session.covers(one.id)]
        session.push("READY", self._ready(session, [one.id for one in guilds]))
        for guild in (one for one in guilds if not one.unavailable):
            session.push("GUILD_CREATE", payloads.guild(guild, self._world.bot_id))

    def _ready(self, session: Session, guild_ids: list[int]) -> Json:
        return {
            "v": 10,
            "user": payloads.bot_user(self._world),
            "guilds": [{"id": str(one), "unavailable": True} for one in guild_ids],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(self._world.application_id), "flags": 0},
        }

    def _resume(self, connection: Connection, data: Json) -> None:
        session = self._sessions.get(data["session_id"])
        if data["token"] != self._token or session is None or data["seq"] > session.sequence:
            connection.send({"op": 9, "d": False})
            return
        self.resumes += 1
        session.connection, connection.session = connection, session
        for sequence, frame in session.events:
            if sequence > data["seq"]:
                connection.send_text(frame)
        session.push("RESUMED", {})
        self._journal.announce()

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if connection.session is not None and connection.session.connection is connection:
            connection.session.connection = None
        self._journal.announce()
