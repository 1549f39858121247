"""Kills the program again and again at moments drawn by chance, while Discord fails as well."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from tests.crash.lives import Life
from tests.crash.town import FORUM, TEXT, Town

FORUMS = 10
"""Of so many channels, one is a forum."""
_HURRY = 5_000
"""Requests a second: Discord's own limit would have a test wait."""
_KNOWN, _FORGOTTEN = (1.0, 30.0), (130.0, 600.0)
"""Seconds until a restart: while Discord knows the nonces, and when it has forgotten them."""
_NEVER = 3
_STILLBORN = 0.1
"""The share of lives that end while they begin."""
_QUIET = 0.05
"""Seconds without a request after which none is expected, if there is nothing to do."""
_PATIENCE = 20
"""How often there may be such a while though there is something to do: feeds may be leased."""


@dataclass(frozen=True, slots=True)
class Storm:
    """How long it lasts and how hard it is."""

    seed: int
    kills: int = 200
    channels: int = 40
    stories: int = 50
    failing: float = 0.10
    lost: float = 0.02
    dropped_before: float = 0.02
    dropped_after: float = 0.02
    longest: tuple[int, ...] = (40, 200)
    """After how many requests at the most a life ends, by chance one of these."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What it came to."""

    kills: int
    deliveries: int
    troubles: Counter[str]
    found: int
    """How many messages stood in Discord though the program did not know when it was killed."""


async def rage(place: Town, storm: Storm) -> Tally:
    """Have the news delivered through the storm; the books are checked at the end.

    The same seed draws the same faults and the same moments, as far as two processes keep step.
    """
    forums = storm.channels // FORUMS
    place.add_channels(TEXT, storm.channels - forums)
    place.add_channels(FORUM, forums)
    place.requests = _HURRY
    await place.subscribe()
    place.discord.chaos(
        storm.seed,
        failing=storm.failing,
        lost=storm.lost,
        dropped_before=storm.dropped_before,
        dropped_after=storm.dropped_after,
    )
    dice, killed, found = random.Random(storm.seed), 0, 0
    while killed < storm.kills or place.sent < place.due:
        assert killed < _NEVER * storm.kills, f"it does not come to an end: {place.states}"
        if len(place.told) < storm.stories * min((killed + 1) / storm.kills, 1):
            place.tell()
        life = await place.begin()
        await _moment(place, life, dice, storm)
        await life.kill()
        life.check()
        killed += life.was_killed
        found += place.discord.world.posted - place.known
        place.pass_time(dice.uniform(*dice.choice([_KNOWN, _FORGOTTEN])))
    troubles = Counter(place.discord.troubles)
    life = await place.begin()
    await life.told("watching feeds")
    with suppress(TimeoutError):
        posted = place.discord.world.posted
        await place.discord.until(lambda: place.discord.world.posted > posted, 1)
    await life.stop()
    place.check()
    return Tally(killed, place.due, troubles, found)


async def _moment(place: Town, life: Life, dice: random.Random, storm: Storm) -> None:
    """Wait for the moment to kill: so many requests later, or when no more come.

    By requests and not by time, as a machine that is busy would kill every life in its first steps.
    """
    requests = place.discord.requests
    until = len(requests) + dice.randint(1, dice.choice(storm.longest))
    late = dice.uniform(0, 0.02)
    if dice.random() < _STILLBORN:
        await asyncio.sleep(late * 5)
        return
    await life.told("watching feeds")
    quiet = 0
    while len(requests) < until and not life.has_ended and quiet < _PATIENCE:
        so_far = len(requests)
        try:
            await place.discord.until(lambda: len(requests) > so_far, _QUIET)  # noqa: B023
        except TimeoutError:
            if place.planned >= place.due and not place.open:
                break  # it waits for its next try, which time brings
            quiet += 1
    await asyncio.sleep(late)
