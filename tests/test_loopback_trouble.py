"""Holds the loopback Discord's troubles, counts and ledger to what a test relies on."""

from __future__ import annotations

from collections import Counter

import aiohttp
import discord
import pytest
from discord import ui

from tests.loopback import Channel, LoopbackDiscord, Permission
from tests.loopback.sample import Background, Client, World, call, place

ALL = discord.AllowedMentions.all()


# ── chance ───────────────────────────────────────────────────────────────────────────────


async def tried(server: LoopbackDiscord, channel: Channel, times: int) -> list[int]:
    """Post so many times, and say what came of each: a status, or 0 for a reset."""
    path, came = f"/channels/{channel.id}/messages", []
    for number in range(times):
        try:
            came.append((await call(server, "POST", path, {"content": str(number)})).status)
        except aiohttp.ClientError:
            came.append(0)
    return came


async def outcomes(seed: int, *, crowded: bool) -> list[int]:
    async with LoopbackDiscord() as server:
        channels = [server.add_channel(server.add_guild("Guild"), name) for name in "ab"]
        server.chaos(seed, failing=0.2, lost=0.2, dropped_before=0.1, dropped_after=0.1)
        if crowded:
            await tried(server, channels[0], 7)
        return await tried(server, channels[1], 30)


async def test_the_same_seed_brings_the_same_trouble_whatever_other_channels_get() -> None:
    first, second = await outcomes(1, crowded=False), await outcomes(1, crowded=True)
    assert first == second
    assert first != await outcomes(2, crowded=False)
    assert {0, 200} < set(first) <= {0, 200, 500, 502, 503}


async def test_chance_stores_what_it_loses_and_not_what_it_refuses(world: World) -> None:
    world.server.chaos(5, failing=0.3, lost=0.2, dropped_before=0.1, dropped_after=0.1)
    came = await tried(world.server, world.news, 60)
    met = world.server.troubles
    assert set(met) == {"failing", "lost", "dropped_before", "dropped_after"}
    assert met["failing"] + met["lost"] == sum(one >= 500 for one in came)
    assert met["dropped_before"] + met["dropped_after"] == came.count(0)
    stored = came.count(200) + met["lost"] + met["dropped_after"]
    assert len(world.server.ledger(world.news)) == stored == world.server.world.posted
    world.server.chaos(None)
    assert await tried(world.server, world.news, 20) == [200] * 20
    assert world.server.troubles == Counter()


async def test_chance_hides_no_refusal(world: World) -> None:
    world.server.deny(world.news, Permission.SEND_MESSAGES)
    world.server.chaos(1, failing=0, lost=1, dropped_before=0, dropped_after=0)
    assert await tried(world.server, world.news, 3) == [403] * 3


async def test_chance_befalls_forum_posts_too(world: World) -> None:
    forum = world.server.add_forum(world.guild, "forum")
    world.server.chaos(1, failing=0, lost=1, dropped_before=0, dropped_after=0, statuses=[503])
    start = {"name": "A story", "message": {"content": "x"}}
    answered = await call(world.server, "POST", f"/channels/{forum.id}/threads", start)
    assert (answered.status, len(forum.starters)) == (503, 1)


# ── counts ───────────────────────────────────────────────────────────────────────────────


async def test_invalid_requests_are_counted_as_discord_counts_them(world: World) -> None:
    path = f"/channels/{world.news.id}/messages"
    world.server.fail_next("POST", path, status=429)
    world.server.fail_next("POST", path, status=429, scope="user")
    world.server.fail_next("POST", path, status=404)
    world.server.fail_next("POST", path, status=403)
    world.server.fail_next("POST", path, status=401)
    await tried(world.server, world.news, 6)
    assert world.server.invalid_requests == 3
    assert world.server.refusals429 == 1


async def test_invalid_requests_are_forgotten_after_ten_minutes() -> None:
    seconds = 0.0
    async with LoopbackDiscord(monotonic=lambda: seconds) as server:
        server.fail_next("GET", "/users/@me", status=403)
        await call(server, "GET", "/users/@me")
        assert server.invalid_requests == 1
        seconds = 600.0
        assert server.invalid_requests == 0


async def test_too_many_invalid_requests_end_in_a_ban(world: World, client: Client) -> None:
    channel = place(client, world.news)
    world.server.deny(world.news, Permission.SEND_MESSAGES)
    world.server.ban_after = 2
    for _ in range(3):
        with pytest.raises(discord.Forbidden) as refused:
            await channel.send("no")
        assert refused.value.code == 50013
    assert world.server.banned
    world.server.allow(world.news, Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("no")
    assert refused.value.code == 0
    assert "Via" not in refused.value.response.headers
    assert world.server.invalid_requests == 3
    world.server.ban_after = None
    await channel.send("yes")
    assert world.posts == ["yes"]


async def test_what_counts_towards_the_fifty_a_second(world: World) -> None:
    world.server.set_kind(world.news, 5)
    forum = world.server.add_forum(world.guild, "forum")
    said = world.server.say(world.ann, world.news, "hello")
    news = f"/channels/{world.news.id}"
    world.server.strict_rate_limits = True
    headers = {"Authorization": f"Bot {world.server.token}"}
    base = world.server.api_url
    async with aiohttp.ClientSession(base + "/", headers=headers) as session:

        async def status(method: str, path: str) -> int:
            async with session.request(method, path.removeprefix("/"), json={}) as answer:
                return answer.status

        async with aiohttp.ClientSession() as stranger:
            for _ in range(30):
                hook = f"{base}/webhooks/{world.server.world.application_id}/none"
                assert (await stranger.post(hook, json={})).status == 404
        for _ in range(10):
            await status("GET", f"{news}/messages")
            await status("GET", f"{news}/threads/archived/public")
            await status("POST", f"{news}/messages/{said.id}/crosspost")
            await status("POST", f"/channels/{forum.id}/threads")
            await status("POST", "/users/@me/channels")
        assert await status("GET", news) == 429
    assert world.server.refusals429 == 1


# ── the ledger ───────────────────────────────────────────────────────────────────────────


async def test_the_ledger_holds_what_stood_in_a_channel(world: World, client: Client) -> None:
    view: ui.View = ui.View(timeout=None)
    view.add_item(Background(7))
    embed = discord.Embed(title="First", url="https://news.example/1")
    first = await place(client, world.news).send(embed=embed, view=view, nonce="story-1")
    second = await place(client, world.news).send("plain")
    world.server.say(world.ann, world.news, "hello")
    await world.server.slash(world.ann, world.news, "latest", pages=2)
    await second.delete()
    await first.edit(embed=discord.Embed(title="Changed", url="https://news.example/1"))
    kept, gone = world.server.ledger(world.news)
    assert (kept.message_id, kept.deleted, kept.nonce) == (first.id, False, "story-1")
    assert (kept.title, kept.url) == ("Changed", "https://news.example/1")
    assert kept.custom_ids == ("explain:7",)
    assert (gone.message_id, gone.deleted, gone.custom_ids) == (second.id, True, ())


async def test_the_ledger_of_a_forum_holds_its_posts(world: World, client: Client) -> None:
    forum = world.server.add_forum(world.guild, "forum")
    seen = await client.fetch_channel(forum.id)
    assert isinstance(seen, discord.ForumChannel)
    for number in range(2):
        embed = discord.Embed(title=f"Story {number}")
        made = await seen.create_thread(name=f"Thread {number}", embed=embed)
        await made.thread.send("more")
    world.server.remove_channel(world.server.world.channels[made.thread.id])
    kept, gone = world.server.ledger(forum)
    assert (kept.title, kept.deleted) == ("Story 0", False)
    assert (gone.title, gone.deleted, gone.message_id) == ("Story 1", True, made.thread.id)


# ── pings ────────────────────────────────────────────────────────────────────────────────


async def test_a_role_is_pinged_only_where_discord_lets_it(world: World, client: Client) -> None:
    readers = world.server.add_role(world.guild, "readers", mentionable=True)
    staff = world.server.add_role(world.guild, "staff")
    text = f"<@&{readers.id}> <@&{staff.id}> <@&{world.guild.id}> <@{world.ann.id}> @everyone"
    channel = place(client, world.news)

    async def pings(mentions: discord.AllowedMentions) -> tuple[set[int], set[int], bool]:
        await channel.send(text, allowed_mentions=mentions)
        pinged = world.server.pings(world.server.messages(world.news)[-1])
        return set(pinged.roles), set(pinged.users), pinged.everyone

    none = discord.AllowedMentions.none()
    assert await pings(none) == (set(), set(), False)
    assert await pings(ALL) == ({readers.id}, {world.ann.id}, False)
    world.server.allow(world.news, Permission.MENTION_EVERYONE)
    assert await pings(ALL) == ({readers.id, staff.id}, {world.ann.id}, True)
    named = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(staff.id)])
    assert await pings(named) == ({staff.id}, set(), False)


async def test_an_embed_and_an_edit_ping_nobody(world: World, client: Client) -> None:
    readers = world.server.add_role(world.guild, "readers", mentionable=True)
    text = f"<@&{readers.id}>"
    embed = discord.Embed(description=text)
    message = await place(client, world.news).send(embed=embed, allowed_mentions=ALL)
    await message.edit(content=text, allowed_mentions=ALL)
    [stored] = world.server.messages(world.news)
    assert stored.content == text
    assert not world.server.pings(stored).roles


async def test_without_the_schema_discords_written_limits_still_hold() -> None:
    async with LoopbackDiscord(checks_schema=False) as server:
        channel = server.add_channel(server.add_guild("Guild"), "news")
        path = f"/channels/{channel.id}/messages"
        loose = await call(server, "POST", path, {"content": "a", "tts": "yes"})
        long = await call(server, "POST", path, {"content": "x" * 2001})
    assert (loose.status, long.status) == (200, 400)
