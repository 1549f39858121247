"""Holds the loopback Discord to what the real client makes of it: threads and forums."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord import ui

from tests.loopback import Channel, Permission
from tests.loopback.sample import Background, Client, World, call, place, running

EMBED = discord.Embed(title="A title", url="https://news.example/1")


def thread_of(client: Client, channel: Channel) -> discord.Thread:
    """Find a thread in the client's cache."""
    assert channel.guild is not None
    guild = client.get_guild(channel.guild.id)
    found = guild.get_thread(channel.id) if guild else None
    assert found is not None
    return found


async def forum_of(client: Client, channel: Channel) -> discord.ForumChannel:
    """Fetch a forum as the client sees it."""
    found = await client.fetch_channel(channel.id)
    assert isinstance(found, discord.ForumChannel)
    return found


# ── threads ──────────────────────────────────────────────────────────────────────────────


async def test_active_threads_are_there_when_the_client_has_started(world: World) -> None:
    talk = world.server.add_thread(world.news, "talk")
    old = world.server.add_thread(world.news, "old", archived=True)
    async with running(world.server) as client:
        seen = thread_of(client, talk)
        assert (seen.name, seen.parent_id, seen.archived) == ("talk", world.news.id, False)
        guild = client.get_guild(world.guild.id)
        assert guild is not None
        assert guild.get_thread(old.id) is None


async def test_a_thread_has_its_own_permission_to_speak(world: World, client: Client) -> None:
    talk = world.server.add_thread(world.news, "talk")
    await client.wait_for("thread_create", timeout=5)
    world.server.deny(world.news, Permission.SEND_MESSAGES)
    await client.wait_for("guild_channel_update", timeout=5)
    await thread_of(client, talk).send(embed=EMBED)
    assert len(world.server.messages(talk)) == 1
    _assert_agreed(world, client, talk)
    world.server.deny(world.news, Permission.SEND_MESSAGES_IN_THREADS)
    await client.wait_for("guild_channel_update", timeout=5)
    with pytest.raises(discord.Forbidden) as refused:
        await thread_of(client, talk).send(embed=EMBED)
    assert refused.value.code == 50013
    _assert_agreed(world, client, talk)
    assert not world.server.violations


def _assert_agreed(world: World, client: Client, thread: Channel) -> None:
    seen = thread_of(client, thread)
    here = world.server.permissions(thread, world.server.bot_in(world.guild))
    assert seen.permissions_for(seen.guild.me).value == here


async def test_a_message_wakes_an_archived_thread(world: World, client: Client) -> None:
    talk = world.server.add_thread(world.news, "talk", archived=True)
    waking = asyncio.create_task(client.wait_for("thread_join", timeout=5))
    found = await client.fetch_channel(talk.id)
    assert isinstance(found, discord.Thread)
    assert found.archived
    await found.send("hello")
    assert (await waking).archived is False
    assert talk.thread is not None
    assert not talk.thread.archived


async def test_a_locked_thread_takes_messages_only_of_who_manages_threads(
    world: World, client: Client
) -> None:
    talk = world.server.add_thread(world.news, "talk", locked=True)
    there = client.get_partial_messageable(talk.id)
    with pytest.raises(discord.Forbidden) as refused:
        await there.send("no")
    assert refused.value.code == 160005
    world.server.allow(world.news, Permission.MANAGE_THREADS)
    await there.send("yes")
    assert [one.content for one in world.server.messages(talk)] == ["yes"]


async def test_a_thread_can_be_unarchived_and_unlocked_by_who_may(
    world: World, client: Client
) -> None:
    talk = world.server.add_thread(world.news, "talk", archived=True)
    shut = world.server.add_thread(world.news, "shut", archived=True, locked=True)
    found, kept = [await client.fetch_channel(one.id) for one in (talk, shut)]
    assert isinstance(found, discord.Thread)
    assert isinstance(kept, discord.Thread)
    assert (await found.edit(archived=False)).archived is False
    with pytest.raises(discord.Forbidden) as refused:
        await kept.edit(archived=False)
    assert refused.value.code == 50013
    world.server.allow(world.news, Permission.MANAGE_THREADS)
    assert (await kept.edit(archived=False, locked=False)).locked is False


async def test_a_moderator_closes_and_removes_a_thread(world: World, client: Client) -> None:
    talk = world.server.add_thread(world.news, "talk")
    await client.wait_for("thread_create", timeout=5)
    message = await thread_of(client, talk).send("first")
    world.server.change_thread(talk, archived=True, locked=True)
    _, seen = await client.wait_for("thread_update", timeout=5)
    assert (seen.archived, seen.locked) == (True, True)
    world.server.change_thread(talk, archived=False)
    await client.wait_for("thread_join", timeout=5)
    world.server.remove_channel(talk)
    await client.wait_for("thread_delete", timeout=5)
    with pytest.raises(discord.NotFound) as refused:
        await message.edit(content="second")
    assert refused.value.code == 10003


async def test_threads_go_with_their_channel(world: World) -> None:
    talk = world.server.add_thread(world.news, "talk")
    world.server.remove_channel(world.news)
    answered = await call(world.server, "GET", f"/channels/{talk.id}")
    assert (answered.status, answered.payload["code"]) == (404, 10003)


async def test_a_private_thread_is_seen_only_from_inside(world: World) -> None:
    inside = world.server.add_thread(world.news, "inside", private=True)
    outside = world.server.add_thread(world.news, "outside", private=True, joined=False)
    seen = [await call(world.server, "GET", f"/channels/{one.id}") for one in (inside, outside)]
    assert [one.status for one in seen] == [200, 403]
    active = await call(world.server, "GET", f"/guilds/{world.guild.id}/threads/active")
    assert [one["id"] for one in active.payload["threads"]] == [str(inside.id)]


async def test_a_thread_in_a_hidden_channel_is_not_told_of(world: World, client: Client) -> None:
    hidden = world.server.add_channel(world.guild, "hidden")
    world.server.deny(hidden, Permission.VIEW_CHANNEL)
    unseen = world.server.add_thread(hidden, "unseen")
    seen = world.server.add_thread(world.news, "seen")
    await client.wait_for("thread_create", timeout=5)
    guild = client.get_guild(world.guild.id)
    assert guild is not None
    assert [one.id for one in guild.threads] == [seen.id]
    assert (await call(world.server, "GET", f"/channels/{unseen.id}")).status == 403


async def test_active_and_archived_threads_are_listed(world: World, client: Client) -> None:
    guild = client.get_guild(world.guild.id)
    assert guild is not None
    world.server.set_time(1_700_000_000_000)
    for number in range(3):
        world.server.advance(60)
        world.server.add_thread(world.news, f"old {number}", archived=True)
    talk = world.server.add_thread(world.news, "talk")
    assert [one.id for one in await guild.active_threads()] == [talk.id]
    old = [one.name async for one in place(client, world.news).archived_threads(limit=None)]
    assert old == ["old 2", "old 1", "old 0"]
    two = [one.name async for one in place(client, world.news).archived_threads(limit=2)]
    assert two == ["old 2", "old 1"]


async def test_a_message_in_an_archived_thread_cannot_be_edited(
    world: World, client: Client
) -> None:
    talk = world.server.add_thread(world.news, "talk")
    message = await client.get_partial_messageable(talk.id).send("first")
    world.server.change_thread(talk, archived=True)
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="second")
    assert (refused.value.status, refused.value.code) == (400, 50083)
    world.server.change_thread(talk, archived=False)
    await message.edit(content="second")
    assert [one.content for one in world.server.messages(talk)] == ["second"]


async def test_a_button_of_a_forum_post_can_be_pressed(world: World, client: Client) -> None:
    forum = world.server.add_forum(world.guild, "forum")
    view: ui.View = ui.View(timeout=None)
    view.add_item(Background(7))
    await (await forum_of(client, forum)).create_thread(name="A story", embed=EMBED, view=view)
    [starter] = forum.starters
    reply = await world.server.press(world.ann, starter.channel, starter, "explain:7")
    assert (reply.body["content"], reply.ephemeral) == ("story 7", True)


async def test_an_archived_thread_can_refuse_what_is_ordered(world: World, client: Client) -> None:
    talk = world.server.add_thread(world.news, "talk")
    world.server.fail_next("POST", f"/channels/{talk.id}/messages", status=400, code=50083)
    with pytest.raises(discord.HTTPException) as refused:
        await client.get_partial_messageable(talk.id).send("no")
    assert refused.value.code == 50083


# ── forums ───────────────────────────────────────────────────────────────────────────────


async def test_a_post_in_a_forum_is_a_thread_with_its_first_message(
    world: World, client: Client
) -> None:
    forum = world.server.add_forum(world.guild, "forum", ("Technology", "World"))
    seen = await forum_of(client, forum)
    assert [tag.name for tag in seen.available_tags] == ["Technology", "World"]
    made = await seen.create_thread(
        name="A story", embed=EMBED, applied_tags=[seen.available_tags[1]]
    )
    assert made.thread.id == made.message.id
    assert made.thread.parent_id == forum.id
    [starter] = forum.starters
    assert (starter.id, starter.embeds[0]["title"]) == (made.message.id, "A title")
    assert starter.channel.thread is not None
    assert starter.channel.thread.tag_ids == [forum.tags[1].id]
    [found] = [one async for one in made.thread.history()]
    assert found.id == made.thread.id
    await made.message.edit(embed=discord.Embed(title="Another title"))
    assert starter.embeds[0]["title"] == "Another title"
    assert not world.server.violations


async def test_a_forum_post_takes_no_permission_for_threads(world: World, client: Client) -> None:
    forum = world.server.add_forum(world.guild, "forum")
    world.server.deny(forum, Permission.SEND_MESSAGES_IN_THREADS)
    await (await forum_of(client, forum)).create_thread(name="A story", embed=EMBED)
    world.server.deny(forum, Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden) as refused:
        await (await forum_of(client, forum)).create_thread(name="A story", embed=EMBED)
    assert refused.value.code == 50013
    assert len(forum.starters) == 1


async def test_a_forum_may_require_a_tag(world: World, client: Client) -> None:
    forum = world.server.add_forum(world.guild, "forum", require_tag=True)
    seen = await forum_of(client, forum)
    assert seen.flags.require_tag
    with pytest.raises(discord.HTTPException) as refused:
        await seen.create_thread(name="A story", embed=EMBED)
    assert (refused.value.status, refused.value.code) == (400, 40067)
    await seen.create_thread(name="A story", embed=EMBED, applied_tags=seen.available_tags)
    assert len(forum.starters) == 1


async def test_a_forum_post_that_breaks_a_limit_is_refused(world: World) -> None:
    forum = world.server.add_forum(world.guild, "forum", tuple("abcdef"))
    every = [str(tag.id) for tag in forum.tags]
    start = {"name": "A story", "message": {"content": "x"}}
    refused = [
        await call(world.server, "POST", f"/channels/{forum.id}/threads", start | change)
        for change in (
            {"name": "x" * 101},
            {"name": ""},
            {"message": {"content": ""}},
            {"applied_tags": every},
            {"applied_tags": ["1"]},
        )
    ]
    assert [one.payload["code"] for one in refused] == [50035, 50035, 50006, 50035, 10087]
    assert not forum.starters


async def test_no_nonce_keeps_a_forum_from_a_second_post(world: World, client: Client) -> None:
    forum = world.server.add_forum(world.guild, "forum")
    world.server.fail_next("POST", r"/threads$", status=502, accepted=True)
    await (await forum_of(client, forum)).create_thread(name="A story", embed=EMBED)
    assert len(forum.starters) == 2


async def test_too_many_active_threads_can_be_ordered(world: World, client: Client) -> None:
    forum = world.server.add_forum(world.guild, "forum")
    world.server.fail_next("POST", r"/threads$", status=400, code=160006)
    with pytest.raises(discord.HTTPException) as refused:
        await (await forum_of(client, forum)).create_thread(name="A story", embed=EMBED)
    assert refused.value.code == 160006


async def test_only_forums_start_posts(world: World) -> None:
    start = {"name": "A story", "message": {"content": "x"}}
    answered = await call(world.server, "POST", f"/channels/{world.news.id}/threads", start)
    assert answered.status == 400
