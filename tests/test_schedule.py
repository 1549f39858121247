"""When a feed is asked next."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.schedule import NEVER, Timing, after_failure, after_success
from bot.models import DAY, HOUR, MINUTE, Millis, Trouble

NOW: Millis = 1_760_000_000_000
SHORTEST: Millis = 15 * MINUTE
CHANCES = st.floats(0, 1, exclude_max=True)
INTERVALS = st.integers(1_000, DAY)


def timing(*, shortest: Millis = SHORTEST, chance: float = 0.0, late: Millis = 0) -> Timing:
    return Timing(NOW, NOW - late, shortest, chance)


def wait(dates: list[Millis], *, chance: float = 0.0, **options: Any) -> Millis:
    shortest = options.pop("shortest", SHORTEST)
    late = options.pop("late", 0)
    times = timing(shortest=shortest, chance=chance, late=late)
    return after_success(times, dates, **options) - NOW


def failed(
    failures: int,
    *,
    trouble: Trouble = Trouble.BROKEN,
    retry_after: Millis | None = None,
    chance: float = 0.0,
) -> Millis:
    return after_failure(timing(chance=chance), failures, trouble, retry_after) - NOW


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
    most_jitter = min(failed(failures) * 0.1, 30 * MINUTE) + 1
    assert 0 <= waited - max(retry_after, failed(failures)) <= most_jitter


# ── what a poll brought ──────────────────────────────────────────────────────────────────

SLOW = every(8 * HOUR, 5)


def test_a_poll_that_brought_news_is_followed_by_another_in_half_the_time() -> None:
    assert wait(SLOW, quiet_polls=0) == 2 * HOUR
    assert wait(every(MINUTE, 5), quiet_polls=0) == SHORTEST


def test_a_feed_that_has_brought_nothing_four_times_waits_half_as_much_again() -> None:
    assert [wait(SLOW, quiet_polls=n) // HOUR for n in (1, 2, 3, 4, 5)] == [4, 4, 4, 6, 6]
    assert wait(every(11 * HOUR, 5), quiet_polls=9) == 24 * SHORTEST


# ── what the site says ───────────────────────────────────────────────────────────────────


def test_an_answer_that_holds_longer_than_the_pace_is_not_asked_for_before() -> None:
    assert wait(every(HOUR, 5), fresh_for=2 * HOUR) == 2 * HOUR
    assert wait(SLOW, fresh_for=2 * HOUR) == 4 * HOUR


def test_a_static_host_that_says_a_year_is_believed_for_six_hours() -> None:
    assert wait([], fresh_for=365 * DAY) == 24 * SHORTEST == 6 * HOUR


def test_a_ttl_is_believed_up_to_two_hours() -> None:
    assert wait([], ttl=HOUR) == HOUR
    assert wait([], ttl=7 * DAY) == 2 * HOUR
    assert wait([], ttl=7 * DAY, fresh_for=3 * HOUR) == 3 * HOUR


@given(st.integers(0, 10 * DAY), st.integers(0, 2 * DAY), CHANCES)
def test_no_poll_comes_before_the_answer_is_stale(late: int, fresh: int, chance: float) -> None:
    waited = wait(SLOW, fresh_for=fresh, late=late, chance=chance)
    assert waited >= min(fresh, 6 * HOUR)


# ── keeping time ─────────────────────────────────────────────────────────────────────────


def test_a_poll_that_came_a_little_late_does_not_move_those_that_follow() -> None:
    assert wait(SLOW, late=10 * MINUTE) == 4 * HOUR - 10 * MINUTE


def test_a_poll_that_came_very_late_does_not_bring_a_second_one_soon() -> None:
    assert wait(SLOW, late=10 * DAY) == 4 * HOUR * 0.95


def test_a_poll_before_its_time_does_not_bring_the_next_one_later() -> None:
    assert wait(SLOW, late=-HOUR) == 4 * HOUR


# ── failures ─────────────────────────────────────────────────────────────────────────────


def test_a_busy_site_is_never_left_for_more_than_six_hours_by_ourselves() -> None:
    waits = [failed(n, trouble=Trouble.BUSY) // SHORTEST for n in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert failed(9, trouble=Trouble.BUSY, retry_after=DAY) == DAY


def test_a_404_is_not_death() -> None:
    """YouTube answers 404 for all its feeds for hours on most days (lion-reader 1114)."""
    assert failed(100, trouble=Trouble.MISSING) == DAY


def test_a_feed_that_is_gone_for_good_is_asked_four_times_more_a_week_apart() -> None:
    gone = [failed(n, trouble=Trouble.GONE) for n in range(1, 7)]
    assert gone[:4] == [7 * DAY] * 4
    assert all(NOW + wait >= NEVER for wait in gone[4:])
