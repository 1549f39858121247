"""What stands around a story's text, and is not shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.boilerplate import is_byline, trimmed

SAID = "The ferry company starts a night route between the two islands on Friday."


@pytest.mark.parametrize(
    "tail",
    [
        "The post Night ferry appeared first on Harbour Post.",
        "The post Night ferry first appeared on Harbour Post.",
        "Der Beitrag Nachtfähre erschien zuerst auf Hafenpost.",
        "L’article Le bac de nuit est apparu en premier sur La Gazette.",
        "L'article Le bac de nuit est apparu sur La Gazette.",
        "La entrada El ferri se publicó primero en La Gaceta.",
        "L'articolo Il traghetto proviene da La Gazzetta.",
        "O post A balsa apareceu primeiro em A Gazeta.",
        "Het bericht De veerboot verscheen eerst op De Courant.",
        "Artykuł Nocny prom pochodzi z serwisu Gazeta.",
        "Inlägget Nattfärjan dök först upp på Tidningen.",
        "Сообщение Ночной паром появились сначала на Газета.",
        "投稿 夜行フェリー は 港新聞 に最初に表示されました。",
    ],
)
def test_the_post_appeared_first_on_is_cut_in_the_languages_of_wordpress(tail: str) -> None:
    assert trimmed(f"{SAID} {tail}") == SAID
    assert trimmed(f"{SAID[:-1]} […] {tail}") == f"{SAID[:-1]} […]"
    assert trimmed(tail) == ""


@pytest.mark.parametrize(
    "tail",
    [
        "Continue reading →", "Continue reading Night ferry", "Read more...", "[Read more]",
        "Read the full story", "Keep reading", "Weiterlesen »", "Mehr lesen", "Lire la suite",
        "En savoir plus", "Leer más", "Seguir leyendo", "Leia mais", "Continue lendo",
        "Leggi tutto", "Continua a leggere", "Lees verder", "Läs mer", "Les mer", "Læs mere",
        "Lue lisää", "Czytaj dalej", "Číst dále", "Devamını oku", "Читать далее", "続きを読む",
        "阅读全文", "더 보기", "Sign up for our weekly newsletter and never miss a thing.",
        "Share this: Facebook Twitter", "Filed under: Ferries, Islands",
        "Originally published at harbour.example.", "Read full topic",
    ],
)  # fmt: skip
def test_what_asks_to_read_on_is_cut_in_several_languages(tail: str) -> None:
    assert trimmed(f"{SAID} {tail}") == SAID
    assert trimmed(tail) == ""


@pytest.mark.parametrize(
    "text",
    [
        "People read more in winter than in summer, says a survey of two thousand library cards.",
        "He wanted to continue reading the verdict, but the judge had him removed from the room.",
        "The comments of the minister were read aloud.",
        "It was the post office that first appeared on the map of the island.",
        "We share this: a love of ferries.",
        "Download speeds fell by half, says the harbour.",
        "None of the ferries sailed.",
        "The agency (founded in 1990) said no more.",
    ],
)
def test_the_same_words_inside_a_sentence_stay(text: str) -> None:
    assert trimmed(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{SAID} submitted by /u/someone [link] [comments]", SAID),
        (f"{SAID} [link] [12 comments]", SAID),
        (f"{SAID} (Ferries, Islands)", SAID),
        (f"{SAID} Tags: ferries · islands", SAID),
        ("Tags: ferries · islands", ""),
        (f"{SAID} Download", SAID),
        ("SUBSCRIBE NOW", ""),
        ("Learn more", ""),
        ("null", ""),
        ("Tickets: https://harbour.example/x", ""),
        ("- https://harbour.example/x", ""),
        ("Lead photo by Ann Example", ""),
        ("—With reporting by Ann Example/Harbour", ""),
        ("Photo: A. Person/Agency", ""),
        ("(Image credit: Agency)", ""),
        ("Foto: Agentur", ""),
        ("[gallery ids=1,2]", ""),
        ("74 posts - 43 participants", ""),
        ("12 comments", ""),
        ("Posted on 12 November 2026", ""),
        ("Advertisement", ""),
    ],
)
def test_lists_credits_and_counts_are_cut(text: str, left: str) -> None:
    assert trimmed(text) == left


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("By Ann Example", True),
        ("by Daniël van den Berg and Ann Example", True),
        ("Von Anna Beispiel | Hamburg", True),
        ("By the time they arrived the ferry had left", False),
        ("By Friday Evening Everything Was Sold.", False),
        ("By and large it works", False),
    ],
)
def test_a_byline_is_no_teaser(line: str, says: bool) -> None:  # noqa: FBT001  a table's column
    assert is_byline(line) is says


_PIECES = [
    "The post ", " appeared first on ", "Read more", "Continue reading", "[", "]", "…", ". ", "(",
    ")", "submitted by /u/x", "[comments]", "Photo:", "続きを読む", "word ", " ", "a", "\n", "。",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join) | st.text(max_size=200))
def test_only_the_end_is_ever_cut(text: str) -> None:
    left = trimmed(text)
    assert text.startswith(left)
    is_byline(text)
