"""Backups: made while the bot runs, and put back in one step."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.__main__ import main
from bot.cli.doctor import here
from bot.config import Settings
from bot.doctor import here as judge
from bot.models import Millis
from bot.models.findings import Grade
from bot.store import Store, StoreError, Tx, copies, look, restoring
from tests.bot_process import TOKEN, bot, environment
from tests.loopback.feeds import LoopbackFeeds, rss
from tests.loopback.server import LoopbackDiscord

NOW: Millis = 1_760_000_000_000
_ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'news.db'}")
    return tmp_path / "news.db"


async def keep(path: Path, *names: str) -> None:
    async with Store.open(path) as store:
        for name in names:
            await store.write(lambda tx, n=name: tx.notes.put(n, "kept"))  # type: ignore[misc]  # mypy can't infer a lambda with a default


@pytest_asyncio.fixture
async def running(path: Path) -> AsyncIterator[Store]:
    """A program that runs on the database, which has a note of today."""
    async with Store.open(path) as store:
        await store.write(lambda tx: tx.notes.put("today", "kept"))
        yield store


@pytest.mark.parametrize(
    "unusable",
    [{"EXPLAINER_MODEL": "openai:gpt-4o-mini"}, {"DISCORD_TOKEN": "none"}, {"HEALTH_PORT": "x"}],
    ids=str,
)
async def test_a_backup_at_night_needs_neither_the_token_nor_the_models_key(
    path: Path, unusable: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(path, "today")
    for name, value in unusable.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["backup", "copy.db"]) == 0
    assert notes(path.with_name("copy.db")) == {"today"}


async def test_a_backup_of_which_database_is_not_certain_is_none(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, "today")
    path.with_name(".env").write_text("DATABSE_URL=sqlite:///other.db\n")
    assert await asyncio.to_thread(main, ["backup", "copy.db"]) == 3
    assert "did you mean DATABASE_URL?" in capsys.readouterr().err


def notes(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as raw:
        return {name for (name,) in raw.execute("SELECT name FROM note")}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def checked(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("PRAGMA integrity_check").fetchall()


def interrupt(path: Path) -> None:
    """Leave it as where a machine dies before the restored database has its name."""
    path.replace(path.with_name("news.db.restoring-2026-01-01T000000Z"))


# ── backup ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("running")
async def test_a_copy_of_a_running_bot_has_what_was_written_last(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = path.with_name("copy.db")
    assert await asyncio.to_thread(main, ["backup", str(copy)]) == 0
    assert f"{copy}: " in capsys.readouterr().out
    assert (notes(copy), checked(copy)) == ({"today"}, [("ok",)])
    assert mode(copy) == 0o600, "it holds what members have set"
    assert sorted(file.name for file in path.parent.glob(".*")) == []


async def test_a_copy_that_is_made_while_much_is_written_is_one_state(running: Store) -> None:
    path = running._path
    done = asyncio.create_task(asyncio.to_thread(copies.copy, path, path.with_name("copy.db")))
    number = 0
    while not done.done() or number < 50:
        number += 1

        async def both(tx: Any, n: int = number) -> None:
            await tx.notes.put("one", str(n))
            await tx.notes.put("other", str(n))

        await running.write(both)
    await done
    with closing(sqlite3.connect(path.with_name("copy.db"))) as raw:
        rows = dict(raw.execute("SELECT name, value FROM note WHERE name <> 'today'"))
    assert rows.get("one") == rows.get("other")


async def test_a_bot_that_serves_goes_on_while_it_is_copied(tmp_path: Path) -> None:
    async with LoopbackDiscord(token=TOKEN) as discord, LoopbackFeeds() as feeds:
        discord.add_guild("Town")
        feeds.put("/news.xml", rss("The Gazette", []))
        topics = f'[town]\ntitle = "Town"\nfeeds = ["{feeds.url("/news.xml")}"]\n'
        (tmp_path / "topics.toml").write_text(topics, encoding="utf-8")
        settings = environment(discord, tmp_path, tmp_path / "topics.toml")
        async with bot(settings, tmp_path) as running:
            await discord.wait_until_ready()
            async with bot(settings, tmp_path, "backup", "copies/", "--keep", "1") as copying:
                assert await copying.ended() == 0
            async with bot(settings, tmp_path, "restore", "bot.db.newest") as restoring_it:
                assert await restoring_it.ended() == 5, "the bot runs"
            assert running.running
            running.stop()
            assert await running.ended() == 0
        (copy,) = (tmp_path / "copies").iterdir()
        assert checked(copy) == [("ok",)]
        assert "program" in notes(copy)
        assert "is in use by another Wherefore" in running.log


async def test_a_file_that_is_there_is_replaced_only_when_asked_to(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, "a")
    copy = path.with_name("copy.db")
    copy.write_text("a letter")
    assert main(["backup", str(copy)]) == 2
    assert "give --force" in capsys.readouterr().err
    assert copy.read_text() == "a letter"
    assert main(["backup", str(copy), "--force", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["bytes"]) == (str(copy), copy.stat().st_size)
    assert notes(copy) == {"a"}


@pytest.mark.parametrize("name", ["news.db", "link.db", "news.db-wal", "news.db.newest"])
async def test_no_copy_is_ever_written_over_the_database(path: Path, name: str) -> None:
    await keep(path, "a")
    path.with_name("link.db").symlink_to(path)
    assert main(["backup", str(path.with_name(name)), "--force"]) == 2
    assert notes(path) == {"a"}


async def test_a_folder_gets_dated_copies_and_keeps_the_newest_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, "a")
    folder = path.with_name("copies")
    for number in range(4):
        monkeypatch.setattr("bot.cli.tools.clock", lambda n=number: NOW + n * 86_400_000)
        assert main(["backup", "copies/", "--keep", "2"]) == 0
        if number == 0:
            for other in ("wherefore-mine.db", "letter.txt", "wherefore-2001-01-01T000000Z.db.old"):
                (folder / other).write_text("not ours")
    assert sorted(file.name for file in folder.iterdir()) == [
        "letter.txt",
        "wherefore-2001-01-01T000000Z.db.old",
        "wherefore-2025-10-11T085320Z.db",
        "wherefore-2025-10-12T085320Z.db",
        "wherefore-mine.db",
    ]
    assert capsys.readouterr().out.count("Removed ") == 2
    assert main(["backup", "copy.db", "--keep", "2"]) == 2


async def test_a_clock_that_was_ahead_does_not_cost_the_copy_that_was_just_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(path, "a")
    folder = path.with_name("copies")
    folder.mkdir()
    for year in (2031, 2032, 2033):
        (folder / f"wherefore-{year}-01-01T000000Z.db").write_text("of a wrong clock")
    monkeypatch.setattr("bot.cli.tools.clock", lambda: NOW)
    assert main(["backup", "copies/", "--keep", "2"]) == 0
    assert sorted(file.name for file in folder.iterdir()) == [
        "wherefore-2025-10-09T085320Z.db",
        "wherefore-2033-01-01T000000Z.db",
    ]


async def test_a_copy_that_the_bot_runs_on_is_not_removed_as_an_old_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = path.with_name("wherefore-2020-01-01T000000Z.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database}")
    await keep(database, "a")
    for number in range(2):
        monkeypatch.setattr("bot.cli.tools.clock", lambda n=number: NOW + n * 86_400_000)
        assert main(["backup", f"{path.parent}/", "--keep", "1"]) == 0
    assert notes(database) == {"a"}


async def test_behind_a_link_a_running_bot_is_copied_whole_and_runs_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = path.with_name("away")
    away.mkdir()
    link, copy = path.with_name("link.db"), path.with_name("copy.db")
    link.symlink_to(away / "real.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{link}")
    database = Settings.read(os.environ, {}).database
    async with Store.open(database) as store:
        await store.write(lambda tx: tx.notes.put("today", "kept"))
        assert main(["backup", str(copy)]) == 0
        assert notes(copy) == {"today"}
        with pytest.raises(StoreError, match="in use"):
            async with Store.open(away / "real.db"):
                pass
    assert main(["restore", str(copy)]) == 0
    assert link.is_symlink(), "its place is on the other disk"
    assert notes(link) == {"today"}


async def test_a_bot_that_starts_while_its_database_is_copied_does_not_mix_two_states(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [f"{number:06}" for number in range(8_000)]

    async def fill(value: str) -> None:
        async def all_of(tx: Tx) -> None:
            for name in many:
                await tx.notes.put(name, value * 500)

        async with Store.open(path) as store:
            await store.write(all_of)

    await fill("0")
    monkeypatch.setattr(copies, "_STEPS", 1_000)
    calls = iter(range(10_000))

    def start(*_: object) -> None:
        if next(calls) == 10:  # in a thread, as another program
            starting = threading.Thread(target=lambda: asyncio.run(fill("1")))
            starting.start()
            starting.join()

    copy = path.with_name("copy.db")
    await asyncio.to_thread(copies.copy, path, copy, start)
    with closing(sqlite3.connect(copy)) as raw:
        found = raw.execute("SELECT DISTINCT substr(value, 1, 1) FROM note").fetchall()
    assert next(calls) > 10
    assert found == [("1",)]


async def test_a_damaged_database_is_not_copied_over_a_good_copy(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, *(f"{number} {'x' * 300}" for number in range(300)))
    copy = path.with_name("copy.db")
    assert main(["backup", str(copy)]) == 0
    with path.open("r+b") as file:
        file.seek(-40_000, os.SEEK_END)
        file.write(os.urandom(40_000))
    assert main(["backup", str(copy), "--force"]) == 5
    assert "`python -m bot doctor`" in capsys.readouterr().err
    assert checked(copy) == [("ok",)]


async def test_without_room_no_copy_is_begun(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, "a")
    monkeypatch.setattr("bot.store.copies.free_beside", lambda _: 1_000_000)
    assert main(["backup", "copy.db"]) == 5
    assert "where 1.0 MB are free" in capsys.readouterr().err
    assert not path.with_name("copy.db").exists()
    monkeypatch.undo()
    with pytest.raises(StoreError, match="can't be written"):
        copies.copy(path, path.with_name("nowhere") / "copy.db")


async def test_ctrl_c_leaves_nothing_of_a_copy(path: Path) -> None:
    await keep(path, "a")

    def stop(what: str, _: float | None) -> None:
        if what == "checking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copies.copy(path, path.with_name("copy.db"), stop)
    assert [file.name for file in path.parent.iterdir() if "copy" in file.name] == []


# ── restore ──────────────────────────────────────────────────────────────────────────────


async def test_a_restored_backup_is_there_and_what_was_there_is_kept(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, "yesterday")
    assert main(["backup", "copy.db"]) == 0
    async with Store.open(path) as store:
        await store.write(lambda tx: tx.notes.put("today", "kept"))
        store.companion.note(12345)
    os.chmod(path, 0o640)  # noqa: PTH101  # of a file that nobody else has
    assert main(["restore", "copy.db", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert notes(path) == {"yesterday"}
    assert notes(Path(told["kept"])) == {"yesterday", "today"}
    assert mode(path) == 0o640, "who could read it still can"
    async with Store.open(path) as store:
        assert store.companion.newest == 12345, "by it a restored backup is noticed"
    assert path.with_name("copy.db").exists()


async def test_the_doctor_tells_of_a_restore_that_was_interrupted(path: Path) -> None:
    await keep(path, "a")
    interrupt(path)
    (found,) = judge.database((await here.kept(path))[0])
    assert (found.grade, found.remedy) == (Grade.WARNING, "start the bot: it finishes it first")
    await keep(path, "b")
    assert notes(path) == {"a", "b"}


async def test_two_restores_in_one_second_keep_both_that_were_there(path: Path) -> None:
    await keep(path, "a")
    copy = path.with_name("copy.db")
    copies.copy(path, copy)
    await keep(path, "b")
    kept = [restoring.restore(path, copy, NOW).kept for _ in range(2)]
    assert [notes(file) for file in kept if file] == [{"a", "b"}, {"a"}]


async def test_what_was_not_written_to_the_former_file_yet_is_kept_with_it_alone(
    path: Path,
) -> None:
    await keep(path, "yesterday")
    copies.copy(path, path.with_name("copy.db"))
    die(path, "written")
    assert path.with_name("news.db-wal").stat().st_size
    kept = restoring.restore(path, path.with_name("copy.db"), NOW).kept
    assert notes(path) == {"yesterday"}, "the former's log is not applied to it"
    assert kept is not None
    assert notes(kept) == {"yesterday", "today"}


_DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store import Store, restoring

path, point = Path(sys.argv[1]), sys.argv[2]

def reached(which, _=None):
    if which == point:
        os.kill(os.getpid(), signal.SIGKILL)

async def write():
    async with Store.open(path) as store:
        await store.write(lambda tx: tx.notes.put("today", "kept"))
        reached("written")

if point == "written":
    asyncio.run(write())
restoring.restore(path, path.with_name("copy.db"), int(sys.argv[3]), reached, reached)
"""


def die(path: Path, point: str) -> None:
    """Let a program write to a database, or put the copy in its place, and die at a point of it."""
    command = [sys.executable, "-c", _DYING, str(path), point, str(NOW)]
    ended = subprocess.run(command, cwd=_ROOT, check=False)  # noqa: S603  # our own program
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", ["copying", "checking", "ready", "moved -wal", "moved "])
async def test_a_kill_while_a_backup_is_put_back_leaves_either_of_them_whole(
    path: Path, point: str
) -> None:
    copy = path.with_name("copy.db")
    await keep(path, "yesterday")
    copies.copy(path, copy)
    die(path, "written")
    die(path, point)

    is_old = point in {"copying", "checking"}
    if not is_old:
        with pytest.raises(StoreError, match="start the bot, which finishes it"):
            async with look(path):
                pass
    async with Store.open(path) as store:
        assert await store.read(lambda tx: tx.notes.get("yesterday")) == "kept"
    whole = {"yesterday", "today"}
    assert notes(path) == (whole if is_old else {"yesterday"})
    assert checked(path) == [("ok",)]
    if not is_old:
        assert notes(path.with_name("news.db.before-restore-2025-10-09T085320Z")) == whole
    assert not [file for file in path.parent.iterdir() if "restoring" in file.name]


async def test_a_backup_goes_where_no_database_is(path: Path, tmp_path: Path) -> None:
    await keep(path, "a")
    copies.copy(path, tmp_path / "copy.db")
    elsewhere = tmp_path / "new" / "bot.db"
    assert restoring.restore(elsewhere, tmp_path / "copy.db", NOW).kept is None
    assert notes(elsewhere) == {"a"}


async def test_a_backup_that_is_none_is_refused_and_the_database_stays(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(path, "a")
    copies.copy(path, path.with_name("cut.db"))
    os.truncate(path.with_name("cut.db"), 100_000)
    path.with_name("letter.db").write_text("Dear reader, " * 999)
    path.with_name("empty.db").touch()
    with closing(sqlite3.connect(path.with_name("other.db"))) as raw:
        raw.execute("CREATE TABLE bookmark (url TEXT)")
    with closing(sqlite3.connect(path.with_name("newer.db"))) as raw:
        raw.execute("PRAGMA user_version = 99")
    for name, code, said in (
        ("cut.db", 5, "malformed"),
        ("letter.db", 5, "file is not a database"),
        ("empty.db", 5, "is empty"),
        ("other.db", 5, "another program"),
        ("newer.db", 5, "newer Wherefore"),
        ("missing.db", 2, "no file missing.db"),
        ("news.db", 2, "is the database itself"),
    ):
        assert main(["restore", name]) == code, name
        assert said in capsys.readouterr().err
        assert notes(path) == {"a"}


async def test_nothing_is_put_in_the_place_of_a_running_bot_s_database(
    running: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    copies.copy(running._path, running._path.with_name("copy.db"))
    assert await asyncio.to_thread(main, ["restore", "copy.db"]) == 5
    assert "stop that one first" in capsys.readouterr().err
