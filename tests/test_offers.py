"""What is offered while somebody types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Topic
from bot.publish import topics
from bot.publish.offers import LONGEST, MOST, Named, fold, near, offered, shown

_TOPICS = [
    Named("world", "🌍 World", "What moves countries"),
    Named("us-politics", "🏛️ US Politics", "Congress, courts and campaigns"),
    Named("technology", "💻 Technology", "Companies, products and the rules that bind them"),
    Named("ai", "🤖 Artificial Intelligence", "Models and those who make them"),
    Named("economie", "Économie", "Marchés et entreprises"),
    Named("science", "🔬 Science", "Discoveries"),
    Named("open-source", "🐧 Open Source", "Free software"),
]


def _found(typed: str) -> list[str]:
    return [thing.value for thing in offered(_TOPICS, typed)]


def test_nothing_typed_offers_all_in_their_usual_order() -> None:
    assert _found("  ") == [thing.value for thing in _TOPICS]
    assert _found("🌍") == [thing.value for thing in _TOPICS], "an emoji alone says nothing"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tech", "technology"),
        ("AI", "ai"),
        ("intell", "ai"),
        ("politics us", "us-politics"),
        ("us-pol", "us-politics"),
        ("economie", "economie"),
        ("ÉCONOMIE", "economie"),
        ("congress", "us-politics"),
        ("software free", "open-source"),
        ("rtificial", "ai"),
    ],
)
def test_names_titles_and_descriptions_are_found_by_how_their_words_begin(
    typed: str, first: str
) -> None:
    assert _found(typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tehcnology", "technology"),
        ("technlo", "technology"),
        ("sciense", "science"),
        ("scence", "science"),
        ("wrold", "world"),
        ("artifical inteligence", "ai"),
        ("inteligence", "ai"),
        ("polotics", "us-politics"),
        ("opne source", "open-source"),
        ("discovreies", "science"),
    ],
)
def test_a_typo_is_forgiven(typed: str, first: str) -> None:
    assert _found(typed)[0] == first


def test_what_only_looks_a_little_alike_is_not_offered() -> None:
    assert _found("maintenance") == []
    assert _found("xq") == []
    assert _found("tax") == []


def test_the_whole_name_comes_before_what_begins_with_it() -> None:
    things = [Named("a", "Space travel"), Named("b", "Outer space"), Named("c", "Space")]
    assert [thing.value for thing in offered(things, "space")] == ["c", "a", "b"]


def test_a_title_that_is_too_long_is_cut_and_what_can_not_be_sent_back_is_left_out() -> None:
    things = [Named("x" * 101, "Too long"), Named("long", "word " * 60)]
    (only,) = offered(things, "")
    assert only.value == "long"
    assert len(shown(only)) <= LONGEST


def test_an_unknown_topic_is_answered_with_those_that_may_have_been_meant() -> None:
    known = [
        Topic("town", "Town", "🏘️", "", ()),
        Topic("region", "Region", "", "", ()),
        Topic("1/religion", "Religion *x*", "", "", (), guild_id=1),
    ]
    assert "Did you mean **🏘️ Town**? Choose" in topics.unknown("twon", known)
    said = topics.unknown("regligion", known)
    assert r"**Religion \*x\***" in said
    assert "Did you mean" not in topics.unknown("chess", known)
    assert "Did you mean" not in topics.unknown("@", known)
    assert "Did you mean **Region**?" in topics.not_subscribed("regoin", 5, known[:2])


@given(st.text(max_size=6000), st.lists(st.tuples(st.text(max_size=120), st.text()), max_size=40))
def test_whatever_is_typed_is_answered_within_discords_limits(
    typed: str, names: list[tuple[str, str]]
) -> None:
    things = [Named(f"{n}{value}", label) for n, (value, label) in enumerate(names)]
    found = offered(things, typed)
    assert len(found) <= MOST
    assert len({thing.value for thing in found}) == len(found)
    assert all(1 <= len(shown(thing)) <= LONGEST and thing.value for thing in found)
    assert len(near(things, typed)) <= 3


@given(st.text())
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
