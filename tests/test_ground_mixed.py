"""Sources mixed, opposites, causes, cut quotations, and truths that were doubted once."""

from __future__ import annotations

import pytest

from bot.explain.ground import FaultKind, faults
from tests.test_ground import kinds

# ── two sources made one ─────────────────────────────────────────────────────────────────

LETTER = "In a letter of 5 November, the nurses asked the ministry to reopen the ward at Lund."
WARD = "In August, the ministry announced new beds."


def test_the_month_of_one_source_may_not_date_the_deed_of_another() -> None:
    lie = "In August, the nurses asked the ministry to reopen the ward at Lund."
    truth = "In November, the nurses asked the ministry to reopen the ward at Lund."
    assert FaultKind.DATE in kinds(lie, LETTER, WARD)
    assert kinds(truth, LETTER, WARD) == set()


def test_the_number_of_one_source_may_not_count_what_another_counts() -> None:
    police = "Police reported that at least 5,000 people entered the square at Lund."
    union = "The union said more than 15,000 people signed up."
    lie = "Police reported that 15,000 people entered the square at Lund."
    assert FaultKind.NUMBER in kinds(lie, police, union)
    assert kinds("Police said 5,000 people entered the square at Lund.", police, union) == set()


def test_the_words_of_one_may_not_be_told_by_another() -> None:
    one = "“We hope to settle,” said Jonas Falk, who represents Orre."
    two = "Marta Silva, who represents Orre, said her client refused the offer of the prosecutors."
    lie = "Jonas Falk, who represents Orre, said his client refused the offer of the prosecutors."
    assert FaultKind.ATTRIBUTION in kinds(lie, one, two)
    assert kinds(two, one, two) == set()


def test_who_is_spoken_of_may_not_become_who_speaks() -> None:
    source = "The Lund Courier reported on Monday that Nordsund is preparing to cut 400 jobs."
    lie = "Nordsund said it is preparing to cut 400 jobs."
    truth = "Nordsund is preparing to cut 400 jobs, the Lund Courier reported."
    assert FaultKind.ATTRIBUTION in kinds(lie, source)
    assert kinds(truth, source) == set()


def test_a_newspapers_report_may_not_be_the_firms_own_words() -> None:
    source = "Small savers have welcomed the sale by Nordsund, the Lund Courier reported."
    assert FaultKind.ATTRIBUTION in kinds("Nordsund said small savers welcomed the sale.", source)
    assert kinds("The Lund Courier reported that small savers welcomed the sale.", source) == set()


# ── opposites ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lie", "truth"),
    [
        ("Holm criticised the strike.", "Holm defended the strike."),
        ("The crown strengthened sharply.", "The crown weakened sharply."),
        ("Nurses urged him to withdraw the offer.", "Nurses urged him to accept the offer."),
        ("The chamber passed the budget.", "The chamber blocked the budget."),
        ("Holm opposes the merger.", "Holm supports the merger."),
        (
            "Nordsund bought the old quay at Lund and its two cranes in June.",
            "Nordsund sold the old quay at Lund and its two cranes in June.",
        ),
    ],
)
def test_the_opposite_of_what_was_done_is_a_fault(lie: str, truth: str) -> None:
    assert FaultKind.COMPARISON in kinds(lie, truth)
    assert kinds(truth, truth) == set()


def test_who_balks_at_a_promise_makes_none() -> None:
    source = "Nordsund is balking at committing to a fixed number of ferries."
    assert FaultKind.NEGATION in kinds("Nordsund is committing to a number of ferries.", source)
    assert kinds("Nordsund has not committed to a fixed number of ferries.", source) == set()


# ── causes ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lie", "source"),
    [
        (
            "Nordsund cut its fares after pressure from the ministry.",
            "Nordsund cut its fares to 9 euros from 12, a letter to the ministry shows.",
        ),
        (
            "The raid came in response to the swap of two prisoners.",
            "The raid came a day after the swap of two prisoners.",
        ),
        (
            "Nordsund left the pool, forcing the port to seek new members.",
            "Nordsund left the pool; the port will seek new members.",
        ),
    ],
)
def test_a_word_of_grammar_is_no_cause(lie: str, source: str) -> None:
    assert FaultKind.CAUSE in kinds(lie, source)


def test_as_between_both_sides_of_a_because_says_why() -> None:
    source = "The port lost the listing as it would not accept the line's two classes of shares."
    claim = "The port lost the listing because it would not accept the line's classes of shares."
    assert kinds(claim, source) == set()


# ── quotations, rates, and what is done already ──────────────────────────────────────────


def test_a_quotation_may_not_stop_right_before_what_restricts_it() -> None:
    source = "“We are going to sign a contract if the fares fall,” Holm said."
    assert FaultKind.QUOTE in kinds("Holm said “we are going to sign a contract”.", source)
    whole = "Holm said “we are going to sign a contract if the fares fall”."
    assert kinds(whole, source) == set()
    assert kinds("Holm said “we are going to sign a contract” if fares fall.", source) == set()


def test_per_week_may_not_become_per_month() -> None:
    source = "Over the 52 weeks of a year, the line earns $4 million per week."
    assert FaultKind.NUMBER in kinds("The line earns $4 million per month.", source)
    assert kinds("The line earns $4 million a week.", source) == set()


def test_what_will_be_done_may_not_be_done_already() -> None:
    source = "The plans will be published at a meeting in Lund, Holm said."
    assert FaultKind.MODALITY in kinds("The plans were published in Lund, Holm said.", source)
    assert kinds("Holm said the plans will be published in Lund.", source) == set()


def test_one_hedge_that_is_kept_does_not_stand_for_another() -> None:
    source = "Police say the fight may have begun after the man tried to steal a coat."
    lie = "The fight began after the man tried to steal a coat, police say."
    assert FaultKind.MODALITY in kinds(lie, source)
    assert kinds(
        "The fight may have begun after a man tried to steal a coat, police say.", source
    ) == (set())


def test_the_day_before_may_not_become_the_day_after() -> None:
    source = "The raid comes a day after the army swapped two prisoners for its officers."
    lie = "The raid came a day before the army swapped two prisoners."
    assert FaultKind.COMPARISON in kinds(lie, source)
    assert kinds("The raid came a day after the army swapped two prisoners.", source) == set()
    assert kinds("The army swapped two prisoners a day before the raid.", source) == set()


# ── truths that were doubted ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Sales fell in shops, H&M said.",
            "Sales in its shops fell, but grew online, H&M said.",
        ),
        (
            "The regulator does not have a role in choosing ships.",
            "The regulator said it doesn’t have “a role in choosing ships.”",
        ),
        (
            "Nordsund dropped its plans for a merger.",
            "Nordsund shelved its plans for a merger after its growth had slowed.",
        ),
    ],
)
def test_it_is_not_doubted_any_more(claim: str, source: str) -> None:
    assert not kinds(claim, source) & {FaultKind.NAME, FaultKind.NEGATION, FaultKind.COMPARISON}


def test_a_fall_is_still_no_rise() -> None:
    assert FaultKind.COMPARISON in kinds("Sales dropped sharply.", "Sales grew sharply.")


def test_a_full_name_of_what_was_shown_completes_a_cited_surname() -> None:
    cited = "Holm was named director of Nordsund in 2018."
    claim = "Ada Holm has been director of Nordsund since 2018."
    shown = ("The ferry line is led by Ada Holm.", cited)
    assert {f.kind for f in faults(claim, [cited])} == {FaultKind.NAME}
    assert faults(claim, [cited], known=shown) == ()


def test_a_surname_of_two_people_is_not_completed() -> None:
    cited = "Holm was named director of Nordsund in 2018."
    claim = "Ada Holm has been director of Nordsund since 2018."
    shown = ("The ferry line is led by Ada Holm.", "Her brother, Karl Holm, owns the port.")
    assert {f.kind for f in faults(claim, [cited], known=shown)} == {FaultKind.NAME}


def test_a_name_of_what_was_shown_is_not_supported_without_its_surname() -> None:
    cited = "The director was named in 2018."
    shown = ("The ferry line is led by Ada Holm.",)
    assert {f.kind for f in faults("Ada Holm was named in 2018.", [cited], known=shown)} == {
        FaultKind.NAME
    }
