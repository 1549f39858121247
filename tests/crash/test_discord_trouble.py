from __future__ import annotations

import pytest

from tests.crash.plan import ANSWERED, CLAIMED
from tests.crash.town import FORUM, TEXT, Town
from tests.loopback.state import Permission

_QUARTER = 1_200.0
"""Seconds after which stories go out on their own again, and not with those before."""


def _paused(place: Town) -> int:
    asked = "SELECT count(*) FROM subscription WHERE paused_reason IS NOT NULL"
    return int(place.ask(asked)[0][0])


async def test_a_channel_that_is_deleted_takes_nothing_from_the_others(place: Town) -> None:
    gone, *others = place.add_channels(TEXT, 3)
    await place.subscribe()
    place.tell(2)
    life = await place.begin(die_at=ANSWERED)
    await life.ended()
    place.discord.remove_channel(gone)

    place.pass_time(_QUARTER)
    place.channels = others
    life = await place.begin()
    await place.settled(life)
    place.tell(2)
    await place.settled(life)
    await life.kill()
    place.check()
    assert place.ask(f"SELECT * FROM subscription WHERE channel_id = {gone.id}") == []  # noqa: S608  # a number


@pytest.mark.parametrize("kind", [TEXT, FORUM], ids=["text", "forum"])
async def test_a_permission_that_is_taken_and_given_back_loses_and_repeats_nothing(
    place: Town, kind: int
) -> None:
    channel, other = place.add_channels(kind, 2)
    await place.subscribe()
    place.tell(2)
    life = await place.begin(die_at=CLAIMED)
    await life.ended()
    place.discord.deny(channel, Permission.SEND_MESSAGES)

    place.pass_time(60)
    life = await place.begin()
    await life.until(
        lambda: place.states["sent"] == 2 and _paused(place) == 1,
        "the other channel has all, and this one is paused",
        lambda: place.states,
    )
    place.check(other)
    await place.discord.wait_until_ready()
    place.discord.allow(channel, Permission.SEND_MESSAGES)

    await place.settled(life)
    await life.kill()
    place.check()


async def test_a_permission_that_is_given_back_while_the_program_is_dead_counts_too(
    place: Town,
) -> None:
    (channel,) = place.add_channels(TEXT)
    await place.subscribe()
    place.discord.deny(channel, Permission.SEND_MESSAGES)
    place.tell(2)
    life = await place.begin()
    await life.until(lambda: _paused(place) == 1, "it is paused", lambda: place.states)
    await life.kill()

    place.pass_time(_QUARTER)
    place.discord.allow(channel, Permission.SEND_MESSAGES)
    await place.deliver()
    place.check()


async def test_posts_do_not_wait_for_the_gateway(place: Town) -> None:
    place.add_channels(TEXT)
    place.add_channels(FORUM)
    await place.subscribe()
    life = await place.begin()
    await place.discord.wait_until_ready()

    place.discord.gateway_down = True
    await place.discord.close_gateway(1006 - 6)
    place.tell(2)
    await place.settled(life)
    place.check()

    place.discord.gateway_down = False
    await place.discord.wait_until_ready(30)
    await life.kill()


async def test_a_program_that_starts_while_the_gateway_is_refused_takes_up_what_was_under_way(
    place: Town,
) -> None:
    place.add_channels(TEXT)
    place.add_channels(FORUM)
    await place.subscribe()
    place.tell(2)
    life = await place.begin(die_at=ANSWERED)
    await life.ended()

    place.discord.gateway_down = True
    place.pass_time(_QUARTER)
    await place.deliver()
    place.check()


@pytest.mark.parametrize("resumable", [True, False], ids=["resumed", "begun anew"])
async def test_a_session_that_ends_in_the_middle_of_a_delivery_changes_nothing(
    place: Town, *, resumable: bool
) -> None:
    place.add_channels(TEXT, 2)
    place.add_channels(FORUM)
    await place.subscribe()
    place.tell(2)
    async with place.discord.hold("POST", "/(messages|threads)$", times=3):
        life = await place.begin()
        await place.discord.until(lambda: place.discord.world.posted == 3)
        await place.discord.wait_until_ready()
        sessions = place.discord.identifies + place.discord.resumes
        place.discord.invalidate_gateway(resumable=resumable)
        await place.discord.until(
            lambda: place.discord.identifies + place.discord.resumes > sessions, 30
        )

    await place.settled(life)
    await life.kill()
    place.check()
