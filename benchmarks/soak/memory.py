"""Pure: how memory grows, told so that a few outliers don't matter."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""Minutes since the beginning, and MiB."""
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Trend:
    """How a line goes through points: the median of all slopes between two (Theil and Sen)."""

    slope: float
    """MiB an hour."""
    low: float
    high: float
    """Between these, nine tenths of the slopes between thirds of the points are (MiB an hour)."""
    level: float
    """The median of all points, in MiB."""


def trend(points: Sequence[Point]) -> Trend | None:
    """Return how memory grows; None with too few points to tell."""
    if len(points) < 8:
        return None
    thinned = points[:: max(1, len(points) // _MOST_POINTS)]
    slopes = _slopes(thinned, 0)
    far = sorted(_slopes(thinned, len(thinned) // 3))
    tenth = len(far) // 20
    return Trend(
        statistics.median(slopes) * 60,
        far[tenth] * 60,
        far[-1 - tenth] * 60,
        statistics.median(size for _, size in points),
    )


def _slopes(points: Sequence[Point], apart: int) -> list[float]:
    """List the slopes between all pairs of points that are so many apart, in MiB a minute."""
    return [
        (points[j][1] - points[i][1]) / (points[j][0] - points[i][0])
        for i in range(len(points))
        for j in range(i + 1 + apart, len(points))
        if points[j][0] > points[i][0]
    ]
