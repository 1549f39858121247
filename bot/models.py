"""The nouns that every other module speaks; frozen, standard library only.

Times are integers: Unix milliseconds (`Millis`). Discord's ids are plain integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Millis = int
Body = dict[str, Any]
"""The JSON body of Discord's create-message endpoint."""

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR
NEWS_AGE: Millis = 3 * DAY
"""What is older than this when it could first be posted is archive, not news."""


# ── feeds ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask with next time; opaque, kept and sent back byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed URL, fetched once for every channel, with its validators, schedule and health."""

    id: int
    url: str
    title: str = ""
    language: str = ""
    validators: Validators = Validators()
    body_hash: str | None = None
    seeded_at: Millis | None = None
    """When a document of this feed was first read whole; until then everything in it is old."""
    succeeded_at: Millis | None = None
    """When the feed last answered well (a 304 counts)."""
    next_poll_at: Millis = 0
    failures: int = 0
    error: str | None = None
    """Why the last poll failed, in words for a person; None after a success."""
    distrusted_keys: frozenset[KeyKind] = frozenset()
    """Kinds of key that this feed has contradicted, and that no longer count for it."""


class BlockKind(StrEnum):
    """What a piece of an entry's text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


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


# ── what fetching and parsing can come to ────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, decoded from its transfer encodings, with where it was found in the end."""

    body: bytes
    url: str
    content_type: str = ""
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed; it may have refreshed its validators."""

    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No document this time."""

    reason: str
    """In words for a person: what is wrong and, where there is one, the way out."""
    retry_after: Millis | None = None
    """How long the server asked us to stay away, if it did."""


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """A body that is not a feed, or that the parser could not finish."""

    reason: str
    feeds: tuple[str, ...] = ()
    """Feed URLs that the page named, where the body is a web page."""


ParseOutcome = FeedDocument | ParseFailed


# ── articles and stories ─────────────────────────────────────────────────────────────────


class KeyKind(StrEnum):
    """What an article can be recognised by, within its feed."""

    GUID = "guid"
    LINK = "link"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that an article is recognised by; the digest never leaves its feed."""

    kind: KeyKind
    digest: str


@dataclass(frozen=True, slots=True)
class Article:
    """An entry that was identified, as it is shown."""

    title: str
    link: str | None
    """What a reader is sent to: the original where the entry names one, http(s)."""
    teaser: str
    publisher: str
    published: Millis
    """Never ahead of the moment it was first seen."""
    image: str | None = None
    blocks: tuple[Block, ...] = ()
    credit: str = ""
    """The feed that carried it, whose word its sections are."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """The event: what is explained and what is posted."""

    id: int
    article: Article
    """The article that the story is shown by."""


class SectionName(StrEnum):
    """The four sections of an explainer, in the order they are read."""

    WHY = "why_this_matters"
    BACKGROUND = "background_context"
    NEXT = "what_happens_next"
    BIGGER = "bigger_picture"

    @property
    def heading(self) -> str:
        """The heading that people see."""
        return _HEADINGS[self]


_HEADINGS = {
    SectionName.WHY: "Why This Matters",
    SectionName.BACKGROUND: "Background Context",
    SectionName.NEXT: "What Happens Next",
    SectionName.BIGGER: "Bigger Picture",
}


class Origin(StrEnum):
    """Who wrote an explainer."""

    PUBLISHER = "publisher"
    EXTRACT = "extract"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence that an explainer may rest on, and where it stands."""

    id: str
    text: str
    publisher: str
    url: str | None
    published: Millis


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an explainer, with the ids of the sources that it rests on."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """What a story means, section by section; a section without support is absent."""

    origin: Origin
    sections: dict[SectionName, tuple[Claim, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    credit: str = ""
    """Whose words the sections are, where the origin is the publisher."""


@dataclass(frozen=True, slots=True)
class ExplainedStory:
    """A story with its explainer and the topic that it is shown under."""

    story: Story
    explainer: Explainer
    topic: Topic


# ── topics, subscriptions, deliveries ────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Topic:
    """A named set of feeds."""

    name: str
    title: str
    emoji: str
    description: str
    feeds: tuple[str, ...]

    @property
    def label(self) -> str:
        """Emoji and title, as people see it."""
        return f"{self.emoji} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel and a topic."""

    guild_id: int
    channel_id: int
    topic: str
    created_at: Millis
    created_by: int
    paused_reason: str | None = None
    """Why nothing is sent at the moment, in words for a person; None while all is well."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One story due in one channel: written before the message is sent, settled after."""

    id: int
    story_id: int
    channel_id: int
    topic: str
    nonce: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    first_attempt_at: Millis | None = None
    """Since when it may stand in the channel without our knowing; None: it surely does not."""
    message_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Discord has the message."""

    message_id: int | None
    """None where Discord says that it had it and that somebody has deleted it since."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Nobody's fault: Discord or the network; the same nonce goes out again."""

    reason: str
    after: Millis | None = None
    """How long Discord asked us to wait, if it did."""
    refused: bool = False
    """Discord has surely not taken the message; else it may stand in the channel all the same."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Discord will not have this message, now or later."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """The channel or its server is not there any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The bot may not post in this channel at the moment."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A channel's history does not show whether a message is in it."""

    reason: str


Outcome = Sent | RetryLater | Rejected | ChannelGone | Forbidden
