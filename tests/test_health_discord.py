"""What is told of members' waits, of requests and of the gateway; and the whole program once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from bot.answering import MOST, Answering
from bot.client import Client
from bot.health.sessions import Sessions
from bot.health.verdict import DOWN, judge
from bot.models import ExplainedStory, Post
from bot.models.events import Answered, Event, Requested
from bot.models.vitals import Ill, Vitals
from bot.publish.discord import DiscordPublisher
from bot.publish.traffic import Traffic
from tests.bot_process import TOKEN, bot, environment
from tests.loopback.server import LoopbackDiscord
from tests.newsdesk import FEED, story
from tests.publishing import body, hurry, logged_in, wall
from tests.test_feedback import press
from tests.test_health_server import free_port
from tests.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


@pytest.fixture
def told(town: Town) -> list[Answered]:
    """What is told of the town's interactions."""
    events: list[Answered] = []

    def tell(event: Event) -> None:
        assert isinstance(event, Answered)
        events.append(event)

    town.client.answering.tell = tell
    return events


async def _told(town: Town, told: list[Answered]) -> Answered:
    """Return what is told next; that comes a moment after the member has the answer."""
    async with asyncio.timeout(5):
        while not told:  # noqa: ASYNC110  # the program has nothing else to wait for
            await asyncio.sleep(0.001)
    assert town.client.answering._asked == {}, "what is done is forgotten"
    return told.pop()


async def test_a_command_and_its_choices_are_timed_from_their_arrival(
    town: Town, told: list[Answered]
) -> None:
    await town.says("topics")
    got = await _told(town, told)
    assert (got.name, got.failed) == ("topics", False)
    assert got.acknowledged is not None
    assert 0 <= got.acknowledged <= got.took < 5_000
    await town.discord.autocomplete(town.ann, town.channel, "subscribe", focused="topic", value="t")
    got = await _told(town, told)
    assert (got.name, got.failed) == ("subscribe (choices)", False)
    assert got.acknowledged is not None


async def test_presses_and_forms_are_named_by_their_kind_and_by_nothing_that_is_sent(
    town: Town, told: list[Answered]
) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0]))
    newest = await town.desk.newsroom.latest("town")
    assert isinstance(newest, ExplainedStory)
    opened = await press(town, town.ann, newest.story.id, "down")
    assert (await _told(town, told)).name == "feedback (press)"
    await town.discord.submit(town.ann, town.channel, opened, {"reason": "wrong"})
    assert (await _told(town, told)).name == "feedback (form)"


async def test_what_fails_is_told_as_failed_and_that_it_was_answered(
    town: Town, told: list[Answered], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(town.desk.newsroom, "latest", breaks)
    monkeypatch.setattr(town.desk.newsroom.accounts, "headlines", breaks)
    await town.discord.slash(town.ann, town.channel, "latest")
    got = await _told(town, told)
    assert (got.name, got.failed, got.acknowledged is None) == ("latest", True, False)
    await town.discord.autocomplete(town.ann, town.channel, "status", focused="story", value="a")
    got = await _told(town, told)
    assert (got.name, got.failed) == ("status (choices)", True)


def test_interactions_that_nobody_ends_do_not_fill_the_memory() -> None:
    answering = Answering(lambda: 0.0)
    for number in range(MOST + 5):
        answering.arrived(number)
    assert len(answering._asked) == MOST
    answering.done(MOST + 100, "unknown")
    answering.failed(MOST + 100)


# ── requests ─────────────────────────────────────────────────────────────────────────────


async def test_each_answer_of_discord_is_told_with_whose_limit_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    told: list[Event] = []
    async with logged_in(monkeypatch) as rest:
        traffic = Traffic(wall)
        traffic.tell = told.append
        async with Client(http_trace=traffic.trace) as client:
            await client.login("a.b.c")
            told.clear()
            for scope in ("shared", "user"):
                rest.discord.fail_next(
                    "POST", "/messages", status=429, retry_after=0.01, scope=scope
                )
            await DiscordPublisher(client, traffic).publish(
                rest.channel.id, Post(body(), "Bridge"), "n"
            )
    assert told == [
        Requested(status=429, shared=True),
        Requested(status=429, shared=False),
        Requested(status=200, shared=False),
    ]


# ── the gateway ──────────────────────────────────────────────────────────────────────────


async def test_a_gateway_that_goes_and_stays_away_makes_it_unwell_until_it_is_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0]
    sessions = town.client.sessions = Sessions(lambda: now[0])
    sessions.ready(0)

    def ills(after: int) -> list[Ill]:
        vitals = Vitals(started_at=0, shards=sessions.shards)
        return [one.ill for one in judge(vitals, now[0] + after)]

    now[0] = 1_000_000
    assert ills(0) == []
    waits: list[float] = []
    usual = discord.backoff.ExponentialBackoff.delay

    def delay(backoff: discord.backoff.ExponentialBackoff[Any]) -> float:
        waits.extend(usual(backoff) for _ in range(40))
        return 0.01

    async def identify(*_: object, **__: object) -> None:
        """Begin a session without the five seconds of rest that the library takes first."""

    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", delay)
    monkeypatch.setattr(town.client, "before_identify_hook", identify)
    town.discord.gateway_down = True
    await town.discord.close_gateway(4000)
    async with asyncio.timeout(5):
        while sessions.shards[0].ready or not waits:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.001)
    assert (ills(DOWN - 1), ills(DOWN)) == ([], [Ill.GATEWAY])
    town.discord.gateway_down = False
    async with asyncio.timeout(5):
        while not sessions.shards[0].ready:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.001)
    assert ills(DOWN) == []
    assert sessions.shards[0].losses == 1
    assert 60 < max(waits) <= 256, "seconds: no outage is followed by another of 17 minutes"


# ── the whole program ────────────────────────────────────────────────────────────────────


async def _asked(web: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    try:
        async with web.get(url) as response:
            return response.status, await response.text()
    except aiohttp.ClientConnectionError:
        return 0, ""


async def _is_well(web: aiohttp.ClientSession, at: str) -> list[str]:
    """Ask until it says that it is well; return all that it has said."""
    texts: list[str] = []
    status = 0
    while status != 200:
        await asyncio.sleep(0.02)
        status, text = await _asked(web, f"{at}/healthz")
        texts.append(text)
    return texts


async def _may_not_start(settings: dict[str, str], folder: Path) -> None:
    """Start a second one at the same port."""
    other = settings | {"DATABASE_URL": f"sqlite:///{folder / 'bot.db'}"}
    async with bot(other, folder) as refused:
        assert await refused.ended() == 3
        assert f"HEALTH_PORT is {settings['HEALTH_PORT']}, and another program" in refused.log


async def test_the_program_tells_on_loopback_how_it_is_and_nothing_secret(tmp_path: Path) -> None:
    topics, elsewhere = tmp_path / "topics.toml", tmp_path / "elsewhere"
    elsewhere.mkdir()
    topics.write_text('[town]\ntitle = "Town"\nfeeds = ["http://127.0.0.1:9/key-of-a-feed"]\n')
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    async with LoopbackDiscord(token=TOKEN) as loopback, aiohttp.ClientSession() as web:
        loopback.add_guild("Town")
        settings = environment(loopback, tmp_path, topics) | {"HEALTH_PORT": str(port)}
        async with bot(settings, tmp_path) as running, asyncio.timeout(30):
            texts = await _is_well(web, at)
            told: dict[str, Any] = json.loads(texts[-1])
            assert (told["servers"], told["reasons"]) == (1, [])
            assert set(told["loops"]) >= {"watch", "deliver"}
            assert '"starting": true' in "".join(texts), "before Discord was there"
            status, text = await _asked(web, f"{at}/metrics")
            assert status == 200
            assert 'wherefore_gateway_ready{shard="0"} 1.0' in text
            assert 'wherefore_discord_requests_total{status="200"}' in text
            texts += [text, (await _asked(web, f"{at}/"))[1]]
            await _may_not_start(settings, elsewhere)
            running.stop()
            assert await running.ended() == 0
    for secret in (TOKEN, "key-of-a-feed", str(tmp_path)):
        assert secret not in "".join(texts)
