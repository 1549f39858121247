"""Pure: whether an older copy of the database was put in its place, and what is in doubt then."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import NEWS_AGE, Feed, Millis

_EPOCH: Millis = 1_420_070_400_000
"""Discord's ids count milliseconds from 2015 in their upper bits."""
NOTE = "rolled back"
"""The note that a doubt is kept under."""
NEWEST = "newest post"
"""The note that the newest post is kept under."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was posted since a moment is not in the database, which was put back to it.

    It lasts for as long as anything that was posted then could be news still.
    """

    since: Millis
    noticed: Millis

    def covers(self, feed: Feed) -> bool:
        """Tell whether what this feed brings now may have been posted in the time that is lost."""
        return feed.succeeded_at is None or feed.succeeded_at < self.noticed

    def __str__(self) -> str:
        return f"{self.since}:{self.noticed}"

    @classmethod
    def read(cls, text: str | None, now: Millis) -> Doubt | None:
        """Read what `str` wrote; None where there is no doubt any more."""
        if not text:
            return None
        since, noticed = map(int, text.split(":"))
        return None if noticed < now - NEWS_AGE else cls(since, noticed)


def doubt(
    noted: int | None, beside: int | None, oldest: Millis | None, now: Millis
) -> Doubt | None:
    """Compare the newest post that the database knows with the one that was noted beside it.

    None: the database knows all there is. Without a word beside it, it was brought from elsewhere.
    `oldest` is when the first channel subscribed: before that, nothing was posted. What was posted
    earlier than news can be is not looked for, or a busy channel's history would be too long.
    """
    if beside == noted or (beside is not None and noted is not None and beside < noted):
        return None
    since = oldest if noted is None else (noted >> 22) + _EPOCH
    return None if since is None else Doubt(max(min(since, now), now - NEWS_AGE), now)
