"""Holds the loopback Discord to what the real client makes of it: sessions, commands, buttons."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Self

import aiohttp
import discord
import pytest
from discord import ui

from tests.loopback import LoopbackDiscord, NotConnectedError, NotOfferedError, Permission
from tests.loopback.sample import Background, Client, World, call, place, pointed_at, running

# ── logging in ───────────────────────────────────────────────────────────────────────────


async def test_the_client_logs_in_and_sees_its_guild(world: World, client: Client) -> None:
    assert [guild.id for guild in client.guilds] == [world.guild.id]
    assert place(client, world.news).name == "news"
    assert client.application_id == world.server.world.application_id
    assert world.server.identifies == 1
    assert world.server.command_puts == 1
    assert ("GET", "/users/@me", 200) in [one[:3] for one in world.server.requests]
    assert not world.server.violations


async def test_a_wrong_token_fails_the_login(server: LoopbackDiscord) -> None:
    async with Client(discord.Intents(guilds=True)) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("another token")
    assert [one.status for one in server.requests] == [401]


async def test_an_intent_that_was_not_granted_closes_the_gateway(server: LoopbackDiscord) -> None:
    async with Client(discord.Intents(guilds=True, message_content=True)) as client:
        await client.login(server.token)
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.connect()


@pytest.mark.parametrize(
    ("code", "error"),
    [(4014, discord.PrivilegedIntentsRequired), (4004, discord.ConnectionClosed)],
)
async def test_a_final_close_code_ends_the_client(
    world: World, code: int, error: type[Exception]
) -> None:
    async with Client(discord.Intents(guilds=True)) as client:
        await client.login(world.server.token)
        ended = asyncio.create_task(client.connect())
        await world.server.wait_until_ready()
        await world.server.close_gateway(code)
        with pytest.raises(error):
            await ended
    assert not world.server.ready


async def test_a_lost_connection_is_resumed_and_misses_nothing(
    world: World, client: Client
) -> None:
    await world.server.close_gateway(4000)
    late = world.server.add_channel(world.guild, "late")
    await asyncio.wait_for(client.resumed.wait(), 5)
    assert world.server.resumes == 1
    assert world.server.identifies == 1
    assert place(client, late).name == "late"


async def test_a_client_that_is_asked_to_reconnect_resumes(world: World, client: Client) -> None:
    world.server.reconnect_gateway()
    await asyncio.wait_for(client.resumed.wait(), 5)
    assert (world.server.resumes, world.server.identifies) == (1, 1)


@pytest.mark.usefixtures("client")
async def test_a_session_that_is_over_is_identified_anew(world: World) -> None:
    world.server.invalidate_gateway()
    await world.server.until(lambda: world.server.identifies == 2)
    await world.server.wait_until_ready()
    assert world.server.resumes == 0


async def test_a_client_opens_as_many_shards_as_it_is_told() -> None:
    async with LoopbackDiscord(shards=2) as server:
        guilds = [server.add_guild(str(number)) for number in range(3)]
        with pointed_at(server):
            async with running(server) as client:
                assert {guild.id for guild in client.guilds} == {guild.id for guild in guilds}
                assert len(client.shards) == 2
        assert server.identifies == 2
        assert not server.violations


async def test_a_gateway_that_is_down_lets_nobody_in(server: LoopbackDiscord) -> None:
    server.gateway_down = True
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(server.gateway_url)
    assert server.identifies == 0


async def test_the_world_outlives_the_bot(world: World) -> None:
    async with running(world.server) as first:
        await place(first, world.news).send("before")
    ids = [command["id"] for command in world.server.commands]
    async with running(world.server) as second:
        await place(second, world.news).send("after")
    assert world.posts == ["before", "after"]
    assert [command["id"] for command in world.server.commands] == ids
    assert (world.server.identifies, world.server.command_puts) == (2, 2)


async def test_guilds_and_channels_come_and_go_while_the_bot_runs(
    world: World, client: Client
) -> None:
    guild = world.server.add_guild("Second")
    channel = world.server.add_channel(guild, "talk")
    await client.wait_for("guild_channel_create", timeout=5)
    assert place(client, channel).guild.name == "Second"
    world.server.remove_channel(channel)
    await client.wait_for("guild_channel_delete", timeout=5)
    world.server.remove_guild(guild)
    await client.wait_for("guild_remove", timeout=5)
    assert client.get_guild(guild.id) is None


async def test_nobody_can_act_while_no_bot_is_there(world: World) -> None:
    async with running(world.server):
        pass
    world.server.invalidate_gateway()
    with pytest.raises(NotConnectedError):
        await world.server.slash(world.ann, world.news, "latest")


# ── commands, suggestions, buttons ───────────────────────────────────────────────────────


@pytest.mark.usefixtures("client")
async def test_a_slash_command_with_a_channel_is_answered(world: World) -> None:
    other = world.server.add_channel(world.guild, "other")
    reply = await world.server.slash(
        world.ann, world.news, "subscribe", topic="technology", channel=other
    )
    assert reply.body["content"].startswith(f"technology in {other.id}")
    assert reply.ephemeral
    assert not reply.deferred
    assert 0 < reply.acknowledged_after < 3
    assert world.posts == []
    assert not world.server.violations


@pytest.mark.usefixtures("client")
async def test_what_is_typed_is_completed(world: World) -> None:
    choices = await world.server.autocomplete(
        world.ann, world.news, "subscribe", focused="topic", value="te"
    )
    assert choices == [
        {"name": "Technology", "value": "technology"},
        {"name": "Telescopes", "value": "telescopes"},
    ]
    assert not world.server.violations


@pytest.mark.usefixtures("client")
async def test_a_followup_takes_the_place_of_thinking(world: World) -> None:
    reply = await world.server.slash(world.ann, world.news, "latest", pages=2)
    assert (reply.body["content"], reply.deferred, reply.ephemeral) == ("the answer", True, False)
    await world.server.until(lambda: len(reply.followups) == 1)
    assert reply.followups[0]["content"] == "one more"
    assert world.posts == ["the answer"]
    assert not world.server.violations


@pytest.mark.usefixtures("client")
async def test_who_sees_an_answer_is_settled_when_it_is_deferred(world: World) -> None:
    reply = await world.server.slash(world.ann, None, "latest")
    assert (reply.body["content"], reply.ephemeral) == ("the answer", True)
    assert reply.message is not None
    assert reply.message.channel is world.server.dm(world.ann)
    assert not world.server.violations


@pytest.mark.usefixtures("client")
async def test_a_deferred_answer_can_be_edited_in(world: World) -> None:
    reply = await world.server.slash(world.ann, world.news, "edited")
    assert [embed["title"] for embed in reply.body["embeds"]] == ["in the end"]
    assert not world.server.violations


@pytest.mark.usefixtures("client")
async def test_a_subcommand_is_offered_to_whom_it_is_meant_for(world: World) -> None:
    moderator = world.server.add_member(world.guild, "mo", Permission.MANAGE_GUILD)
    reply = await world.server.slash(moderator, world.news, "feed add", url="https://a.example")
    assert reply.body["content"] == "added https://a.example"
    with pytest.raises(NotOfferedError, match="hidden"):
        await world.server.slash(world.ann, world.news, "feed add", url="https://a.example")
    with pytest.raises(NotOfferedError, match="context"):
        await world.server.slash(moderator, None, "feed add", url="https://a.example")


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("nothing", {}),
        ("subscribe", {}),
        ("subscribe", {"topic": 5}),
        ("subscribe", {"topic": "world", "colour": "red"}),
        ("latest", {"pages": 4}),
        ("feed", {}),
        ("feed remove", {}),
    ],
)
async def test_an_app_does_not_send_what_the_command_does_not_take(
    world: World, command: str, options: dict[str, Any]
) -> None:
    moderator = world.server.add_member(world.guild, "mo", Permission.MANAGE_GUILD)
    with pytest.raises(NotOfferedError):
        await world.server.slash(moderator, world.news, command, **options)


@pytest.mark.usefixtures("client")
async def test_a_message_command_reads_its_target(world: World) -> None:
    message = world.server.say(world.ann, world.news, "look at this")
    reply = await world.server.menu(world.ann, world.news, "Why this matters", message)
    assert reply.body["content"] == "about look at this"


async def test_a_button_works_after_a_restart(world: World) -> None:
    async with running(world.server) as first:
        view = ui.View(timeout=None)
        view.add_item(Background(42))
        await place(first, world.news).send("a story", view=view)
    posted = world.server.messages(world.news)[0]
    async with running(world.server):
        for pressable in (posted, posted.id, posted.body):
            reply = await world.server.press(world.ann, world.news, pressable, "explain:42")
            assert (reply.body["content"], reply.ephemeral) == ("story 42", True)
        with pytest.raises(NotOfferedError):
            await world.server.press(world.ann, world.news, posted, "explain:43")
    assert not world.server.violations


async def test_a_button_may_change_its_message(world: World, client: Client) -> None:
    class Flip(ui.View):
        @ui.button(label="Flip", custom_id="flip")
        async def flip(self, interaction: discord.Interaction[Any], _: ui.Button[Self]) -> None:
            await interaction.response.edit_message(content="flipped")

    await place(client, world.news).send("unflipped", view=Flip(timeout=None))
    posted = world.server.messages(world.news)[0]
    reply = await world.server.press(world.ann, world.news, posted, "flip")
    assert reply.updated
    assert world.posts == ["flipped"]


async def test_a_button_may_be_deferred_in_silence(world: World, client: Client) -> None:
    class Slow(ui.View):
        @ui.button(label="Slow", custom_id="slow")
        async def slow(self, interaction: discord.Interaction[Any], _: ui.Button[Self]) -> None:
            await interaction.response.defer()
            await interaction.followup.send("at last", ephemeral=True)

    await place(client, world.news).send("a story", view=Slow(timeout=None))
    posted = world.server.messages(world.news)[0]
    reply = await world.server.press(world.ann, world.news, posted, "slow")
    assert (reply.body["content"], reply.ephemeral, reply.deferred) == ("at last", True, True)
    assert not reply.updated
    assert world.posts == ["a story"]


async def test_an_answer_that_is_too_long_is_refused(world: World, client: Client) -> None:
    with pytest.raises(TimeoutError, match=r"data\.content"):
        await world.server.slash(world.ann, world.news, "wordy", timeout=0.2)
    assert [getattr(error, "code", None) for error in client.failures] == [50035]
    assert len(world.server.violations) == 1


async def test_an_answer_after_three_seconds_is_lost(world: World, client: Client) -> None:
    world.server.callback_seconds = 0
    with pytest.raises(TimeoutError):
        await world.server.slash(world.ann, world.news, "latest", timeout=0.2)
    assert [getattr(error, "code", None) for error in client.failures] == [10062]


@pytest.mark.usefixtures("client")
async def test_an_interaction_is_acknowledged_once_and_lives_for_fifteen_minutes(
    world: World,
) -> None:
    await world.server.slash(world.ann, world.news, "edited")
    callback = next(one.path for one in world.server.requests if "callback" in one.path)
    again = await call(world.server, "POST", callback, {"type": 4, "data": {"content": "more"}})
    assert (again.status, again.payload["code"]) == (400, 40060)
    token = callback.split("/")[3]
    path = f"/webhooks/{world.server.world.application_id}/{token}"
    followup = await call(world.server, "POST", path, {"content": "late"})
    assert followup.status == 200
    world.server.advance(15 * 60 + 1)
    followup = await call(world.server, "POST", path, {"content": "too late"})
    assert (followup.status, followup.payload["code"]) == (401, 50027)


async def test_it_can_be_started_by_hand() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.loopback", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(4)]
    process.terminate()
    await process.communicate()
    assert lines[0].startswith("DISCORD_API_URL=http://127.0.0.1:")
    assert lines[1].startswith("DISCORD_GATEWAY_URL=ws://127.0.0.1:")
    assert lines[2] == "DISCORD_TOKEN=loopback-token\n"
