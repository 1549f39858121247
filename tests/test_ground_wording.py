"""What a claim makes of "not", "may", "said" and quotation marks, and what it adds of its own."""

from __future__ import annotations

import pytest

from bot.explain.ground import MAX_CLAIM, FaultKind
from tests.test_ground import kinds

MINISTER = "“We will not leave the farmers alone,” said the minister, Ingrid Solheim, in Bergen."


# ── quotations ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "claim",
    [
        'Solheim said: "We will not leave the farmers alone."',
        "Solheim said that she would not “leave the farmers alone”.",
        "Solheim said “we will not … alone”.",
        "‘We will not leave the farmers alone’, Solheim said.",
    ],
)
def test_a_quotation_may_be_cut_and_have_other_marks(claim: str) -> None:
    assert kinds(claim, MINISTER) == set()


def test_a_word_altered_inside_a_quotation_is_a_fault() -> None:
    claim = "“We will never leave the farmers alone,” said Ingrid Solheim."
    assert FaultKind.QUOTE in kinds(claim, MINISTER)


def test_what_is_told_may_not_be_quoted() -> None:
    source = "“Enough,” he said, and the plan for the harbour was dropped."
    assert FaultKind.QUOTE in kinds("He said “the plan for the harbour was dropped”.", source)
    assert kinds("He said “enough” and the plan was dropped.", source) == set()


def test_reported_speech_may_not_become_a_quotation() -> None:
    source = "The mayor said the plan was a disgrace to the city."
    assert FaultKind.QUOTE in kinds("The mayor called it “a disgrace to the city”.", source)
    assert kinds("The plan was a disgrace to the city, the mayor said.", source) == set()


def test_the_middle_of_a_long_quotation_has_no_marks_and_may_be_quoted() -> None:
    assert kinds(
        "They spoke of “waiting for the rain”.", "They spoke of waiting for the rain."
    ) == (set())


def test_a_quotation_may_not_move_to_another_speaker() -> None:
    source = "“It is over,” said Anna Whitfield, who had replaced Carl Moss."
    assert kinds("“It is over,” Whitfield said.", source) == set()
    assert FaultKind.ATTRIBUTION in kinds("“It is over,” Moss said.", source)


def test_somebody_elses_we_needs_quotation_marks() -> None:
    source = "“We lost our homes,” said Carla Mendes."
    assert kinds("Carla Mendes said: “We lost our homes.”", source) == set()
    assert FaultKind.ATTRIBUTION in kinds("We lost our homes.", source)


# ── negation ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Nobody was hurt.", "No one was hurt."),
        ("The firm refused to comment.", "The firm did not comment."),
        ("The firm has yet to pay.", "The firm has not paid."),
        ("The order was not lawful.", "The order was unlawful."),
        ("The offer was turned down.", "They rejected the offer."),
        ("No insurer would cover it.", "Insurers refused to cover it."),
        ("If it does not act, they leave.", "Unless it acts, they leave."),
        ("The firm does not sell it any more.", "The firm stopped selling it."),
        ("The firm said it had not recorded them.", "The firm denied that it had recorded them."),
        ("It is not only cheap but light.", "It is cheap and light."),
        ("Bus No. 5 is late.", "Bus No. 5 is late."),
    ],
)
def test_the_same_negation_may_be_put_into_other_words(claim: str, source: str) -> None:
    assert FaultKind.NEGATION not in kinds(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The court did not approve the plan.", "The court approved the plan."),
        ("The court approved the plan.", "The court did not approve the plan."),
        ("The army confirmed the attack.", "The army denied the attack."),
        ("The city can pay with a loan.", "The city cannot pay without a loan."),
        ("He has decided how to vote.", "He has not decided how to vote."),
        ("Police said the attacks were linked.", "Police had no evidence the attacks were linked."),
        ("It cut prices in Asia but not in Europe.", "It cut prices in Europe but not in Asia."),
    ],
)
def test_a_negation_put_in_or_left_out_is_a_fault(claim: str, source: str) -> None:
    assert FaultKind.NEGATION in kinds(claim, source)


# ── modality ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The drug might reduce the risk.", "The drug could reduce the risk."),
        ("It intends to hire 50 pilots.", "It plans to hire 50 pilots."),
        ("The bank will close.", "The bank will close."),
        ("The bank said it will close.", "The bank said it would close."),
        ("The website must remove it.", "The court ordered the website to remove it."),
        ("The sale closed.", "The sale closed and could help others."),
    ],
)
def test_what_is_possible_may_stay_possible_in_other_words(claim: str, source: str) -> None:
    assert FaultKind.MODALITY not in kinds(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The drug will reduce the risk.", "The drug could reduce the risk."),
        ("The drug reduces the risk.", "The drug may reduce the risk."),
        ("It will hire 50 pilots.", "It plans to hire 50 pilots."),
        ("The river will peak on Friday.", "The river is expected to peak on Friday."),
        ("The fraud began in 2019.", "The alleged fraud began in 2019."),
        ("The tax applies to large homes.", "The tax would apply to large homes."),
        ("The website removed it.", "The court ordered the website to remove it."),
        ("The minister resigned.", "The opposition called for the minister's resignation."),
        ("The army is holding talks.", "The army has offered to hold talks."),
    ],
)
def test_what_is_possible_planned_or_alleged_may_not_become_sure(claim: str, source: str) -> None:
    assert FaultKind.MODALITY in kinds(claim, source)


# ── attribution ──────────────────────────────────────────────────────────────────────────

FUND = "The fund had lost half of its money, according to prosecutors in Milan."


@pytest.mark.parametrize(
    "claim",
    [
        "Prosecutors said the fund had lost half of its money.",
        "The prosecutors' view is that the fund had lost half of its money.",
    ],
)
def test_a_claim_may_say_otherwise_who_says_it(claim: str) -> None:
    assert kinds(claim, FUND) == set()


def test_a_claim_may_not_leave_out_who_says_it() -> None:
    assert kinds("The fund had lost half of its money.", FUND) == {FaultKind.ATTRIBUTION}


def test_what_nobody_says_in_the_sentence_needs_no_speaker() -> None:
    source = "The mill, which says it made a profit in 2019, closed its two shops in Arden."
    assert kinds("The mill closed its two shops in Arden.", source) == set()


def test_a_word_of_saying_inside_what_is_said_does_not_tell_who_says_it() -> None:
    source = "Mira Holt said the brewer hopes to open three pubs."
    assert FaultKind.ATTRIBUTION in kinds("The brewer hopes to open three pubs.", source)


def test_experts_who_are_in_no_sentence_may_not_speak() -> None:
    source = "Officials say the bridge is safe."
    assert kinds("The bridge is safe, officials say.", source) == set()
    assert FaultKind.ATTRIBUTION in kinds("Experts say the bridge is safe.", source)


# ── its own words ────────────────────────────────────────────────────────────────────────


def test_praise_is_a_fault_unless_the_source_has_it() -> None:
    claim = "The groundbreaking trial ended."
    assert kinds(claim, "The trial ended.") == {FaultKind.FILLER}
    assert kinds(claim, "The groundbreaking trial ended in June.") == set()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Rents fell.", "Rents rose."),
        ("The court convicted the driver.", "The court acquitted the driver."),
        ("Imports rose while exports fell.", "Exports rose while imports fell."),
        ("All pupils were absent.", "Most pupils were absent."),
        ("Economists expect a slump.", "Some economists expect a slump."),
        ("He left two days after the vote.", "He left two days before the vote."),
    ],
)
def test_a_comparison_or_quantity_may_not_be_turned_round(claim: str, source: str) -> None:
    assert FaultKind.COMPARISON in kinds(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Rents climbed.", "Rents rose."),
        ("The driver was cleared.", "The court acquitted the driver."),
        ("Exports rose as imports fell.", "Exports rose while imports fell."),
        ("All 11 pools are open.", "All 11 pools are open."),
        ("The vote came two days after he left.", "He left two days before the vote."),
    ],
)
def test_a_comparison_may_be_put_into_other_words(claim: str, source: str) -> None:
    assert FaultKind.COMPARISON not in kinds(claim, source)


def test_a_cause_that_no_sentence_has_is_a_fault() -> None:
    claim = "The mill closed because prices fell."
    assert FaultKind.CAUSE in kinds(claim, "The mill closed in May.", "Prices fell in May.")
    assert FaultKind.CAUSE not in kinds(claim, "The mill closed after prices fell.")


def test_a_link_is_no_cause() -> None:
    source = "The study found a link between screens and poor sleep."
    assert FaultKind.CAUSE in kinds("Screens cause poor sleep, the study found.", source)


def test_words_that_no_sentence_has_are_a_fault() -> None:
    source = "The city closed the old harbour in March."
    claim = (
        "The city closed the harbour, a heavy burden on families whose young children rely on it."
    )
    assert FaultKind.UNSUPPORTED in kinds(claim, source)
    assert kinds("The old harbour was shut by the city in March.", source) == set()


# ── form ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "claim",
    [
        "",
        "   ",
        "The dam opened. It is large.",
        "The dam opened, see https://dam.example/news.",
        "The dam opened, says @everyone.",
        "The dam opened, says <@123456>.",
        "The [dam](dam.example) opened.",
        "The dam opened [3].",
        "The **dam** opened.",
        "- The dam opened.",
        "The dam\nopened.",
        "The dam\u200b opened.",
        "The dam opened\u202e.",
        "The dam opened" + " and opened" * 40 + ".",
    ],
)
def test_what_is_not_one_clean_sentence_of_fair_length_is_a_fault(claim: str) -> None:
    assert FaultKind.FORM in kinds(claim, claim or "x")


@pytest.mark.parametrize(
    "claim",
    [
        "The dam opened at 3 p.m. on 4 May, says Gov. Brandt (the mayor's rival).",
        "“It is open,” said Brandt of the U.S. Geological Survey.",
        "x" * MAX_CLAIM,
    ],
)
def test_a_clean_sentence_has_no_fault_of_form(claim: str) -> None:
    assert kinds(claim, claim) == set()
