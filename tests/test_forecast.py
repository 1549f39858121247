"""What to expect of a topic: how it is reckoned, and how it is said."""

from __future__ import annotations

import pytest

from bot.delivery.forecast import forecast, recommended
from bot.models import DAY, HOUR, Forecast, Lately, Pace, Supply, Topic
from bot.publish import forecast as words

NOW = 1_790_000_000_000
TOWN = Topic("town", "Town", "🏘️", "", ())
NONE = Lately(0, 0, 0)


def _of(*supplies: Supply, lately: Lately = NONE, has_others: bool = False) -> Forecast:
    return forecast(supplies, lately, NOW, has_others=has_others)


def _every(gap: int, count: int = 10, until: int = NOW) -> tuple[int, ...]:
    return tuple(until - number * gap for number in range(count))


def test_what_watched_feeds_have_brought_is_counted() -> None:
    expected = _of(Supply((), NOW - 30 * DAY, 70), Supply((), NOW - 7 * DAY, 35))
    assert expected.a_day == 15
    assert expected.counted_for == 7 * DAY
    assert _of(Supply((), NOW - 2 * DAY, 8)).a_day == 4, "over the time that it was watched"


def test_feeds_that_nobody_watched_are_estimated_from_the_dates_of_their_entries() -> None:
    expected = _of(Supply(_every(2 * HOUR), None, 0))
    assert expected.a_day == pytest.approx(10 / (18 / 24))
    assert expected.counted_for is None
    silent = _of(Supply(_every(HOUR, until=NOW - 90 * DAY), None, 0))
    assert silent.a_day is not None
    assert silent.a_day < 0.2, "the silence since then counts"


def test_a_feed_that_tells_too_little_is_named_and_not_guessed() -> None:
    expected = _of(
        Supply((NOW,), None, 0), Supply((), NOW - HOUR, 9), Supply((), None, 0, fails=True)
    )
    assert expected.a_day is None
    assert (expected.unknown_feeds, expected.failing_feeds, expected.feeds) == (2, 1, 3)


def test_a_story_that_several_feeds_tell_is_one_post() -> None:
    supply = Supply((), NOW - 7 * DAY, 70)
    assert _of(supply, supply, lately=Lately(70, 140, 0)).a_day == 10


def test_the_pace_that_is_advised_suits_what_the_channel_would_not_have_had() -> None:
    def best(a_day: float, shared: int = 0) -> Pace:
        supply = Supply((), NOW - 7 * DAY, round(a_day * 7))
        return recommended(_of(supply, lately=Lately(100, 100, shared), has_others=True))

    assert best(24) is Pace.AS_IT_HAPPENS
    assert best(60) is Pace.HOURLY
    assert best(60, shared=80) is Pace.AS_IT_HAPPENS
    assert best(400) is Pace.DAILY
    assert recommended(_of()) is Pace.AS_IT_HAPPENS


def _said(expected: Forecast, *, last: int | None = NOW, advised: Pace | None = None) -> str:
    return words.offer(
        TOWN, 5, expected, last=last, mention=None, advised=advised, has_preview=True
    )


def _expected(a_day: float | None, **changed: object) -> Forecast:
    usual: dict[str, object] = {
        "counted_for": 7 * DAY, "shared": None, "unknown_feeds": 0, "failing_feeds": 0, "feeds": 3,
    }  # fmt: skip
    return Forecast(a_day, **(usual | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (_expected(37.4), "About **37 posts a day**, counted over the last 7 days."),
        (_expected(1), "About **1 post a day**, counted"),
        (_expected(0.4), "About **3 posts a week**, counted"),
        (_expected(0.01), "**Less than one post a week**, counted"),
        (_expected(5, counted_for=30 * HOUR), "counted over the last 30 hours only."),
        (_expected(5, counted_for=None), "estimated from the dates of its feeds' newest entries."),
        (_expected(None), "can't be told yet"),
        (_expected(37, shared=0.6), "already, by its other topics: about 15 a day would be new."),
        (_expected(37, shared=0.6), "<#5> gets 60 % of these stories already"),
        (_expected(37, shared=0.0), "<#5> gets none of these stories by its other topics."),
        (_expected(37, shared=1.0), "<#5> gets all of these stories already"),
        (_expected(1, shared=0.5), "gets 50 % of these stories already, by its other topics.\n"),
        (_expected(4, unknown_feeds=1), "1 of its feeds is not in that number"),
        (_expected(4, failing_feeds=2), "2 of its feeds (3 in all) can't be read"),
    ],
)  # fmt: skip
def test_a_forecast_is_said_in_words(expected: Forecast, said: str) -> None:
    assert said in _said(expected)


def test_a_forecast_says_when_the_last_story_came_and_what_is_advised() -> None:
    assert f"The last story came <t:{NOW // 1000}:R>." in _said(_expected(4))
    assert "brought no story yet" in _said(_expected(None), last=None)
    assert "**Hourly** brings them together" in _said(_expected(60), advised=Pace.HOURLY)
    assert "**Daily** brings all of it together" in _said(_expected(600), advised=Pace.DAILY)


def test_the_pace_that_is_first_is_the_one_that_stands_out() -> None:
    (row,) = words.buttons(7, Pace.DAILY)["components"]
    assert [one["label"] for one in row["components"]] == [
        "Daily", "As it happens", "Hourly", "Not now",
    ]  # fmt: skip
    assert [one["style"] for one in row["components"]] == [3, 2, 2, 2]


def test_the_title_of_a_servers_own_topic_is_no_markdown() -> None:
    hostile = Topic("1/x", "**@everyone** [x](https://evil.example)", "", "", (), guild_id=1)
    said = words.offer(
        hostile, 5, _expected(1), last=None, mention=None, advised=None, has_preview=False
    )
    assert "[x](" not in said
    assert "@everyone" not in said
