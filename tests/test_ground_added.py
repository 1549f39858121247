"""What a claim adds of its own: clauses, charges and deaths, "only", "first" and "several"."""

from __future__ import annotations

import pytest

from bot.explain.ground import FaultKind, faults
from tests.test_ground import kinds

FERRY = (
    "The ferry line Nordsund will close its route to Kalvik in May, its director, Ada Holm, said."
)


# ── clauses from nowhere ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "tail",
    [
        ", a blow to island farmers and shopkeepers",
        ", and analysts fear a lengthy slump",
        ", leaving commuters angry and stranded",
        ", in a victory for campaigners",
        ", despite strong public anger",
        ", which critics call a betrayal",
        ", the worst cut on record",
        ", and the mayor is furious",
        " with neighbouring villages paying dearly",
    ],
)
def test_a_clause_of_which_the_source_has_no_word_is_unsupported(tail: str) -> None:
    claim = "Nordsund will close its route to Kalvik in May"
    assert kinds(f"{claim}, Ada Holm said.", FERRY) == set()
    assert FaultKind.UNSUPPORTED in kinds(f"{claim}{tail}.", FERRY)


@pytest.mark.parametrize(
    "claim",
    [
        "In May, Nordsund will close its route to Kalvik, the ferry line's director said.",
        "Nordsund will close its route to Kalvik in May, according to Ada Holm, its director.",
    ],
)
def test_a_clause_that_puts_the_source_in_other_words_is_none(claim: str) -> None:
    assert kinds(claim, FERRY) == set()


def test_who_somebody_is_must_be_in_the_source() -> None:
    claim = "Ada Holm, {}, said Nordsund will close its route to Kalvik in May."
    assert FaultKind.UNSUPPORTED in kinds(claim.format("the transport minister"), FERRY)
    assert kinds(claim.format("its director"), FERRY) == set()


def test_the_title_supports_a_clause() -> None:
    claim = "Nordsund will close its route to Kalvik, Holm said, leaving commuters stranded."
    title = "Commuters stranded as ferry route closes"
    assert FaultKind.UNSUPPORTED in kinds(claim, FERRY)
    assert kinds(claim, FERRY, title=title) == set()


# ── what the law, an employer or death did ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lie", "truth", "source"),
    [
        (
            "Police have charged Nils Orre.",
            "Police are investigating Nils Orre.",
            "Police are investigating Nils Orre over the theft of a painting.",
        ),
        (
            "Nils Orre was convicted of theft.",
            "Nils Orre was charged with theft.",
            "Nils Orre was charged with theft by police in Lund.",
        ),
        (
            "Nils Orre was arrested in Lund.",
            "Nils Orre was questioned in Lund.",
            "Nils Orre was questioned about the theft in Lund.",
        ),
        (
            "The gallery has sued Nils Orre.",
            "The gallery has criticised Nils Orre.",
            "The gallery has criticised its former guard, Nils Orre.",
        ),
        (
            "The gallery fired Nils Orre in May.",
            "The gallery moved Nils Orre in May.",
            "The gallery moved Nils Orre to its archive in May.",
        ),
        (
            "The storm killed the crew of the trawler.",
            "The storm stranded the crew of the trawler.",
            "The storm stranded the crew of the trawler off Kalvik.",
        ),
    ],
)
def test_a_charge_a_dismissal_or_a_death_needs_a_word_of_its_kind(
    lie: str, truth: str, source: str
) -> None:
    assert FaultKind.UNSUPPORTED in kinds(lie, source)
    assert kinds(truth, source) == set()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Two sailors died in the fire.", "The fire on board killed two sailors."),
        ("The crash killed two sailors.", "Two sailors died in the crash."),
        ("The fund sued the mine.", "The fund filed a lawsuit against the mine."),
        ("Guards fired tear gas at the crowd.", "Guards used tear gas against the crowd."),
        ("The minister resigned.", "The minister stepped down."),
        ("No passenger was injured.", "All of the passengers were unhurt, no one needed care."),
    ],
)
def test_words_of_one_fate_stand_for_one_another(claim: str, source: str) -> None:
    assert FaultKind.UNSUPPORTED not in kinds(claim, source)


# ── above all others, and how many ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lie", "truth", "source"),
    [
        (
            "Only Kalvik and Lund have a ferry.",
            "Kalvik and Lund have a ferry.",
            "Kalvik and Lund have a ferry to the mainland.",
        ),
        (
            "It is the largest ferry on the coast.",
            "It is a large ferry on the coast.",
            "It is a large ferry that serves the coast.",
        ),
        (
            "Nordsund has the highest fares since the merger of 2004.",
            "Nordsund's fares rose after the merger of 2004.",
            "Nordsund's fares rose after the merger of 2004.",
        ),
        (
            "Rust was found on every ship of the line.",
            "Rust was found on ships of the line.",
            "Rust was found on ships of the line.",
        ),
        (
            "Several people familiar with the sale confirmed it.",
            "Two people familiar with the sale confirmed it.",
            "Two people familiar with the sale confirmed it.",
        ),
        (
            "The captains had slept on duty.",
            "One of the captains had slept on duty.",
            "One of the captains had slept on duty, records show.",
        ),
        (
            "Shipping experts expect a strike.",
            "One shipping expert expects a strike.",
            "One shipping expert expects a strike.",
        ),
    ],
)
def test_what_puts_above_others_or_counts_them_must_be_in_the_source(
    lie: str, truth: str, source: str
) -> None:
    assert kinds(lie, source) & {FaultKind.UNSUPPORTED, FaultKind.COMPARISON}
    assert FaultKind.UNSUPPORTED not in kinds(truth, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It is Kalvik's only ferry.", "It is the sole ferry of Kalvik."),
        ("Holm is the fifth most successful captain.", "Holm is fifth among the captains."),
        ("The country's highest court heard it.", "The supreme court of the country heard it."),
        ("It is the biggest ferry of the fleet.", "It is the largest ferry of the fleet."),
        ("Several ports closed.", "Five ports closed."),
    ],
)
def test_a_word_of_the_same_kind_supports_it(claim: str, source: str) -> None:
    assert kinds(claim, source) == set()


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "The drug reduces the risk of death in older patients, doctors said.",
            "The drug increases the risk of death in older patients, doctors said.",
        ),
        (
            "Voters must send their forms to the council by 3 May.",
            "Voters must send their passwords to the council by 3 May.",
        ),
        (
            "The lawyer spoke to reporters after the hearing.",
            "The forger spoke to reporters after the hearing.",
        ),
        (
            "The letters were found by officers in the cellar.",
            "The letters were planted by officers in the cellar.",
        ),
    ],
)
def test_one_word_of_a_copied_sentence_was_another(source: str, claim: str) -> None:
    assert faults(claim, [source])
    assert not faults(source, [source])


@pytest.mark.parametrize(
    "claim",
    [
        "The council voted to shut the library in the old town.",
        "The library in the old town will be closed by a vote of the council.",
    ],
)
def test_a_word_of_the_same_meaning_is_none(claim: str) -> None:
    source = "The council voted to close the library in the old town."
    assert not [f for f in faults(claim, [source]) if f.kind is FaultKind.UNSUPPORTED]
