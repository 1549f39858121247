"""What the program tells of its own work, as it happens: logged and counted, never acted upon."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.deliveries import DeliveryState
from bot.models.explainers import Origin
from bot.models.times import Millis
from bot.models.writing import ModelTrouble, Usage


class PollOutcome(StrEnum):
    """What came of asking a feed."""

    NEW = "new"
    """It was read, and brought articles that were not known."""
    READ = "read"
    """It was read, and brought none."""
    SAME = "same"
    """Its body was byte for byte the one before."""
    NOT_MODIFIED = "not modified"
    """It said so itself (304)."""
    FAILED = "failed"
    """It could not be had."""
    UNREADABLE = "unreadable"
    """It was had, and is no feed, or not one that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A feed was asked, and what came is stored."""

    feed_id: int
    feed: str
    """Host and path of its address: what else there is may be secret."""
    outcome: PollOutcome
    took: Millis
    """From asking to storing."""
    entries: int = 0
    fresh: int = 0
    """How many articles were not known."""
    held: int = 0
    """How many stories are kept for who asks alone, as so much was new at once."""
    reason: str | None = None
    """Why it failed."""
    failures: int = 0
    """How many times it has failed running."""
    recovered: int = 0
    """How many failures running this poll has ended."""
    away: Millis = 0
    """Since the first of these failures, or of those that it has ended."""
    again_in: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document was read in the worker, or refused there."""

    took: Millis
    """With the wait for the worker, which reads one document at a time."""
    size: int
    """Bytes."""
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A story has got its explainer."""

    story_id: int
    """0: of an address that a member gave, and that is no story here."""
    origin: Origin
    took: Millis
    """With the model where one was asked; without the fetching of its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAsked:
    """A model was asked for an explainer, in one or several requests."""

    model: str
    trouble: ModelTrouble | None
    """None: it wrote one."""
    usage: Usage
    took: Millis
    reason: str | None = None
    again_in: Millis = 0
    """For how long it is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """It is known, and stored, what came of trying to deliver."""

    story_id: int | None
    """None: a digest."""
    channel_id: int
    guild_id: int
    """0: a member's direct messages."""
    state: DeliveryState
    """PENDING: it is tried again."""
    reason: str | None
    attempts: int
    """This one included."""
    waited: Millis
    """Since it was planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An interaction was answered."""

    name: str
    """The command's, or the kind of button or form: few, and none of a member's choice."""
    took: Millis
    """From its arrival until its handler was done."""
    acknowledged: Millis | None
    """From its arrival until Discord was first answered; None: it never was."""
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """Discord has answered a REST request."""

    status: int
    shared: bool
    """Of a 429: the limit is one that others have a share in, and nothing is held against us."""


Event = Polled | Parsed | Explained | ModelAsked | Settled | Answered | Requested
