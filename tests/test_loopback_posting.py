"""Holds the loopback Discord to what the real client makes of it: messages and their refusals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
import discord
import pytest

from tests.loopback import LoopbackDiscord, NotOfferedError, Permission
from tests.loopback.sample import Client, World, call, place
from tests.shared import shared

POST_PATH = r"/channels/\d+/messages$"


# ── posting ──────────────────────────────────────────────────────────────────────────────


async def test_a_nonce_makes_one_message_of_two(world: World, client: Client) -> None:
    channel = place(client, world.news)
    first = await channel.send("once", nonce="story-1")
    second = await channel.send("twice", nonce="story-1")
    assert first.id == second.id
    assert world.posts == ["once"]
    world.server.advance(world.server.nonce_window + 1)
    await channel.send("later", nonce="story-1")
    world.server.forget_nonces()
    await channel.send("forgotten", nonce="story-1")
    assert world.posts == ["once", "later", "forgotten"]


async def test_the_nonce_of_a_deleted_message_is_not_found(world: World, client: Client) -> None:
    message = await place(client, world.news).send("gone", nonce="story-1")
    await message.delete()
    with pytest.raises(discord.NotFound) as refused:
        await place(client, world.news).send("gone", nonce="story-1")
    assert refused.value.code == 10008
    assert world.posts == []


async def test_a_500_after_acceptance_makes_no_second_message(world: World, client: Client) -> None:
    world.server.fail_next("POST", POST_PATH, status=500, accepted=True)
    await place(client, world.news).send("once")
    posts = [one.status for one in world.server.requests if one.path.endswith("/messages")]
    assert posts == [500, 200]
    assert world.posts == ["once"]


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_reset_connection_may_or_may_not_have_posted(
    world: World, client: Client, *, accepted: bool
) -> None:
    world.server.fail_next("POST", POST_PATH, accepted=accepted, drop=True)
    with pytest.raises(aiohttp.ClientOSError):
        await place(client, world.news).send("once", nonce="story-1")
    assert world.posts == ["once"] * accepted
    await place(client, world.news).send("once", nonce="story-1")
    assert world.posts == ["once"]
    assert not world.server.faults_left


async def test_errors_on_order_reach_the_client(world: World, client: Client) -> None:
    channel = place(client, world.news)
    world.server.fail_next("POST", POST_PATH, status=503, times=2)
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError):
            await channel.send("refused")
    world.server.fail_next("POST", POST_PATH, status=429, retry_after=0.01)
    world.server.fail_next("POST", POST_PATH, status=400, code=240000, message="Harmful link")
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send("retried, then refused")
    assert (refused.value.status, refused.value.code) == (400, 240000)
    assert [one.status for one in world.server.requests[-4:]] == [503, 503, 429, 400]
    assert world.posts == []
    assert not world.server.violations


async def test_an_answer_can_be_withheld_after_the_message_was_stored(
    world: World, client: Client
) -> None:
    async with world.server.hold("POST", POST_PATH) as hold:
        sending = asyncio.create_task(place(client, world.news).send("stored"))
        await asyncio.wait_for(hold.arrived.wait(), 5)
        assert world.posts == ["stored"]
        assert not sending.done()
    assert (await sending).id == world.server.messages(world.news)[0].id


async def test_who_died_before_the_answer_finds_the_message_by_its_nonce(
    world: World, client: Client
) -> None:
    async with world.server.hold("POST", POST_PATH) as hold:
        dying = asyncio.create_task(place(client, world.news).send("once", nonce="story-1"))
        await asyncio.wait_for(hold.arrived.wait(), 5)
        dying.cancel()
        again = await place(client, world.news).send("once", nonce="story-1")
    assert [one.id for one in world.server.messages(world.news)] == [again.id]


async def test_messages_are_edited_and_waited_for(world: World, client: Client) -> None:
    waiting = asyncio.create_task(world.server.wait_for_message(world.news, 2))
    for text in ("first", "second"):
        message = await place(client, world.news).send(text)
    stored = await waiting
    assert stored.content == "second"
    await message.edit(embed=discord.Embed(title="more"))
    assert (stored.content, [one["title"] for one in stored.embeds]) == ("second", ["more"])
    assert stored.edited_at is not None
    with pytest.raises(TimeoutError, match="fewer than 3 messages in news"):
        await world.server.wait_for_message(world.news, 3, timeout=0.01)


async def test_history_is_read_by_id_and_by_time(world: World, client: Client) -> None:
    channel, start = place(client, world.news), 1_700_000_000_000
    world.server.set_time(start)
    sent = []
    for minute in range(4):
        world.server.set_time(start + minute * 60_000)
        sent.append(await channel.send(str(minute)))
    since = datetime.fromtimestamp(start / 1000 + 90, UTC)
    assert [one.content async for one in channel.history(after=since)] == ["2", "3"]
    assert [one.content async for one in channel.history(limit=2)] == ["3", "2"]
    before = channel.history(before=sent[2], limit=1)
    assert [one.content async for one in before] == ["1"]
    after = channel.history(after=sent[0], limit=2)
    assert [one.content async for one in after] == ["1", "2"]
    around = channel.history(around=sent[2], limit=3)
    assert sorted([one.content async for one in around]) == ["1", "2", "3"]


async def test_what_others_wrote_is_blank_without_the_intent(world: World, client: Client) -> None:
    world.server.say(world.ann, world.news, "secret")
    await place(client, world.news).send("own")
    read = [one.content async for one in place(client, world.news).history()]
    assert read == ["own", ""]


# ── permissions ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.EMBED_LINKS, 50013),
    ],
)
async def test_a_post_without_permission_is_forbidden(
    world: World, client: Client, denied: Permission, code: int
) -> None:
    world.server.deny(world.news, denied)
    await client.wait_for("guild_channel_update", timeout=5)
    with pytest.raises(discord.Forbidden) as refused:
        await place(client, world.news).send(embed=discord.Embed(title="no"))
    assert refused.value.code == code
    _assert_agreed(world, client)
    world.server.allow(world.news, denied)
    await client.wait_for("guild_channel_update", timeout=5)
    await place(client, world.news).send(embed=discord.Embed(title="yes"))
    _assert_agreed(world, client)
    assert not world.server.violations


def _assert_agreed(world: World, client: Client) -> None:
    """Client and server must see the same permissions for the bot, bit by bit."""
    channel = place(client, world.news)
    here = world.server.permissions(world.news, world.server.bot_in(world.guild))
    assert channel.permissions_for(channel.guild.me).value == here


async def test_the_bots_role_can_be_changed(world: World, client: Client) -> None:
    world.server.set_everyone_permissions(world.guild, 0)
    await client.wait_for("guild_role_update", timeout=5)
    world.server.set_bot_permissions(world.guild, Permission.VIEW_CHANNEL)
    await client.wait_for("guild_role_update", timeout=5)
    _assert_agreed(world, client)
    with pytest.raises(discord.Forbidden) as refused:
        await place(client, world.news).send("no")
    assert refused.value.code == 50013


async def test_without_history_permission_the_history_is_empty(
    world: World, client: Client
) -> None:
    await place(client, world.news).send("own")
    world.server.deny(world.news, Permission.READ_MESSAGE_HISTORY)
    assert [one async for one in place(client, world.news).history()] == []


async def test_an_unknown_channel_is_not_found(world: World, client: Client) -> None:
    gone = client.get_partial_messageable(world.server.world.snowflake())
    with pytest.raises(discord.NotFound) as refused:
        await gone.send("hello")
    assert refused.value.code == 10003


async def test_a_forum_takes_no_plain_message(world: World, client: Client) -> None:
    forum = world.server.add_channel(world.guild, "forum", kind=15)
    with pytest.raises(discord.HTTPException) as refused:
        await client.get_partial_messageable(forum.id).send("hello")
    assert refused.value.code == 40058


@pytest.mark.usefixtures("client")
async def test_a_command_tells_members_and_the_bots_permissions(world: World) -> None:
    world.server.deny(world.news, Permission.EMBED_LINKS)
    mo = world.server.add_member(world.guild, "mo", Permission.MANAGE_MESSAGES)
    reply = await world.server.slash(mo, world.news, "subscribe", topic="world")
    both = (world.server.bot_in(world.guild), mo)
    here = [world.server.permissions(world.news, one) for one in both]
    assert here[0] != here[1]
    assert reply.body["content"].endswith(f"; {here}; {here}")
    world.server.deny(world.news, Permission.USE_APPLICATION_COMMANDS, world.ann)
    with pytest.raises(NotOfferedError, match="no commands"):
        await world.server.slash(world.ann, world.news, "latest")


# ── limits ───────────────────────────────────────────────────────────────────────────────


async def test_a_broken_limit_is_refused_and_recorded(world: World, client: Client) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place(client, world.news).send(embed=discord.Embed(title="x" * 257))
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert "embeds.0.title" in refused.value.text
    assert len(world.server.violations) == 1
    assert world.posts == []


async def test_an_empty_message_is_refused_and_recorded(world: World, client: Client) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place(client, world.news).send(" ")
    assert refused.value.code == 50006
    assert len(world.server.violations) == 1


async def test_an_unknown_route_is_recorded(server: LoopbackDiscord) -> None:
    answered = await call(server, "GET", "/sticker-packs")
    assert (answered.status, answered.payload["code"]) == (404, 0)
    assert server.violations == ["GET /sticker-packs: no such route here"]


async def test_rate_limits_are_enforced_only_when_asked_for(world: World) -> None:
    path = f"/channels/{world.news.id}/messages"
    generous = [await call(world.server, "POST", path, {"content": "a"}) for _ in range(7)]
    assert {one.status for one in generous} == {200}
    assert int(generous[-1].headers["X-RateLimit-Remaining"]) > 100
    world.server.strict_rate_limits = True
    strict = [await call(world.server, "POST", path, {"content": "b"}) for _ in range(6)]
    assert [one.status for one in strict] == [200] * 5 + [429]
    assert [one.headers["X-RateLimit-Remaining"] for one in strict] == [*"432100"]
    assert 0 < strict[-1].payload["retry_after"] <= 5
    assert "Via" in strict[-1].headers


async def test_a_bot_has_fifty_requests_a_second(world: World) -> None:
    world.server.strict_rate_limits = True
    path = f"/channels/{world.news.id}"
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {world.server.token}"}
        asked = (session.get(world.server.api_url + path, headers=headers) for _ in range(51))
        answers = await asyncio.gather(*asked)
        refused = [await one.json() for one in answers if one.status == 429]
    assert [one["global"] for one in refused] == [True]


async def test_replies_are_plain_json(world: World) -> None:
    answered = await call(world.server, "GET", f"/channels/{world.news.id}")
    assert answered.headers["Content-Type"] == "application/json"


async def test_the_schema_of_discord_is_applied(world: World) -> None:
    shared("discord-openapi/openapi.json")
    path = f"/channels/{world.news.id}/messages"
    answered = await call(world.server, "POST", path, {"content": "a", "tts": "yes"})
    assert (answered.status, answered.payload["code"]) == (400, 50035)
    assert "tts" in world.server.violations[0]
