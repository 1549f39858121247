"""The slash commands, with the real client, as members use them on the loopback Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import yarl

from bot.client import PERMISSIONS, invitation
from bot.models import DAY, HOUR, Block, BlockKind, ExplainedStory, FetchFailed, Page
from bot.newsroom import Listed
from tests.loopback.state import Permission
from tests.newsdesk import FEED, story
from tests.subscribing import buttons
from tests.town import Town, open_town

_WHY = (
    "<p>The council has voted for the bridge, late at night, and by one vote only, it says.</p>"
    "<h2>Why it matters</h2><p>Because 4,000 people cross it every day.</p>"
    "<h2>What's next</h2><p>Work will begin in May 2027.</p>"
)


async def _read(url: str) -> Page:
    blocks = (
        Block(BlockKind.HEADING, "Why it matters"),
        Block(BlockKind.PARAGRAPH, "The harbour feeds the town."),
    )
    return Page(url, title="Harbour closes", publisher="Courier", published=0, blocks=blocks)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path, page=_read) as opened:
        yield opened


async def test_subscribing_confirms_and_posts_the_newest_story_once_as_a_proof(town: Town) -> None:
    now = town.desk.now[0]
    town.desk.web.tells(FEED, story("Bridge", now - HOUR, content=_WHY), story("Old", now - DAY))
    said = await town.says("subscribe", topic="town")
    assert f"✅ <#{town.channel.id}> gets **🏘️ Town** from now on: each new story once" in said
    assert f"Its newest story is being posted in <#{town.channel.id}>" in said
    await town.desk.newsroom.deliver_due()
    assert town.desk.channels.titles_in(town.channel.id) == ["Bridge"]
    said = await town.says("subscribe", topic="town")
    assert "gets **🏘️ Town** already" in said
    assert "being posted" not in said
    await town.desk.newsroom.deliver_due()
    assert town.desk.channels.titles == ["Bridge"]


async def test_subscribing_where_nothing_came_in_yet_says_what_will_be_first(town: Town) -> None:
    town.desk.web.tells(FEED)
    assert "The next story will be the first." in await town.says("subscribe", topic="town")
    await town.desk.newsroom.deliver_due()
    assert town.desk.channels.titles == []


async def test_subscribing_another_channel_needs_its_permissions_there(town: Town) -> None:
    quiet = town.discord.add_channel(town.ann.guild, "quiet")
    town.discord.deny(quiet, Permission.SEND_MESSAGES, town.ann)
    said = await town.says("subscribe", topic="town", channel=quiet)
    assert f"You may not write in <#{quiet.id}>" in said
    town.discord.allow(quiet, Permission.SEND_MESSAGES, town.ann)
    town.discord.deny(quiet, Permission.SEND_MESSAGES | Permission.EMBED_LINKS)
    said = await town.says("subscribe", topic="town", channel=quiet)
    assert "I lack **Send Messages** and **Embed Links** there" in said
    town.discord.allow(quiet, Permission.SEND_MESSAGES | Permission.EMBED_LINKS)
    assert "✅" in await town.says("subscribe", topic="town", channel=quiet)


async def test_a_topic_that_is_not_there_is_named_with_the_way_out(town: Town) -> None:
    said = await town.says("subscribe", topic="chess @everyone [x](https://evil.example)")
    assert "There is no topic" in said
    assert "`/topics`" in said
    assert "@everyone" not in said
    assert "[x](" not in said


async def test_unsubscribing_ends_it_and_says_so_once(town: Town) -> None:
    await town.says("subscribe", topic="town")
    assert "gets **🏘️ Town** no more" in await town.says("unsubscribe", topic="town")
    assert "does not get “town”" in await town.says("unsubscribe", topic="town")


async def test_a_member_who_may_not_write_somewhere_can_not_end_what_it_gets(town: Town) -> None:
    await town.says("subscribe", topic="town")
    bob = town.discord.add_member(town.ann.guild, "Bob")
    other = town.discord.add_channel(town.ann.guild, "other")
    town.discord.deny(town.channel, Permission.SEND_MESSAGES, bob)
    reply = await town.discord.slash(bob, other, "unsubscribe", topic="town", channel=town.channel)
    assert "You may not write" in reply.body["content"]
    assert len(await town.desk.newsroom.subscriptions(town.ann.guild.id)) == 1


async def test_the_list_of_subscriptions_names_channels_topics_and_failing_feeds(
    town: Town,
) -> None:
    assert "No channel of this server gets any topic" in await town.says("subscriptions")
    await town.says("subscribe", topic="region")
    said = await town.says("subscriptions")
    assert f"<#{town.channel.id}>\n- Region · as it happens · 2 feeds" in said


async def test_topics_are_listed_also_in_private(town: Town) -> None:
    said = await town.says("topics")
    assert "**🏘️ Town**" in said
    reply = await town.discord.slash(town.ann, None, "topics")
    assert "`region`" in reply.body["embeds"][0]["description"]


async def test_topics_complete_while_typing(town: Town) -> None:
    async def offered(command: str, value: str) -> list[str]:
        choices = await town.discord.autocomplete(
            town.ann, town.channel, command, focused="topic", value=value
        )
        return [choice["value"] for choice in choices]

    assert await offered("subscribe", "") == ["town", "region"]
    assert await offered("latest", "REG") == ["region"]
    assert await offered("unsubscribe", "") == []
    await town.says("subscribe", topic="region")
    assert await offered("unsubscribe", "") == ["region"]


async def test_latest_is_public_and_has_all_sections_with_numbered_sources(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0], content=_WHY))
    reply = await town.discord.slash(town.ann, town.channel, "latest", topic="town")
    assert not reply.ephemeral
    fields = {f["name"]: f["value"] for f in reply.body["embeds"][0]["fields"]}
    assert fields == {
        "Why This Matters": r"Because 4,000 people cross it every day. \[1\]",
        "What Happens Next": r"Work will begin in May 2027. \[1\]",
        "Sources": r"\[1\] [The Gazette](https://gazette.example/bridge), <t:1795248000:D>",
    }
    link, *_ = reply.body["components"][0]["components"]
    assert link["label"] == "Read Full Story at The Gazette"
    in_private = await town.discord.slash(town.ann, None, "latest", topic="town")
    assert in_private.body["embeds"][0]["title"] == "Bridge"


async def test_latest_of_nothing_says_what_to_do(town: Town) -> None:
    reply = await town.discord.slash(town.ann, town.channel, "latest", topic="town")
    assert "Try again in a minute" in reply.body["embeds"][0]["description"]


_PICTURED = f'<p><img src="https://gazette.example/bridge.jpg"></p>{_WHY}'


async def test_an_answer_whose_picture_discord_refuses_is_given_without_it(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0] - HOUR, content=_PICTURED))
    reply = await town.discord.slash(town.ann, town.channel, "latest", topic="town")
    assert "image" in reply.body["embeds"][0], "it has a picture that could be refused"
    town.discord.fail_next("PATCH", r"/webhooks/", status=400, code=50035)
    reply = await town.discord.slash(town.ann, town.channel, "latest", topic="town")
    assert reply.body["embeds"][0]["title"] == "Bridge"
    assert "image" not in reply.body["embeds"][0]
    assert reply.body["components"]


async def test_an_answer_whose_embed_discord_refuses_is_given_in_words(town: Town) -> None:
    town.desk.web.answers[FEED] = FetchFailed("The site is down.")
    town.discord.fail_next("PATCH", r"/webhooks/", status=400, code=50035, times=2)
    reply = await town.discord.slash(town.ann, town.channel, "subscribe", topic="town")
    assert "🔭" in reply.body["content"]
    town.discord.fail_next("PATCH", r"/webhooks/", status=400, code=50035, times=2)
    reply = await town.discord.press(town.ann, town.channel, reply, buttons(reply)[0])
    assert "✅" in reply.body["content"]
    assert not reply.body.get("embeds")
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0] - HOUR, content=_PICTURED))
    town.desk.wait(DAY)
    town.discord.fail_next("PATCH", r"/webhooks/", status=400, code=50035, times=2)
    assert "Discord refuses to show it" in str(
        (await town.discord.slash(town.ann, town.channel, "latest", topic="town")).body
    )


async def test_an_answer_that_was_not_deferred_is_given_in_words_too(town: Town) -> None:
    town.discord.fail_next("POST", r"/callback$", status=400, code=50035, times=2)
    assert "Discord refuses to show it" in await town.says("topics")


async def test_an_answer_that_discord_refuses_for_another_reason_is_not_repeated(
    town: Town,
) -> None:
    town.discord.fail_next("POST", r"/callback$", status=403, code=50013)
    assert "Something went wrong" in await town.says("topics")


async def test_a_button_of_a_story_that_is_gone_says_so(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0], content=_WHY))
    told = await town.desk.newsroom.latest("town")
    assert isinstance(told, ExplainedStory)
    for story_id, answer in ((told.story.id, "Why This Matters"), (1, "not kept any more")):
        button = {"type": 2, "style": 2, "label": "More", "custom_id": f"explain:{story_id}"}
        body = {"content": "A post", "components": [{"type": 1, "components": [button]}]}
        post = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
        reply = await town.discord.press(town.ann, town.channel, post, f"explain:{story_id}")
        assert reply.ephemeral
        assert answer in str(reply.body)


async def test_a_fault_is_answered_with_a_reference_that_is_in_the_log(town: Town) -> None:
    async def broken(guild_id: int) -> list[Listed]:
        raise RuntimeError(guild_id)

    town.desk.newsroom.subscriptions = broken  # type: ignore[method-assign]
    with structlog.testing.capture_logs() as logs:
        said = await town.says("subscriptions")
    assert "Something went wrong on my side" in said
    reference = said.partition("noted down as `")[2].partition("`")[0]
    assert len(reference) == 6
    assert [entry["reference"] for entry in logs] == [reference]
    assert isinstance(logs[0]["exc_info"], RuntimeError)


async def test_commands_are_registered_only_when_they_changed(town: Town) -> None:
    before = {command["name"] for command in town.discord.commands}
    assert town.discord.command_puts == 1
    registered = await town.client.register(town.desk.newsroom.note, town.desk.newsroom.keep_note)
    assert not registered
    assert town.discord.command_puts == 1
    town.client.tree.remove_command("topics")
    assert await town.client.register(town.desk.newsroom.note, town.desk.newsroom.keep_note)
    assert town.discord.command_puts == 2
    assert {command["name"] for command in town.discord.commands} == before - {"topics"}


async def test_commands_that_another_program_took_away_are_registered_at_the_next_start(
    town: Town,
) -> None:
    async def start() -> bool:
        newsroom = town.desk.newsroom
        return await town.client.register(newsroom.note, newsroom.keep_note)

    whole = {command["name"] for command in town.discord.commands}
    known = dict(town.client.command_ids)
    application = town.client.application_id or 0
    await town.client.http.bulk_upsert_global_commands(
        application, [{"name": "play", "description": "Play music", "type": 1}]
    )
    assert await start()
    assert {command["name"] for command in town.discord.commands} == whole
    assert set(town.client.command_ids) == set(known)
    assert not await start()


def test_the_invitation_asks_for_exactly_what_is_needed() -> None:
    link = yarl.URL(invitation(1234))
    assert link.query["client_id"] == "1234"
    assert link.query["permissions"] == "274877991936"
    assert set(link.query["scope"].split()) == {"bot", "applications.commands"}
    assert PERMISSIONS.value == 274877991936


# ── any link ─────────────────────────────────────────────────────────────────────────────

LINK = "https://courier.example/2026/harbour"


async def test_explain_shows_any_links_sections_in_public_or_in_private(town: Town) -> None:
    reply = await town.discord.slash(town.ann, town.channel, "explain", link=LINK)
    assert not reply.ephemeral
    assert reply.acknowledged_after < 3
    embed = reply.body["embeds"][0]
    assert embed["title"] == "Harbour closes"
    assert [f["name"] for f in embed["fields"]] == ["Why This Matters", "Sources"]
    assert embed["footer"]["text"] == "by the publisher"
    quiet = await town.discord.slash(town.ann, town.channel, "explain", link=LINK, private=True)
    assert quiet.ephemeral
    assert quiet.body["embeds"] == reply.body["embeds"]
    alone = await town.discord.slash(town.ann, None, "explain", link=LINK)
    assert alone.body["embeds"] == reply.body["embeds"]


async def test_explain_says_what_is_wrong_with_a_link(town: Town) -> None:
    reply = await town.discord.slash(town.ann, town.channel, "explain", link="@everyone")
    assert "I can't explain this one. That is no link to an article" in reply.body["content"]
    for n in range(6):
        reply = await town.discord.slash(town.ann, town.channel, "explain", link=f"{LINK}/{n}")
    assert reply.body["content"].startswith("⏳ You have asked about many links")
    assert reply.ephemeral, "a refusal is for who asked alone"


async def _asks_about(town: Town, author: int, body: dict[str, Any]) -> Any:
    message = town.discord.world.store(town.channel, author, body)
    return await town.discord.menu(town.ann, town.channel, "Why this matters", message)


async def test_the_message_command_explains_the_link_in_a_message(town: Town) -> None:
    reply = await _asks_about(town, town.ann.id, {"content": f"Have you seen {LINK}?"})
    assert reply.ephemeral
    assert reply.body["embeds"][0]["title"] == "Harbour closes"
    bare = await _asks_about(town, town.ann.id, {"content": "Good morning"})
    assert bare.ephemeral
    assert bare.body["content"].startswith("There is no link in that message.")


async def test_the_message_command_knows_the_bots_own_posts(town: Town) -> None:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0], content=_WHY))
    told = await town.desk.newsroom.latest("town")
    assert isinstance(told, ExplainedStory)
    button = {"type": 2, "style": 2, "label": "x", "custom_id": f"explain:{told.story.id}"}
    post = {"content": "A post", "components": [{"type": 1, "components": [button]}]}
    reply = await _asks_about(town, town.discord.world.bot_id, post)
    assert reply.body["embeds"][0]["title"] == "Bridge"
    gone = post | {"components": [{"type": 1, "components": [button | {"custom_id": "explain:1"}]}]}
    reply = await _asks_about(town, town.discord.world.bot_id, gone)
    assert "not kept any more" in reply.body["content"]
    forged = await _asks_about(town, town.ann.id, post)
    assert forged.body["content"].startswith("There is no link"), "others' buttons say nothing"
