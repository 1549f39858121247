"""The whole program, as a process, against a loopback Discord and a loopback feed server."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bot_process import TOKEN, bot, environment
from tests.loopback.feeds import LoopbackFeeds, item, rss, status
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Member, Message, Permission
from tests.subscribing import subscribe

_EXPLAINED = """<p>The council has voted for the bridge, in a close vote late at night.</p>
<h2>Why This Matters</h2><p>It ends the ferry, which 4,000 people take each day.</p>
<h2>What Happens Next</h2><p>Work will begin in May 2027.</p>"""


@dataclass
class World:
    """A Discord with one server, a feed server with one feed, and the bot's settings."""

    discord: LoopbackDiscord
    feeds: LoopbackFeeds
    folder: Path
    channel: Channel
    member: Member
    settings: dict[str, str]
    proofs: int = 0
    """How many stories the channel got as a proof that it is subscribed."""

    def tell(self, *titles: str) -> None:
        """Let the feed hold these stories; the newest is dated now, the others not at all.

        (Dates that are apart would make the bot poll less often than once a second.)
        """
        self.feeds.put(
            "/news.xml",
            rss(
                "The Gazette",
                [
                    item(
                        title,
                        f"https://gazette.example/{title.replace(' ', '-')}",
                        title,
                        "The council has voted.",
                        _EXPLAINED,
                        published=None if position or title == "Old story" else datetime.now(UTC),
                    )
                    for position, title in enumerate(titles)
                ],
            ),
        )

    async def subscribe(self) -> None:
        await self.discord.wait_until_ready()
        reply = await subscribe(self.discord, self.member, self.channel, topic="town", timeout=10)
        assert "✅" in reply.body["content"]
        if "is being posted" in reply.body["content"]:
            self.proofs = 1
            await self.discord.wait_for_message(self.channel, timeout=20)

    async def post(self, count: int = 1, timeout: float = 20) -> Message:  # noqa: ASYNC109  # as wait_for_message has it
        """Wait for so many posts behind the proof of the subscription; return the last."""
        return await self.discord.wait_for_message(
            self.channel, count=count + self.proofs, timeout=timeout
        )

    def posts(self) -> list[str]:
        """Name the posts behind the proof of the subscription."""
        messages = self.discord.messages(self.channel)
        return [message.embeds[0]["title"] for message in messages][self.proofs :]

    def press_explainer(self, post: Message) -> str:
        button, _ = [b for b in post.components[0]["components"] if "custom_id" in b]
        return str(button["custom_id"])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with LoopbackDiscord(token=TOKEN) as discord, LoopbackFeeds() as feeds:
        guild = discord.add_guild("Town")
        channel = discord.add_channel(guild, "news")
        member = discord.add_member(guild, "Ann")
        topics = tmp_path / "topics.toml"
        topics.write_text(f'[town]\ntitle = "Town"\nfeeds = ["{feeds.url("/news.xml")}"]\n')
        settings = environment(discord, tmp_path, topics)
        world = World(discord, feeds, tmp_path, channel, member, settings)
        world.tell("Old story")
        yield world
        assert not discord.violations


async def test_a_subscribed_channel_gets_a_new_story_once(world: World) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        (proof,) = world.discord.messages(world.channel)
        assert proof.embeds[0]["title"] == "Old story", "its newest story, and nothing else"

        world.tell("The bridge is voted for", "Old story")
        post = await world.post()

        embed = post.embeds[0]
        assert embed["title"] == "The bridge is voted for"
        assert embed["author"]["name"] == "The Gazette"
        assert embed["fields"][0]["name"] == "Why This Matters"
        assert embed["fields"][0]["value"] == "It ends the ferry, which 4,000 people take each day."
        link, more, _ = post.components[0]["components"]
        assert link["label"] == "Read Full Story at The Gazette"
        assert link["url"] == "https://gazette.example/The-bridge-is-voted-for"

        reply = await world.discord.press(world.member, world.channel, post, more["custom_id"])
        assert reply.ephemeral
        names = [field["name"] for field in reply.body["embeds"][0]["fields"]]
        assert names == ["Why This Matters", "What Happens Next", "Sources"]

        world.tell("Another story", "The bridge is voted for", "Old story")
        await world.post(2)
        assert world.posts() == ["The bridge is voted for", "Another story"]

        running.stop()
        assert await running.ended() == 0


async def test_a_story_without_a_picture_shows_that_of_its_own_page(world: World) -> None:
    picture = "https://cdn.gazette.example/bridge.jpg"
    page = f'<!doctype html><meta property="og:image" content="{picture}"><p>The bridge</p>'
    world.feeds.behave("/bridge", status(200, page.encode(), {"Content-Type": "text/html"}))

    def told(*titles: str) -> bytes:
        return rss("The Gazette", [item(t, world.feeds.url("/bridge"), t) for t in titles])

    world.feeds.put("/news.xml", told())
    async with bot({**world.settings, "FETCH_PAGES": "on"}, world.folder):
        await world.subscribe()
        world.feeds.put("/news.xml", told("The bridge is voted for"))
        post = await world.post()
    assert post.embeds[0]["image"]["url"] == picture
    assert len(world.feeds.asked("/bridge")) == 1


@pytest.mark.parametrize("nonces", ["remembered", "forgotten"])
async def test_a_story_is_posted_once_though_the_bot_dies_before_it_hears_of_it(
    world: World, nonces: str
) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        async with world.discord.hold("POST", rf"/channels/{world.channel.id}/messages") as hold:
            world.tell("The bridge is voted for", "Old story")
            await hold.arrived.wait()
            assert world.posts() == ["The bridge is voted for"]
            await running.kill()
    if nonces == "forgotten":
        world.discord.forget_nonces()
    async with bot(world.settings, world.folder):
        await world.discord.wait_until_ready()
        world.tell("Another story", "The bridge is voted for", "Old story")
        # A channel's stories are posted one after the other: the first one is settled by now.
        await world.post(2)
    assert world.posts() == ["The bridge is voted for", "Another story"]


async def test_a_restart_goes_on_where_it_was(world: World) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        world.tell("The bridge is voted for", "Old story")
        post = await world.post()
        running.interrupt()
        assert await running.ended() == 0
    assert world.discord.command_puts == 1

    world.tell("Told while it was away", "The bridge is voted for", "Old story")
    async with bot(world.settings, world.folder):
        await world.discord.wait_until_ready()
        reply = await world.discord.press(
            world.member, world.channel, post, world.press_explainer(post)
        )
        assert reply.ephemeral
        await world.post(2)
    assert world.posts() == ["The bridge is voted for", "Told while it was away"]
    assert world.discord.command_puts == 1, "commands that did not change are not registered again"


async def test_a_feed_that_fails_at_first_does_not_lose_its_first_story(world: World) -> None:
    world.feeds.behave("/news.xml", status(503))
    async with bot(world.settings, world.folder):
        await world.subscribe()
        world.tell("The first story", "Old story")
        await world.post(timeout=30)
    assert "The first story" in world.posts()


async def test_a_feed_that_is_empty_at_first_does_not_lose_its_first_story(world: World) -> None:
    world.tell()
    async with bot(world.settings, world.folder):
        await world.subscribe()
        world.tell("The first story")
        await world.post()
    assert world.posts() == ["The first story"]


async def test_discord_answering_with_errors_loses_no_story_and_doubles_none(world: World) -> None:
    async with bot(world.settings, world.folder):
        await world.subscribe()
        path = rf"/channels/{world.channel.id}/messages"
        world.discord.fail_next("POST", path, status=500, accepted=True)
        world.discord.fail_next("POST", path, status=503)
        world.discord.fail_next("POST", path, drop=True, accepted=True)
        world.tell("The bridge is voted for", "Old story")
        await world.post()
        world.tell("Another story", "The bridge is voted for", "Old story")
        await world.post(2, 30)
    assert world.posts() == ["The bridge is voted for", "Another story"]


async def test_latest_of_a_topic_that_nobody_gets_fetches_it_then_and_there(world: World) -> None:
    async with bot(world.settings, world.folder):
        await world.discord.wait_until_ready()
        reply = await world.discord.slash(world.member, world.channel, "latest", topic="town")
        assert reply.deferred
        assert not reply.ephemeral
        assert reply.body["embeds"][0]["title"] == "Old story"
        assert [f["name"] for f in reply.body["embeds"][0]["fields"]] == [
            "Why This Matters",
            "What Happens Next",
            "Sources",
        ]
        in_private = await world.discord.slash(world.member, None, "latest", topic="town")
        assert in_private.body["embeds"][0]["title"] == "Old story"


async def test_a_channel_that_the_bot_may_not_post_in_is_refused_with_what_is_missing(
    world: World,
) -> None:
    async with bot(world.settings, world.folder):
        await world.discord.wait_until_ready()
        world.discord.deny(world.channel, Permission.EMBED_LINKS)
        reply = await world.discord.slash(world.member, world.channel, "subscribe", topic="town")
        assert "**Embed Links**" in reply.body["content"]
        world.discord.allow(world.channel, Permission.EMBED_LINKS)
        world.discord.deny(world.channel, Permission.SEND_MESSAGES, world.member)
        reply = await world.discord.slash(world.member, world.channel, "subscribe", topic="town")
        assert "You may not write" in reply.body["content"]


async def test_a_channel_that_shuts_the_bot_out_is_paused_and_says_so(world: World) -> None:
    async with bot(world.settings, world.folder):
        await world.subscribe()
        other = world.discord.add_channel(world.member.guild, "talk")
        world.discord.deny(world.channel, Permission.SEND_MESSAGES)
        world.tell("The bridge is voted for", "Old story")

        listed: dict[str, Any] = {}
        async with asyncio.timeout(20):
            while "Paused" not in str(listed):
                listed = (await world.discord.slash(world.member, other, "subscriptions")).body
        assert "Send Messages" in str(listed)

        world.discord.allow(world.channel, Permission.SEND_MESSAGES)
        reply = await world.discord.slash(world.member, world.channel, "subscribe", topic="town")
        assert "again" in reply.body["content"]
        await world.post()
    assert world.posts() == ["The bridge is voted for"]


async def _fails(world: World, **changed: str) -> tuple[int, str]:
    async with bot({**world.settings, **changed}, world.folder) as running:
        return await running.ended(), running.log


async def test_a_wrong_token_ends_with_one_clear_sentence(world: World) -> None:
    code, log = await _fails(world, DISCORD_TOKEN="not.the.token")
    assert code == 4
    assert "Discord refuses DISCORD_TOKEN" in log
    assert "not.the.token" not in log
    assert "Traceback" not in log


async def test_every_wrong_setting_is_named_at_once(world: World) -> None:
    code, log = await _fails(world, DISCORD_TOKEN="oops", FEED_MIN_INTERVAL="soon", LOG_LEVEL="x")
    assert code == 3
    assert all(name in log for name in ("DISCORD_TOKEN", "FEED_MIN_INTERVAL", "LOG_LEVEL"))
    assert "oops" not in log


async def test_two_programs_never_share_a_database(world: World) -> None:
    async with bot(world.settings, world.folder):
        await world.discord.wait_until_ready()
        code, log = await _fails(world)
        assert code == 5
        assert "in use by another Wherefore" in log


async def test_a_gateway_that_refuses_the_intents_ends_the_program(world: World) -> None:
    async with bot(world.settings, world.folder) as running:
        ended = asyncio.create_task(running.ended())
        while not ended.done():
            # Discord says so to each new connection; a client may miss it once.
            await world.discord.until(lambda: world.discord.ready or ended.done(), 10, "no bot")
            await world.discord.close_gateway(4014)
            await asyncio.wait([ended], timeout=1)
        assert ended.result() == 4
        assert "intents" in running.log


async def test_a_bug_ends_the_program_within_ten_seconds_with_its_reason(world: World) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        with closing(sqlite3.connect(world.folder / "bot.db")) as raw:
            raw.execute("DROP TABLE article_key")
        world.tell("The bridge is voted for", "Old story")
        assert await running.ended(10) == 1
        assert "no such table: article_key" in running.log


async def test_it_stops_within_ten_seconds_though_discord_does_not_answer(world: World) -> None:
    async with bot(world.settings, world.folder) as running:
        await world.subscribe()
        async with world.discord.hold("POST", rf"/channels/{world.channel.id}/messages") as hold:
            world.tell("The bridge is voted for", "Old story")
            await hold.arrived.wait()
            running.stop()
            assert await running.ended(10) == 0
    async with bot(world.settings, world.folder):
        world.tell("Another story", "The bridge is voted for", "Old story")
        await world.post(2)
    assert world.posts() == ["The bridge is voted for", "Another story"]


async def test_the_token_never_reaches_the_log(world: World) -> None:
    async with bot({**world.settings, "LOG_LEVEL": "debug"}, world.folder) as running:
        await world.subscribe()
        running.stop()
        assert await running.ended() == 0
        assert TOKEN not in running.log
        assert "commands registered" in running.log


async def test_it_stops_while_its_commands_are_being_registered(world: World) -> None:
    async with (
        world.discord.hold("PUT", "/commands") as hold,
        bot(world.settings, world.folder) as running,
    ):
        await hold.arrived.wait()
        running.stop()
        assert await running.ended(10) == 0


async def test_a_bot_that_may_not_read_history_is_not_subscribed(world: World) -> None:
    async with bot(world.settings, world.folder):
        await world.discord.wait_until_ready()
        world.discord.deny(world.channel, Permission.READ_MESSAGE_HISTORY)
        reply = await world.discord.slash(world.member, world.channel, "subscribe", topic="town")
        assert "**Read Message History**" in reply.body["content"]
