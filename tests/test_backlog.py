"""What becomes of stories that waited for a channel, or for the bot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.backlog import put_off, relieve, resume
from bot.delivery.plan import PROOF
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    NEWS_AGE,
    Change,
    Delivery,
    DeliveryState,
    Flow,
    Millis,
    Pace,
    QuietHours,
    RetryLater,
    Standing,
    Waiting,
)
from tests.test_hours import at

NOW: Millis = at("2026-11-25 12:00")
PENDING, HELD = DeliveryState.PENDING, DeliveryState.HELD
PARKED, REJECTED = DeliveryState.PARKED, DeliveryState.REJECTED


def waiting(count: int, age: Millis = HOUR, flow: Flow | None = None) -> list[Waiting]:
    return [Waiting(n, 77, "world", NOW - age, PARKED, flow=flow or Flow()) for n in range(count)]


def states(changes: list[Change]) -> list[DeliveryState]:
    return [change.state for change in changes]


def test_a_channel_that_resumes_gets_up_to_five_stories_at_once() -> None:
    changes = list(resume(waiting(5), NOW))
    assert states(changes) == [PENDING] * 5
    assert {(c.due_at, c.reason) for c in changes} == {(NOW, None)}


def test_a_channel_that_resumes_gets_one_digest_not_thirty_posts() -> None:
    changes = list(resume(waiting(30), NOW))
    assert states(changes) == [HELD] * 30
    assert {c.due_at for c in changes} == {NOW}


def test_what_is_no_news_any_more_is_not_sent_and_says_so() -> None:
    old, new = waiting(1, NEWS_AGE + 1), waiting(2, NEWS_AGE)[1:]
    changes = list(resume([*old, *new], NOW))
    assert states(changes) == [REJECTED, PENDING]
    assert changes[0].reason == "It waited until it was no news any more."


def test_what_a_channel_had_just_now_counts_when_it_resumes() -> None:
    assert states(list(resume(waiting(2), NOW, Standing(posts=4)))) == [HELD] * 2


def test_a_daily_channel_that_resumes_waits_for_its_digest_all_the_same() -> None:
    changes = list(resume(waiting(2, flow=Flow(pace=Pace.DAILY)), NOW))
    assert {(c.state, c.due_at) for c in changes} == {(HELD, at("2026-11-26 08:00"))}


def test_a_channel_that_resumes_at_night_stays_quiet() -> None:
    flow = Flow(quiet=QuietHours(11 * 60, 13 * 60))
    changes = list(resume(waiting(2, flow=flow), NOW))
    assert {(c.state, c.due_at) for c in changes} == {(HELD, NOW + HOUR)}


def test_a_channel_that_resumes_keeps_to_its_budget() -> None:
    changes = list(resume(waiting(4, flow=Flow(budget=2)), NOW, Standing(today={"world": 1})))
    assert states(changes) == [HELD, HELD, HELD, PENDING]


def test_what_may_stand_in_the_channel_already_is_in_no_digest() -> None:
    doubtful = replace(waiting(1)[0], id=99, doubtful=True)
    changes = list(resume([*waiting(9), doubtful], NOW))
    assert states(changes) == [HELD] * 9 + [PENDING]
    night = replace(doubtful, flow=Flow(quiet=QuietHours(11 * 60, 13 * 60)))
    (change,) = resume([night], NOW)
    assert (change.state, change.due_at) == (PENDING, NOW + HOUR)


def test_the_bot_was_off_for_a_night_and_then_posted_thirty_stories() -> None:
    overdue = [replace(w, state=PENDING) for w in waiting(30)]
    changes = list(relieve(overdue, NOW))
    assert {(c.state, c.due_at) for c in changes} == {(HELD, NOW)}
    assert len(changes) == 30


def test_a_few_that_are_overdue_go_out_as_they_are() -> None:
    few = [replace(w, channel_id=channel) for channel in (77, 78) for w in waiting(5)]
    assert list(relieve(few, NOW)) == []


@pytest.mark.parametrize("age", [15 * MINUTE, 0, -DAY])
def test_what_is_hardly_overdue_is_left_alone(age: Millis) -> None:
    assert list(relieve(waiting(30, age), NOW)) == []


def test_what_is_overdue_in_quiet_hours_waits_until_they_end() -> None:
    flow = Flow(quiet=QuietHours(11 * 60, 13 * 60))
    (change,) = relieve(waiting(1, flow=flow), NOW)
    assert (change.state, change.due_at, change.reason) == (
        HELD,
        NOW + HOUR,
        "Held: quiet hours until 13:00.",
    )


NIGHT = Flow(quiet=QuietHours(22 * 60, 7 * 60))


def put(flows: list[Flow], now: Millis, reason: str | None = None) -> RetryLater | None:
    return put_off(Delivery(1, 2, 3, "town", "n", reason=reason), flows, now)


def test_what_falls_due_in_quiet_hours_is_put_off_until_their_end() -> None:
    later = put([NIGHT], at("2026-11-25 23:00"))
    assert later is not None
    assert later.after == 8 * HOUR
    assert later.refused
    assert later.reason == "Held: quiet hours until 07:00."
    assert put([NIGHT], at("2026-11-25 12:00")) is None


def test_a_digest_goes_out_as_soon_as_one_of_its_subscriptions_is_not_quiet() -> None:
    assert put([NIGHT, Flow()], at("2026-11-25 23:00")) is None
    assert put([], at("2026-11-25 23:00")) is None


def test_the_proof_of_a_subscription_comes_at_any_hour() -> None:
    assert put([NIGHT], at("2026-11-25 23:00"), PROOF) is None
