"""Judges what a soak came to, goal by goal, and says it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Figure, Report
from benchmarks.soak.figures import draw, lateness, most
from benchmarks.soak.soak import Outcome

FLAT = 4.0
"""MiB an hour by which memory may grow after the warm-up and count as flat: what a Python process
of its size gains and loses by chance; a leak of one small object an entry is more."""
_LONG_ENOUGH = 25
"""Minutes after the warm-up that memory can be judged by: caches fill for longer than a few."""
LATE = 50.0
"""Milliseconds: the goal for the 99th percentile of the event loop's lateness."""
_SHOWN = 15
_LOOPS = 7
"""Loops of the newsroom, which run as long as it does."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: whether it was reached, and by what."""

    name: str
    reached: bool
    said: str
    details: Sequence[str] = ()


def goals(outcome: Outcome) -> list[Goal]:
    """Hold what came of it against what was to come."""
    return [
        _memory(outcome),
        _lag(outcome),
        _tasks(outcome),
        _posts(outcome),
        _answers(outcome),
        _logs(outcome),
        _ends(outcome),
    ]


def _memory(outcome: Outcome) -> Goal:
    found, _ = outcome.course.memory(outcome.plan)
    judged = (outcome.plan.seconds - outcome.plan.warm_up) / 60
    if found is None:
        return Goal("memory is flat", reached=False, said="too few samples to tell")
    said = (
        f"{found.slope:+.2f} MiB/h after {outcome.plan.warm_up / 60:g} min of warm-up"
        f" ({found.low:+.2f} to {found.high:+.2f}) at {found.level:.1f} MiB; the goal is"
        f" {FLAT:g} MiB/h"
    )
    if judged < _LONG_ENOUGH:
        return Goal("memory is flat", reached=True, said=f"not judged, too short a time: {said}")
    return Goal("memory is flat", found.slope <= FLAT, said)


def _lag(outcome: Outcome) -> Goal:
    course = outcome.course
    bot, idle = lateness(course.busy(course.bot)), lateness(course.busy(course.control))
    said = (
        f"p50 {bot.median:.1f}, p99 {bot.p99:.1f}, worst {bot.worst:.0f} ms of {bot.looks:,} looks;"
        f" an idle process beside it: p50 {idle.median:.1f}, p99 {idle.p99:.1f}, worst"
        f" {idle.worst:.0f} ms"
    )
    return Goal(f"the event loop is less than {LATE:g} ms late (p99)", bot.p99 < LATE, said)


def _tasks(outcome: Outcome) -> Goal:
    before, after = Counter(outcome.before), Counter(outcome.after)
    lost = {name: before[name] - after[name] for name in before if after[name] < before[name]}
    more = {name: after[name] - before[name] for name in after if after[name] > before[name]}
    loops = sum(count for name, count in after.items() if name.endswith(".loop"))
    said = (
        f"{after.total()} at rest, {before.total()} after the start; {loops} loops alive"
        + (f"; lost: {lost}" if lost else "")
        + (f"; leaked: {more}" if more else "")
    )
    is_well = not lost and not more and loops >= _LOOPS
    return Goal("no task is lost, and none leaks", is_well, said, [json.dumps(outcome.after)])


def _posts(outcome: Outcome) -> Goal:
    found = outcome.findings
    became = ", ".join(f"{name} {count:,}" for name, count in found.became.most_common())
    said = (
        f"{found.due:,} due ({became}); {len(found.twice)} twice, {len(found.missing)} missing,"
        f" {len(found.wrong)} otherwise wrong; {found.posts:,} posts and {found.digests:,} digests"
        f" stand; {found.unread} items came and went unread"
    )
    reasons = [f"left out {count}×: {why}" for why, count in found.left_out.most_common()]
    is_well = not found.problems and all(outcome.drained) and found.due > 0
    if not all(outcome.drained):
        said += "; it did not come to rest in time"
    return Goal(
        "no post is missing, and none is there twice", is_well, said, [*reasons, *found.problems]
    )


def _answers(outcome: Outcome) -> Goal:
    tally = outcome.members.tally
    excused = Counter(one.excuse for one in tally.failures if one.excuse)
    slowest = max(tally.acknowledged, default=0.0)
    said = (
        f"{tally.done.total():,} acts, {len(tally.acknowledged):,} answers in calm, the slowest"
        f" first answer after {slowest:.2f} s; {len(tally.unexcused)} failed;"
        f" {excused.total()} failed in faults ({dict(excused)}); {tally.not_offered} found"
        f" something else there, {tally.without_answer} were acknowledged alone"
    )
    details = [f"{one.what}: {one.why}" for one in tally.unexcused]
    return Goal("every interaction is acknowledged in 3 s", not tally.unexcused, said, details)


def _logs(outcome: Outcome) -> Goal:
    said = f"{len(outcome.logs)} lines; warnings: {outcome.warnings}"
    return Goal("no exception is in the log", not outcome.logs, said, outcome.logs)


def _ends(outcome: Outcome) -> Goal:
    took = ", ".join(f"{seconds:.1f} s" for seconds in outcome.stops)
    said = f"exit codes {outcome.codes}, after {took}"
    return Goal("it ends when it is asked to", outcome.codes == [0, 0], said)


def report(outcome: Outcome) -> Report:
    """Tell the figures as the other benchmarks do."""
    course, publishers = outcome.course, outcome.place.publishers
    minutes = max(course.minute(course.quiet), 1e-9)
    bot, tally = course.busy(course.bot), outcome.members.tally
    trend, _ = course.memory(outcome.plan)
    counted = {
        "feeds": outcome.plan.feeds,
        "channels": outcome.plan.channels,
        "items published": sum(one.is_news for one in publishers.items.values()),
        "changes of documents": sum(publishers.changed.values()),
        "requests to publishers": publishers.counts["asked"],
        "  answered 304": publishers.counts["unchanged"],
        "  answered by a fault": publishers.counts["troubled"],
        "posts and digests in Discord": outcome.place.discord.world.posted,
        "requests to Discord": len(outcome.place.discord.requests),
        "  refused (429)": outcome.place.discord.refusals429,
        "faults": sum(outcome.faults.met.values()),
        "sessions begun anew": outcome.place.discord.identifies,
        "sessions resumed": outcome.place.discord.resumes,
    }
    figures = [
        *(Figure(name, [float(count)], unit="") for name, count in counted.items()),
        Figure("polls a second", [publishers.counts["asked"] / minutes / 60], unit="1/s"),
        Figure("resident memory", [one["rss"] / (1 << 20) for one in bot], unit="MiB"),
        Figure("  growth an hour", [trend.slope] if trend else [], unit="MiB/h"),
        Figure("memory of its workers", [mib for _, mib in course.children], unit="MiB"),
        Figure("lateness of the loop", [ms / 10 for one in bot for ms in one["late"]]),
        Figure(
            "  of an idle process",
            [ms / 10 for one in course.busy(course.control) for ms in one["late"]],
        ),
        Figure("tasks", [float(sum(one["tasks"].values())) for one in bot], unit=""),
        Figure("open files", [float(one["files"]) for one in bot], unit=""),
        Figure("threads", [float(one["threads"]) for one in bot], unit=""),
        Figure("write-ahead log", [one["wal"] / (1 << 20) for one in bot], unit="MiB"),
        Figure("first answers to members, in calm", [1000 * s for s in tally.acknowledged]),
    ]
    notes = [
        f"Seed {outcome.plan.seed}; FEED_MIN_INTERVAL {outcome.plan.interval} s.",
        f"The database has {most(course.bot, 'database') / (1 << 20):.0f} MiB in the end.",
        f"Faults: {dict(outcome.faults.met)}.",
        f"Changes: {publishers.changed}.",
        f"Acts: {dict(tally.done)}.",
    ]
    return Report("soak: an hour among changes, faults and members", figures, notes)


def verdict(outcome: Outcome) -> tuple[str, bool]:
    """Say for each goal whether it was reached; return that, and whether all were."""
    lines, judged = [], goals(outcome)
    for goal in judged:
        lines.append(f"{'✓' if goal.reached else '✗'} {goal.name}: {goal.said}")
        if not goal.reached:
            lines += [f"    {one[:400]}" for one in goal.details[:_SHOWN]]
            if len(goal.details) > _SHOWN:
                lines.append(f"    and {len(goal.details) - _SHOWN} more")
    return "\n".join(lines), all(goal.reached for goal in judged)


def picture(outcome: Outcome) -> str:
    """Draw it."""
    plan = outcome.plan
    said = (
        f"Soak: {plan.minutes:g} minutes, {plan.feeds} feeds, {plan.channels} channels, faults"
        f" each minute, seed {plan.seed}"
    )
    return draw(outcome.course, plan, said)
