"""The command line: the demo, the preview, the invitation, and how it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bot import __main__ as command_line
from bot.cli import demo, preview, tools
from bot.config import Settings
from tests.bot_process import bot, environment
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.server import LoopbackDiscord

_ROOT = Path(__file__).resolve().parents[1]
_WHY = "<h2>Why it matters</h2><p>Because <b>4,000</b> people cross it every day.</p>"
_FEED = rss(
    "The Gazette",
    [
        item("Old", "https://gazette.example/old", "old", "An older story."),
        item("Bridge", "https://gazette.example/bridge", "bridge", "It is voted for.", _WHY),
    ],
)


def _run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"PYTHONPATH": str(_ROOT), "COLUMNS": "100", "TMPDIR": str(cwd)}
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**inherited, **own, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_demo_goes_the_whole_way_and_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    console = Console(record=True, width=80, force_terminal=False, quiet=False)
    path = await demo.demo(console)
    said = console.export_text()
    titles = ("Kestrel Bay approves", "Open model brings", "Survey finds", "Film of the 1931")
    assert all(said.count(title) == 1 for title in titles)
    assert "Central library" not in said, "what was in the feed at first is not posted"
    assert "explained by The Harbour Gazette" in said
    assert "in the story's own words" in said
    assert re.search(r"1\. .*\n  2\. .*\n  3\. .*\n$", said), "it ends with three lines"
    page = path.read_text(encoding="utf-8")
    assert str(path) in said.replace("\n", "")
    assert all(page.count(title) >= 1 for title in titles)
    assert page.count("data:image/png;base64,") >= 3
    assert "gazette.example/art" not in page, "every picture is in the page itself"


def test_without_a_token_run_is_the_demo(tmp_path: Path) -> None:
    ran = _run("run", cwd=tmp_path)
    assert ran.returncode == 0
    assert "DISCORD_TOKEN" in ran.stdout
    assert ran.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX closes the streams")
def test_a_service_that_gives_no_streams_gets_its_exit_code_all_the_same(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot preview nowhere.xml <&- >&- 2>&-"
    ran = subprocess.run(  # noqa: S602  # our own words, and closed streams are the point
        command, shell=True, cwd=tmp_path, check=False, timeout=60,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(_ROOT)},
    )  # fmt: skip
    assert ran.returncode == 2, "nothing to show, and not a crash"


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot demo | head -n 1"
    ran = subprocess.run(  # noqa: S602  # our own words, and a pipe is the point
        command,
        shell=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    assert "bug" not in ran.stderr


def test_preview_of_a_file_shows_the_newest_posts(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(_FEED)
    ran = _run("preview", "feed.xml", "--html", "page.html", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "The Gazette: 2 entries, 2 shown" in ran.stdout
    assert "Because 4,000 people cross it every day." in ran.stdout
    assert "Because 4,000 people" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"feed.xml", "page.html"}


def test_a_feeds_title_is_printed_as_it_stands_and_steers_no_terminal(tmp_path: Path) -> None:
    hostile = "Deals [/b] today [link=https://evil.example]here[/link] :boom:"
    found = preview.Preview(f"{hostile}\x1b]0;owned\x07\x9b31m", "feed.xml", 0, ())
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        preview.show(found, Console(file=file, force_terminal=True, width=200))
    shown = (tmp_path / "out").read_text(encoding="utf-8")
    assert f"{hostile}]0;owned31m: 0 entries, 0 shown" in shown
    assert re.sub(r"\x1b\[[01]m|\n", "", shown).isprintable(), "bold is all that is set"


def test_names_of_files_are_no_markup_either(tmp_path: Path) -> None:
    (tmp_path / "a[" / "b]").mkdir(parents=True)
    (tmp_path / "a[" / "b]" / "x.xml").write_bytes(_FEED)
    place = "a[/b]/x.xml"
    ran = _run("preview", place, "--html", "a[/b]/page.html", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "Written to a[/b]/page.html" in ran.stderr


async def test_a_feed_without_a_title_is_called_by_its_file_or_its_host(tmp_path: Path) -> None:
    untitled = rss("", [item("Bridge", "https://gazette.example/1", "1", "It is.", _WHY)])
    (tmp_path / "gazette.xml").write_bytes(untitled)
    by_file = await preview.preview(Settings(), str(tmp_path / "gazette.xml"), 1)
    async with LoopbackFeeds() as feeds:
        feeds.put("/feed.xml", untitled)
        settings = Settings.read({"FEED_ALLOW_NETWORKS": "127.0.0.0/8", "FETCH_PAGES": "off"}, {})
        by_host = await preview.preview(settings, feeds.url("/feed.xml"), 1)
    names = []
    for found in (by_file, by_host):
        assert isinstance(found, preview.Preview)
        names.append(found.posts[0][0]["embeds"][0]["author"]["name"])
    assert names == ["gazette.xml", "127.0.0.1"]


async def test_preview_as_json_prints_exactly_what_discord_would_get() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/feed.xml", _FEED)
        settings = Settings.read({"FEED_ALLOW_NETWORKS": "127.0.0.0/8", "FETCH_PAGES": "off"}, {})
        found = await preview.preview(settings, feeds.url("/feed.xml"), 1)
    printed = json.loads(preview.as_json(found))
    assert printed["feed"] == {
        "title": "The Gazette",
        "url": feeds.url("/feed.xml"),
        "entries": 2,
    }
    (body,) = printed["posts"]
    assert set(body) == {"embeds", "components", "allowed_mentions"}
    assert body["allowed_mentions"] == {"parse": []}


async def test_preview_refuses_a_private_address_without_asking_it() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/feed.xml", _FEED)
        with pytest.raises(tools.PreviewError, match="FEED_ALLOW_NETWORKS"):
            await preview.preview(Settings(), feeds.url("/feed.xml"), 5)
        assert feeds.requests == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.xml", None, "missing.xml"),
        ("page.html", b"<!doctype html><title>x</title><p>Hello", "web page"),
        ("empty.xml", b"", "empty"),
        ("words.xml", b"just words", "not a feed"),
    ],
)
def test_preview_of_what_is_no_feed_says_so(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = _run("preview", name, cwd=tmp_path)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_page_that_can_not_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(_FEED)
    ran = _run("preview", "feed.xml", "--html", "nowhere/page.html", cwd=tmp_path)
    assert ran.returncode == 2
    assert "nowhere/page.html can't be written" in ran.stderr


def test_a_page_that_names_feeds_leads_to_them(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<!doctype html><link rel="alternate" type="application/rss+xml" '
        'href="https://gazette.example/feed.xml"><p>Hello'
    )
    ran = _run("preview", "page.html", cwd=tmp_path)
    assert ran.returncode == 2
    assert "https://gazette.example/feed.xml" in ran.stderr


@pytest.mark.parametrize(
    "command", [(), ("run",), ("demo",), ("preview",), ("invite",), ("feedback",)]
)
def test_every_command_has_help(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: python -m bot" in capsys.readouterr().out


async def test_invite_prints_the_link_of_the_tokens_own_application(tmp_path: Path) -> None:
    async with LoopbackDiscord(token="a.b.c") as discord:
        settings = {**environment(discord, tmp_path, tmp_path / "x"), "DISCORD_TOKEN": "a.b.c"}
        settings.pop("TOPICS_FILE")
        async with bot(settings, tmp_path, "invite") as running:
            assert await running.ended() == 0
        assert f"client_id={discord.world.application_id}" in running.log
        assert "permissions=274877991936" in running.log


def test_invite_without_a_token_says_where_to_get_one(tmp_path: Path) -> None:
    ran = _run("invite", cwd=tmp_path)
    assert ran.returncode == 3
    assert "DISCORD_TOKEN is not set" in ran.stderr


def test_a_catalogue_error_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('[town]\ntitle = "Town"\nfeed = ["https://x.example/"]\n')
    ran = _run("run", cwd=tmp_path, DISCORD_TOKEN="a.b.c", TOPICS_FILE="topics.toml")
    assert ran.returncode == 3
    assert "topics.toml:3: [town] has an unknown key 'feed'" in ran.stderr
    assert "topics.toml:1: [town] has no feeds" in ran.stderr


def test_settings_are_read_from_a_file_beside_the_program_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKN=a.b.c\nFEED_MIN_INTERVAL=soon\n")
    ran = _run("run", cwd=tmp_path)
    assert ran.returncode == 3
    assert "did you mean DISCORD_TOKEN?" in ran.stderr
    assert "FEED_MIN_INTERVAL" in ran.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# gr\xfc\xdfe\nDISCORD_TOKEN=MTIz.SECRETPART.xyz\n", ".env:1: this is not UTF-8"),
        (b'DISCORD_TOKEN="MTIz.SECRETPART.xyz\n', ".env:1: this line can't be read"),
        ("DISCORD_TOKEN=MTIz.SECRETPART.xyz".encode("utf-16"), "not UTF-8"),
        (b"discord_token=MTIz.SECRETPART.xyz", "did you mean DISCORD_TOKEN?"),
    ],
)
def test_a_file_of_settings_that_can_not_be_read_is_named_and_the_token_not_shown(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / ".env").write_bytes(content)
    for command in ("run", "invite"):
        ran = _run(command, cwd=tmp_path)
        assert ran.returncode == 3
        assert said in ran.stderr
        assert "SECRETPART" not in ran.stderr + ran.stdout
        assert "Traceback" not in ran.stderr


def test_settings_that_are_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    ran = _run("run", cwd=tmp_path)
    assert ran.returncode == 3
    assert ".env can't be read" in ran.stderr


def test_an_old_terminal_is_no_bug(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(_FEED)
    ran = _run("preview", "feed.xml", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr


def test_a_catalogue_url_with_a_password_is_refused_and_not_shown(tmp_path: Path) -> None:
    url = "http://user:hunter2@gazette.example/feed.xml"
    (tmp_path / "topics.toml").write_text(f'[town]\ntitle = "Town"\nfeeds = ["{url}"]\n')
    ran = _run("run", cwd=tmp_path, DISCORD_TOKEN="a.b.c", TOPICS_FILE="topics.toml")
    assert ran.returncode == 3
    assert "topics.toml:3: [town] a URL holds a user and a password" in ran.stderr
    assert "hunter2" not in ran.stderr
