"""How much room there is on the disk that the database is on."""

from __future__ import annotations

from enum import Enum


class Space(Enum):
    """What there is still room for."""

    ENOUGH = "enough"
    """All of it."""
    NO_NEWS = "no news"
    """What is planned can be sent and settled; no new stories are taken in."""
    NOTHING = "nothing"
    """What is being sent can be settled; nothing else is begun."""
