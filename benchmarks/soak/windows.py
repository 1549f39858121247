"""When which fault was on, and whether members could notice it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

GRACE = 10.0
"""Seconds after a fault within which what was hit by it may still go wrong."""


@dataclass(slots=True)
class Window:
    """One fault, from when it began until it was over; times are monotonic seconds."""

    kind: str
    touches: bool
    """Whether answers to members may fail or be late by it."""
    begin: float
    end: float | None = None


@dataclass(slots=True)
class Windows:
    """All faults there were."""

    all: list[Window] = field(default_factory=list)

    @contextmanager
    def open(self, kind: str, *, touches: bool = False) -> Iterator[None]:
        """Note that a fault is on while the block lasts."""
        window = Window(kind, touches, time.monotonic())
        self.all.append(window)
        try:
            yield
        finally:
            window.end = time.monotonic()

    def excuse(self, begin: float, end: float) -> str | None:
        """Name the fault that explains what went wrong between two times; None: none does."""
        for window in self.all:
            over = (window.end or time.monotonic()) + GRACE
            if window.touches and window.begin <= end and begin <= over:
                return window.kind
        return None

    @property
    def is_rough(self) -> bool:
        """Whether members would notice a fault just now."""
        at = time.monotonic()
        return self.excuse(at, at) is not None
