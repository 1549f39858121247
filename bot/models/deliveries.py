"""Who gets what: subscriptions, deliveries, and what sending one can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.models.times import Millis

Body = dict[str, Any]
"""The JSON body of Discord's create-message endpoint."""


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
