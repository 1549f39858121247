"""`python -m benchmarks soak`: runs it, and ends with 0 only where every goal was reached."""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.figures import show
from benchmarks.machine import facts
from benchmarks.soak import report
from benchmarks.soak.plan import Plan
from benchmarks.soak.soak import soak

MISSED = 6
"""The exit code where a goal was missed."""


def main(arguments: Sequence[str], console: Console) -> int:
    """Soak; return the exit code."""
    options = _parser().parse_args(arguments)
    folder = options.out or Path(tempfile.mkdtemp(prefix="wherefore-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.stderr.write(f"{folder} is not empty: name a folder that is, or a new one.\n")
        return 2
    plan = Plan(folder.resolve(), options.seed, options.minutes, options.feeds, options.channels)
    for name, fact in facts(folder):
        console.print(f"{name:<12} {fact}", highlight=False)
    # Clients that break off are what it is about; its server need not tell of each.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    outcome = asyncio.run(soak(plan))
    (folder / "soak.svg").write_text(report.picture(outcome), encoding="utf-8")
    show(report.report(outcome), console)
    said, is_well = report.verdict(outcome)
    (folder / "verdict.txt").write_text(f"{said}\n", encoding="utf-8")
    problems = [line for goal in report.goals(outcome) for line in goal.details]
    (folder / "details.txt").write_text("\n".join(problems) + "\n", encoding="utf-8")
    console.print()
    console.print(said, highlight=False, markup=False, soft_wrap=True)
    console.print(f"The plot, the logs and the samples are in {folder}.", highlight=False)
    return 0 if is_well else MISSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks soak",
        description="Runs the real program for an hour among feeds that change, faults of all "
        "kinds each minute and members who use it; then looks whether memory is flat, the event "
        "loop prompt, no task lost, and no post missing or there twice. Linux only.",
        epilog="Exit codes: 0 every goal was reached, 2 wrong use, 6 one was missed.",
    )
    parser.add_argument("--minutes", type=float, default=60, help="how long (default 60)")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbits(32), help="of all chance (default: a new one)"
    )
    parser.add_argument("--feeds", type=int, default=500, help="how many (default 500)")
    parser.add_argument("--channels", type=int, default=200, help="how many (default 200)")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where all of it is kept (default: a new one)"
    )
    return parser
