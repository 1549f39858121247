"""Pure: whether somebody may ask once more now.

The generic cell rate algorithm (ITU-T I.371): one time is all that has to be kept for each asker.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import Allowance, Millis


@dataclass(frozen=True, slots=True)
class Taken:
    """It may be asked; `spent_until` is what is kept for the next time."""

    spent_until: Millis


@dataclass(frozen=True, slots=True)
class Wait:
    """It may not be asked before then."""

    until: Millis


def take(allowance: Allowance, spent_until: Millis | None, now: Millis) -> Taken | Wait:
    """Take one asking; `spent_until` is what the last `Taken` said, None where there was none."""
    at = max(spent_until or now, now)
    earliest = at - allowance.every * (allowance.burst - 1)
    return Taken(at + allowance.every) if earliest <= now else Wait(earliest)
