"""What a soak is: how long it lasts, how large its world is, and by which seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """One soak."""

    folder: Path
    seed: int
    minutes: float = 60
    feeds: int = 500
    channels: int = 200
    interval: int = 30
    """FEED_MIN_INTERVAL, in seconds."""

    @property
    def seconds(self) -> float:
        """How long it lasts from when all is read to when nothing changes any more."""
        return self.minutes * 60

    @property
    def warm_up(self) -> float:
        """Seconds at its beginning that memory is not judged by: a quarter of an hour of sixty."""
        return self.seconds / 4

    @property
    def topics(self) -> int:
        """About twelve feeds are in each."""
        return max(2, min(self.feeds // 12, self.channels // 2))

    @property
    def guilds(self) -> int:
        """Ten channels are in each."""
        return max(1, self.channels // 10)

    @property
    def changes(self) -> float:
        """How many feeds' documents change in a second."""
        return self.feeds / 700

    def dice(self, what: str) -> random.Random:
        """Make the dice of one part of it: the parts draw independently of each other."""
        return random.Random(f"{self.seed}:{what}")
