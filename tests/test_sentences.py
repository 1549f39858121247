"""Sentences of texts that nobody wrote for readers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.explain import explain
from bot.explain.sentences import split
from bot.models import Article, Block, BlockKind, Material

_LONGEST = 20_000
"""Characters of text that are taken from an entry."""
_BOUND = 2.0
"""Seconds of processor time for what takes hundredths of one now, and took 3 to 6 seconds while
its time grew with the square of the length: far from both, on a slow machine too."""

_PROSE = "The ferry company will open the harbour route to all of the islands next year. " * 6
_HOSTILE = {
    "one run of marks": "!" * _LONGEST,
    "a run of marks that ends in a word": "!" * _LONGEST + "x",
    "abbreviations alone": "U.S. " * (_LONGEST // 5),
    "titles alone": "Mr. X " * (_LONGEST // 6) * 2,
    "quotes that never end": "‘" * _LONGEST * 4,
    "a number that never ends": f"The ferry will go to the harbour {'1,' * _LONGEST} next year.",
    "a name that never ends": f"{'A' * _LONGEST * 2} Meier",
    "names alone": "Ada Meier " * (_LONGEST // 10) * 2,
    "names that end nowhere": "Ada M" * (_LONGEST // 5) * 2,
    "scores alone": "1-" * _LONGEST,
    "short sentences that look back": "The ferry was a ship that had a past a year ago. " * 400,
    "one noun of many words": "The " + "harbour " * 100 + "ferry company is expected to go.",
    "a sentence of shouts": f"The ferry company will go to the harbour no{'!' * _LONGEST} please.",
}


def _paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
@pytest.mark.parametrize("heading", ["Why it matters", "Elsewhere"])
def test_a_text_made_to_stall_the_program_is_explained_in_no_time(text: str, heading: str) -> None:
    blocks = (_paragraph(_PROSE), Block(BlockKind.HEADING, heading), _paragraph(text))
    hostile = Article(
        "Ferry company opens a harbour route", None, "A ferry for the harbour.", "P", 0,
        blocks=blocks, language="en", credit="P",
    )  # fmt: skip
    before = time.process_time()
    explain(Material(hostile))
    assert time.process_time() - before < _BOUND


def test_a_text_of_nothing_but_marks_is_one_sentence() -> None:
    assert split("!" * _LONGEST) == ("!" * _LONGEST,)
    assert split(f"He said{'!' * 90} Then he left.") == (f"He said{'!' * 90}", "Then he left.")


def test_a_long_word_before_an_end_hides_no_end() -> None:
    long = f"He said {'a' * 200}mr."
    assert split(f"{long} Then he left.") == (long, "Then he left.")


def test_an_abbreviation_late_in_a_long_sentence_ends_nothing() -> None:
    whole = f"{'He went on and on ' * 20}and met Gov. Kristi Noem."
    assert split(f"First. {whole}") == ("First.", whole)


@given(st.lists(st.sampled_from(["Mr.", "A", "b", "!?", "…", "”", "“Yes.”", "U.S.", "He"])))
def test_sentences_joined_by_blanks_are_the_paragraph(words: list[str]) -> None:
    paragraph = " ".join(words)
    assert " ".join(split(paragraph)) == paragraph
