"""What looking for, adding and removing a server's own feeds can come to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import FeedLink, FeedLook, OwnFeed, Subscription, Topic

MOST_TOPICS, MOST_FEEDS = 25, 50
"""How many topics and feeds a server may make its own."""


@dataclass(frozen=True, slots=True)
class NoFeed:
    """There is none, for this reason, which is a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Offered:
    """One of several feeds of a page."""

    url: str
    title: str
    entries: int


@dataclass(frozen=True, slots=True)
class Choosing:
    """Somebody has to choose one of these feeds."""

    number: int
    feeds: tuple[Offered, ...]
    unread: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Somebody has to say in which of the server's own topics a feed goes."""

    number: int
    look: FeedLook
    topics: tuple[Topic, ...]
    """Those that there are and do not have it."""
    has: tuple[Topic, ...]
    """Those that have it."""
    chosen: Topic | None
    may_make: bool
    """There may be one topic more."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """A feed as it would look."""

    look: FeedLook
    others: tuple[Offered, ...]
    """What else its page has."""


@dataclass(frozen=True, slots=True)
class Added:
    """The feed is in the topic from now on."""

    title: str
    topic: Topic
    is_new: bool
    """The topic was made for it."""


@dataclass(frozen=True, slots=True)
class AlreadyIn:
    """The feed was in the topic."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Full:
    """The server has as many as it may have."""

    limit: int
    topics: bool
    """Topics; else feeds."""


@dataclass(frozen=True, slots=True)
class NotBegun:
    """It is not known any more what was begun, or it is done, or it is somebody else's."""


@dataclass(frozen=True, slots=True)
class NoOwnTopic:
    """The server has no own topic of that name; it may be one of the catalogue."""

    name: str
    in_catalogue: bool


@dataclass(frozen=True, slots=True)
class BadName:
    """A topic can't be called so."""

    typed: str
    is_taken: bool = False
    is_emoji: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """The feed is in the topic no more, which can be undone by this number."""

    number: int
    title: str
    topic: Topic
    with_topic: bool = False
    """The topic went with it, and the subscriptions to it."""


@dataclass(frozen=True, slots=True)
class WouldEnd:
    """It is the topic's only feed: somebody has to confirm that the topic goes with it."""

    number: int
    title: str
    topic: Topic
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class NoOwnFeed:
    """The server has no own feed of that name."""

    named: str


@dataclass(frozen=True, slots=True)
class Restored:
    """It is as it was."""

    title: str
    topic: Topic


@dataclass(frozen=True, slots=True)
class Named:
    """An own feed as it can be named in a command."""

    feed: OwnFeed
    topic: Topic
    title: str
    code: str
    """Short, and nobody else's in this server."""
