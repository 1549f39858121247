"""Checks every feed of the catalogue, and shows what is wrong with which and what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from bot import __version__
from bot.cli import tools
from bot.config import Settings
from bot.feeds import verdict
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.feeds.health import lasting
from bot.feeds.links import host_of
from bot.feeds.verdict import Finding, Probe, Problem
from bot.feeds.worker import Parser
from bot.models import Fetched, Millis, Topic, Validators
from bot.publish.markdown import printable

_WELL = "ok"
_NOTHING = "–"
_TOPIC, _WHOLE_TOPIC, _TITLE, _SHORTEST_TITLE, _VERDICT = 16, 32, 48, 12, 13
"""Columns of the screen."""
_NUMBERS = 7 + 9 + 5 + _VERDICT + 11  # and what stands between the columns
_WIDEST = _WHOLE_TOPIC + _TITLE + _NUMBERS
_COINCIDENCE = 2
"""How many sites may be down at once without its being our own network."""
_SERIOUS = {Problem.UNREACHABLE, Problem.NOT_A_FEED}


@dataclass(frozen=True, slots=True)
class Row:
    """A feed of a topic, and what is wrong with it."""

    topic: str
    probe: Probe
    findings: tuple[Finding, ...]


async def with_progress(settings: Settings, topics: Sequence[Topic], console: Console) -> list[Row]:
    """Do what `check` does, with a bar on the console that is gone at the end, if it has one."""
    columns = (TextColumn("Asking feeds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    total = len({url for topic in topics for url in topic.feeds})
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=total)
        return await check(settings, topics, lambda: progress.advance(task))


async def check(settings: Settings, topics: Sequence[Topic], done: Callable[[], None]) -> list[Row]:
    """Ask every feed of these topics once, and judge them; `done` is called after each feed.

    Nothing is stored. A feed that stands in two topics is asked once and listed twice.
    """
    urls = dict.fromkeys(url for topic in topics for url in topic.feeds)
    names = {url: [topic.name for topic in topics if url in topic.feeds] for url in urls}
    guard = Guard(settings.feed_allow_networks)
    async with (
        Fetcher(version=__version__, guard=guard, now=tools.clock) as fetcher,
        Parser() as parser,
        asyncio.TaskGroup() as group,
    ):

        async def probe(url: str) -> Probe:
            outcome = await fetcher.fetch(url, Validators())
            if isinstance(outcome, Fetched):
                document = await parser.parse(outcome)
                found = verdict.read(url, names[url], outcome, document, tools.clock())
            else:
                found = verdict.unread(url, names[url], outcome)
            done()
            return found

        tasks = {url: group.create_task(probe(url)) for url in urls}
    probes = {url: task.result() for url, task in tasks.items()}
    findings = verdict.judge(list(probes.values()), tools.clock())
    return [Row(topic.name, probes[url], findings[url]) for topic in topics for url in topic.feeds]


def has_problems(rows: Sequence[Row]) -> bool:
    """Tell whether anything is wrong with any feed."""
    return any(row.findings for row in rows)


# ── for scripts ──────────────────────────────────────────────────────────────────────────


def as_json(rows: Sequence[Row]) -> str:
    """Write the rows as one JSON object."""
    ill = sum(1 for row in rows if row.findings)
    feeds = [_json(row) for row in rows]
    return json.dumps({"feeds": feeds, "problems": ill}, ensure_ascii=False, indent=2)


def _json(row: Row) -> dict[str, object]:
    found = row.probe
    return {
        "topic": row.topic,
        "url": found.url,
        "title": found.title,
        "entries": found.entries,
        "newest": None if found.newest is None else _moment(found.newest),
        "posts_a_day": None if found.posts_a_day is None else round(found.posts_a_day, 2),
        "problems": [
            {"kind": f.problem.value, "reason": f.reason, "see": f.see} for f in row.findings
        ],
    }


def _moment(time: Millis) -> str:
    return datetime.fromtimestamp(time // 1000, UTC).isoformat().replace("+00:00", "Z")


# ── for people ───────────────────────────────────────────────────────────────────────────


def show(rows: Sequence[Row], console: Console) -> None:
    """Print the table, and below it every problem with what to do about it."""
    if not console.is_terminal:
        console.width = max(console.width, _WIDEST)  # nobody's screen: all of it may be shown
    console.print(_table(rows, console.width, every_topic=not console.is_terminal))
    console.print()
    ill = [row for row in rows if row.findings]
    if not ill:
        console.print(Text(f"{_count(len(rows))} checked: all well.", "bold green"))
        return
    console.print(Text(f"{_count(len(rows))} checked, {len(ill)} with problems.", "bold"))
    if _looks_offline(rows):
        console.print(Text("No site could be reached: look at this machine's network first."))
    for problem in Problem:
        _show_problem(problem, ill, console)


def _looks_offline(rows: Sequence[Row]) -> bool:
    hosts = {host_of(row.probe.url) for row in rows}
    failures = [row.probe.failure for row in rows]
    return len(hosts) > _COINCIDENCE and all(
        failure is not None and failure.problem is Problem.UNREACHABLE for failure in failures
    )


def _count(feeds: int) -> str:
    return "1 feed" if feeds == 1 else f"{feeds} feeds"


def _table(rows: Sequence[Row], width: int, *, every_topic: bool) -> Table:
    """Draw the table; a topic is named where it begins, or on every line for who searches them."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_edge=False, padding=(0, 0, 0, 1))
    longest = max((cell_len(row.topic) for row in rows), default=0)
    topic = min(max(longest, len("topic")), _WHOLE_TOPIC if every_topic else _TOPIC)
    title = min(max(width - topic - _NUMBERS, _SHORTEST_TITLE), _TITLE)
    table.add_column("topic", style="cyan", no_wrap=True, width=topic)
    table.add_column("feed", no_wrap=True, width=title)
    for name, digits in (("entries", 7), ("newest", 9), ("a day", 5)):
        table.add_column(name, justify="right", no_wrap=True, width=digits)
    table.add_column("verdict", width=_VERDICT)
    now, before = tools.clock(), ""
    for row in rows:
        if before and row.topic != before and not every_topic:
            table.add_section()
        named = row.topic if every_topic or row.topic != before else ""
        before = row.topic
        table.add_row(named, *_cells(row, now))
    return table


def _cells(row: Row, now: Millis) -> list[Text]:
    found = row.probe
    read = found.failure is None
    return [
        Text(printable(found.title or _address(found.url))),
        Text(str(found.entries) if read else _NOTHING),
        Text(_NOTHING if found.newest is None else lasting(now - found.newest)),
        Text(_rate(found.posts_a_day)),
        _verdict(row.findings),
    ]


def _address(url: str) -> str:
    """Name a feed that has told no title: without the scheme, and the query, which is long."""
    rest = url.partition("://")[2].partition("?")[0]
    return rest if len(rest) <= 60 else host_of(url)


def _rate(posts_a_day: float | None) -> str:
    if posts_a_day is None:
        return _NOTHING
    if posts_a_day >= 10:
        return f"{posts_a_day:.0f}"
    return f"{posts_a_day:.1f}" if posts_a_day >= 0.05 else "< 0.1"


def _verdict(findings: Sequence[Finding]) -> Text:
    if not findings:
        return Text(_WELL, "green")
    shown = Text()
    for number, finding in enumerate(findings):
        shown.append(", " if number else "✗ ", _style(finding.problem))
        shown.append(finding.problem.value, _style(finding.problem))
    return shown


def _style(problem: Problem) -> str:
    return "bold red" if problem in _SERIOUS else "bold yellow"


def _show_problem(problem: Problem, rows: Sequence[Row], console: Console) -> None:
    told = [(row, f) for row in rows for f in row.findings if f.problem is problem]
    if not told:
        return
    console.print()
    heading = Text(f"{problem.value.capitalize()} ({len(told)}): ", _style(problem))
    console.print(heading.append(problem.remedy, "not bold default"))
    for row, finding in told:
        line = Text.assemble("  ", (row.topic, "cyan"), "  ", printable(row.probe.url))
        console.print(line, soft_wrap=True)  # an address that we broke could not be copied
        reason = Text(printable(finding.reason))
        if console.is_terminal and not finding.see:
            console.print(Padding(reason, (0, 0, 0, 4)))
        else:
            console.print(Text("    ").append(reason), soft_wrap=True)
