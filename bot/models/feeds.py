"""What a feed is, and what fetching and reading one can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.entries import FeedDocument
from bot.models.times import Millis


class KeyKind(StrEnum):
    """What an article can be recognised by, within its feed."""

    GUID = "guid"
    PATH = "path"
    """The guid (or link) without what changes on one host: the scheme, and "#1" at the end."""
    MOVED = "moved"
    """That without the host, and with the title: what is left when a site moves to another."""
    LINK = "link"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that an article is recognised by; the digest never leaves its feed."""

    kind: KeyKind
    digest: str


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask with next time; opaque, kept and sent back byte for byte."""

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None
    """Who gave them, where the redirects ended: nobody else is sent them."""


class Trouble(StrEnum):
    """What kind of failure a poll came to, as far as it decides when the feed is asked again."""

    BROKEN = "broken"
    """Anything that may pass: a fault of the site's, a document that is no feed."""
    UNREACHED = "unreached"
    """There was no connection: the site's fault, the network's, or our own."""
    BUSY = "busy"
    """The site wants to be asked less often (429)."""
    MISSING = "missing"
    """Nothing is there (404), which is no proof that nothing will be."""
    GONE = "gone"
    """The site says that the feed is gone for good (410)."""


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect that a feed answers with, on trial until it is believed."""

    target: str
    since: Millis
    polls: int = 1
    """How many polls running were sent to that same place."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed URL, fetched once for every channel, with its validators, schedule and health."""

    id: int
    url: str
    title: str = ""
    language: str = ""
    host: str = ""
    """Whom its polls are a burden to: feeds of one host are asked one after the other."""
    validators: Validators = Validators()
    body_hash: str | None = None
    reader: int = 0
    """The version of the reader that read the last document; another reads the same body anew."""
    seeded_at: Millis | None = None
    """When a document of this feed was first read whole; until then everything in it is old."""
    read_at: Millis | None = None
    """When its last document was read: the keys that it lists bear this very time."""
    whole_at: Millis | None = None
    """When the site last sent a whole document rather than a 304."""
    succeeded_at: Millis | None = None
    """When a poll that went well (a 304 counts) last began."""
    next_poll_at: Millis = 0
    ttl: Millis | None = None
    """How long a document may be kept, by its own word."""
    fresh_until: Millis | None = None
    """Until when the site says that asking again is no use, as far as that is believed."""
    dates: tuple[Millis, ...] = ()
    """When its newest entries were published, newest first: they tell its pace."""
    quiet_polls: int = 0
    """How many polls running brought nothing new."""
    failures: int = 0
    """How many polls running have failed."""
    failing_since: Millis | None = None
    trouble: Trouble | None = None
    error: str | None = None
    """Why the last poll failed, in words for a person; None after a success."""
    move: Move | None = None
    distrusted_keys: frozenset[KeyKind] = frozenset()
    """Kinds of key that this feed has contradicted, and that no longer count for it."""
    subscribers: int = 0
    """How many channels get its stories; told to the site."""
    icon: str | None = None
    """A picture that stands for it, http(s), by its own word."""
    own: bool = False
    """No topic of the catalogue has it: whoever manages a server has brought it, so it is fetched
    from public addresses alone, and what it says of itself is believed less."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, decoded from its transfer encodings, with where it was found in the end."""

    body: bytes
    url: str
    content_type: str = ""
    validators: Validators = Validators()
    moved_to: str | None = None
    """The same place, where nothing but permanent redirects led to it."""
    fresh_for: Millis | None = None
    """How long the site says that asking again is no use; not capped."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed; it may have refreshed its validators."""

    validators: Validators = Validators()
    moved_to: str | None = None
    """Where nothing but permanent redirects led to, if any did."""
    fresh_for: Millis | None = None
    """How long the site says that asking again is no use; not capped."""


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No document this time."""

    reason: str
    """In words for a person: what is wrong and, where there is one, the way out."""
    retry_after: Millis | None = None
    """How long the server asked us to stay away, if it did."""
    trouble: Trouble = Trouble.BROKEN
    redirected: bool = False
    """It was not the address itself that failed, but where it sent us."""


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that is said to be a feed's, http(s); nobody has looked yet."""

    url: str
    title: str = ""
    """What it is called where it is named; clean text, may be empty."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a web page says of feeds, in its own order and without those of its comments."""

    feeds: tuple[FeedLink, ...] = ()
    """Those that it names for programs."""
    leads: tuple[FeedLink, ...] = ()
    """Links of its text that look as if they led to one."""


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """A body that is not a feed, or that the parser could not finish."""

    reason: str
    page: WebPage | None = None
    """What was there instead, where it is a web page."""


ParseOutcome = FeedDocument | ParseFailed
