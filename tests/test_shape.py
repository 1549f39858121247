"""The form of a model's claims: what each section asks for, and what no claim may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.explain.alike import alike, stems
from bot.explain.brief import Brief, brief
from bot.explain.review import Run, claim_of
from bot.explain.shape import MAX_CLAIM, MAX_CLAIMS, MAX_SECTION, looks_ahead, shape_faults
from bot.models import Claim, SectionName, Source, SourceKind
from tests.writing import (
    BACKGROUND,
    BIGGER,
    GOOD,
    NEXT,
    PUBLISHED,
    STORY,
    TEASER,
    TITLE,
    WHY,
    check,
)

STORYS = Source("s1", "Said there.", "Post", None, PUBLISHED)
EARLIER = Source("e1", "Said then.", "Post", None, PUBLISHED, SourceKind.EARLIER)


def faults(
    section: SectionName, text: str, source: Source | None = STORYS, *others: str
) -> list[str]:
    return list(
        shape_faults(
            section,
            Claim(text, ("s1",)),
            cited=[source],
            shown=(TITLE, TEASER),
            others=[Claim(other, ("s1",)) for other in others],
            published=PUBLISHED,
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "Sailings will begin in spring.",
        "The firm won’t sell tickets on board.",
        "The firm plans to sell tickets on board.",
        "The vote is scheduled for the spring.",
        "The inspectors are due to report.",
        "Unions have to agree.",
        "The deadline is 1 March.",
        "Sailings begin on 11 November 2026.",
        "Sailings begin on Nov. 11.",
        "Sailings begin in December.",
        "Sailings begin in 2027.",
        "Sailings begin on 2026-12-01.",
        "Sailings begin March 3, 2027.",
    ],
)
def test_what_happens_next_is_still_to_come(text: str) -> None:
    assert not faults(NEXT, text)


@pytest.mark.parametrize(
    "text",
    [
        "The firm sold its ships.",
        "The director resigned due to the losses.",
        "Sailings began on 9 November 2026.",
        "Sailings began on 10 November 2026.",
        "Sailings began in 1987.",
        "The firm has 40 sailors, 2000 fewer than it had.",
    ],
)
def test_what_is_over_does_not_happen_next(text: str) -> None:
    (fault,) = faults(NEXT, text)
    assert "still to come" in fault


@pytest.mark.parametrize(
    "text",
    [
        "The firm was founded by two brothers.",
        "An earlier route was given up.",
        "Fares have doubled since then.",
        "The firm gave up a route in 2009.",
        "The firm gave up a route on 9 November 2026.",
        "The firm gave up a route in March.",
        "The route was known from the 1990 summer.",
    ],
)
def test_background_names_a_time_before_the_event(text: str) -> None:
    assert not faults(BACKGROUND, text)


@pytest.mark.parametrize(
    "text", ["The firm sells tickets.", "Sailings begin in 2027.", "The band played on."]
)
def test_what_has_no_time_before_the_event_is_no_background(text: str) -> None:
    (fault,) = faults(BACKGROUND, text)
    assert "no time before" in fault
    assert not faults(BACKGROUND, text, EARLIER), "an earlier story is one"


@pytest.mark.parametrize("section", [WHY, BIGGER])
def test_the_other_sections_need_no_time(section: SectionName) -> None:
    assert not faults(section, "The firm sells tickets.")


def test_the_headline_again_says_nothing() -> None:
    (fault,) = faults(WHY, "Ferry company starts night route between islands.")
    assert "headline" in fault
    (fault,) = faults(WHY, "A harbour ferry company announced its night route.")
    assert "teaser" in fault


def test_a_section_does_not_repeat_another() -> None:
    said = "Unions warned that the airline could close."
    (fault,) = faults(WHY, said, STORYS, "The airline could close, unions warned loudly.")
    assert "another section" in fault
    assert not faults(WHY, said, STORYS, "Fares doubled in Denmark.")


def test_a_claim_is_one_sentence_of_a_length() -> None:
    assert not faults(WHY, "The firm, led by Dr. Lund of the U.S. Coast Guard, sells 1.5 boats.")
    (fault,) = faults(WHY, "The firm sells boats. It buys others.")
    assert "more than one sentence" in fault
    assert not faults(WHY, "x" * MAX_CLAIM)
    (fault,) = faults(WHY, "x" * (MAX_CLAIM + 1))
    assert str(MAX_CLAIM) in fault
    (fault, *_) = faults(WHY, "")
    assert "empty" in fault


@pytest.mark.parametrize(
    "text",
    [
        "Booking.com and Amazon.com sell tickets.",
        "Tickets cost $5 (10 percent off) at 9:30 a.m.",
        "The A/B route and the and/or rule stay.",
        "Profits rose 5% - more than C# or C++ * 2.",
        "Its “[sic] boats” sail on.",
        "Winds of 5 < 6 knots were measured.",
    ],
)
def test_ordinary_text_is_no_markup(text: str) -> None:
    assert not faults(WHY, text)


def test_every_fault_is_told_at_once() -> None:
    found = faults(NEXT, "See https://x.example now. It is **bold**.\u200b", None)
    assert len(found) == 5


# ── answers ──────────────────────────────────────────────────────────────────────────────


def run() -> Run:
    made = brief(STORY, "fence")
    assert isinstance(made, Brief)
    return Run(made, check, most_calls=3)


def claims(*texts: str) -> list[Claim]:
    return [Claim(text, ("s1",)) for text in texts]


def test_a_good_answer_leaves_nothing_to_complain_about() -> None:
    asked = run()
    good = {name: [claim_of(*said) for said in told] for name, told in GOOD.items()}
    assert asked.read(good) == ""
    assert asked.best == {name: tuple(told) for name, told in good.items()}


def test_a_section_has_room_for_four_claims_and_a_field() -> None:
    asked = run()
    words = "alpha bravo delta gamma omega sigma".split()
    told = claims(*(f"Unions could ask {word} about {word}s." for word in words))
    assert f"at most {MAX_CLAIMS} claims" in asked.read({WHY: told})
    assert len(asked.best[WHY]) == MAX_CLAIMS
    long = claims(*(f"Unions could ask {word * 50}." for word in words[:4]))
    full = run()
    assert f"at most {MAX_SECTION} characters" in full.read({WHY: long})
    assert sum(len(claim.text) for claim in full.best[WHY]) <= MAX_SECTION


def test_of_equal_answers_the_last_is_kept_as_it_is_the_corrected_one() -> None:
    asked = run()
    asked.read({WHY: claims("Unions could lose.", "Unions lose 99 jobs.")})
    asked.read({WHY: claims("Unions could win.")})
    assert asked.best == {WHY: tuple(claims("Unions could win."))}
    asked.read({})
    assert asked.best == {WHY: tuple(claims("Unions could win."))}
    assert asked.offered == 3


def test_a_complaint_is_short_whatever_is_complained_about() -> None:
    asked = run()
    told = asked.read({name: claims(*["9 " * 5_000] * 500) for name in GOOD})
    assert len(told) < 6_000


@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=5))
def test_a_claim_is_tidied_whatever_is_in_it(text: str, cites: list[str]) -> None:
    claim = claim_of(text, cites)
    assert claim_of(claim.text, claim.sources).sources == claim.sources
    for section in GOOD:
        run().read({section: [claim]})
    assert looks_ahead(text, PUBLISHED) in {True, False}


@given(st.text(), st.text())
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= alike(stems(one), stems(other)) <= 1.000_001
    assert alike(stems(one), stems(other)) == alike(stems(other), stems(one))
