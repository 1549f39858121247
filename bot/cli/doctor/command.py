"""The command's options and exit codes; everything heavy is imported when it is used."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.models.findings import Finding, Grade

if TYPE_CHECKING:
    from bot.cli.doctor.conduct import Checkup

PROBLEMS, STOPPED = 6, 130


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; what it parses has `examine`, which takes it and the environment.

    Settings that can't be used are for it to tell of: it reads them itself.
    """
    doctor = commands.add_parser(
        "doctor",
        help="look at everything that the bot needs, and say what to do about what is not well",
        description="Looks at the settings, the database, the clock, the network, each site of the "
        "catalogue, Discord (token, commands, the permissions in each subscribed channel) and the "
        "model, and says of each whether it is well (✓), should be looked at (!) or does not work "
        "(✗), and what to do. Takes half a minute at most. Also while the bot runs: nothing is "
        "changed, and nothing posted.",
        epilog="Exit codes: 0 nothing is in trouble (with --strict: all is well), 6 something is, "
        "130 ended by Ctrl+C.",
    )
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.add_argument("--strict", action="store_true", help="end with 6 for warnings, too")
    doctor.set_defaults(examine=call)


def call(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Look at everything and show it; return the exit code."""
    return asyncio.run(_run(options, environ, os._exit))


async def _run(
    options: argparse.Namespace, environ: Mapping[str, str], leave: Callable[[int], None]
) -> int:
    """Do what `call` does; `leave` ends the process where threads still wait for somebody."""
    from bot.cli.doctor import show  # noqa: PLC0415  # the bot starts faster without these
    from bot.cli.doctor.conduct import Checkup  # noqa: PLC0415  # as above

    checkup = Checkup(environ, Path(".env"))
    logs.configure("critical", None, checkup.secrets)
    try:
        findings = show.hidden(await _watched(checkup), checkup.secrets)
    except asyncio.CancelledError:
        sys.stderr.write("Stopped before everything was looked at.\n")
        _leave(leave, STOPPED)
        raise
    if options.json:
        sys.stdout.write(show.as_json(findings) + "\n")
    else:
        show.show(findings)
    code = exit_code(findings, strict=options.strict)
    if checkup.is_stuck:
        _leave(leave, code)
    return code


def _leave(leave: Callable[[int], None], code: int) -> None:
    # Names that nobody resolves, and disks that do not answer, hold threads that can't be ended.
    sys.stdout.flush()
    sys.stderr.flush()
    leave(code)


async def _watched(checkup: Checkup) -> list[Finding]:
    from rich.console import Console  # noqa: PLC0415  # the bot starts faster without it

    console = Console(stderr=True)
    if not console.is_terminal:
        return await checkup.findings()
    with console.status("Looking …") as status:
        return await checkup.findings(lambda left: status.update(f"Looking at {left} …"))


def exit_code(findings: Sequence[Finding], *, strict: bool) -> int:
    """Return 6 where something is in trouble, `strict`: or is to be warned of; else 0."""
    grades = {finding.grade for finding in findings}
    bad = Grade.TROUBLE in grades or (strict and Grade.WARNING in grades)
    return PROBLEMS if bad else 0
