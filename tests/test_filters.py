"""What filters keep out, and what they say of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.filters import has, is_usable, plain, preview, refusal
from bot.models import Article, Filters


def article(title: str, teaser: str = "", publisher: str = "Gazette") -> Article:
    return Article(title, None, teaser, publisher, 0)


def found(word: str, text: str) -> bool:
    return refusal((article("Nothing", text),), Filters(not_words=(word,))) is not None


def test_a_story_with_an_unwanted_word_is_kept_out_and_says_which() -> None:
    told = (article("Harbour opens", "Football fans came by ferry."),)
    assert refusal(told, Filters(not_words=("opera", "football"))) == (
        "Filtered: it has the word “football”."
    )
    assert refusal(told, Filters(not_words=("opera",))) is None
    assert refusal(told, Filters()) is None


def test_i_filtered_ai_and_lost_every_story_about_air_and_rain() -> None:
    assert not found("AI", "Rain delays air traffic in Dubai.")
    assert found("AI", "An (AI) model reads maps.")
    assert found("ai", "AI-made maps")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("cafe", "Le CAFÉ du port"),
        ("ÉLECTION", "l'election de mai"),
        ("straße", "An der STRASSE"),
        ("climate change", "Climate-change talks"),
        ("climate  change", "on Climate\nChange, again"),
        ("Smith", "Smith’s boat"),
        ("foot*", "The footballers"),
        ("C++", "C++ turns forty"),
        ("U.S.", "A U.S. court"),
        ("выборы", "ВЫБОРЫ в городе"),
        ("足球", "昨天的足球比赛"),
        ("サッカー", "新しいサッカー場"),
        ("iphone", "新型iPhone発売"),
        ("ฟุตบอล", "ข่าวฟุตบอลวันนี้"),
        ("हिन्दी", "आज हिन्दी में"),
        ("축구*", "오늘 축구를 보다"),
        ("كرة القدم", "أخبار كرة القدم"),
    ],
)
def test_words_are_found_in_every_script_whatever_their_case_and_accents(
    word: str, text: str
) -> None:
    assert found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("foot", "football"),
        ("ball", "football"),
        ("ball*", "football"),
        ("C++", "vitamin C"),
        ("हिन", "हिन्दी"),
        ("축구", "축구장"),
        ("climate change", "a change of climate"),
        ("", "anything"),
        ("*", "anything"),
        ("!?", "Really!?"),
    ],
)
def test_a_word_is_found_only_as_a_whole(word: str, text: str) -> None:
    assert not found(word, text)


def test_what_ends_a_headline_and_begins_the_teaser_is_no_phrase() -> None:
    told = (article("A talk on climate", "Change of the guard"),)
    assert refusal(told, Filters(not_words=("climate change",))) is None


def test_where_words_are_wanted_a_story_needs_one_of_them() -> None:
    filters = Filters(words=("mars", "moon"))
    assert refusal((article("A walk on the Moon"),), filters) is None
    assert refusal((article("A walk"),), filters) == (
        "Filtered: it has none of the words that are let through."
    )


def test_a_wanted_word_that_no_text_can_have_does_not_keep_everything_out() -> None:
    assert refusal((article("A walk"),), Filters(words=("!!",))) is None
    assert not is_usable("!!")
    assert is_usable("foot*")


def test_publishers_are_let_through_and_kept_out_by_name() -> None:
    told = (article("A walk", publisher="Gazette"),)
    assert refusal(told, Filters(publishers=(" GAZETTE",))) is None
    assert refusal(told, Filters(publishers=("Courier",))) == (
        "Filtered: Gazette is not among the publishers that are let through."
    )
    assert refusal(told, Filters(not_publishers=("gazette",))) == (
        "Filtered: Gazette is among the publishers that are kept out."
    )


def test_what_is_excluded_goes_first() -> None:
    told = (article("Moon football"),)
    assert "football" in str(refusal(told, Filters(words=("moon",), not_words=("football",))))


def test_one_article_of_a_story_may_have_what_is_wanted_and_none_what_is_not() -> None:
    both = (article("Moon landing"), article("Football on the Moon", publisher="Courier"))
    assert refusal(both, Filters(publishers=("courier",))) is None
    assert refusal(both, Filters(not_words=("football",))) is not None


def test_a_publishers_name_without_end_is_clipped() -> None:
    told = (article("A walk", publisher="x" * 5_000),)
    assert len(str(refusal(told, Filters(publishers=("Courier",))))) < 200


def test_a_preview_names_what_would_have_been_stopped_and_why() -> None:
    recent = [article("Football final"), article("Opera opens"), article("A ferry")]
    stopped = preview(recent, Filters(not_words=("football", "opera")))
    assert [(s.article.title, s.reason) for s in stopped] == [
        ("Football final", "Filtered: it has the word “football”."),
        ("Opera opens", "Filtered: it has the word “opera”."),
    ]


@given(st.text(max_size=60), st.text(max_size=12))
def test_no_text_and_no_word_is_too_odd(text: str, word: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert has(plain(text), word) in {True, False}
    assert has(plain(word), word) == is_usable(word)
    assert has(f"one {plain(word)} two", word) == is_usable(word)


def test_a_filter_on_a_publishers_old_name_still_means_the_publisher() -> None:
    filters = Filters(not_publishers=("NYT > World News", "Technology | The Guardian"))
    for name in ("NYT", "The Guardian", "NYT > World News"):
        assert refusal((article("T", publisher=name),), filters) is not None
    assert refusal((article("T", publisher="The Quay"),), filters) is None
    assert refusal((article("T", publisher="NYT > World"),), Filters(publishers=("nyt",))) is None
