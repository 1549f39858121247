"""How long a model's endpoint is left alone."""

from __future__ import annotations

import pytest

from bot.explain.endpoint import LONGEST, PATIENCE, after
from bot.models import HOUR, MINUTE, Draft, Endpoint, Millis, ModelFailed, ModelTrouble, Usage

NOW: Millis = 1_000


def failed(trouble: ModelTrouble, retry_after: Millis | None = None) -> ModelFailed:
    return ModelFailed(trouble, "It is so.", Usage(1, 0), retry_after)


def test_what_works_is_not_left_alone_and_its_way_is_remembered() -> None:
    worked = Draft({}, Usage(1, 9), plain=True)
    assert after(Endpoint(failures=2), worked, NOW) == Endpoint(plain=True)


@pytest.mark.parametrize(("asked", "rest"), [(7_000, 7_000), (9 * HOUR, LONGEST)])
def test_a_pause_that_it_asks_for_is_kept_within_the_hour(asked: Millis, rest: Millis) -> None:
    learned = after(Endpoint(), failed(ModelTrouble.LIMITED, asked), NOW)
    assert learned.rest_until == NOW + rest


@pytest.mark.parametrize("trouble", [ModelTrouble.KEY, ModelTrouble.QUOTA, ModelTrouble.REJECTED])
def test_what_no_second_try_mends_is_not_tried_with_every_story(trouble: ModelTrouble) -> None:
    assert after(Endpoint(), failed(trouble), NOW).rest_until >= NOW + 10 * MINUTE


def test_one_failure_is_bad_luck_and_several_are_a_reason_to_wait_longer_and_longer() -> None:
    known = Endpoint()
    rests = []
    for _ in range(PATIENCE + 12):
        known = after(known, failed(ModelTrouble.SERVER), NOW)
        rests.append(max(known.rest_until - NOW, 0))
    assert rests[: PATIENCE - 1] == [0] * (PATIENCE - 1)
    assert rests[PATIENCE - 1 : PATIENCE + 1] == [2 * MINUTE, 4 * MINUTE]
    assert max(rests) == rests[-1] == LONGEST


@pytest.mark.parametrize("trouble", [ModelTrouble.UNGROUNDED, ModelTrouble.DECLINED])
def test_an_answer_that_is_no_use_for_one_story_says_nothing_of_the_next(
    trouble: ModelTrouble,
) -> None:
    assert after(Endpoint(failures=2), failed(trouble), NOW) == Endpoint()
