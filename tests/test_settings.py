"""The panel of /settings and the options of /subscribe, with the real client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.models import DAY, HOUR, Audience, Filters, Flow, Forbidden, Pace, QuietHours, Setting
from bot.newsroom import Author
from bot.publish import panel
from tests.loopback import NotOfferedError
from tests.loopback.interactions import Reply
from tests.loopback.state import Channel, Member, Permission
from tests.newsdesk import FEED, OTHER, story
from tests.panels import Panel
from tests.town import Town, open_town, text_of


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        opened.desk.web.tells(FEED)
        opened.desk.web.tells(OTHER)
        yield opened


async def flow(town: Town, topic: str = "town") -> Flow:
    (one,) = await town.desk.newsroom.flows.of_channel(town.channel.id, topic)
    return one.subscription.flow


# ── /subscribe with a pace and a role ────────────────────────────────────────────────────


async def test_a_subscription_takes_its_pace_and_its_role(town: Town) -> None:
    role = town.discord.add_role(town.ann.guild, "Readers", mentionable=True)
    said = await town.says("subscribe", topic="town", pace="daily", mention=role)
    assert f"new stories together, each day at 08:00 (UTC), with a mention of <@&{role.id}>" in said
    assert "⚠️" not in said
    assert await flow(town) == Flow(pace=Pace.DAILY, mention=role.id)
    listed = await town.says("subscriptions")
    assert f"- 🏘️ Town · daily at 08:00 (UTC) · mentions <@&{role.id}> · 1 feed" in listed


async def test_subscribing_again_with_another_pace_changes_it_and_says_so(town: Town) -> None:
    await town.says("subscribe", topic="town")
    said = await town.says("subscribe", topic="town", pace="hourly")
    assert f"<#{town.channel.id}> has **🏘️ Town** already; from now on: hourly." in said
    assert (await flow(town)).pace is Pace.HOURLY
    assert "gets **🏘️ Town** already" in await town.says("subscribe", topic="town", pace="hourly")


async def test_a_mention_that_would_notify_nobody_is_warned_of(town: Town) -> None:
    role = town.discord.add_role(town.ann.guild, "Readers")
    may = Permission.MENTION_EVERYONE
    town.discord.allow(town.channel, may, town.ann)
    said = await town.says("subscribe", topic="town", mention=role)
    assert f"⚠️ <@&{role.id}> will not be notified" in said
    town.discord.allow(town.channel, may)
    said = await town.says("subscribe", topic="region", mention=role)
    assert "✅" in said
    assert "⚠️" not in said


async def test_a_member_can_not_have_the_bot_mention_whom_they_may_not_mention(town: Town) -> None:
    role = town.discord.add_role(town.ann.guild, "Moderators")
    town.discord.allow(town.channel, Permission.MENTION_EVERYONE)
    said = await town.says("subscribe", topic="town", mention=role)
    assert f"You may not mention <@&{role.id}> there" in said
    everyone = town.ann.guild.roles[town.ann.guild.id]
    assert "I never mention everyone" in await town.says(
        "subscribe", topic="town", mention=everyone
    )
    assert await town.desk.newsroom.topics_in_channel(town.channel.id) == []


async def test_forums_and_announcement_channels_can_be_subscribed(town: Town) -> None:
    forum = town.discord.add_forum(town.ann.guild, "stories")
    for channel in (forum, town.discord.add_channel(town.ann.guild, "notices", kind=5)):
        said = await town.says("subscribe", topic="town", channel=channel)
        assert f"✅ <#{channel.id}> gets" in said
    town.discord.deny(forum, Permission.SEND_MESSAGES)
    said = await town.says("subscribe", topic="region", channel=forum)
    assert "I lack **Send Messages**" in said


# ── the panel ────────────────────────────────────────────────────────────────────────────


async def opened(town: Town, member: Member | None = None) -> Panel:
    """Open the panel in the town's channel."""
    reply = await town.discord.slash(member or town.mia, town.channel, "settings")
    assert reply.ephemeral
    return Panel(town, member or town.mia, reply)


async def flows(town: Town, channel: Channel | None = None) -> dict[str, Flow]:
    found = await town.desk.newsroom.flows.of_channel((channel or town.channel).id)
    return {one.topic.name: one.subscription.flow for one in found}


async def test_the_panel_is_for_those_who_manage_the_server_at_each_press(town: Town) -> None:
    await town.says("subscribe", topic="town")
    with pytest.raises(NotOfferedError, match="hidden"):
        await town.says("settings")
    (command,) = [c for c in town.discord.commands if c["name"] == "settings"]
    command["default_member_permissions"] = None  # a server's own word on who sees it
    assert "**Manage Server**" in await town.says("settings")
    shown = await opened(town)
    await shown.press("ask", arg="budget")
    form, fill = shown.form, {"posts": "3"}
    town.mia.role_ids.clear()  # taken from her while the panel is open
    for custom_id in [part["custom_id"] for part in shown.parts if "custom_id" in part]:
        act = custom_id.split(":")[1]
        chosen: dict[str, Any] = {"pace": ["hourly"], "channel": [town.channel]}
        reply = await town.discord.press(
            town.mia, town.channel, shown.reply, custom_id, values=chosen.get(act, [])
        )
        assert "**Manage Server**" in text_of(reply)
    assert form is not None
    said = await town.discord.submit(town.mia, town.channel, form, fill)
    assert "**Manage Server**" in text_of(said)
    assert await flow(town) == Flow()


async def test_each_setting_is_changed_confirmed_and_undone_on_the_panel(town: Town) -> None:
    await town.says("subscribe", topic="town")
    role = town.discord.add_role(town.ann.guild, "Readers", mentionable=True)
    here, shown = f"<#{town.channel.id}>", await opened(town)
    assert "- Each new story once, as it comes" in shown.text

    said = await shown.press("pace", "daily")
    assert f"✅ **Pace** · {here}\nas it happens → daily" in said
    assert "New stories together, each day at 08:00 (UTC)" in said
    said = await shown.press("undo")
    assert "daily → as it happens" in said, "an undoing is a change, too"
    assert (await flow(town)).pace is Pace.AS_IT_HAPPENS

    said = await shown.press("mention", role)
    assert f"nobody → <@&{role.id}>" in said
    assert "⚠️" not in said
    assert f"<@&{role.id}> → nobody" in await shown.press("nobody")
    assert not shown.has("nobody")

    said = await shown.fill("digest", at="6.30 pm", zone="tokyo")
    assert "08:00 (UTC) → 18:30 (Asia/Tokyo)" in said
    said = await shown.fill("budget", posts="5")
    assert "as many as there are → 5 posts a day" in said
    assert "At most 5 posts a day; the rest in one digest at 18:30 (Asia/Tokyo)" in said
    said = await shown.fill("quiet", begin="22:00", end="7:05", zone="Berlin")
    assert "no quiet hours (Asia/Tokyo) → 22:00–07:05 (Europe/Berlin)" in said
    assert await flow(town) == Flow(
        budget=5,
        digest_at=18 * 60 + 30,
        quiet=QuietHours(22 * 60, 7 * 60 + 5),
        zone="Europe/Berlin",
    )
    assert "It was so already" in await shown.fill("budget", posts="5")
    assert "5 posts a day → as many as there are" in await shown.fill("budget", posts="")
    assert "→ no quiet hours" in await shown.fill("quiet", begin="", end="")
    assert (await flow(town)).quiet is None


async def test_an_undo_undoes_exactly_its_change_or_says_why_not(town: Town) -> None:
    await town.says("subscribe", topic="town")
    shown = await opened(town)
    await shown.fill("budget", posts="5")
    old = Panel(town, town.mia, shown.reply)
    kept = json.loads(json.dumps(shown.reply.body))
    first = next(shown.ids("undo"))
    await shown.press("pace", "hourly")
    other = town.discord.world.store(town.channel, town.discord.world.bot_id, kept)
    old.reply = Reply(body=other.body, message=other)
    assert "5 posts a day → as many as there are" in await old.send(first)
    assert await flow(town) == Flow(pace=Pace.HOURLY), "the pace was another change"
    again = town.discord.world.store(town.channel, town.discord.world.bot_id, kept)
    old.reply = Reply(body=again.body, message=again)
    text_before = old.text
    assert "has been undone already" in await old.whispered(first)
    assert old.text == text_before
    await shown.fill("budget", posts="6")
    kept = json.loads(json.dumps(shown.reply.body))
    second = next(shown.ids("undo"))
    await shown.fill("budget", posts="7")
    late = town.discord.world.store(town.channel, town.discord.world.bot_id, kept)
    old.reply = Reply(body=late.body, message=late)
    assert "changed again since" in await old.send(second)
    assert (await flow(town)).budget == 7


async def test_all_topics_are_changed_together_or_one_by_itself(town: Town) -> None:
    await town.says("subscribe", topic="town")
    await town.says("subscribe", topic="region")
    shown = await opened(town)
    assert "· All topics of this channel**" in shown.text
    assert "**Region, 🏘️ Town**" in shown.text, "what is alike is told once"
    await shown.fill("budget", posts="5")
    assert {f.budget for f in (await flows(town)).values()} == {5}
    said = await shown.press("topic", panel.key("town"))
    assert "· 🏘️ Town**" in said
    said = await shown.fill("budget", posts="2")
    assert f"**Most posts a day** · <#{town.channel.id}> · 🏘️ Town\n5 posts a day → 2" in said
    await shown.press("topic", panel.ALL)
    await shown.press("ask", arg="budget")
    assert shown.typed("posts") == "", "they are not alike"
    assert "It was so already" in await shown.submit(), "what is left empty stays as it is"
    said = await shown.fill("budget", posts="off")
    assert "- Region: 5 posts a day → as many as there are" in said
    assert "- 🏘️ Town: 2 posts a day → as many as there are" in said
    await shown.press("undo")
    assert {n: f.budget for n, f in (await flows(town)).items()} == {"town": 2, "region": 5}
    await shown.press("topic", panel.key("town"))
    await town.says("unsubscribe", topic="town")
    assert "does not get that topic any more" in await shown.press("pace", "hourly")
    assert (await flows(town))["region"].pace is Pace.AS_IT_HAPPENS


async def test_what_was_typed_is_kept_when_it_is_refused(town: Town) -> None:
    await town.says("subscribe", topic="town")
    shown = await opened(town)
    words = ", ".join(f"word{n}" for n in range(51))
    said = await shown.fill("filters", not_words=words, publishers="The Mail")
    assert "50 words or publishers of 100 characters at the most" in said
    await shown.press("again")
    assert (shown.typed("not_words"), shown.typed("publishers")) == (words, "The Mail")
    said = await shown.submit(not_words="word1")
    assert "→ Without the words “word1” · Only from “The Mail”" in said
    said = await shown.fill("quiet", begin="25:00", end="[x](https://e.ex)")
    assert "“25:00” is no time of day" in said
    await shown.press("again")
    assert shown.typed("end") == "[x](https://e.ex)"
    said = await shown.submit(begin="22", zone="Berln")
    assert "no time zone “Berln”. Do you mean `Europe/Berlin`" in said
    assert "[x](https" not in said
    assert (await flow(town)).quiet is None


async def test_a_filter_shows_what_it_would_have_stopped(town: Town) -> None:
    now = town.desk.now[0]
    town.desk.web.tells(
        FEED, story("Football on Sunday", now - HOUR), story("Bridge opens", now - DAY)
    )
    await town.says("subscribe", topic="town")
    shown = await opened(town)
    said = await shown.fill("filters", not_words="Football, chess,, football")
    assert "no filters → Without the words “Football” and" in said
    assert "It would have stopped 1 of the newest 2 stories:" in said
    assert "- [Football on Sunday](https://gazette.example/football-on-sunday) · " in said
    assert "Bridge opens" not in said
    assert (await flow(town)).filters == Filters(not_words=("Football", "chess"))
    await shown.press("ask", arg="filters")
    assert shown.typed("not_words") == "Football, chess"
    said = await shown.submit(not_words="chess", words="harbour")
    assert (await flow(town)).filters == Filters(words=("harbour",), not_words=("chess",))
    await shown.press("undo")
    assert (await flow(town)).filters == Filters(not_words=("Football", "chess"))


async def test_a_role_that_the_member_may_not_mention_is_refused_also_by_way_of_undo(
    town: Town,
) -> None:
    await town.says("subscribe", topic="town")
    role = town.discord.add_role(town.ann.guild, "Moderators")
    shown = await opened(town)
    assert f"You may not mention <@&{role.id}>" in await shown.press("mention", role)
    boss = town.discord.add_member(
        town.ann.guild, "Boss", Permission.MANAGE_GUILD | Permission.MENTION_EVERYONE
    )
    theirs = await opened(town, boss)
    assert "will not be notified" in await theirs.press("mention", role)
    assert (await flow(town)).mention == role.id
    shown = await opened(town)
    await shown.press("nobody")
    assert f"You may not mention <@&{role.id}>" in await shown.press("undo")
    assert (await flow(town)).mention is None


async def test_another_channel_is_chosen_and_one_without_topics_says_what_to_do(
    town: Town,
) -> None:
    notices = town.discord.add_channel(town.ann.guild, "notices", kind=5)
    shown = await opened(town)
    assert f"<#{town.channel.id}> gets no topic yet. Post one there with `/subscribe`" in shown.text
    assert not shown.has("pace")
    assert shown.has("server")
    await town.says("subscribe", topic="town", channel=notices)
    said = await shown.press("channel", notices)
    assert f"**<#{notices.id}> · All topics" in said
    assert "off → on" in await shown.press("publish")
    assert "Published to the servers that follow this channel" in shown.text
    assert (await flows(town, notices))["town"].publishes
    assert "on → off" in await shown.press("publish")
    await town.says("subscribe", topic="town")
    await shown.press("channel", town.channel)
    assert not shown.has("publish"), "nobody can follow it"


async def test_a_custom_id_of_another_servers_channel_shows_and_changes_nothing(
    town: Town,
) -> None:
    guild = town.discord.add_guild("Elsewhere")
    theirs = town.discord.add_channel(guild, "secret")
    await town.desk.newsroom.subscribe(
        guild_id=guild.id, channel_id=theirs.id, topic="town", member_id=1
    )
    forged = [
        f"set:show:{theirs.id}:-",
        f"set:publish:{theirs.id}:-:1",
        f"set:nobody:{theirs.id}:-",
    ]
    forged += [f"set:ask:{theirs.id}:-:budget", f"set:undo:{'9' * 20}:-:{'9' * 20}"]
    rows = [{"type": 1, "components": [_button(one) for one in forged]}]
    post = town.discord.world.store(
        town.channel, town.discord.world.bot_id, {"flags": 1 << 15, "components": rows}
    )
    for custom_id in forged:
        message = town.discord.world.store(town.channel, post.author_id, dict(post.body))
        shown = Panel(town, town.mia, Reply(body=message.body, message=message))
        said = await shown.send(custom_id)
        assert "gets no topic yet" in said
    assert await flows(town, theirs) == {"town": Flow()}


def _button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}


async def test_a_channel_that_the_member_may_not_see_is_not_theirs_to_change(town: Town) -> None:
    await town.says("subscribe", topic="town")
    secret = town.discord.add_channel(town.ann.guild, "secret")
    await town.says("subscribe", topic="town", channel=secret)
    shown = await opened(town)
    await shown.press("channel", secret)
    await shown.fill("budget", posts="5")
    town.discord.deny(secret, Permission.VIEW_CHANNEL, town.mia)
    assert "can't see that channel" in await shown.press("undo")
    assert "gets no topic yet" in shown.text
    assert (await flows(town, secret))["town"].budget == 5


async def test_the_servers_settings_are_changed_and_undone(town: Town) -> None:
    shown = await opened(town)
    said = await shown.press("server")
    assert "**Who may subscribe**" in said
    said = await shown.press("audience", "moderators")
    assert "members who may write there → moderators" in said
    said = await shown.press("language", "pt_br")
    assert "as the server is set on Discord → Português (Brasil)" in said
    guild_id = town.channel.guild.id if town.channel.guild else 0
    now = await town.desk.newsroom.servers.of(guild_id)
    assert (now.audience, now.language) == (Audience.MODERATORS, "pt_BR")
    await shown.press("undo")
    now = await town.desk.newsroom.servers.of(guild_id)
    assert (now.audience, now.language) == (Audience.MODERATORS, None)
    assert "Português (Brasil) → as the server is set" in shown.text


async def test_the_history_lists_who_changed_what_in_pages_and_undoes_it(town: Town) -> None:
    shown = await opened(town)
    assert "Nothing has been changed yet" in await shown.press("history")
    await town.says("subscribe", topic="town")
    await shown.press("show")
    for posts in range(1, 8):
        await shown.fill("budget", posts=str(posts))
    said = await shown.press("history")
    assert "Page 1 of 2" in said
    assert said.index("6 posts a day → 7 posts a day") < said.index("5 posts a day → 6 posts")
    assert f"-# <@{town.mia.id}> · <t:{town.desk.now[0] // 1000}:R>" in said
    assert "as many as there are → 1 post a day" in await shown.press("history", arg=":1")
    assert "changed again since" in await shown.press("takeback")
    said = await shown.press("takeback")
    assert "↩️ Undone. **Most posts a day**" in said
    assert "· undone <t:" in said
    assert (await flow(town)).budget == 6
    assert "How stories are posted" in await shown.press("show")


async def test_the_history_tells_nothing_of_channels_that_its_reader_does_not_see(
    town: Town,
) -> None:
    secret = town.discord.add_channel(town.ann.guild, "secret")
    author = Author(town.ann.guild.id, town.ann.id)
    await town.subscribe("town", channel=secret)
    words = Filters(words=("layoffs",))
    await town.desk.newsroom.settings.change(
        author, secret.id, None, Setting.FILTERS, lambda flow: replace(flow, filters=words)
    )
    assert "layoffs" in await (await opened(town)).press("history")
    town.discord.deny(secret, Permission.VIEW_CHANNEL, town.mia)
    said = await (await opened(town)).press("history")
    assert "A change in a channel that you can't see." in said
    assert "layoffs" not in said
    assert str(secret.id) not in said


async def test_the_panel_says_why_a_channel_is_paused(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge"))
    await town.says("subscribe", topic="town")
    town.desk.channels.refusals.append(Forbidden("I may not post here."))
    await town.desk.newsroom.deliver_due()
    assert "- ⏸️ Paused. I may not post here. It goes on by itself" in (await opened(town)).text
