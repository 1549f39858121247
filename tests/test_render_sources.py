"""Sections with their sources: numbered links, dates, and who wrote what is shown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.models import Claim, Explainer, Origin, Section, SectionName, Source, SourceKind
from bot.publish.render import explainer, post
from tests.bodies import embed
from tests.test_render import SECTIONS, SOURCES, fields, told

EARLIER = Source(
    "e1", "Tide [plant] (again) wins", "The Mail", "https://mail.example/a_(b)", 1_700_000_000_000,
    SourceKind.EARLIER,
)  # fmt: skip


def _background(origin: Origin, *claims: Claim) -> str:
    explained = Explainer(
        {SectionName.BACKGROUND: Section(origin, claims)}, (*SOURCES, EARLIER), model="gemma"
    )
    return fields(explainer(replace(told(), explainer=explained)))["Background Context"]


def test_an_earlier_story_is_a_dated_link() -> None:
    said = _background(Origin.EXTRACT, Claim("It was.", ("s1",)), Claim(EARLIER.text, ("e1",)))
    assert said.split("\n") == [
        r"It was. \[1\]",
        (
            r"• [Tide \[plant\] (again) wins](https://mail.example/a_%28b%29) "
            "(The Mail, <t:1700000000:D>)"
        ),
    ]


def test_a_claim_that_rests_on_an_earlier_story_cites_it_by_number() -> None:
    said = _background(Origin.MODEL, Claim("It won before.", ("e1", "s2")))
    assert said == r"It won before. \[1\]\[2\]"


def test_sentences_that_rest_on_one_page_share_its_number() -> None:
    said = _background(Origin.MODEL, Claim("One.", ("s1",)), Claim("Two.", ("s1",)))
    assert said == r"One. Two. \[1\]"


@pytest.mark.parametrize(
    "url", [None, "javascript:alert(1)", "https://a.example/ b", f"https://a.example/{'x' * 300}"]
)
def test_an_address_that_is_unsound_or_too_long_is_no_link(url: str | None) -> None:
    places = (Source("s1", "One.", "The Mail", url, 0),)
    section = Section(Origin.EXTRACT, (Claim("One.", ("s1",)),))
    body = explainer(replace(told(), explainer=Explainer({SectionName.WHY: section}, places)))
    assert fields(body)["Sources"] == r"\[1\] The Mail"


def test_key_points_stand_in_a_post_where_nothing_says_why() -> None:
    body = post(told(sections={SectionName.KEY_POINTS: (Claim("It opens.", ("s1",)),)}))
    assert fields(body) == {"Key Points": "It opens."}


def test_the_footer_names_the_model_and_that_it_was_checked() -> None:
    written = told(Origin.MODEL)
    footer = "💻 Technology · written by gemma, checked against its sources"
    assert embed(post(written))["footer"]["text"] == footer


def test_the_footer_says_that_the_days_calls_are_used_up() -> None:
    spent = replace(told(), explainer=replace(told().explainer, limited=True))
    said = embed(post(spent))["footer"]["text"]
    assert said.endswith("in the story's own words; the model's calls for today are used up")


def test_the_footer_names_everybody_who_wrote_what_is_shown() -> None:
    mixed = Explainer(
        {
            SectionName.WHY: Section(Origin.PUBLISHER, SECTIONS[SectionName.WHY]),
            SectionName.NEXT: Section(Origin.EXTRACT, SECTIONS[SectionName.NEXT]),
        },
        SOURCES,
        credit="The Hub",
    )
    story = replace(told(), explainer=mixed)
    assert embed(post(story))["footer"]["text"].endswith("explained by The Hub")
    said = embed(explainer(story))["footer"]["text"]
    assert said.endswith("explained by The Hub; in the story's own words")


def test_no_sentence_is_shown_whose_source_there_is_no_room_to_list() -> None:
    places = [
        Source(f"s{n}", "x", f"Paper {n}", f"https://{n}.example/{'x' * 280}", 0) for n in range(9)
    ]
    claims = tuple(Claim(f"Said {n}.", (f"s{n}",)) for n in range(9))
    explained = Explainer({SectionName.WHY: Section(Origin.MODEL, claims)}, tuple(places))
    shown = fields(explainer(replace(told(), explainer=explained)))
    listed = set(re.findall(r"^\\\[(\d)", shown["Sources"], re.MULTILINE))
    assert set(re.findall(r"\\\[(\d)", shown["Why This Matters"])) == listed
    assert shown["Why This Matters"].count("Said") == len(listed) == 6
