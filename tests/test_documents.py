"""The documents say what is so: files, commands, targets, settings, and the import fence."""

from __future__ import annotations

import argparse
import importlib.util
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from benchmarks.__main__ import _ALL as BENCHMARKS
from benchmarks.soak.cli import _parser as soaking
from bot.__main__ import _parser
from bot.config import variables
from tests.documents import (
    ROOT,
    Command,
    Document,
    command,
    commands,
    documents,
    read,
    targets,
    targets_named,
)
from tools import fence

_DOCUMENTS = [read(path) for path in documents()]
_ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_ALSO_OURS = re.compile(r"(?:bot|cogs|tests|tools|benchmarks|docs|deploy|\.ci|\.github)/\S*")
_FILE = re.compile(r"(?:[\w.*<>{}-]+/)*[\w.*<>{}-]+\.(?:py|md|toml|yaml|yml|txt|mo|service)")
_SETTING = re.compile(
    r"\b(?:DISCORD|DATABASE|TOPICS|FEED|FETCH|EXPLAINER|LOG|HEALTH)_[A-Z][A-Z_]*\b"
)
# Files that a reader makes or has, of the text's examples.
_READERS_OWN: set[str] = {"compose.override.yaml", "prometheus.yml"}
_NAMES = {path.name for path in documents()} | {
    path.name
    for folder in ("bot", "cogs", "tests", "tools", "benchmarks", "deploy", "docs")
    for path in (ROOT / folder).rglob("*.*")
}


def _id(document: Document) -> str:
    return document.name


each = pytest.mark.parametrize("document", _DOCUMENTS, ids=_id)


@each
def test_every_link_inside_the_project_leads_somewhere(document: Document) -> None:
    astray = []
    for link in document.links:
        target, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (document.path.parent / target).resolve() if target else document.path
        if not path.exists() or (anchor and anchor not in read(path).anchors):
            astray.append(link)
    assert not astray


@each
def test_every_file_that_is_named_is_there(document: Document) -> None:
    missing = [span for span in document.spans if _is_file(span) and not _is_there(span, document)]
    assert not missing


def _is_file(span: str) -> bool:
    return bool(_ALSO_OURS.fullmatch(span) or _FILE.fullmatch(span)) and span not in _READERS_OWN


def _is_there(span: str, document: Document) -> bool:
    """Tell whether a file is there: `<…>` and `*` stand for any name, `::` begins a test's."""
    if span in _NAMES:  # without its folder, which the text has named before
        return True
    wild = re.sub(r"<[^>]*>", "*", span.partition("::")[0]).rstrip("/")
    places = [ROOT, document.path.parent]
    return any(any(place.glob(wild)) for place in places if not wild.startswith("/"))


@each
def test_every_command_can_be_parsed(
    document: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {str(one): why for one in commands(document) if (why := _fault(one, capsys))}
    assert not wrong


def _fault(one: Command, capsys: pytest.CaptureFixture[str]) -> str | None:
    """Say what is wrong with a command, without running it."""
    if one.module == "benchmarks":
        if one.arguments[:1] == ("soak",):
            return _refused(soaking(), one.arguments[1:], one, capsys)
        unknown = [n for n in one.arguments if n not in BENCHMARKS and not n.startswith("-")]
        return f"no benchmarks: {unknown}" if unknown else None
    if one.module != "bot":
        return None if importlib.util.find_spec(one.module) else "no such module"
    return _refused(_parser(), one.arguments, one, capsys)


def _refused(
    parser: argparse.ArgumentParser,
    arguments: Sequence[str],
    one: Command,
    capsys: pytest.CaptureFixture[str],
) -> str | None:
    try:
        parser.parse_args(arguments)
    except SystemExit as ended:
        said = capsys.readouterr().err
        is_mentioned = one.is_mention and "arguments are required" in said
        return said if ended.code and not is_mentioned else None
    return None


@each
def test_every_target_of_make_is_one(document: Document) -> None:
    assert set(targets_named(document)) - targets() == set()


@each
def test_every_setting_that_is_named_is_read(document: Document) -> None:
    named = {name for code in document.code for name in _SETTING.findall(code)}
    assert named - set(variables()) == set()


@pytest.mark.parametrize("path", ["CONTRIBUTING.md", "SECURITY.md", "docs/README.md"])
def test_what_a_newcomer_looks_for_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


def test_every_setting_is_in_the_readme() -> None:
    (readme,) = (one for one in _DOCUMENTS if one.name == "README.md")
    assert set(variables()) - {n for code in readme.code for n in _SETTING.findall(code)} == set()


def test_every_command_of_the_shell_is_in_the_readme() -> None:
    (readme,) = (one for one in _DOCUMENTS if one.name == "README.md")
    told = {one.arguments[:depth] for one in commands(readme) for depth in (1, 2)}
    assert {words for words in _leaves(_parser()) if words not in told} == set()


def _leaves(parser: argparse.ArgumentParser) -> Iterator[tuple[str, ...]]:
    """Yield the words that each command begins with."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield from ((word, *more) for more in list(_leaves(inner)) or [()])


def test_every_document_is_in_the_index() -> None:
    (index,) = (one for one in _DOCUMENTS if one.name == "docs/README.md")
    named = {(index.path.parent / link).resolve() for link in index.links}
    others = [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("docs/*/README.md")]
    assert {path.relative_to(ROOT).as_posix() for path in others if path not in named} - {
        index.name
    } == set()


# ── the architecture ─────────────────────────────────────────────────────────────────────


def test_the_architecture_shows_the_fence_as_it_is() -> None:
    assert fence.renewed(_ARCHITECTURE) == _ARCHITECTURE, "run `python -m tools.fence`"


def test_every_part_has_a_row_in_the_architecture_that_says_what_it_owns() -> None:
    house = next(one for one in _DOCUMENTS if one.name == "docs/architecture.md")
    named = {span.rstrip("/") for row in house.rows for span in row[0]}
    parts = {_path_of(part) for part in fence.packages()}
    assert parts - named == set()


def _path_of(part: str) -> str:
    path = part.replace(".", "/")
    return path if (ROOT / path).is_dir() else f"{path}.py"


# ── the reading itself ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "module", "arguments"),
    [
        ("python -m bot", "bot", ()),
        ("python -m bot why CHANNEL [STORY]", "bot", ("why", "123456789012345678", "1")),
        ("$ .venv/bin/python -m bot feeds check --json > x", "bot", ("feeds", "check", "--json")),
        ("python -m bot preview 'a b.xml'  # a file", "bot", ("preview", "a b.xml")),
        ("docker run x python3 -m bot demo && true", "bot", ("demo",)),
        ("python -m benchmarks.judging draw", "benchmarks.judging", ("draw",)),
    ],
)
def test_a_command_is_found_with_its_arguments(
    line: str, module: str, arguments: tuple[str, ...]
) -> None:
    assert command(line) == Command(module, arguments)


def test_what_is_wrong_in_a_document_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.md"
    path.write_text(
        "# A b\n`bot/nowhere.py` `python -m bot dance` `make tea` `FEED_COLOUR` [x](gone.md) "
        "[y](#a-b)\n\n| a | b |\n|---|---|\n| `python -m bot feedback` | `--since DAYS`, `--up` |\n"
        "\n```sh\nmake cake  # good\npython -m bot preview\n```\n",
        encoding="utf-8",
    )
    document = read(path)
    assert document.links == ["gone.md", "#a-b"]
    assert document.anchors == {"a-b"}
    assert [s for s in document.spans if _is_file(s) and not _is_there(s, document)] == [
        "bot/nowhere.py"
    ]
    assert list(targets_named(document)) == ["tea", "cake"]
    wrong = [str(one) for one in commands(document) if _fault(one, capsys)]
    assert wrong == [
        "python -m bot dance",
        "python -m bot preview",
        "python -m bot feedback --up",
    ]
    assert _SETTING.findall(" ".join(document.code)) == ["FEED_COLOUR"]
