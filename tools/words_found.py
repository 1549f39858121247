"""Finds all texts that the bot may say: in its source, and in the descriptions of its commands."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import discord
from babel.messages.extract import extract_from_file

from bot.cli.run import furnish
from bot.client import Client
from bot.newsroom import Newsroom
from bot.words.retelling import CONTEXT as REASON
from bot.words.saying import COMMAND, LONGEST_DESCRIPTION, LONGEST_NAME, MENU

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("bot", "cogs")
SHOWN = cast("Mapping[str, Any]", {"tr": None, "mark": None, "trn": (1, 2)})
"""The functions whose arguments are texts, with the places of these, as Babel has them."""
KEPT = cast("Mapping[str, Any]", {"said": None, "saidn": (1, 2)})
"""Those whose texts are kept in English."""


@dataclass
class Found:
    """A text of the bot's."""

    text: str
    many: str | None = None
    context: str | None = None
    files: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def id(self) -> str | tuple[str, str]:
        """The text as Babel has it: with its plural, if it has one."""
        return self.text if self.many is None else (self.text, self.many)


def gather() -> list[Found]:
    """Return all texts, in the order of the files that they are in; descriptions come last."""
    texts: dict[tuple[str | None, str], Found] = {}
    for one in (*_in_source(), *described()):
        known = texts.setdefault((one.context, one.text), one)
        if known is not one:
            known.many = known.many or one.many
            known.files += [file for file in one.files if file not in known.files]
            known.comments += [words for words in one.comments if words not in known.comments]
    return list(texts.values())


def sources() -> list[Path]:
    """List the files that texts are in."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def _in_source() -> Iterator[Found]:
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for context, keywords in ((None, SHOWN), (REASON, KEPT)):
            if not any(f"{keyword}(" in path.read_text(encoding="utf-8") for keyword in keywords):
                continue
            for _, found, _, _ in extract_from_file(cast("Any", calls), path, keywords):
                one, many = (found, None) if isinstance(found, str) else found[:2]
                yield Found(one, many, context, [name])


def calls(
    file: Any,  # an open file
    keywords: Iterable[str],
    comment_tags: object,  # noqa: ARG001  # Babel hands it over
    options: object,  # noqa: ARG001  # as above
) -> Iterator[tuple[int, str, list[str | None], list[str]]]:
    """Yield the calls in a source file as Babel takes them: also those within one another."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in keywords and node.args:
            yield node.lineno, node.func.id, [_literal(one) for one in node.args[:2]], []


def _literal(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return cast("str", cast("ast.Constant", node).value) if is_text else None


# ── commands ─────────────────────────────────────────────────────────────────────────────


_MENUS = {discord.AppCommandType.user.value, discord.AppCommandType.message.value}


class _Nobody:
    """Stands where the newsroom would: commands are described, and none is used."""

    def __getattr__(self, name: str) -> _Nobody:
        return _Nobody()

    def __call__(self, *_: object, **__: object) -> _Nobody:
        return _Nobody()


def described() -> list[Found]:
    """Return what Discord is told of all commands: descriptions, and names that are in menus."""
    return list(_texts(asyncio.run(_commands()), ""))


async def _commands() -> list[dict[str, Any]]:
    client = Client()
    await furnish(client, cast("Newsroom", _Nobody()))
    return [command.to_dict(client.tree) for command in client.tree.get_commands()]


def _texts(described: Iterable[dict[str, Any]], of: str) -> Iterator[Found]:
    for one in described:
        name = f"{of} {one['name']}".strip()
        if not of and one["type"] in _MENUS:
            comment = f"Names a command in a menu; at most {LONGEST_NAME} characters."
            yield Found(one["name"], None, MENU, comments=[comment])
        if one.get("description"):
            yield _command(one["description"], f"Describes /{name}")
        for choice in one.get("choices", []):
            yield _command(choice["name"], f"A choice of /{name}")
        yield from _texts(one.get("options", []), name)


def _command(text: str, comment: str) -> Found:
    comments = [f"{comment}; at most {LONGEST_DESCRIPTION} characters."]
    return Found(text, None, COMMAND, comments=comments)
