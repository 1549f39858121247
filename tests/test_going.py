"""The whole program, as a process, while servers, channels and permissions come and go."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.bot_process import TOKEN, BotProcess, bot, environment
from tests.loopback.feeds import LoopbackFeeds, rss
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Permission
from tests.subscribing import subscribe
from tests.test_bot import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with LoopbackDiscord(token=TOKEN) as discord, LoopbackFeeds() as feeds:
        guild = discord.add_guild("Town")
        channel = discord.add_channel(guild, "news")
        member = discord.add_member(guild, "Ann")
        topics = tmp_path / "topics.toml"
        feed = feeds.url("/news.xml")
        topics.write_text(
            f'[town]\ntitle = "Town"\nfeeds = ["{feed}"]\n\n'
            f'[quiet]\ntitle = "Quiet"\nfeeds = ["{feeds.url("/quiet.xml")}"]\n'
        )
        settings = environment(discord, tmp_path, topics)
        world = World(discord, feeds, tmp_path, channel, member, settings)
        feeds.put("/quiet.xml", rss("The Quiet", []))
        world.tell("Old story")
        yield world
        assert not discord.violations


def rows(world: World, sql: str) -> list[Any]:
    with closing(sqlite3.connect(world.folder / "bot.db")) as raw:
        return raw.execute(sql).fetchall()


async def until(world: World, held: Callable[[], bool], what: str) -> None:
    """Wait for something that nobody announces: the bot's own requests are what wakes this."""
    await world.discord.until(held, 20, what)


async def logged(running: BotProcess, world: World, words: str) -> None:
    """Wait until the bot has said something in its log."""
    await world.discord.wait_until_ready()
    async with asyncio.timeout(20):
        while words not in running.log:
            # Each answer takes as long as the bot does: nothing is slept through.
            await world.discord.slash(world.member, world.channel, "topics")


def said(world: World, channel: Channel) -> list[str]:
    return [m.content for m in world.discord.messages(channel) if "paused" in m.content]


async def subscribe_another(world: World) -> Channel:
    """Let another channel of the server have news, too, of which there are none."""
    other = world.discord.add_channel(world.member.guild, "talk")
    reply = await subscribe(world.discord, world.member, other, topic="quiet", timeout=10)
    assert "✅" in reply.body["content"]
    return other


async def test_a_permission_that_is_given_back_lets_the_waiting_story_out_by_itself(
    world: World,
) -> None:
    private = world.discord.dm(world.member)
    async with bot(world.settings, world.folder):
        await world.subscribe()
        other = await subscribe_another(world)
        world.discord.deny(world.channel, Permission.SEND_MESSAGES)
        world.tell("The bridge is voted for", "Old story")
        await until(world, lambda: bool(said(world, private)), "the member is not told")
        await until(world, lambda: bool(said(world, other)), "the server is not told")
        (text,) = said(world, private)
        assert f"<#{world.channel.id}>" in text
        assert "Send Messages" in text

        world.discord.allow(world.channel, Permission.SEND_MESSAGES)
        await world.post()
        world.tell("Another story", "The bridge is voted for", "Old story")
        await world.post(2)
    assert world.posts() == ["The bridge is voted for", "Another story"]
    assert len(said(world, private)) == 1
    assert len(said(world, other)) == 1


async def test_a_member_who_takes_no_direct_messages_does_not_keep_the_server_from_hearing(
    world: World,
) -> None:
    world.member.closed = True
    async with bot(world.settings, world.folder):
        await world.subscribe()
        other = await subscribe_another(world)
        world.discord.set_bot_permissions(world.member.guild, 0)
        world.discord.allow(
            other,
            Permission.VIEW_CHANNEL
            | Permission.SEND_MESSAGES
            | Permission.EMBED_LINKS
            | Permission.READ_MESSAGE_HISTORY,
        )
        world.discord.deny(world.channel, Permission.EMBED_LINKS)
        world.tell("The bridge is voted for", "Old story")
        await until(world, lambda: bool(said(world, other)), "the server is not told")
    assert said(world, world.discord.dm(world.member)) == []


async def test_a_pause_outlives_a_restart_and_ends_with_what_changed_meanwhile(
    world: World,
) -> None:
    private = world.discord.dm(world.member)
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        world.discord.deny(world.channel, Permission.SEND_MESSAGES)
        world.tell("The bridge is voted for", "Old story")
        await until(world, lambda: bool(said(world, private)), "the member is not told")
        await running.kill()
    world.discord.allow(world.channel, Permission.SEND_MESSAGES)
    async with bot(world.settings, world.folder):
        await world.post()
    assert world.posts() == ["The bridge is voted for"]
    assert len(said(world, private)) == 1


async def test_a_channel_that_is_deleted_while_it_runs_ends_its_subscription(
    world: World,
) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        news, world.channel = world.channel, world.discord.add_channel(world.member.guild, "talk")
        world.discord.remove_channel(news)
        await logged(running, world, "a channel with subscriptions is gone")
        assert rows(world, "SELECT * FROM subscription") == []


async def test_a_channel_that_is_deleted_while_it_is_away_ends_its_subscription(
    world: World,
) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        other = await subscribe_another(world)
        running.stop()
        assert await running.ended() == 0
    world.discord.remove_channel(world.channel)
    world.channel = other
    async with bot(world.settings, world.folder) as running:
        await logged(running, world, "a channel with subscriptions is gone")
    assert rows(world, "SELECT channel_id FROM subscription") == [(other.id,)]


async def test_a_server_that_puts_it_out_while_it_is_away_goes_on_when_it_is_back(
    world: World,
) -> None:
    guild = world.member.guild
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        running.stop()
        assert await running.ended() == 0
    elsewhere = world.discord.add_guild("Elsewhere")
    world.discord.remove_guild(guild)
    news, world.channel = world.channel, world.discord.add_channel(elsewhere, "talk")
    ann, world.member = world.member, world.discord.add_member(elsewhere, "Bob")
    async with bot(world.settings, world.folder) as running:
        await logged(running, world, "left a server")
        assert rows(world, "SELECT guild_id FROM departure") == [(guild.id,)]
        world.tell("While it was out", "Old story")
        world.discord.invite_again(guild)
        await logged(running, world, "back in a server")
        world.channel, world.member = news, ann
        world.tell("The bridge is voted for", "While it was out", "Old story")
        both = {"While it was out", "The bridge is voted for"}
        await world.discord.until(lambda: both <= set(world.posts()), 20, "they are not posted")
    assert rows(world, "SELECT guild_id FROM departure") == []
    assert said(world, world.discord.dm(ann)) == []


async def test_an_outage_of_a_server_changes_nothing(world: World) -> None:
    async with bot(world.settings, world.folder):
        await world.subscribe()
        before = rows(world, "SELECT * FROM subscription")
        world.discord.take_guild_offline(world.member.guild)
        world.discord.bring_guild_back(world.member.guild)
        world.tell("The bridge is voted for", "Old story")
        await world.post()
    assert rows(world, "SELECT * FROM subscription") == before
    assert rows(world, "SELECT * FROM departure") == []
    assert world.posts() == ["The bridge is voted for"]
