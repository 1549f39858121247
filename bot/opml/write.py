"""Writes topics as OPML 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.models import Topic
from bot.opml.read import OWN_EMOJI, OWN_NAME

NAMESPACE = "https://github.com/wherefore-bot/wherefore"
"""OPML allows attributes of one's own in a namespace (opml.org/spec2.opml, "Namespaces")."""

_ILLEGAL_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Line ends and tabs too: in an attribute they would be read as spaces.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    | {character: f"&#{ord(character)};" for character in "\t\n\r"}
)


def write_opml(topics: Iterable[Topic]) -> str:
    """Write topics as an OPML 2.0 document, each a folder of its feeds.

    `read_opml` gives the same topics back; other programs see the emoji in the folder's name.
    """
    folders = "\n".join(_folder(topic) for topic in topics)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<opml version="2.0" xmlns:wherefore="{NAMESPACE}">\n'
        "  <head>\n    <title>Topics of Wherefore</title>\n  </head>\n"
        f"  <body>\n{folders}\n  </body>\n</opml>\n"
    )


def _folder(topic: Topic) -> str:
    attributes = {
        "text": topic.label,
        "title": topic.title,
        "description": topic.description,
        OWN_NAME: topic.name,
        OWN_EMOJI: topic.emoji,
    }
    feeds = "".join(f"      {_feed(url)}\n" for url in topic.feeds)
    return f"    <outline{_written(attributes)}>\n{feeds}    </outline>"


def _feed(url: str) -> str:
    name = url.partition("://")[2].rstrip("/")
    return f"<outline{_written({'text': name, 'title': name, 'type': 'rss', 'xmlUrl': url})}/>"


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{_escaped(text)}"' for name, text in attributes.items() if text)


def _escaped(text: str) -> str:
    return _ILLEGAL_IN_XML.sub("\ufffd", text).translate(_ESCAPES)
