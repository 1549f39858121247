"""What Discord's apps send when somebody presses, chooses, or fills in a form; and won't send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from tests.loopback import payloads
from tests.loopback.component_limits import (
    BUTTON,
    CHANNEL_SELECT,
    CHECKBOX,
    CHECKBOXES,
    FIELD,
    MENTIONABLE_SELECT,
    RADIO,
    ROLE_SELECT,
    SELECTS,
    STRING_SELECT,
    TEXT_INPUT,
    USER_SELECT,
    chosen_between,
    component_nodes,
    typed_between,
)
from tests.loopback.resolving import NotOfferedError, Resolved
from tests.loopback.state import Channel, Member, Message, Role, World

Json = dict[str, Any]

Choice = str | Channel | Role | Member
"""The value of an option, or what a select of channels, roles or people offers."""
Filling = str | bool | Choice | Sequence[Choice]
"""What is typed into a field of a form, or chosen in it."""

_OFFERS: dict[int, tuple[type, ...]] = {
    USER_SELECT: (Member,),
    ROLE_SELECT: (Role,),
    MENTIONABLE_SELECT: (Member, Role),
    CHANNEL_SELECT: (Channel,),
}


def component_data(
    world: World, member: Member, message: Message, custom_id: str, values: Sequence[Choice]
) -> Json:
    """Build the data of a press on a button, or of a choice in a select."""
    shown = payloads.numbered(message.components, count(1))
    item = next((one for one in component_nodes(shown) if one.get("custom_id") == custom_id), None)
    if item is None or item.get("disabled"):
        raise NotOfferedError(f"no enabled component {custom_id!r} in {message.components}")
    data = {"custom_id": custom_id, "component_type": item["type"], "id": item["id"]}
    if item["type"] == BUTTON:
        if values:
            raise NotOfferedError(f"{custom_id!r} is a button, nothing is chosen in it")
        return data
    resolved = Resolved(world, member)
    data["values"] = _chosen(resolved, item, values, *chosen_between(item))
    return data | ({"resolved": resolved.parts} if resolved.parts else {})


def modal_data(world: World, member: Member, modal: Json, filled: Mapping[str, Filling]) -> Json:
    """Build the data of a form that is sent; what is not filled in stays as the form came."""
    resolved = Resolved(world, member)
    parts = payloads.numbered(modal["components"], count(1))
    fields = [part["component"] for part in parts if part["type"] == FIELD]
    unknown = filled.keys() - {field["custom_id"] for field in fields}
    if unknown:
        raise NotOfferedError(f"the form has no {sorted(unknown)}: {fields}")
    sent: list[Json] = []
    for part in parts:
        one = {"type": part["type"], "id": part["id"]}
        if part["type"] == FIELD:
            inner = part["component"]
            one["component"] = _sent(resolved, inner, filled.get(inner["custom_id"]))
        sent.append(one)
    data = {"custom_id": modal["custom_id"], "components": sent}
    return data | ({"resolved": resolved.parts} if resolved.parts else {})


def _sent(resolved: Resolved, field: Json, filling: Filling | None) -> Json:
    kind = field["type"]
    sent = {"type": kind, "id": field["id"], "custom_id": field["custom_id"]}
    if kind == TEXT_INPUT:
        return sent | {"value": _typed(field, filling)}
    if kind == CHECKBOX:
        return sent | {"value": bool(field.get("default") if filling is None else filling)}
    if kind not in SELECTS | {RADIO, CHECKBOXES}:
        raise NotOfferedError(f"this Discord can't fill in a field of type {kind}")
    least, most = chosen_between(field)
    # What is not required may be left empty, and then what must be chosen at least does not hold.
    optional = field.get("required") is False
    chosen = _default(resolved, field) if filling is None else _listed(filling)
    values = _chosen(resolved, field, chosen, 0 if optional and not chosen else least, most)
    return sent | ({"value": next(iter(values), None)} if kind == RADIO else {"values": values})


def _listed(filling: Filling) -> Sequence[Any]:
    return filling if isinstance(filling, list | tuple) else [filling]


def _default(resolved: Resolved, field: Json) -> list[Choice]:
    options = [one["value"] for one in field.get("options") or [] if one.get("default")]
    return options or [resolved.named(int(one["id"])) for one in field.get("default_values") or []]


def _typed(field: Json, filling: Filling | None) -> str:
    text = (field.get("value") or "") if filling is None else filling
    named = field["custom_id"]
    if not isinstance(text, str):
        raise NotOfferedError(f"{named} takes text, not {text!r}")
    if not text:
        if field.get("required") is not False:
            raise NotOfferedError(f"{named} must be filled in")
        return ""
    least, most = typed_between(field)
    if not least <= len(text) <= most:
        raise NotOfferedError(f"{named} takes {least} to {most} characters, not {len(text)}")
    if field.get("style") == 1 and "\n" in text:
        raise NotOfferedError(f"{named} has one line")
    return text


def _chosen(
    resolved: Resolved, item: Json, values: Sequence[Choice], least: int, most: int
) -> list[str]:
    named = item["custom_id"]
    if not least <= len(values) <= most:
        raise NotOfferedError(f"in {named} {least} to {most} are chosen, not {len(values)}")
    chosen = [_value(resolved, item, value) for value in values]
    if len(set(chosen)) < len(chosen):
        raise NotOfferedError(f"in {named} each is chosen once, not {chosen}")
    return chosen


def _value(resolved: Resolved, item: Json, value: Choice) -> str:
    named, kind = item["custom_id"], item["type"]
    if kind in {STRING_SELECT, RADIO, CHECKBOXES}:
        offered = [option["value"] for option in item["options"]]
        if value not in offered:
            raise NotOfferedError(f"{named} offers {offered}, not {value!r}")
        return str(value)
    if isinstance(value, str) or not isinstance(value, _OFFERS[kind]):
        raise NotOfferedError(f"{named} (type {kind}) cannot be {value!r}")
    if isinstance(value, Channel):
        return resolved.channel(named, item.get("channel_types"), value)
    return resolved.role(value) if isinstance(value, Role) else resolved.member(value)
