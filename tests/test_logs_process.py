"""The log of the real program: what it says of a whole life, and never its secrets."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot_process import TOKEN, BotProcess, bot, environment
from tests.logged import KEY
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Member
from tests.subscribing import subscribe

_FEED_KEY = "fe3dk3yfe3dk3y"


class Place:
    """A server with a member, and two feeds whose addresses hold a key and the bot's own token."""

    def __init__(self, discord: LoopbackDiscord, feeds: LoopbackFeeds, folder: Path) -> None:
        self.discord, self.feeds, self.folder = discord, feeds, folder
        guild = discord.add_guild("Town")
        self.channel: Channel = discord.add_channel(guild, "news")
        self.ann: Member = discord.add_member(guild, "Ann")
        topics = folder / "topics.toml"
        addresses = [
            f"{feeds.url('/news.xml')}?key={_FEED_KEY}", f"{feeds.url('/gone.xml')}?{TOKEN}"
        ]  # fmt: skip
        topics.write_text(f'[town]\ntitle = "Town"\nfeeds = {json.dumps(addresses)}\n')
        self.settings = environment(discord, folder, topics) | {"LOG_LEVEL": "debug"}

    def tell(self, title: str) -> None:
        told = item(title, "https://gazette.example/1", title, "The council has voted.", "<p>a</p>")
        self.feeds.put("/news.xml", rss("The Gazette", [told]))


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with LoopbackDiscord(token=TOKEN) as discord, LoopbackFeeds() as feeds:
        yield Place(discord, feeds, tmp_path)


async def _live(place: Place, running: BotProcess) -> None:
    place.tell("A \x1b[31mstory\nof %s")
    await place.discord.wait_until_ready()
    await subscribe(place.discord, place.ann, place.channel, topic="town", timeout=10)
    await place.discord.wait_for_message(place.channel, timeout=20)
    async with asyncio.timeout(10):
        while "feed failed" not in running.log:  # noqa: ASYNC110  # another process writes it
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("style", ["json", "console"])
async def test_a_life_is_told_from_start_to_stop_and_holds_no_secret(
    place: Place, style: str
) -> None:
    async with bot({**place.settings, "LOG_FORMAT": style}, place.folder) as running:
        await _live(place, running)
        running.stop()
        assert await running.ended() == 0
        told = running.log
    assert not [secret for secret in (TOKEN, _FEED_KEY, "Bot loop") if secret in told]
    assert str(place.ann.id) not in told, "who asks is nobody's business"
    assert "Ann" not in told
    if style == "console":
        assert "why=SIGTERM after=" in told
        return
    events = {line["event"]: line for line in map(json.loads, told.splitlines())}
    start = events["watching feeds"]
    assert (start["topics"], start["feeds"], start["model"]) == (1, 2, "none")
    assert start["database"].endswith("bot.db")
    assert start["health"] == "off"
    assert start["version"]
    settled = events["delivery settled"]
    assert settled["state"] == "sent"
    assert (settled["channel"], settled["topic"]) == (place.channel.id, "town")
    assert settled["guild"] == place.ann.guild.id
    assert events["feed failed"]["address"].endswith("/gone.xml")
    stop = events["stopping"]
    assert stop["why"] == "SIGTERM"
    assert stop["after"] >= 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _given(pid: int) -> bytes:
    place = Path(f"/proc/{pid}")
    return (place / "environ").read_bytes() + (place / "cmdline").read_bytes()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux tells")
async def test_what_parses_the_documents_of_strangers_is_not_given_the_token(place: Place) -> None:
    async with bot(place.settings, place.folder) as running:
        await _live(place, running)
        children = _children(running.pid)
        given = [_given(pid) for pid in children]
        running.stop()
        assert await running.ended() == 0
    assert len(children) >= 2, "its server, and the one that parses"
    assert any(b"DATABASE_URL" in one for one in given)
    assert not [one for one in given if TOKEN.encode() in one]


async def test_a_crash_tells_its_reason_and_no_secret(place: Place) -> None:
    async with bot(place.settings, place.folder) as running:
        await _live(place, running)
        with closing(sqlite3.connect(place.folder / "bot.db")) as raw:
            raw.execute("DROP TABLE article_key")
        place.tell("Another story")
        assert await running.ended(15) == 1
        told = running.log
    assert "no such table: article_key" in told
    assert not [secret for secret in (TOKEN, _FEED_KEY) if secret in told]
    stop = next(json.loads(line) for line in told.splitlines() if '"stopping"' in line)
    assert stop["why"] == "a part of it has failed"


_WRONG = {
    "DISCORD_TOKEN": f"not a token {KEY}",
    "EXPLAINER_API_KEY": f"{KEY} {KEY}",
    "FEED_MIN_INTERVAL": KEY,
    "DISCORD_API_URL": f"http://ann:{KEY}@127.0.0.1:1 /",
    "DATABASE_URL": f"postgres://ann:{KEY}@127.0.0.1/x",
    "EXPLAINER_BASE_URL": f"http://gazette.example/v1?api_key={KEY}",
}


@pytest.mark.parametrize("changed", [{"DISCORD_TOKEN": f"{KEY}.not.it"}, _WRONG])
async def test_settings_that_are_refused_are_not_repeated(
    place: Place, changed: dict[str, str]
) -> None:
    async with bot({**place.settings, **changed}, place.folder) as running:
        assert await running.ended() in {3, 4}
        assert not [name for name in changed if name not in running.log]
        assert KEY not in running.log
        assert KEY[8:24] not in running.log
        assert "Traceback" not in running.log
