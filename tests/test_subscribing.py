"""/subscribe, /unsubscribe and /subscriptions as members use them, with all their buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.models import DAY, HOUR, MINUTE, Audience, Flow, Pace, Server, Subscription, Topic
from tests.loopback.interactions import Reply
from tests.loopback.state import Channel, Member, Message, Permission
from tests.newsdesk import FEED, OTHER, story
from tests.subscribing import buttons
from tests.town import Town, open_town

_WHY = "<p>It was voted for.</p><h2>Why it matters</h2><p>Because 4,000 people cross it.</p>"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        opened.desk.web.tells(FEED)
        opened.desk.web.tells(OTHER)
        yield opened


async def _asks(town: Town, *, by: Member | None = None, **options: Any) -> Reply:
    options = {"topic": "town", **options}
    return await town.discord.slash(by or town.ann, town.channel, "subscribe", **options)


async def _presses(town: Town, reply: Reply, act: str, *, by: Member | None = None) -> Reply:
    (button,) = [one for one in buttons(reply) if one.endswith(f":{act}")]
    return await town.discord.press(by or town.ann, town.channel, reply, button)


async def _has(town: Town, channel: Channel | None = None) -> list[str]:
    return await town.desk.newsroom.topics_in_channel((channel or town.channel).id)


async def _flow(town: Town, topic: str = "town") -> Flow:
    (one,) = await town.desk.newsroom.flows.of_channel(town.channel.id, topic)
    return one.subscription.flow


# ── the forecast ─────────────────────────────────────────────────────────────────────────


async def test_subscribing_says_what_to_expect_before_anything_is_subscribed(town: Town) -> None:
    now = town.desk.now[0]
    items = [story(f"Story {n}", now - n * 3 * HOUR, content=_WHY) for n in range(1, 9)]
    town.desk.web.tells(FEED, *items)
    reply = await _asks(town)
    assert reply.ephemeral
    assert reply.deferred, "feeds are asked first"
    said = reply.body["content"]
    assert "Nothing is subscribed yet" in said
    assert "About **8 posts a day**, estimated from the dates" in said
    assert f"The last story came <t:{(now - 3 * HOUR) // 1000}:R>." in said
    (preview,) = reply.body["embeds"]
    assert preview["title"] == "Story 1"
    assert preview["fields"][0]["value"] == "Because 4,000 people cross it."
    assert [one.rpartition(":")[2] for one in buttons(reply)] == [
        "now", "hourly", "daily", "no",
    ]  # fmt: skip
    assert await _has(town) == []
    assert town.desk.channels.messages == []


async def test_what_is_confirmed_is_the_very_post_that_was_shown(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0] - HOUR, content=_WHY))
    reply = await _asks(town)
    (preview,) = reply.body["embeds"]
    done = await _presses(town, reply, "now")
    assert done.updated, "the forecast is replaced"
    assert "✅" in done.body["content"]
    assert "is being posted" in done.body["content"]
    assert not done.body["embeds"]
    assert not buttons(done)
    await town.desk.newsroom.deliver_due()
    ((_, _, posted),) = town.desk.channels.messages
    (embed,) = posted["embeds"]
    assert {key: preview[key] for key in embed} == embed


async def test_the_pace_that_was_asked_for_is_first_and_another_can_be_taken(town: Town) -> None:
    reply = await _asks(town, pace="daily")
    assert buttons(reply)[0].endswith(":daily")
    done = await _presses(town, reply, "hourly")
    assert "new stories together, once an hour" in done.body["content"]
    assert (await _flow(town)).pace is Pace.HOURLY


async def test_of_a_flood_the_forecast_warns_and_puts_a_calmer_pace_first(town: Town) -> None:
    now = town.desk.now[0]
    town.desk.web.tells(FEED, *(story(f"Story {n}", now - n * 20 * MINUTE) for n in range(20)))
    reply = await _asks(town)
    assert "**Hourly** brings them together" in reply.body["content"]
    assert buttons(reply)[0].endswith(":hourly")


async def test_a_forecast_counts_what_came_and_what_the_channel_gets_already(town: Town) -> None:
    desk = town.desk
    await town.subscribe("town")
    first = [story(f"Ours {n}", desk.now[0] + n * HOUR) for n in range(1, 5)]
    desk.web.tells(FEED, *first)
    await desk.poll()
    desk.wait(3 * DAY)
    theirs = [story(f"Theirs {n}", desk.now[0] - n * HOUR) for n in range(1, 5)]
    desk.web.tells(OTHER, *theirs)
    said = (await _asks(town, topic="region")).body["content"]
    assert f"<#{town.channel.id}> gets 50 % of these stories already" in said
    other = town.discord.add_channel(town.ann.guild, "other")
    desk.wait(HOUR)  # feeds of one host have their rest
    said = (await _asks(town, channel=other)).body["content"]
    assert "About **1 post a day**, counted over the last 4 days." in said
    assert "gets none" not in said, "it has no other topics"


async def test_not_now_subscribes_nothing(town: Town) -> None:
    reply = await _asks(town)
    done = await _presses(town, reply, "no")
    assert done.updated
    assert "Nothing is subscribed" in done.body["content"]
    assert not buttons(done)
    assert await _has(town) == []


def _copy(town: Town, body: dict[str, Any]) -> Message:
    """Show an answer once more as it was: a press that was under way finds it so."""
    shown = {key: body[key] for key in ("content", "components")}
    return town.discord.world.store(town.channel, town.discord.world.bot_id, shown)


async def test_a_second_press_does_not_subscribe_twice_and_says_so(town: Town) -> None:
    reply = await _asks(town)
    copy, button = _copy(town, reply.body), buttons(reply)[0]
    await _presses(town, reply, "now")
    await town.says("unsubscribe", topic="town")
    again = await town.discord.press(town.ann, town.channel, copy, button)
    assert again.ephemeral
    assert "That is done already: once is enough." in again.body["content"]
    assert await _has(town) == []


async def test_a_press_is_checked_as_the_command_was(town: Town) -> None:
    role = town.discord.add_role(town.ann.guild, "Readers", mentionable=True)
    reply = await _asks(town, mention=role)
    assert f"Each post will mention <@&{role.id}>" in reply.body["content"]

    async def refused(by: Member) -> str:
        copy = _copy(town, reply.body)
        answer = await town.discord.press(by, town.channel, copy, buttons(reply)[0])
        assert answer.ephemeral
        assert await _has(town) == []
        return str(answer.body["content"])

    assert "too old" in await refused(town.mia), "what another has begun is not hers"
    town.discord.deny(town.channel, Permission.EMBED_LINKS)
    assert "**Embed Links**" in await refused(town.ann)
    town.discord.allow(town.channel, Permission.EMBED_LINKS)
    await town.desk.store.write(
        lambda tx: tx.servers.put(Server(town.ann.guild.id, Audience.MODERATORS))
    )
    assert "only moderators say what is posted" in await refused(town.ann)
    town.discord.allow(town.channel, Permission.MANAGE_MESSAGES, town.ann)
    done = await _presses(town, reply, "now")
    assert f"with a mention of <@&{role.id}>" in done.body["content"]


async def test_a_channel_that_is_gone_when_the_button_is_pressed_is_named(town: Town) -> None:
    other = town.discord.add_channel(town.ann.guild, "other")
    reply = await _asks(town, channel=other)
    town.discord.remove_channel(other)
    assert "I can't see that channel any more" in str((await _presses(town, reply, "now")).body)


async def test_who_asks_for_many_forecasts_is_told_when_it_goes_on(town: Town) -> None:
    for _ in range(10):
        assert "🔭" in (await _asks(town)).body["content"]
    refused = await _asks(town)
    assert "⏳ You have asked for many topics" in refused.body["content"]
    assert f"<t:{(town.desk.now[0] + 20_000) // 1000 + 1}:R>" in refused.body["content"]
    assert "🔭" in (await _asks(town, by=town.mia)).body["content"], "each member has their own"
    town.desk.wait(20_000)
    assert "🔭" in (await _asks(town)).body["content"]


async def test_a_channel_that_is_full_is_told_before_any_forecast(town: Town) -> None:
    names = [f"topic {n}" for n in range(25)]
    for name in names:
        await town.desk.store.write(
            lambda tx, name=name: tx.subscriptions.add(  # type: ignore[misc]
                Subscription(town.ann.guild.id, town.channel.id, name, 0, 1)
            )
        )
    said = (await _asks(town)).body["content"]
    assert "A channel can have 25 subscriptions" in said


async def test_a_typo_is_answered_with_what_may_have_been_meant(town: Town) -> None:
    said = (await _asks(town, topic="twon")).body["content"]
    assert "There is no topic “twon”. Did you mean **🏘️ Town**?" in said
    reply = await town.discord.slash(town.ann, town.channel, "latest", topic="regoin")
    assert "Did you mean **Region**?" in reply.body["content"]
    await town.subscribe("region")
    assert "Did you mean **Region**?" in await town.says("unsubscribe", topic="regoin")


async def test_a_forged_number_is_answered_and_does_nothing(town: Town) -> None:
    reply = await _asks(town)
    row = {"type": 1, "components": [
        {"type": 2, "style": 2, "label": "x", "custom_id": f"subscribe:{'9' * 18}:now"},
        {"type": 2, "style": 2, "label": "y", "custom_id": "resubscribe:1"},
    ]}  # fmt: skip
    forged = _copy(town, {"content": "x", "components": [row]})
    for number in (f"subscribe:{'9' * 18}:now", "resubscribe:1"):
        answer = await town.discord.press(town.ann, town.channel, forged, number)
        assert "too old" in answer.body["content"]
    assert await _has(town) == []
    assert "✅" in (await _presses(town, reply, "now")).body["content"]


# ── what the channel has already ─────────────────────────────────────────────────────────


async def test_what_the_channel_has_already_can_be_changed_or_ended_by_a_press(town: Town) -> None:
    await town.subscribe("town")
    reply = await _asks(town)
    assert "gets **🏘️ Town** already: as it happens." in reply.body["content"]
    assert [one.rpartition(":")[2] for one in buttons(reply)] == ["hourly", "daily", "end"]
    done = await _presses(town, reply, "hourly")
    assert "has **🏘️ Town** already; from now on: hourly." in done.body["content"]
    assert (await _flow(town)).pace is Pace.HOURLY
    ended = await _presses(town, await _asks(town), "end")
    assert "gets **🏘️ Town** no more" in ended.body["content"]
    assert await _has(town) == []


async def test_what_was_ended_can_be_undone_with_all_that_was_set(town: Town) -> None:
    await town.subscribe("town", pace="daily")
    change = Flow(pace=Pace.DAILY, budget=3, digest_at=60)
    here = town.channel.id
    await town.desk.store.write(lambda tx: tx.subscriptions.set_flow(here, "town", change))
    ended = await town.discord.slash(town.ann, town.channel, "unsubscribe", topic="town")
    assert await _has(town) == []
    copy = _copy(town, ended.body)
    (undo,) = buttons(ended)
    town.discord.deny(town.channel, Permission.SEND_MESSAGES, town.ann)
    refused = await town.discord.press(town.ann, town.channel, copy, undo)
    assert "You may not write" in str(refused.body)
    town.discord.allow(town.channel, Permission.SEND_MESSAGES, town.ann)
    back = await town.discord.press(town.ann, town.channel, ended, undo)
    assert "↩️" in back.body["content"]
    assert await _flow(town) == change
    again = await town.discord.press(town.ann, town.channel, copy, undo)
    assert "once is enough" in again.body["content"]


async def test_moderators_alone_end_what_is_posted_where_the_server_says_so(town: Town) -> None:
    await town.subscribe("town")
    await town.desk.store.write(
        lambda tx: tx.servers.put(Server(town.ann.guild.id, Audience.MODERATORS))
    )
    assert "only moderators" in await town.says("unsubscribe", topic="town")
    assert "gets **🏘️ Town** no more" in await town.says("unsubscribe", by=town.mia, topic="town")


# ── lists ────────────────────────────────────────────────────────────────────────────────


async def test_the_list_of_subscriptions_names_no_channel_that_the_asker_can_not_see(
    town: Town,
) -> None:
    """It named every channel of the server, hidden ones too."""
    secret = town.discord.add_channel(town.ann.guild, "secret")
    await town.subscribe("region", channel=secret)
    await town.subscribe("town")
    bob = town.discord.add_member(town.ann.guild, "Bob")
    town.discord.deny(secret, Permission.VIEW_CHANNEL, bob)
    said = await town.says("subscriptions", by=bob)
    assert f"<#{town.channel.id}>" in said
    assert str(secret.id) not in said
    assert "Region" not in said
    offered = await town.discord.autocomplete(
        town.ann, town.channel, "unsubscribe", focused="topic", value="", channel=secret
    )
    assert [one["value"] for one in offered] == ["region"]


async def test_one_channel_is_told_of_in_full(town: Town) -> None:
    await town.subscribe("region", pace="daily")
    said = await town.says("subscriptions", channel=town.channel)
    assert "**Region**\n- New stories together, each day at 08:00 (UTC)" in said
    assert f"by <@{town.ann.id}>" in said
    assert said.count("📰") == 2, "a line for each feed"
    other = town.discord.add_channel(town.ann.guild, "other")
    said = await town.says("subscriptions", channel=other)
    assert f"<#{other.id}> gets no topic" in said


async def test_an_undo_mentions_no_role_that_who_presses_may_not_mention(town: Town) -> None:
    role, here = town.discord.add_role(town.ann.guild, "Readers"), town.channel.id
    await town.subscribe("town")
    change = Flow(pace=Pace.HOURLY, mention=role.id)
    await town.desk.store.write(lambda tx: tx.subscriptions.set_flow(here, "town", change))
    ended = await town.discord.slash(town.ann, town.channel, "unsubscribe", topic="town")
    await town.discord.press(town.ann, town.channel, ended, buttons(ended)[0])
    assert await _flow(town) == Flow(pace=Pace.HOURLY)


# ── topics of other servers ──────────────────────────────────────────────────────────────


async def test_a_servers_own_topic_is_there_for_no_other_server(tmp_path: Path) -> None:
    own = Topic("7/harbour", "Harbour", "", "", (), guild_id=7)
    async with open_town(tmp_path) as town:
        await town.desk.store.write(lambda tx: tx.own.add_topic(own, 5, town.desk.now[0]))
        await town.desk.newsroom.own.load()
        offered = await town.discord.autocomplete(
            town.ann, town.channel, "subscribe", focused="topic", value=""
        )
        assert {one["value"] for one in offered} == {"town", "region"}
        for named in ("7/harbour", "Harbour"):
            said = (await _asks(town, topic=named)).body["content"]
            assert "There is no topic" in said
            assert "Did you mean" not in said
        assert "Harbour" not in await town.says("topics")


async def test_what_comes_between_the_forecast_and_the_press_is_new(town: Town) -> None:
    """Undated stories were taken for old where the feed was read before the press alone."""
    town.desk.web.tells(FEED, story("Old"))
    reply = await _asks(town)
    town.desk.wait(MINUTE)
    await _presses(town, reply, "now")
    town.desk.web.tells(FEED, story("Bridge"), story("Old"))
    await town.desk.poll()
    assert town.desk.channels.titles_in(town.channel.id) == ["Old", "Bridge"]
