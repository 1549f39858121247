"""What there is to know of a topic before a channel gets it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Supply:
    """What one feed of a topic has brought lately."""

    dates: tuple[Millis, ...]
    """When its newest entries were published, as far as they say so."""
    watched_since: Millis | None
    """Since when it is asked without a break; None: no channel gets its stories."""
    stories: int
    """How many it has brought since then, but none from before the last days that are looked at."""
    fails: bool = False
    """It can't be read at the moment."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What is kept of a topic's last days."""

    stories: int
    tellings: int
    """These stories, each counted once for every feed of the topic that has brought it."""
    shared: int
    """Those of them that feeds of the channel's other topics have brought as well."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a channel has to expect of a topic."""

    a_day: float | None
    """Posts a day; None: that can't be told yet."""
    counted_for: Millis | None
    """Over how long they were counted; None: they are estimated from the dates of entries."""
    shared: float | None
    """The share of them, 0 to 1, that other topics bring to the channel; None: it can't be told."""
    unknown_feeds: int
    """Of how many of its feeds that can be read too little is known."""
    failing_feeds: int
    """How many of its feeds can't be read at the moment."""
    feeds: int

    @property
    def new_a_day(self) -> float | None:
        """Posts a day that the channel would not have had."""
        return None if self.a_day is None else self.a_day * (1 - (self.shared or 0))
