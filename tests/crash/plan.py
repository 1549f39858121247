"""What one life of the program under test is to be like, as it is handed to its process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

INGESTED = "ingest committed"
CLAIMED = "claimed"
LEFT = "request left"
"""A request that makes a message is in the kernel's hands, and nobody has heard the answer."""
ANSWERED = "answered"
UNCOMMITTED = "before sent is committed"
POINTS = (INGESTED, CLAIMED, LEFT, ANSWERED, UNCOMMITTED)
"""Where a crash may part what belongs together."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One life of the program."""

    settings: dict[str, str]
    """As the environment would have them."""
    clock: str
    """The file whose first eight bytes say by how many milliseconds the program's clock is off."""
    die_at: str | None = None
    """The point at which the process kills itself as `kill -9` does."""
    nth: int = 1
    """The how-manieth time the point is reached counts."""
    requests: int = 50
    """How many requests a second are made; Discord's own limit, unless a test is in a hurry."""
    constants: dict[str, int] = field(default_factory=dict)
    """What in the program's modules has another value, by its whole name."""
    tells: list[str] = field(
        default_factory=lambda: ["watching feeds", "feed read", "delivery settled"]
    )
    """Which lines of the log come back to the test."""

    def dump(self) -> bytes:
        """Write it down for another process."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, text: bytes) -> Plan:
        """Read what `dump` wrote."""
        return cls(**json.loads(text))
