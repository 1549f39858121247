"""What Discord's answers mean, and what becomes of a delivery then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.outcome import LONGEST_WAIT, NONCE_WINDOW, judge, settle, unproved
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    ChannelGone,
    Delivery,
    DeliveryState,
    Forbidden,
    Millis,
    Outcome,
    Rejected,
    RetryLater,
    Sent,
    Unreadable,
)

NOW: Millis = 1_760_000_000_000
UNREAD = Unreadable("The channel's history can't be read (403).")


def delivery(attempts: int = 1, first_attempt_at: Millis | None = NOW) -> Delivery:
    return Delivery(
        1, 2, 3, "world", "n", 9, DeliveryState.SENDING, attempts, first_attempt_at=first_attempt_at
    )


STORY, CHANNEL, GONE, LATER = Rejected, Forbidden, ChannelGone, RetryLater


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        # the story
        (404, 10008, Sent),
        (400, 20009, STORY),
        (400, 20031, STORY),
        (400, 50006, STORY),
        (400, 50035, STORY),
        (400, 200000, STORY),
        (400, 200001, STORY),
        (400, 240000, STORY),
        (413, 40005, STORY),
        # the channel
        (404, 10003, GONE),
        (404, 10087, CHANNEL),
        (400, 40058, CHANNEL),
        (400, 40066, CHANNEL),
        (400, 40067, CHANNEL),
        (403, 50001, CHANNEL),
        (400, 50008, CHANNEL),
        (403, 50013, CHANNEL),
        (400, 50024, CHANNEL),
        (400, 50083, CHANNEL),
        (400, 160005, CHANNEL),
        (403, 160005, CHANNEL),
        (403, 99999, CHANNEL),
        # the server
        (404, 10004, GONE),
        (403, 50009, CHANNEL),
        (400, 160006, CHANNEL),
        (400, 160007, CHANNEL),
        # Discord, for a while
        (429, 0, LATER),
        (429, 20016, LATER),
        (429, 20028, LATER),
        (400, 20029, LATER),
        (400, 40004, LATER),
        (400, 40006, LATER),
        (400, 40062, LATER),
        (400, 130000, LATER),
        (403, 40333, LATER),
        (500, 0, LATER),
        (502, 0, LATER),
        (503, 0, LATER),
        (504, 0, LATER),
        (502, 10003, LATER),
    ],
)
def test_an_answer_of_discord_means(status: int, code: int, kind: type[Outcome]) -> None:
    outcome = judge(status, code)
    assert type(outcome) is kind
    if not isinstance(outcome, Sent):
        assert outcome.reason.endswith("."), "a person can read it"


@given(st.integers(200, 599))
def test_what_has_no_code_of_discords_says_nothing_of_the_story_or_the_channel(
    status: int,
) -> None:
    assert isinstance(judge(status), RetryLater)


def test_a_message_of_the_wrong_form_may_pass_in_a_plainer_one() -> None:
    for code in (50035, 50006, 40005):
        refused = judge(400, code)
        assert isinstance(refused, Rejected)
        assert refused.malformed


@pytest.mark.parametrize("code", [200000, 200001, 240000, 20009, 20031])
def test_what_a_filter_stopped_is_told_and_not_sent_past_it_in_another_form(code: int) -> None:
    refused = judge(400, code)
    assert isinstance(refused, Rejected)
    assert refused.tell
    assert not refused.malformed


def test_a_message_that_somebody_deleted_was_sent_and_has_no_id() -> None:
    assert judge(404, 10008) == Sent(None)


def test_discords_wish_to_wait_is_kept_in_milliseconds() -> None:
    assert judge(429, retry_after=1.25) == RetryLater(
        "Discord asks for patience.", 1_250, refused=True
    )
    refused = judge(503)
    assert isinstance(refused, RetryLater)
    assert refused.after is None


def test_what_is_sent_is_settled_with_its_message() -> None:
    settled = settle(delivery(), Sent(55), NOW, doubtful=False)
    assert (settled.state, settled.message_id, settled.pause) == (DeliveryState.SENT, 55, None)
    assert settle(delivery(), Sent(None), NOW, doubtful=False).state is DeliveryState.SENT


def test_the_wait_between_attempts_doubles_up_to_ten_minutes() -> None:
    waits = [
        settle(delivery(n), RetryLater("x"), NOW, doubtful=False).due_at - NOW for n in range(1, 13)
    ]
    assert waits[:9] == [2**n * SECOND for n in range(1, 10)]
    assert waits[9:] == [LONGEST_WAIT] * 3 == [10 * MINUTE] * 3


def test_what_is_tried_again_is_pending_and_says_why() -> None:
    settled = settle(delivery(), RetryLater("Discord is away."), NOW, doubtful=False)
    assert settled.state is DeliveryState.PENDING
    assert settled.reason == "Discord is away."
    assert settled.pause is None


def test_discords_wish_is_the_least_that_is_waited() -> None:
    assert settle(delivery(), RetryLater("x", HOUR), NOW, doubtful=False).due_at == NOW + HOUR
    assert settle(delivery(), RetryLater("x", 1), NOW, doubtful=False).due_at == NOW + 2 * SECOND


@given(st.integers(1, 10_000), st.none() | st.integers(0, 24 * HOUR))
def test_a_delivery_is_never_tried_again_at_once_nor_never(
    attempts: int, after: Millis | None
) -> None:
    due_at = settle(delivery(attempts), RetryLater("x", after), NOW, doubtful=False).due_at
    assert isinstance(due_at, int)
    assert NOW + 2 * SECOND <= due_at <= NOW + max(LONGEST_WAIT, after or 0)


def test_a_rejected_story_leaves_its_channel_as_it_is() -> None:
    settled = settle(delivery(), Rejected("Too long."), NOW, doubtful=False)
    assert (settled.state, settled.reason) == (DeliveryState.REJECTED, "Too long.")
    assert settled.pause is None


def test_a_channel_that_may_not_be_posted_in_is_paused_and_the_story_kept_for_it() -> None:
    settled = settle(delivery(), Forbidden("No."), NOW, doubtful=False)
    assert settled.state is DeliveryState.PARKED
    assert settled.reason == settled.pause == "No."
    assert not settled.gone


def test_a_channel_that_is_gone_takes_its_subscriptions_with_it() -> None:
    settled = settle(delivery(), ChannelGone("Gone."), NOW, doubtful=False)
    assert settled.state is DeliveryState.REJECTED
    assert settled.gone


@pytest.mark.parametrize("doubtful", [False, True])
def test_what_discord_has_surely_not_taken_is_in_no_doubt(doubtful: bool) -> None:  # noqa: FBT001  # a parameter of the test
    since = delivery().first_attempt_at
    assert since is not None
    kept = since if doubtful else None
    for refused in (RetryLater("x", refused=True), Forbidden("No.")):
        assert settle(delivery(), refused, NOW, doubtful=doubtful).first_attempt_at == kept
    lost = settle(delivery(), RetryLater("x"), NOW, doubtful=doubtful)
    assert lost.first_attempt_at == since


def test_what_can_not_be_proved_is_sent_again_while_discord_remembers_the_nonce() -> None:
    assert unproved(delivery(), UNREAD, NOW) is None
    assert unproved(delivery(), UNREAD, NOW + NONCE_WINDOW - 1) is None
    assert unproved(delivery(first_attempt_at=None), UNREAD, NOW) is None


def test_what_can_not_be_proved_later_is_left_with_the_reason() -> None:
    outcome = unproved(delivery(), UNREAD, NOW + NONCE_WINDOW)
    assert isinstance(outcome, Rejected)
    assert UNREAD.reason in outcome.reason


def test_what_discord_refuses_for_days_is_left_when_it_is_no_news_any_more() -> None:
    refused = RetryLater("Patience.", refused=True)
    old = replace(delivery(), planned_at=NOW - 4 * DAY)
    assert settle(old, refused, NOW, doubtful=False).state is DeliveryState.REJECTED
    new = replace(delivery(), planned_at=NOW - 2 * DAY)
    assert settle(new, refused, NOW, doubtful=False).state is DeliveryState.PENDING
    # What may stand in the channel is looked for first.
    assert settle(old, refused, NOW, doubtful=True).state is DeliveryState.PENDING


def test_what_a_servers_own_rule_stops_is_to_be_told() -> None:
    assert settle(delivery(), judge(400, 200000), NOW, doubtful=False).tell
    assert not settle(delivery(), judge(400, 50035), NOW, doubtful=False).tell
