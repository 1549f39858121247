"""Pure: whether it is our own network that is down, and not the sites."""

from __future__ import annotations

from bot.models import FetchFailed, FetchOutcome, Trouble

HOSTS = 3
"""When so many hosts running could not be reached, and nobody answered since, it is ourselves."""


class Outage:
    """Remembers who could not be reached since the last answer of anybody."""

    def __init__(self) -> None:
        self._unreached: set[str] = set()

    def note(self, host: str, outcome: FetchOutcome) -> None:
        """Take in what came of asking a host; any answer at all shows that the network is up."""
        if isinstance(outcome, FetchFailed) and outcome.trouble is Trouble.UNREACHED:
            self._unreached.add(host)
        else:
            self._unreached.clear()

    def explains(self, failure: FetchFailed) -> bool:
        """Tell whether it is for our own network that a fetch failed."""
        return failure.trouble is Trouble.UNREACHED and len(self._unreached) >= HOSTS
