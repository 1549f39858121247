"""What became of a story in a channel, and all there is to say why from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.models.deliveries import Delivery
from bot.models.stories import Story, Topic
from bot.models.subscriptions import Subscription
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Brought:
    """How a feed brought a story."""

    feed: str
    """The feed's title, or its address; foreign text."""
    at: Millis
    dated: Millis
    """When it was published by the feed's word; 0 where it does not say."""
    at_once: int
    """How many articles the same document of the feed brought, this one included."""
    seeded_at: Millis | None
    """When a document of the feed was first read whole."""
    topics: Mapping[str, Millis]
    """The topics of the feed, with when it joined each of them."""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one delivery: a story's, or that of a digest."""

    delivery: Delivery
    story: Story | None
    """None: it is a digest, or its story is not kept any more."""
    digest: Delivery | None = None
    """The digest that the story is, or was, in."""
    stories: int = 0
    """Of a digest, how many stories it holds."""


@dataclass(frozen=True, slots=True)
class Account:
    """A story and a channel, whether it was ever planned there or not."""

    channel_id: int
    story: Story
    became: Became | None
    """None: it was never planned for this channel, as far as it is known."""
    brought: Sequence[Brought]
    """How feeds brought it, oldest first."""
    subscriptions: Sequence[Subscription]
    """What the channel gets."""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How a channel is served."""

    channel_id: int
    subscriptions: Sequence[tuple[Topic, Subscription]]
    waiting: int
    """How many of its stories wait."""
    next_at: Millis | None
    """When the first of them falls due; None: none waits for a time to come."""
    recent: Sequence[Became]
    """What became of its newest stories, newest first."""
    sending: str | None = None
    """Why nothing is sent at all at the moment, in words for a person; None while all is well."""
