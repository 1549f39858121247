"""What was measured of a life: lateness of timers, memory, tasks, and files, and its picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.soak.life import told
from benchmarks.soak.memory import Trend, trend
from benchmarks.soak.plan import Plan
from benchmarks.soak.plot import Line, Panel, svg

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late timers of 50 ms were, in milliseconds."""

    median: float
    p99: float
    worst: float
    looks: int


def lateness(samples: Iterable[dict[str, Any]]) -> Lateness:
    """Return how late an event loop was, over all samples."""
    late = sorted(one / 10 for sample in samples for one in sample["late"])
    if not late:
        return Lateness(math.nan, math.nan, math.nan, 0)
    return Lateness(_rank(late, 0.5), _rank(late, 0.99), late[-1], len(late))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]


@dataclass(slots=True)
class Course:
    """What was told during a soak, from its begin to the time when nothing changed any more."""

    begin: int
    quiet: int = 0
    """When nothing changed any more, Unix milliseconds."""
    bot: list[dict[str, Any]] = field(default_factory=list)
    control: list[dict[str, Any]] = field(default_factory=list)
    children: list[tuple[float, float]] = field(default_factory=list)
    """Minutes, and the memory of the program's workers in MiB."""
    posts: list[tuple[float, float]] = field(default_factory=list)
    """Minutes, and how many posts there were so far."""

    def read(self, bot: Path, control: Path) -> None:
        """Read what both processes have told."""
        self.bot = [one for one in told(bot) if self.begin <= one["at"]]
        self.control = [one for one in told(control) if self.begin <= one["at"]]

    def minute(self, at: int) -> float:
        """Return the minute of the soak at this time."""
        return (at - self.begin) / 60_000

    def busy(self, samples: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Choose the samples of the time in which things changed."""
        return [one for one in samples if one["at"] <= self.quiet]

    def memory(self, plan: Plan) -> tuple[Trend | None, list[tuple[float, float]]]:
        """Return how memory grows after the warm-up, and all its points."""
        points = [(self.minute(one["at"]), one["rss"] / _MIB) for one in self.bot]
        warm = plan.warm_up / 60
        last = self.minute(self.quiet)
        return trend([point for point in points if warm <= point[0] <= last]), points


def least(samples: Sequence[dict[str, Any]]) -> Counter[str]:
    """Return how many tasks of each name there were at the least, in any of the samples."""
    counts = [Counter(one["tasks"]) for one in samples]
    names = set().union(*counts) if counts else set()
    return Counter({name: min(count[name] for count in counts) for name in names})


def most(samples: Sequence[dict[str, Any]], what: str) -> float:
    """Return the most of a number that was told."""
    return max((float(one[what]) for one in samples), default=math.nan)


def draw(course: Course, plan: Plan, said: str) -> str:
    """Draw memory, lateness and posts over time."""
    _, points = course.memory(plan)
    marks = [(plan.warm_up / 60, "warm"), (course.minute(course.quiet), "quiet")]
    panels = [
        Panel(
            "Resident memory",
            "MiB",
            [Line("the bot's process", points), Line("its workers", course.children)],
            marks,
        ),
        Panel(
            "Lateness of 50 ms timers, p99 by minute",
            "ms",
            [
                Line("the bot", _by_minute(course, course.bot)),
                Line("an idle process beside it", _by_minute(course, course.control)),
            ],
            marks,
            limit=50,
        ),
        Panel(
            "Tasks of the event loop, and open files",
            "",
            [
                Line(
                    "tasks",
                    [(course.minute(s["at"]), sum(s["tasks"].values())) for s in course.bot],
                ),
                Line("files", [(course.minute(s["at"]), s["files"]) for s in course.bot]),
            ],
            marks,
        ),
        Panel("Posts so far", "", [Line("posts and digests", course.posts)], marks),
    ]
    return svg(panels, said)


def _by_minute(course: Course, samples: list[dict[str, Any]]) -> list[tuple[float, float]]:
    minutes: dict[int, list[dict[str, Any]]] = {}
    for one in samples:
        minutes.setdefault(int(course.minute(one["at"])), []).append(one)
    return [(minute + 0.5, lateness(told_).p99) for minute, told_ in sorted(minutes.items())]
