"""When a feed is asked next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.schedule import after_failure, after_success
from bot.models import DAY, HOUR, MINUTE, Millis

NOW: Millis = 1_760_000_000_000
SHORTEST: Millis = 15 * MINUTE
CHANCES = st.floats(0, 1, exclude_max=True)
INTERVALS = st.integers(1_000, DAY)


def wait(dates: list[Millis], *, shortest: Millis = SHORTEST, chance: float = 0.0) -> Millis:
    return after_success(dates, now=NOW, shortest=shortest, chance=chance) - NOW


def failed(failures: int, *, retry_after: Millis | None = None, chance: float = 0.0) -> Millis:
    again = after_failure(
        failures, now=NOW, shortest=SHORTEST, chance=chance, retry_after=retry_after
    )
    return again - NOW


def every(gap: Millis, count: int, *, last: Millis = NOW) -> list[Millis]:
    return [last - n * gap for n in range(count)]


def test_a_feed_without_dates_is_asked_after_the_shortest_interval() -> None:
    assert wait([]) == SHORTEST


def test_a_single_date_tells_no_pace() -> None:
    assert wait([NOW - 20 * DAY]) == SHORTEST


def test_a_feed_is_asked_twice_as_often_as_it_writes() -> None:
    assert wait(every(2 * HOUR, 5)) == HOUR


def test_a_busy_feed_is_not_asked_more_often_than_the_shortest_interval() -> None:
    assert wait(every(MINUTE, 10)) == SHORTEST
    assert wait([NOW] * 10) == SHORTEST


def test_the_longest_wait_is_24_of_the_shortest() -> None:
    assert wait(every(40 * DAY, 3)) == 24 * SHORTEST


def test_a_feed_that_is_silent_for_60_days_waits_96_of_the_shortest() -> None:
    assert wait([NOW - 61 * DAY]) == 96 * SHORTEST
    assert wait(every(HOUR, 10, last=NOW - 61 * DAY)) == 96 * SHORTEST
    assert wait(every(HOUR, 10, last=NOW - 60 * DAY)) == 2 * SHORTEST


def test_only_the_ten_newest_dates_tell_the_pace() -> None:
    archive = every(30 * DAY, 50, last=NOW - 40 * DAY)
    assert wait(archive + every(2 * HOUR, 10)) == HOUR


def test_the_order_of_the_dates_does_not_matter() -> None:
    assert wait(every(2 * HOUR, 5)[::-1]) == wait(every(2 * HOUR, 5))


def test_dates_ahead_of_now_tell_nothing() -> None:
    ahead = [NOW + n * MINUTE for n in range(1, 30)]
    assert wait(ahead + every(2 * HOUR, 5)) == HOUR
    assert wait([*ahead, NOW - 61 * DAY]) == 96 * SHORTEST


@given(st.lists(st.integers(NOW - 90 * DAY, NOW + DAY), max_size=40), INTERVALS, CHANCES)
def test_every_wait_lies_between_one_and_96_intervals_and_a_tenth(
    dates: list[Millis], shortest: Millis, chance: float
) -> None:
    waited = wait(dates, shortest=shortest, chance=chance)
    assert shortest <= waited <= 96 * shortest * 1.1 + 1


@given(st.lists(st.integers(NOW - 90 * DAY, NOW), max_size=20), CHANCES)
def test_chance_adds_a_tenth_at_most_and_takes_nothing(dates: list[Millis], chance: float) -> None:
    bare = wait(dates)
    assert bare <= wait(dates, chance=chance) <= bare * 1.1 + 1


def test_chance_does_move_feeds_apart() -> None:
    assert wait([], chance=0.999) > wait([], chance=0.5) > wait([], chance=0.0)


@given(st.lists(st.integers(0, 90 * 86_400), max_size=20))
def test_every_wait_after_dates_shrinks_with_the_shortest_interval(ages: list[int]) -> None:
    quick = wait([NOW - age * 1_000 for age in ages], shortest=1_000)
    assert 1_000 <= quick <= 96_000


def test_the_wait_after_errors_doubles_from_one_interval_to_96() -> None:
    waits = [failed(n) // SHORTEST for n in range(1, 11)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 96, 96, 96]


def test_a_feed_that_fails_for_years_still_has_a_next_time() -> None:
    assert failed(1_000_000) == 96 * SHORTEST


def test_the_servers_wish_is_the_least_that_is_waited() -> None:
    assert failed(1, retry_after=3 * DAY) == 3 * DAY
    assert failed(8, retry_after=1_000) == 96 * SHORTEST
    assert failed(1, retry_after=0) == SHORTEST


@given(st.integers(1, 40), st.integers(0, 7 * DAY), CHANCES)
def test_after_an_error_a_feed_is_never_asked_before_the_server_allows(
    failures: int, retry_after: Millis, chance: float
) -> None:
    waited = failed(failures, retry_after=retry_after, chance=chance)
    assert waited >= max(retry_after, failed(failures))
    assert waited <= max(retry_after, failed(failures) * 1.1 + 1)
