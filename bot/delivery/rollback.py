"""Pure: whether an older copy of the database was put in its place, and what is in doubt then."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import Feed, Millis

_EPOCH: Millis = 1_420_070_400_000
"""Discord's ids count milliseconds from 2015 in their upper bits."""
NOTE = "rolled back"
"""The note that a doubt is kept under."""
NEWEST = "newest post"
"""The note that the newest post is kept under."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was posted since a moment is not in the database, which was put back to it."""

    since: Millis
    noticed: Millis

    def covers(self, feed: Feed) -> bool:
        """Tell whether what this feed brings now may have been posted in the time that is lost."""
        return feed.succeeded_at is None or feed.succeeded_at < self.noticed

    def __str__(self) -> str:
        return f"{self.since}:{self.noticed}"

    @classmethod
    def read(cls, text: str | None) -> Doubt | None:
        """Read what `str` wrote."""
        if not text:
            return None
        since, _, noticed = text.partition(":")
        return cls(int(since), int(noticed))


def doubt(
    noted: int | None, beside: int | None, oldest: Millis | None, now: Millis
) -> Doubt | None:
    """Compare the newest post that the database knows with the one that was noted beside it.

    None: the database knows all there is. Without a word beside it, it was brought from elsewhere.
    `oldest` is when the first channel subscribed: before that, nothing was posted.
    """
    if beside == noted or (beside is not None and noted is not None and beside < noted):
        return None
    if noted is not None:
        return Doubt(min((noted >> 22) + _EPOCH, now), now)
    return None if oldest is None else Doubt(min(oldest, now), now)
