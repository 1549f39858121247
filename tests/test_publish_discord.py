"""Posting to Discord over REST alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest

from bot.models import ChannelGone, Forbidden, Rejected, RetryLater, Sent
from tests.publishing import Rest, body, logged_in


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


async def test_a_post_is_exactly_what_was_rendered_with_an_enforced_nonce(rest: Rest) -> None:
    outcome = await rest.publish(nonce="abc")
    (message,) = rest.discord.messages(rest.channel)
    assert outcome == Sent(message.id)
    assert message.body == {**body(), "nonce": "abc", "enforce_nonce": True}
    assert not rest.discord.violations


async def test_the_same_nonce_again_is_answered_with_the_first_message(rest: Rest) -> None:
    first = await rest.publish()
    assert await rest.publish(body("Another")) == first
    assert rest.titles == ["Bridge"]


async def test_a_message_that_was_deleted_meanwhile_counts_as_sent(rest: Rest) -> None:
    await rest.publish()
    (message,) = rest.discord.messages(rest.channel)
    rest.discord.delete_message(message)
    assert await rest.publish() == Sent(None)
    assert rest.titles == []


async def test_a_connection_that_breaks_off_is_tried_later(rest: Rest) -> None:
    rest.discord.fail_next("POST", rest.path, drop=True, accepted=True)
    assert isinstance(await rest.publish(), RetryLater)
    assert isinstance(await rest.publish(), Sent)
    assert rest.titles == ["Bridge"]


async def test_a_long_rate_limit_is_waited_for_outside(rest: Rest) -> None:
    rest.discord.fail_next("POST", rest.path, status=429, retry_after=500)
    outcome = await rest.publish()
    assert isinstance(outcome, RetryLater)
    assert outcome.after == pytest.approx(500_000, abs=1_000)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50013, Forbidden),
        (403, 50001, Forbidden),
        (404, 10003, ChannelGone),
        (400, 50035, Rejected),
        (400, 200000, Rejected),
        (503, 0, RetryLater),
        (403, 0, RetryLater),
        (403, 40333, RetryLater),
        (404, 0, RetryLater),
        (400, 0, RetryLater),
    ],
)
async def test_an_error_of_discords_is_an_outcome(
    rest: Rest, status: int, code: int, kind: type
) -> None:
    rest.discord.fail_next("POST", rest.path, status=status, code=code)
    assert isinstance(await rest.publish(), kind)


async def test_a_token_that_is_refused_is_no_outcome_but_an_end(rest: Rest) -> None:
    rest.discord.fail_next("POST", rest.path, status=401)
    with pytest.raises(discord.HTTPException):
        await rest.publish()


async def test_a_refusal_after_an_attempt_that_may_have_got_through_is_no_proof(
    rest: Rest,
) -> None:
    rest.discord.fail_next("POST", rest.path, status=502, accepted=True)
    rest.discord.fail_next("POST", rest.path, status=429, retry_after=300)
    outcome = await rest.publish()
    assert isinstance(outcome, RetryLater)
    assert not outcome.refused
    assert rest.titles == ["Bridge"]


async def test_a_request_that_ran_out_of_time_does_not_hold_back_all_others_for_ever(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.publish.calls.TIMEOUT", 0.05)
    rest.client.http._global_over.clear()  # as discord.py leaves it when cancelled
    held_up = await rest.publish()
    assert isinstance(held_up, RetryLater)
    assert held_up.refused, "nothing was sent"
    monkeypatch.setattr("bot.publish.calls.TIMEOUT", 60.0)
    assert isinstance(await rest.publish(), Sent)
