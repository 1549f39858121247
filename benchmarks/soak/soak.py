"""Runs a soak: begin, an hour of trouble, silence, an end, a second life, and the judgement."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.soak import books, logs
from benchmarks.soak.faults import Faults
from benchmarks.soak.figures import Course, lateness, least
from benchmarks.soak.life import Life, control, life, told
from benchmarks.soak.members import Members
from benchmarks.soak.oracle import Findings, Oracle
from benchmarks.soak.place import Place, loopback, place
from benchmarks.soak.plan import Plan
from benchmarks.soak.publishers import Publishers, now
from benchmarks.soak.shown import Wall, walls
from benchmarks.soak.windows import Windows
from benchmarks.stand import say

_START = 300.0
"""Seconds within which the program has read all feeds once."""
_DRAIN = 1_500.0
"""Seconds within which all is settled: a feed may be asked again after 24 shortest intervals."""
_REST = 20.0
"""Seconds of rest in which tasks are counted."""


@dataclass(slots=True)
class Outcome:
    """What a soak came to."""

    plan: Plan
    course: Course
    place: Place
    members: Members
    faults: Faults
    windows: Windows
    findings: Findings = field(default_factory=Findings)
    logs: list[str] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    """Tasks at rest after the start, by what they run."""
    after: dict[str, int] = field(default_factory=dict)
    """Tasks at rest at the end."""
    drained: list[bool] = field(default_factory=list)
    """Whether each life has come to rest in time."""
    codes: list[int] = field(default_factory=list)
    """The exit code of each life."""
    stops: list[float] = field(default_factory=list)
    """Seconds that each end took."""


async def soak(plan: Plan) -> Outcome:
    """Run all of it; what can be judged is judged, whatever went wrong before."""
    publishers = Publishers(plan)
    async with publishers, loopback() as discord:
        town = place(plan, discord, publishers)
        await town.write()
        windows = Windows()
        outcome = Outcome(
            plan, Course(now()), town, Members(town, windows), Faults(town, windows), windows
        )
        async with control(town) as idle:
            async with life(town, 1) as first:
                await _live(outcome, first, idle)
            async with life(town, 2) as second:
                await discord.wait_until_ready(_START)
                outcome.drained.append(await _drain(outcome, second))
                await _end(outcome, second)
        outcome.logs += [f"violation: {one}" for one in discord.violations]
        outcome.logs += [f"a fault itself failed: {one}" for one in outcome.faults.failed]
        stands = walls(town)
        _keep(town, stands)
        outcome.findings = Oracle(town, books.read(town.database), stands, now()).judge()
    return outcome


def _keep(town: Place, stands: Mapping[int, Wall]) -> None:
    """Write down what was published and what stands, so that a verdict can be looked into."""
    kept = {
        "items": [asdict(one) for one in town.publishers.items.values()],
        "channels": {one.id: one.name for one in town.channels},
        "gone": town.gone,
        "walls": {
            channel_id: [asdict(one) for one in wall.messages.values()]
            for channel_id, wall in stands.items()
        },
    }
    (town.folder / "evidence.json").write_text(json.dumps(kept, default=str), encoding="utf-8")


async def _live(outcome: Outcome, first: Life, idle: Path) -> None:
    town, plan = outcome.place, outcome.plan
    await town.discord.wait_until_ready(_START)
    say(f"soak: ready; {plan.feeds} feeds are read for the first time …")
    await _until(lambda: not books.unread_feeds(town.database), _START, "all feeds are read")
    outcome.before = await _at_rest(first)
    outcome.course.begin = now()
    say(f"soak: {plan.minutes:g} minutes, seed {plan.seed}, in {plan.folder}")
    await _trouble(outcome, first, idle)
    outcome.course.quiet = now()
    say("soak: nothing changes any more; waiting until all is settled …")
    outcome.drained.append(await _drain(outcome, first))
    outcome.after = await _at_rest(first)
    outcome.course.read(first.samples, idle)
    await _end(outcome, first)


async def _end(outcome: Outcome, running: Life) -> None:
    outcome.codes.append(await running.stop())
    outcome.stops.append(running.took)
    wrong, warnings = logs.look(running.folder, outcome.windows)
    outcome.logs += wrong
    for name, times in warnings.items():
        outcome.warnings[name] = outcome.warnings.get(name, 0) + times


async def _at_rest(running: Life) -> dict[str, int]:
    """Count tasks while nothing is to be done: polls come and go, so the least of each counts."""
    since = now()
    await asyncio.sleep(_REST)
    return dict(least([one for one in told(running.samples) if one["at"] > since]))


# ── the hour ─────────────────────────────────────────────────────────────────────────────


async def _trouble(outcome: Outcome, first: Life, idle: Path) -> None:
    """Let documents change, faults come, and members act; tell each minute how it goes."""
    plan, until = outcome.plan, time.monotonic() + outcome.plan.seconds
    doing = [_change(outcome), outcome.faults.go_on(), outcome.members.go_on()]
    async with _all(doing) as tasks:
        minute = 0
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(60, left))
            minute += 1
            if first.running.returncode is not None:
                raise AssertionError(f"the program has ended: {first.running.returncode}")
            if bugs := [repr(one.exception()) for one in tasks if one.done()]:
                outcome.logs += [f"the soak itself failed, and went on: {bug}" for bug in bugs]
                break
            _tell(outcome, first, idle, minute)
    say(f"soak: {plan.minutes:g} minutes are over; faults are lifted …")
    await outcome.faults.lift()
    await outcome.members.finish()


@asynccontextmanager
async def _all(doing: Sequence[Awaitable[None]]) -> AsyncIterator[list[asyncio.Future[None]]]:
    tasks: list[asyncio.Future[None]] = [asyncio.ensure_future(one) for one in doing]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _change(outcome: Outcome) -> None:
    dice = outcome.plan.dice("changes")
    while True:
        await asyncio.sleep(dice.expovariate(outcome.plan.changes))
        outcome.place.publishers.change(dice)


def _tell(outcome: Outcome, first: Life, idle: Path, minute: int) -> None:
    course, discord = outcome.course, outcome.place.discord
    course.children.append((course.minute(now()), first.children))
    course.posts.append((course.minute(now()), discord.world.posted))
    course.read(first.samples, idle)
    if not course.bot:
        return
    newest, recent = course.bot[-1], course.bot[-12:]
    tally = outcome.members.tally
    say(
        f"soak: minute {minute:>2}: {discord.world.posted:,} posts,"
        f" {sum(outcome.place.publishers.changed.values()):,} changes,"
        f" {outcome.place.publishers.counts['asked']:,} polls,"
        f" {sum(outcome.faults.met.values())} faults, {tally.done.total():,} acts"
        f" ({len(tally.unexcused)} failed, {len(tally.failures) - len(tally.unexcused)} excused),"
        f" {newest['rss'] / (1 << 20):.1f} MiB, {sum(newest['tasks'].values())} tasks,"
        f" p99 {lateness(recent).p99:.1f} ms (idle {lateness(course.control[-12:]).p99:.1f})"
    )
    for one in tally.unexcused[-3:]:
        say(f"      {one.what}: {one.why}")


# ── the end ──────────────────────────────────────────────────────────────────────────────


async def _drain(outcome: Outcome, running: Life) -> bool:
    """Wait until every feed was read again and all that is due is settled."""
    town, since = outcome.place, outcome.course.quiet
    standing: books.Standing | None = None
    until = time.monotonic() + _DRAIN
    told_at = 0.0
    while time.monotonic() < until:
        with suppress(sqlite3.OperationalError):
            standing = await asyncio.to_thread(books.standing, town.database, since, now())
            if standing.is_done:
                return True
        if time.monotonic() > told_at + 60:
            say(f"soak: {standing}, {town.discord.world.posted:,} posts")
            told_at = time.monotonic()
        if running.running.returncode is not None:
            break
        await asyncio.sleep(2)
    say(f"soak: it has not come to rest: {standing}")
    return False


async def _until(holds: Callable[[], Any], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while True:
        with suppress(sqlite3.OperationalError):
            if await asyncio.to_thread(holds):
                return
        if time.monotonic() > until:
            raise AssertionError(f"it never came to: {what}")
        await asyncio.sleep(1)
