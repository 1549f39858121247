"""What the panel of /settings hides, and what it says when pressed late, twice or out of turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.models import Filters, Setting, Trial
from bot.newsroom import Author
from bot.publish import panel_words
from cogs import replies
from tests.loopback.interactions import Reply
from tests.loopback.state import Permission
from tests.newsdesk import FEED, OTHER, TOWN
from tests.panels import Panel
from tests.subscribing import subscribe
from tests.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        opened.desk.web.tells(FEED)
        opened.desk.web.tells(OTHER)
        yield opened


async def opened(town: Town) -> Panel:
    reply = await town.discord.slash(town.mia, town.channel, "settings")
    return Panel(town, town.mia, reply)


def forged(town: Town, custom_id: str) -> Panel:
    button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    body = {"flags": 1 << 15, "components": [{"type": 1, "components": [button]}]}
    post = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
    return Panel(town, town.mia, Reply(body=post.body, message=post))


async def test_the_history_says_nothing_of_channels_that_are_hidden_from_who_reads_it(
    town: Town,
) -> None:
    hidden = town.discord.add_channel(town.ann.guild, "hidden")
    boss = town.discord.add_member(town.ann.guild, "Boss", Permission.MANAGE_GUILD)
    await town.says("subscribe", topic="town")
    await subscribe(town.discord, boss, hidden, topic="town")
    await town.desk.newsroom.settings.change(
        Author(town.ann.guild.id, boss.id),
        hidden.id,
        None,
        Setting.FILTERS,
        lambda flow: replace(flow, filters=Filters(not_words=("merger",))),
    )
    shown = await opened(town)
    assert "merger" in await shown.press("history")
    number = next(shown.ids("takeback"))
    town.discord.deny(hidden, Permission.VIEW_CHANNEL, town.mia)
    await shown.press("show")
    said = await shown.press("history")
    assert "merger" not in said
    assert str(hidden.id) not in str(shown.parts)
    assert said.count(f"A change in a channel that you can't see.\n-# <@{boss.id}>") == 2
    assert f"**Subscribed** · <#{town.channel.id}>" in said
    assert not shown.has("takeback") or number not in list(shown.ids("takeback"))
    for act in ("undo", "takeback", "takelast"):
        late = forged(town, number.replace("takeback", act))
        assert "can't see that channel" in await late.send(number.replace("takeback", act))
    (one,) = await town.desk.newsroom.flows.of_channel(hidden.id)
    assert one.subscription.flow.filters.not_words == ("merger",)


async def test_a_form_that_would_come_too_late_is_not_waited_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.says("subscribe", topic="town")
    shown = await opened(town)
    await shown.fill("budget", posts="none")
    (again,) = shown.ids("again")
    (ask,) = (one for one in shown.ids("ask") if one.endswith("budget"))
    before = shown.text

    async def held(*_: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(replies, "BEFORE_A_FORM", 0.01)
    monkeypatch.setattr(town.desk.newsroom.settings, "flows", held)
    for custom_id in (ask, again):
        assert "Try again in a moment" in await shown.whispered(custom_id)
    assert shown.text == before


@pytest.mark.parametrize("act", ["foo:{}:-", "fill:{}:-:zzz"])
async def test_what_the_panel_does_not_know_is_acknowledged_all_the_same(
    town: Town, act: str
) -> None:
    custom_id = "set:" + act.format(town.channel.id)
    shown = forged(town, custom_id)
    with pytest.raises(TimeoutError, match="callback of type 6"):  # deferred, and left as it is
        await town.discord.press(town.mia, town.channel, shown.reply, custom_id, timeout=0.3)


async def test_pressing_undo_twice_leaves_what_was_undone_in_sight(town: Town) -> None:
    await town.says("subscribe", topic="town")
    shown = await opened(town)
    await shown.press("pace", "hourly")
    (undo,) = shown.ids("undo")
    assert "↩️ Undone" in await shown.press("undo")
    assert "has been undone already" in await forged(town, undo).whispered(undo)


async def test_only_what_can_be_chosen_is_shown_as_chosen(town: Town) -> None:
    role = town.discord.add_role(town.ann.guild, "Readers", mentionable=True)
    await town.says("subscribe", topic="town", mention=role)
    voice = town.discord.add_channel(town.ann.guild, "voice", 2)

    def chosen(panel: Panel) -> list[str]:
        return [one["id"] for part in panel.parts for one in part.get("default_values", [])]

    shown = await opened(town)
    assert chosen(shown) == [str(town.channel.id), str(role.id)]
    reply = await town.discord.slash(town.mia, voice, "settings")
    assert chosen(Panel(town, town.mia, reply)) == []
    await town.desk.newsroom.settings.change(
        Author(town.ann.guild.id, town.mia.id),
        town.channel.id,
        None,
        Setting.MENTION,
        lambda flow: replace(flow, mention=5),  # of no role that is there
    )
    assert chosen(await opened(town)) == [str(town.channel.id)]


def test_one_story_is_not_called_the_newest_1_stories() -> None:
    trial = Trial(TOWN, Filters(), 1, ())
    assert panel_words.tried([trial]) == "It would not have stopped the newest story."
