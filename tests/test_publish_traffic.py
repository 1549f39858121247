"""What goes out to Discord: in its time, in order, and not at all where Discord asks for rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route

from bot.client import Client
from bot.delivery.pacing import REFUSALS, Pace
from bot.models import Post, RetryLater, Sent
from bot.publish.discord import DiscordPublisher
from bot.publish.traffic import BANNED_FOR, Traffic
from tests.publishing import Rest, body, connected, hurry, logged_in, wall

POST = Post(body(), "Bridge")


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


@pytest.fixture
async def narrow(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Rest, DiscordPublisher]]:
    """A publisher whose client has one request under way at a time."""
    monkeypatch.setattr("bot.delivery.pacing.WINDOW", 0.0)
    traffic = Traffic(wall, pace=Pace(1))
    async with Client(http_trace=traffic.trace) as client:
        await client.login("a.b.c")
        yield rest, DiscordPublisher(client, traffic)


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int = 200
    body: bytes = b"<h1>No</h1>"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


class Between:
    """Something before Discord that answers in its place."""

    def __init__(self) -> None:
        self.answer = Said()
        self.asked = asyncio.Semaphore(0)
        self.count = 0
        self.open = asyncio.Event()
        self.open.set()

    async def handle(self, _: web.Request) -> web.Response:
        self.count += 1
        self.asked.release()
        await self.open.wait()
        said = self.answer
        return web.Response(status=said.status, body=said.body, headers=said.headers)


@pytest.fixture
async def between(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Between]:
    assert rest.asked == [], "the client has logged in to Discord itself"
    standing = Between()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", standing.handle)
    async with TestServer(app) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("/api/v10")))
        yield standing


# ── places ───────────────────────────────────────────────────────────────────────────────


async def test_a_story_for_many_channels_meets_no_refusal(rest: Rest) -> None:
    rest.discord.strict_rate_limits = True
    channels = [rest.discord.add_channel(rest.guild, f"{number}") for number in range(60)]
    outcomes = await asyncio.gather(*(rest.publish(to=one, nonce=one.name) for one in channels))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert {request.status for request in rest.discord.requests} == {200}


async def test_requests_go_out_in_the_order_in_which_they_came(
    narrow: tuple[Rest, DiscordPublisher],
) -> None:
    rest, publisher = narrow
    channels = [rest.discord.add_channel(rest.guild, f"{number}") for number in range(5)]
    await asyncio.gather(*(publisher.publish(one.id, POST, one.name) for one in channels))
    assert rest.asked == [f"POST /channels/{one.id}/messages" for one in channels]


async def test_whoever_gives_up_waiting_leaves_the_place_to_the_next(
    narrow: tuple[Rest, DiscordPublisher],
) -> None:
    rest, publisher = narrow
    first, second, third = (rest.discord.add_channel(rest.guild, name) for name in "abc")
    async with rest.discord.hold("POST", rf"/channels/{first.id}/messages") as hold:
        under_way = asyncio.create_task(publisher.publish(first.id, POST, "a"))
        await hold.arrived.wait()
        gives_up = asyncio.create_task(publisher.publish(second.id, POST, "b"))
        waits = asyncio.create_task(publisher.publish(third.id, POST, "c"))
        await asyncio.sleep(0)
        gives_up.cancel()
        await asyncio.gather(gives_up, return_exceptions=True)
        assert not rest.discord.messages(third)
        hold.release()
        assert isinstance(await waits, Sent)
        assert isinstance(await under_way, Sent)
    assert not rest.discord.messages(second)


async def test_a_request_whose_connection_broke_off_gives_its_place_back(
    narrow: tuple[Rest, DiscordPublisher],
) -> None:
    rest, publisher = narrow
    rest.discord.fail_next("POST", rest.path, drop=True)
    assert isinstance(await publisher.publish(rest.channel.id, POST, "n"), RetryLater)
    assert isinstance(await publisher.publish(rest.channel.id, POST, "n"), Sent)


async def test_a_client_that_is_not_watched_is_no_client_for_a_publisher(rest: Rest) -> None:
    async with Client() as unwatched:
        with pytest.raises(ValueError, match="trace"):
            DiscordPublisher(unwatched, rest.traffic)


# ── rest ─────────────────────────────────────────────────────────────────────────────────


def _globally(seconds: float) -> Said:
    payload = {"message": "You are being rate limited.", "retry_after": seconds, "global": True}
    headers = {"Via": "1.1 google", "X-RateLimit-Global": "true", "Retry-After": str(seconds)}
    headers["Content-Type"] = "application/json"
    return Said(429, json.dumps(payload).encode(), headers)


def _banned(**headers: str) -> Said:
    return Said(429, headers={"Content-Type": "text/html", **headers})


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (_globally(90), 90),
        (_banned(**{"Retry-After": "600"}), 600),
        (_banned(), BANNED_FOR),
        (_banned(**{"Retry-After": "soon"}), BANNED_FOR),
        (_banned(**{"Retry-After": "nan"}), BANNED_FOR),
        (_banned(**{"Retry-After": "1e99"}), 86_400),
    ],
)
async def test_where_everything_is_refused_nothing_more_is_sent(
    rest: Rest, between: Between, answer: Said, seconds: float
) -> None:
    between.answer = answer
    assert isinstance(await rest.publish(), RetryLater)
    assert rest.traffic.resting() == pytest.approx(seconds, abs=5)
    outcome = await rest.publish()
    assert isinstance(outcome, RetryLater)
    assert outcome.refused
    assert outcome.after == pytest.approx(seconds * 1000, abs=5_000)
    assert between.count == 1


async def test_those_who_wait_for_their_place_are_sent_home_when_everything_rests(
    narrow: tuple[Rest, DiscordPublisher], between: Between
) -> None:
    _, publisher = narrow
    between.answer = _globally(300)
    between.open.clear()
    sending = [asyncio.create_task(publisher.publish(one, POST, f"{one}")) for one in (1, 2, 3)]
    await between.asked.acquire()
    between.open.set()
    outcomes = await asyncio.gather(*sending)
    assert all(isinstance(one, RetryLater) and one.refused for one in outcomes)
    assert between.count == 1


async def test_members_are_answered_while_everything_rests(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    @rest.client.tree.command(name="latest", description="The newest")
    async def latest(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Here.")

    await rest.client.tree.sync()
    ann = rest.discord.add_member(rest.guild, "Ann")
    async with connected(rest, monkeypatch):
        rest.traffic._pace.rest(asyncio.get_running_loop().time() + 300)
        for _ in range(60):
            rest.traffic._pace.take(asyncio.get_running_loop().time(), resting=True)
        reply = await rest.discord.slash(ann, rest.channel, "latest")
        assert reply.body["content"] == "Here."
        outcome = await rest.publish()
        assert isinstance(outcome, RetryLater)


async def test_what_others_ask_is_not_stopped_by_a_rest(rest: Rest) -> None:
    rest.traffic._pace.rest(asyncio.get_running_loop().time() + 300)
    assert (await rest.client.fetch_channel(rest.channel.id)).id == rest.channel.id
    assert isinstance(await rest.publish(), RetryLater)


# ── refused requests ─────────────────────────────────────────────────────────────────────


async def test_refused_requests_are_counted_as_discord_counts_them(rest: Rest) -> None:
    for status, code in ((403, 50013), (403, 50001), (404, 10003), (400, 50035), (503, 0)):
        rest.discord.fail_next("POST", rest.path, status=status, code=code)
        await rest.publish()
    assert rest.traffic.refused == 2
    rest.discord.fail_next("POST", rest.path, status=429, retry_after=300)
    await rest.publish()
    assert rest.traffic.refused == 2, "a limit that others share does not count"


async def test_the_refusals_of_others_than_the_publisher_count_as_well(rest: Rest) -> None:
    rest.discord.fail_next("GET", f"/channels/{rest.channel.id}", status=403, code=50001)
    with pytest.raises(discord.Forbidden):
        await rest.client.fetch_channel(rest.channel.id)
    assert rest.traffic.refused == 1


async def test_sending_rests_before_discord_locks_us_out_also_after_a_restart(rest: Rest) -> None:
    rest.traffic.restore([(wall(), REFUSALS - 1)])
    assert isinstance(await rest.publish(), Sent)
    rest.discord.fail_next("POST", rest.path, status=403, code=50013)
    await rest.publish(nonce="m")
    assert rest.traffic.resting() == pytest.approx(600, abs=15)
    before = len(rest.asked)
    outcome = await rest.publish(nonce="m")
    assert isinstance(outcome, RetryLater)
    assert outcome.refused
    assert len(rest.asked) == before
    after = Traffic(wall, rest.traffic.dump())
    assert after.refused == REFUSALS


# ── what is not Discord's own ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [200, 201, 400, 403, 404, 405, 413, 429, 500, 503, 524])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
async def test_an_answer_of_something_in_between_says_nothing_of_the_story_or_the_channel(
    rest: Rest, between: Between, monkeypatch: pytest.MonkeyPatch, status: int, kind: str
) -> None:
    hurry(monkeypatch)
    between.answer = Said(status, b'"no"', {"Content-Type": kind})
    outcomes: list[object] = [
        await rest.publish(),
        await rest.posted(),
        await rest.publisher.spread(rest.channel.id, 1),
        await rest.publisher.tell(1, "Paused.", "n"),
    ]
    assert {type(outcome) for outcome in outcomes} == {RetryLater}
