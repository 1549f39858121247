"""Holds the loopback Discord's checks to Discord's written limits, on both sides of each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.loopback.command_limits import choice_complaints, command_complaints
from tests.loopback.limits import embed_length, is_empty, message_complaints
from tests.loopback.openapi import OpenApi, published
from tests.shared import shared

Json = dict[str, Any]

URL = "https://news.example/"


def embed(**parts: Any) -> Json:
    return {"embeds": [parts]}


def fields(count: int, name: str = "name", value: str = "value") -> Json:
    return embed(fields=[{"name": name, "value": value} for _ in range(count)])


def buttons(*items: Json) -> Json:
    return {"components": [{"type": 1, "components": list(items)}]}


def button(**parts: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": "id"} | parts


def link(**parts: Any) -> Json:
    return {"type": 2, "style": 5, "label": "Read", "url": URL} | parts


def numbered(count: int) -> list[Json]:
    return [button(custom_id=str(number)) for number in range(count)]


ALLOWED = {
    "content": {"content": "x" * 2000},
    "astral characters count once": embed(title="😀" * 256),
    "outer whitespace does not count": embed(title=" " + "x" * 256 + "\n"),
    "title": embed(title="x" * 256),
    "description": embed(description="x" * 4096),
    "25 fields": fields(25),
    "field": fields(1, "x" * 256, "x" * 1024),
    "footer": embed(footer={"text": "x" * 2048}),
    "author": embed(author={"name": "x" * 256, "url": URL, "icon_url": URL}),
    "url": embed(title="t", url=URL + "x" * (2048 - len(URL))),
    "attachment": embed(image={"url": "attachment://picture.png"}),
    "timestamp": embed(title="t", timestamp="2026-08-06T12:00:00.123000+00:00"),
    "6000 over all embeds": {"embeds": [{"description": "x" * 3000}] * 2},
    "10 embeds": {"embeds": [{"title": "t"}] * 10},
    "25 buttons": {
        "components": [
            {"type": 1, "components": [button(custom_id=f"{row}.{each}") for each in range(5)]}
            for row in range(5)
        ]
    },
    "label": buttons(button(label="x" * 80), link(label="x" * 80)),
    "emoji in place of a label": buttons(button(label=None, emoji={"name": "🗞"})),
    "custom id": buttons(button(custom_id="x" * 100)),
    "link": buttons(link(url=URL + "x" * (512 - len(URL)))),
    "nonce": {"content": "x", "nonce": "x" * 25},
    "nobody mentioned": {"content": "x", "allowed_mentions": {"parse": []}},
}

REFUSED = {
    "content": ({"content": "x" * 2001}, "content"),
    "title": (embed(title="x" * 257), "embeds.0.title"),
    "title of another type": (embed(title=5), "embeds.0.title"),
    "description": (embed(description="x" * 4097), "embeds.0.description"),
    "26 fields": (fields(26), "embeds.0.fields"),
    "field name": (fields(1, "x" * 257), "embeds.0.fields.0.name"),
    "field value": (fields(1, "n", "x" * 1025), "embeds.0.fields.0.value"),
    "empty field name": (fields(1, " "), "embeds.0.fields.0.name"),
    "empty field value": (fields(1, "n", ""), "embeds.0.fields.0.value"),
    "footer": (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text"),
    "author": (embed(author={"name": "x" * 257}), "embeds.0.author.name"),
    "author without a name": (embed(author={"url": URL}), "embeds.0.author.name"),
    "embed that shows nothing": (embed(color=5), "embeds.0"),
    "long url": (embed(title="t", url=URL + "x" * 2048), "embeds.0.url"),
    "relative url": (embed(title="t", url="/story"), "embeds.0.url"),
    "script url": (embed(title="t", url="javascript:alert(1)"), "embeds.0.url"),
    "url without a host": (embed(title="t", url="https:///story"), "embeds.0.url"),
    "url with a space": (embed(title="t", url="https://a.example/a b"), "embeds.0.url"),
    "url with half an address": (embed(title="t", url="https://[::1/"), "embeds.0.url"),
    "data image": (embed(image={"url": "data:image/png;base64,AA"}), "embeds.0.image.url"),
    "image without a url": (embed(title="t", image={}), "embeds.0.image.url"),
    "timestamp": (embed(title="t", timestamp="yesterday"), "embeds.0.timestamp"),
    "6001 over all embeds": (
        {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]},
        "embeds",
    ),
    "11 embeds": ({"embeds": [{"title": "t"}] * 11}, "embeds"),
    "6 rows": ({"components": [{"type": 1, "components": [link()]}] * 6}, "components"),
    "6 buttons": (buttons(*numbered(6)), "components.0.components"),
    "empty row": (buttons(), "components.0.components"),
    "button without a row": ({"components": [button()]}, "components.0.type"),
    "select beside a button": (
        buttons(button(), {"type": 3, "custom_id": "s", "options": []}),
        "components.0.components",
    ),
    "long label": (buttons(button(label="x" * 81)), "components.0.components.0.label"),
    "no label": (buttons(button(label="")), "components.0.components.0.label"),
    "custom id": (buttons(button(custom_id="x" * 101)), "components.0.components.0.custom_id"),
    "empty custom id": (buttons(button(custom_id="")), "components.0.components.0.custom_id"),
    "no custom id": (buttons(button(custom_id=None)), "components.0.components.0"),
    "link with a custom id": (buttons(link(custom_id="id")), "components.0.components.0"),
    "long link": (buttons(link(url=URL + "x" * 512)), "components.0.components.0.url"),
    "bad link": (buttons(link(url="ftp://a.example/")), "components.0.components.0.url"),
    "same custom id twice": (buttons(button(), button()), "components"),
    "long nonce": ({"content": "x", "nonce": "x" * 26}, "nonce"),
    "101 users": (
        {"content": "x", "allowed_mentions": {"users": ["1"] * 101}},
        "allowed_mentions.users",
    ),
    "all and some": (
        {"content": "x", "allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
        "allowed_mentions",
    ),
    "V2 with an embed": ({"flags": 1 << 15, "embeds": [{"title": "t"}]}, "embeds"),
    "41 V2 components": (
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41},
        "components",
    ),
    "4001 characters of V2": (
        {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]},
        "components",
    ),
}

COMMANDS = {
    "upper case": {"name": "Latest"},
    "no description": {"description": ""},
    "long description": {"description": "x" * 101},
    "26 options": {
        "options": [{"type": 3, "name": f"o{n}", "description": "d"} for n in range(26)]
    },
    "required behind optional": {
        "options": [
            {"type": 3, "name": "a", "description": "d"},
            {"type": 3, "name": "b", "description": "d", "required": True},
        ]
    },
    "choices and autocomplete": {
        "options": [
            {
                "type": 3,
                "name": "a",
                "description": "d",
                "autocomplete": True,
                "choices": [{"name": "n", "value": "v"}],
            }
        ]
    },
    "more than 8000 characters": {
        "options": [
            {
                "type": 3,
                "name": f"o{n}",
                "description": "x" * 100,
                "choices": [{"name": "x" * 100, "value": "y" * 100}] * 8,
            }
            for n in range(5)
        ]
    },
}


def command(**parts: Any) -> Json:
    return {"name": "latest", "type": 1, "description": "The newest story"} | parts


@pytest.mark.parametrize("body", ALLOWED.values(), ids=ALLOWED)
def test_what_just_fits_is_taken(body: Json) -> None:
    assert message_complaints(body) == []
    assert not is_empty(body)


@pytest.mark.parametrize(("body", "path"), REFUSED.values(), ids=REFUSED)
def test_what_just_does_not_fit_is_named_by_its_path(body: Json, path: str) -> None:
    assert [complaint.path for complaint in message_complaints(body)] == [path]


def test_everything_wrong_is_said_at_once() -> None:
    body = {"content": "x" * 2001, "embeds": [{"title": "x" * 257, "url": "no"}]}
    paths = [complaint.path for complaint in message_complaints(body)]
    assert paths == ["content", "embeds.0.title", "embeds.0.url"]


@pytest.mark.parametrize("body", [{}, {"content": " \n"}, {"embeds": []}, {"content": None}])
def test_a_message_that_shows_nothing_is_empty(body: Json) -> None:
    assert is_empty(body)


def test_all_text_of_an_embed_counts() -> None:
    parts = {"title": "1", "description": "22", "author": {"name": "333", "url": URL}}
    more = {"footer": {"text": "4444"}, "fields": [{"name": "55555", "value": "666666"}]}
    assert embed_length(parts | more) == 21


@pytest.mark.parametrize("parts", COMMANDS.values(), ids=COMMANDS)
def test_a_command_past_the_limits_is_refused(parts: Json) -> None:
    assert len(command_complaints([command(**parts)])) == 1


def test_a_hundred_commands_and_fifteen_menus_are_taken() -> None:
    slash = [command(name=f"c{number}") for number in range(101)]
    menus = [{"name": f"Menu {number}", "type": 3} for number in range(16)]
    assert command_complaints(slash[:100] + menus[:15]) == []
    assert len(command_complaints(slash)) == 1
    assert len(command_complaints(menus)) == 1
    assert len(command_complaints(slash[:2] + slash[:1])) == 1


def test_twenty_five_choices_are_taken() -> None:
    choice = {"name": "x" * 100, "value": "x" * 100}
    assert choice_complaints([choice] * 25) == []
    paths = [one.path for one in choice_complaints([*[choice] * 25, {"name": "", "value": ""}])]
    assert paths == ["data.choices", "data.choices.25.name", "data.choices.25.value"]


def test_without_the_description_nothing_is_complained_of() -> None:
    assert OpenApi(None).complaints("POST", "/channels/1/messages", {"content": 5}) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("POST", "/channels/1/messages", {"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ("POST", "/channels/1/messages", {"nonce": "x" * 26}, "nonce"),
        ("PATCH", "/webhooks/1/t/messages/@original", {"content": "x" * 2001}, "content"),
        ("POST", "/interactions/1/t/callback", {"type": 4, "data": {"flags": "x"}}, "data.flags"),
        ("PUT", "/applications/1/commands", [command(name="x" * 33)], "0.name"),
    ],
)
def test_discords_own_description_is_applied(
    method: str, path: str, body: Any, complaint: str
) -> None:
    shared("discord-openapi/openapi.json")
    assert [one.path for one in published().complaints(method, path, body)] == [complaint]


def test_a_media_channel_is_a_type_of_channel() -> None:
    shared("discord-openapi/openapi.json")
    option = {"type": 7, "name": "channel", "description": "d", "channel_types": [0, 15, 16]}
    body = [command(options=[option])]
    assert published().complaints("PUT", "/applications/1/commands", body) == []
