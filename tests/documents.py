"""Reads the documents as a person who follows them does: links, paths, commands, settings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
_FOLDERS = (".", ".github", "benchmarks", "deploy", "docs", "docs/gallery")
_PYTHON = re.compile(r"(?:^|[\s\"'/(`])python3? -m ([a-z][\w.]*)(?=$|[\s\"'`)])(.*)")
_MAKE = re.compile(r"^make\b(.*)")
_ENDS = {"|", "||", "&&", ";", ">", ">>", "<", "#", "2>", "2>&1", "&"}
# What stands for a value in a synopsis, and a value that its option or argument takes.
_STAND_INS = {"N": "3", "DAYS": "7", "CHANNEL": "123456789012345678", "STORY": "1"}
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class Document:
    """What one document says that can be held against the program."""

    path: Path
    links: list[str] = field(default_factory=list)
    """Targets of links and pictures."""
    anchors: set[str] = field(default_factory=set)
    spans: list[str] = field(default_factory=list)
    """What stands in backticks, each on one line."""
    lines: list[str] = field(default_factory=list)
    """Lines of blocks of code, with what continues them."""
    rows: list[list[list[str]]] = field(default_factory=list)
    """Of each row of a table, the cells, and of each cell what stands in backticks."""

    @property
    def name(self) -> str:
        """The path from the root, which tests are named by."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def code(self) -> list[str]:
        """All that is written as code."""
        return [*self.spans, *self.lines]


def documents() -> list[Path]:
    """List the documents that there are."""
    return sorted(path for folder in _FOLDERS for path in (ROOT / folder).glob("*.md"))


def read(path: Path) -> Document:
    """Read a document."""
    document = Document(path)
    row: list[list[str]] = []
    tokens = _MARKDOWN.parse(path.read_text(encoding="utf-8"))
    for number, token in enumerate(tokens):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            document.rows.append(row)
        elif token.type == "heading_open":
            document.anchors.add(_anchor(tokens[number + 1].content))
        elif token.type in {"fence", "code_block"}:
            document.lines += token.content.replace("\\\n", " ").splitlines()
        elif token.type == "inline":
            spans = list(_spans(token))
            row.append(spans)
            document.spans += spans
            document.links += _links(token)
    return document


def _spans(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type == "code_inline":
            yield child.content


def _links(token: Token) -> Iterator[str]:
    for child in token.children or ():
        target = child.attrGet("href") or child.attrGet("src")
        if target:
            yield str(target)


def _anchor(heading: str) -> str:
    """Name a heading as GitHub does."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


# ── commands ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Command:
    """A module that is run, with its arguments as they stand there."""

    module: str
    arguments: tuple[str, ...]
    is_mention: bool = False
    """It may leave out what it can't be run without, as it is spoken of and not shown."""

    def __str__(self) -> str:
        return " ".join(["python -m", self.module, *self.arguments])


def commands(document: Document) -> Iterator[Command]:
    """Yield every `python -m …` of a document, its options in tables among them."""
    for lines, is_mention in ((document.spans, True), (document.lines, False)):
        for line in lines:
            if found := command(line, is_mention=is_mention):
                yield found
    for row in document.rows:
        shown = [found for spans in row[:1] for span in spans if (found := command(span))]
        options = [span for cell in row[1:] for span in cell if span.startswith("--")]
        for one in shown[-1:]:
            for option in options:
                yield Command(one.module, (*one.arguments, *_arguments(option)), is_mention=True)


def command(line: str, *, is_mention: bool = False) -> Command | None:
    """Find a command in a line; None where there is none."""
    found = _PYTHON.search(line)
    if found is None:
        return None
    return Command(found[1], tuple(_arguments(found[2])), is_mention)


def _arguments(text: str) -> list[str]:
    """Part a command's arguments, what may be left out among them; values stand for their names."""
    words: list[str] = []
    for word in shlex.split(re.sub(r"[\[\]`]|(?<=\w)[\"')]$", "", text), comments=True):
        if word in _ENDS or word == "…":
            break
        words.append(_STAND_INS.get(word, word))
    return words


def targets_named(document: Document) -> Iterator[str]:
    """Yield every target that `make` is told in a document."""
    for line in document.code:
        if found := _MAKE.match(line.strip()):
            for word in _arguments(found[1]):
                if "=" not in word and not word.startswith("-"):
                    yield word


def targets() -> set[str]:
    """Name the targets of the Makefile."""
    found: set[str] = set()
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines():
        if named := re.match(r"([a-z][a-z -]*):(?!=)", line):
            found.update(named[1].split())
    return found
