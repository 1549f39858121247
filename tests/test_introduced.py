"""Whether what a sentence points at was introduced to who reads it alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.explain.cues.introduced import points_at_unknown

SHOWN = "Ferry company starts night route. The harbour council voted for it on Tuesday."


@pytest.mark.parametrize(
    "sentence",
    [
        "Hansen fulfilled a demand of the open letter, which had been signed in May.",
        "Sailors hope the new tool can help them to sort reports.",
        "Hansen said the agency wants to close it.",
        "Ferries would make that choice easier for families.",
        "It will hit that target in 2028.",
        "Hansen will sign off on what is bought at each stage.",
        "Sailors protested against those regulations in spring.",
        "Hansen praised the app’s design.",
    ],
)
def test_a_thing_that_nobody_has_named_leaves_the_reader_asking_which(sentence: str) -> None:
    assert points_at_unknown(sentence, SHOWN)


@pytest.mark.parametrize(
    "sentence",
    [
        "Hansen praised the route and the company that runs it.",
        "Hansen read the letter that sailors had signed.",
        "Sailors asked the government for help over the past year.",
        "Hansen is the first woman at the head of the harbour.",
        "Ferries have the potential to change how islanders live.",
        "Sailors wrote a letter, and the letter was read aloud.",
        "Hansen wrote in the Financial Times about the 1990s.",
        "Ferries crossed the Baltic at the very latest in 1900.",
        "Ferries were built for the largest islands, each year another one.",
        "Unions said that ferries are safe.",
        "Sailors said the council plans to close it.",
        "The agency wants to close it.",
    ],
)
def test_what_is_known_or_says_itself_which_leaves_no_question(sentence: str) -> None:
    assert not points_at_unknown(sentence, SHOWN)


@given(st.text(max_size=200), st.text(max_size=100))
def test_no_text_makes_it_fail(text: str, shown: str) -> None:
    points_at_unknown(f"The {text} the {text} that", shown)
