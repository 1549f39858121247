"""Any text through the grounding checker: it never fails, and a text is held to say itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.explain.ground import FaultKind, faults
from bot.explain.sentences import split
from tests.shared import shared

_ITS_OWN = {FaultKind.RELATIVE_DATE, FaultKind.FORM}
"""Faults that a sentence has whatever it cites."""
_PARAPHRASES = Path(__file__).resolve().parents[1] / "benchmarks" / "paraphrases.json"
_WORDS = (
    "the a of in and , . ; : “ ” \" ' ’ - – % $ £ 5 12 1,200 2.5m 1990s 3rd 2019-20 five twenty"
    " hundred million half third in not no never without denied unless may might will would could"
    " plans to said says according told reportedly May March Monday 4 1998 Ab Cd Tom's U.S. Iran"
    " Iranian because after rose fell all some most I we by was who yesterday ago ß İ é １２"
).split(" ")
_TEXT = st.text(max_size=300) | st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join)


@given(_TEXT)
def test_any_text_supports_itself(text: str) -> None:
    assert {f.kind for f in faults(text, [text])} <= _ITS_OWN


@given(_TEXT, _TEXT, _TEXT)
def test_a_sentence_that_is_cited_beside_others_is_judged_without_failing(
    claim: str, source: str, title: str
) -> None:
    found = faults(claim, [source, claim], title=title)
    assert len(set(found)) == len(found)
    assert all(f.told and len(f.what) <= 200 for f in found)


@given(_TEXT, st.lists(_TEXT, max_size=3))
def test_the_same_question_has_the_same_answer(claim: str, cited: list[str]) -> None:
    assert faults(claim, cited) == faults(claim, tuple(cited))


@pytest.mark.parametrize(
    "unit",
    [
        *[
            "1 ",
            "12,",
            "Ab ",
            "A.",
            "'a ",
            '"',
            "not ",
            "said ",
            "May 1 ",
            "twenty-",
            "[",
            "(",
            "a-",
        ],
        *["http:", "in 5 ", "“a” ", "\u0301", "９", "hundred and ", "\u200b", "because "],
    ],
)
def test_endless_repetitions_are_refused_for_their_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert {f.kind for f in faults(text, [text])} == {FaultKind.FORM}
    assert faults("The dam opened.", [text], title=text)


def _written(key: str) -> list[dict[str, object]]:
    found = json.loads(_PARAPHRASES.read_text(encoding="utf-8"))[key]
    assert isinstance(found, list)
    return found


def _doubted(case: dict[str, object]) -> bool:
    sources = case["sources"]
    assert isinstance(sources, list)
    found = faults(str(case["claim"]), sources, title=str(case.get("title", "")))
    return any(f.kind not in _ITS_OWN for f in found)


def test_at_most_three_of_a_hundred_faithful_paraphrases_are_doubted() -> None:
    cases = _written("faithful")
    assert len(cases) >= 60
    assert sum(map(_doubted, cases)) <= 0.03 * len(cases)


def test_most_subtle_lies_are_found() -> None:
    cases = _written("unfaithful")
    assert len(cases) >= 30
    assert sum(map(_doubted, cases)) >= 0.65 * len(cases)


def test_no_verbatim_sentence_of_a_real_article_is_doubted() -> None:
    articles = json.loads(shared("articles/ground-truth.json").read_text(encoding="utf-8"))
    sentences = [
        sentence
        for article in articles.values()
        for paragraph in article["articleBody"].split("\n")
        for sentence in split(paragraph)
    ]
    assert not [s for s in sentences if {f.kind for f in faults(s, [s])} - _ITS_OWN]
