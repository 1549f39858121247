from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store import copies, restoring
from tests.crash.plan import CLAIMED, UNCOMMITTED
from tests.crash.town import FORUM, TEXT, Town

_HALF_A_DAY = 43_200.0


def _back_up(place: Town) -> Path:
    kept = place.folder / "yesterday.db"
    copies.copy(place.database, kept)
    return kept


def _restore(place: Town, kept: Path) -> None:
    """Put the copy in the database's place, as a person would who knows of that file alone."""
    for left in ("-wal", "-shm"):
        place.database.with_name(f"{place.database.name}{left}").unlink(missing_ok=True)
    kept.replace(place.database)


def _restore_well(place: Town, kept: Path) -> None:
    """Put it there as the program does."""
    assert restoring.restore(place.database, kept, place.now).kept is not None


async def _live_on_without_it(
    place: Town, kept: Path, restore: Callable[[Town, Path], None] = _restore
) -> None:
    """Post some more, then lose it from the database."""
    place.pass_time(_HALF_A_DAY)
    for _ in range(2):
        place.tell(2)
        await place.deliver()
        place.pass_time(1_200)
    restore(place, kept)
    place.pass_time(1_200)


@pytest.mark.parametrize(
    ("kind", "restore"),
    [(TEXT, _restore), (FORUM, _restore), (TEXT, _restore_well)],
    ids=["text", "forum", "by the command"],
)
async def test_a_backup_of_yesterday_repeats_nothing(
    place: Town, kind: int, restore: Callable[[Town, Path], None]
) -> None:
    place.add_channels(kind, 2)
    await place.subscribe()
    place.tell(2)
    await place.deliver()
    await _live_on_without_it(place, _back_up(place), restore)

    await place.deliver()
    place.check()
    place.pass_time(1_200)
    place.tell(2)
    await place.deliver()
    place.check()


@pytest.mark.parametrize("point", [CLAIMED, UNCOMMITTED])
async def test_a_backup_that_was_made_while_something_was_sent_repeats_nothing(
    place: Town, point: str
) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    place.tell(2)
    life = await place.begin(die_at=point)
    await life.ended()
    await _live_on_without_it(place, _back_up(place))

    await place.deliver()
    place.check()


async def test_a_backup_on_another_machine_repeats_nothing(place: Town) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    place.tell(2)
    await place.deliver()
    await _live_on_without_it(place, _back_up(place))
    for beside in place.folder.glob("bot.db.*"):
        beside.unlink()

    await place.deliver()
    place.check()


async def test_a_program_that_dies_while_it_makes_sure_after_a_backup_repeats_nothing(
    place: Town,
) -> None:
    place.add_channels(TEXT, 2)
    await place.subscribe()
    place.tell(2)
    await place.deliver()
    await _live_on_without_it(place, _back_up(place))

    for number in range(1, 4):
        life = await place.begin(die_at=CLAIMED, nth=number)
        await life.until(lambda: place.sent >= place.due or life.has_ended, "anything")  # noqa: B023
        await life.kill()
        place.pass_time(200)
    await place.deliver()
    place.check()
