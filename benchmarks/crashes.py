"""Kills the program a thousand times while it delivers, and counts what stands in Discord then."""

from __future__ import annotations

import secrets
import sys
import time

from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from tests.crash.lives import zygote
from tests.crash.storm import Storm, rage
from tests.crash.town import town

KILLS, CHANNELS, STORIES = 1_000, 20, 250


async def run(stand: Stand) -> Report:
    """Kill it at moments drawn by chance; a story that is lost or repeated is an AssertionError."""
    if sys.platform != "linux":
        return Report(
            "crashes: not measured", [], ["Lives are forked, which is done on Linux alone."]
        )
    storm = Storm(secrets.randbits(32), kills=KILLS, channels=CHANNELS, stories=STORIES)
    say(f"crashes: {KILLS:,} kills over {CHANNELS * STORIES:,} deliveries, seed {storm.seed} …")
    folder = stand.folder / "crashes"
    folder.mkdir()
    began = time.perf_counter()
    with zygote() as nursery:
        async with town(folder, nursery, checks_schema=False) as place:
            tally = await rage(place, storm)
    took = time.perf_counter() - began
    counted = {
        "kills by SIGKILL": tally.kills,
        "deliveries": tally.deliveries,
        "messages that a killed life did not know of": tally.found,
        **{f"requests that Discord met with: {kind}": n for kind, n in tally.troubles.items()},
    }
    notes = [
        f"Seed {storm.seed}; {took:.0f} s. Half of the restarts come after the nonces' window.",
        "Every story stood once in every channel; one lost or repeated ends the benchmark.",
    ]
    figures = [Figure(name, [float(number)], unit="") for name, number in counted.items()]
    return Report("crashes: killed again and again while Discord fails", figures, notes)
