"""What the newsroom's loops say of themselves, and what the outbox tells of its oldest."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import DAY, MINUTE, DeliveryState, Forbidden, Usage
from bot.newsroom import Newsroom
from bot.newsroom.parts import LONGEST_SLEEP
from bot.newsroom.writing import EVERYBODY
from tests.newsdesk import CHANNEL, FEED, OTHER_CHANNEL, START, Desk, desk, story

LOOPS = {"watch", "deliver", "publications", "notices", "presence", "housekeeping", "facts"}


class Ear:
    """Hears loops; `all_turned` once each of them was heard so many times."""

    def __init__(self, times: int = 1) -> None:
        self.heard: list[str] = []
        self.all_turned = asyncio.Event()
        self._times = times

    def __call__(self, loop: str) -> None:
        self.heard.append(loop)
        if all(self.heard.count(one) >= self._times for one in LOOPS):
            self.all_turned.set()


def _listening(at: Desk, ear: Ear) -> Newsroom:
    return Newsroom(replace(at.newsroom._parts, alive=ear))


async def test_each_loop_says_at_the_start_that_it_is_there_and_then_that_it_turns(
    tmp_path: Path,
) -> None:
    ear = Ear(times=2)
    async with desk(tmp_path) as at, _listening(at, ear) as newsroom:
        newsroom.start()
        assert set(ear.heard) == LOOPS, "one that never turns is missed, too"
        async with asyncio.timeout(5):
            await ear.all_turned.wait()


async def test_loops_that_have_nothing_to_do_turn_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LONGEST_SLEEP <= MINUTE, "what calls a loop dead counts on it"
    monkeypatch.setattr("bot.newsroom.parts.LONGEST_SLEEP", 10)
    monkeypatch.setattr("bot.newsroom.presence.REST", 10)
    ear = Ear(times=5)
    async with desk(tmp_path) as at, _listening(at, ear) as newsroom:
        newsroom.start()
        async with asyncio.timeout(5):
            await ear.all_turned.wait()


async def test_a_database_that_hangs_silences_the_loops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.newsroom.parts.LONGEST_SLEEP", 1)
    monkeypatch.setattr("bot.newsroom.presence.REST", 1)
    ear = Ear()
    async with desk(tmp_path) as at, _listening(at, ear) as newsroom:
        held, free = asyncio.Event(), asyncio.Event()

        async def hang(_: object) -> None:
            held.set()
            await free.wait()

        hanging = [asyncio.create_task(at.store.write(hang))]
        hanging += [asyncio.create_task(at.store.read(hang)) for _ in range(2)]
        await held.wait()
        newsroom.start()
        for _ in range(200):
            await asyncio.sleep(0)
        turned = len(ear.heard)
        for _ in range(200):
            await asyncio.sleep(0)
        # Facts that have not changed need no database.
        assert set(ear.heard[turned:]) <= {"facts", "presence"}
        free.set()
        await asyncio.gather(*hanging)


# ── the outbox ───────────────────────────────────────────────────────────────────────────


async def test_the_outbox_counts_what_is_not_settled_and_knows_its_oldest(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        await at.subscribe(channel=OTHER_CHANNEL)
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        at.wait(DAY)
        await at.newsroom.poll_due()
        planned = at.now[0]
        at.wait(5 * MINUTE)
        now = at.now[0]
        outbox = await at.store.read(lambda tx: tx.vitals.outbox(now))
        assert outbox.counts[DeliveryState.PENDING] == 2
        assert outbox.oldest_due_at is not None
        assert planned - MINUTE <= outbox.oldest_due_at <= planned + MINUTE
        await at.newsroom.deliver_due()
        outbox = await at.store.read(lambda tx: tx.vitals.outbox(now))
        assert (sum(outbox.counts.values()), outbox.oldest_due_at) == (0, None)


async def test_what_a_paused_channel_is_to_get_makes_nothing_late(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [Forbidden("Not now.")]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        at.wait(DAY)
        now = at.now[0]
        outbox = await at.store.read(lambda tx: tx.vitals.outbox(now))
        assert outbox.counts[DeliveryState.PARKED] == 1
        assert outbox.oldest_due_at is None


async def test_the_census_counts_what_there_is(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        await at.subscribe(topic="region")
        await at.subscribe(channel=OTHER_CHANNEL)
        await at.store.write(
            lambda tx: tx.spending.add(START // DAY, Usage(3, 700), {EVERYBODY: Usage()})
        )
        await at.store.write(lambda tx: tx.subscriptions.pause(CHANNEL, "Closed.", START, START))
        await at.store.write(lambda tx: tx.feeds.rest("gazette.example", START + DAY))
        census = await at.store.read(lambda tx: tx.vitals.census(START, EVERYBODY))
    assert (census.subscriptions, census.channels, census.paused) == (3, 2, 1)
    assert (census.feeds, census.failing, census.resting_hosts) == (2, 0, 1)
    assert (census.spent, census.follows) == (Usage(3, 700), 0)
