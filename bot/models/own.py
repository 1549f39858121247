"""Topics and feeds that a server has made its own, and what is seen of a feed before that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.health import Health
from bot.models.stories import ExplainedStory, Topic
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """A feed that a server has put in a topic of its own."""

    topic: str
    url: str
    """Whole: its query may hold a key, which only those who manage the server may see."""
    added_at: Millis
    added_by: int


class Oddity(StrEnum):
    """What can be odd about a feed that can be read."""

    MOVED = "moved"
    """The site says that it has moved for good."""
    EMPTY = "empty"
    UNDATED = "undated"
    STALE = "stale"
    """Its newest entry is old."""
    THIN = "thin"
    """Most of its entries say little more than their headline."""


@dataclass(frozen=True, slots=True)
class FeedLook:
    """A feed as it was found, with its newest posts as they would look."""

    url: str
    """Where it would be asked from now on."""
    title: str
    entries: int
    posts: tuple[ExplainedStory, ...] = ()
    """The newest first."""
    newest: Millis | None = None
    posts_a_day: float | None = None
    """None: its dates tell no pace."""
    pictured: int = 0
    """How many of its entries have a picture."""
    thin: int = 0
    """How many of them say little more than their headline."""
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A feed that a server gets, as it is told of."""

    topic: Topic
    health: Health
    url: str
    posts_a_day: float | None = None
