"""/follow, /unfollow and the buttons of stories, as members use them on the loopback Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.models import HOUR, Body, Forbidden, Rejected, Sent
from tests.loopback.interactions import Reply
from tests.newsdesk import FEED, story
from tests.publishing import logged_in
from tests.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


def direct(town: Town) -> list[Body]:
    """Show what was sent to Ann by direct message."""
    return [body for channel, _, body in town.desk.channels.messages if channel >= town.ann.id]


async def press(town: Town, custom_id: str, *values: str, on: Reply | None = None) -> Reply:
    """Press what has this custom_id, under a post or in an answer."""
    if on is None:
        button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
        body = {"content": "A post", "components": [{"type": 1, "components": [button]}]}
        post: Any = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
    else:
        post = on
    return await town.discord.press(town.ann, town.channel, post, custom_id, values=values)


def ids(reply: Reply) -> list[str]:
    """List the custom_ids of an answer."""
    parts = [one for row in reply.body["components"] for one in row.get("components", [])]
    return [one["custom_id"] for one in parts]


async def begun(town: Town) -> int:
    """Let a story come; return its number."""
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0] - HOUR), story("Old"))
    await town.desk.newsroom.latest("town")
    found = await town.desk.store.read(lambda tx: tx.stories.newest(["town"], 9))
    return next(one.id for one in found if one.article.title == "Bridge")


async def test_a_topic_is_followed_in_a_server_or_in_private_and_ended(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0] - HOUR))
    said = await town.says("follow", topic="🏘️ Town")
    assert "✅ From now on you get **🏘️ Town** by direct message" in said
    assert "on its way to you" in said
    await town.desk.newsroom.deliver_due()
    first, proof = direct(town)
    assert "`/unfollow`" in first["content"]
    assert proof["embeds"][0]["title"] == "Bridge"
    assert "already" in await town.says("follow", topic="town")
    reply = await town.discord.slash(town.ann, None, "follow", topic="town", pace="daily")
    assert reply.body["content"].startswith("✅ You follow **🏘️ Town** already; from now on: ")
    assert "There is no topic" in await town.says("follow", topic="chess")
    assert "no more" in await town.says("unfollow", topic="town")
    assert "You don't follow that" in await town.says("unfollow", topic="town")
    assert len(direct(town)) == 2


async def test_closed_direct_messages_are_told_with_the_way_out(town: Town) -> None:
    town.desk.channels.refusals = [Forbidden("They are closed.")]
    assert "Privacy Settings" in await town.says("follow", topic="town")
    number = await begun(town)
    town.desk.channels.closed = True
    reply = await press(town, f"follow:{number}")
    assert "Privacy Settings" in reply.body["content"]


async def test_a_story_is_followed_by_its_button_and_ended_by_the_next(town: Town) -> None:
    number = await begun(town)
    reply = await press(town, f"follow:{number}")
    assert reply.ephemeral
    assert reply.acknowledged_after < 3
    assert "until nothing new has come for 7 days" in reply.body["content"]
    again = await press(town, f"follow:{number}")
    assert "You follow this story already" in again.body["content"]
    ended = await press(town, f"unfollow:{number}", on=again)
    assert "You'll hear no more of “Bridge”" in ended.body["content"]
    nothing = await press(town, f"unfollow:{number}", on=again)
    assert "You don't follow that" in nothing.body["content"]
    gone = await press(town, "follow:1")
    assert "not kept any more" in gone.body["content"]


async def test_all_that_is_followed_is_listed_and_ended_one_by_one_or_at_once(town: Town) -> None:
    nothing = await town.discord.slash(town.ann, town.channel, "unfollow")
    assert "You follow nothing" in str(nothing.body)
    number = await begun(town)
    await press(town, f"follow:{number}")
    for topic in ("town", "region"):
        await town.says("follow", topic=topic)
    offered = await town.discord.autocomplete(
        town.ann, town.channel, "unfollow", focused="topic", value="bri"
    )
    assert offered == [{"name": "📌 Bridge", "value": f"story:{number}"}]
    shown = await town.discord.slash(town.ann, town.channel, "unfollow")
    assert shown.ephemeral
    assert ids(shown) == ["unfollow:topics", "unfollow:stories:0", "unfollow:all"]
    left = await press(town, "unfollow:topics", "town", on=shown)
    assert "Region" in str(left.body)
    assert "Town" not in str(left.body)
    left = await press(town, "unfollow:stories:0", str(number), on=shown)
    assert ids(left) == ["unfollow:topics", "unfollow:all"]
    await town.says("unfollow", topic="region")
    await town.says("follow", topic="town")
    left = await press(town, "unfollow:all", on=shown)
    assert "You follow nothing" in str(left.body)
    assert not await town.desk.newsroom.follows.of(town.ann.id)


async def test_what_one_member_follows_is_ended_by_no_other(town: Town) -> None:
    number = await begun(town)
    reply = await press(town, f"follow:{number}")
    pressed = await town.discord.press(town.mia, town.channel, reply, f"unfollow:{number}")
    assert "You don't follow that" in pressed.body["content"]
    assert len((await town.desk.newsroom.follows.of(town.ann.id)).stories) == 1


async def test_direct_messages_are_opened_posted_in_and_looked_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with logged_in(monkeypatch) as rest:
        ann = rest.discord.add_member(rest.guild, "Ann")
        private = rest.discord.dm(ann)
        assert await rest.publisher.direct(ann.id) == await rest.publisher.direct(ann.id)
        assert await rest.publisher.direct(ann.id) == private.id
        sent = await rest.publish(to=private)
        assert isinstance(sent, Sent)
        assert await rest.posted_ids(of=private) == [sent.message_id]
        ann.closed = True
        refused = await rest.publish(to=private, nonce="m")
        assert isinstance(refused, Forbidden)
        assert "direct messages" in refused.reason
        rest.discord.fail_next(
            "POST", rest.path.replace(str(rest.channel.id), str(private.id)), status=403, code=50278
        )
        stranger = await rest.publish(to=private, nonce="o")
        assert stranger == refused
        assert isinstance(await rest.publisher.direct(1), Rejected)
