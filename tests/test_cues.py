"""Which sentences a reader understands without those around them, and where their wording fits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.explain.cues import best_section, is_personal, may_be_personal, stands_alone, surnames
from bot.explain.cues.table import Table, cue
from bot.models import SectionName

WHY, BACKGROUND = SectionName.WHY, SectionName.BACKGROUND
NEXT, BIGGER = SectionName.NEXT, SectionName.BIGGER
PUBLISHED = date(2026, 11, 10)


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2020 he led a report of the Department of Energy on the future of fusion power.",
        "In January 2011, he moved to the tech industry as a speechwriter for its executives.",
        "Leaders, innovators and visionaries, she implored, should pause before the next release.",
        "When the company was founded her brother owned a third of the shares of the business.",
        "Renovated from the ground up, it produced more power last year than ever before.",
        "The Tigers plan to give him a second chance before the end of the season.",
    ],
)
def test_a_sentence_about_somebody_who_is_not_named_in_it_does_not_stand_alone(
    sentence: str,
) -> None:
    assert not stands_alone(sentence, "Fusion power gets a new plant")


@pytest.mark.parametrize(
    "sentence",
    [
        "When Sam Altman visited the plant in 2021, he promised to buy all of its power.",
        "Marie Curie refused her first patent because knowledge was to be free for everybody.",
        "The plant will affect 40,000 homes because it replaces the last coal unit in the valley.",
        "Renovated by Marie Curie, it produced more power last year than ever before.",
    ],
)
def test_a_sentence_that_names_whom_it_is_about_stands_alone(sentence: str) -> None:
    assert stands_alone(sentence, "Fusion power gets a new plant: Sam Altman and Marie Curie")


def test_a_short_noun_is_not_met_inside_a_longer_one() -> None:
    sentence = "The law requires every plant in the valley to pay for its own waste."
    assert stands_alone(sentence, "Valley gets a law on fusion")
    assert not stands_alone(sentence, "Valley gets a lawn for its lawyers")


def test_surnames_are_those_of_people_named_in_full() -> None:
    body = (
        "Ada Meier met Judge Jean P. Moreau on Monday. President Ida Berg came late. "
        "Then Carla Field left the field to Moreau."
    )
    assert surnames(body) == {"Meier", "Moreau", "Berg"}


# ── the table ────────────────────────────────────────────────────────────────────────────


def test_a_cue_is_found_by_its_first_word_only_where_a_word_begins_and_ends() -> None:
    table = Table({WHY: [cue(2.0, "far", "-reaching"), cue(1.0, "risk", " of")]})
    assert table.scores("a far-reaching law at risk of falling")[WHY] == 3.0
    assert table.scores("an all-far-reaching law, asterisk of note")[WHY] == 0.0
    assert table.scores("the risk official and the risk offer")[WHY] == 0.0


def test_a_cue_counts_once_and_not_behind_words_that_change_it() -> None:
    table = Table({NEXT: [cue(2.0, "plan plans", " to", behind="a the")]})
    assert table.scores("they plan to go, and she plans to stay")[NEXT] == 2.0
    assert table.scores("a plan to go, and the plan to stay")[NEXT] == 0.0


@pytest.mark.parametrize(
    ("sentence", "section"),
    [
        ("The bridge was first proposed in 1994.", BACKGROUND),
        ("The council bought the bridge in March.", BACKGROUND),
        ("The council bought the bridge in March 2026.", BACKGROUND),
        ("The council will buy the bridge in March 2027.", NEXT),
        ("The bridge opens to the public on Friday.", NEXT),
        ("The bridge could be finished by 2031.", NEXT),
        ("The closure could leave half of the valley without a doctor.", WHY),
        ("Critics warn that the closure could force families to move.", WHY),
        ("The closure is the latest in a series of closures across the country.", BIGGER),
        ("The closure is one of more than 40 cases of its kind.", BIGGER),
        ("The council bought the bridge on Monday.", None),
        ("The council bought the bridge in November.", None),
        ("“The bridge will open next year,” said a clerk of the council.", None),
        ("The council drew up plans for the bridge, which will open next to a park.", None),
    ],
)
def test_wording_and_dates_decide_where_a_sentence_fits(
    sentence: str, section: SectionName | None
) -> None:
    found = best_section(sentence, PUBLISHED)
    assert (found and found[0]) == section


# ── whose text it is ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "title",
    [
        "Tariff demands may expand the trade deal",
        "Council loses its appeal, and the plan is under review",
        "The new tram goes on sale in spring",
        "Minister falls behind in opinion polls",
    ],
)
def test_news_of_deals_reviews_and_polls_was_taken_for_advice(title: str) -> None:
    assert not is_personal(title, "", "The council met on Monday.")


@given(st.lists(st.sampled_from(["I", "you", "The", "council", "“", "”", "met.", "my"])))
def test_what_is_personal_is_never_ruled_out_beforehand(words: list[str]) -> None:
    body = " ".join(words).replace("“", "").replace("”", "")
    if is_personal("Council meets", "", body):
        assert may_be_personal("Council meets", "", body.casefold().split())


@given(st.text(max_size=300), st.text(max_size=50))
def test_no_text_upsets_the_rules(sentence: str, shown: str) -> None:
    stands_alone(sentence, shown, surnames(sentence))
    best_section(sentence, PUBLISHED)
