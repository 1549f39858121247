"""How a feed is, as far as its polls and the dates of its entries tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.feeds import Feed


class HealthKind(StrEnum):
    """How a feed is."""

    NEW = "new"
    """Not read yet."""
    WELL = "well"
    QUIET = "quiet"
    """It answers, but has brought nothing for much longer than it usually takes."""
    FAILING = "failing"
    GONE = "gone"
    """The site says that it is gone for good."""


@dataclass(frozen=True, slots=True)
class Health:
    """A feed and how it is."""

    feed: Feed
    kind: HealthKind
    words: str
    """For a person; what a site made us say is in them, so they are as hostile as it."""

    @property
    def fails(self) -> bool:
        """Whether it can't be read at the moment."""
        return self.kind in {HealthKind.FAILING, HealthKind.GONE}
