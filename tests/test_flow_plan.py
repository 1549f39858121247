"""Pace, quiet hours, budgets, bursts and filters, as the planner brings them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.delivery.hours import minute_of
from bot.delivery.plan import BACKLOG_WAIT, BURST, Arrival, Plan, plan, proof
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    Article,
    DeliveryState,
    Feed,
    Filters,
    Flow,
    Millis,
    Pace,
    QuietHours,
    Standing,
    Subscription,
    Waiting,
)
from tests.test_hours import at

NOW: Millis = at("2026-11-25 12:00")
FEED = Feed(1, "https://feed.example/", seeded_at=NOW - DAY, succeeded_at=NOW - 15 * MINUTE)
WORLD = Subscription(9, 77, "world", NOW - HOUR, 5)
TOWN = replace(WORLD, topic="town")
PENDING, HELD = DeliveryState.PENDING, DeliveryState.HELD
FILTERED, PARKED = DeliveryState.FILTERED, DeliveryState.PARKED
Line = tuple[int, DeliveryState, Millis, str | None]


def arrival(story_id: int, *publishers: str, dated: Millis = NOW, title: str = "A walk") -> Arrival:
    names = publishers or ("Gazette",)
    articles = tuple(Article(title, None, "", name, dated) for name in names)
    return Arrival(story_id, dated, {"world": 0, "town": 0}, articles)


def with_flow(flow: Flow, subscription: Subscription = WORLD) -> Subscription:
    return replace(subscription, flow=flow)


def planned(
    *subscriptions: Subscription,
    stories: list[Arrival] | None = None,
    now: Millis = NOW,
    standing: Standing | None = None,
    known: Mapping[tuple[int, int], Waiting | None] | None = None,
) -> Plan:
    standings = {77: standing} if standing else {}
    told = [arrival(1)] if stories is None else stories
    return plan(told, FEED, subscriptions, now, standings=standings, known=known)


def lines(made: Plan) -> list[Line]:
    return [(d.story_id or 0, d.state, at_, d.reason) for d, at_ in made.due]


# ── pace and quiet hours ─────────────────────────────────────────────────────────────────


def test_a_daily_subscription_keeps_its_stories_for_eight_oclock_where_it_is() -> None:
    daily = with_flow(Flow(pace=Pace.DAILY, zone="America/New_York"))
    due = at("2026-11-25 08:00", "America/New_York")
    assert lines(planned(daily)) == [(1, HELD, due, "Held for the digest of 08:00 (daily).")]


def test_an_hourly_subscription_keeps_its_stories_for_its_channels_minute() -> None:
    ((_, state, due, reason),) = lines(planned(with_flow(Flow(pace=Pace.HOURLY))))
    assert state is HELD
    assert NOW < due <= NOW + HOUR
    minute = minute_of(77)
    assert due % HOUR == minute * MINUTE
    assert reason == f"Held for the digest of 12:{minute:02} (hourly)."


def test_my_phone_rang_at_night_for_a_story_that_could_wait() -> None:
    night = with_flow(Flow(quiet=QuietHours(22 * 60, 7 * 60), zone="Europe/Berlin"))
    now = at("2026-11-25 23:15", "Europe/Berlin")
    end = at("2026-11-26 07:00", "Europe/Berlin")
    assert lines(planned(night, now=now)) == [(1, HELD, end, "Held: quiet hours until 07:00.")]


def test_a_digest_that_is_due_in_quiet_hours_waits_until_they_end() -> None:
    flow = Flow(pace=Pace.DAILY, digest_at=6 * 60, quiet=QuietHours(22 * 60, 9 * 60))
    assert lines(planned(with_flow(flow))) == [
        (1, HELD, at("2026-11-26 09:00"), "Held: quiet hours until 09:00.")
    ]


def test_a_backlog_that_would_be_due_in_quiet_hours_waits_until_they_end() -> None:
    flow = Flow(quiet=QuietHours(12 * 60 + 2, 13 * 60))
    stories = [arrival(n) for n in range(BURST + 1)]
    assert {line[2] for line in lines(planned(with_flow(flow), stories=stories))} == {NOW + HOUR}


def test_a_time_zone_that_nobody_knows_stops_no_story() -> None:
    lost = Flow(pace=Pace.DAILY, zone="Mars/Olympus", quiet=QuietHours(0, 1), budget=1)
    assert lines(planned(with_flow(lost)))[0][2] == at("2026-11-26 08:00")


# ── filters and pauses ───────────────────────────────────────────────────────────────────


def test_what_is_filtered_is_written_down_with_the_reason_and_takes_no_place() -> None:
    picky = with_flow(Flow(filters=Filters(not_words=("football",))))
    stories = [arrival(n, title="Football") for n in range(1, 9)] + [arrival(9)]
    told = lines(planned(picky, stories=stories))
    assert [line[1] for line in told] == [FILTERED] * 8 + [PENDING]
    assert told[0][3] == "Filtered: it has the word “football”."


def test_what_is_filtered_stays_out_of_a_paused_channel_too() -> None:
    paused = replace(WORLD, paused_reason="no", flow=Flow(filters=Filters(not_words=("walk",))))
    assert lines(planned(paused))[0][1] is FILTERED


def test_a_paused_channels_stories_wait_without_taking_places() -> None:
    paused = replace(WORLD, paused_reason="I may not post here.")
    told = lines(planned(paused, stories=[arrival(n) for n in range(1, 9)]))
    assert {line[1:] for line in told} == {(PARKED, NOW, "I may not post here.")}


# ── budgets ──────────────────────────────────────────────────────────────────────────────


def test_when_the_budget_is_spent_the_rest_is_kept_for_the_digest() -> None:
    five = with_flow(Flow(budget=5))
    standing = Standing(today={"world": 5})
    due = at("2026-11-26 08:00")
    assert lines(planned(five, stories=[arrival(1, "A", "B")], standing=standing)) == [
        (1, HELD, due, "Held: today's budget of 5 posts is spent.")
    ]
    one = planned(with_flow(Flow(budget=1)), standing=Standing(today={"world": 1}))
    assert lines(one)[0][3] == "Held: today's budget of 1 post is spent."


def test_the_morning_does_not_spend_the_evenings_budget() -> None:
    five = with_flow(Flow(budget=5))
    morning = at("2026-11-25 01:00")
    told = lines(planned(five, now=morning, standing=Standing(today={"world": 1})))
    assert told == [
        (
            1,
            HELD,
            at("2026-11-25 08:00"),
            "Held for the digest: today's budget of 5 posts is to last the day.",
        )
    ]
    noon = lines(planned(five, standing=Standing(today={"world": 1})))
    assert noon[0][1] is PENDING


def test_what_two_publishers_tell_goes_out_while_there_is_any_budget_left() -> None:
    five = with_flow(Flow(budget=5))
    morning = at("2026-11-25 00:01")
    stories = [arrival(1), arrival(2), arrival(3, "Gazette", "Courier"), arrival(4, "A", "a ")]
    told = lines(planned(five, stories=stories, now=morning))
    assert [line[0] for line in told if line[1] is PENDING] == [3]
    told = lines(planned(five, stories=stories[:2], now=morning))
    assert [line[0] for line in told if line[1] is PENDING] == [1]


def test_of_one_document_the_best_told_and_then_the_newest_have_the_budget() -> None:
    two = with_flow(Flow(budget=2))
    stories = [
        arrival(1, dated=NOW - 3),
        arrival(2, dated=NOW - 1),
        arrival(3, "A", "B", dated=NOW - 9),
        arrival(4, dated=NOW - 2),
    ]
    told = lines(planned(two, stories=stories))
    assert [line[:2] for line in told] == [(1, HELD), (2, PENDING), (3, PENDING), (4, HELD)]


def test_a_story_that_was_held_for_its_budget_goes_out_when_another_publisher_has_it() -> None:
    five = with_flow(Flow(budget=5))
    morning = at("2026-11-25 01:00")
    before = Waiting(6, 77, "world", at("2026-11-25 08:00"), HELD, flow=five.flow)
    made = planned(
        five,
        stories=[arrival(1, "Gazette", "Courier")],
        now=morning,
        standing=Standing(today={"world": 1}),
        known={(1, 77): before},
    )
    assert made.due == []
    assert [(c.id, c.state, c.due_at, c.reason) for c in made.changes] == [
        (6, PENDING, morning, None)
    ]


def test_a_digest_is_no_reason_to_spend_a_budget() -> None:
    hourly = with_flow(Flow(pace=Pace.HOURLY, budget=1))
    told = lines(planned(hourly, stories=[arrival(1), arrival(2)]))
    assert all("(hourly)" in str(line[3]) for line in told)


# ── bursts ───────────────────────────────────────────────────────────────────────────────


def test_many_feeds_that_bring_a_few_each_are_a_burst_together() -> None:
    assert lines(planned(WORLD, standing=Standing(posts=BURST - 1)))[0][1] is PENDING
    told = lines(planned(WORLD, standing=Standing(posts=BURST)))
    assert [line[1:3] for line in told] == [(HELD, NOW + BACKLOG_WAIT)]


@pytest.mark.parametrize(("digest_at", "due"), [(NOW + 7, NOW + 7), (NOW - 7, NOW)])
def test_what_comes_while_a_digest_is_being_filled_joins_it(digest_at: Millis, due: Millis) -> None:
    told = lines(planned(WORLD, standing=Standing(digest_at=digest_at)))
    assert [line[1:3] for line in told] == [(HELD, due)]


def test_what_the_budget_keeps_back_is_no_burst() -> None:
    two = with_flow(Flow(budget=2))
    told = lines(planned(two, stories=[arrival(n) for n in range(1, 13)]))
    assert sum(line[1] is PENDING for line in told) == 2


# ── two topics with the same story ───────────────────────────────────────────────────────


def test_of_two_topics_the_one_that_sends_it_soonest_has_the_story() -> None:
    daily = with_flow(Flow(pace=Pace.DAILY))
    picky = with_flow(Flow(filters=Filters(words=("opera",))))
    for slower in (daily, picky, replace(WORLD, paused_reason="no")):
        for both in ((slower, TOWN), (TOWN, slower)):
            made = planned(*both)
            assert [(d.topic, d.state) for d, _ in made.due] == [("town", PENDING)]


def test_what_one_topics_budget_has_no_room_for_goes_out_by_the_other() -> None:
    spent = with_flow(Flow(budget=1))
    made = planned(spent, TOWN, standing=Standing(today={"world": 1}))
    assert [(d.topic, d.state) for d, _ in made.due] == [("town", PENDING)]


def test_a_story_of_two_entries_of_a_document_is_planned_once() -> None:
    twice = [arrival(1, "A"), arrival(1, "B")]
    assert len(planned(WORLD, stories=twice).due) == 1


@pytest.mark.parametrize("state", [HELD, FILTERED])
def test_what_one_topic_held_or_filtered_goes_out_when_another_has_it(state: DeliveryState) -> None:
    before = Waiting(6, 77, "world", NOW + DAY, state)
    made = planned(TOWN, known={(1, 77): before})
    assert [(c.id, c.topic, c.state) for c in made.changes] == [(6, "town", PENDING)]


def test_what_is_done_or_on_its_way_stays_and_takes_no_place() -> None:
    waiting = Waiting(6, 77, "world", NOW + DAY, HELD, in_digest=True)
    doubtful = replace(waiting, in_digest=False, doubtful=True)
    for before in (None, waiting, doubtful):
        stories = [arrival(n) for n in range(1, 7)]
        made = planned(TOWN, stories=stories, known={(1, 77): before})
        assert made.changes == []
        assert [(d.story_id, d.state) for d, _ in made.due] == [(n, PENDING) for n in range(2, 7)]


def test_a_story_that_is_held_is_never_put_off() -> None:
    soon = Waiting(6, 77, "world", NOW + 1, HELD)
    made = planned(with_flow(Flow(pace=Pace.DAILY)), known={(1, 77): soon})
    assert (made.due, made.changes) == ([], [])


def test_the_proof_of_a_new_subscription_is_due_now_whatever_its_flow() -> None:
    daily = with_flow(Flow(pace=Pace.DAILY, quiet=QuietHours(0, 1439)))
    delivery, due_at = proof(daily, 4, NOW)
    assert (delivery.story_id, delivery.channel_id, delivery.topic) == (4, 77, "world")
    assert (delivery.state, due_at, delivery.guild_id) == (PENDING, NOW, 9)
