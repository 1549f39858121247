"""How a feed is: what keeps it, and silence that is no error."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.health import cadence, health, lasting, longest_lull, usual
from bot.models import DAY, HOUR, MINUTE, Feed, HealthKind, Millis, Trouble
from tests.newsdesk import FEED, GUILD, desk, story


def at(day: int, hour: int = 12) -> Millis:
    """Return a time of November 2026, whose 2nd is a Monday."""
    return round(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp() * 1000)


THURSDAY = at(12)
DATES = st.lists(st.integers(0, 4_000_000_000_000), max_size=10)


def feed(*dates: Millis, asked: Millis | None = THURSDAY) -> Feed:
    return Feed(1, "https://a.example/", dates=dates, succeeded_at=asked)


def every(gap: Millis, last: Millis, count: int = 10) -> list[Millis]:
    return [last - n * gap for n in range(count)]


def words(known: Feed, now: Millis = THURSDAY) -> str:
    return health(known, now).words


def test_a_feed_that_is_quiet_for_36_hours_and_usually_brings_8_a_day_is_noticed() -> None:
    found = health(feed(*every(3 * HOUR, THURSDAY - 36 * HOUR)), THURSDAY)
    assert found.kind is HealthKind.QUIET
    assert found.words == "quiet for 36 h, usually about 8 a day"


def test_a_feed_that_brings_something_says_how_often_and_when_last() -> None:
    found = health(feed(*every(3 * HOUR, THURSDAY - 5 * HOUR)), THURSDAY)
    assert found.kind is HealthKind.WELL
    assert found.words == "usually about 8 a day, last post 5 h ago"


def test_a_night_is_no_silence() -> None:
    # Office hours: every hour from 8 to 17, and then again the next morning.
    evening = [at(10, hour) for hour in range(17, 7, -1)]
    morning = at(11, 7)
    assert health(feed(*evening, asked=morning), morning).kind is HealthKind.WELL


def test_a_weekend_is_no_silence_for_a_feed_that_is_not_known_to_write_on_weekends() -> None:
    friday = [at(13, hour) for hour in range(17, 7, -1)]
    for now in (at(15, 12), at(16, 8)):
        assert health(feed(*friday, asked=now), now).kind is HealthKind.WELL
    tuesday = at(17, 12)
    assert health(feed(*friday, asked=tuesday), tuesday).kind is HealthKind.QUIET


def test_a_weekend_is_silence_for_a_feed_that_wrote_through_it_until_then() -> None:
    saturday = every(2 * HOUR, at(14, 20))
    monday = at(16, 8)
    assert health(feed(*saturday, asked=monday), monday).kind is HealthKind.QUIET


def test_a_lull_as_long_as_the_last_one_is_no_silence() -> None:
    dates = [THURSDAY - 5 * DAY, *every(HOUR, THURSDAY - 9 * DAY, 9)]
    assert health(feed(*dates), THURSDAY).kind is HealthKind.WELL
    assert health(feed(*dates, asked=THURSDAY + 8 * DAY), THURSDAY + 8 * DAY).kind is (
        HealthKind.QUIET
    )


def test_a_weekly_feed_is_not_quiet_after_a_month_but_is_after_two() -> None:
    dates = every(7 * DAY, THURSDAY - 30 * DAY)
    assert health(feed(*dates), THURSDAY).kind is HealthKind.WELL
    later = THURSDAY + 30 * DAY
    assert words(feed(*dates, asked=later), later) == "quiet for 2 months, usually about 1 a week"


def test_a_feed_that_nobody_has_asked_for_a_week_is_not_called_quiet_for_it() -> None:
    asked = THURSDAY - 7 * DAY
    found = health(feed(*every(3 * HOUR, asked - HOUR), asked=asked), THURSDAY)
    assert found.kind is HealthKind.WELL


@pytest.mark.parametrize("count", [1, 2])
def test_a_couple_of_posts_tell_no_cadence_and_their_silence_is_none(count: int) -> None:
    found = health(feed(*every(HOUR, THURSDAY - 90 * DAY, count)), THURSDAY)
    assert found.kind is HealthKind.WELL
    assert found.words == "last post 3 months ago"


def test_an_archive_that_was_dated_all_at_once_has_no_cadence() -> None:
    assert words(feed(*[THURSDAY - HOUR] * 10)) == "last post 60 min ago"
    assert words(feed(*[THURSDAY - 3 * DAY] * 10)) == "quiet for 3 days"


def test_dates_ahead_of_now_do_not_hide_that_a_feed_is_quiet() -> None:
    known = feed(THURSDAY + DAY, *every(3 * HOUR, THURSDAY - 36 * HOUR))
    assert words(known) == "quiet for 36 h, usually about 8 a day"


def test_a_feed_without_dates_is_well_as_long_as_it_answers() -> None:
    found = health(feed(), THURSDAY)
    assert found.kind is HealthKind.WELL
    assert "none of its posts has a date" in found.words


def test_a_feed_that_was_never_read_is_new() -> None:
    assert health(feed(asked=None), THURSDAY).kind is HealthKind.NEW


def test_a_feed_that_fails_says_since_when_why_and_when_it_last_answered() -> None:
    ill = replace(
        feed(asked=THURSDAY - 2 * DAY),
        failures=9,
        failing_since=THURSDAY - 3 * DAY,
        error="The site answered 404: there is nothing at this address.",
        trouble=Trouble.MISSING,
    )
    found = health(ill, THURSDAY)
    assert found.kind is HealthKind.FAILING
    assert found.fails
    assert found.words == (
        "failing for 3 days: The site answered 404: there is nothing at this address; "
        "last answered 2 days ago"
    )
    never = replace(ill, succeeded_at=None, failing_since=None)
    assert words(never).startswith("failing: The site answered 404")
    assert words(never).endswith("; it has never answered")


def test_a_feed_that_its_site_calls_gone_is_gone() -> None:
    gone = replace(feed(), failures=1, trouble=Trouble.GONE, error="The site answered 410.")
    found = health(gone, THURSDAY)
    assert found.kind is HealthKind.GONE
    assert found.fails
    assert found.words.startswith("gone: The site answered 410;")


async def test_a_server_is_told_of_a_feed_that_answers_and_went_quiet(tmp_path: Path) -> None:
    async with desk(tmp_path, now=THURSDAY - 3 * DAY) as at_desk:
        await at_desk.subscribe()
        times = every(3 * HOUR, at_desk.now[0])
        at_desk.web.tells(FEED, *(story(f"Story {n}", time) for n, time in enumerate(times)))
        await at_desk.newsroom.poll_due()
        for _ in range(3):
            (listed,) = await at_desk.newsroom.subscriptions(GUILD)
            assert [each.kind for each in listed.health] == [HealthKind.WELL]
            await at_desk.poll()
        (listed,) = await at_desk.newsroom.subscriptions(GUILD)
        assert [each.words for each in listed.health] == ["quiet for 36 h, usually about 8 a day"]


@pytest.mark.parametrize(
    ("posts_a_day", "said"),
    [
        (None, ""),
        (5_000, "many an hour"),
        (240, "about 10 an hour"),
        (60, "about 60 a day"),
        (7.6, "about 8 a day"),
        (0.95, "about 1 a day"),
        (2 / 7, "about 2 a week"),
        (1 / 7, "about 1 a week"),
        (1 / 30, "about 1 a month"),
        (1 / 200, "less than 1 a month"),
    ],
)
def test_a_cadence_is_said_as_people_say_it(posts_a_day: float | None, said: str) -> None:
    assert usual(posts_a_day) == said


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (0, "1 min"),
        (89 * MINUTE, "89 min"),
        (90 * MINUTE, "2 h"),
        (36 * HOUR, "36 h"),
        (3 * DAY, "3 days"),
        (70 * DAY, "2 months"),
        (730 * DAY, "2 years"),
    ],
)
def test_a_time_is_said_in_one_unit(time: Millis, said: str) -> None:
    assert lasting(time) == said


@given(DATES)
def test_the_order_of_the_dates_does_not_matter(dates: list[Millis]) -> None:
    assert cadence(dates) == cadence(dates[::-1])
    assert longest_lull(dates) == longest_lull(sorted(dates))


@given(DATES)
def test_a_lull_is_at_least_a_day_and_twice_any_that_was(dates: list[Millis]) -> None:
    lull = longest_lull(dates)
    if lull is not None:
        ordered = sorted(dates)
        assert lull >= DAY
        assert all(lull >= 2 * (b - a) for a, b in itertools.pairwise(ordered))


@given(st.floats(1e-6, 1e6))
def test_no_cadence_is_about_nothing(posts_a_day: float) -> None:
    assert "about 0" not in usual(posts_a_day)


@given(DATES, st.integers(0, 4_000_000_000_000), st.integers(0, 400 * DAY))
def test_any_feed_has_words_and_silence_only_grows(
    dates: list[Millis], asked: Millis, later: Millis
) -> None:
    before = health(feed(*dates, asked=asked), asked)
    assert before.words
    ahead = [date for date in dates if date > asked]
    after = health(feed(*dates, asked=asked + later), asked + later)
    if before.kind is HealthKind.QUIET and not ahead:
        assert after.kind is HealthKind.QUIET
