"""Pure: what /help answers: what the bot is, how to begin, and every command by its theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.models import Body
from bot.publish.cards import card, whole_lines
from bot.words import named, spoken, tr

_BEGIN = ("subscribe", "latest", "explain")
_THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("read", ("latest", "explain", "search", "catchup", "follow", "unfollow", "following")),
    ("channels", ("subscribe", "unsubscribe", "subscriptions", "topics", "status")),
    ("server", ("settings", "feed")),
    ("bot", ("help", "privacy")),
)
"""Commands by theme, in the order in which they are shown; those that are not there are left out.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is registered."""

    name: str
    parts: tuple[str, ...] = ()
    """Names of subcommands, where it has them: it can't be used without."""
    in_menu: bool = False
    """It is found in the menu of a message."""


def overview(commands: Sequence[Command], ids: Mapping[str, int]) -> Body:
    """Say what the bot is and what it can do, for everybody, in one screen.

    Commands whose ids are known can be clicked.
    """
    typed = {command.name: command for command in commands if not command.in_menu}
    lines = [
        tr(
            "I bring the news of the topics that you choose to your channels, each story once, and "
            "say why it matters. Every sentence names what it rests on; what the sources do not "
            "say, I leave out."
        ),
        "",
        f"**{tr('To begin with')}**",
    ]
    lines += [_first(typed[name], ids) for name in _BEGIN if name in typed]
    lines.append("")
    placed: set[str] = set()
    for theme, names in _THEMES:
        own = [typed[name] for name in names if name in typed]
        placed.update(command.name for command in own)
        if own:
            lines.append(f"**{_heading(theme)}**: {_all(own, ids)}")
    others = [command for name, command in typed.items() if name not in placed]
    if others:
        lines.append(f"**{tr('More')}**: {_all(others, ids)}")
    lines += [
        tr(
            "**{name}**: in the menu of any message with a link, under Apps.",
            name=named(command.name, spoken()) or command.name,
        )
        for command in commands
        if command.in_menu
    ]
    return card(tr("What I do"), whole_lines(lines))


def _heading(theme: str) -> str:
    match theme:
        case "read":
            return tr("To read")
        case "channels":
            return tr("What channels get")
        case "server":
            return tr("For who manages the server")
        case _:
            return tr("About me")


def _first(command: Command, ids: Mapping[str, int]) -> str:
    """Say what one of the commands to begin with does."""
    shown = _mention(command.name, command.name, ids)
    match command.name:
        case "subscribe":
            return tr(
                "1. {command} brings a topic here; first you see what to expect.", command=shown
            )
        case "latest":
            return tr("2. {command} shows the newest story of a topic at once.", command=shown)
        case _:
            return tr("3. {command} explains any news link that you give it.", command=shown)


def _all(commands: Sequence[Command], ids: Mapping[str, int]) -> str:
    return " · ".join(
        _mention(command.name, f"{command.name} {part}".strip(), ids)
        for command in commands
        for part in command.parts or ("",)
    )


def _mention(root: str, path: str, ids: Mapping[str, int]) -> str:
    """Name a command so that it can be clicked, where its id is known."""
    return f"</{path}:{ids[root]}>" if root in ids else f"`/{path}`"
