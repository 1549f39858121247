"""Changes to how a server is served, as they are written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.servers import Server
from bot.models.stories import Story, Topic
from bot.models.subscriptions import Filters, Flow
from bot.models.times import Millis


class Setting(StrEnum):
    """What was changed."""

    PACE = "pace"
    DIGEST = "digest"
    """When the day's digest comes."""
    MENTION = "mention"
    BUDGET = "budget"
    QUIET = "quiet"
    FILTERS = "filters"
    PUBLISHES = "publishes"
    AUDIENCE = "audience"
    """Who may subscribe."""
    LANGUAGE = "language"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    FEED_ADDED = "feed added"
    FEED_REMOVED = "feed removed"


@dataclass(frozen=True, slots=True)
class FlowChange:
    """How the stories of one topic flowed in a channel, and flow since.

    Of each flow only what was changed is told; the rest is as usual.
    """

    topic: Topic
    before: Flow | None
    """None: the channel did not have the topic."""
    after: Flow | None


@dataclass(frozen=True, slots=True)
class ServerChange:
    """What a server had set for all of its channels, and has since."""

    before: Server
    after: Server


@dataclass(frozen=True, slots=True)
class FeedChange:
    """A feed that was put into one of a server's own topics, or taken out of it."""

    topic: Topic
    feed: str
    """Its title or its address: foreign text."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change, by whom it was made and when."""

    id: int
    setting: Setting
    channel_id: int | None
    """None: it is about the whole server."""
    is_of_one_topic: bool
    """Whether it was made to one topic, not to all of a channel."""
    member_id: int
    """0: whoever it was has had their name taken out."""
    at: Millis
    undone_at: Millis | None
    changes: tuple[FlowChange, ...] | ServerChange | FeedChange

    @property
    def can_be_undone(self) -> bool:
        """Whether there is a way back, unless something else has been changed since."""
        return self.undone_at is None and self.setting not in _ONE_WAY


_ONE_WAY = {
    Setting.SUBSCRIBED,
    Setting.UNSUBSCRIBED,
    Setting.FEED_ADDED,
    Setting.FEED_REMOVED,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a topic's filters would have stopped lately."""

    topic: Topic
    filters: Filters
    tried: int
    """How many of the newest stories they were tried on."""
    stopped: tuple[tuple[Story, str], ...]
    """Those that would have been stopped, each with the reason in words for a person."""
