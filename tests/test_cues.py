"""Which sentences a reader understands without those around them."""

from __future__ import annotations

import pytest

from bot.explain.cues import stands_alone


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2020 he led a report of the Department of Energy on the future of fusion power.",
        "In January 2011, he moved to the tech industry as a speechwriter for its executives.",
        "Leaders, innovators and visionaries, she implored, should pause before the next release.",
        "When the company was founded her brother owned a third of the shares of the business.",
    ],
)
def test_a_sentence_about_somebody_who_is_not_named_in_it_does_not_stand_alone(
    sentence: str,
) -> None:
    assert not stands_alone(sentence, "Fusion power gets a new plant")


@pytest.mark.parametrize(
    "sentence",
    [
        "When Sam Altman visited the plant in 2021, he promised to buy all of its power.",
        "Marie Curie refused her first patent because the method was to be free for everybody.",
        "The plant will affect 40,000 homes because it replaces the last coal unit in the valley.",
    ],
)
def test_a_sentence_that_names_whom_it_is_about_stands_alone(sentence: str) -> None:
    assert stands_alone(sentence, "Fusion power gets a new plant: Sam Altman and Marie Curie")
