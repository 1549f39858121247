"""Pure: the parts that panels, lists with buttons and forms are laid out from (components V2).

Discord's limits: https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.models import Body
from bot.publish.escape import clip

IS_LAYOUT = 1 << 15
"""The flag of a message that is made of components alone (IS_COMPONENTS_V2)."""
MOST_OPTIONS = 25
_LABEL, _OPTION, _FORM_TITLE, _FIELD_LABEL, _FIELD_TEXT = 80, 100, 45, 45, 100

SECTION, THUMBNAIL, GALLERY, CONTAINER = 9, 11, 12, 17
"""Discord's numbers of what holds other parts, and of pictures."""

Component = dict[str, Any]

GREY, BLUE, GREEN, RED = 2, 1, 3, 4
"""Styles of buttons that are answered by us."""


def layout(*parts: Component, colour: int | None = None) -> Body:
    """Make a message of components alone, in one frame where it has a colour."""
    shown: list[Component] = list(parts)
    if colour is not None:
        shown = [{"type": CONTAINER, "accent_color": colour, "components": shown}]
    return {"flags": IS_LAYOUT, "components": shown, "allowed_mentions": {"parse": []}}


def text(markdown: str) -> Component:
    """Show a text, which is safe already."""
    return {"type": 10, "content": markdown}


def section(markdown: str, beside: Component) -> Component:
    """Show a text, which is safe already, with a button or a picture beside it."""
    return {"type": SECTION, "components": [text(markdown)], "accessory": beside}


def thumbnail(url: str, description: str = "") -> Component:
    """Show a small picture, http(s); its description is for who can't see it."""
    shown: Component = {"type": THUMBNAIL, "media": {"url": url}}
    return shown | ({"description": clip(description, 1024)} if description else {})


def line() -> Component:
    """Part what is above from what is below."""
    return {"type": 14}


def row(*parts: Component | None) -> Component:
    """Put up to five buttons beside each other, or one select; None is left out."""
    return {"type": 1, "components": [part for part in parts if part is not None]}


def button(
    label: str, custom_id: str, *, style: int = GREY, emoji: str = "", disabled: bool = False
) -> Component:
    """Make a button that is answered by its id (100 characters at most)."""
    made: Component = {"type": 2, "style": style, "custom_id": custom_id}
    if label:
        made["label"] = clip(label, _LABEL)
    if emoji:
        made["emoji"] = {"name": emoji}
    return made | ({"disabled": True} if disabled else {})


def link(label: str, url: str) -> Component:
    """Make a button that leads to an address, http(s), 512 characters at most."""
    return {"type": 2, "style": 5, "label": clip(label, _LABEL), "url": url}


def option(label: str, value: str, *, about: str = "", chosen: bool = False) -> Component:
    """Make one thing to choose."""
    made: Component = {"label": clip(label, _OPTION), "value": value}
    if about:
        made["description"] = clip(about, _OPTION)
    return made | ({"default": True} if chosen else {})


def select(
    custom_id: str, options: Iterable[Component], *, hint: str = "", least: int = 1, most: int = 1
) -> Component:
    """Let people choose of up to 25 options."""
    given = list(options)[:MOST_OPTIONS]
    made: Component = {"type": 3, "custom_id": custom_id, "options": given}
    made |= {"min_values": least, "max_values": min(most, len(given))}
    return made | ({"placeholder": clip(hint, 150)} if hint else {})


def channel_select(
    custom_id: str, kinds: Sequence[int], *, hint: str = "", chosen: int | None = None
) -> Component:
    """Let people choose a channel of these kinds (Discord's numbers)."""
    made: Component = {"type": 8, "custom_id": custom_id, "channel_types": list(kinds)}
    made |= {"min_values": 1, "max_values": 1}
    if chosen is not None:
        made["default_values"] = [{"id": str(chosen), "type": "channel"}]
    return made | ({"placeholder": clip(hint, 150)} if hint else {})


def role_select(custom_id: str, *, hint: str = "", chosen: int | None = None) -> Component:
    """Let people choose one role, or none."""
    made: Component = {"type": 6, "custom_id": custom_id, "min_values": 0, "max_values": 1}
    if chosen is not None:
        made["default_values"] = [{"id": str(chosen), "type": "role"}]
    return made | ({"placeholder": clip(hint, 150)} if hint else {})


def form(title: str, custom_id: str, *fields: Component) -> Component:
    """Make a form (modal) of up to five fields."""
    return {
        "title": clip(title, _FORM_TITLE),
        "custom_id": custom_id,
        "components": list(fields),
    }


def field(label: str, inner: Component, *, about: str = "") -> Component:
    """Label a text input or a select of a form."""
    made: Component = {"type": 18, "label": clip(label, _FIELD_LABEL), "component": inner}
    return made | ({"description": clip(about, _FIELD_TEXT)} if about else {})


def text_input(
    custom_id: str,
    *,
    value: str = "",
    hint: str = "",
    most: int = 400,
    needed: bool = True,
    long: bool = False,
) -> Component:
    """Let people type a text."""
    made: Component = {
        "type": 4,
        "custom_id": custom_id,
        "style": 2 if long else 1,
        "required": needed,
        "max_length": most,
    }
    made |= {"value": value[:most]} if value else {}
    return made | ({"placeholder": clip(hint, 100)} if hint else {})
