"""Days, digests and quiet hours in every time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.hours import (
    clock,
    day_of,
    minute_of,
    next_at,
    next_hourly,
    quiet_until,
    zone,
)
from bot.models import DAY, HOUR, MINUTE, Millis, QuietHours

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo", "Asia/Beirut",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati",
]  # fmt: skip
TIMES = st.integers(1_262_304_000_000, 2_000_000_000_000)
MINUTES = st.integers(0, 1439)


def at(text: str, place: str = "UTC") -> Millis:
    """Read a time as the clocks of a place show it, the first of two."""
    there = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(place))
    return round(there.timestamp() * 1000)


def test_a_digest_is_due_at_its_time_in_its_zone() -> None:
    now = at("2026-11-25 07:59", "Europe/Berlin")
    eight = at("2026-11-25 08:00", "Europe/Berlin")
    assert next_at(8 * 60, "Europe/Berlin", now) == eight
    assert next_at(8 * 60, "Europe/Berlin", eight) == eight + DAY
    assert clock(eight, "Europe/Berlin") == "08:00"


def test_a_digest_at_a_time_that_clocks_skip_comes_that_much_later() -> None:
    now = at("2026-03-29 00:00", "Europe/Berlin")
    due = next_at(2 * 60 + 30, "Europe/Berlin", now)
    assert clock(due, "Europe/Berlin") == "03:30"
    assert next_at(2 * 60 + 30, "Europe/Berlin", due) == at("2026-03-30 02:30", "Europe/Berlin")


def test_a_digest_at_a_time_that_comes_twice_is_sent_once() -> None:
    now = at("2026-10-25 00:00", "Europe/Berlin")
    due = next_at(2 * 60 + 30, "Europe/Berlin", now)
    assert due == at("2026-10-25 00:30")
    assert next_at(2 * 60 + 30, "Europe/Berlin", due) == at("2026-10-26 02:30", "Europe/Berlin")


def test_quiet_hours_go_over_midnight() -> None:
    night = QuietHours(22 * 60, 7 * 60)
    morning = at("2026-11-26 07:00", "Europe/Berlin")
    for shown in ("2026-11-25 22:00", "2026-11-25 23:59", "2026-11-26 00:00", "2026-11-26 06:59"):
        assert quiet_until(night, "Europe/Berlin", at(shown, "Europe/Berlin")) == morning
    for shown in ("2026-11-25 21:59", "2026-11-26 07:00", "2026-11-26 12:00"):
        assert quiet_until(night, "Europe/Berlin", at(shown, "Europe/Berlin")) is None


def test_quiet_hours_by_day_end_the_same_day() -> None:
    lunch = QuietHours(12 * 60, 13 * 60)
    assert quiet_until(lunch, "UTC", at("2026-11-25 12:30")) == at("2026-11-25 13:00")
    assert quiet_until(lunch, "UTC", at("2026-11-25 13:00")) is None


def test_the_night_that_clocks_go_back_is_quiet_once_and_an_hour_longer() -> None:
    night = QuietHours(22 * 60, 7 * 60)
    begin = at("2026-10-24 22:00", "Europe/Berlin")
    end = quiet_until(night, "Europe/Berlin", begin)
    assert end is not None
    assert end - begin == 10 * HOUR
    early = QuietHours(22 * 60, 2 * 60 + 30)
    second = at("2026-10-25 01:10")  # 02:10 for the second time
    assert quiet_until(early, "Europe/Berlin", second) is None


def test_quiet_hours_that_end_when_they_begin_are_none() -> None:
    assert quiet_until(QuietHours(60, 60), "UTC", at("2026-11-25 01:00")) is None
    assert quiet_until(QuietHours(0, 1440), "UTC", at("2026-11-25 01:00")) is None
    assert quiet_until(None, "UTC", at("2026-11-25 01:00")) is None


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "\0", "é" * 999, "."]
)
def test_a_zone_that_nobody_knows_is_utc_and_stops_nothing(name: str) -> None:
    assert zone(name) is UTC
    assert next_at(480, name, at("2026-11-25 07:00")) == at("2026-11-25 08:00")


def test_a_zone_that_is_known_is_known() -> None:
    assert all(name == "UTC" or zone(name) is not UTC for name in ZONES)


@given(st.sampled_from(ZONES), TIMES, MINUTES)
def test_the_next_time_of_the_day_comes_within_a_day_and_what_clocks_jump(
    name: str, now: Millis, minute: int
) -> None:
    due = next_at(minute, name, now)
    assert now < due <= now + 2 * DAY  # Samoa once left a whole day out
    shown = datetime.fromtimestamp(due / 1000, zone(name))
    late = (shown.hour * 60 + shown.minute - minute) % 1440
    assert late in {0, 30, 60}


@given(st.sampled_from(ZONES), TIMES, MINUTES, MINUTES)
def test_quiet_hours_end_and_are_over_then(name: str, now: Millis, begin: int, end: int) -> None:
    quiet = QuietHours(begin, end)
    until = quiet_until(quiet, name, now)
    if until is not None:
        assert now < until <= now + 2 * DAY
        assert quiet_until(quiet, name, until) is None


@given(st.sampled_from(ZONES), TIMES)
def test_a_day_begins_before_now_and_ends_later(name: str, now: Millis) -> None:
    begin, end = day_of(name, now)
    assert begin <= now < end
    assert 22 * HOUR <= end - begin <= 26 * HOUR
    assert day_of(name, end)[0] == end


@given(st.integers(0, 2**63), TIMES)
def test_a_channels_hourly_digest_is_due_within_the_hour_at_its_own_minute(
    channel_id: int, now: Millis
) -> None:
    due = next_hourly(channel_id, now)
    assert now < due <= now + HOUR
    assert due % HOUR == minute_of(channel_id) * MINUTE


def test_not_all_hourly_digests_fall_on_the_same_minute() -> None:
    assert len({minute_of(channel_id) for channel_id in range(1_000)}) == 60
