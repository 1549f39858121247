"""Interactions from their creation to the last followup, by Discord's rules on their answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.loopback import payloads
from tests.loopback.access import check_edit, check_message
from tests.loopback.command_limits import choice_complaints
from tests.loopback.component_limits import V2_FLAG, modal_complaints
from tests.loopback.journal import Journal
from tests.loopback.limits import edit_complaints, is_empty, message_complaints
from tests.loopback.state import EPHEMERAL, LOADING, Channel, Member, Message, World
from tests.loopback.wire import Answer, ApiError, Call, Complaint, invalid_form

Json = dict[str, Any]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
TOKEN_LIFE_MS = 15 * 60 * 1000
FILE_LIMIT = 10 * 1024 * 1024

_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
_FITTING = {
    COMMAND: {_MESSAGE, _DEFERRED, _MODAL},
    COMPONENT: {_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _MODAL},
    AUTOCOMPLETE: {_CHOICES},
    MODAL_SUBMIT: {_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE},
}


@dataclass(slots=True, eq=False)
class Reply:
    """What a person got to see for what they did; goes on changing as the bot goes on answering."""

    ephemeral: bool = False
    deferred: bool = False
    """Whether "thinking" was shown first."""
    acknowledged_after: float = 0.0
    """Real seconds until the bot's first sign."""
    body: Json = field(default_factory=dict)
    """The answer as the bot sent it: content, embeds, components; a modal's own data."""
    followups: list[Json] = field(default_factory=list)
    """Whatever was sent after the answer, oldest first."""
    updated: bool = False
    """Whether the answer changed the message that was pressed."""
    modal: bool = False
    message: Message | None = None
    """The message that holds the body, which can be pressed."""


@dataclass(slots=True, eq=False)
class Interaction:
    """One thing that a person did and the bot must answer."""

    id: int
    kind: int
    member: Member
    channel: Channel
    started: float
    """Monotonic seconds."""
    created_at: int
    """Unix milliseconds, virtual."""
    source: Message | None = None
    """The message whose component was pressed, or whose component opened the form."""
    token: str = field(default_factory=lambda: secrets.token_hex(24))
    acknowledged: int | None = None
    """The type of the one callback that was accepted."""
    answered: bool = False
    """Whether the person sees an answer, and not just "thinking"."""
    original: Message | None = None
    choices: list[Json] = field(default_factory=list)
    reply: Reply = field(default_factory=Reply)


class Interactions:
    """All interactions; handlers of the routes that answer them."""

    def __init__(
        self,
        world: World,
        *,
        journal: Journal,
        monotonic: Callable[[], float],
    ) -> None:
        self.callback_seconds = 3.0
        self._world = world
        self._monotonic = monotonic
        self._journal = journal
        self._by_token: dict[str, Interaction] = {}

    def create(
        self, kind: int, member: Member, channel: Channel, source: Message | None = None
    ) -> Interaction:
        """Begin an interaction; the callback's time runs from here."""
        one = Interaction(
            self._world.snowflake(),
            kind,
            member,
            channel,
            started=self._monotonic(),
            created_at=self._world.now(),
            source=source,
        )
        self._by_token[one.token] = one
        return one

    def behind(self, reply: Reply) -> Interaction:
        """Find the interaction that a reply answers, while it lives; else raise `LookupError`."""
        for one in self._by_token.values():
            if one.reply is reply and self._world.now() - one.created_at <= TOKEN_LIFE_MS:
                return one
        raise LookupError("the interaction is over")

    def payload(self, one: Interaction, data: Json) -> Json:
        """Build the INTERACTION_CREATE event."""
        shown: Json = {
            "id": str(one.id),
            "application_id": str(self._world.application_id),
            "type": one.kind,
            "token": one.token,
            "version": 1,
            "data": data,
            "channel_id": str(one.channel.id),
            "channel": payloads.channel(one.channel),
            "locale": one.member.locale,
            "entitlements": [],
            "attachment_size_limit": FILE_LIMIT,
        }
        if one.source is not None:
            shown["message"] = payloads.message(self._world, one.source)
        return shown | self._place(one)

    def callback(self, call: Call) -> Answer:
        """Take the bot's first answer; only one, and only within the callback's time."""
        one = self._by_token.get(call.params["token"])
        late = one is not None and self._monotonic() - one.started > self.callback_seconds
        if one is None or one.id != call.id("interaction") or late:
            raise ApiError(404, 10062, "Unknown interaction")
        if one.acknowledged is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        self._check_callback(one, call.body)
        one.acknowledged = call.body["type"]
        one.reply.acknowledged_after = self._monotonic() - one.started
        self._act(one, call.body["type"], call.body.get("data") or {})
        self._journal.announce()
        if call.query.get("with_response") in {"1", "true"}:
            return Answer(200, self._callback_response(one))
        return Answer(204)

    def followup(self, call: Call) -> Answer:
        """Take a followup; the first one after a deferral takes the place of "thinking"."""
        one = self._alive(call)
        check_message(call.body)
        waits = one.original is not None and not one.original.deleted
        if one.acknowledged == _DEFERRED and not one.answered and waits and one.original:
            self._edit(one, one.original, call.body)
            self._journal.announce()
            return self._shown(one.original)
        message = self._send(one, call.body)
        if one.answered:
            one.reply.followups.append(message.body)
        else:
            self._answer_with(one, message)
        self._journal.announce()
        return self._shown(message)

    def edit(self, call: Call) -> Answer:
        """Change the answer (`@original`) or a followup."""
        one = self._alive(call)
        message = self._message(one, call.params["message"])
        check_edit(message, call.body)
        self._edit(one, message, call.body)
        self._journal.announce()
        return self._shown(message)

    def fetch(self, call: Call) -> Answer:
        """Show the answer or a followup."""
        return self._shown(self._message(self._alive(call), call.params["message"]))

    def delete(self, call: Call) -> Answer:
        """Delete the answer or a followup."""
        self._message(self._alive(call), call.params["message"]).deleted = True
        self._journal.announce()
        return Answer(204)

    def _place(self, one: Interaction) -> Json:
        channel, member = one.channel, one.member
        if channel.guild is None:
            return {
                "user": payloads.user(member.id, member.name),
                "context": 1,
                "app_permissions": str(self._world.permissions(channel, member)),
                "authorizing_integration_owners": {"0": "0"},
            }
        own = channel.guild.members[self._world.bot_id]
        guild_id = str(channel.guild.id)
        permissions = self._world.permissions(channel, member)
        return {
            "guild_id": guild_id,
            "guild": {"id": guild_id, "locale": channel.guild.locale, "features": []},
            "guild_locale": channel.guild.locale,
            "member": payloads.member(member, permissions=permissions),
            "context": 0,
            "app_permissions": str(self._world.permissions(channel, own)),
            "authorizing_integration_owners": {"0": guild_id},
        }

    def _check_callback(self, one: Interaction, body: Json) -> None:
        kind, data = body["type"], body.get("data") or {}
        if kind not in _FITTING[one.kind]:
            raise ApiError(400, 50035, f"Invalid Form Body: callback {kind} to type {one.kind}")
        if kind in {_UPDATE, _DEFERRED_UPDATE} and one.source is None:
            raise ApiError(400, 50035, f"Invalid Form Body: no message for callback {kind}")
        complaints = _callback_complaints(one, kind, data)
        if complaints:
            raise invalid_form([each._replace(path=f"data.{each.path}") for each in complaints])
        if kind == _MESSAGE and is_empty(data):
            raise ApiError(400, 50006, "Cannot send an empty message")

    def _act(self, one: Interaction, kind: int, data: Json) -> None:
        if kind == _CHOICES:
            one.choices, one.answered = data.get("choices") or [], True
        elif kind == _MODAL:
            one.reply.body, one.reply.modal, one.answered = data, True, True
        elif kind == _MESSAGE:
            self._answer_with(one, self._send(one, data))
        elif kind == _DEFERRED:
            one.reply.deferred = True
            one.reply.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
            one.original = self._send(one, {"flags": (data.get("flags") or 0) | LOADING})
        elif kind == _DEFERRED_UPDATE:
            one.reply.deferred, one.original = True, one.source
        elif one.source is not None:
            self._edit(one, one.source, data)

    def _send(self, one: Interaction, body: Json) -> Message:
        return self._world.store(one.channel, self._world.bot_id, body, interaction_id=one.id)

    def _answer_with(self, one: Interaction, message: Message) -> None:
        one.answered = True
        if one.original is None:
            one.original = message
        one.reply.message, one.reply.body = message, message.body
        one.reply.ephemeral = message.ephemeral

    def _edit(self, one: Interaction, message: Message, patch: Json) -> None:
        # Who sees a message was settled when it was deferred or sent.
        kept = message.flags & (EPHEMERAL | V2_FLAG)
        self._world.edit(message, patch)
        message.body["flags"] = int(patch.get("flags") or 0) & ~EPHEMERAL | kept
        if not one.answered or message is one.source:
            one.reply.updated = message is one.source
            one.original = message
            self._answer_with(one, message)

    def _alive(self, call: Call) -> Interaction:
        one = self._by_token.get(call.params["token"])
        if one is None or one.acknowledged is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self._world.now() - one.created_at > TOKEN_LIFE_MS:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return one

    def _message(self, one: Interaction, named: str) -> Message:
        messages = one.channel.messages
        found = one.original if named == "@original" else messages.get(int(named))
        if found is None or found.deleted or found.author_id != self._world.bot_id:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def _shown(self, message: Message) -> Answer:
        return Answer(200, payloads.message(self._world, message))

    def _callback_response(self, one: Interaction) -> Json:
        interaction: Json = {"id": str(one.id), "type": one.kind}
        resource: Json = {"type": one.acknowledged}
        if one.original is not None:
            interaction |= {
                "response_message_id": str(one.original.id),
                "response_message_loading": one.acknowledged == _DEFERRED,
                "response_message_ephemeral": one.original.ephemeral,
            }
        if one.original is not None and one.acknowledged in {_MESSAGE, _UPDATE}:
            resource["message"] = payloads.message(self._world, one.original)
        return {"interaction": interaction, "resource": resource}


def _callback_complaints(one: Interaction, kind: int, data: Json) -> list[Complaint]:
    if kind == _CHOICES:
        return choice_complaints(data.get("choices") or [])
    if kind == _MODAL:
        return modal_complaints(data)
    if kind == _UPDATE and one.source is not None:
        return edit_complaints(one.source.body, data)
    return message_complaints(data) if kind == _MESSAGE else []
