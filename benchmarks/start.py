"""From the start of the process until Discord has let the bot in."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import archive, peers
from benchmarks.figures import Figure, Report
from benchmarks.machine import peak_memory
from benchmarks.processes import BOT, process
from benchmarks.stand import PATIENCE, Home, Stand, gone, say

RUNS = 7
LONGEST = 120.0
"""Seconds after which no further round begins."""


@dataclass(slots=True)
class _Case:
    """One way of starting, with its times and its memory."""

    name: str
    home: Home
    arguments: tuple[str, ...] = BOT
    times: Figure = field(init=False)
    memory: Figure = field(init=False)

    def __post_init__(self) -> None:
        self.times = Figure(self.name)
        self.memory = Figure(f"memory, {self.name}", unit="MiB")

    async def start(self, *, counts: bool) -> None:
        """Start once, and stop again."""
        discord, before = self.home.discord, self.home.discord.identifies
        began = time.perf_counter()
        async with process(self.arguments, self.home.folder, self.home.settings) as running:
            await discord.until(
                lambda: discord.identifies > before and discord.ready, PATIENCE, "nobody logged in"
            )
            took = time.perf_counter() - began
            memory = peak_memory(running.pid)
        if counts:
            self.times.samples.append(took * 1000)
            self.memory.samples.extend([] if memory is None else [memory])
        await gone(discord)


async def run(stand: Stand) -> Report:
    """Start every case in turn, again and again; the first round does not count."""
    empty, old = await stand.home("empty"), await stand.old_home()
    bare_home = await stand.home("bare")
    bare = _Case("a bare discord.py bot", bare_home, (str(peers.bare_bot(bare_home.folder)),))
    first = _Case("the bot, no database yet: registers its commands", empty)
    second = _Case("the bot, second start", empty)
    old_first = _Case(f"the bot, {archive.ARTICLES:,} articles, registers its commands", old)
    old_second = _Case(f"the bot, {archive.ARTICLES:,} articles, second start", old)
    cases = [bare, first, second, old_first, old_second]
    began = time.monotonic()
    for number in range(RUNS + 1):
        if time.monotonic() - began > LONGEST:
            break
        say(f"start: round {number} of {RUNS} (round 0 warms up)")
        _erase(empty.folder)
        archive.forget_commands(old.database)
        for case in cases:
            await case.start(counts=number > 0)
    return _report(bare, cases[1:], old)


def _report(bare: _Case, others: list[_Case], old: Home) -> Report:
    for case in others:
        case.times.peer, case.memory.peer = bare.times, bare.memory
    cases = [bare, *others]
    measured = [case.times for case in cases] + [c.memory for c in cases if c.memory.samples]
    notes = ["Memory is the most that was resident, when Discord had let the bot in."]
    if not bare.memory.samples:
        notes = ["Memory is not told: there is no /proc here."]
    title = "start: from just before the process to Discord having sent its servers"
    return Report(title, measured, [*notes, archive.weight(old.database)])


def _erase(folder: Path) -> None:
    for path in folder.glob("bot.db*"):
        path.unlink()
