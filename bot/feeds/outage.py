"""Pure: whether it is our own network that is down, and not the sites."""

from __future__ import annotations

from bot.models import Feed, FetchFailed, FetchOutcome, Trouble

HOSTS = 3
"""When so many hosts that were well could not be reached, and nobody answered since, it is us."""


class Outage:
    """Remembers who could not be reached since the last answer of anybody."""

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def note(self, feed: Feed, outcome: FetchOutcome) -> None:
        """Take in what came of asking a feed; any answer at all shows that the network is up.

        Of those that are not reached, only one that was well before says something: a site that
        is dead for good would be no sign.
        """
        if not isinstance(outcome, FetchFailed) or outcome.trouble is not Trouble.UNREACHED:
            self._lost.clear()
        elif feed.failures == 0 and feed.succeeded_at is not None:
            self._lost.add(feed.host)

    def explains(self, failure: FetchFailed) -> bool:
        """Tell whether it is for our own network that a fetch failed."""
        return failure.trouble is Trouble.UNREACHED and len(self._lost) >= HOSTS
