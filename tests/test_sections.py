"""A publisher's own explainer, found under its headings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.explain import explain
from bot.explain.sections import publisher_sections
from bot.explain.sentences import split
from bot.feeds.parse import parse
from bot.models import (
    THE_FOUR,
    Article,
    Block,
    BlockKind,
    FeedDocument,
    Material,
    Origin,
    SectionName,
)
from tests.shared import shared

WHY, BACKGROUND, NEXT, BIGGER = THE_FOUR


def h(text: str) -> Block:
    return Block(BlockKind.HEADING, text)


def p(text: str, lead: str = "") -> Block:
    return Block(BlockKind.PARAGRAPH, text, lead)


def item(text: str) -> Block:
    return Block(BlockKind.ITEM, text)


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Why This Matters", WHY),
        ("WHY IT MATTERS:", WHY),
        ("Why it’s important", WHY),
        ("Why it's important", WHY),
        ("So what?", WHY),
        ("The stakes", WHY),
        ("Background", BACKGROUND),
        ("Background Context", BACKGROUND),
        ("How we got here…", BACKGROUND),
        ("📚 Context", BACKGROUND),
        ("What’s next?", NEXT),
        ("What happens next", NEXT),
        ("What to watch", NEXT),
        ("The Bigger Picture", BIGGER),
        ("Zoom out", BIGGER),
        ("Between the lines:", BIGGER),
    ],
)
def test_headings_are_recognised(heading: str, section: SectionName) -> None:
    assert publisher_sections([h(heading), p("It does.")]) == {section: ("It does.",)}


@pytest.mark.parametrize(
    "heading",
    [
        "The bottom line",
        "Why this matters to ferries",
        "Background music",
        "What We're Watching",
        "News",
    ],
)
def test_other_headings_are_not(heading: str) -> None:
    assert publisher_sections([h(heading), p("It does.")]) == {}


def test_the_bottom_line_counts_beside_another_section() -> None:
    blocks = [h("Why it matters"), p("It does."), h("The bottom line"), p("All in all.")]
    assert publisher_sections(blocks) == {WHY: ("It does.",), BIGGER: ("All in all.",)}


def test_headings_that_are_not_marked_up_are_recognised_where_there_are_several() -> None:
    assert publisher_sections([p("Why This Matters"), p("It does.")]) == {}
    blocks = [p("Why This Matters"), p("It does."), p("Background Context"), p("It was.")]
    assert publisher_sections(blocks) == {WHY: ("It does.",), BACKGROUND: ("It was.",)}


def test_a_section_ends_at_the_next_heading_and_needs_text() -> None:
    blocks = [
        p("intro"),
        h("Background"),
        p("one"),
        item("two"),
        h("More"),
        p("three"),
        h("Zoom out"),
    ]
    assert publisher_sections(blocks) == {BACKGROUND: ("one", "two")}


def test_a_bold_run_in_rules_its_paragraph_and_the_list_below() -> None:
    blocks = [
        p("Why it matters: Boats matter.", "Why it matters:"),
        item("So do piers."),
        p("An ordinary paragraph."),
        p("What’s next: Friday.", "What’s next:"),
    ]
    assert publisher_sections(blocks) == {
        WHY: ("Boats matter.", "So do piers."),
        NEXT: ("Friday.",),
    }


def test_sections_come_in_the_order_they_are_read_and_without_footers() -> None:
    blocks = [
        h("What's next"),
        p("Friday."),
        p("Subscribe to our letter"),
        h("Why it matters"),
        p("Yes."),
    ]
    assert list(publisher_sections(blocks).items()) == [(WHY, ("Yes.",)), (NEXT, ("Friday.",))]


@pytest.mark.parametrize(
    "whole",
    [
        "He met U.S. Attorney Jones.",
        "Gov. Kristi Noem spoke.",
        "It starts at 3 p.m. Tuesday.",
        "Prices rose 1.5 percent.",
        "J. K. Rowling wrote to Mr. T. Smith Jr. and others.",
        "“Really?” he asked.",
        "Yahoo! users left.",
    ],
)
def test_a_sentence_stays_whole(whole: str) -> None:
    assert split(whole) == (whole,)
    assert split(f"First. {whole} “Last one.”") == ("First.", whole, "“Last one.”")


def test_an_abbreviation_can_end_a_sentence() -> None:
    assert split("He left the U.S. The end came at 5 p.m. It was late.") == (
        "He left the U.S.", "The end came at 5 p.m.", "It was late.",
    )  # fmt: skip
    assert split("") == ()


def test_the_founding_story_is_explained_in_its_publishers_words() -> None:
    document = parse(
        shared("founding-story/feed-as-received.xml").read_bytes(), "https://e.example/"
    )
    assert isinstance(document, FeedDocument)
    entry = document.entries[0]
    article = Article(
        entry.title, entry.original_link, entry.teaser, entry.publisher or "", entry.published or 0,
        blocks=entry.blocks, credit="Explained",
    )  # fmt: skip
    found = explain(Material(article))
    assert (found.origin, found.credit) == (Origin.PUBLISHER, "Explained")
    assert list(found.sections) == list(THE_FOUR)
    held = {s.id: s for s in found.sources}
    meant = shared("founding-story/repaired.txt").read_text("utf-8").splitlines()
    for section in found.sections.values():
        claims = section.claims
        assert " ".join(c.text for c in claims) in meant
        for claim in claims:
            (source,) = (held[i] for i in claim.sources)
            assert (source.text, source.publisher) == (claim.text, "Explained")
            assert source.url is None, "The Verge's page does not hold these sentences"


def test_an_aggregators_sections_are_its_own_and_never_its_publishers() -> None:
    blocks = (h("Why it matters"), p("It does."))
    link = "https://wire.example/1"
    article = Article("T", link, "", "Coast Wire", 0, blocks=blocks, credit="The Hub")
    aggregated = explain(Material(article))
    own = explain(Material(replace(article, credit="Coast Wire")))
    assert (aggregated.credit, own.credit) == ("The Hub", "Coast Wire")
    assert [(s.publisher, s.url) for s in aggregated.sources] == [("The Hub", None)]
    assert [(s.publisher, s.url) for s in own.sources] == [("Coast Wire", link)]


def test_a_section_is_cut_at_a_sentence_where_it_is_no_explainer_any_more() -> None:
    sentence = f"It {'does ' * 150}so."
    blocks = (h("Background"), p(f"{sentence} " * 9))
    article = Article("T", None, "", "P", 0, blocks=blocks, credit="P")
    (section,) = explain(Material(article)).sections.values()
    assert {claim.text for claim in section.claims} == {sentence}
    assert len(section.claims) == 5
