"""The command line: reads the settings, calls the command, and words what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import discord
import structlog
from rich.console import Console
from rich.text import Text

from bot import __version__, logs
from bot.catalogue import CatalogueError
from bot.cli import hosting, run, tools
from bot.config import Settings, SettingsError, read_dotenv, secret_variables
from bot.store import StoreError, StoreUnavailableError

CRASH, USAGE, SETTINGS, DISCORD, DATABASE = 1, 2, 3, 4, 5
DEADLINE = 10.0
"""Seconds that stopping may take; after them the process ends whatever still runs in it."""

_DEVELOPERS = "https://discord.com/developers/applications"
_REFUSED = (
    f"Discord refuses DISCORD_TOKEN: copy the token again from Bot → Reset Token at {_DEVELOPERS}."
)
_REVOKED = (
    "Discord takes DISCORD_TOKEN no more, it was reset or revoked: copy the new one from "
    f"Bot → Reset Token at {_DEVELOPERS}."
)
_INTENTS = (
    f"Discord refuses the intents: this bot needs no privileged one, so check at {_DEVELOPERS} "
    "that the application is not restricted."
)

log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the process's exit code, as `--help` lists them."""
    _have_streams()
    options = _parser().parse_args(arguments)
    logs.configure("info", None)
    _speak_utf8()
    try:
        if "examine" in options:
            return int(options.examine(options, os.environ))
        found = Settings.gather(os.environ, _dotenv(Path(".env")))
        # Whoever backs up, or looks, may have no key and no token: the database is enough there.
        settings = found.sound(options.needs if "needs" in options else None)
        for name in secret_variables():
            os.environ.pop(name, None)  # else the process that parses what strangers write has it
        serving = options.command == "run" and settings.token is not None
        level = settings.log_level if serving else "warning"  # what is shown is the output there
        secrets = [settings.token or "", settings.explainer_key or ""]
        logs.configure(level, settings.log_format, secrets)
        return _command(options, settings)
    except KeyboardInterrupt:
        return 0
    except Exception as error:  # noqa: BLE001  # the last resort: a reason, and a code that is not 0
        return _explain(error)


def _have_streams() -> None:
    """Open the null device for streams that are closed, as services and pythonw.exe start it.

    Else what is opened first takes their place: the database, with messages written into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  # for good
            setattr(sys, name, stream)


def _speak_utf8() -> None:
    """Print what news are written in, also where a pipe or an old terminal asks for less."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _dotenv(path: Path) -> dict[str, str | None]:
    try:
        return read_dotenv(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            [f".env can't be read: {error.strerror}. Make it a readable file."]
        ) from None


def _command(options: argparse.Namespace, settings: Settings) -> int:
    if "call" in options:
        return int(options.call(options, settings))
    match options.command:
        case "preview":
            return _preview(options, settings)
        case "explain":
            return _explain_link(options, settings)
        case "invite":
            return _invite(settings)
        case "run" if settings.token is not None:
            topics = tools.catalogue(settings)
            asyncio.run(run.run(settings, topics, _arm_deadline))
        case _:
            from bot.cli import demo  # noqa: PLC0415  # the bot starts faster without it

            asyncio.run(demo.demo(Console()))
    return 0


def _preview(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli import preview  # noqa: PLC0415  # the bot starts faster without it
    from bot.publish.markdown import printable  # noqa: PLC0415  # as above

    console = Console(stderr=True)
    with console.status(Text(printable(f"Reading {options.place} …"))):
        found = asyncio.run(preview.preview(settings, options.place, options.limit, options.feed))
    if options.json:
        sys.stdout.write(preview.as_json(found) + "\n")
    else:
        preview.show(found, Console())
    if options.html:
        if isinstance(found, preview.Preview):
            preview.write_page(found, options.html)
            said = f"Written to {options.html}"
        else:
            said = f"{options.html} is not written: choose a feed first."
        console.print(Text(printable(said)))
    return 0


def _explain_link(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli import explain  # noqa: PLC0415  # the bot starts faster without it
    from bot.publish.markdown import printable  # noqa: PLC0415  # as above

    with Console(stderr=True).status(Text(printable(f"Reading {options.link} …"))):
        told = asyncio.run(explain.explain(settings, options.link))
    if options.json:
        sys.stdout.write(explain.as_json(told) + "\n")
    else:
        explain.show(told, Console())
    return 0


def _invite(settings: Settings) -> int:
    if settings.token is None:
        return _fail(
            SETTINGS,
            f"DISCORD_TOKEN is not set: copy your bot's token from {_DEVELOPERS} into .env.",
        )
    sys.stdout.write(asyncio.run(run.invite(settings)) + "\n")
    return 0


def _explain(error: Exception) -> int:
    """Say in words why the program ends; what has no words is a bug, with its traceback."""
    for cause in _leaves(error):
        if known := _known(cause):
            code, lines = known
            return _fail(code, *lines)
    log.critical("wherefore has a bug, and stops", exc_info=error)
    return CRASH


def _known(cause: BaseException) -> tuple[int, list[str]] | None:
    known: tuple[int, list[str]] | None = None
    match cause:
        case SettingsError() | CatalogueError():
            known = SETTINGS, ["The settings can't be used:", *cause.problems]
        case StoreError():
            # What passes is no reason not to be started again.
            passes = isinstance(cause, StoreUnavailableError)
            known = CRASH if passes else DATABASE, [str(cause)]
        case tools.PreviewError():
            known = USAGE, [str(cause)]
        case run.UnreachableError():
            known = DISCORD, [str(cause)]
        case discord.LoginFailure():
            known = DISCORD, [_REFUSED]
        case discord.HTTPException(status=401) | discord.ConnectionClosed(code=4004):
            known = DISCORD, [_REVOKED]
        case discord.PrivilegedIntentsRequired():
            known = DISCORD, [_INTENTS]
    return known


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _arm_deadline() -> None:
    """End the process if closing takes too long: a thread of the database may outlive a crash."""
    timer = threading.Timer(DEADLINE, os._exit, (CRASH,))
    timer.daemon = True
    timer.start()


def _fail(code: int, *lines: str) -> int:
    text = "\n".join(lines[:1] + tuple(f"  {line}" for line in lines[1:]))
    sys.stderr.write(logs.hidden(text) + "\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Wherefore, a Discord bot that tells a server why the news matters.",
        epilog="Exit codes: 0 all well, 1 a bug or what passes, 2 wrong use or nothing to show, 3 "
        "settings, 4 Discord refuses the token or can't be asked, 5 database, 6 problems were "
        "found.",
    )
    parser.add_argument("--version", action="version", version=f"Wherefore {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", title="commands")
    commands.add_parser(
        "run", help="run the bot; without DISCORD_TOKEN, show the demo (the default)"
    )
    commands.add_parser("demo", help="show what it does, without network, account or key")
    _add_preview(commands)
    _add_explain(commands)
    commands.add_parser("invite", help="print the link that adds the bot to a server")
    hosting.add_to(commands)
    parser.set_defaults(command="run")
    return parser


def _add_preview(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "preview",
        help="show a feed's newest posts as they would look",
        description="Shows a feed's newest posts as they would look. Of a page, its feed is found; "
        "where it has several, they are listed. Nothing is stored or sent.",
    )
    command.add_argument(
        "place", metavar="URL-OR-FILE", help="the URL of a feed or of a page, or a file"
    )
    command.add_argument(
        "--feed", type=_count, metavar="N", help="which of several feeds, as they are listed"
    )
    command.add_argument(
        "--limit", type=_count, default=5, metavar="N", help="how many posts (default 5, 0 for all)"
    )
    command.add_argument("--html", type=Path, metavar="FILE", help="write them as a page, too")
    command.add_argument(
        "--json", action="store_true", help="print the exact bodies that Discord would get"
    )


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "explain",
        help="explain any news link, with the sentences that each claim rests on",
        description="Reads the article that a link leads to and explains it as /explain would, "
        "with the sentences that each claim rests on. Nothing is kept or sent.",
    )
    command.add_argument("link", metavar="URL", help="the address of an article")
    command.add_argument(
        "--json", action="store_true", help="print the sections and their sources as JSON"
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
