"""/search and /catchup, with the real client, as members use them on the loopback Discord."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.models import DAY, HOUR, MINUTE, CaughtUp
from bot.newsroom import Asker
from tests.loopback.component_limits import component_nodes
from tests.loopback.interactions import Reply
from tests.newsdesk import FEED, story
from tests.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


def told(reply: Reply) -> str:
    """All texts of an answer that is a layout."""
    return "\n".join(
        n["content"] for n in component_nodes(reply.body["components"]) if n["type"] == 10
    )


def buttons(reply: Reply) -> dict[str, str]:
    """The buttons of an answer that can be pressed: label to custom_id, the last of each label."""
    nodes = component_nodes(reply.body["components"])
    return {n["label"]: n["custom_id"] for n in nodes if n["type"] == 2 and not n.get("disabled")}


def headlines(reply: Reply) -> list[str]:
    return re.findall(r"\*\*\[([^\]]*)\]\(", told(reply))


async def ask(town: Town, command: str, **options: Any) -> Reply:
    reply = await town.discord.slash(town.ann, town.channel, command, **options)
    assert reply.ephemeral
    assert reply.acknowledged_after < 3
    return reply


async def press(town: Town, reply: Reply, label: str) -> Reply:
    return await town.discord.press(town.ann, town.channel, reply, buttons(reply)[label])


async def catches_up(town: Town) -> Reply:
    """Catch up as Ann, and wait until it is noted that she got to see it."""
    reply = await ask(town, "catchup")
    member, channel, now = town.ann.id, town.channel.id, town.desk.now[0]
    async with asyncio.timeout(5):
        while True:
            mark = await town.desk.store.read(lambda tx: tx.catchups.get(member, channel))
            if mark and mark.asked_at == now:
                return reply


async def brings(town: Town, *items: str) -> None:
    """Let the feed bring news to whoever gets it, and the posts go out."""
    town.desk.web.tells(FEED, *items)
    await town.desk.poll()


async def subscribed(town: Town) -> None:
    town.desk.web.tells(FEED)
    await town.says("subscribe", topic="town")
    await town.desk.newsroom.poll_due()


# ── search ───────────────────────────────────────────────────────────────────────────────


async def test_search_shows_the_words_where_they_stand_and_opens_the_explainer(town: Town) -> None:
    await subscribed(town)
    now = town.desk.now[0]
    await brings(
        town,
        story("Bridge closes", now, teaser="Inspectors have found *rust* in its bearings today."),
        story("Ferry sails", now, teaser="The strike is over."),
    )
    reply = await ask(town, "search", words="bearing RUST")
    assert "1 story found" in told(reply)
    assert "[Bridge closes](https://gazette.example/bridge-closes)" in told(reply)
    assert r"have found \***rust**\* in its **bearings** today" in told(reply)
    assert f"The Gazette · 🏘️ Town · <t:{now // 1000}:R>" in told(reply)
    opened = await press(town, reply, "Explain")
    assert opened.ephemeral
    assert opened.body["embeds"][0]["title"] == "Bridge closes"


async def test_search_turns_its_pages_and_the_order(town: Town) -> None:
    await subscribed(town)
    now = town.desk.now[0]
    await brings(
        town,
        *(story(f"Strike {n}", now - n * MINUTE) for n in range(6)),
        story("Strike, strike, strike", now - HOUR, teaser="Strike."),
    )
    first = await ask(town, "search", words="strike")
    assert "7 stories found" in told(first)
    assert headlines(first)[0] == "Strike, strike, strike"
    assert len(headlines(first)) == 5
    second = await press(town, first, "More")
    assert second.updated
    assert len(headlines(second)) == 2
    newest = await press(town, second, "Newest first")
    assert headlines(newest) == [f"Strike {n}" for n in range(5)]
    last = await press(town, newest, "More")
    assert headlines(last) == ["Strike 5", "Strike, strike, strike"]
    assert "Back" in buttons(last)
    assert "More" not in buttons(last)


async def test_search_keeps_to_topic_and_time(town: Town) -> None:
    await subscribed(town)
    now = town.desk.now[0]
    await brings(town, story("Old strike", now - 6 * DAY), story("New strike", now))
    assert len(headlines(await ask(town, "search", words="strike"))) == 2
    recent = await ask(town, "search", words="strike", since="day", topic="town")
    assert headlines(recent) == ["New strike"]
    assert "in 🏘️ Town, in the last 24 hours" in told(recent)
    wrong = await ask(town, "search", words="strike", topic="chess")
    assert "There is no topic “chess”" in wrong.body["content"]
    offered = await town.discord.autocomplete(
        town.ann, town.channel, "search", words="x", focused="topic", value="reg"
    )
    assert [choice["value"] for choice in offered] == ["region"]


async def test_search_that_finds_nothing_says_what_to_try_and_no_word_is_an_operator(
    town: Town,
) -> None:
    for words in ("strike", 'NEAR(" OR * NOT', "@everyone [x](https://evil.example)"):
        reply = await ask(town, "search", words=words, since="week", topic="town")
        assert "Nothing found" in told(reply)
        assert "Fewer words" in told(reply)
        assert "Leave out `since`" in told(reply)
        assert "@everyone" not in told(reply)
        assert "[x](" not in told(reply)


async def test_a_page_of_a_search_that_is_not_kept_or_another_members_says_so(town: Town) -> None:
    await subscribed(town)
    await brings(town, *(story(f"Strike {n}", town.desk.now[0]) for n in range(6)))
    reply = await ask(town, "search", words="strike")
    theirs = await town.discord.press(town.mia, town.channel, reply, buttons(reply)["More"])
    assert "not kept any more" in str(theirs.body) + str(theirs.followups)
    town.desk.wait(2 * DAY)
    await town.desk.newsroom.tidy()
    late = await press(town, reply, "More")
    assert "not kept any more" in str(late.body) + str(late.followups)
    assert len(headlines(reply)) == 5, "what was found stays"


async def test_who_searches_too_often_is_told_when_it_goes_on(town: Town) -> None:
    for _ in range(10):
        assert "Nothing found" in told(await ask(town, "search", words="strike"))
    reply = await ask(town, "search", words="strike")
    assert "⏳ Many searches" in reply.body["content"]
    town.desk.wait(6_000)
    assert "Nothing found" in told(await ask(town, "search", words="strike"))


async def test_search_works_in_private(town: Town) -> None:
    await subscribed(town)
    await brings(town, story("Strike", town.desk.now[0]))
    reply = await town.discord.slash(town.ann, None, "search", words="strike")
    assert headlines(reply) == ["Strike"]


async def test_searches_and_catchups_take_no_reader_from_anybody(town: Town) -> None:
    store, go_on = town.desk.store, asyncio.Event()
    readers = [asyncio.create_task(store.read(lambda _: go_on.wait())) for _ in range(2)]
    async with asyncio.timeout(5):
        await town.desk.newsroom.searching.begin("strike", Asker(town.ann.id, None))
        await town.desk.newsroom.catching_up.since_last(town.ann.id, town.channel.id)
    assert not any(task.done() for task in readers)
    go_on.set()
    await asyncio.gather(*readers)


# ── catch-up ─────────────────────────────────────────────────────────────────────────────


async def test_catchup_tells_what_was_posted_since_one_last_asked(town: Town) -> None:
    await subscribed(town)
    soon = town.desk.now[0] + HOUR
    await brings(town, story("Bridge", soon), story("Ferry", soon - MINUTE))
    first = await catches_up(town)
    assert "2 stories in this channel" in told(first)
    assert "### 🏘️ Town" in told(first)
    assert headlines(first) == ["Bridge", "Ferry"]
    opened = await press(town, first, "Explain")
    assert opened.body["embeds"][0]["title"] == "Ferry"
    nothing = await ask(town, "catchup")
    assert "Nothing was posted in this channel since" in told(nothing)
    again = await press(town, nothing, "Show me the last one again")
    assert again.ephemeral
    assert not again.updated
    assert headlines(again) == ["Bridge", "Ferry"]
    await brings(town, story("Harbour", town.desk.now[0]))
    assert headlines(await ask(town, "catchup")) == ["Harbour"]


async def test_catchup_of_much_has_pages_and_each_member_a_mark_of_their_own(town: Town) -> None:
    await subscribed(town)
    soon = town.desk.now[0] + HOUR
    await brings(town, *(story(f"Story {n}", soon - n * MINUTE) for n in range(10)))
    await town.desk.poll()
    assert len(town.desk.channels.titles) == 1, "so many at once come in a digest"
    first = await ask(town, "catchup")
    assert len(headlines(first)) == 8
    second = await press(town, first, "More")
    assert second.updated
    assert headlines(second) == ["Story 8", "Story 9"]
    theirs = await town.discord.slash(town.mia, town.channel, "catchup")
    assert "10 stories in this channel" in told(theirs)


async def test_only_the_page_of_a_catchup_that_is_shown_is_read(town: Town) -> None:
    await subscribed(town)
    soon = town.desk.now[0] + HOUR
    await brings(town, *(story(f"Story {n}", soon - n * MINUTE) for n in range(10)))
    await town.desk.poll()
    catching_up, now = town.desk.newsroom.catching_up, town.desk.now[0]
    found = await catching_up.since_last(town.ann.id, town.channel.id)
    assert isinstance(found, CaughtUp)
    assert (len(found.stories), found.total, found.page, found.pages) == (8, 10, 0, 2)
    last = await catching_up.again(town.ann.id, town.channel.id, now - DAY, now, page=99)
    assert isinstance(last, CaughtUp)
    assert [s.article.title for s, _ in last.stories] == ["Story 8", "Story 9"]
    assert (last.total, last.page, last.pages) == (10, 1, 2)


async def test_who_catches_up_too_often_is_told_when_it_goes_on(town: Town) -> None:
    await subscribed(town)
    soon = town.desk.now[0] + HOUR
    await brings(town, *(story(f"Story {n}", soon - n * MINUTE) for n in range(10)))
    await town.desk.poll()
    first = await catches_up(town)
    for _ in range(9):
        nothing = await ask(town, "catchup")
    assert "up to date" in told(nothing)
    assert "⏳ Many catch-ups" in (await ask(town, "catchup")).body["content"]
    page = await press(town, first, "More")
    assert "⏳ Many catch-ups" in page.body["content"], "turning a page counts"
    again = await press(town, nothing, "Show me the last one again")
    assert "⏳ Many catch-ups" in again.body["content"]
    town.desk.wait(6_000)
    assert headlines(await press(town, first, "More")) == ["Story 8", "Story 9"]


async def test_catchup_goes_back_a_day_at_first_and_a_week_at_most(town: Town) -> None:
    await subscribed(town)
    await brings(town, story("Bridge", town.desk.now[0]))
    town.desk.wait(2 * DAY)
    nothing = await ask(town, "catchup")
    assert "You are up to date" in told(nothing)
    assert not buttons(nothing)
    await brings(town, story("Ferry", town.desk.now[0]))
    assert headlines(await catches_up(town)) == ["Ferry"]
    await brings(town, story("Harbour", town.desk.now[0]))
    town.desk.wait(8 * DAY)
    assert "Nothing was posted" in told(await ask(town, "catchup"))


async def test_catchup_in_a_channel_or_dm_without_topics_says_so(town: Town) -> None:
    assert "`/subscribe` brings one" in told(await ask(town, "catchup"))
    alone = await town.discord.slash(town.ann, None, "catchup")
    assert "`/subscribe` brings one" in told(alone)


async def test_a_catchup_that_nobody_got_to_see_comes_again(town: Town) -> None:
    await subscribed(town)
    await brings(town, story("Bridge", town.desk.now[0]))
    town.discord.fail_next("PATCH", r"/messages/@original$", status=403, code=50013)
    refused = await ask(town, "catchup")
    assert "Something went wrong" in str(refused.body)
    assert headlines(await catches_up(town)) == ["Bridge"]
    assert "up to date" in told(await ask(town, "catchup"))


async def test_a_catchup_shows_a_story_as_it_is_told_now(town: Town) -> None:
    await subscribed(town)
    now = town.desk.now[0]
    await brings(town, story("Bridge", now))
    town.desk.web.tells(
        FEED, story("Bridge", now).replace("<title>Bridge<", "<title>Bridge reopens<")
    )
    await town.desk.poll()
    assert headlines(await ask(town, "catchup")) == ["Bridge reopens"]
