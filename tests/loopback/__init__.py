"""A Discord on loopback for tests: log the real client in to it, act as people, cause trouble."""

from __future__ import annotations

from tests.loopback.gateway import NotConnectedError
from tests.loopback.interactions import Reply
from tests.loopback.ledger import Post
from tests.loopback.pings import Pings
from tests.loopback.resolving import NotOfferedError
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Guild, Member, Message, Permission, Role

__all__ = [
    "Channel",
    "Guild",
    "LoopbackDiscord",
    "Member",
    "Message",
    "NotConnectedError",
    "NotOfferedError",
    "Permission",
    "Pings",
    "Post",
    "Reply",
    "Role",
]
