"""Holds the loopback Discord's checks on layouts and forms to Discord's written limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.loopback.component_limits import modal_complaints
from tests.loopback.limits import edit_complaints, message_complaints
from tests.loopback.openapi import published
from tests.shared import shared

Json = dict[str, Any]

URL = "https://news.example/a.png"
V2 = 1 << 15


def layout(*parts: Json) -> Json:
    return {"flags": V2, "components": list(parts)}


def text(content: str = "x") -> Json:
    return {"type": 10, "content": content}


def button(**parts: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": "id"} | parts


def thumbnail(url: str = URL, **parts: Any) -> Json:
    return {"type": 11, "media": {"url": url}} | parts


def section(*texts: Json, beside: Json | None = None) -> Json:
    return {"type": 9, "components": list(texts), "accessory": beside or thumbnail()}


def row(*items: Json) -> Json:
    return {"type": 1, "components": list(items)}


def container(*parts: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(parts)} | more


def options(count: int, **parts: Any) -> list[Json]:
    return [{"label": "x" * 100, "value": str(number)} | parts for number in range(count)]


def select(count: int = 1, **parts: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": options(count)} | parts


def form(*parts: Json, **more: Any) -> Json:
    return {"title": "Form", "custom_id": "form", "components": list(parts)} | more


def field(inner: Json, **parts: Any) -> Json:
    return {"type": 18, "label": "Label", "component": inner} | parts


def typed(**parts: Any) -> Json:
    return {"type": 4, "custom_id": "t", "style": 1} | parts


ALLOWED = {
    "40 components": layout(container(*[text()] * 39)),
    "4000 characters": layout(text("x" * 4000)),
    "three texts beside a button": layout(section(text(), text(), text(), beside=button())),
    "described picture": layout(section(text(), beside=thumbnail(description="x" * 1024))),
    "all of a frame": layout(
        container(text(), {"type": 14, "spacing": 2}, row(select(25)), accent_color=0xFFFFFF)
    ),
    "gallery": layout({"type": 12, "items": [{"media": {"url": URL}}] * 10}),
    "select": layout(row(select(25, max_values=25, min_values=0, placeholder="x" * 150))),
    "option": layout(row(select(options=options(1, description="x" * 100, emoji={"name": "📰"})))),
    "channels": layout(row({"type": 8, "custom_id": "c", "channel_types": [0, 5]})),
    "roles": layout(row({"type": 6, "custom_id": "r", "min_values": 0, "max_values": 25})),
}

REFUSED = {
    "41 components": (layout(container(*[text()] * 40)), "components"),
    "4001 characters beside each other": (
        layout(section(text("x" * 4000), text())),
        "components",
    ),
    "empty text": (layout(text(" ")), "components.0.content"),
    "four texts": (layout(section(*[text()] * 4)), "components.0.components"),
    "nothing beside it": (layout({"type": 9, "components": [text()]}), "components.0.accessory"),
    "select beside a text": (
        layout(section(text(), beside=select())),
        "components.0.accessory",
    ),
    "button without a row": (layout(button()), "components.0.type"),
    "frame in a frame": (layout(container(container(text()))), "components.0.components.0.type"),
    "empty frame": (layout(container()), "components.0.components"),
    "colour": (layout(container(text(), accent_color=1 << 24)), "components.0.accent_color"),
    "picture without an address": (
        layout(section(text(), beside=thumbnail("data:image/png;base64,AA"))),
        "components.0.accessory.media.url",
    ),
    "line": (layout({"type": 14, "spacing": 3}), "components.0.spacing"),
    "no options": (layout(row(select(0))), "components.0.components.0.options"),
    "26 options": (layout(row(select(26))), "components.0.components.0.options"),
    "option without a value": (
        layout(row(select(options=options(1, value="")))),
        "components.0.components.0.options.0.value",
    ),
    "the same value twice": (
        layout(row(select(options=options(2, value="a")))),
        "components.0.components.0.options",
    ),
    "long hint": (
        layout(row(select(placeholder="x" * 151))),
        "components.0.components.0.placeholder",
    ),
    "more than are offered": (
        layout(row(select(2, max_values=3))),
        "components.0.components.0.max_values",
    ),
    "more than are allowed": (
        layout(row(select(3, min_values=2, max_values=1))),
        "components.0.components.0.max_values",
    ),
    "two of one": (
        layout(row(select(options=options(2, default=True)))),
        "components.0.components.0",
    ),
    "no emoji": (
        layout(row(button(emoji={"name": "pin"}))),
        "components.0.components.0.emoji.name",
    ),
    "two selects in a row": (
        layout(row(select(), select(custom_id="t"))),
        "components.0.components",
    ),
    "layout without its flag": ({"components": [text()]}, "components.0.type"),
}

FORMS = {
    "one field": form(field(typed())),
    "five fields": form(*[field(typed(custom_id=str(number))) for number in range(5)]),
    "longest words": form(
        field(typed(), label="x" * 45, description="x" * 100), title="x" * 45, custom_id="x" * 100
    ),
    "longest text": form(field(typed(max_length=4000, value="x" * 4000, placeholder="x" * 100))),
    "choices": form(
        field(select(25)),
        field({"type": 21, "custom_id": "r", "options": options(2)}),
        field({"type": 8, "custom_id": "c"}),
        text(),
    ),
}

REFUSED_FORMS = {
    "title": (form(field(typed()), title="x" * 46), "title"),
    "no fields": (form(), "components"),
    "six fields": (
        form(*[field(typed(custom_id=str(number))) for number in range(6)]),
        "components",
    ),
    "field without a label": (form(row(typed())), "components.0.type"),
    "label": (form(field(typed(), label="x" * 46)), "components.0.label"),
    "description": (form(field(typed(), description="x" * 101)), "components.0.description"),
    "button": (form(field(button())), "components.0.component.type"),
    "label of its own": (form(field(typed(label="L"))), "components.0.component.label"),
    "max_length": (form(field(typed(max_length=4001))), "components.0.component.max_length"),
    "shorter than long": (
        form(field(typed(min_length=5, max_length=4))),
        "components.0.component.max_length",
    ),
    "value": (form(field(typed(max_length=2, value="abc"))), "components.0.component.value"),
    "same ids": (form(field(typed()), field(typed())), "components"),
    "disabled": (form(field(select(disabled=True))), "components.0.component.disabled"),
    "one thing to choose of": (
        form(field({"type": 21, "custom_id": "r", "options": options(1)})),
        "components.0.component.options",
    ),
}


@pytest.mark.parametrize("body", ALLOWED.values(), ids=ALLOWED)
def test_a_layout_that_just_fits_is_taken(body: Json) -> None:
    assert message_complaints(body) == []


@pytest.mark.parametrize(("body", "path"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_in_a_layout_is_named_by_its_path(body: Json, path: str) -> None:
    assert {complaint.path for complaint in message_complaints(body)} == {path}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_form_that_just_fits_is_taken(body: Json) -> None:
    assert modal_complaints(body) == []


@pytest.mark.parametrize(("body", "path"), REFUSED_FORMS.values(), ids=REFUSED_FORMS)
def test_what_is_wrong_in_a_form_is_named_by_its_path(body: Json, path: str) -> None:
    assert [complaint.path for complaint in modal_complaints(body)] == [path]


def test_discords_own_description_takes_and_refuses_the_same() -> None:
    shared("discord-openapi/openapi.json")
    check = published().complaints
    for body in ALLOWED.values():
        assert check("POST", "/channels/1/messages", body) == []
    for modal in FORMS.values():
        assert check("POST", "/interactions/1/t/callback", {"type": 9, "data": modal}) == []
    long = form(field(typed(), label="x" * 46))
    found = check("POST", "/interactions/1/t/callback", {"type": 9, "data": long})
    assert [one.path for one in found] == ["data.components.0.label"]


def test_a_layout_stays_a_layout() -> None:
    before = layout(text())
    assert edit_complaints(before, layout(text("y"))) == []
    assert edit_complaints(before, {"components": [text("y")]}) == []
    assert [one.path for one in edit_complaints(before, {"flags": 0})] == ["flags"]
    assert [one.path for one in edit_complaints(before, {"content": "y"})] == ["content"]


def test_a_message_becomes_a_layout_only_without_its_old_parts() -> None:
    before = {"content": "x"}
    assert [one.path for one in edit_complaints(before, layout(text()))] == ["content"]
    assert edit_complaints(before, layout(text()) | {"content": None}) == []
