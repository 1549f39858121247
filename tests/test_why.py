"""`python -m bot why`: what became of stories in a channel, also while the bot runs."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.models import HOUR, Forbidden, Rejected
from bot.store import StoreError, look
from bot.store.schema import MIGRATIONS
from tests.newsdesk import CHANNEL, FEED, Desk, desk, story

_ROOT = Path(__file__).resolve().parents[1]


async def why(folder: Path, *arguments: str) -> tuple[int | None, str, str]:
    """Run the command as a script does; return its exit code, its output and its errors."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "why", *arguments,
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(_ROOT), "DATABASE_URL": "sqlite:///news.db"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    """A bot that runs, with a story posted, one refused, and one of before."""
    async with desk(tmp_path) as opened:
        opened.web.tells(FEED, story("Old"))
        await opened.subscribe()
        await opened.poll()
        opened.channels.refuses = "Lottery"
        opened.web.tells(FEED, story("Lottery"), story("Bridge"), story("Old"))
        await opened.poll()
        yield opened


async def test_the_newest_deliveries_are_told_while_the_bot_runs(at: Desk, tmp_path: Path) -> None:
    assert at.channels.titles == ["Bridge"]
    code, out, err = await why(tmp_path, str(CHANNEL))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Lottery (")
    assert lines[1] == "  Not posted: Discord's filter refuses it."
    assert lines[2].startswith("Bridge (")
    assert lines[3].startswith("  Posted 2026-11-2")
    assert lines[3].endswith(" UTC: https://discord.com/channels/10/20/0")


@pytest.mark.usefixtures("at")
async def test_a_story_is_found_by_its_words_its_link_and_its_number(tmp_path: Path) -> None:
    code, out, _ = await why(tmp_path, f"<#{CHANNEL}>", "bridge", "--json")
    by_words = json.loads(out)
    assert code == 0
    assert by_words["headline"] == "Bridge"
    assert by_words["delivery"]["state"] == "sent"
    for named in (str(by_words["story"]), "http://www.gazette.example/bridge"):
        code, out, _ = await why(tmp_path, str(CHANNEL), named, "--json")
        assert (code, json.loads(out)["story"]) == (0, by_words["story"])


@pytest.mark.usefixtures("at")
async def test_a_story_that_was_never_planned_says_why(tmp_path: Path) -> None:
    code, out, _ = await why(tmp_path, str(CHANNEL), "Old")
    assert code == 0
    assert "It was never planned for this channel." in out
    assert "It was in the first document of The Gazette that was read" in out
    code, out, _ = await why(tmp_path, "999", "Bridge")
    assert code == 0
    assert "The channel gets no topic" in out


@pytest.mark.usefixtures("at")
async def test_what_is_not_there_is_said_with_the_way_out(tmp_path: Path) -> None:
    code, _, err = await why(tmp_path, str(CHANNEL), "zeppelin")
    assert (code, "No story that is kept is called 'zeppelin'" in err) == (2, True)
    code, _, err = await why(tmp_path, "999")
    assert (code, "Nothing is known of the channel 999" in err) == (2, True)
    for channel in ("news", "9" * 19, "-1"):
        code, _, err = await why(tmp_path, channel)
        assert code == 2
        assert "Traceback" not in err
    code, _, err = await why(tmp_path, str(CHANNEL), "http://[")
    assert (code, "Traceback" in err) == (2, False)


async def test_deliveries_come_as_json_with_all_that_is_written_down(
    at: Desk, tmp_path: Path
) -> None:
    at.channels.refusals = [Forbidden("I may not post here.")]
    at.web.tells(FEED, story("Tunnel"), story("Lottery"), story("Bridge"), story("Old"))
    await at.poll()
    code, out, _ = await why(tmp_path, str(CHANNEL), "--json")
    told = json.loads(out)["deliveries"]
    assert code == 0
    assert [(d["headline"], d["state"]) for d in told] == [
        ("Tunnel", "parked"),
        ("Lottery", "rejected"),
        ("Bridge", "sent"),
    ]
    assert told[0]["told"] == "It waits: the channel is paused. I may not post here."
    assert told[0]["message"] is None
    assert told[2]["message"] == "https://discord.com/channels/10/20/0"


async def test_a_stopped_bot_s_database_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
    before = (tmp_path / "news.db").read_bytes()
    code, out, _ = await why(tmp_path, str(CHANNEL))
    assert (code, out) == (0, "Nothing was ever due in this channel yet.\n")
    assert (tmp_path / "news.db").read_bytes() == before


async def test_a_database_of_another_version_is_not_read_and_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    for version, said in ((len(MIGRATIONS) - 1, "run this version"), (999, "update the program")):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(f"PRAGMA user_version = {version}")
        code, _, err = await why(tmp_path, str(CHANNEL))
        assert code == 5
        assert said in err
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("PRAGMA user_version").fetchone() == (version,)


async def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 99)
    for name, said in (("missing.db", "There is no database"), ("text.db", "can't be read")):
        with pytest.raises(StoreError, match=said):
            async with look(tmp_path / name):
                pass
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.usefixtures("at")
async def test_who_looks_can_not_write(tmp_path: Path) -> None:
    async with look(tmp_path / "news.db") as database:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.read(lambda tx: tx.notes.put("a", "1"))
        assert await database.read(lambda tx: tx.notes.get("a")) is None


async def test_a_headline_steers_no_terminal(tmp_path: Path) -> None:
    async with desk(tmp_path) as opened:
        opened.web.tells(FEED, story("Old"))
        await opened.subscribe()
        await opened.poll()
        opened.channels.refusals = [Rejected("Bad \x1b[31m.")]
        opened.web.tells(FEED, story("News \x9b31m of &#27;[2J"), story("Old"))
        await opened.poll()
        opened.wait(HOUR)
        _, out, _ = await why(tmp_path, str(CHANNEL))
    assert "News" in out
    assert out.replace("\n", "").isprintable()
