"""How the running program is: what is looked at to tell whether it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.models.deliveries import DeliveryState
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
    shards: tuple[Shard, ...]
    """Those that were ever connected."""
    loops: Mapping[str, Millis]
    """When each loop that runs for ever was last heard of."""
    outbox: Outbox | None = None
    """None: the database has not told yet."""
    waited: Millis = 0
    """For how long the outbox's oldest has been due while it could be sent."""
    resting: str | None = None
    """Why nothing is sent at the moment, in words."""
    asking_since: Millis | None = None
    """Since when the database has owed an answer; None: it owes none."""


class Ill(StrEnum):
    """What can be the matter with the program."""

    STARTING = "starting"
    GATEWAY = "gateway"
    LOOP = "loop"
    OUTBOX = "outbox"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is the matter."""

    ill: Ill
    words: str
    """What it is, and what to do; for who hosts, in English."""
