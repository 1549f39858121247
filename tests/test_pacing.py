"""Discord's budgets: never more than it takes, and hardly less."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import REFUSALS, REFUSALS_WINDOW, REQUESTS, WINDOW, Pace, Refusals
from bot.models import HOUR, MINUTE, SECOND, Millis

NOW: Millis = 1_760_000_000_000
TINY = 1e-9
"""What adding up times as binary fractions may lose."""


def counted(pace: Pace, delays: Iterable[tuple[float, float]]) -> list[float]:
    """Let requests out as fast as the pace allows; return when a server counts them.

    Each takes its time there and its time back.
    """
    now = 0.0
    arrivals: list[float] = []
    answers: list[tuple[float, float]] = []
    for there, back in delays:
        while not pace.take(now):
            free_at = pace.free_at(now)
            if answers and (free_at is None or answers[0][0] <= free_at):
                now, departed = heapq.heappop(answers)
                pace.answered(departed, now)
            else:
                assert free_at is not None, "nothing is under way, and nothing is free"
                now = free_at
        arrivals.append(now + there)
        heapq.heappush(answers, (now + there + back, now))
    return sorted(arrivals)


def most_in_a_second(arrivals: list[float]) -> int:
    """Return the most requests that a server counts in any window of a second."""
    most = first = 0
    for last, arrival in enumerate(arrivals):
        while arrivals[first] <= arrival - WINDOW + TINY:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(
    st.floats(0, 0.5),
    st.floats(0, 0.5),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=60),
    st.integers(1, 8),
)
def test_no_request_is_one_too_many_where_delays_vary_by_a_third(
    there: float, back: float, jitter: list[tuple[float, float]], requests: int
) -> None:
    most = (there + back) / 6
    delays = [(there + one * most, back + other * most) for one, other in jitter]
    assert most_in_a_second(counted(Pace(requests), delays)) <= requests


@pytest.mark.parametrize("seed", range(20))
def test_no_request_is_one_too_many_where_now_and_then_one_takes_long(seed: int) -> None:
    chance = random.Random(seed)
    there, back = chance.uniform(0.001, 0.2), chance.uniform(0.001, 0.2)
    mean = (there + back) / 4
    delays = [
        (there + chance.expovariate(1 / mean), back + chance.expovariate(1 / mean))
        for _ in range(5_000)
    ]
    assert most_in_a_second(counted(Pace(), delays)) <= REQUESTS


@pytest.mark.parametrize(("round_trip", "share"), [(0.01, 0.997), (0.1, 0.97), (0.3, 0.92)])
def test_hardly_any_of_what_discord_takes_is_left_unused(round_trip: float, share: float) -> None:
    arrivals = counted(Pace(), [(round_trip / 2, round_trip / 2)] * 5_000)
    rate = (len(arrivals) - REQUESTS) / (arrivals[-1] - arrivals[0])
    assert share * REQUESTS < rate <= REQUESTS + TINY


def test_a_place_is_free_again_a_second_after_the_answer_less_the_way() -> None:
    pace = Pace(1)
    assert pace.take(0.0)
    assert pace.free_at(0.1) is None
    pace.answered(0.0, 0.4)
    assert pace.free_at(0.4) == pytest.approx(0.4 + 1 - 0.3)
    assert not pace.take(1.0)
    assert pace.take(1.2)


def test_a_request_that_was_lost_may_have_arrived() -> None:
    pace = Pace(1)
    assert pace.take(0.0)
    pace.lost(0.5)
    assert not pace.take(1.4)
    assert pace.take(1.5)


def test_a_place_that_was_not_used_is_free_at_once() -> None:
    pace = Pace(1)
    assert pace.take(0.0)
    pace.unused()
    assert pace.free_at(0.0) == 0.0
    assert pace.take(0.0)


def test_while_everything_rests_only_what_must_goes_out() -> None:
    pace = Pace(2)
    pace.rest(5.0)
    pace.rest(3.0)
    assert pace.resting(1.0) == 4.0
    assert not pace.take(1.0)
    assert pace.free_at(1.0) == 5.0
    assert pace.free_at(1.0, resting=True) == 1.0
    assert pace.take(1.0, resting=True)
    assert pace.resting(5.0) == 0.0
    assert pace.take(5.0)


# ── refused requests ─────────────────────────────────────────────────────────────────────


def refused(number: int, at: Callable[[int], Millis] = lambda _: NOW) -> Refusals:
    refusals = Refusals()
    for one in range(number):
        refusals.add(at(one))
    return refusals


def test_sending_rests_long_before_discord_locks_us_out() -> None:
    assert REFUSALS <= 10_000 / 2
    assert refused(REFUSALS - 1).rest(NOW) == 0
    assert refused(REFUSALS).rest(NOW) > 0


def test_sending_goes_on_as_soon_as_there_were_few_enough_refusals() -> None:
    refusals = refused(REFUSALS + 5, lambda one: NOW + one * 100)
    now = NOW + (REFUSALS + 5) * 100
    wait = refusals.rest(now)
    assert refusals.count(now + wait - 1) >= REFUSALS
    assert refusals.rest(now + wait) == 0
    assert refusals.count(now + wait) < REFUSALS


@given(st.lists(st.integers(0, 20 * MINUTE), max_size=200), st.integers(0, 40 * MINUTE))
def test_no_refusal_of_the_last_ten_minutes_is_forgotten(waits: list[int], later: Millis) -> None:
    refusals = Refusals()
    times = sorted(NOW + wait for wait in waits)
    for time in times:
        refusals.add(time)
    now = max([NOW, *times]) + later
    counts = refusals.count(now)
    assert counts >= sum(now - time < REFUSALS_WINDOW for time in times)
    assert counts <= sum(now - time < REFUSALS_WINDOW + 10 * SECOND for time in times)


def test_refusals_outlive_a_restart_as_plain_values() -> None:
    dumped = refused(REFUSALS, lambda one: NOW + one * 100).dump(NOW + MINUTE)
    plain = [[int(value) for value in pair] for pair in dumped]
    again = Refusals((since, number) for since, number in plain)
    assert again.count(NOW + 2 * MINUTE) == REFUSALS
    assert len(plain) <= REFUSALS_WINDOW // (10 * SECOND) + 2
    assert not again.dump(NOW + HOUR)


def test_a_clock_that_is_set_back_does_not_stop_sending_for_longer_than_ten_minutes() -> None:
    refusals = refused(REFUSALS, lambda one: NOW + HOUR + one)
    assert 0 < refusals.rest(NOW) <= REFUSALS_WINDOW + 10 * SECOND
    assert refusals.rest(NOW + REFUSALS_WINDOW + 10 * SECOND) == 0
