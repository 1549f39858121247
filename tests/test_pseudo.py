"""The bot in a made-up language: what is not in brackets is data, or a text that was forgotten."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.models import DAY, HOUR, Block, BlockKind, Page, Server
from bot.words import LANGUAGES
from tests.loopback.component_limits import component_nodes
from tests.loopback.interactions import Reply
from tests.newsdesk import FEED, story
from tests.pseudo import LANGUAGE, bare, found_texts, spoken_from, visible, write
from tests.subscribing import buttons
from tests.town import Town, open_town

_BUTTON = 2
_TEXT = "Gulls have bred."
_WHY = f"<p>{_TEXT} Gulls have always bred there, on the roof, by the sea.</p><h2>Why it matters</h2><p>{_TEXT}</p>"  # noqa: E501
# What the story, the topics and the commands are called; mentions, links, times, code.
_DATA = re.compile(
    r"</[a-z ]+:\d+>|<#\d+>|<@&?\d+>|<t:\d+:\w>|\]\([^)]*\)|`[^`]*`"
    r"|The Gazette|Courier(?: \(courier\.example\))?|courier\.example|Bridge|Old|Roof|Town|Region"
    r"|A few words on|Why (?:this|it) matters|gazette\.example\S*"
    r"|\b[Gg]ulls\b[^.…⟦]*[.…]?|\b(?:bridge|town|nope|zzz)\b"
    rf"|UTC|Europe/Berlin|{'|'.join(map(re.escape, LANGUAGES.values()))}",
)


async def _read(url: str) -> Page:
    blocks = (
        Block(BlockKind.HEADING, "Why it matters"),
        Block(BlockKind.PARAGRAPH, _TEXT),
    )
    return Page(url, title="Roof", publisher="Courier", published=0, blocks=blocks)


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locales")
    write(folder, LANGUAGE, found_texts())
    return folder


@pytest.fixture
async def town(tmp_path: Path, catalogues: Path) -> AsyncIterator[Town]:
    with spoken_from(catalogues):
        async with open_town(tmp_path, page=_read) as opened:
            now = opened.desk.now[0]
            opened.desk.web.tells(
                FEED, story("Bridge", now - HOUR, content=_WHY), story("Old", now - DAY)
            )
            opened.ann.locale = opened.mia.locale = LANGUAGE
            server = Server(opened.ann.guild.id, language=LANGUAGE)
            await opened.desk.store.write(lambda tx: tx.servers.put(server))
            yield opened


def _forgotten(body: Any) -> list[str]:
    """Return the words of a body that are neither in brackets nor data."""
    found = (_DATA.sub(" ", bare(text)) for text in visible(body))
    return [text for text in found if re.search(r"[^\W\d_]{2,}", text)]


def _pressable(body: Any) -> list[str]:
    """Name the buttons of a panel by their ids."""
    parts = component_nodes(body["components"])
    return [part["custom_id"] for part in parts if part["type"] == _BUTTON and "custom_id" in part]


def _all_is_said(reply: Reply) -> None:
    assert reply.body
    assert _forgotten(reply.body) == []


async def test_all_that_is_said_around_a_subscription_is_in_the_members_language(
    town: Town,
) -> None:
    offer = await town.discord.slash(town.ann, town.channel, "subscribe", topic="town")
    _all_is_said(offer)
    _all_is_said(await town.discord.press(town.ann, town.channel, offer, buttons(offer)[0]))
    await town.desk.newsroom.deliver_due()
    for name in ("subscriptions", "topics", "status", "catchup", "latest"):
        _all_is_said(await town.discord.slash(town.ann, town.channel, name))
    for name, options in (
        ("status", {"story": "Bridge"}),
        ("status", {"story": "zzz"}),
        ("search", {"words": "bridge"}),
        ("subscribe", {"topic": "town"}),
        ("subscribe", {"topic": "nope"}),
        ("follow", {"topic": "town"}),
        ("unsubscribe", {"topic": "town"}),
        ("unsubscribe", {"topic": "town"}),
    ):
        _all_is_said(await town.discord.slash(town.ann, town.channel, name, **options))  # type: ignore[arg-type]  # options are named as they like


async def test_all_that_is_said_to_members_is_in_their_language(town: Town) -> None:
    for name in ("help", "privacy", "settings", "feed list", "feed health", "unfollow", "status"):
        _all_is_said(await town.discord.slash(town.mia, town.channel, name))
    link = "https://courier.example/roof"
    _all_is_said(await town.discord.slash(town.mia, town.channel, "explain", link=link))


async def test_posts_are_in_the_servers_language_and_answers_in_the_members(town: Town) -> None:
    town.ann.locale = "en-US"
    said = await town.says("subscribe", topic="town")
    assert "from now on" in said
    assert "⟦" not in said
    await town.desk.newsroom.deliver_due()
    body = town.desk.channels.messages[0][2]
    assert "⟦Why This Matters⟧" in [field["name"] for field in body["embeds"][0]["fields"]]
    assert _forgotten(body) == []
    shown = await town.discord.slash(town.ann, town.channel, "latest")
    assert any("⟦" in text for text in visible(shown.body))  # everybody sees it
    own = await town.says("subscriptions")
    assert "⟦" not in own


async def test_a_kept_reason_is_told_in_the_readers_language(town: Town) -> None:
    await town.says("subscribe", topic="town")
    channel = town.channel.id
    reason = (
        "I may not post here: give me Send Messages and Embed Links (Edit Channel → Permissions)."
    )
    now = town.desk.now[0]
    await town.desk.store.write(lambda tx: tx.subscriptions.pause(channel, reason, now, now))
    said = await town.says("subscriptions")
    assert "⟦I may not post here: give me ⟧⟦Send Messages⟧⟦ and ⟧⟦Embed Links⟧" in said


async def test_the_panel_of_settings_and_its_forms_are_in_the_members_language(town: Town) -> None:
    await town.says("subscribe", topic="town")
    panel = await town.discord.slash(town.mia, town.channel, "settings")
    pressed: set[str] = set()
    while left := [one for one in _pressable(panel.body) if one not in pressed]:
        pressed.add(left[0])
        shown = await town.discord.press(town.mia, town.channel, panel, left[0])
        _all_is_said(shown)
        panel = panel if shown.modal else shown
    assert len(pressed) >= 5


async def test_commands_are_described_to_discord_in_every_language_that_has_words(
    town: Town,
) -> None:
    (subscribe,) = (one for one in town.discord.commands if one["name"] == "subscribe")
    described = subscribe["description_localizations"]
    assert described == {LANGUAGE: f"⟦{subscribe['description'].removesuffix('.')}⟧."}
    assert not subscribe.get("name_localizations")
    (pace,) = (one for one in subscribe["options"] if one["name"] == "pace")
    assert pace["choices"][0]["name_localizations"] == {LANGUAGE: "⟦as it happens⟧"}
    assert pace["choices"][0]["value"] == "as it happens"
