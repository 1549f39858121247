"""The commands for who hosts the bot beside `run`: their options and exit codes."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.cli import backups, feedback, tools, why
from bot.cli.doctor import command as doctor
from bot.config import Settings
from bot.models import Topic

USAGE, PROBLEMS, STOPPED = 2, 6, 130
"""Exit codes: wrong use or nothing to show, some feeds have problems, ended by Ctrl+C."""

_Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse names it nowhere else


def add_to(commands: _Commands[argparse.ArgumentParser]) -> None:
    """Add these commands; what they parse has `call`, which takes it and the settings.

    `needs` names the fields of the settings that a command is content with; without it, all.

    What the doctor parses has `examine` in its place, as settings are among what it looks at.
    """
    doctor.add_to(commands)
    _add_feeds(commands)
    _add_opml(commands)
    why.add_to(commands)
    feedback.add_to(commands)
    backups.add_to(commands)


def _add_feeds(commands: _Commands[argparse.ArgumentParser]) -> None:
    feeds = commands.add_parser(
        "feeds", help="check the feeds of the catalogue", description="Looks after the feeds."
    )
    verbs = feeds.add_subparsers(metavar="what", title="commands", required=True)
    check = verbs.add_parser(
        "check",
        help="ask every feed of the catalogue once, and say what is wrong with which",
        description="Asks every feed of the catalogue (TOPICS_FILE, or the shipped one) once, and "
        "says what is wrong with which: unreachable, not a feed, moved, duplicate, stale (nothing "
        "for 60 days), empty, undated, or thin (headlines alone). Nothing is stored or sent.",
        epilog="Exit codes: 0 all feeds are well, 2 there is no such topic, 3 the settings or the "
        "catalogue can't be used, 6 some feeds have problems, 130 ended by Ctrl+C.",
    )
    check.add_argument(
        "--topic",
        metavar="NAME",
        help="only this topic's feeds, which are then compared with one another alone",
    )
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.set_defaults(call=_check)


def _add_opml(commands: _Commands[argparse.ArgumentParser]) -> None:
    opml = commands.add_parser(
        "opml",
        help="bring feeds from a feed reader, or take the catalogue to one",
        description="OPML is the format in which feed readers exchange lists of feeds.",
    )
    verbs = opml.add_subparsers(metavar="what", title="commands", required=True)
    bring = verbs.add_parser(
        "import",
        help="make a catalogue of an OPML file",
        description="Makes a catalogue of the OPML file that a feed reader exported: each folder "
        "becomes a topic. What can't be used is listed with the reason.",
        epilog="Exit codes: 0 a catalogue was written, 2 it could not be.",
    )
    bring.add_argument("file", type=Path, metavar="FILE", help="the OPML file")
    bring.set_defaults(call=_import)
    take = verbs.add_parser(
        "export",
        help="write the catalogue as an OPML file",
        description="Writes the catalogue (TOPICS_FILE, or the shipped one) as OPML 2.0, which any "
        "feed reader can import.",
        epilog="Exit codes: 0 it was written, 2 it could not be, 3 the settings or the catalogue "
        "can't be used.",
    )
    take.set_defaults(call=_export)
    for verb in (bring, take):
        verb.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="write to this file, which must not be there yet (default: standard output)",
        )


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from rich.console import Console  # noqa: PLC0415  # the bot starts faster without these

    from bot.cli import check  # noqa: PLC0415  # as above

    topics = list(tools.catalogue(settings).values())
    chosen = [t for t in topics if t.name == options.topic] if options.topic else topics
    if not chosen:
        return _fail(_no_such_topic(options.topic, topics))
    try:
        rows = asyncio.run(check.with_progress(settings, chosen, Console(stderr=True)))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before all feeds were asked.\n")
        return STOPPED
    if options.json:
        sys.stdout.write(check.as_json(rows) + "\n")
    else:
        check.show(rows, Console())
    return PROBLEMS if check.has_problems(rows) else 0


def _no_such_topic(name: str, topics: Sequence[Topic]) -> str:
    names = ", ".join(topic.name for topic in topics)
    return f"There is no topic {name!r} in the catalogue. Its topics are {names}."


def _import(options: argparse.Namespace, _: Settings) -> int:
    from bot.cli import opml  # noqa: PLC0415  # the bot starts faster without it

    try:
        opml.bring(options.file, options.output)
    except opml.RefusedError as refusal:
        return _fail(str(refusal))
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli import opml  # noqa: PLC0415  # the bot starts faster without it

    try:
        opml.take(list(tools.catalogue(settings).values()), options.output)
    except opml.RefusedError as refusal:
        return _fail(str(refusal))
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return USAGE
