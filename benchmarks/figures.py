"""Samples, what is told of them, and the table that tells it."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(slots=True)
class Figure:
    """One thing that was measured several times; `samples` are milliseconds unless `unit` says."""

    name: str
    samples: list[float] = field(default_factory=list)
    peer: Figure | None = None
    """What it is compared with, measured in the same run."""
    unit: str = "ms"

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Take one sample: the milliseconds that the block takes."""
        began = time.perf_counter()
        yield
        self.samples.append((time.perf_counter() - began) * 1000)

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def p95(self) -> float:
        """The smallest sample that 95 % of all do not exceed (nearest rank)."""
        return sorted(self.samples)[math.ceil(0.95 * len(self.samples)) - 1]

    @property
    def ratio(self) -> float | None:
        """How many times the peer's median this median is."""
        if self.peer is None or not self.peer.samples:
            return None
        return self.median / self.peer.median


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark has to say."""

    title: str
    figures: Sequence[Figure]
    notes: Sequence[str] = ()


def show(report: Report, console: Console) -> None:
    """Print a report; a figure without samples says so."""
    table = Table(title=report.title, title_justify="left", title_style="bold")
    table.add_column("")
    for heading in ("unit", "n", "median", "p95", "worst", "× peer"):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in report.figures:
        table.add_row(figure.name, figure.unit, *_cells(figure))
    console.print()
    console.print(table)
    for note in report.notes:
        console.print(f"  {note}", highlight=False, markup=False)


def _cells(figure: Figure) -> list[str]:
    if not figure.samples:
        return ["0", "–", "–", "–", "–"]
    told = [_rounded(n) for n in (figure.median, figure.p95, max(figure.samples))]
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return [str(len(figure.samples)), *told, ratio]


def _rounded(number: float) -> str:
    """Write three digits that count, and never fewer than stand before the point."""
    digits = max(0, 2 - math.floor(math.log10(number))) if number > 0 else 0
    return f"{number:,.{digits}f}"
