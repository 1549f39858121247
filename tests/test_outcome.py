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


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, ChannelGone),
        (404, 10004, ChannelGone),
        (404, 0, RetryLater),
        (404, 10008, Sent),
        (403, 50001, Forbidden),
        (403, 50013, Forbidden),
        (400, 50083, Forbidden),
        (400, 40058, Forbidden),
        (400, 160005, Forbidden),
        (403, 0, RetryLater),
        (403, 40333, RetryLater),
        (403, 99999, Forbidden),
        (429, 0, RetryLater),
        (429, 20028, RetryLater),
        (500, 0, RetryLater),
        (502, 0, RetryLater),
        (503, 0, RetryLater),
        (504, 0, RetryLater),
        (400, 50035, Rejected),
        (400, 50006, Rejected),
        (400, 200000, Rejected),
        (413, 40005, Rejected),
    ],
)
def test_an_answer_of_discord_means(status: int, code: int, kind: type[Outcome]) -> None:
    assert type(judge(status, code)) is kind


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
