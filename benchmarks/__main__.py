"""Runs the benchmarks and prints what they found; slowness is told, and is never an error."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console

from benchmarks import (
    autocomplete,
    cost,
    crashes,
    delivery,
    extract,
    feeds,
    following,
    grounding,
    health,
    hostile,
    pages,
    parts,
    planning,
    post,
    relatives,
    start,
)
from benchmarks.figures import Report, show
from benchmarks.machine import facts
from benchmarks.stand import Stand, say, stand

_ALL: dict[str, Callable[[Stand], Awaitable[Report]]] = {
    "start": start.run,
    "post": post.run,
    "parts": parts.run,
    "planning": planning.run,
    "delivery": delivery.run,
    "crashes": crashes.run,
    "feeds": feeds.run,
    "hostile": hostile.run,
    "autocomplete": autocomplete.run,
    "cost": cost.run,
    "pages": pages.run,
    "grounding": grounding.run,
    "relatives": relatives.run,
    "following": following.run,
    "extract": extract.run,
    "health": health.run,
}
_WIDTH = 110


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; the exit code is 0 however slow it was, but for the soak's."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    # Through a pipe, rich would fold the tables to 80 columns.
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    if asked[:1] == ["soak"]:
        from benchmarks.soak import cli  # noqa: PLC0415  # the others need none of it

        return cli.main(asked[1:], console)
    options = _parser().parse_args(asked)
    for name, fact in facts(Path(tempfile.gettempdir())):
        console.print(f"{name:<12} {fact}", highlight=False)
    asyncio.run(_run(options.names or list(_ALL), console))
    return 0


async def _run(names: Sequence[str], console: Console) -> None:
    began = time.monotonic()
    async with stand() as shared:
        for name in names:
            show(await _ALL[name](shared), console)
    say(f"done in {time.monotonic() - began:.0f} s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures the program on this machine, on loopback alone, in about a "
        "quarter of an hour; slowness is told, and is no error. `soak`, by "
        "itself, runs the program for an hour among faults (`soak --help`).",
    )
    parser.add_argument(
        "names",
        nargs="*",
        type=_name,
        metavar="|".join(_ALL),
        help="which of them (default: all)",
    )
    return parser


def _name(text: str) -> str:
    # As `choices`, argparse would hold them against the empty list that means all, too.
    if text not in _ALL:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(_ALL)}")
    return text


if __name__ == "__main__":
    sys.exit(main())
