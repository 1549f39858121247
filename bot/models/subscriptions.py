"""Which channel gets which topic, and how its stories flow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.times import Millis


class Pace(StrEnum):
    """When stories go out."""

    AS_IT_HAPPENS = "as it happens"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nothing is posted, every day: minutes of the day in the subscription's time zone.

    What begins later than it ends goes over midnight.
    """

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which stories a subscription lets through, by words and publishers; empty: all of them.

    Where something is to be included, a story needs one of these; what is excluded goes first.
    """

    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    not_publishers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """How a subscription's stories flow."""

    pace: Pace = Pace.AS_IT_HAPPENS
    mention: int | None = None
    """The role that its posts mention; None: they mention nobody."""
    budget: int | None = None
    """The most stories that go out as they come, in a day; the others wait for the digest."""
    quiet: QuietHours | None = None
    zone: str = "UTC"
    """The name of the time zone (IANA) that quiet hours, days and the digest go by."""
    digest_at: int = 8 * 60
    """When the day's digest is due: a minute of the day."""
    filters: Filters = Filters()
    publishes: bool = False
    """Whether posts in an announcement channel are published to the servers that follow it."""


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
    flow: Flow = Flow()


@dataclass(frozen=True, slots=True)
class PausedChannel:
    """A channel whose subscriptions are paused."""

    guild_id: int
    channel_id: int
    paused_at: Millis
    """0: that was not written down."""
    relapses: int
    """How often, one after the other, going on by itself has led to nothing but the next pause."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is to be told: that a channel, or one story, can't be posted."""

    id: int
    guild_id: int
    channel_id: int
    """The channel that it is about."""
    member_id: int | None
    """Who is told by direct message; None: the server is, in another channel."""
    reason: str
    """Why, in words for a person."""
    attempts: int = 0
    story_id: int | None = None
    """The one story that it is about; None: nothing can be posted in the channel."""
