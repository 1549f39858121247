"""The catalogues that are committed, and what makes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.words.saying import LONGEST_DESCRIPTION, LONGEST_NAME
from tests.pseudo import found_texts
from tools import words
from tools.words import Words, faults_in, languages, made, renewed, stale
from tools.words_found import Found, described
from tools.words_sound import faults_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    monkeypatch.setattr(words, "TEMPLATES", tmp_path / "reasons.json")
    return tmp_path


def test_the_catalogues_are_up_to_date() -> None:
    found = found_texts()
    catalogues = {language: renewed(language, found) for language in languages()}
    assert stale(made(found, catalogues)) == [], "run `make words`"


@pytest.mark.parametrize("language", languages())
def test_everything_is_translated_and_soundly(language: str) -> None:
    assert faults_in(renewed(language, found_texts())) == []


@pytest.mark.parametrize(
    ("language", "rule"),
    [
        ("de", "nplurals=2; plural=(n != 1);"),
        ("es", "nplurals=2; plural=(n != 1);"),
        ("fr", "nplurals=2; plural=(n > 1);"),
        ("pt_BR", "nplurals=2; plural=(n > 1);"),
        ("ja", "nplurals=1; plural=0;"),
    ],
)
def test_each_language_has_its_own_rule_for_numbers(language: str, rule: str) -> None:
    assert dict(renewed(language, [Found("A")]).mime_headers)["Plural-Forms"] == rule


def test_descriptions_are_as_short_as_discord_wants_them() -> None:
    assert {one.text: len(one.text) for one in described() if len(one.text) > 100} == {}


def _put(found: list[Found], **translated: str) -> None:
    """Write a German catalogue as a translator would leave it."""
    catalogue = renewed("de", found)
    for message in catalogue:
        if message.id in translated:
            message.string = translated[str(message.id)]
    for path, content in made(found, {"de": catalogue}).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _texts(catalogue: Words) -> dict[str, str]:
    return {str(one.id): str(one.string) for one in catalogue if one.id}


@pytest.mark.usefixtures("folder")
def test_translations_are_kept_and_come_back_with_their_texts() -> None:
    _put([Found("One"), Found("Two")], One="Eins", Two="Zwei")
    _put([Found("Two"), Found("Three")])
    assert _texts(renewed("de", [Found("Two")])) == {"Two": "Zwei"}
    back = renewed("de", [Found("One"), Found("Two"), Found("Three")])
    assert _texts(back) == {"One": "Eins", "Two": "Zwei", "Three": ""}


def test_making_them_twice_makes_the_same(folder: Path) -> None:
    found = [Found("One", files=["bot/a.py"]), Found("{n} is", "{n} are", "reason")]
    _put(found, One="Eins")
    assert stale(made(found, {"de": renewed("de", found)})) == []
    written = (folder / "de/LC_MESSAGES/wherefore.po").read_text(encoding="utf-8")
    assert "Date" not in written
    assert str(folder) not in written
    assert "#: bot/a.py\n" in written
    with (folder / "de/LC_MESSAGES/wherefore.po").open("rb") as file:
        assert read_po(file).get("One") is not None


@pytest.mark.usefixtures("folder")
def test_a_check_names_what_is_missing_uncertain_or_old(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Found("One"), Found("See `/help`.")]
    monkeypatch.setattr(words, "gather", lambda: found)
    monkeypatch.setattr(words, "languages", lambda: ["de"])
    assert words.main(["--check"]) == 1
    assert "de/LC_MESSAGES/wherefore.po: not up to date" in capsys.readouterr().out
    assert words.main([]) == 0
    assert words.main(["--check"]) == 1
    assert "de: not translated: 'One'" in capsys.readouterr().out
    _put(found, One="Eins", **{"See `/help`.": "Siehe `/hilfe`."})
    assert words.main(["--check"]) == 1
    assert capsys.readouterr().out == "de: it differs in what is in backticks: 'See `/help`.'\n"
    _put(found, **{"See `/help`.": "Siehe `/help`."})
    assert words.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("english", "translated", "fault"),
    [
        ("It is {what}.", "Es ist {was}.", "it has other gaps"),
        ("It is {what}.", "Es ist.", "it has other gaps"),
        ("It is {what}.", "Es ist {what!r}.", "its braces do not pair"),
        ("It is {what}.", "Es ist {what.", "its braces do not pair"),
        ("Use /follow.", "Nutze /folge.", "it differs in commands"),
        ("**Now** it is", "Jetzt ist es", "it differs in bold type"),
        ("A\nB", "A B", "it differs in lines"),
        ("See https://a.example/", "Siehe https://b.example/", "it differs in addresses"),
        ("Set FETCH_PAGES on", "Setze SEITEN_LADEN", "it differs in names of settings"),
    ],
)
def test_a_translation_that_lost_something_is_named(
    english: str, translated: str, fault: str
) -> None:
    assert faults_of(Message(english, translated)) == [fault]
    assert faults_of(Message(english, english)) == []


def test_each_form_of_a_plural_is_like_one_of_the_english_texts() -> None:
    english = ("One story by {who}", "{n} stories by {who}")
    assert faults_of(Message(english, ("Eine von {who}", "{n} von {who}"))) == []
    assert faults_of(Message(english, ("{who} {n}",))) == []  # one form for all numbers
    assert faults_of(Message(english, ("{n} von {who}", "Viele von {who}"))) == [
        "it has other gaps"
    ]


def test_a_description_that_is_too_long_is_named() -> None:
    message = Message("What", "W" * (LONGEST_DESCRIPTION + 1), context="command")
    assert faults_of(message) == ["longer than 100 characters"]
    message = Message("What", "W" * (LONGEST_NAME + 1), context="menu")
    assert faults_of(message) == ["longer than 32 characters"]


def test_names_in_menus_are_gathered_with_their_limit() -> None:
    (found,) = [one for one in described() if one.context == "menu"]
    assert found.text == "Why this matters"
    assert found.comments == ["Names a command in a menu; at most 32 characters."]
