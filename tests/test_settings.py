"""/settings and the options of /subscribe, with the real client, as members use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.models import DAY, HOUR, Filters, Flow, Pace, QuietHours
from tests.loopback import NotOfferedError
from tests.loopback.state import Permission
from tests.newsdesk import FEED, OTHER, story
from tests.town import Town, open_town


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


# ── who may change settings ──────────────────────────────────────────────────────────────


async def test_settings_are_for_those_who_manage_the_server_also_where_they_are_shown_to_all(
    town: Town,
) -> None:
    await town.says("subscribe", topic="town")
    with pytest.raises(NotOfferedError, match="hidden"):
        await town.says("settings budget", posts=3)
    (command,) = [c for c in town.discord.commands if c["name"] == "settings"]
    command["default_member_permissions"] = None  # a server's own word on who sees it
    for words, options in (
        ("budget", {"posts": 3}),
        ("quiet", {"begin": "off"}),
        ("digest", {"at": "07:00"}),
        ("filter", {"exclude_words": "sport"}),
        ("publish", {"posts": "off"}),
        ("mention", {}),
        ("show", {}),
    ):
        assert "**Manage Server**" in await town.says(f"settings {words}", **options)
    assert await flow(town) == Flow()


# ── each of them ─────────────────────────────────────────────────────────────────────────


async def test_quiet_hours_are_set_in_a_time_zone_and_ended(town: Town) -> None:
    await town.says("subscribe", topic="town")
    said = await town.sets("quiet", begin="22:00", end="7:05", zone="europe/berlin")
    assert "- **🏘️ Town**: as it happens · quiet 22:00–07:05 (Europe/Berlin)" in said
    now = await flow(town)
    assert (now.quiet, now.zone) == (QuietHours(22 * 60, 7 * 60 + 5), "Europe/Berlin")
    assert "as it happens" in await town.sets("quiet", begin="off")
    assert (await flow(town)).quiet is None
    assert (await flow(town)).zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"begin": "25:00", "end": "7:00"}, "“25:00” is no time of day"),
        ({"begin": "22:00", "end": "later"}, "“later” is no time of day"),
        ({"begin": "22:00"}, "need a `begin` and an `end`"),
        ({"begin": "22:00", "end": "22:00"}, "that differ"),
        ({"begin": "22:00", "end": "7:00", "zone": "Mars/[x](y)"}, "There is no time zone"),
    ],
)
async def test_what_is_typed_wrong_is_named_with_the_way_out(
    town: Town, options: dict[str, str], said: str
) -> None:
    await town.says("subscribe", topic="town")
    answer = await town.sets("quiet", **options)
    assert said in answer
    assert "[x](" not in answer
    assert await flow(town) == Flow()


async def test_time_zones_complete_while_typing(town: Town) -> None:
    async def offered(typed: str) -> list[str]:
        choices = await town.discord.autocomplete(
            town.mia, town.channel, "settings quiet", focused="zone", value=typed
        )
        return [choice["value"] for choice in choices]

    assert await offered("berl") == ["Europe/Berlin"]
    assert "America/New_York" in await offered("new york")
    assert len(await offered("")) == 25
    assert await offered("atlantis") == []


async def test_a_budget_is_set_and_taken_away(town: Town) -> None:
    await town.says("subscribe", topic="town")
    assert "as it happens · at most 5 a day" in await town.sets("budget", posts=5)
    assert (await flow(town)).budget == 5
    assert "at most" not in await town.sets("budget", posts=0)
    assert (await flow(town)).budget is None


async def test_the_digest_comes_when_it_is_told_to(town: Town) -> None:
    await town.says("subscribe", topic="town", pace="daily")
    said = await town.sets("digest", at="18:30", zone="Asia/Tokyo")
    assert "daily at 18:30 (Asia/Tokyo)" in said
    assert (await flow(town)).digest_at == 18 * 60 + 30
    assert "no time of day" in await town.sets("digest", at="noon")


async def test_without_a_topic_all_of_the_channel_is_set_and_with_one_only_that(town: Town) -> None:
    await town.says("subscribe", topic="town")
    await town.says("subscribe", topic="region")
    said = await town.sets("budget", posts=5)
    assert said.count("at most 5 a day") == 2
    said = await town.sets("budget", posts=2, topic="🏘️ Town")
    assert said.count("at most") == 1
    assert [(await flow(town, name)).budget for name in ("town", "region")] == [2, 5]


async def test_a_channels_next_topic_keeps_its_quiet_hours(town: Town) -> None:
    await town.says("subscribe", topic="town")
    await town.sets("quiet", begin="22:00", end="7:00", zone="Europe/Berlin")
    await town.sets("budget", posts=5)
    await town.says("subscribe", topic="region")
    region = await flow(town, "region")
    assert (region.quiet, region.zone) == (QuietHours(22 * 60, 7 * 60), "Europe/Berlin")
    assert region.budget is None


async def test_settings_of_what_is_not_subscribed_say_where_to_look(town: Town) -> None:
    assert "gets no topic yet" in await town.sets("budget", posts=5)
    assert "gets no topic yet" in await town.sets("show")
    await town.says("subscribe", topic="town")
    said = await town.sets("budget", posts=5, topic="chess @everyone")
    assert "does not get “chess" in said
    assert "@everyone" not in said


async def test_a_mention_is_changed_and_taken_away(town: Town) -> None:
    await town.says("subscribe", topic="town")
    role = town.discord.add_role(town.ann.guild, "Readers", mentionable=True)
    assert f"mentions <@&{role.id}>" in await town.sets("mention", role=role)
    assert "mentions" not in await town.sets("mention")
    hidden = town.discord.add_role(town.ann.guild, "Hidden")
    assert "You may not mention" in await town.sets("mention", role=hidden)


async def test_only_an_announcement_channel_can_be_published(town: Town) -> None:
    await town.says("subscribe", topic="town")
    assert "is no announcement channel" in await town.sets("publish", posts="on")
    notices = town.discord.add_channel(town.ann.guild, "notices", kind=5)
    await town.says("subscribe", topic="town", channel=notices)
    said = await town.sets("publish", posts="on", channel=notices)
    assert "published to followers" in said
    assert "published" not in await town.sets("publish", posts="off", channel=notices)


async def test_everything_that_is_set_is_shown_in_words(town: Town) -> None:
    role = town.discord.add_role(town.ann.guild, "Readers", mentionable=True)
    await town.says("subscribe", topic="town", pace="daily", mention=role)
    await town.sets("quiet", begin="22:00", end="7:00")
    await town.sets("budget", posts=1)
    await town.sets("filter", exclude_words="sport")
    shown = (await town.sets("show")).split("\n")
    assert shown[2:9] == [
        f"<#{town.channel.id}>",
        "**🏘️ Town**",
        "- New stories together, each day at 08:00 (UTC)",
        f"- Mentions <@&{role.id}>",
        "- At most 1 post a day; the rest in one digest at 08:00 (UTC)",
        "- Quiet from 22:00 to 07:00 (UTC); what comes meanwhile is posted after it",
        "- Without the words “sport”",
    ]


async def test_topics_of_settings_are_those_that_the_channel_has(town: Town) -> None:
    await town.says("subscribe", topic="region")
    choices = await town.discord.autocomplete(
        town.mia, town.channel, "settings budget", focused="topic", value=""
    )
    assert [choice["value"] for choice in choices] == ["region"]


# ── filters ──────────────────────────────────────────────────────────────────────────────


async def test_a_filter_shows_what_it_would_have_stopped_and_how_to_undo_it(town: Town) -> None:
    now = town.desk.now[0]
    town.desk.web.tells(
        FEED, story("Football on Sunday", now - HOUR), story("Bridge opens", now - DAY)
    )
    await town.says("subscribe", topic="town")
    said = await town.sets("filter", exclude_words="Football, chess,, football")
    assert "- Without the words “Football” and “chess”" in said
    assert "Of the newest 2 stories it would have stopped 1:" in said
    assert "- [Football on Sunday](https://gazette.example/football-on-sunday): " in said
    assert "Bridge opens" not in said
    assert said.endswith("To undo it: /settings filter topic:town exclude_words:off")
    assert (await flow(town)).filters == Filters(not_words=("Football", "chess"))
    said = await town.sets("filter", exclude_words="chess")
    assert "it would have stopped none" in said
    assert "exclude_words:Football, chess" in said
    assert "No filters" in await town.sets("filter", exclude_words="off")
    assert (await flow(town)).filters == Filters()


async def test_filters_by_publisher_and_by_what_is_wanted_are_kept_side_by_side(town: Town) -> None:
    await town.says("subscribe", topic="town")
    await town.sets("filter", include_words="harbour", exclude_publishers="The Mail")
    await town.sets("filter", include_publishers="The Gazette")
    assert (await flow(town)).filters == Filters(
        words=("harbour",), publishers=("The Gazette",), not_publishers=("The Mail",)
    )
    said = await town.sets("filter")
    assert "That is how it was before." in said


async def test_a_filter_that_is_too_long_is_refused(town: Town) -> None:
    await town.says("subscribe", topic="town")
    said = await town.sets("filter", exclude_words=",".join(f"w{n}" for n in range(51)))
    assert "50 words or publishers of 100 characters at the most" in said
    assert await flow(town) == Flow()
    said = await town.sets("filter", exclude_words="[x](https://evil.example) @everyone")
    assert "[x](https" not in said
    assert "@everyone" not in said
