"""What polling feeds costs, beside other programs that do it, and how it grows."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Figure, Report
from benchmarks.polling import documents
from benchmarks.polling.others import Newsboat, reader_version
from benchmarks.polling.rounds import Field, Kind, Ours, Program, Site, field_of, goal, ours, site
from benchmarks.stand import Stand, say

FEEDS, MOST, FEWEST = 1_000, 10_000, 100
ROUNDS, FEW_ROUNDS, POLLS = 3, 6, 5_000
"""Rounds side by side; rounds by ourselves, as long as they have at most so many polls."""
CADENCE, PART, SPEED = 900, 600, 10
"""Seconds of a cadence, how many of them are played, and how many times as fast."""
_BEGIN = 15_000
"""Milliseconds until the first feed falls due: by then, the program is running."""
FILES = 1_024
"""How many files most systems let a program have open."""
EVERY = 20
"""One of so many feeds changes, and has a real document."""


@dataclass(slots=True)
class _Story:
    """What there is to tell."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def run(stand: Stand) -> Report:
    """Measure rounds side by side, then many feeds at a cadence, then growth."""
    title = "feeds: polling them all"
    if sys.platform != "linux":
        return Report(
            title, [], ["Measured on Linux alone: it needs /proc, and all of 127.0.0.0/8."]
        )
    folder, corpus = stand.folder / "feeds", documents.corpus()
    folder.mkdir()
    story = _Story(notes=[f"Documents: {corpus.source}; {documents.weight(corpus.documents)}."])
    if corpus.left_out:
        story.notes.append(
            f"Left out, as another program refuses them: {', '.join(corpus.left_out)}."
        )
    story.notes.extend(_versions())
    async with site(folder, mixed=FEEDS, alike=MOST, whole=len(corpus.documents)) as served:
        await _compare(folder, served, len(corpus.documents), story)
        few = await _grow(folder, served, FEWEST, story)
        story.figures.extend([few, await _grow(folder, served, FEEDS, story)])
        await _many(folder, served, few, story)
    return Report(title, story.figures, story.notes)


def _versions() -> list[str]:
    found = {"reader": reader_version(), "newsboat": Newsboat.version()}
    return [
        f"Compared with {name} {version.removeprefix(name).strip()}."
        if version
        else f"{name} is not installed: left out."
        for name, version in found.items()
    ]


async def _compare(folder: Path, served: Site, whole: int, story: _Story) -> None:
    """Have all programs poll the same."""
    unchanged = Kind(f"304, {FEEDS:,} feeds", FEEDS)
    same, changed = Kind(f"same body, {whole} feeds", whole), Kind(f"changed, {whole} feeds", whole)
    async with field_of(folder / "whole", served.urls("whole", whole)) as field:
        say(f"feeds: {whole} feeds with whole documents, for {_names(field)} …")
        await _prepare(field, served)
        for other in (field.reader, field.newsboat):
            story.notes.extend([await other.tune()] if other else [])
        await served.told()
        for _ in range(ROUNDS):
            await served.bare("all")
            await _round(field, served, same, 0, story)
            await served.bare("none")
            await served.change("whole", range(whole))
            await _round(field, served, changed, 0, story)
            posts, cpu = await field.ours.deliver()
            assert posts == whole, f"{posts} posts of {whole} new entries"
        took = f"{cpu * 1000 / posts:.1f} ms of CPU"
        story.notes.append(f"Beyond the poll, to explain and post a story takes {took}.")
        workers, threads = _tuned(field)
    async with field_of(folder / "many", served.urls("mixed", FEEDS)) as field:
        say(f"feeds: {FEEDS:,} feeds, unchanged, for {_names(field)} …")
        _tune(field, workers, threads)
        await _prepare(field, served)
        for _ in range(ROUNDS):
            await _round(field, served, unchanged, FEEDS, story)
    for kind, share in ((unchanged, 0.2), (same, 0.2), (changed, 0.5)):
        story.figures.extend(kind.figures())
        story.notes.extend(kind.goals(share))
    story.figures.extend(_memory(unchanged))


def _names(field: Field) -> str:
    return ", ".join(program.name for program in field.programs)


def _tuned(field: Field) -> tuple[int, int]:
    return (
        field.reader.workers if field.reader else 0,
        field.newsboat.threads if field.newsboat else 0,
    )


def _tune(field: Field, workers: int, threads: int) -> None:
    if field.reader:
        field.reader.workers = workers
    if field.newsboat:
        field.newsboat.threads = threads


async def _prepare(field: Field, served: Site) -> None:
    for program in field.programs:
        await program.prepare()
    await served.told()


async def _round(field: Field, served: Site, kind: Kind, unchanged: int, story: _Story) -> None:
    """Have each program poll once, and see that it did."""
    for program in field.programs:
        kind.add(program.name, await program.round())
        await _check(served, program, kind.feeds, unchanged, story)


async def _check(served: Site, program: Program, feeds: int, unchanged: int, story: _Story) -> None:
    failed = len(program.failed)
    await served.check(feeds, unchanged=unchanged, who=program.name, failed=failed)
    if failed:
        story.notes.append(f"{program.name}: {failed} of {feeds:,} failed: {program.failed[0]}")


def _memory(kind: Kind) -> list[Figure]:
    figures = {
        who: Figure(f"peak memory, {kind.feeds:,} feeds: {who}", [mib], unit="MiB")
        for who, mib in kind.memory.items()
    }
    figures["ours"].peer = figures.get("reader")
    return list(figures.values())


@asynccontextmanager
async def _alike(folder: Path, served: Site, feeds: int) -> AsyncIterator[Ours]:
    """Run the program on feeds of which it has read those that change, and one of the others."""
    urls, there = served.urls("alike", feeds), folder / f"alike-{feeds}"
    async with ours(there, [urls[1], *urls[::EVERY]]) as program:
        await program.prepare()
    await served.told()
    async with ours(there, urls, like=urls[1]) as program:
        yield program


async def _grow(folder: Path, served: Site, feeds: int, story: _Story) -> Figure:
    """Return what a poll that finds nothing new costs among so many feeds."""
    async with _alike(folder, served, feeds) as program:
        return await _unchanged(program, served, feeds, story)


async def _unchanged(program: Ours, served: Site, feeds: int, story: _Story) -> Figure:
    figure = Figure(f"304, ours alone, {feeds:,} feeds, CPU a poll")
    rounds = min(POLLS // feeds, FEW_ROUNDS)
    if rounds:
        await program.round()
        await served.told()
    for _ in range(rounds or 1):
        used = await program.round()
        figure.samples.append(used.cpu * 1000 / feeds)
        await _check(served, program, feeds, feeds, story)
    return figure


async def _many(folder: Path, served: Site, few: Figure, story: _Story) -> None:
    """Poll very many feeds: all at once, then at a cadence."""
    say(f"feeds: {MOST:,} feeds, all due at once …")
    async with _alike(folder, served, MOST) as program:
        figure = await _unchanged(program, served, MOST, story)
        story.figures.append(figure)
        figure.peer = few
        story.notes.append(goal(f"{MOST:,} × 304: open at most", program.files, FILES, "files"))
        grown, what = figure.median / few.median, f"growth: CPU a poll, {FEWEST} to {MOST:,} feeds"
        story.notes.append(goal(what, grown, 1.1, "×"))
        await served.bare("some")
        await served.change("alike", range(0, MOST, EVERY))
        used = await program.round()
        await _check(served, program, MOST, MOST * 7 // 10, story)
        _tell(program, f"{MOST:,} at once", story)
        story.notes.append(
            f"{MOST:,} at once: {MOST / used.wall:.0f} polls a second, CPU "
            f"{used.cpu * 1000 / MOST:.2f} ms a poll; main process {program.main_memory():.0f} MiB."
        )
        await program.deliver()
        ahead = program.ahead
    await _cadence(folder, served, ahead, story)


async def _cadence(folder: Path, served: Site, ahead: int, story: _Story) -> None:
    """Let the program run by itself while feeds fall due one after the other."""
    seconds = PART / SPEED
    say(f"feeds: {MOST:,} feeds at a cadence, {seconds:g} s …")
    await served.change("alike", range(0, MOST, EVERY))
    await served.told()
    spread = CADENCE * 1000 // SPEED
    async with ours(
        folder / f"alike-{MOST}",
        served.urls("alike", MOST),
        ahead=ahead,
        begin=_BEGIN,
        spread=spread,
        shortest=spread,
    ) as program:
        cpu = await program.live(seconds)
        told = await served.told()
        _tell(program, "cadence", story)
        if program.failed:
            story.notes.append(f"cadence: {len(program.failed)} failed: {program.failed[0]}")
        due = MOST * PART // CADENCE
        story.notes.append(
            f"cadence: {told['asked']:,} polls of {due:,} due, {told['asked'] / seconds:.0f} a "
            f"second ({SPEED} times as fast as it is), {program.posts} posts, "
            f"{cpu / seconds:.0%} of a processor; main process {program.main_memory():.0f} MiB."
        )


def _tell(program: Ours, name: str, story: _Story) -> None:
    memory = program.memory()
    for rank, late in program.lag.items():
        story.figures.append(Figure(f"{name}: event loop late, {rank}", [late]))
    story.figures.append(Figure(f"{name}: peak memory", [memory], unit="MiB"))
    story.notes.append(goal(f"{name}: event loop late, p99", program.lag["p99"], 20, "ms"))
    story.notes.append(goal(f"{name}: memory", memory, 250, "MiB"))
    story.notes.append(goal(f"{name}: open at most", program.files, FILES, "files"))
