"""Numbers, dates and names of a claim: what the cited sentences support, and what they do not."""

from __future__ import annotations

import pytest

from bot.explain.ground import Fault, FaultKind, faults


def kinds(claim: str, *cited: str, title: str = "") -> set[FaultKind]:
    return {f.kind for f in faults(claim, cited, title=title)}


DAM = "The dam cost $1.2 billion, holds 500,000 cubic metres and was opened on 4 May 1998."


def test_a_sentence_supports_itself() -> None:
    assert faults(DAM, [DAM]) == ()


def test_a_claim_that_cites_nothing_is_unsupported() -> None:
    assert kinds("The dam was opened.") == {FaultKind.UNSUPPORTED}


def test_a_fault_tells_a_model_what_to_mend() -> None:
    found = faults("The dam holds 900,000 cubic metres.", [DAM])
    assert found == (Fault(FaultKind.NUMBER, "900,000"),)
    assert found[0].told.startswith("“900,000” is in none of the cited sentences")


# ── numbers ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The dam cost $1.2bn.", DAM),
        ("The dam cost 1.2 billion dollars.", DAM),
        ("Twenty-five ships were lost.", "25 ships were lost."),
        ("The fleet lost 25 ships.", "The fleet lost twenty-five ships."),
        ("Two hundred and fifty people came.", "250 people came."),
        ("The rate is 4.5%.", "The rate is 4.5 per cent."),
        ("A fifth of the homes are empty.", "Twenty percent of the homes are empty."),
        ("One in five homes is empty.", "Some 20% of the homes are empty."),
        ("Half a million people fled.", "500,000 people fled."),
        ("The strike lasts two days.", "The strike lasts 48 hours."),
        ("The 1990s were calm.", "The nineties were calm."),
        ("The season 2019-20 was short.", "The season of 2019 and 2020 was short."),
        ("He came 3rd.", "He came third."),
        ("Sales have doubled.", "Sales are twice as high."),
        ("Jars were sold in three states.", "Jars were sold in Ohio, Indiana and Utah."),
        ("A 20-year-old was hurt.", "A student, aged 20, was hurt."),
        ("Repairs took 5m euros.", "Repairs took 5 million euros."),
    ],
)
def test_the_same_number_may_be_written_otherwise(claim: str, source: str) -> None:
    assert kinds(claim, source) == set()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The dam cost $1.3 billion.", DAM),
        ("The dam cost $1.2 million.", DAM),
        ("The dam cost €1.2 billion.", DAM),
        ("Twenty-six ships were lost.", "25 ships were lost."),
        ("The rate is 4.5%.", "The rate is 4.5 points."),
        ("A quarter of the homes are empty.", "A fifth of the homes are empty."),
        ("One in four homes is empty.", "One in five homes is empty."),
        ("The strike lasts two hours.", "The strike lasts two days."),
        ("The 1980s were calm.", "The 1990s were calm."),
        ("He came third.", "He came first of three."),
        ("Hundreds of people fled.", "Dozens of people fled."),
        ("Sales have tripled.", "Sales have doubled."),
    ],
)
def test_another_number_unit_or_scale_is_a_fault(claim: str, source: str) -> None:
    assert FaultKind.NUMBER in kinds(claim, source)


def test_a_number_may_not_move_to_another_noun_of_its_sentence() -> None:
    source = "The port has 12 cranes for containers and 40 tugs."
    assert kinds("The port has 40 tugs.", source) == set()
    assert kinds("The port has 40 cranes.", source) == {FaultKind.NUMBER}


def test_a_number_may_not_move_to_another_place_of_its_sentence() -> None:
    source = "The firm has 4,000 employees in Spain and 900 in Portugal."
    assert kinds("The firm employs 900 people in Portugal.", source) == set()
    assert kinds("The firm employs 900 people in Spain.", source) == {FaultKind.NUMBER}


def test_a_number_may_not_take_the_place_of_another_one() -> None:
    source = "Prices rose from 30 to 40 euros."
    assert kinds("Prices rose to 40 euros from 30.", source) == set()
    assert FaultKind.NUMBER in kinds("Prices rose from 40 to 40 euros.", source)
    assert kinds("Prices rose from 40 to 30 euros.", source) & {FaultKind.NUMBER, FaultKind.ROLE}


def test_more_than_may_not_become_fewer_than() -> None:
    source = "More than 500 people came."
    assert kinds("Over 500 people came.", source) == set()
    assert kinds("Fewer than 500 people came.", source) == {FaultKind.COMPARISON}


# ── dates ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "claim",
    [
        "The dam was opened on May 4, 1998.",
        "The dam was opened in May 1998.",
        "The dam was opened in 1998.",
    ],
)
def test_a_date_may_be_written_otherwise_or_more_roughly(claim: str) -> None:
    assert kinds(claim, DAM) == set()


@pytest.mark.parametrize(
    "claim",
    [
        "The dam was opened on 5 May 1998.",
        "The dam was opened in June 1998.",
        "The dam was opened in 1999.",
        "The dam was opened on a Friday.",
    ],
)
def test_another_date_is_a_fault(claim: str) -> None:
    assert FaultKind.DATE in kinds(claim, DAM)


def test_a_month_may_not_take_the_year_of_another() -> None:
    source = "He was elected in May 2018 and again in June 2022."
    assert kinds("He was elected in May 2018.", source) == set()
    assert FaultKind.DATE in kinds("He was elected in May 2022.", source)


def test_may_is_a_month_only_where_it_stands_as_one() -> None:
    assert kinds("Prices may rise.", "Prices may rise.") == set()
    assert FaultKind.DATE in kinds("Prices rose in May.", "Prices rose in March.")


@pytest.mark.parametrize(
    "when",
    [
        "yesterday",
        "this week",
        "last month",
        "next year",
        "two days ago",
        "last Tuesday",
        "on Tuesday",
    ],
)
def test_a_date_that_goes_stale_in_a_post_is_a_fault_even_where_the_source_has_it(
    when: str,
) -> None:
    text = f"The court heard the case {when}."
    assert kinds(text, text) == {FaultKind.RELATIVE_DATE}


@pytest.mark.parametrize(
    "text",
    [
        "The court heard the case on Tuesday, 4 May.",
        "The court sits every Tuesday.",
        "The ship was launched on a Tuesday.",
        "He told the Sunday Chronicle about it.",
        "The court heard the case in the last week of August.",
        "The species lived 98 million years ago.",
        "He said: “We start today.”",
    ],
)
def test_a_date_that_stays_right_is_none(text: str) -> None:
    assert kinds(text, text) == set()


# ── names ────────────────────────────────────────────────────────────────────────────────

TREATY = "Iranian envoy Leila Karimi met Hans Vogt of the World Health Organization in the U.S."


@pytest.mark.parametrize(
    "claim",
    [
        "Iran's envoy met Vogt.",
        "The envoy from Iran met the WHO's Vogt.",
        "Hans Vogt met Karimi in the United States.",
        "Leila Karimi of Iran met Mr Vogt in America.",
    ],
)
def test_a_name_may_lose_its_title_or_be_its_people_or_its_short_form(claim: str) -> None:
    assert kinds(claim, TREATY) == set()


@pytest.mark.parametrize(
    "claim",
    [
        "Iraq's envoy met Vogt.",
        "The envoy met Vogt in the United Kingdom.",
        "The envoy met Hans Vogel.",
        "Lara Karimi met Hans Vogt.",
        "Nigerian envoys met Hans Vogt.",
    ],
)
def test_a_name_from_nowhere_is_a_fault(claim: str) -> None:
    assert FaultKind.NAME in kinds(claim, TREATY)


def test_niger_is_not_nigeria() -> None:
    assert kinds("The envoy is from Niger.", "The envoy is from Niger.") == set()
    assert FaultKind.NAME in kinds("The Nigerian envoy came.", "The envoy from Niger came.")


def test_the_title_supports_a_name_for_a_pronoun() -> None:
    assert kinds("Brandt resigned.", "She resigned.", title="Helena Brandt leaves") == set()
    assert kinds("Brandt resigned.", "She resigned.") == {FaultKind.NAME}


def test_the_title_supports_no_name_in_another_ones_place() -> None:
    source = "The mayor Carla Mendes opened the new harbour."
    claim = "The mayor Helena Brandt opened the new harbour."
    assert kinds(claim, source, title="Helena Brandt visits Carla Mendes") == {FaultKind.NAME}


def test_the_title_supports_no_number() -> None:
    assert kinds("It has 12 rooms.", "It has rooms.", title="12 rooms") == {FaultKind.NUMBER}


def test_two_people_may_not_become_one() -> None:
    source = "John Carter met Mary Holt in Arden."
    assert kinds("Mary Holt met John Carter.", source) == set()
    assert kinds("John Holt was in Arden.", source) == {FaultKind.NAME}


def test_a_name_may_not_take_the_place_of_another_one_that_is_lost() -> None:
    source = "Kestrel bought Larkin for its patents."
    assert FaultKind.NAME in kinds("Kestrel bought Kestrel for its patents.", source)


def test_who_did_it_and_to_whom_may_not_be_exchanged() -> None:
    source = "Kestrel sued Larkin over its patents."
    assert kinds("Larkin was sued by Kestrel over its patents.", source) == set()
    assert FaultKind.ROLE in kinds("Larkin sued Kestrel.", source)
    assert FaultKind.ROLE in kinds("Kestrel was sued by Larkin.", source)


def test_those_who_meet_may_be_named_in_any_order() -> None:
    assert kinds("Vogt met Karimi.", "Karimi met Vogt.") == set()


def test_nouns_may_not_be_exchanged_in_a_sentence_that_is_repeated() -> None:
    source = "The ministry rejected the union's demand."
    assert FaultKind.ROLE in kinds("The union rejected the ministry's demand.", source)
    assert kinds("The union's demand was rejected by the ministry.", source) == set()


def test_a_person_may_not_become_a_relative() -> None:
    source = "The suspect's brother, Leon Marsh, was released."
    assert kinds("Leon Marsh, the suspect's brother, was released.", source) == set()
    assert kinds("The suspect, Leon Marsh, was released.", source) == {FaultKind.NAME}
