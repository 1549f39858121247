"""Pure: lines over time as an SVG image, without anything to draw with."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _GAP = 900, 220, 70, 20, 46, 56
_COLOURS = ("#2563eb", "#d97706", "#059669", "#7c3aed")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#334155}.t{font-size:14px;font-weight:600}"
    ".g{stroke:#e2e8f0}.m{stroke:#94a3b8;stroke-dasharray:4 4}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name and its points, minutes and values."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines over one axis, from 0 on; `marks` are minutes that are named."""

    title: str
    unit: str
    lines: Sequence[Line]
    marks: Sequence[tuple[float, str]] = ()
    limit: float | None = None
    """A value that is drawn as a goal."""


def svg(panels: Sequence[Panel], said: str) -> str:
    """Draw panels below each other; `said` stands above them all."""
    height = _TOP + len(panels) * (_HEIGHT + _GAP)
    minutes = max((m for p in panels for line in p.lines for m, _ in line.points), default=1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"',
        f' width="{_WIDTH}" height="{height}"><title>{html.escape(said)}</title>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="18">{html.escape(said)}</text>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, _TOP + number * (_HEIGHT + _GAP), minutes)
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, top: int, minutes: float) -> list[str]:
    values = [value for line in panel.lines for _, value in line.points]
    most = max([*values, panel.limit or 0, 1e-9])
    step = _step(most, 5)
    most = step * math.ceil(most / step)
    left, right, bottom = _LEFT, _WIDTH - _RIGHT, top + _HEIGHT

    def x(minute: float) -> float:
        return left + (right - left) * minute / minutes

    def y(value: float) -> float:
        return bottom - (_HEIGHT - 24) * value / most

    parts = [f'<text class="t" x="{left}" y="{top}">{html.escape(panel.title)}</text>']
    for place in range(round(most / step) + 1):
        at = y(place * step)
        parts.append(f'<line class="g" x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>')
        label = f"{place * step:g} {panel.unit}"
        parts.append(f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    every = _step(minutes, 8)
    for place in range(int(minutes / every) + 1):
        label, at = f"{place * every:g} min", x(place * every)
        parts.append(f'<text x="{at:.1f}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
    for minute, name in panel.marks:
        at = x(minute)
        parts.append(f'<line class="m" x1="{at:.1f}" x2="{at:.1f}" y1="{top + 8}" y2="{bottom}"/>')
        parts.append(f'<text x="{at + 4:.1f}" y="{top + 18}">{html.escape(name)}</text>')
    if panel.limit is not None:
        at = y(panel.limit)
        parts.append(f'<line class="m" x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>')
    for number, line in enumerate(panel.lines):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{x(minute):.1f},{y(value):.1f}" for minute, value in line.points)
        parts.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{path}"/>'
        )
        name_x = right - 230 * (len(panel.lines) - number) + 20
        parts.append(f'<rect x="{name_x}" y="{top - 10}" width="12" height="4" fill="{colour}"/>')
        parts.append(f'<text x="{name_x + 18}" y="{top - 4}">{html.escape(line.name)}</text>')
    return parts


def _step(most: float, pieces: int) -> float:
    """Return a round number that goes into this about so many times."""
    raw = most / pieces
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * round_ for round_ in (1, 2, 5, 10) if power * round_ >= raw)
