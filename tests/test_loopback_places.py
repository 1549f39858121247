"""Holds the loopback Discord to what the real client makes of it: publishing, DMs, outages."""

from __future__ import annotations

import discord
import pytest

from tests.loopback import Permission
from tests.loopback.sample import Client, World, call, place, running

# ── publishing to followers ──────────────────────────────────────────────────────────────


async def test_a_message_is_published_once(world: World, client: Client) -> None:
    world.server.set_kind(world.news, 5)
    await client.wait_for("guild_channel_update", timeout=5)
    assert place(client, world.news).is_news()
    message = await place(client, world.news).send("news")
    await message.publish()
    await message.edit(content="later news")
    [stored] = world.server.messages(world.news)
    assert stored.crossposted
    assert (await message.fetch()).flags.crossposted
    with pytest.raises(discord.HTTPException) as refused:
        await message.publish()
    assert (refused.value.status, refused.value.code) == (400, 40033)


async def test_only_announcement_channels_publish(world: World, client: Client) -> None:
    message = await place(client, world.news).send("news")
    with pytest.raises(discord.HTTPException) as refused:
        await message.publish()
    assert refused.value.code == 50024


async def test_what_others_wrote_takes_another_permission_to_publish(
    world: World, client: Client
) -> None:
    world.server.set_kind(world.news, 5)
    said = world.server.say(world.ann, world.news, "hello")
    message = await place(client, world.news).fetch_message(said.id)
    with pytest.raises(discord.Forbidden):
        await message.publish()
    world.server.allow(world.news, Permission.MANAGE_MESSAGES)
    await message.publish()
    assert said.crossposted


async def test_ten_messages_an_hour_are_published(world: World, client: Client) -> None:
    world.server.set_kind(world.news, 5)
    other = world.server.add_channel(world.guild, "other", 5)
    sent = [await place(client, world.news).send(str(number)) for number in range(11)]
    for message in sent[:10]:
        await message.publish()
    path = f"/channels/{world.news.id}/messages/{sent[10].id}/crosspost"
    refused = await call(world.server, "POST", path)
    assert (refused.status, refused.headers["X-RateLimit-Scope"]) == (429, "user")
    assert 3500 < refused.payload["retry_after"] <= 3600
    await (await client.get_partial_messageable(other.id).send("other")).publish()
    world.server.advance(refused.payload["retry_after"])
    await sent[10].publish()
    assert world.server.messages(world.news)[10].crossposted


# ── direct messages ──────────────────────────────────────────────────────────────────────


async def test_a_person_can_be_written_to(world: World, client: Client) -> None:
    there = await client.create_dm(discord.Object(world.ann.id))
    await there.send("hello")
    assert [one.content for one in world.server.messages(world.server.dm(world.ann))] == ["hello"]
    seen = await call(world.server, "GET", f"/channels/{there.id}")
    assert seen.payload["recipients"][0]["id"] == str(world.ann.id)


async def test_who_is_closed_to_messages_gets_none(world: World, client: Client) -> None:
    world.ann.closed = True
    there = await client.create_dm(discord.Object(world.ann.id))
    with pytest.raises(discord.Forbidden) as refused:
        await there.send("hello")
    assert refused.value.code == 50007


async def test_nobody_is_written_to_who_does_not_exist(client: Client) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await client.create_dm(discord.Object(1))
    assert refused.value.code == 50033


# ── guilds that come and go ──────────────────────────────────────────────────────────────


async def test_an_outage_is_no_removal(world: World, client: Client) -> None:
    world.server.take_guild_offline(world.guild)
    gone = await client.wait_for("guild_unavailable", timeout=5)
    assert gone.id == world.guild.id
    late = world.server.add_channel(world.guild, "late")
    world.server.bring_guild_back(world.guild)
    await client.wait_for("guild_available", timeout=5)
    assert place(client, late).name == "late"


async def test_a_guild_with_an_outage_is_named_at_the_start(world: World) -> None:
    world.server.take_guild_offline(world.guild)
    async with running(world.server) as client:
        assert [one.id for one in client.guilds] == [world.guild.id]
        assert client.guilds[0].unavailable
        world.server.bring_guild_back(world.guild)
        await client.wait_for("guild_available", timeout=5)
        assert place(client, world.news).name == "news"


async def test_an_invitation_is_a_guild_that_is_joined(world: World, client: Client) -> None:
    guild = world.server.add_guild("Second")
    joined = await client.wait_for("guild_join", timeout=5)
    assert joined.id == guild.id


async def test_a_bot_that_was_put_out_reaches_no_channel(world: World, client: Client) -> None:
    channel = place(client, world.news)
    world.server.remove_guild(world.guild)
    await client.wait_for("guild_remove", timeout=5)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("hello")
    assert refused.value.code == 50001
    world.server.invite_again(world.guild)
    await client.wait_for("guild_join", timeout=5)
    await place(client, world.news).send("hello")
    assert world.posts == ["hello"]


async def test_a_guild_and_its_channels_can_be_fetched(world: World, client: Client) -> None:
    hidden = world.server.add_channel(world.guild, "hidden")
    world.server.deny(hidden, Permission.VIEW_CHANNEL)
    guild = await client.fetch_guild(world.guild.id)
    assert guild.name == "Guild"
    assert [one.id for one in await guild.fetch_channels()] == [world.news.id]
    with pytest.raises(discord.NotFound):
        await client.fetch_guild(1)


# ── roles ────────────────────────────────────────────────────────────────────────────────


async def test_a_command_takes_a_role(world: World, client: Client) -> None:
    assert client.guilds
    mo = world.server.add_member(world.guild, "mo", Permission.MANAGE_GUILD)
    readers = world.server.add_role(world.guild, "readers", mentionable=True)
    reply = await world.server.slash(mo, world.news, "feed tell", role=readers)
    assert reply.body["content"] == "readers True"


async def test_the_bot_hears_of_its_own_roles(world: World, client: Client) -> None:
    role = world.server.add_role(world.guild, "extra")
    world.server.set_roles(world.server.bot_in(world.guild), role)
    await client.wait_for("member_update", timeout=5)
    own = place(client, world.news).guild.me
    assert role.id in [one.id for one in own.roles]
    world.server.set_roles(world.server.bot_in(world.guild))
    await client.wait_for("member_update", timeout=5)
    assert len(own.roles) == 2  # @everyone, and what it was invited with
