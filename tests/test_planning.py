"""Planning with the real tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.delivery.plan import Arrival
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Article,
    Change,
    DeliveryState,
    Feed,
    Filters,
    Flow,
    Millis,
    Pace,
    Subscription,
)
from bot.newsroom.planning import AT_ONCE, go_on, plan_stories, relieve
from bot.store import Tx
from tests.planner import FEED_TOPICS, START, Desk
from tests.test_hours import at


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = Desk()
    yield opened
    opened.close()


def subscribe(desk: Desk, channel: int = 70, topic: str = "town", flow: Flow | None = None) -> None:
    made = Subscription(1, channel, topic, START - DAY, 5, flow=flow or Flow())
    desk.run(lambda tx: tx.subscriptions.add(made))


def poll(
    desk: Desk, now: Millis, count: int = 1, *, again: int | None = None, feed: int = 1
) -> int:
    """Let a feed bring new stories, or a story again; return the last one's id."""
    made = Article("A walk", None, "", f"Publisher {feed}", now)

    async def file(tx: Tx) -> int:
        arrivals = []
        for _ in range(count):
            story_id = await tx.stories.add_story(now) if again is None else again
            await tx.stories.add_article(
                made, feed_id=feed, story_id=story_id, event_key=None, now=now
            )
            arrivals.append(Arrival(story_id, now, dict.fromkeys(FEED_TOPICS[feed], 0), (made,)))
        source = Feed(feed, "https://feed.example/", succeeded_at=2**60)
        joined = set() if again is None else {again}
        await plan_stories(tx, arrivals, source, FEED_TOPICS[feed], joined=joined, now=now)
        return arrivals[-1].story_id

    return desk.run(file)


def states(desk: Desk, channel: int = 70) -> list[str]:
    rows = desk.rows("SELECT state FROM delivery WHERE channel_id = :c ORDER BY id", c=channel)
    return [row["state"] for row in rows]


def test_after_an_outage_thirty_feeds_with_a_story_each_make_five_posts_and_a_digest(
    desk: Desk,
) -> None:
    subscribe(desk)
    for number in range(30):
        poll(desk, START + number * SECOND)
    assert states(desk) == ["pending"] * 5 + ["held"] * 25
    assert len(desk.rows("SELECT DISTINCT due_at FROM delivery WHERE state = 'held'")) == 1


def test_a_clock_that_is_set_back_a_little_makes_no_room_for_a_flood(desk: Desk) -> None:
    subscribe(desk)
    poll(desk, START, 5)
    poll(desk, START - 10 * MINUTE)
    assert states(desk) == ["pending"] * 5 + ["held"]
    poll(desk, START - DAY)
    assert states(desk)[-1] == "pending"


def test_a_story_held_for_its_budget_goes_out_when_a_second_publisher_has_it(desk: Desk) -> None:
    subscribe(desk, flow=Flow(budget=2))
    midnight = at("2026-11-26 00:00")
    poll(desk, midnight)
    held = poll(desk, midnight + MINUTE)
    assert states(desk) == ["pending", "held"]
    poll(desk, midnight + 2 * MINUTE, again=held, feed=1)  # the same publisher says no more
    assert states(desk) == ["pending", "held"]
    poll(desk, midnight + 3 * MINUTE, again=held, feed=2)
    assert states(desk) == ["pending", "pending"]
    spent = poll(desk, midnight + 23 * HOUR)
    poll(desk, midnight + 23 * HOUR + MINUTE, again=spent, feed=2)
    assert states(desk) == ["pending", "pending", "held"]


def test_a_story_that_one_topic_filters_and_another_wants_is_not_lost(desk: Desk) -> None:
    subscribe(desk, flow=Flow(filters=Filters(words=("opera",))))
    subscribe(desk, topic="world", flow=Flow(pace=Pace.HOURLY))
    story_id = poll(desk, START)
    assert states(desk) == ["filtered"]
    poll(desk, START + MINUTE, again=story_id, feed=3)
    assert states(desk) == ["held"]
    (row,) = desk.rows("SELECT * FROM delivery")
    assert row["topic"] == "world"
    assert "(hourly)" in row["reason"]


def test_what_waits_does_not_count_as_posted_when_its_channel_resumes(desk: Desk) -> None:
    subscribe(desk)
    poll(desk, START, 3)
    desk.run(lambda tx: go_on(tx, 70, START + MINUTE))
    assert states(desk) == ["pending"] * 3
    desk.run(lambda tx: go_on(tx, 71, START))  # where nothing waits


def test_what_is_done_or_of_a_paused_subscription_is_not_taken_up(desk: Desk) -> None:
    subscribe(desk)
    poll(desk, START, 2)
    desk.rows("UPDATE delivery SET state = 'sent' WHERE id = 1")
    late = Change(1, "town", DeliveryState.HELD, START, "Too late.")
    desk.run(lambda tx: tx.flows.change([late], START))
    assert states(desk) == ["sent", "pending"]
    desk.run(lambda tx: tx.subscriptions.pause(70, "no", START, 0))
    assert desk.run(lambda tx: tx.flows.waiting(70)) == []


def test_the_bot_that_was_off_makes_one_digest_of_what_is_overdue(desk: Desk) -> None:
    subscribe(desk)
    subscribe(desk, 71)
    for number in range(2):
        poll(desk, START + number * HOUR, 3)
    later = START + 5 * HOUR
    desk.rows("UPDATE delivery SET state = 'sent' WHERE channel_id = 71 AND id % 2")
    assert desk.run(lambda tx: relieve(tx, later)) == 6
    assert states(desk) == ["held"] * 6
    assert set(states(desk, 71)) == {"pending", "sent"}
    assert {row["due_at"] for row in desk.rows("SELECT * FROM delivery WHERE state = 'held'")} == {
        later
    }


def test_many_subscribers_are_planned_for_in_parts_and_each_once(desk: Desk) -> None:
    for channel in range(AT_ONCE + 7):
        subscribe(desk, channel)
        subscribe(desk, channel, "world")
    poll(desk, START, feed=2)
    rows = desk.rows("SELECT count(*) AS n, count(DISTINCT channel_id) AS channels FROM delivery")
    assert tuple(rows[0]) == (AT_ONCE + 7, AT_ONCE + 7)


def test_how_channels_stand_is_asked_without_a_walk_through_the_table(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for_real = desk.db.execute_fetchall

    async def listen(sql: str, values: Any = None) -> Any:
        asked.append(sql)
        return await for_real(sql, values)

    monkeypatch.setattr(desk.db, "execute_fetchall", listen)
    subscribe(desk, flow=Flow(budget=2))
    poll(desk, START, again=poll(desk, START))
    monkeypatch.undo()
    questions = [sql for sql in asked if "FROM delivery" in sql]
    assert len(questions) >= 3
    for sql in questions:
        values = {str(number): 1 for number in range(1, 10)}
        steps = desk.rows(f"EXPLAIN QUERY PLAN {sql}", **values)
        assert not [s["detail"] for s in steps if s["detail"].startswith("SCAN d")]
