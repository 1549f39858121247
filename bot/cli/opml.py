"""Makes a catalogue of an OPML file, and an OPML file of the catalogue."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.catalogue import read_catalogue, write_catalogue
from bot.feeds.fetch import read_file
from bot.models import Fetched, FetchFailed, Topic
from bot.opml import Imported, OpmlError, read_opml, write_opml
from bot.publish.markdown import printable


class RefusedError(Exception):
    """Nothing was written; the message says why and what to do."""


def bring(file: Path, output: Path | None) -> None:
    """Write the catalogue that an OPML file makes; without `output`, to standard output.

    What was left out, and what to do next, is told on standard error. Raises RefusedError.
    """
    _refuse_existing(output)
    outcome = asyncio.run(read_file(file))
    if not isinstance(outcome, Fetched):
        reason = outcome.reason if isinstance(outcome, FetchFailed) else "It can't be read."
        raise RefusedError(f"{file}: {reason}")
    try:
        imported = read_opml(outcome.body)
    except OpmlError as error:
        raise RefusedError(f"{file}: {error}") from error
    report = _report(imported, file)
    if not imported.topics:
        raise RefusedError("\n".join([*report, "No feed is left, so nothing was written."]))
    text = f"# Made of an OPML file by Wherefore.\n\n{write_catalogue(imported.topics)}"
    read_catalogue(text, str(output or file))  # what the bot would refuse is never handed out
    _write(text, output)
    _tell([*report, _next_step(file, output)])


def take(topics: Sequence[Topic], output: Path | None) -> None:
    """Write topics as OPML; without `output`, to standard output. Raises RefusedError."""
    _refuse_existing(output)
    _write(write_opml(topics), output)
    if output is not None:
        _tell([f"{_count(topics)} written to {output}."])


def _report(imported: Imported, file: Path) -> list[str]:
    lines = [f"{file}: {_count(imported.topics)}."]
    if imported.broken_off:
        lines.append("The file breaks off: what comes before that was taken.")
    elif imported.repaired:
        lines.append("The file is not well-formed, and was read as well as can be.")
    if imported.left_out:
        lines.append(f"{len(imported.left_out)} left out:")
        lines += [f"  {left.what}: {left.why}" for left in imported.left_out]
    return lines


def _count(topics: Sequence[Topic]) -> str:
    feeds = sum(len(topic.feeds) for topic in topics)
    return f"{_number(len(topics), 'topic')} with {_number(feeds, 'feed')}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _next_step(file: Path, output: Path | None) -> str:
    if output is None:
        return (
            f"To use it, write it to a file (python -m bot opml import {file} --output "
            "topics.toml), and name that in TOPICS_FILE."
        )
    return (
        f"Written to {output}. To use it, set TOPICS_FILE={output}; to see whether all its feeds "
        f"are well, TOPICS_FILE={output} python -m bot feeds check."
    )


def _refuse_existing(output: Path | None) -> None:
    """Say so before any work is done."""
    if output is not None and os.path.lexists(output):
        raise RefusedError(_there_already(output))


def _there_already(output: Path) -> str:
    return f"{output} is there already: name a file that is not, or delete it."


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise RefusedError(_there_already(output)) from error
    except OSError as error:
        raise RefusedError(
            f"{output} can't be written: {error.strerror}. Name a file in a folder that is there "
            "and that you may write in."
        ) from error


def _tell(lines: Sequence[str]) -> None:
    sys.stderr.write(printable("\n".join(lines)) + "\n")
