"""The room on the disk: nothing is begun that could not be settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.models import DAY
from bot.models.space import Space
from bot.store.room import MB, Room
from tests.newsdesk import FEED, desk, story


@dataclass
class Disk:
    total: int
    free: int

    def usage(self, _: Path) -> Disk:
        return self


@pytest.mark.parametrize(
    ("total_mb", "free_mb", "space"),
    [
        (100_000, 201, Space.ENOUGH),
        (100_000, 199, Space.NO_NEWS),
        (100_000, 21, Space.NO_NEWS),
        (100_000, 19, Space.NOTHING),
        (1_000, 51, Space.ENOUGH),
        (1_000, 49, Space.NO_NEWS),
        (1_000, 9, Space.NOTHING),
    ],
)
def test_large_disks_keep_so_much_and_small_ones_a_part(
    total_mb: int, free_mb: int, space: Space
) -> None:
    assert Room(Path("news.db"), Disk(total_mb * MB, free_mb * MB).usage).space() is space


def test_a_disk_that_fills_is_told_of_once_and_so_is_that_there_is_room_again() -> None:
    disk = Disk(100_000 * MB, 500 * MB)
    room = Room(Path("news.db"), disk.usage)
    with capture_logs() as logs:
        for free in (500, 150, 150, 210, 10, 10, 22, 30, 210, 251, 260):
            disk.free = free * MB
            room.space()
    assert [line["log_level"] for line in logs] == ["warning", "error", "warning", "info"]
    assert logs[0]["needed_mb"] == 250
    assert room.resting() is None
    disk.free = 150 * MB
    assert "almost full" in (room.resting() or "")


def test_a_disk_that_tells_nothing_stops_nothing() -> None:
    def fail(_: Path) -> Disk:
        raise PermissionError

    assert Room(Path("news.db"), fail).space() is Space.ENOUGH


async def test_what_is_planned_is_still_sent_while_no_news_is_taken_in(tmp_path: Path) -> None:
    space = [Space.ENOUGH]
    async with desk(tmp_path, space=lambda: space[0]) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        at.wait(DAY // 2)
        await at.newsroom.poll_due()
        asked = len(at.web.asked)
        space[0] = Space.NOTHING
        at.newsroom.start()
        await _turns()
        assert at.channels.titles == [], "what could not be settled is not begun"
        space[0] = Space.NO_NEWS
        at.newsroom._deliver.look_again()
        await _until(lambda: at.channels.titles == ["Bridge"])
        await at.newsroom.latest("town")
        assert len(at.web.asked) == asked, "a member's question asks no feed either"
        at.wait(DAY // 2)
        space[0] = Space.ENOUGH
        at.newsroom._watch.look_again()
        await _until(lambda: len(at.web.asked) > asked)


async def _turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110  # the loops set no event that could be waited for
            await asyncio.sleep(0.01)
