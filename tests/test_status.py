"""/status, with the real client, as members use it on the loopback Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.models import DAY, HOUR, Article, Became, ChannelStatus, Delivery, Forbidden, Story
from bot.publish import status as words
from tests.newsdesk import FEED, START, story
from tests.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


async def bring(town: Town, *titles: str) -> None:
    """Let the feed bring these, oldest first, after it was subscribed."""
    now = town.desk.now[0]
    town.desk.web.tells(FEED, *(story(title, now - DAY) for title in reversed(titles)))
    await town.desk.poll()


async def test_a_channel_without_topics_says_how_to_get_one(town: Town) -> None:
    said = await town.says("status")
    assert "It gets no topic. `/subscribe` brings one here." in said
    assert "No story waits." in said


async def test_it_says_what_the_channel_gets_and_what_became_of_its_stories(town: Town) -> None:
    town.desk.web.tells(FEED, story("Old"))
    await town.says("subscribe", topic="town")
    await town.desk.newsroom.deliver_due()
    town.desk.channels.refuses = "Lottery"
    await bring(town, "Old", "Lottery", "Bridge")
    said = await town.says("status")
    assert "🏘️ Town: as it happens" in said
    place = f"https://discord.com/channels/{town.ann.guild.id}/{town.channel.id}"
    assert "- [Bridge](https://gazette.example/bridge): Posted <t:" in said
    assert f":f>: [its message]({place}/1)" in said
    assert "- [Lottery](https://gazette.example/lottery): Not posted: Discord's filter" in said
    assert said.index("[Bridge]") < said.index("[Old]"), "the newest is first"


async def test_a_paused_channel_says_why_and_how_many_wait(town: Town) -> None:
    await town.says("subscribe", topic="town")
    town.desk.web.tells(FEED, story("Old"))
    await town.desk.poll()
    town.desk.channels.refusals = [Forbidden("I may not post here.")]
    await bring(town, "Old", "Bridge")
    said = await town.says("status")
    assert "⏸️ Paused. I may not post here." in said
    assert "1 story waits." in said
    assert "[Bridge](https://gazette.example/bridge): It waits: the channel is paused." in said


async def test_one_story_is_told_of_in_full_whether_it_was_planned_or_not(town: Town) -> None:
    town.desk.web.tells(FEED, story("Old"), story("Older"))
    await town.says("subscribe", topic="town")
    await town.desk.newsroom.deliver_due()
    await bring(town, "Older", "Old", "Bridge")
    said = await town.says("status", story="bridge")
    assert f"[Bridge](https://gazette.example/bridge) in <#{town.channel.id}>" in said
    assert "- Posted <t:" in said
    assert "- The Gazette brought it <t:" in said
    said = await town.says("status", story="https://gazette.example/older")
    assert "It was never planned for this channel." in said
    assert "in the first document of The Gazette" in said
    said = await town.says("status", story="@everyone [x](https://evil.example)")
    assert "I know of no story" in said
    assert "@everyone" not in said
    assert "[x](" not in said


async def test_stories_of_the_channel_are_offered_while_typing(town: Town) -> None:
    town.desk.web.tells(FEED, story("Old"))
    await town.says("subscribe", topic="town")
    await town.desk.newsroom.deliver_due()
    await bring(town, "Old", "Bridge", "Long " * 60)

    async def offered(value: str) -> list[dict[str, str]]:
        return await town.discord.autocomplete(
            town.ann, town.channel, "status", focused="story", value=value
        )

    names = [choice["name"] for choice in await offered("")]
    assert [name[:6] for name in names] == ["Long L", "Bridge", "Old"]
    assert all(len(name) <= 100 for name in names)
    (choice,) = await offered("bri")
    said = await town.says("status", story=choice["value"])
    assert "[Bridge]" in said


def test_no_more_is_offered_than_discord_takes() -> None:
    stories = [Story(n, Article(f"Story {n}" * 30, None, "", "", 0)) for n in range(60)]
    found = words.offered(stories, "STORY ")
    assert len(found) == 25
    assert all(1 <= len(name) <= 100 for name, _ in found)
    assert words.offered([Story(1, Article("", None, "", "", 0))], "")[0][0] == "(untitled)"


def test_that_nothing_is_sent_at_all_is_said_first() -> None:
    channel = ChannelStatus(20, [], 3, START + HOUR, [], "Nothing is sent to any server.")
    (embed,) = words.status(channel, START)["embeds"]
    lines = embed["description"].splitlines()
    assert lines[1] == "⏳ Nothing is sent to any server."
    assert f"3 stories wait, the next until <t:{(START + HOUR) // 1000}:f>." in lines


def test_hostile_headlines_fit_and_do_nothing() -> None:
    bad = "**[x](https://evil.example)** @everyone <@1> " * 20
    article = Article(bad, "https://gazette.example/" + "a" * 900, bad, bad, 0)
    delivery = Delivery(1, 7, 20, "town", "n", reason=bad, due_at=START)
    recent = [Became(delivery, Story(7, article))] * 10
    (embed,) = words.status(ChannelStatus(20, [], 1, None, recent), START)["embeds"]
    assert len(embed["description"]) <= 4096
    assert "@everyone" not in embed["description"]
    assert "[x](" not in embed["description"]
