from __future__ import annotations

import pytest

from tests.crash.plan import ANSWERED, CLAIMED, INGESTED, LEFT, POINTS, UNCOMMITTED
from tests.crash.town import FORUM, TEXT, Town

_INSIDE, _AFTER = 2.0, 900.0
"""Seconds until the program is started again: while Discord knows the nonce, and when not."""
_POSTED = {INGESTED: 0, CLAIMED: 0, LEFT: 1, ANSWERED: 1, UNCOMMITTED: 1}
"""Whether the message stands in Discord when the program dies."""


@pytest.mark.parametrize("kind", [TEXT, FORUM], ids=["text", "forum"])
@pytest.mark.parametrize("seconds", [_INSIDE, _AFTER], ids=["at once", "after the nonce"])
@pytest.mark.parametrize("point", POINTS)
async def test_a_story_is_posted_once_wherever_the_program_dies(
    place: Town, point: str, seconds: float, kind: int
) -> None:
    (channel,) = place.add_channels(kind)
    await place.subscribe()
    place.tell(2)

    life = await place.begin(die_at=point)
    await life.ended()

    assert life.was_killed
    if _POSTED[point]:
        await place.discord.until(lambda: len(place.discord.ledger(channel)) == 1)
    assert len(place.discord.ledger(channel)) == _POSTED[point]
    place.pass_time(seconds)
    await place.deliver()
    place.check()


@pytest.mark.parametrize("point", POINTS)
async def test_a_program_that_dies_again_and_again_at_one_point_gets_on(
    place: Town, point: str
) -> None:
    place.add_channels(TEXT, 2)
    place.add_channels(FORUM)
    await place.subscribe()
    place.tell(2)

    for number in range(6):
        life = await place.begin(die_at=point, nth=1 + number // 2)
        await life.until(lambda: place.sent >= place.due or life.has_ended, "anything")  # noqa: B023
        await life.kill()
        place.pass_time(_INSIDE if number % 2 else _AFTER)

    await place.deliver()
    place.check()
