"""Faults by chance on whatever makes a message: seeded, so that a run can be had again."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.loopback.faults import Fault, error_answer
from tests.loopback.state import World

_MAKES_A_MESSAGE = re.compile(r"/channels/(\d+)/(?:messages|threads)")
FAILING, LOST, DROPPED_BEFORE, DROPPED_AFTER = "failing", "lost", "dropped_before", "dropped_after"


@dataclass(frozen=True, slots=True)
class Odds:
    """How often what happens, each from 0 to 1 and together at most 1."""

    seed: int
    failing: float
    lost: float
    dropped_before: float
    dropped_after: float
    statuses: Sequence[int]


class Chaos:
    """Draws a fault, or none, for each request that would make a message.

    The draw depends on the seed, on the how-manieth channel of the world it is and on the
    how-manieth such request to that channel; not on ids, clocks, or what other channels get.
    """

    def __init__(self, world: World) -> None:
        self.odds: Odds | None = None
        self.met: Counter[str] = Counter()
        self._asked: Counter[int] = Counter()
        self._world = world

    def begin(self, odds: Odds | None) -> None:
        """Begin anew with these odds, or (None) leave requests alone."""
        self.odds = odds
        self._asked.clear()
        self.met.clear()

    def fault_for(self, method: str, path: str) -> Fault | None:
        """Draw the fault that this request meets, if any."""
        odds = self.odds
        match = _MAKES_A_MESSAGE.fullmatch(path) if odds and method == "POST" else None
        channel = self._world.channels.get(int(match[1])) if match else None
        if odds is None or channel is None:
            return None
        self._asked[channel.number] += 1
        dice = random.Random(f"{odds.seed}:{channel.number}:{self._asked[channel.number]}")
        kind = _drawn(odds, dice.random())
        if kind is None:
            return None
        return Fault(
            method,
            _MAKES_A_MESSAGE,
            error_answer(dice.choice(odds.statuses), 0, f"chaos: {kind}"),
            accepted=kind in {LOST, DROPPED_AFTER},
            drop=kind in {DROPPED_BEFORE, DROPPED_AFTER},
            times=0,
            chance=kind,
        )


def _drawn(odds: Odds, drawn: float) -> str | None:
    for kind in (FAILING, LOST, DROPPED_BEFORE, DROPPED_AFTER):
        drawn -= getattr(odds, kind)
        if drawn < 0:
            return kind
    return None
