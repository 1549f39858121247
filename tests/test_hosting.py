"""The commands for who hosts the bot: `feeds check`, `opml import` and `opml export`."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot import __main__ as command_line
from bot.catalogue import read_catalogue, write_catalogue
from bot.cli import check
from bot.cli.check import Row
from bot.config import Settings
from bot.feeds.verdict import Finding, Probe, Problem
from bot.models import Topic
from tests.bot_process import bot
from tests.loopback.feeds import LoopbackFeeds, drip, item, redirect, rss, status

_ROOT = Path(__file__).resolve().parents[1]
_TEASER = "A teaser of more than forty characters, as it should be."
_GAZETTE = "https://gazette.example/feed.xml"


def document(title: str, site: str, *, hours: int = 0, teaser: str = _TEASER) -> bytes:
    now = datetime.now(UTC) - timedelta(hours=hours)
    items = [
        item(
            f"Headline {n}",
            f"https://{site}.example/{n}",
            f"{site}-{n}",
            teaser,
            published=now - timedelta(hours=n),
        )
        for n in range(1, 11)
    ]
    return rss(title, items)


async def _run(folder: Path, *arguments: str, **settings: str) -> tuple[int | None, str, str]:
    """Run a command as a script does; return its exit code, its output and its errors."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(_ROOT), "COLUMNS": "80",
             "FEED_ALLOW_NETWORKS": "127.0.0.0/8", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert b"Traceback" not in err, err.decode()
    return process.returncode, out.decode(), err.decode()


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _catalogue(folder: Path, feeds: Mapping[str, Sequence[str]]) -> str:
    topics = [Topic(name, name.title(), "", "", tuple(urls)) for name, urls in feeds.items()]
    (folder / "topics.toml").write_text(write_catalogue(topics), encoding="utf-8")
    return "topics.toml"


# ── feeds check ──────────────────────────────────────────────────────────────────────────


async def test_every_feed_is_asked_and_what_is_wrong_is_summed_up_with_what_to_do(
    tmp_path: Path,
) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/gazette.xml", document("The Gazette", "gazette"))
        feeds.behave("/old.xml", redirect("/tides.xml", 301))
        feeds.put("/tides.xml", document("Tides [/b] \x1b[31m", "tides"))
        feeds.put("/stale.xml", document("The Mill", "mill", hours=24 * 70))
        feeds.put("/thin.xml", document("Headlines", "thin", teaser=""))
        feeds.behave("/gone.xml", status(404))
        feeds.put("/page.html", b"<!doctype html><title>x</title><p>Hello")
        ill = ["old", "stale", "thin", "gone"]
        topics = {
            "town": [feeds.url("/gazette.xml"), *(feeds.url(f"/{name}.xml") for name in ill)],
            "sea": [feeds.url("/page.html"), feeds.url("/gazette.xml")],
        }
        file = _catalogue(tmp_path, topics)
        code, out, err = await _run(tmp_path, "feeds", "check", TOPICS_FILE=file)
        asked = [request.path for request in feeds.requests]
    assert code == 6
    assert err == "", "no progress is shown where nobody watches"
    assert "\x1b" not in out
    rows = [line.split() for line in out.splitlines() if line.startswith((" town", " sea"))]
    assert [(row[0], row[-1]) for row in rows] == [
        ("town", "ok"), ("town", "moved"), ("town", "stale"), ("town", "thin"),
        ("town", "unreachable"), ("sea", "feed"), ("sea", "ok"),
    ]  # fmt: skip
    assert rows[0][1:3] == ["The", "Gazette"]
    assert (rows[0][3], rows[0][-2]) == ("10", "24")
    assert "7 feeds checked, 5 with problems." in out
    assert "Tides [/b]" in out, "a title is no markup of ours"
    assert f"to {feeds.url('/tides.xml')}\n" in out
    assert "The site answered 404: there is nothing at this address." in out
    assert "Its newest entry is 2 months old." in out
    assert asked.count("/gazette.xml") == 1, "one feed of two topics is asked once"
    assert files(tmp_path) == ["topics.toml"], "nothing is stored"


async def test_where_all_is_well_it_says_so_and_ends_with_0(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/gazette.xml", document("The Gazette", "gazette"))
        file = _catalogue(tmp_path, {"town": [feeds.url("/gazette.xml")]})
        code, out, _ = await _run(tmp_path, "feeds", "check", TOPICS_FILE=file)
    assert code == 0
    assert "1 feed checked: all well." in out


async def test_the_findings_as_json_are_for_scripts(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        for path in ("/a.xml", "/b.xml"):
            feeds.put(path, document("The Gazette", "gazette"))
        file = _catalogue(tmp_path, {"town": [feeds.url("/a.xml"), feeds.url("/b.xml")]})
        code, out, err = await _run(tmp_path, "feeds", "check", "--json", TOPICS_FILE=file)
    assert (code, err) == (6, "")
    told = json.loads(out)
    assert told["problems"] == 1
    well, double = told["feeds"]
    assert well["topic"] == "town"
    assert well["url"] == feeds.url("/a.xml")
    assert (well["title"], well["entries"], well["problems"]) == ("The Gazette", 10, [])
    assert well["posts_a_day"] == pytest.approx(24)
    assert datetime.fromisoformat(well["newest"]).tzinfo == UTC
    (problem,) = double["problems"]
    assert (problem["kind"], problem["see"]) == ("duplicate", feeds.url("/a.xml"))


async def test_one_topic_can_be_checked_alone_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/gazette.xml", document("The Gazette", "gazette"))
        topics = {"town": [feeds.url("/gazette.xml")], "sea": [feeds.url("/gone.xml")]}
        file = _catalogue(tmp_path, topics)
        command = ("feeds", "check", "--topic")
        code, out, _ = await _run(tmp_path, *command, "town", TOPICS_FILE=file)
        assert code == 0
        assert [request.path for request in feeds.requests] == ["/gazette.xml"]
        code, out, err = await _run(tmp_path, *command, "twon", TOPICS_FILE=file)
    assert (code, out) == (2, "")
    assert "There is no topic 'twon' in the catalogue. Its topics are town, sea." in err


async def test_ctrl_c_ends_it_at_once_and_without_a_trace(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.behave("/slow.xml", drip(0.2))
        file = _catalogue(tmp_path, {"town": [feeds.url("/slow.xml")]})
        settings = {"TOPICS_FILE": file, "FEED_ALLOW_NETWORKS": "127.0.0.0/8"}
        async with bot(settings, tmp_path, "feeds", "check") as running:
            await feeds.arrived(1)
            running.interrupt()
            assert await running.ended(10) == 130
            assert running.log == "Stopped before all feeds were asked.\n"


def shown(rows: Sequence[Row], width: int, *, terminal: bool = True) -> list[str]:
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=terminal, color_system=None, legacy_windows=False
    )
    check.show(rows, console)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def ill(problem: Problem, reason: str, topic: str = "town", url: str = _GAZETTE) -> Row:
    finding = Finding(problem, reason)
    failed = finding if problem in {Problem.UNREACHABLE, Problem.NOT_A_FEED} else None
    return Row(topic, Probe(url, (topic,), failed, title="t" * 90, entries=3), (finding,))


LONG = "The site answered 403: " + "it wants to see a person in a browser " * 4 + "at the END."


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_screen_and_a_long_reason_is_wrapped_and_not_cut(width: int) -> None:
    rows = [
        ill(Problem.UNREACHABLE, LONG),
        ill(Problem.THIN, "It is thin.", "t" * 32),
        ill(Problem.STALE, "It is old.", "t" * 32),
    ]
    lines = shown(rows, width)
    assert max(map(len, lines)) <= width
    table = lines[: lines.index("")]
    assert all(len(line) <= width for line in table)
    assert "✗ unreachable" in table[2]
    assert "END." in "\n".join(lines)
    assert " ".join(" ".join(lines).split()).count(LONG) == 1


def test_a_feed_with_two_problems_shows_both() -> None:
    row = ill(Problem.STALE, "It is old.")
    both = Row(row.topic, row.probe, (*row.findings, Finding(Problem.THIN, "It is thin.")))
    lines = shown([both], 80)
    assert "✗ stale, thin" in lines[2]
    assert any(line.startswith("Stale (1): ") for line in lines)
    assert any(line.startswith("Thin (1): ") for line in lines)


def test_an_address_is_never_broken_apart_where_it_could_be_copied() -> None:
    url = f"{_GAZETTE}?{'x' * 200}"
    assert f"  town  {url}" in shown([ill(Problem.EMPTY, "Empty.", url=url)], 80, terminal=False)


def test_where_no_site_answers_the_network_is_looked_at_first() -> None:
    down = [ill(Problem.UNREACHABLE, "x", url=f"https://{n}.example/") for n in "abc"]
    assert "No site could be reached: look at this machine's network first." in shown(down, 80)
    assert "No site could be reached" not in "\n".join(shown(down[:2], 80))


async def test_somebody_who_watches_sees_how_far_it_is() -> None:
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True)
    async with LoopbackFeeds() as feeds:
        feeds.put("/gazette.xml", document("The Gazette", "gazette"))
        topic = Topic("town", "Town", "", "", (feeds.url("/gazette.xml"), feeds.url("/gone.xml")))
        settings = Settings.read({"FEED_ALLOW_NETWORKS": "127.0.0.0/8"}, {})
        rows = await check.with_progress(settings, [topic], console)
    assert [bool(row.findings) for row in rows] == [False, True]
    assert "Asking feeds" in file.getvalue()
    assert "2/2" in file.getvalue()


# ── opml ─────────────────────────────────────────────────────────────────────────────────


async def test_an_opml_file_becomes_a_catalogue_that_the_bot_takes(tmp_path: Path) -> None:
    opml = (_ROOT / "tests" / "opml" / "newsboat.opml").read_bytes()
    (tmp_path / "mine.opml").write_bytes(opml)
    code, out, err = await _run(tmp_path, "opml", "import", "mine.opml", "--output", "topics.toml")
    assert (code, out) == (0, "")
    assert "mine.opml: 1 topic with 1 feed." in err
    assert "3 left out:\n  Weather: “exec:~/bin/weather.sh” is no http(s) address\n" in err
    assert "set TOPICS_FILE=topics.toml" in err
    text = (tmp_path / "topics.toml").read_text(encoding="utf-8")
    assert read_catalogue(text, "topics.toml")["feeds"].feeds == (_GAZETTE,)
    code, out, _ = await _run(tmp_path, "opml", "export", TOPICS_FILE="topics.toml")
    assert code == 0
    assert f'xmlUrl="{_GAZETTE}"' in out
    (tmp_path / "again.opml").write_text(out, encoding="utf-8")
    code, out, _ = await _run(tmp_path, "opml", "import", "again.opml")
    assert (code, out) == (0, text)


async def test_the_shipped_catalogue_goes_out_and_comes_back_as_it_was(tmp_path: Path) -> None:
    code, _, err = await _run(tmp_path, "opml", "export", "--output", "all.opml")
    assert (code, err) == (0, "14 topics with 104 feeds written to all.opml.\n")
    code, out, err = await _run(tmp_path, "opml", "import", "all.opml")
    assert code == 0
    assert "left out" not in err
    shipped = (_ROOT / "bot" / "topics.toml").read_text(encoding="utf-8")
    assert list(read_catalogue(out, "x").items()) == list(read_catalogue(shipped, "x").items())


@pytest.mark.parametrize("command", ["import mine.opml", "export"])
@pytest.mark.parametrize("output", ["there.toml", "nowhere/topics.toml", "link.toml", "."])
async def test_a_file_that_is_there_is_never_written_over(
    tmp_path: Path, command: str, output: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "mine.opml").write_bytes((_ROOT / "tests/opml/feedly.opml").read_bytes())
    (tmp_path / "there.toml").write_text("mine")
    (tmp_path / "link.toml").symlink_to("nothing")
    monkeypatch.chdir(tmp_path)
    code = await asyncio.to_thread(command_line.main, [*f"opml {command} --output".split(), output])
    assert code == 2
    said = capsys.readouterr().err
    assert "is there already" in said or "can't be written: No such file" in said
    assert output in said
    assert (tmp_path / "there.toml").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no such file."),
        (b"", "The file is empty."),
        (b"<rss/>", "No outline is in it"),
        (b'<opml><outline text="A" xmlUrl="ftp://x"/></opml>', "No feed is left"),
        (b"<!DOCTYPE o [<!ENTITY a 'b'>]><opml/>", "entities of its own"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
async def test_what_can_not_be_imported_is_said_in_words(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "mine.opml").write_bytes(content)
    code, out, err = await _run(tmp_path, "opml", "import", "mine.opml", "--output", "t.toml")
    assert (code, out) == (2, "")
    assert err.startswith("mine.opml: ")
    assert said in err
    assert not (tmp_path / "t.toml").exists()


async def test_what_a_file_holds_steers_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "mine.opml").write_bytes(
        b'<opml>&<outline text="&#27;]0;owned&#7;\x1b[31mA\x9bB" xmlUrl="x&#27;[2J"/>'
        b'<outline xmlUrl="https://a.example/"/></opml>'
    )
    code, _, err = await _run(tmp_path, "opml", "import", "mine.opml")
    assert code == 0
    assert err.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "command", [["feeds"], ["feeds", "check"], ["opml"], ["opml", "import"], ["opml", "export"]]
)
def test_every_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: python -m bot" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["feeds", "opml"])
def test_a_command_without_its_verb_says_which_there_are(command: str) -> None:
    errors = io.StringIO()
    with pytest.raises(SystemExit) as ended, redirect_stderr(errors):
        command_line.main([command])
    assert ended.value.code == 2
    assert "usage: python -m bot" in errors.getvalue()
