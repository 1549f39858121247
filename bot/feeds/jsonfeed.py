"""Reads JSON Feed 1.0 and 1.1, which feedparser does not know, into the shape it gives."""

from __future__ import annotations

import json
from typing import Any

from bot.feeds.raw import MAX_ENTRIES

Item = dict[str, Any]
"""An entry under the names that feedparser uses."""

_MOST_PARTS = 200_000
"""Objects and lists, brackets in texts included: each takes fifty times its length as memory."""
_MOST_ATTACHED = 20
_VERSION = "jsonfeed.org/version/"


def read(body: bytes) -> tuple[Item, list[Item]] | None:
    """Return the feed and its entries as feedparser would name them; None if it is no JSON Feed.

    At most 2,000 entries are taken, and nothing of more than 200,000 objects and lists. The format
    is that of https://www.jsonfeed.org/version/1.1/.
    """
    if body.count(b"{") + body.count(b"[") > _MOST_PARTS:
        return None
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        return None
    if not isinstance(document, dict) or _VERSION not in _text(document.get("version")):
        return None
    items = [item for item in _list(document.get("items")) if isinstance(item, dict)]
    feed = {
        "title": _text(document.get("title")),
        "link": _text(document.get("home_page_url")),
        "language": _text(document.get("language")),
        "icon": _text(document.get("icon")),
        "logo": _text(document.get("favicon")),
    }
    return feed, [_entry(item) for item in items[:MAX_ENTRIES]]


def _entry(item: dict[str, Any]) -> Item:
    content = _text(item.get("content_html")) or _as_html(_text(item.get("content_text")))
    identity = item.get("id")
    return {
        "id": str(identity) if isinstance(identity, int | float) else _text(identity),
        "title": _text(item.get("title")),
        "link": _text(item.get("url")) or _text(item.get("external_url")),
        "summary": _as_html(_text(item.get("summary"))),
        "content": [{"value": content, "type": "text/html"}] if content else [],
        "published": _text(item.get("date_published")),
        "updated": _text(item.get("date_modified")),
        "links": [
            {"rel": "enclosure", "type": _text(a.get("mime_type")), "href": _text(a.get("url"))}
            for a in _list(item.get("attachments"))[:_MOST_ATTACHED]
            if isinstance(a, dict)
        ],
        "media_content": [
            {"url": _text(item.get(name)), "medium": "image"}
            for name in ("image", "banner_image")
            if item.get(name)
        ],
    }


def _as_html(text: str) -> str:
    """Return plain text as HTML, so that a "<" in it stays one."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
