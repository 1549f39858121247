"""Times: integers, Unix milliseconds."""

from __future__ import annotations

Millis = int

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR
NEWS_AGE: Millis = 3 * DAY
"""What is older than this when it could first be posted is archive, not news."""
