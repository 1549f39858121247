"""What readers complained of in the sentences that an extract chose, one test a complaint."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.explain.extract import extract, sections_or_points
from bot.models import Article, Block, BlockKind, SectionName

WHY, BACKGROUND = SectionName.WHY, SectionName.BACKGROUND
NEXT, BIGGER = SectionName.NEXT, SectionName.BIGGER
PUBLISHED = int(datetime(2026, 11, 10, tzinfo=UTC).timestamp() * 1_000)
TITLE = "City council of Harwick approves the tram line to the harbour"
TEASER = "After two years of argument the council voted for the tram line on Tuesday evening."
FILLER = (
    "The council of Harwick met in the old theatre because its own hall is being painted.",
    "Visitors to the meeting brought folding chairs and a banner with a painted tram.",
    "A clerk read the motion on the tram line aloud, which took the better part of an hour.",
    "Children sold lemonade outside the theatre, and ran out of it before the speeches.",
)
SOUND = "The council is expected to open the tram line to the harbour next spring."


def article(*paragraphs: str, title: str = TITLE, link: str = "") -> Article:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in (*FILLER, *paragraphs))
    return Article(title, link or "https://post.example/tram", TEASER, "Post", PUBLISHED,
                   blocks=blocks, language="en")  # fmt: skip


def key_points(found: Article) -> tuple[str, ...]:
    return sections_or_points(found)[1]


def chosen(*paragraphs: str) -> list[str]:
    found = article(*paragraphs)
    return [s for texts in extract(found).values() for s in texts] + list(key_points(found))


def in_sections(*paragraphs: str) -> list[str]:
    return [s for texts in extract(article(*paragraphs)).values() for s in texts]


def test_the_sentence_that_the_others_spoil_is_chosen_by_itself() -> None:
    assert extract(article(SOUND)) == {NEXT: (SOUND,)}


@pytest.mark.parametrize(
    "sentence",
    [
        "The council of Harwick did not make plans to build a second tram line to the airport.",
        "The council has no plans to raise the fares of the tram line to the harbour next year.",
        "The council of Harwick never intended to open the tram line to the harbour this year.",
        "The tram line to the harbour isn’t expected to open next year, the council says.",
        "The council will not comment on the tram line to the harbour before next week.",
    ],
)
def test_a_negated_plan_was_given_as_what_happens_next(sentence: str) -> None:
    assert NEXT not in extract(article(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "The council of Harwick was due to open the tram line to the harbour in spring.",
        "The council had planned to open the tram line to the harbour by next spring.",
        "The council will often debate the tram line to the harbour until late at night.",
        "A tram that will begin its day at the harbour needs a driver, the council thinks.",
    ],
)
def test_a_past_plan_or_a_general_truth_was_given_as_what_happens_next(sentence: str) -> None:
    assert NEXT not in extract(article(sentence))


@pytest.mark.parametrize(
    "post",
    [
        "Sharing my full speech on the tram line that will open next year at the harbour.",
        "The tram line will open next year at the harbour. pic.twitter.com/aB3dE",
        "@harwickcouncil will open the tram line to the harbour next year, at last.",
        "The council will open the tram line to the harbour next year. #tramtime",
        "— Ada Meier (@meier) November 9, 2026",
        "The tram line will open at the harbour next year — Ada Meier (@meier) November 9, 2026.",
    ],
)
def test_a_post_embedded_in_the_article_was_quoted_as_its_own_words(post: str) -> None:
    assert post not in chosen(post, SOUND)
    assert SOUND in chosen(post, SOUND)


def test_a_sentence_inside_a_long_quotation_was_given_as_the_articles_own() -> None:
    straight = f'"The tram line is late," the mayor of Harwick said. "Wait for it. {SOUND} Yes."'
    curly = f"“The tram line is late. {SOUND} And that is all,” the mayor of Harwick said."
    assert SOUND not in chosen(straight)
    assert SOUND not in chosen(curly)
    assert SOUND in chosen(f'"The tram line is late," the mayor of Harwick said. {SOUND}')


@pytest.mark.parametrize(
    "sentence",
    [
        "The tram line carried 41,200 passengers, 3.5% more than the 39,800 of the year before.",
        "The largest share of Harwick, 48 percent, backs the tram line, against 39 and 13 percent.",
    ],
)
def test_every_number_of_a_statistic_looked_like_a_reason(sentence: str) -> None:
    assert chosen(sentence) == []


def test_a_list_of_results_was_explained() -> None:
    scores = "Harwick beat Arden 3-1, Farrow beat Dunmore 2-0 and Bexley beat Glenholm 4-2."
    assert in_sections(scores, SOUND) == [SOUND]
    assert in_sections(scores, scores.replace("beat", "lost to"), SOUND) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The survey on the tram line was held in 2019 among the residents of Harwick.",
        "Respondents were asked since 2019 whether the council should build the tram line.",
        "In 2024 the researchers analysed what the tram line means for the harbour of Harwick.",
    ],
)
def test_how_a_study_was_made_was_given_as_background(sentence: str) -> None:
    assert chosen(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "He is expected to open the tram line to the harbour next spring.",
        "It is expected to carry the tram line to the harbour next spring.",
        "They plan to open the tram line to the harbour next spring.",
        "This is expected to keep the tram line of the council busy next spring.",
        "The bill is expected to give the tram line of Harwick its money next spring.",
        "Hansen said the council will open the tram line to the harbour next spring.",
        "Mr. Hansen expects to open the tram line to the harbour next spring.",
        "The council of Harwick also plans to open a tram line to the airport next spring.",
        "Another tram line to the harbour of Harwick is expected to open next spring.",
        "The council plans to use these trams on the line to the harbour next spring.",
        "The council plans to lend him the first tram of the line to the harbour next spring.",
        "Critics said that it will force the council to close the tram line next spring.",
        "The two lines are expected to bring the tram of Harwick to the harbour next spring.",
        "The line is to be run by HTCX, which is expected to open the tram to Harwick next spring.",
        "Open the tram line to the harbour of Harwick, as the council plans to do next spring!",
    ],
)
def test_a_sentence_leaned_on_one_that_the_reader_does_not_see(sentence: str) -> None:
    assert chosen(sentence) == []


def test_this_with_a_noun_of_the_headline_leans_on_nothing() -> None:
    this = "This tram line is part of a growing movement for rails in the ports of Europe."
    assert extract(article(this)) == {BIGGER: (this,)}
    other = "This ferry is part of a growing movement for rails to the harbour of Harwick."
    assert extract(article(other)) == {}


def test_somebody_named_in_full_elsewhere_was_named_by_surname_alone() -> None:
    told = "Ada Hansen painted the banner for the tram line herself, on her own kitchen table."
    bare = (
        "The council plans to show Hansen and her banner on the first tram of the line next spring."
    )
    assert bare not in chosen(told, bare)
    assert bare in chosen(told.replace("Ada Hansen", "An artist"), bare)


@pytest.mark.parametrize(
    "sentence",
    [
        "HARWICK — The council plans to open the tram line to the harbour next spring.",
        "Pictured: the tram line to the harbour, which the council plans to open next spring.",
        "Sign up for the newsletter of the council, which plans to open the tram line next spring.",
        "The council, which plans to open a tram line next spring, declined to comment.",
        "We expect that the council will open the tram line to the harbour next spring.",
    ],
)
def test_a_caption_a_dateline_or_a_notice_was_given_as_an_explanation(sentence: str) -> None:
    assert chosen(sentence) == []


@pytest.mark.parametrize(
    ("title", "link"),
    [
        ("Opinion: the tram line is a mistake", ""),
        ("Review: riding the new tram line", ""),
        ("12 things to know about the tram line", ""),
        ("The best deals on model trams, up to 40% off", ""),
        ("How to get to the harbour by tram", ""),
        (TITLE, "https://post.example/opinion/tram"),
        (TITLE, "https://post.example/recipes/tram-cake"),
    ],
)
def test_opinion_lists_and_advice_had_sections_and_key_points(title: str, link: str) -> None:
    found = article(SOUND, title=title, link=link)
    assert (extract(found), key_points(found)) == ({}, ())


def test_what_the_headline_says_was_told_again() -> None:
    again = "The city council of Harwick is expected to approve the tram line to the harbour."
    assert chosen(again) == []


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "In 2016 the council unveiled plans to send the tram to the harbour, which it expected"
            " to open in 2020."
        ),
        "Whether the council will open the tram line to the harbour in time is still unclear.",
        "A driver of the council will check the tram line at each stage of the work.",
        "The council hopes that the tram line will bring guests to the harbour.",
        "Days later, the council announced it would close the tram line next spring.",
        "The council again plans to close the tram line in the harbour next spring.",
    ],
)
def test_what_is_over_hoped_or_unknown_was_given_as_what_happens_next(sentence: str) -> None:
    assert chosen(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Over the past two years the tram line has raised concerns among families at the harbour.",
        "The tram line enables families at the harbour to reach the theatre in eight minutes.",
        "Trams carried more than 15 million people along the harbour of Harwick for the council.",
        "The tram line isn’t the only threat to the quiet of the harbour.",
    ],
)
def test_history_and_advertisements_were_given_as_why_it_matters(sentence: str) -> None:
    assert WHY not in extract(article(sentence))


def test_figures_were_given_as_background() -> None:
    counted = "In 2022 the tram line of the council carried 216 million guests to the harbour."
    assert chosen(counted) == []


# ── key points ───────────────────────────────────────────────────────────────────────────

CENTRAL = (
    "Harwick pays a third of all trams without argument, and the company that runs its docks pays"
    " the council’s rest."
)


def test_key_points_are_central_sentences_that_no_section_has() -> None:
    found = article(CENTRAL, SOUND)
    assert key_points(found) == (CENTRAL,)
    assert SOUND in extract(found)[NEXT]


def test_key_points_stand_only_where_nothing_says_why_the_story_matters() -> None:
    found = article(CENTRAL, SOUND)
    assert sections_or_points(found) == (extract(found), (CENTRAL,))
    why = "The tram line could force families at the harbour to move, unions warned."
    assert extract(article(CENTRAL, why)) == {WHY: (why,)}
    assert sections_or_points(article(CENTRAL, why)) == ({WHY: (why,)}, ())
    assert sections_or_points(article(CENTRAL, title="Opinion: no trams")) == ({}, ())


@pytest.mark.parametrize(
    "sentence",
    [
        CENTRAL.replace("Harwick pays", "The mayor said that Harwick pays"),
        CENTRAL.replace("Harwick pays", "He pays"),
        CENTRAL.replace("tram line", "cheese").replace("council", "cook").replace("Harwick", "Ed"),
    ],
)
def test_what_somebody_said_or_is_not_central_is_no_key_point(sentence: str) -> None:
    assert sentence not in key_points(article(sentence, SOUND))
