"""The REST routes that the bot uses, and how one call travels through faults and holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.loopback import payloads
from tests.loopback.access import Access, check_edit, check_message
from tests.loopback.command_limits import command_complaints, kind_of
from tests.loopback.gateway import Gateway
from tests.loopback.interactions import Interactions
from tests.loopback.journal import Journal
from tests.loopback.openapi import OpenApi, published
from tests.loopback.places import Places
from tests.loopback.ratelimits import RateLimits
from tests.loopback.state import ANNOUNCEMENT, Channel, Message, Permission, World
from tests.loopback.wire import Answer, ApiError, Call, invalid_form

Json = dict[str, Any]

_BODY_ERRORS = {50006, 50035}
_IDENTIFIES_A_DAY = 1000


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path; `open` to everybody who knows the token in the path."""

    method: str
    path: re.Pattern[str]
    handle: Callable[[Call], Answer]
    open: bool = False


class Rest:
    """Discord's REST API over one world."""

    def __init__(
        self,
        world: World,
        gateway: Gateway,
        interactions: Interactions,
        *,
        journal: Journal,
        limits: RateLimits,
        token: str,
        checks_schema: bool = True,
    ) -> None:
        self.nonce_window = 120.0
        self.command_puts = 0
        self._world = world
        self._gateway = gateway
        self._openapi = published() if checks_schema else OpenApi(None)
        self._limits = limits
        self._authorization = f"Bot {token}"
        self._journal = journal
        self._access = Access(world, gateway)
        self._places = Places(world, gateway, self._access, journal=journal, limits=limits)
        self._routes = [*self._bot_routes(), *_interaction_routes(interactions)]

    def answer(
        self, method: str, path: str, query: dict[str, str], authorization: str | None, body: Any
    ) -> Answer:
        """Carry out one call and say what Discord would."""
        try:
            return self._carry_out(method, path, query, authorization, body)
        except ApiError as error:
            if error.code in _BODY_ERRORS:
                self._journal.blame(f"{method} {path}: {error.said}")
            return error.answer

    def _carry_out(
        self, method: str, path: str, query: dict[str, str], authorization: str | None, body: Any
    ) -> Answer:
        for route in self._routes:
            match = route.path.fullmatch(path) if route.method == method else None
            if match is None:
                continue
            if not route.open and authorization != self._authorization:
                raise ApiError(401, 0, "401: Unauthorized")
            refused = None if route.open else self._limits.refuse_bot()
            if refused is not None:
                return refused
            self._check_schema(method, path, body)
            return route.handle(Call(method, path, match.groupdict(), query, body))
        self._journal.blame(f"{method} {path}: no such route here")
        raise ApiError(404, 0, "404: Not Found")

    def _check_schema(self, method: str, path: str, body: Any) -> None:
        complaints = [] if body is None else self._openapi.complaints(method, path, body)
        if complaints:
            raise invalid_form(complaints)

    def _bot_routes(self) -> list[Route]:
        return [
            _route("GET", "/users/@me", self._me),
            _route("GET", "/oauth2/applications/@me", self._application),
            _route("GET", "/applications/@me", self._application),
            _route("GET", "/gateway", self._gateway_url, free=True),
            _route("GET", "/gateway/bot", self._gateway_bot),
            _route("GET", "/applications/{app}/commands", self._commands),
            _route("PUT", "/applications/{app}/commands", self._put_commands),
            _route("GET", "/channels/{channel}/messages", self._history),
            _route("POST", "/channels/{channel}/messages", self._post),
            _route("GET", "/channels/{channel}/messages/{message}", self._get_message),
            _route("PATCH", "/channels/{channel}/messages/{message}", self._patch),
            _route("DELETE", "/channels/{channel}/messages/{message}", self._delete),
            _route("POST", "/channels/{channel}/messages/{message}/crosspost", self._crosspost),
            *_place_routes(self._places),
        ]

    def _me(self, _: Call) -> Answer:
        return Answer(200, payloads.bot_user(self._world))

    def _application(self, _: Call) -> Answer:
        return Answer(200, payloads.application(self._world))

    def _gateway_url(self, _: Call) -> Answer:
        return Answer(200, {"url": self._gateway.url})

    def _gateway_bot(self, _: Call) -> Answer:
        left = {
            "total": _IDENTIFIES_A_DAY,
            "remaining": _IDENTIFIES_A_DAY - self._gateway.identifies,
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        }
        shown = {"url": self._gateway.url, "shards": self._gateway.shards}
        return Answer(200, shown | {"session_start_limit": left})

    def _commands(self, _: Call) -> Answer:
        return Answer(200, self._world.commands)

    def _put_commands(self, call: Call) -> Answer:
        complaints = command_complaints(call.body)
        if complaints:
            raise invalid_form(complaints)
        self.command_puts += 1
        known = {(kind_of(one), one["name"]): one["id"] for one in self._world.commands}
        self._world.commands = [self._registered(command, known) for command in call.body]
        self._journal.announce()
        return Answer(200, self._world.commands)

    def _registered(self, command: Json, known: dict[tuple[int, str], str]) -> Json:
        identity = known.get((kind_of(command), command["name"]), str(self._world.snowflake()))
        return (
            {"description": "", "options": [], "default_member_permissions": None}
            | command
            | {
                "id": identity,
                "type": kind_of(command),
                "application_id": str(self._world.application_id),
                "version": str(self._world.snowflake()),
            }
        )

    def _post(self, call: Call) -> Answer:
        channel = self._access.channel(call)
        self._access.check_may_post(channel, call.body)
        refused = self._limits.refuse_message(channel.id)
        if refused is not None:
            return refused
        check_message(call.body)
        message = self._deduplicated(channel, call.body)
        self._places.wake(channel)
        shown = payloads.message(self._world, message)
        return Answer(200, shown, self._limits.headers(channel.id))

    def _deduplicated(self, channel: Channel, body: Json) -> Message:
        nonce = body.get("nonce")
        enforced = nonce is not None and body.get("enforce_nonce")
        window = int(self.nonce_window * 1000)
        author = self._world.bot_id
        first = self._world.said_before(author, str(nonce), window) if enforced else None
        if first is not None and first.deleted:
            raise ApiError(404, 10008, "Unknown Message")
        if first is not None:
            return first
        message = self._world.store(channel, author, body)
        if nonce is not None:
            self._world.remember_nonce(message, str(nonce))
        self._journal.announce()
        return message

    def _history(self, call: Call) -> Answer:
        channel = self._access.channel(call)
        if not self._access.may(channel, Permission.READ_MESSAGE_HISTORY):
            return Answer(200, [])
        limit = int(call.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            raise ApiError(400, 50035, "Invalid Form Body: limit is 1 to 100")
        seen = [one for one in channel.messages.values() if not (one.deleted or one.ephemeral)]
        seen.sort(key=lambda one: one.id)
        page = _page(seen, call.query, limit)
        return Answer(200, [self._access.shown(one) for one in reversed(page)])

    def _get_message(self, call: Call) -> Answer:
        return Answer(200, self._access.shown(self._access.message(call)))

    def _patch(self, call: Call) -> Answer:
        message = self._access.message(call)
        if message.author_id != self._world.bot_id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if message.channel.thread is not None and message.channel.thread.archived:
            raise ApiError(400, 50083, "Thread is archived")
        check_edit(message, call.body)
        self._world.edit(message, call.body)
        self._journal.announce()
        return Answer(200, self._access.shown(message))

    def _crosspost(self, call: Call) -> Answer:
        message = self._access.message(call)
        channel = message.channel
        if channel.kind != ANNOUNCEMENT:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        own = message.author_id == self._world.bot_id
        needed = Permission.SEND_MESSAGES if own else Permission.MANAGE_MESSAGES
        self._access.require(channel, needed)
        if message.crossposted:
            raise ApiError(400, 40033, "This message has already been crossposted")
        refused = self._limits.refuse_crosspost(channel.id)
        if refused is not None:
            return refused
        message.crossposted = True
        self._journal.announce()
        return Answer(200, self._access.shown(message))

    def _delete(self, call: Call) -> Answer:
        message = self._access.message(call)
        own = message.author_id == self._world.bot_id
        if not own and not self._access.may(message.channel, Permission.MANAGE_MESSAGES):
            raise ApiError(403, 50013, "Missing Permissions")
        message.deleted = True
        self._journal.announce()
        return Answer(204)


def _place_routes(places: Places) -> list[Route]:
    return [
        _route("GET", "/channels/{channel}", places.channel),
        _route("PATCH", "/channels/{channel}", places.modify),
        _route("POST", "/channels/{channel}/threads", places.start),
        _route("GET", "/channels/{channel}/threads/archived/public", places.archived),
        _route("GET", "/users/@me/guilds", places.own_guilds),
        _route("GET", "/guilds/{guild}", places.guild),
        _route("GET", "/guilds/{guild}/members/{user}", places.member),
        _route("GET", "/guilds/{guild}/channels", places.guild_channels),
        _route("GET", "/guilds/{guild}/threads/active", places.active),
        _route("POST", "/users/@me/channels", places.open_dm),
    ]


def _interaction_routes(interactions: Interactions) -> list[Route]:
    webhook = "/webhooks/{app}/{token}"
    return [
        _route(
            "POST", "/interactions/{interaction}/{token}/callback", interactions.callback, free=True
        ),
        _route("POST", webhook, interactions.followup, free=True),
        _route("GET", f"{webhook}/messages/{{message}}", interactions.fetch, free=True),
        _route("PATCH", f"{webhook}/messages/{{message}}", interactions.edit, free=True),
        _route("DELETE", f"{webhook}/messages/{{message}}", interactions.delete, free=True),
    ]


def _route(
    method: str, template: str, handle: Callable[[Call], Answer], *, free: bool = False
) -> Route:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
    return Route(method, re.compile(pattern), handle, free)


def _page(seen: list[Message], query: dict[str, str], limit: int) -> list[Message]:
    """Cut one page, oldest first: right behind `after`, or the newest before `before`."""
    if "after" in query:
        return [one for one in seen if one.id > int(query["after"])][:limit]
    if "around" in query:
        middle = int(query["around"])
        nearest = sorted(seen, key=lambda one: abs(one.id - middle))[:limit]
        return sorted(nearest, key=lambda one: one.id)
    before = int(query.get("before", 1 << 63))
    return [one for one in seen if one.id < before][-limit:]
