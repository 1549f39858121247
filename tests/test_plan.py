"""What falls due where, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import plan as planning
from bot.delivery.plan import BACKLOG_WAIT, Arrival, nonce
from bot.models import DAY, HOUR, MINUTE, Delivery, DeliveryState, Feed, Millis, Subscription

NOW: Millis = 1_760_000_000_000
FEED = Feed(1, "https://feed.example/", seeded_at=NOW - DAY, succeeded_at=NOW - 15 * MINUTE)
WORLD = Subscription(9, 77, "world", NOW - HOUR, 5)
IDS = st.integers(0, 2**63 - 1)


def arrivals(count: int, dated: Millis | None = NOW - MINUTE) -> list[Arrival]:
    return [Arrival(story_id, dated, {"world": 0}) for story_id in range(1, count + 1)]


def plan(
    stories: Sequence[Arrival], feed: Feed, subscriptions: Sequence[Subscription], now: Millis
) -> list[tuple[Delivery, Millis]]:
    """Plan for channels that had nothing lately."""
    planned = planning.plan(stories, feed, subscriptions, now)
    assert planned.changes == []
    return planned.due


def test_a_story_falls_due_at_once_in_every_channel_that_has_its_topic() -> None:
    other = replace(WORLD, channel_id=78)
    due = plan(arrivals(1), FEED, [WORLD, other], NOW)
    assert [(d.story_id, d.channel_id, d.topic, at) for d, at in due] == [
        (1, 77, "world", NOW),
        (1, 78, "world", NOW),
    ]
    assert {d.state for d, _ in due} == {DeliveryState.PENDING}
    assert {d.reason for d, _ in due} == {None}


def test_a_topic_that_the_feed_does_not_belong_to_gets_nothing() -> None:
    assert plan(arrivals(3), FEED, [replace(WORLD, topic="ai")], NOW) == []


def test_while_a_subscription_is_paused_its_stories_wait_and_say_why() -> None:
    paused = replace(WORLD, paused_reason="I may not post here.")
    ((parked, _),) = plan(arrivals(1), FEED, [paused], NOW)
    assert (parked.state, parked.reason) == (DeliveryState.PARKED, "I may not post here.")


def test_of_the_first_document_after_a_subscription_only_what_is_dated_since_is_due() -> None:
    baseline = replace(FEED, succeeded_at=WORLD.created_at - 1)
    stories = [
        Arrival(1, WORLD.created_at - 1, {"world": 0}),
        Arrival(2, WORLD.created_at, {"world": 0}),
        Arrival(3, NOW, {"world": 0}),
        Arrival(4, None, {"world": 0}),
    ]
    assert [d.story_id for d, _ in plan(stories, baseline, [WORLD], NOW)] == [2, 3]


def test_feeds_date_by_the_second_and_so_does_a_baseline() -> None:
    within = replace(WORLD, created_at=WORLD.created_at + 999)
    unread = replace(FEED, succeeded_at=None)
    for dated, count in ((WORLD.created_at, 1), (WORLD.created_at - 1, 0)):
        assert len(plan(arrivals(1, dated), unread, [within], NOW)) == count


def test_a_feed_that_never_answered_has_no_baseline_yet() -> None:
    unread = replace(FEED, succeeded_at=None, seeded_at=None)
    assert plan(arrivals(3, dated=WORLD.created_at - 1), unread, [WORLD], NOW) == []


def test_after_the_baseline_even_a_story_without_a_date_is_due() -> None:
    known = replace(FEED, succeeded_at=WORLD.created_at)
    assert len(plan(arrivals(1, dated=None), known, [WORLD], NOW)) == 1
    assert len(plan(arrivals(1, dated=NOW - 2 * DAY), known, [WORLD], NOW)) == 1


def test_the_baseline_is_each_subscriptions_own() -> None:
    new = replace(WORLD, channel_id=78, created_at=NOW - MINUTE)
    due = plan(arrivals(2, dated=NOW - HOUR // 2), FEED, [WORLD, new], NOW)
    assert {d.channel_id for d, _ in due} == {77}


def test_a_burst_of_twelve_becomes_one_digest_not_twelve_posts() -> None:
    due = plan(arrivals(12), FEED, [WORLD], NOW)
    assert {at - NOW for _, at in due} == {BACKLOG_WAIT}
    assert [d.story_id for d, _ in due] == list(range(1, 13))
    assert {d.state for d, _ in due} == {DeliveryState.HELD}
    assert {d.reason for d, _ in due} == {
        "Held: many stories came at once; they go out as one digest."
    }


def test_what_is_passed_over_takes_no_place_in_a_burst() -> None:
    others = [Arrival(story_id, NOW, {"ai": 0}) for story_id in range(100, 120)]
    due = plan([*others, *arrivals(5)], FEED, [WORLD], NOW)
    assert [at for _, at in due] == [NOW] * 5


@given(IDS, IDS, st.integers(0, 2**45))
def test_a_nonce_is_short_enough_for_discord_and_plain(
    channel_id: int, story_id: int, now: Millis
) -> None:
    assert re.fullmatch(r"[\w-]{1,25}", nonce(channel_id, story_id, now), re.ASCII)
    assert nonce(channel_id, story_id, now) == nonce(channel_id, story_id, now)


@given(st.lists(st.tuples(IDS, IDS, IDS), unique=True, min_size=2, max_size=20))
def test_no_two_nonces_are_alike(named: list[tuple[int, int, int]]) -> None:
    assert len({nonce(*each) for each in named}) == len(named)


def test_numbers_that_run_together_make_no_equal_nonces() -> None:
    assert nonce(1, 23, 4) != nonce(12, 3, 4)
    assert nonce(1, 2, 34) != nonce(1, 23, 4)
