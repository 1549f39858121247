"""The first cut of explaining: the article's own sentences, or none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.explain import explain
from bot.explain.extract import MAX_SECTION, MAX_SENTENCES, extract
from bot.explain.sentences import split
from bot.models import THE_FOUR, Article, Block, BlockKind, Material, Origin, SectionName
from tests.shared import shared

WHY, BACKGROUND, NEXT, BIGGER = THE_FOUR
PUBLISHED = int(datetime(2026, 11, 10, tzinfo=UTC).timestamp() * 1_000)
TITLE = "Ferry company starts night route between the islands"
TEASER = "The harbour ferry company announced a night route between the two islands."
FILLER = (
    "The ferry company showed its new harbour timetable to reporters on Monday.",
    "A brass band played on the harbour pier while the ferry was being painted.",
    "The ferry has a restaurant and a small cinema on the upper deck of the ship.",
    "Tickets for the ferry are sold at the harbour office and in the village shop.",
)
GOOD = {
    WHY: "The night route could threaten the only airline that serves the islands, unions warned.",
    BACKGROUND: "The ferry company was founded in 1987 and gave up an earlier night route in 2009.",
    NEXT: "The ferry company is expected to start the route next month, once inspectors agree.",
    BIGGER: "The route is part of a wider movement of night ferries across Europe.",
}


def article(*texts: str, title: str = TITLE, language: str = "en", link: str = "") -> Article:
    blocks = tuple(Block(BlockKind.PARAGRAPH, t) for t in (*FILLER, *texts))
    return Article(title, link or "https://x.example/1", TEASER, "Post", PUBLISHED, blocks=blocks,
                   language=language)  # fmt: skip


@pytest.mark.parametrize("section", THE_FOUR)
def test_a_sentence_comes_into_the_section_it_fits(section: SectionName) -> None:
    assert extract(article(GOOD[section])) == {section: (GOOD[section],)}


def test_an_article_without_such_sentences_has_no_sections() -> None:
    assert extract(article()) == {}
    assert explain(Material(article())).origin is Origin.NONE


@pytest.mark.parametrize(
    ("unfit", "fit"),
    [
        (
            "The company did not make plans to start a second ferry to the mainland.",
            "The company plans to start a second ferry to the mainland.",
        ),
        (
            "The ferry company had intended that forty sailors will take over a ship.",
            "The ferry company has decided that forty sailors will take over a ship.",
        ),
        (
            "He is expected to open the ferry harbour to larger boats next month.",
            "The mayor is expected to open the ferry harbour to larger boats next month.",
        ),
        (
            "But the company is expected to hire forty sailors for the ferry.",
            "The company is expected to hire forty sailors for the ferry.",
        ),
        (
            "The ferry company said: “It is expected to hire forty sailors.”",
            "The ferry company said: it is expected to hire forty sailors.",
        ),
        (
            "The company is expected to hire forty sailors for the ferry, Hansen said.",
            "The company is expected to hire forty sailors for the ferry, the mayor said.",
        ),
        (
            "The ferry company is expected to hire forty sailors, is it not?",
            "The ferry company is expected to hire forty sailors, is it said.",
        ),
        (
            "Our newsletter says the company is expected to hire forty sailors for the ferry.",
            "The mayor says the company is expected to hire forty sailors for the ferry.",
        ),
        (
            "We hear that the company is expected to hire forty sailors for the ferry.",
            "Locals hear that the company is expected to hire forty sailors for the ferry.",
        ),
        (
            "The airport is expected to close its bar next month, at the very latest.",
            "The ferry harbour is expected to close its bar next month, at the very latest.",
        ),
        (
            "On one of those ferries the company lost a captain in a storm in 1999.",
            "On one of its ferries the company lost a captain in a storm in 1999.",
        ),
        (
            "The survey of ferry passengers by the company began in 2019 with respondents.",
            "The care of ferry passengers by the company began in 2019 with volunteers.",
        ),
        (
            "Since 2019 the ferry company took 12,400 people, 3.5% more than 11,900.",
            "Since 2019 the ferry company took more people than it ever took before.",
        ),
        (
            "The ferry company (which is expected to hire forty sailors next month.",
            "The ferry company, which is expected to hire forty sailors next month, is small.",
        ),
    ],
)
def test_a_sentence_that_does_not_fit_or_stand_alone_is_left_out(unfit: str, fit: str) -> None:
    assert extract(article(unfit)) == {}
    assert [fit] == [s for found in extract(article(fit)).values() for s in found]


def test_what_the_teaser_says_is_not_repeated() -> None:
    again = "The ferry company is expected to start its night route between the two islands."
    assert extract(article(again)) == {}
    other = "The ferry company is expected to hire its night crew from two schools."
    assert extract(article(other)) == {NEXT: (other,)}


def test_a_section_has_two_sentences_at_most_and_no_doubles() -> None:
    variants = [GOOD[NEXT].replace("inspectors", who) for who in ("pilots", "sailors", "mayors")]
    assert extract(article(GOOD[NEXT], *variants)).keys() == {NEXT}
    assert len(extract(article(GOOD[NEXT], *variants))[NEXT]) == 1


@pytest.mark.parametrize(
    ("title", "link"),
    [
        ("Opinion: the night ferry is a mistake", ""),
        ("Review: the night ferry", ""),
        ("10 things to know about the ferry", ""),
        (TITLE, "https://x.example/opinion/ferry"),
    ],
)
def test_opinion_and_advice_are_not_explained(title: str, link: str) -> None:
    assert extract(article(*GOOD.values(), title=title, link=link)) == {}


def test_other_languages_are_left_alone_whatever_the_feed_says_of_itself() -> None:
    german = "Die Fähre der Reederei will nach 1987 im Mai 2027 wieder zwischen den Inseln fahren. "
    blocks = tuple(Block(BlockKind.PARAGRAPH, german * 3) for _ in range(5))
    for language in ("de", ""):
        found = Article("Fähre", None, "Die Fähre fährt.", "P", PUBLISHED, blocks=blocks,
                        language=language)  # fmt: skip
        assert extract(found) == {}


def test_english_is_recognised_without_a_language() -> None:
    assert extract(article(GOOD[NEXT], language="")) == {NEXT: (GOOD[NEXT],)}


def test_each_claim_names_the_source_that_holds_it() -> None:
    found = explain(Material(article(*GOOD.values())))
    assert (found.origin, found.credit) == (Origin.EXTRACT, "")
    assert list(found.sections) == list(THE_FOUR)
    held = {s.id: s for s in found.sources}
    for section in found.sections.values():
        for claim in section.claims:
            assert [held[i].text for i in claim.sources] == [claim.text]
            assert held[claim.sources[0]].publisher == "Post"


SENTENCES = st.sampled_from([*FILLER, *GOOD.values(), "He left.", "No.", "U.S. ferry risk of 3."])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(SENTENCES | st.text(max_size=60), max_size=6).map(" ".join), max_size=8))
def test_every_claim_stands_in_the_article_word_for_word(paragraphs: list[str]) -> None:
    found = explain(Material(article(*paragraphs)))
    texts = [*FILLER, *paragraphs]
    for section in found.sections.values():
        claims = section.claims
        assert 1 <= len(claims) <= MAX_SENTENCES
        assert len(" ".join(c.text for c in claims)) <= MAX_SECTION
        for claim in claims:
            assert any(claim.text in text for text in texts)


def test_real_articles_give_only_their_own_sentences() -> None:
    truth = json.loads(shared("articles/ground-truth.json").read_text("utf-8"))
    filled = 0
    for page in truth.values():
        paragraphs = [line.strip() for line in page["articleBody"].split("\n") if line.strip()]
        if not paragraphs:
            continue
        blocks = tuple(Block(BlockKind.PARAGRAPH, t) for t in paragraphs[1:])
        found = explain(Material(Article(paragraphs[0][:120], page["url"], paragraphs[0], "P",
                                         PUBLISHED, blocks=blocks)))  # fmt: skip
        filled += found.origin is Origin.EXTRACT
        sentences = {s for t in paragraphs for s in split(t)}
        assert {s.text for s in found.sources} <= sentences
    assert filled >= 20, "some of a hundred pages are news in English"
