"""What a feed's document holds: entries, as parsed and cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.times import Millis


class BlockKind(StrEnum):
    """What a piece of an entry's text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


MANY_AT_ONCE = 5
"""Of more new entries than this in one document, not all may be taken for news."""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or list item of an entry, as clean text without markup."""

    kind: BlockKind
    text: str
    lead: str = ""
    """The bold words that a paragraph opens with ("Why it matters:"), also part of `text`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed document, as parsed and cleaned; everything in it is still hostile."""

    title: str
    link: str | None
    """The entry's own page, http(s), without what only counts readers."""
    guid: str | None = None
    teaser: str = ""
    blocks: tuple[Block, ...] = ()
    """The entry's content in order; empty where the feed carries only a teaser."""
    image: str | None = None
    published: Millis | None = None
    """As dated by the feed, if that date can be read and makes sense; may lie ahead of now."""
    written_date: str = ""
    """The date exactly as the feed wrote it: part of the identity of entries without any id."""
    publisher: str | None = None
    """Who first published it, where the entry names somebody other than the feed."""
    original_link: str | None = None
    """Where that publisher has it ("Read Full Story at …")."""


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed's document, parsed."""

    title: str
    entries: tuple[Entry, ...]
    """In the document's order."""
    language: str = ""
    site: str | None = None
    """The home page that the feed belongs to."""
    ttl: Millis | None = None
    """How long it may be kept before it is asked for again, where it says so."""
    icon: str | None = None
    """A picture that stands for the publisher, http(s), in a format that Discord shows."""
