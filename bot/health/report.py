"""What /healthz answers: for a program, and for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.health.verdict import lasting
from bot.models import SECOND, Millis
from bot.models.vitals import Ill, Reading


def status(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON has it; spans are whole seconds, times are UTC."""
    vitals, now, outbox = reading.vitals, reading.now, reading.vitals.outbox
    return {
        "well": reading.well,
        "starting": any(one.ill is Ill.STARTING for one in reading.complaints),
        "reasons": [one.words for one in reading.complaints],
        "version": reading.build.version,
        "uptime_seconds": _seconds(now - vitals.started_at),
        "servers": reading.live.servers,
        "last_poll_at": None if reading.polled_at is None else _told(reading.polled_at),
        "sending_rests": reading.live.resting,
        "outbox": None
        if outbox is None
        else {
            **{state.value: count for state, count in outbox.counts.items()},
            "oldest_due_seconds": None if vitals.waited is None else _seconds(vitals.waited),
        },
        "gateway": [
            {"shard": one.id, "ready": one.ready, "seconds": _seconds(now - one.since)}
            for one in vitals.shards
        ],
        "loops": {name: _seconds(now - heard) for name, heard in sorted(vitals.loops.items())},
    }


def plain(reading: Reading) -> str:
    """Return a reading for a person, as plain text."""
    vitals, live, outbox = reading.vitals, reading.live, reading.vitals.outbox
    head = "All is well." if reading.well else "Something is the matter:"
    lines = [head, *(f"  • {one.words}" for one in reading.complaints), ""]
    lines.append(
        f"Wherefore {reading.build.version}, up for {lasting(reading.now - vitals.started_at)}, "
        f"in {live.servers} {'server' if live.servers == 1 else 'servers'}."
    )
    polled = "none since the start" if reading.polled_at is None else _told(reading.polled_at)
    lines.append(f"Last feed asked: {polled}.")
    if live.resting:
        lines.append(live.resting)
    if outbox is not None:
        counts = ", ".join(f"{count} {state.value}" for state, count in outbox.counts.items())
        is_due = vitals.waited is not None
        oldest = f"the oldest is due for {lasting(vitals.waited or 0)}" if is_due else "none is due"
        lines.append(f"Outbox: {counts}; {oldest}.")
    return "\n".join([*lines, ""])


def _seconds(span: Millis) -> int:
    return max(span, 0) // SECOND


def _told(at: Millis) -> str:
    return datetime.fromtimestamp(at / SECOND, UTC).isoformat(timespec="seconds")
