"""What planning has to know of channels and of deliveries that are written down already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.models.deliveries import DeliveryState
from bot.models.subscriptions import Flow
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Standing:
    """What a channel had lately, and what is about to come."""

    posts: int = 0
    """Stories that were planned around now as posts of their own, whatever their topic."""
    digest_at: Millis | None = None
    """When the channel's next digest is due, where that is soon; it takes more stories."""
    today: Mapping[str, int] = field(default_factory=dict)
    """Stories that were planned as posts of their own on the subscription's day, by topic."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A story that has been planned in a channel and has not gone out."""

    id: int
    channel_id: int
    topic: str
    due_at: Millis
    state: DeliveryState = DeliveryState.PENDING
    doubtful: bool = False
    """It may stand in the channel already, which only a look there can tell."""
    in_digest: bool = False
    """A digest has it, which may be on its way."""
    flow: Flow = field(default_factory=Flow)
    """How the stories of its subscription flow."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a delivery that has been planned before."""

    id: int
    topic: str
    """The topic that it goes out under."""
    state: DeliveryState
    due_at: Millis
    reason: str | None
    """For people; None: it goes out as it should."""
