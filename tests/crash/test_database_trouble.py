from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.crash.lives import Life, Zygote
from tests.crash.plan import UNCOMMITTED
from tests.crash.town import FORUM, TEXT, Town, town

_HASTY = {
    "bot.store.door._BUSY_MS": 100,
    "bot.newsroom.deliver.RETRY_STORE": 100,
    "bot.newsroom.watch.RETRY_STORE": 100,
    "bot.newsroom.watch.LEASE": 2_000,
    "bot.newsroom.deliver.RETRY_SPACE": 100,
    "bot.newsroom.watch.RETRY_SPACE": 100,
}
"""Milliseconds that the program waits for its database, so that the tests need not."""
_TELLS = ["nothing can be sent", "no feed can be asked", "a post can't be settled"]
_BLIND = {"bot.store.room.NEWS_FLOOR": 0, "bot.store.room.SEND_FLOOR": 0}
"""A program that does not look how much room there is, and so fills the disk to the last byte."""
_FULL = "the disk is full but for what settling takes: nothing is sent, and no feed is asked, "
_MESSAGES = "/(messages|threads)$"


def _complaints(life: Life) -> int:
    return sum(life.count(complaint) for complaint in _TELLS)


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    """Hold the database as another program would."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_a_second_program_refuses_in_the_middle_of_a_delivery(place: Town) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    place.tell(2)
    async with place.discord.hold("POST", _MESSAGES, times=2):
        first = await place.begin()
        await place.discord.until(lambda: place.discord.world.posted == 2)

        second = await place.begin()
        await second.ended()
        assert "is in use by another Wherefore" in second.events[-1]["trace"]
        assert not place.sent, "it has left the first one's work alone"

    await place.settled(first)
    await first.kill()
    place.check()


async def test_a_database_that_is_held_while_a_message_is_sent_loses_and_repeats_nothing(
    place: Town,
) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    place.tell(2)
    async with place.discord.hold("POST", _MESSAGES) as hold:
        life = await place.begin(constants=_HASTY, tells=[*_TELLS, "delivery settled"])
        await hold.arrived.wait()
        with _locked(place.database):
            hold.release()
            await life.told("a post can't be settled", 3)

    await place.settled(life)
    await life.kill()
    place.check()


async def test_a_program_that_dies_while_its_database_is_held_repeats_nothing(place: Town) -> None:
    place.add_channels(TEXT)
    place.add_channels(FORUM)
    await place.subscribe()
    place.tell(2)
    async with place.discord.hold("POST", _MESSAGES) as hold:
        life = await place.begin(constants=_HASTY, tells=_TELLS)
        await hold.arrived.wait()
        with _locked(place.database):
            hold.release()
            await life.told("a post can't be settled")
            await life.kill()

    place.pass_time(900)
    await place.deliver()
    place.check()


async def test_a_database_that_is_held_while_news_comes_loses_nothing(place: Town) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    life = await place.begin(constants=_HASTY, tells=[*_TELLS, "feed read", "delivery settled"])
    await place.discord.wait_until_ready()
    with _locked(place.database):
        place.tell(2)
        await life.until(lambda: _complaints(life) >= 3, "it complained")

    await place.settled(life)
    await life.kill()
    place.check()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None:
        pytest.skip("no disk can be mounted here")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:  # noqa: S603  # no foreign word in it
        pytest.skip("no disk may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)  # noqa: S603  # as above


@pytest.fixture
async def narrow(disk: Path, nursery: Zygote) -> AsyncIterator[Town]:
    """A town whose program has a disk of its own."""
    async with town(disk, nursery) as made:
        yield made


@contextmanager
def _full(place: Town) -> Iterator[None]:
    """Fill the disk to its last byte."""
    ballast = place.folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            yield
    ballast.unlink()


async def test_a_disk_that_is_full_while_a_message_is_sent_loses_and_repeats_nothing(
    narrow: Town,
) -> None:
    narrow.add_channels(TEXT, 2)
    await narrow.subscribe()
    narrow.tell(2)
    async with narrow.discord.hold("POST", _MESSAGES, times=2) as hold:
        life = await narrow.begin(constants=_HASTY, tells=[*_TELLS, "delivery settled"])
        await narrow.discord.until(lambda: narrow.discord.world.posted == 2)
        with _full(narrow):
            hold.release()
            await life.until(lambda: _complaints(life) >= 3, "it complained")

    await narrow.settled(life)
    await life.kill()
    narrow.check()


async def test_a_disk_that_is_full_while_news_comes_loses_nothing(narrow: Town) -> None:
    narrow.add_channels(TEXT, 2)
    await narrow.subscribe()
    life = await narrow.begin(
        constants=_HASTY | _BLIND, tells=[*_TELLS, "feed read", "delivery settled"]
    )
    await narrow.discord.wait_until_ready()
    with _full(narrow):
        narrow.tell(3)
        await life.until(lambda: _complaints(life) >= 3, "it complained")

    await narrow.settled(life)
    await life.kill()
    narrow.check()


async def test_a_disk_that_gets_full_is_told_of_once_and_nothing_is_begun_until_there_is_room(
    narrow: Town,
) -> None:
    narrow.add_channels(TEXT, 2)
    await narrow.subscribe()
    full = f"{_FULL}until there is room"
    life = await narrow.begin(constants=_HASTY, tells=["delivery settled", "feed read", full])
    await narrow.discord.wait_until_ready()
    with _full(narrow):
        await life.told(full)
        narrow.tell(3)
        await asyncio.sleep(0.5)  # five turns of loops that are to do nothing
        assert life.count(full) == 1
        assert not narrow.planned

    await narrow.settled(life)
    await life.kill()
    narrow.check()


async def test_a_program_that_dies_on_a_full_disk_repeats_nothing(narrow: Town) -> None:
    narrow.add_channels(TEXT, 2)
    await narrow.subscribe()
    narrow.tell(2)
    async with narrow.discord.hold("POST", _MESSAGES, times=2) as hold:
        life = await narrow.begin(constants=_HASTY, tells=_TELLS)
        await narrow.discord.until(lambda: narrow.discord.world.posted == 2)
        with _full(narrow):
            hold.release()
            await life.until(lambda: _complaints(life) >= 1, "it complained")
            await life.kill()

    narrow.pass_time(900)
    await narrow.deliver()
    narrow.check()


async def test_a_disk_without_room_for_the_note_beside_the_database_ends_nothing(
    place: Town,
) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    beside = place.folder / "bot.db.newest"
    beside.unlink()
    beside.symlink_to("/dev/full")
    place.tell(2)

    await place.deliver()
    place.check()


@pytest.mark.parametrize("hours", [-25, -1, 1, 25])
@pytest.mark.parametrize("seconds", [2, 900], ids=["at once", "after the nonce"])
async def test_a_clock_that_is_set_between_two_lives_loses_and_repeats_nothing(
    place: Town, hours: int, seconds: int
) -> None:
    place.add_channels(TEXT)
    place.add_channels(FORUM)
    await place.subscribe()
    place.tell(2)
    life = await place.begin(die_at=UNCOMMITTED)
    await life.ended()
    assert os.WTERMSIG(life.status or 0) == signal.SIGKILL

    place.pass_time(seconds)
    place.set_clock(hours * 3600)
    await place.deliver()
    place.check()


@pytest.mark.parametrize("hours", [-25, -1, 1, 25])
async def test_news_comes_soon_after_the_clock_was_set(place: Town, hours: int) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    place.tell(1)
    await place.deliver()

    place.pass_time(60)
    place.set_clock(hours * 3600)
    place.tell(1)
    life = await place.begin()
    await place.settled(life, patience=15)
    await life.kill()
    place.check()
