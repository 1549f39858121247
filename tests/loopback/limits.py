"""Discord's written limits on a message body, which its published schema does not all hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.loopback import bounds
from tests.loopback.component_limits import V2_FLAG, component_complaints
from tests.loopback.wire import Complaint

Json = dict[str, Any]

CONTENT, NONCE, EMBEDS, EMBED_TEXT = 2000, 25, 10, 6000
TITLE, DESCRIPTION, FOOTER, AUTHOR = 256, 4096, 2048, 256
FIELDS, FIELD_NAME, FIELD_VALUE = 25, 256, 1024
MENTIONS = 100

_V2_FORBIDS = ("content", "embeds", "poll", "sticker_ids")


def message_complaints(body: Json) -> list[Complaint]:
    """Say everything that Discord would refuse about a message; lengths are code points."""
    found = list(bounds.text("content", body.get("content"), CONTENT))
    found += _nonce(body.get("nonce"))
    found += _embeds(body.get("embeds") or [])
    found += _mentions(body.get("allowed_mentions") or {})
    is_v2 = bool((body.get("flags") or 0) & V2_FLAG)
    found += _old_parts(body) if is_v2 else []
    return found + component_complaints(body.get("components") or [], is_v2=is_v2)


def edit_complaints(before: Json, patch: Json) -> list[Complaint]:
    """Say what Discord would refuse about a change of a message; `before` is its body so far."""
    if not (before.get("flags") or 0) & V2_FLAG:
        whole = before | patch
        found = message_complaints(patch)
        old = _old_parts(whole) if (patch.get("flags") or 0) & V2_FLAG else []
        return found + [one for one in old if one not in found]
    if "flags" in patch and not (patch["flags"] or 0) & V2_FLAG:
        message = "The components V2 flag cannot be removed from a message."
        return [Complaint("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", message)]
    return message_complaints(patch | {"flags": V2_FLAG})


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


def _nonce(value: Any) -> Iterator[Complaint]:
    if value is not None and not isinstance(value, int):
        yield from bounds.text("nonce", value, NONCE)


def _embeds(embeds: list[Json]) -> Iterator[Complaint]:
    yield from bounds.count("embeds", embeds, EMBEDS)
    for index, embed in enumerate(embeds):
        yield from _embed(f"embeds.{index}", embed)
    if sum(map(embed_length, embeds)) > EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {EMBED_TEXT}"
        yield Complaint("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)


def _embed(path: str, embed: Json) -> Iterator[Complaint]:
    if not any(value for key, value in embed.items() if key not in {"type", "color", "url"}):
        yield Complaint(path, "BASE_TYPE_REQUIRED", "This embed shows nothing")
    yield from bounds.text(f"{path}.title", embed.get("title"), TITLE)
    yield from bounds.text(f"{path}.description", embed.get("description"), DESCRIPTION)
    yield from bounds.url(f"{path}.url", embed.get("url"))
    yield from _embed_parts(path, embed)
    yield from _fields(f"{path}.fields", embed.get("fields") or [])
    yield from _timestamp(f"{path}.timestamp", embed.get("timestamp"))


def _embed_parts(path: str, embed: Json) -> Iterator[Complaint]:
    pictures = ("http", "https", "attachment")
    for part in ("image", "thumbnail"):
        if embed.get(part) is not None:
            url = embed[part].get("url")
            yield from bounds.url(f"{path}.{part}.url", url, *pictures, needed=True)
    author, footer = embed.get("author"), embed.get("footer")
    if author is not None:
        yield from bounds.text(f"{path}.author.name", author.get("name"), AUTHOR, needed=True)
        yield from bounds.url(f"{path}.author.url", author.get("url"))
        yield from bounds.url(f"{path}.author.icon_url", author.get("icon_url"), *pictures)
    if footer is not None:
        yield from bounds.text(f"{path}.footer.text", footer.get("text"), FOOTER, needed=True)
        yield from bounds.url(f"{path}.footer.icon_url", footer.get("icon_url"), *pictures)


def _fields(path: str, fields: list[Json]) -> Iterator[Complaint]:
    yield from bounds.count(path, fields, FIELDS)
    for index, field in enumerate(fields):
        yield from bounds.text(f"{path}.{index}.name", field.get("name"), FIELD_NAME, needed=True)
        yield from bounds.text(
            f"{path}.{index}.value", field.get("value"), FIELD_VALUE, needed=True
        )


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
        yield from bounds.count(f"allowed_mentions.{kind}", named, MENTIONS)
        if named and kind in (mentions.get("parse") or []):
            message = f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."
            yield Complaint("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _old_parts(body: Json) -> list[Complaint]:
    code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    message = "Cannot be used together with components V2."
    return [Complaint(part, code, message) for part in _V2_FORBIDS if body.get(part)]
