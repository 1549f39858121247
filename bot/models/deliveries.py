"""Who gets what: subscriptions, deliveries, and what sending one can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.models.times import Millis

Body = dict[str, Any]
"""The JSON body of Discord's create-message endpoint."""


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    HELD = "held"
    """It waits for a digest, which is due when it is."""
    FILTERED = "filtered"
    """The subscription's filters keep it out; it is written down so that it can be asked about."""
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One story due in one channel: written before the message is sent, settled after."""

    id: int
    story_id: int | None
    """None: it is a digest of stories that the channel held back."""
    channel_id: int
    topic: str
    """Empty for a digest, which may hold stories of several."""
    nonce: str
    guild_id: int = 0
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    first_attempt_at: Millis | None = None
    """Since when it may stand in the channel without our knowing; None: it surely does not."""
    message_id: int | None = None
    reason: str | None = None
    digest_id: int | None = None
    """The digest that a held story is, or was, in."""
    planned_at: Millis = 0
    due_at: Millis = 0
    """While it is being sent, when its lease ends."""
    settled_at: Millis | None = None
    """When it was known what came of it."""

    @property
    def is_digest(self) -> bool:
        """Tell whether it is a digest, of no one story."""
        return self.story_id is None


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is due, as far as it takes to put it in its turn."""

    id: int
    channel_id: int
    guild_id: int
    story_id: int | None
    topic: str
    due_at: Millis

    @property
    def about(self) -> int:
        """What it tells of; a digest is like no other."""
        return -self.id if self.story_id is None else self.story_id

    @property
    def whose(self) -> int:
        """Whose turn it takes: its server's, or that of the one member's direct messages."""
        return self.guild_id or self.channel_id


@dataclass(frozen=True, slots=True)
class Post:
    """A message to be sent, whatever kind of channel it goes to."""

    body: Body
    title: str
    """What a forum's post is called; plain text."""
    tag: str = ""
    """What a forum's tag for it may be called: the topic's title; empty for none."""
    mention: int | None = None
    """The one role that it mentions."""


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
    malformed: bool = False
    """Something of the message's form is wrong: a plainer one may pass."""
    tell: bool = False
    """Those who run the server should hear of it: it is their rule that stops it."""


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
