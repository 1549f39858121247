"""Which language is spoken, what it says of numbers, and what happens where it has no words."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import discord
import pytest
from discord import app_commands

from bot.client import Client
from bot.command_words import CommandWords
from bot.publish.cards import listed
from bot.publish.help import Command, overview
from bot.words import ENGLISH, LANGUAGES, best, named, speak, speaking, spoken, tr, trn
from tests.pseudo import spoken_from, write
from tools.words_found import Found

TEXTS = [
    Found("Not there."),
    Found("{n} story", "{n} stories"),
    Found("{before}, {next}"),
    Found("{before} and {last}"),
    Found("What to read about", context="command"),
]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    for language in ("de", "fr", "ja", "pt_BR"):
        write(tmp_path, language, TEXTS)
    return tmp_path


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de", "de"), ("de-AT", "de"), ("es-ES", "es"), ("es-419", "es"), ("fr", "fr"),
        ("ja", "ja"), ("pt-BR", "pt_BR"), ("pt", "pt_BR"), ("pt_PT", "pt_BR"), ("en-US", "en"),
        ("en-GB", "en"), ("zh-CN", "en"), ("", "en"), (None, "en"), ("../de", "en"), ("DE", "de"),
    ],
)  # fmt: skip
def test_the_language_closest_to_a_locale_is_spoken(locale: str | None, language: str) -> None:
    assert best(locale) == language


def test_every_locale_of_discords_has_a_language() -> None:
    assert {best(locale.value) for locale in discord.Locale} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["0 stories", "1 story", "2 stories"]),
        ("de", ["{0} stories", "{1} story", "{2} stories"]),
        ("fr", ["{0} story", "{1} story", "{2} stories"]),
        ("pt_BR", ["{0} story", "{1} story", "{2} stories"]),
        ("ja", ["{0} stories", "{1} stories", "{2} stories"]),
        ("es", ["0 stories", "1 story", "2 stories"]),  # it has no words here
    ],
)
def test_numbers_are_told_by_each_languages_own_rules(
    words: Path, language: str, forms: list[str]
) -> None:
    with spoken_from(words), speaking(language):
        said = [trn("{n} story", "{n} stories", number) for number in range(3)]
    shown = [text.replace("⟦", "").replace("⟧", "") for text in said]
    assert shown == [form.replace("{", "").replace("}", "") for form in forms]
    assert ("⟦" in said[0]) is (language in {"de", "fr", "pt_BR", "ja"})


def test_what_nobody_has_translated_is_said_in_english(words: Path) -> None:
    with spoken_from(words), speaking("de"):
        assert tr("Not there.") == "⟦Not there⟧."
        assert tr("New, and {what}.", what="{odd}") == "New, and {odd}."
        assert tr("") == ""
    with spoken_from(words), speaking("xx"):
        assert spoken() == ENGLISH
        assert tr("Not there.") == "Not there."


@pytest.mark.parametrize("broken", [b"", b"no catalogue", b"\xde\x12\x04\x95" + b"\xff" * 40])
def test_a_catalogue_that_is_broken_leaves_english(tmp_path: Path, broken: bytes) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "wherefore.mo").write_bytes(broken)
    with spoken_from(tmp_path), speaking("de"):
        assert tr("Not there.") == "Not there."
        assert trn("{n} story", "{n} stories", 2) == "2 stories"


def test_a_translation_with_gaps_that_there_are_none_for_is_said_in_english(
    words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.pseudo.wrapped", lambda text: text + " {nobody.knows} {")
    write(words / "odd", "de", [Found("It is {what}."), Found("{n} post", "{n} posts")])
    with spoken_from(words / "odd"), speaking("de"):
        assert tr("It is {what}.", what="so") == "It is so."
        assert trn("{n} post", "{n} posts", 1) == "1 post"


async def test_each_task_speaks_for_itself(words: Path) -> None:
    async def one(language: str) -> str:
        speak(language)
        await asyncio.sleep(0)
        return tr("Not there.")

    with spoken_from(words):
        said = await asyncio.gather(*(one(name) for name in ("de", "en", "fr")))
    assert said == ["⟦Not there⟧.", "Not there.", "⟦Not there⟧."]
    assert spoken() == ENGLISH


def test_lists_are_put_together_by_words_that_can_be_translated(words: Path) -> None:
    assert [listed(["A", "B", "C"][:many]) for many in range(4)] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
    with spoken_from(words), speaking("ja"):
        assert listed(["A", "{B}", "C"]) == "A⟦, ⟧{B}⟦ and ⟧C"


# ── descriptions of commands ─────────────────────────────────────────────────────────────

_CONTEXT = app_commands.TranslationContextLocation


async def _translated(text: str, locale: discord.Locale, place: _CONTEXT) -> str | None:
    context = cast("Any", app_commands.TranslationContext)(place, None)
    return await CommandWords().translate(app_commands.locale_str(text), locale, context)


async def test_descriptions_are_translated_and_names_are_not(words: Path) -> None:
    text = "What to read about"
    with spoken_from(words):
        for locale in (discord.Locale.german, discord.Locale.japanese, discord.Locale.french):
            said = await _translated(text, locale, _CONTEXT.parameter_description)
            assert said == f"⟦{text}⟧"
        assert await _translated(text, discord.Locale.german, _CONTEXT.command_name) is None
        for locale in (discord.Locale.british_english, discord.Locale.chinese):
            assert await _translated(text, locale, _CONTEXT.parameter_description) is None


async def test_a_description_that_is_too_long_in_a_language_stays_english(words: Path) -> None:
    long = Found("W" * 99, context="command")
    write(words / "long", "de", [long])
    with spoken_from(words / "long"):
        place = _CONTEXT.command_description
        assert await _translated(long.text, discord.Locale.german, place) is None


async def test_a_command_in_a_menu_has_its_name_in_each_language(tmp_path: Path) -> None:
    @app_commands.context_menu(name="Why this matters")
    async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
        """Answer nothing."""

    client = Client()
    short, long = (Found(name, context="menu") for name in ("Why this matters", "W" * 31))
    write(tmp_path, "de", [short, long])
    with spoken_from(tmp_path):
        payload = await menu.get_translated_payload(client.tree, CommandWords())
        assert payload["name"] == "Why this matters"
        assert payload["name_localizations"] == {"de": "⟦Why this matters⟧"}
        assert named(long.text, "de") is None
        with speaking("de"):
            said = str(overview([Command("Why this matters", in_menu=True)], {}))
        assert "**⟦Why this matters⟧**" in said


async def test_commands_are_registered_again_when_a_translation_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: dict[str, str] = {}
    synced = []

    async def read(name: str) -> str | None:
        return noted.get(name)

    async def note(name: str, digest: str) -> None:
        noted[name] = digest

    @app_commands.command(name="read", description="What to read about")
    async def command(interaction: discord.Interaction) -> None:
        """Answer nothing."""

    async def sync() -> list[object]:
        synced.append(True)
        return []

    async def fetch_commands() -> list[object]:
        return []

    client = Client()
    client.tree.add_command(command)
    monkeypatch.setattr(client.tree, "sync", sync)
    monkeypatch.setattr(client.tree, "fetch_commands", fetch_commands)
    assert await client.register(read, note)
    assert not await client.register(read, note)
    write(tmp_path, "de", TEXTS)
    with spoken_from(tmp_path):
        assert await client.register(read, note)
        assert not await client.register(read, note)
    assert len(synced) == 2
