"""Servers, channels and permissions that come and go: what goes on by itself, and what ends."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from bot.delivery.notices import WAITS
from bot.models import DAY, HOUR, MINUTE, DeliveryState, Forbidden, Usage
from bot.newsroom.departures import GRACE
from bot.newsroom.presence import EVERY
from tests.newsdesk import CHANNEL, ELSEWHERE, FEED, GUILD, Desk, desk, story
from tests.test_notices import SHUT, paused


async def is_paused(at: Desk) -> bool:
    return bool(await at.store.read(lambda tx: tx.subscriptions.paused()))


async def states(at: Desk) -> list[tuple[str, str | None]]:
    found = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
    return [(one.state, one.reason) for one in found]


# ── going on ─────────────────────────────────────────────────────────────────────────────


async def test_a_story_that_waited_comes_by_itself_once_the_permission_is_back(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        at.places.lacks = {CHANNEL: ["Send Messages"]}
        at.newsroom.presence.permissions_changed(GUILD)
        await at.newsroom.presence.attend()
        await at.newsroom.deliver_due()
        assert await is_paused(at)
        assert at.channels.titles == []
        at.places.lacks = {}
        at.newsroom.presence.permissions_changed(GUILD)
        await at.newsroom.presence.attend()
        await at.newsroom.deliver_due()
        assert not await is_paused(at)
        assert at.channels.titles == ["Bridge"]


async def test_a_change_that_was_not_heard_of_is_seen_within_ten_minutes(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.places.lacks = {CHANNEL: ["Send Messages"]}
        await paused(at)
        await at.newsroom.presence.attend()
        at.places.lacks = {}
        await at.newsroom.presence.attend()
        assert await is_paused(at), "nothing was heard, and it is not time yet"
        at.wait(EVERY)
        await at.newsroom.presence.attend()
        assert not await is_paused(at)


async def test_what_permissions_do_not_show_is_tried_more_and_more_rarely(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        tries = []
        for _ in range(2 * DAY // (10 * MINUTE)):
            at.channels.refusals = [Forbidden("The thread is locked.")]
            at.newsroom.presence.permissions_changed(GUILD)
            await at.newsroom.presence.attend()
            await at.newsroom.deliver_due()
            if not at.channels.refusals:
                tries.append(at.now[0])
            at.wait(10 * MINUTE)
        waits = [later - earlier for earlier, later in pairwise(tries)]
        assert waits[: len(WAITS)] == [*WAITS[1:], WAITS[-1]]
        assert 10 <= len(tries) <= 16


async def test_a_person_who_subscribes_again_does_not_have_to_wait(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        for _ in range(2):
            at.channels.refusals = [SHUT]
            at.newsroom.presence.permissions_changed(GUILD)
            await at.newsroom.presence.attend()
            await at.newsroom.deliver_due()
        at.channels.refusals = []
        await at.subscribe()
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge"]


async def test_a_server_that_an_outage_hides_keeps_its_pauses_and_its_subscriptions(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        at.places.known = {GUILD: None}
        at.newsroom.presence.connected()
        at.newsroom.presence.permissions_changed(GUILD)
        await at.newsroom.presence.attend()
        assert await is_paused(at)
        assert at.channels.asked_for == []
        assert await at.store.read(lambda tx: tx.departures.guilds()) == frozenset()


async def test_a_client_that_does_not_know_its_servers_yet_ends_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.places.known = None
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        assert await at.newsroom.topics_in_channel(CHANNEL) == ["town"]
        assert not await is_paused(at)


# ── channels that go away ────────────────────────────────────────────────────────────────


async def test_a_channel_that_is_deleted_ends_its_subscriptions_and_what_was_due(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        at.newsroom.presence.channel_gone(CHANNEL)
        await at.newsroom.presence.attend()
        assert await at.newsroom.topics_in_channel(CHANNEL) == []
        reason = "The channel is not there any more."
        assert await states(at) == [(DeliveryState.REJECTED, reason)]
        await at.newsroom.tell_due()
        assert at.channels.told == []


async def test_a_channel_that_was_deleted_unheard_is_asked_for_and_ends(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.places.known = {GUILD: frozenset({ELSEWHERE})}
        at.channels.there = {CHANNEL: False}
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        assert await at.newsroom.topics_in_channel(CHANNEL) == []


async def test_a_channel_that_is_only_not_known_stays(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.places.known = {GUILD: frozenset({ELSEWHERE})}
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        await at.newsroom.presence.attend()
        assert at.channels.asked_for == [CHANNEL], "asked for once"
        assert await at.newsroom.topics_in_channel(CHANNEL) == ["town"]


async def test_a_channel_that_can_not_be_asked_for_is_asked_for_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.places.known = {GUILD: frozenset({ELSEWHERE})}
        at.channels.there = {CHANNEL: None}
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        assert await at.newsroom.topics_in_channel(CHANNEL) == ["town"]
        at.channels.there = {CHANNEL: False}
        await at.newsroom.presence.attend()
        assert await at.newsroom.topics_in_channel(CHANNEL) == []


# ── servers that go away ─────────────────────────────────────────────────────────────────


async def test_a_server_that_puts_the_bot_out_and_invites_it_again_goes_on(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        known, at.places.known = at.places.known, {}
        at.newsroom.presence.server_left(GUILD)
        await at.newsroom.presence.attend()
        assert await is_paused(at)
        at.wait(EVERY)
        await at.newsroom.presence.attend()
        await at.newsroom.tell_due()
        assert await is_paused(at)
        assert at.channels.told == []
        at.places.known = known
        at.newsroom.presence.server_joined(GUILD)
        await at.newsroom.presence.attend()
        assert not await is_paused(at)
        assert await at.store.read(lambda tx: tx.departures.guilds()) == frozenset()


async def test_a_server_that_was_left_unheard_is_missed_at_the_next_start(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        known, at.places.known = at.places.known, {}
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        (listed,) = await at.newsroom.subscriptions(GUILD)
        assert listed.subscription.paused_reason == "I was removed from this server."
        at.places.known = known
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        assert not await is_paused(at)


async def test_the_data_of_a_server_is_deleted_when_its_time_is_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        until = at.now[0] + 9 * DAY
        await at.store.write(lambda tx: tx.publications.add(1, CHANNEL, at.now[0]))
        await at.store.write(lambda tx: tx.spending.keep_spent_until(f"server:{GUILD}", until))
        spent = {f"server:{GUILD}": Usage()}
        await at.store.write(lambda tx: tx.spending.add(until // DAY, Usage(1, 1), spent))
        at.places.known = {}
        at.newsroom.presence.server_left(GUILD)
        await at.newsroom.presence.attend()
        at.wait(GRACE - HOUR)
        await at.newsroom.tidy()
        assert await at.newsroom.topics_in_channel(CHANNEL) == ["town"]
        at.wait(2 * HOUR)
        await at.newsroom.tidy()
        assert await at.newsroom.topics_in_channel(CHANNEL) == []
        assert await states(at) == []
        read = at.store.read
        assert await read(lambda tx: tx.departures.channels(GUILD)) == []
        assert await read(lambda tx: tx.departures.guilds()) == frozenset()
        assert await read(lambda tx: tx.publications.next_due_at()) is None
        assert await read(lambda tx: tx.spending.spent_until(f"server:{GUILD}")) is None
        assert await read(lambda tx: tx.spending.spent(f"server:{GUILD}", until // DAY)) == Usage()


async def test_another_servers_data_stays(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        at.newsroom.presence.server_left(GUILD + 1)
        await at.newsroom.presence.attend()
        at.wait(GRACE + HOUR)
        await at.newsroom.tidy()
        assert await at.newsroom.topics_in_channel(CHANNEL) == ["town"]
        assert len(await states(at)) == 1
