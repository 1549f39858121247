"""How the running program is: what is looked at to tell whether it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.models.deliveries import DeliveryState
from bot.models.space import Space
from bot.models.times import Millis
from bot.models.writing import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One connection with Discord's gateway, or the place of one."""

    id: int
    since: Millis
    """Since when it is up, or down, on the program's steady clock."""
    ready: bool
    """It has a session, and its servers are known."""
    sessions: int = 0
    """How many sessions were begun; Discord allows 1,000 a day."""
    resumes: int = 0
    """How many were taken up again where they had stopped."""
    losses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What is still to be delivered."""

    counts: Mapping[DeliveryState, int]
    """Of pending, sending, held and parked deliveries."""
    oldest_due_at: Millis | None
    """Since when the oldest is due that could be sent; None: nothing is due.

    What a paused channel is to get, or nobody wants any more, does not count.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """How much there is of what is kept."""

    feeds: int
    """Those that some channel or member gets stories of."""
    failing: int
    """How many of them could not be read when they were last asked."""
    resting_hosts: int
    """How many hosts are left alone for a while."""
    subscriptions: int
    channels: int
    """How many have a subscription."""
    paused: int
    """How many of them can't be posted in."""
    follows: int
    spent: Usage
    """What models have cost today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What a verdict is made of. Times are on the program's steady clock, not the time of day."""

    started_at: Millis
    shards: tuple[Shard, ...] = ()
    """Those that were ever connected."""
    loops: Mapping[str, Millis] = field(default_factory=dict)
    """When each loop that runs for ever was last heard of."""
    outbox: Outbox | None = None
    """None: the database has not told yet."""
    waited: Millis | None = None
    """For how long the outbox's oldest has been due while it could be sent; None: nothing is."""
    resting: str | None = None
    """Why nothing is sent at the moment, in words."""
    space: Space = Space.ENOUGH
    asking_since: Millis | None = None
    """Since when the database has owed an answer; None: it owes none."""
    refused: str | None = None
    """Why the database could not be read; None: it could."""


class Ill(StrEnum):
    """What can be the matter with the program."""

    STARTING = "starting"
    GATEWAY = "gateway"
    LOOP = "loop"
    OUTBOX = "outbox"
    DATABASE = "database"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is the matter."""

    ill: Ill
    words: str
    """What it is, and what to do; for who hosts, in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What the program knows of itself at the moment, without asking anybody."""

    shards: tuple[Shard, ...] = ()
    latencies: Mapping[int, float] = field(default_factory=dict)
    """Seconds between a heartbeat and its answer, by shard, where they are known."""
    servers: int = 0
    refused: int = 0
    """How many requests Discord has refused in the last ten minutes."""
    resting: str | None = None
    """Why nothing is sent to anybody, in words; None: all is well."""
    space: Space = Space.ENOUGH
    """What there is room for on the database's disk."""
    rests_for: float = 0.0
    """For how many seconds nothing is sent."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the database's files: `database`, and its log, `wal`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Which program it is."""

    version: str
    python: str
    schema: int
    """The version of the database's tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that is told of the program at one time."""

    build: Build
    now: Millis
    """On the steady clock."""
    started: Millis
    """By the time of day."""
    vitals: Vitals
    complaints: tuple[Complaint, ...]
    live: Live
    census: Census | None = None
    """None: the database has not told yet."""
    budget: Usage | None = None
    """What models may cost in a day; None: no model is asked."""
    polled_at: Millis | None = None
    """When a feed was last asked, by the time of day."""

    @property
    def well(self) -> bool:
        """Whether nothing is the matter."""
        return not self.complaints
