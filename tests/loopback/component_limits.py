"""Discord's written limits on what messages and forms are laid out from.

Source: https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from tests.loopback import bounds
from tests.loopback.wire import Complaint

Json = dict[str, Any]
Check = Callable[[str, Json], Iterator[Complaint]]

ROWS, BUTTONS, LABEL, CUSTOM_ID, BUTTON_URL = 5, 5, 80, 100, 512
V2_FLAG, V2_COMPONENTS, V2_TEXT = 1 << 15, 40, 4000
OPTIONS, OPTION_TEXT, HINT, EMOJI = 25, 100, 150, 32
MODAL_TITLE, MODAL_PARTS, FIELD_LABEL, FIELD_TEXT = 45, 5, 45, 100
TYPED, TYPED_HINT = 4000, 100

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, FIELD = 9, 10, 11, 12, 13, 14, 17, 18
UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
ENTITY_SELECTS = {USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT}
SELECTS = ENTITY_SELECTS | {STRING_SELECT}

_LINK_STYLE, _PREMIUM_STYLE = 5, 6
_IN_CONTAINER = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}
_PICTURES = ("http", "https", "attachment")


def component_complaints(components: list[Json], *, is_v2: bool) -> list[Complaint]:
    """Say what Discord would refuse about a message's components."""
    found: list[Complaint] = []
    if is_v2:
        found += _v2(components)
    else:
        found += bounds.count("components", components, ROWS)
        found += _parts("components", components, {ROW})
    return found + list(_unique_ids(components))


def modal_complaints(modal: Json) -> list[Complaint]:
    """Say what Discord would refuse about a form."""
    found = list(bounds.text("title", modal.get("title"), MODAL_TITLE, needed=True))
    found += bounds.text("custom_id", modal.get("custom_id"), CUSTOM_ID, needed=True)
    parts = modal.get("components") or []
    found += bounds.count("components", parts, MODAL_PARTS, least=1)
    for index, part in enumerate(parts):
        found += _modal_part(f"components.{index}", part)
    return found + list(_unique_ids(parts))


def component_nodes(components: list[Json]) -> Iterator[Json]:
    """Walk through components and those inside and beside them."""
    for component in components:
        yield component
        yield from component_nodes(component.get("components") or [])
        for beside in ("accessory", "component"):
            if component.get(beside):
                yield component[beside]


def _v2(components: list[Json]) -> Iterator[Complaint]:
    nodes = list(component_nodes(components))
    if len(nodes) > V2_COMPONENTS:
        message = f"At most {V2_COMPONENTS} components in a message."
        yield Complaint("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    if sum(len(node.get("content") or "") for node in nodes) > V2_TEXT:
        message = f"At most {V2_TEXT} characters of text in a message."
        yield Complaint("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    yield from _parts("components", components, _IN_CONTAINER | {CONTAINER})


def _parts(path: str, parts: list[Json], allowed: Collection[int]) -> Iterator[Complaint]:
    for index, part in enumerate(parts):
        here, kind = f"{path}.{index}", part.get("type", 0)
        if kind in allowed:
            yield from _CHECKS[kind](here, part)
        else:
            message = f"Only {sorted(allowed)} may stand here."
            yield Complaint(f"{here}.type", "UNION_TYPE_CHOICES", message)


def _container(path: str, part: Json) -> Iterator[Complaint]:
    inner = part.get("components") or []
    yield from bounds.number(f"{path}.accent_color", part.get("accent_color"), 0, 0xFFFFFF)
    yield from bounds.count(f"{path}.components", inner, V2_COMPONENTS, least=1)
    yield from _parts(f"{path}.components", inner, _IN_CONTAINER)


def _section(path: str, part: Json) -> Iterator[Complaint]:
    inner = part.get("components") or []
    yield from bounds.count(f"{path}.components", inner, 3, least=1)
    yield from _parts(f"{path}.components", inner, {TEXT})
    beside: Json = part.get("accessory") or {}
    if beside.get("type") in {BUTTON, THUMBNAIL}:
        yield from _CHECKS[beside["type"]](f"{path}.accessory", beside)
    else:
        message = "A section has a button or a thumbnail beside it."
        yield Complaint(f"{path}.accessory", "BASE_TYPE_REQUIRED", message)


def _shown_text(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.content", part.get("content"), 1 << 30, needed=True)


def _thumbnail(path: str, part: Json) -> Iterator[Complaint]:
    url = (part.get("media") or {}).get("url")
    yield from bounds.url(f"{path}.media.url", url, *_PICTURES, needed=True)
    yield from bounds.text(f"{path}.description", part.get("description"), 1024, least=1)


def _gallery(path: str, part: Json) -> Iterator[Complaint]:
    items = part.get("items") or []
    yield from bounds.count(f"{path}.items", items, 10, least=1)
    for index, item in enumerate(items):
        yield from _thumbnail(f"{path}.items.{index}", item)


def _file(path: str, part: Json) -> Iterator[Complaint]:
    url = (part.get("file") or {}).get("url")
    yield from bounds.url(f"{path}.file.url", url, "attachment", needed=True)


def _separator(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.number(f"{path}.spacing", part.get("spacing"), 1, 2)


def _row(path: str, part: Json) -> Iterator[Complaint]:
    path, items = f"{path}.components", part.get("components") or []
    yield from bounds.count(path, items, BUTTONS, least=1)
    if len(items) > 1 and any(item.get("type") != BUTTON for item in items):
        yield Complaint(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row.")
    else:
        yield from _parts(path, items, SELECTS | {BUTTON})


def _button(path: str, part: Json) -> Iterator[Complaint]:
    style, emoji = part.get("style"), part.get("emoji")
    if style == _PREMIUM_STYLE:
        return
    yield from bounds.text(f"{path}.label", part.get("label"), LABEL, needed=emoji is None)
    yield from _emoji(f"{path}.emoji", emoji)
    link = style == _LINK_STYLE
    if (part.get("custom_id") is None) != link or (part.get("url") is not None) != link:
        message = "A link button has a url, every other one a custom_id, and none has both."
        yield Complaint(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message)
    elif link:
        url = f"{path}.url"
        yield from bounds.url(url, part["url"], "http", "https", "discord", limit=BUTTON_URL)
    else:
        yield from bounds.text(f"{path}.custom_id", part["custom_id"], CUSTOM_ID, needed=True)


def _emoji(path: str, emoji: Json | None) -> Iterator[Complaint]:
    """Discord knows which of Unicode's signs are emoji; here it is enough to be no letter."""
    if emoji is None or emoji.get("id") is not None:
        return
    name = emoji.get("name") or ""
    if not name.isascii() and len(name) <= EMOJI and not any(map(str.isalpha, name)):
        return
    yield Complaint(f"{path}.name", "COMPONENT_INVALID_EMOJI", f"Invalid emoji: {name!r}")


def _select(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.custom_id", part.get("custom_id"), CUSTOM_ID, needed=True)
    yield from bounds.text(f"{path}.placeholder", part.get("placeholder"), HINT)
    if part.get("type") == STRING_SELECT:
        yield from _options(path, part, OPTIONS)
    yield from _range(path, part)


def _range(path: str, part: Json) -> Iterator[Complaint]:
    least, most = chosen_between(part)
    offered = len(part["options"]) if part.get("options") else OPTIONS
    yield from bounds.number(f"{path}.min_values", least, 0, offered)
    yield from bounds.number(f"{path}.max_values", most, max(1, least), offered)
    defaults = [one for one in part.get("options") or [] if one.get("default")]
    defaults += part.get("default_values") or []
    if len(defaults) > most:
        yield Complaint(path, "COMPONENT_DEFAULT_VALUES_RANGE", f"At most {most} are chosen.")


def _options(path: str, part: Json, most: int, least: int = 1) -> Iterator[Complaint]:
    path, options = f"{path}.options", part.get("options") or []
    yield from bounds.count(path, options, most, least=least)
    for index, option in enumerate(options):
        here = f"{path}.{index}"
        yield from bounds.text(f"{here}.label", option.get("label"), OPTION_TEXT, needed=True)
        yield from bounds.text(f"{here}.value", option.get("value"), OPTION_TEXT, needed=True)
        yield from bounds.text(f"{here}.description", option.get("description"), OPTION_TEXT)
        yield from _emoji(f"{here}.emoji", option.get("emoji"))
    for value, times in Counter(option.get("value") for option in options).items():
        if times > 1:
            message = f"The specified option value is already used ({value})"
            yield Complaint(path, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)


def chosen_between(part: Json) -> tuple[int, int]:
    """How many may be chosen in a select, least and most; one where it says nothing."""
    least, most = part.get("min_values"), part.get("max_values")
    return 1 if least is None else least, 1 if most is None else most


def _modal_part(path: str, part: Json) -> Iterator[Complaint]:
    kind = part.get("type")
    if kind == FIELD:
        yield from _field(path, part)
    elif kind == TEXT:
        yield from _shown_text(path, part)
    else:
        message = "A form is made of labels and texts."
        yield Complaint(f"{path}.type", "UNION_TYPE_CHOICES", message)


def _field(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.label", part.get("label"), FIELD_LABEL, needed=True)
    yield from bounds.text(f"{path}.description", part.get("description"), FIELD_TEXT, least=1)
    inner: Json = part.get("component") or {}
    path = f"{path}.component"
    if inner.get("type") not in _FIELDS:
        yield Complaint(f"{path}.type", "UNION_TYPE_CHOICES", "No such field in a form.")
        return
    yield from _FIELDS[inner["type"]](path, inner)
    if inner.get("disabled"):
        yield Complaint(f"{path}.disabled", "BASE_TYPE_CHOICES", "Nothing is disabled in a form.")


def _text_input(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.custom_id", part.get("custom_id"), CUSTOM_ID, needed=True)
    yield from bounds.text(f"{path}.placeholder", part.get("placeholder"), TYPED_HINT)
    yield from bounds.number(f"{path}.style", part.get("style", 0), 1, 2)
    least, most = typed_between(part)
    yield from bounds.number(f"{path}.min_length", least, 0, TYPED)
    yield from bounds.number(f"{path}.max_length", most, max(1, least), TYPED)
    yield from bounds.text(f"{path}.value", part.get("value"), most)
    if part.get("label") is not None:
        message = "A text input inside a label has no label of its own."
        yield Complaint(f"{path}.label", "BASE_TYPE_EMPTY", message)


def typed_between(part: Json) -> tuple[int, int]:
    """How many characters may be typed into a text input, least and most."""
    most = part.get("max_length")
    return part.get("min_length") or 0, TYPED if most is None else most


def _radio(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.custom_id", part.get("custom_id"), CUSTOM_ID, needed=True)
    yield from _options(path, part, 10, least=2)
    yield from _range(path, part)


def _checkboxes(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.custom_id", part.get("custom_id"), CUSTOM_ID, needed=True)
    yield from _options(path, part, 10)
    yield from _range(path, part)


def _named(path: str, part: Json) -> Iterator[Complaint]:
    yield from bounds.text(f"{path}.custom_id", part.get("custom_id"), CUSTOM_ID, needed=True)


def _unique_ids(components: list[Json]) -> Iterator[Complaint]:
    nodes = component_nodes(components)
    for custom_id, times in Counter(node.get("custom_id") for node in nodes).items():
        if custom_id and times > 1:
            message = f"Component custom id cannot be duplicated ({custom_id})"
            yield Complaint("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message)


_CHECKS: Mapping[int, Check] = {
    ROW: _row,
    BUTTON: _button,
    SECTION: _section,
    TEXT: _shown_text,
    THUMBNAIL: _thumbnail,
    GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
} | dict.fromkeys(SELECTS, _select)

_FIELDS: Mapping[int, Check] = {
    TEXT_INPUT: _text_input,
    UPLOAD: _named,
    RADIO: _radio,
    CHECKBOXES: _checkboxes,
    CHECKBOX: _named,
} | dict.fromkeys(SELECTS, _select)
