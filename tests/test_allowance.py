"""How often somebody may ask: bursts, what comes back with time, and nothing more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.explain.allowance import Taken, Wait, take
from bot.models import Allowance, Millis

FIVE = Allowance(burst=5, every=60)


def test_a_burst_is_taken_at_once_and_then_one_as_each_comes_back() -> None:
    spent: Millis | None = None
    for _ in range(5):
        taken = take(FIVE, spent, 1_000)
        assert isinstance(taken, Taken)
        spent = taken.spent_until
    assert take(FIVE, spent, 1_000) == Wait(1_060)
    assert take(FIVE, spent, 1_059) == Wait(1_060)
    assert isinstance(take(FIVE, spent, 1_060), Taken)


def test_a_long_rest_gives_back_no_more_than_the_burst() -> None:
    spent: Millis | None = 5
    for _ in range(5):
        taken = take(FIVE, spent, 10_000)
        assert isinstance(taken, Taken)
        spent = taken.spent_until
    assert isinstance(take(FIVE, spent, 10_000), Wait)


@given(st.lists(st.integers(0, 200), max_size=60), st.integers(1, 6), st.integers(1, 90))
def test_in_any_stretch_of_time_no_more_is_taken_than_burst_and_time_allow(
    pauses: list[int], burst: int, every: int
) -> None:
    allowance = Allowance(burst, every)
    now, spent = 0, None
    times: list[int] = []
    for pause in pauses:
        now += pause
        result = take(allowance, spent, now)
        if isinstance(result, Taken):
            spent = result.spent_until
            times.append(now)
        else:
            assert now < result.until, "what has to wait is told a time that is still to come"
    for first, begin in enumerate(times):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + (times[last] - begin) // every
