"""Discord's written limits on a message body, which its published schema does not all hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tests.loopback.wire import Complaint

Json = dict[str, Any]

CONTENT, NONCE, EMBEDS, EMBED_TEXT = 2000, 25, 10, 6000
TITLE, DESCRIPTION, FOOTER, AUTHOR = 256, 4096, 2048, 256
FIELDS, FIELD_NAME, FIELD_VALUE = 25, 256, 1024
URL, BUTTON_URL = 2048, 512
ROWS, BUTTONS, LABEL, CUSTOM_ID = 5, 5, 80, 100
V2_FLAG, V2_COMPONENTS, V2_TEXT = 1 << 15, 40, 4000
MENTIONS = 100

_LINK_STYLE, _PREMIUM_STYLE = 5, 6
_V2_FORBIDS = ("content", "embeds", "poll", "sticker_ids")


def message_complaints(body: Json) -> list[Complaint]:
    """Say everything that Discord would refuse about a message; lengths are code points."""
    found = list(_text("content", body.get("content"), CONTENT))
    found += _nonce(body.get("nonce"))
    found += _embeds(body.get("embeds") or [])
    found += _mentions(body.get("allowed_mentions") or {})
    rows = body.get("components") or []
    found += _v2(body, rows) if (body.get("flags") or 0) & V2_FLAG else _rows(rows)
    return found + list(_unique_ids(rows))


def is_empty(body: Json) -> bool:
    """Whether nothing would be seen of this message (Discord's error 50006)."""
    content = body.get("content")
    if isinstance(content, str) and content.strip():
        return False
    return not any(
        body.get(part) for part in ("embeds", "components", "attachments", "poll", "sticker_ids")
    )


def embed_length(embed: Json) -> int:
    """Count the text of an embed that goes into the 6000 of its message."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text.strip()) for text in texts if isinstance(text, str))


def _text(path: str, value: Any, limit: int, *, needed: bool = False) -> Iterator[Complaint]:
    if value is not None and not isinstance(value, str):
        yield Complaint(path, "STRING_TYPE_CONVERT", "Could not interpret as string.")
        return
    length = len((value or "").strip())
    if needed and not length:
        yield Complaint(path, "BASE_TYPE_REQUIRED", "This field is required")
    if length > limit:
        message = f"Must be {limit} or fewer in length."
        yield Complaint(path, "BASE_TYPE_MAX_LENGTH", message)


def _count(path: str, items: Any, limit: int) -> Iterator[Complaint]:
    if len(items) > limit:
        message = f"Must be {limit} or fewer in length."
        yield Complaint(path, "BASE_TYPE_MAX_LENGTH", message)


def _url(
    path: str, value: Any, *schemes: str, limit: int = URL, needed: bool = False
) -> Iterator[Complaint]:
    if value is None and not needed:
        return
    yield from _text(path, value, limit, needed=True)
    if isinstance(value, str) and not _well_formed(value, schemes or ("http", "https")):
        message = f"Scheme must be one of {schemes or ('http', 'https')} and the URL well formed."
        yield Complaint(path, "URL_TYPE_INVALID_SCHEME", message)


def _well_formed(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:  # an IPv6 address without its bracket
        return False
    printable = not any(char.isspace() or ord(char) < ord(" ") for char in value)
    return parts.scheme.lower() in schemes and bool(host) and printable


def _nonce(value: Any) -> Iterator[Complaint]:
    if value is not None and not isinstance(value, int):
        yield from _text("nonce", value, NONCE)


def _embeds(embeds: list[Json]) -> Iterator[Complaint]:
    yield from _count("embeds", embeds, EMBEDS)
    for index, embed in enumerate(embeds):
        yield from _embed(f"embeds.{index}", embed)
    if sum(map(embed_length, embeds)) > EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {EMBED_TEXT}"
        yield Complaint("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)


def _embed(path: str, embed: Json) -> Iterator[Complaint]:
    if not any(value for key, value in embed.items() if key not in {"type", "color", "url"}):
        yield Complaint(path, "BASE_TYPE_REQUIRED", "This embed shows nothing")
    yield from _text(f"{path}.title", embed.get("title"), TITLE)
    yield from _text(f"{path}.description", embed.get("description"), DESCRIPTION)
    yield from _url(f"{path}.url", embed.get("url"))
    yield from _embed_parts(path, embed)
    yield from _fields(f"{path}.fields", embed.get("fields") or [])
    yield from _timestamp(f"{path}.timestamp", embed.get("timestamp"))


def _embed_parts(path: str, embed: Json) -> Iterator[Complaint]:
    pictures = ("http", "https", "attachment")
    for part in ("image", "thumbnail"):
        if embed.get(part) is not None:
            url = embed[part].get("url")
            yield from _url(f"{path}.{part}.url", url, *pictures, needed=True)
    author, footer = embed.get("author"), embed.get("footer")
    if author is not None:
        yield from _text(f"{path}.author.name", author.get("name"), AUTHOR, needed=True)
        yield from _url(f"{path}.author.url", author.get("url"))
        yield from _url(f"{path}.author.icon_url", author.get("icon_url"), *pictures)
    if footer is not None:
        yield from _text(f"{path}.footer.text", footer.get("text"), FOOTER, needed=True)
        yield from _url(f"{path}.footer.icon_url", footer.get("icon_url"), *pictures)


def _fields(path: str, fields: list[Json]) -> Iterator[Complaint]:
    yield from _count(path, fields, FIELDS)
    for index, field in enumerate(fields):
        yield from _text(f"{path}.{index}.name", field.get("name"), FIELD_NAME, needed=True)
        yield from _text(f"{path}.{index}.value", field.get("value"), FIELD_VALUE, needed=True)


def _timestamp(path: str, value: Any) -> Iterator[Complaint]:
    if value is None:
        return
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        yield Complaint(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}.")


def _mentions(mentions: Json) -> Iterator[Complaint]:
    for kind in ("users", "roles"):
        named = mentions.get(kind) or []
        yield from _count(f"allowed_mentions.{kind}", named, MENTIONS)
        if named and kind in (mentions.get("parse") or []):
            message = f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."
            yield Complaint("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _rows(rows: list[Json]) -> Iterator[Complaint]:
    yield from _count("components", rows, ROWS)
    for index, row in enumerate(rows):
        path = f"components.{index}"
        if row.get("type") == 1:
            yield from _row(f"{path}.components", row.get("components") or [])
        else:
            message = "Only an action row may stand here without the components V2 flag."
            yield Complaint(f"{path}.type", "UNION_TYPE_CHOICES", message)


def _row(path: str, items: list[Json]) -> Iterator[Complaint]:
    if not items:
        yield Complaint(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    yield from _count(path, items, BUTTONS)
    if len(items) > 1 and any(item.get("type") != 2 for item in items):
        yield Complaint(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row.")
    for index, item in enumerate(items):
        yield from _item(f"{path}.{index}", item)


def _item(path: str, item: Json) -> Iterator[Complaint]:
    if item.get("type") == 2:
        yield from _button(path, item)
    else:
        yield from _text(f"{path}.custom_id", item.get("custom_id"), CUSTOM_ID, needed=True)
        yield from _count(f"{path}.options", item.get("options") or [], 25)


def _button(path: str, button: Json) -> Iterator[Complaint]:
    style = button.get("style")
    if style == _PREMIUM_STYLE:
        return
    yield from _text(
        f"{path}.label", button.get("label"), LABEL, needed=button.get("emoji") is None
    )
    link = style == _LINK_STYLE
    if (button.get("custom_id") is None) != link or (button.get("url") is not None) != link:
        message = "A link button has a url, every other one a custom_id, and none has both."
        yield Complaint(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message)
    elif link:
        url = f"{path}.url"
        yield from _url(url, button["url"], "http", "https", "discord", limit=BUTTON_URL)
    else:
        yield from _text(f"{path}.custom_id", button["custom_id"], CUSTOM_ID, needed=True)


def _v2(body: Json, rows: list[Json]) -> Iterator[Complaint]:
    for part in _V2_FORBIDS:
        if body.get(part):
            message = "Cannot be used together with components V2."
            yield Complaint(part, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    nodes = list(component_nodes(rows))
    if len(nodes) > V2_COMPONENTS:
        message = f"At most {V2_COMPONENTS} components in a message."
        yield Complaint("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    if sum(len(node.get("content") or "") for node in nodes) > V2_TEXT:
        message = f"At most {V2_TEXT} characters of text in a message."
        yield Complaint("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    for index, row in enumerate(rows):
        if row.get("type") == 1:
            yield from _row(f"components.{index}.components", row.get("components") or [])


def component_nodes(components: list[Json]) -> Iterator[Json]:
    """Walk through components and those inside them."""
    for component in components:
        yield component
        yield from component_nodes(component.get("components") or [])
        if component.get("accessory"):
            yield component["accessory"]


def _unique_ids(rows: list[Json]) -> Iterator[Complaint]:
    ids = Counter(node["custom_id"] for node in component_nodes(rows) if node.get("custom_id"))
    for custom_id, times in ids.items():
        if times > 1:
            message = f"Component custom id cannot be duplicated ({custom_id})"
            yield Complaint("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
