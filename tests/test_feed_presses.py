"""What is pressed below /feed, twice or late: nothing that was done is taken off the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.models import HOUR, Fetched
from bot.store import Tx
from cogs import replies
from tests.loopback.feeds import rss
from tests.loopback.interactions import Reply
from tests.loopback.state import Permission
from tests.newsdesk import FEED, OTHER, story
from tests.test_feed_commands import CHESS, KEYED, PAGE, made, named, press, uses
from tests.town import Town, open_town, text_of

OVER = "That is done, or too long ago"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        items = [story(f"Move {n}", opened.desk.now[0] - n * HOUR) for n in (1, 2, 3)]
        for url in (FEED, OTHER):
            opened.desk.web.tells(url)
        for url, title, posts in ((CHESS, "Chess Weekly", items), (KEYED, "Paid", items[:1])):
            page = rss(title, posts)
            opened.desk.web.answers[url] = Fetched(page, url, "application/rss+xml")
        yield opened


async def twice(town: Town, shown: Reply, label: str) -> str:
    """Press a button again before the first press is answered; return what the message says."""
    message, button = shown.message, named(shown, label)
    assert message is not None

    async def presses() -> Reply:
        # As Discord does: both were taken while the button was there.
        return await town.discord.press(town.mia, town.channel, message, button)

    pressed = await asyncio.gather(presses(), presses())
    assert sum(r.ephemeral and OVER in text_of(r) and not r.updated for r in pressed) == 1
    return str(message.body.get("content"))


async def test_a_double_click_takes_neither_the_success_nor_the_undo_away(town: Town) -> None:
    await made(town)
    reply = await uses(town, "add", url=KEYED, topic="chess")
    assert "✅ **Paid** is in" in await twice(town, reply, "Add to ♟️ Chess")
    assert named(reply, "Bring it to this channel")
    gone = await uses(town, "remove", feed="Paid")
    assert "↩️ **♟️ Chess** has **Paid** again" in await twice(town, gone, "Undo")
    await uses(town, "remove", feed="Paid")
    asked = await uses(town, "remove", feed="Chess Weekly")
    assert "is gone, and **♟️ Chess** with it" in await twice(town, asked, "Remove both")
    assert asked.message is not None
    undo = named(Reply(body=asked.message.body), "Undo")
    back = await town.discord.press(town.mia, town.channel, asked.message, undo)
    assert "has **Chess Weekly** again" in text_of(back)


async def test_a_form_that_is_sent_twice_leaves_what_the_first_one_did(town: Town) -> None:
    found = await uses(town, "add", url=CHESS)
    forms = [await press(town, found, "A new topic…") for _ in range(2)]
    filled = {"title": "Chess", "emoji": ""}
    sent = [town.discord.submit(town.mia, town.channel, form, filled) for form in forms]
    first, second = await asyncio.gather(*sent)
    assert (OVER in text_of(first)) != (OVER in text_of(second))
    assert found.message is not None
    assert "✅ **Chess Weekly** is in **Chess** now" in found.message.body["content"]


async def test_who_looks_at_too_many_addresses_can_choose_again_later(town: Town) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{url}">' for url in (CHESS, KEYED)
    )
    page = f"<!doctype html><html><head>{links}</head><body>A club</body></html>"
    town.desk.web.answers[PAGE] = Fetched(page.encode(), PAGE, "text/html")
    for _ in range(4):
        await uses(town, "preview", url=CHESS)
    reply = await uses(town, "add", url=PAGE)
    refused = await press(town, reply, "Choose a feed", values=["1"])
    assert "It goes on <t:" in text_of(refused)
    town.desk.wait(60_000)
    shown = await press(town, reply, "Choose a feed", values=["1"])
    assert "**Paid**" in text_of(shown)


async def test_the_form_of_a_new_topic_is_acknowledged_before_anything_is_written(
    town: Town,
) -> None:
    found = await uses(town, "add", url=CHESS)
    form = await press(town, found, "A new topic…")
    interactions = town.discord._interactions  # what Discord knows, while it waits

    def is_acknowledged() -> bool:
        newest = max(interactions._by_token.values(), key=lambda one: one.id)
        return newest.kind == 5 and newest.acknowledged is not None

    async def writes(_: Tx) -> None:
        await town.discord.until(is_acknowledged)

    writing = asyncio.create_task(town.desk.store.write(writes))
    filled = {"title": "Chess", "emoji": ""}
    done = await town.discord.submit(town.mia, town.channel, form, filled, timeout=20)
    await writing
    assert "✅" in text_of(done)


async def test_where_a_form_can_not_be_opened_in_time_that_is_said(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await uses(town, "add", url=CHESS)
    monkeypatch.setattr(replies, "BEFORE_A_FORM", 0)
    late = await press(town, found, "A new topic…")
    assert late.ephemeral
    assert "Try again in a moment" in late.body["content"]
    monkeypatch.undo()
    assert (await press(town, found, "A new topic…")).modal, "the button is there still"


async def test_channels_that_a_manager_may_not_see_are_counted_and_not_named(town: Town) -> None:
    await made(town)
    await town.says("subscribe", topic="chess")
    kim = town.discord.add_member(town.ann.guild, "Kim", Permission.MANAGE_GUILD)
    town.discord.deny(town.channel, Permission.VIEW_CHANNEL, kim)
    lobby = town.discord.add_channel(town.ann.guild, "lobby")
    asked = await town.discord.slash(kim, lobby, "feed remove", feed="Chess Weekly")
    assert "This channel gets it no more: 1 that you can't see." in asked.body["content"]
    assert str(town.channel.id) not in asked.body["content"]


async def test_a_page_of_a_topic_that_is_gone_does_not_become_that_of_all(town: Town) -> None:
    button = {"type": 2, "style": 2, "label": "x", "custom_id": "feed:health:0:gone"}
    body = {"content": "x", "components": [{"type": 1, "components": [button]}]}
    post = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
    turned = await town.discord.press(town.mia, town.channel, post, "feed:health:0:gone")
    assert "There is no topic “gone”" in text_of(turned)
    assert post.body["content"] == "x"
