"""Threads, announcements, direct messages and mentions: what is not a plain text channel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.models import Forbidden, Rejected, RetryLater, Sent
from tests.loopback.state import ANNOUNCEMENT
from tests.publishing import Rest, body, logged_in


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


# ── threads ──────────────────────────────────────────────────────────────────────────────


async def test_a_thread_is_posted_in_like_a_channel_and_read_like_one(rest: Rest) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge")
    sent = await rest.publish(to=thread)
    assert isinstance(sent, Sent)
    assert await rest.posted_ids(of=thread) == [sent.message_id]


async def test_a_thread_that_was_archived_is_taken_out_of_the_archive(rest: Rest) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge", archived=True)
    rest.discord.fail_next("POST", rf"/channels/{thread.id}/messages", status=400, code=50083)
    assert isinstance(await rest.publish(to=thread), Sent)
    assert thread.thread is not None
    assert not thread.thread.archived
    assert f"PATCH /channels/{thread.id}" in "\n".join(rest.asked)


async def test_a_thread_that_stays_archived_is_not_tried_for_ever(rest: Rest) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge", archived=True)
    path = rf"/channels/{thread.id}/messages"
    rest.discord.fail_next("POST", path, status=400, code=50083, times=2)
    assert isinstance(await rest.publish(to=thread), Forbidden)
    assert len(rest.asked) == 3


async def test_a_thread_that_may_not_be_opened_again_says_so(rest: Rest) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge", archived=True, locked=True)
    rest.discord.fail_next("POST", rf"/channels/{thread.id}/messages", status=400, code=50083)
    outcome = await rest.publish(to=thread)
    assert isinstance(outcome, Forbidden)
    assert "archived" in outcome.reason


async def test_a_thread_that_can_not_be_opened_now_is_opened_later(rest: Rest) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge", archived=True)
    rest.discord.fail_next("POST", rf"/channels/{thread.id}/messages", status=400, code=50083)
    rest.discord.fail_next("PATCH", rf"/channels/{thread.id}", status=503)
    assert isinstance(await rest.publish(to=thread), RetryLater)


async def test_a_locked_thread_says_that_it_is_locked(rest: Rest) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge", locked=True)
    outcome = await rest.publish(to=thread)
    assert isinstance(outcome, Forbidden)
    assert "locked" in outcome.reason


async def test_a_channel_that_takes_no_messages_names_those_that_do(rest: Rest) -> None:
    category = rest.discord.add_channel(rest.guild, "Rooms", 4)
    outcome = await rest.publish(to=category)
    assert isinstance(outcome, Forbidden)
    assert "text or announcement channel" in outcome.reason


# ── announcements ────────────────────────────────────────────────────────────────────────


async def test_a_post_of_an_announcement_channel_is_published_once(rest: Rest) -> None:
    loud = rest.discord.add_channel(rest.guild, "loud", ANNOUNCEMENT)
    sent = await rest.publish(to=loud)
    assert isinstance(sent, Sent)
    assert sent.message_id is not None
    assert await rest.publisher.spread(loud.id, sent.message_id) == sent
    (message,) = rest.discord.messages(loud)
    assert message.crossposted
    assert await rest.publisher.spread(loud.id, sent.message_id) == sent


async def test_more_than_ten_an_hour_are_published_when_the_hour_is_over(rest: Rest) -> None:
    loud = rest.discord.add_channel(rest.guild, "loud", ANNOUNCEMENT)
    outcomes = []
    for number in range(12):
        sent = await rest.publish(to=loud, nonce=f"{number}")
        assert isinstance(sent, Sent)
        outcomes.append(await rest.publisher.spread(loud.id, sent.message_id or 0))
    assert all(isinstance(outcome, Sent) for outcome in outcomes[:10])
    for outcome in outcomes[10:]:
        assert isinstance(outcome, RetryLater)
        assert outcome.refused
        assert outcome.after == pytest.approx(3_600_000, abs=60_000)
    refused = [request for request in rest.discord.requests if request.status == 429]
    assert len(refused) == 1, "it is not asked again before its time"


async def test_what_can_not_be_published_here_says_so(rest: Rest) -> None:
    sent = await rest.publish()
    assert isinstance(sent, Sent)
    outcome = await rest.publisher.spread(rest.channel.id, sent.message_id or 0)
    assert isinstance(outcome, Forbidden)


async def test_a_post_that_was_deleted_needs_no_publishing(rest: Rest) -> None:
    loud = rest.discord.add_channel(rest.guild, "loud", ANNOUNCEMENT)
    sent = await rest.publish(to=loud)
    assert isinstance(sent, Sent)
    rest.discord.delete_message(rest.discord.messages(loud)[0])
    assert await rest.publisher.spread(loud.id, sent.message_id or 0) == Sent(None)


# ── direct messages ──────────────────────────────────────────────────────────────────────


async def test_a_member_is_told_once(rest: Rest) -> None:
    ann = rest.discord.add_member(rest.guild, "Ann")
    told = await rest.publisher.tell(ann.id, "Posting is paused. @everyone", "n")
    assert await rest.publisher.tell(ann.id, "Posting is paused. @everyone", "n") == told
    (message,) = rest.discord.messages(rest.discord.dm(ann))
    assert told == Sent(message.id)
    assert message.content == "Posting is paused. @everyone"
    assert message.body["allowed_mentions"] == {"parse": []}


async def test_a_member_who_takes_no_direct_messages_is_let_be(rest: Rest) -> None:
    ann = rest.discord.add_member(rest.guild, "Ann")
    ann.closed = True
    outcome = await rest.publisher.tell(ann.id, "Posting is paused.", "n")
    assert outcome == Rejected("This member does not take direct messages.")


async def test_somebody_who_is_not_there_any_more_is_let_be(rest: Rest) -> None:
    assert isinstance(await rest.publisher.tell(1, "Posting is paused.", "n"), Rejected)


async def test_a_member_who_can_not_be_told_now_is_told_later(rest: Rest) -> None:
    ann = rest.discord.add_member(rest.guild, "Ann")
    rest.discord.fail_next("POST", "/users/@me/channels", status=503)
    assert isinstance(await rest.publisher.tell(ann.id, "Posting is paused.", "n"), RetryLater)


# ── mentions ─────────────────────────────────────────────────────────────────────────────


async def test_only_the_role_that_was_chosen_is_pinged(rest: Rest) -> None:
    readers, others = (
        rest.discord.add_role(rest.guild, name, mentionable=True) for name in ("Readers", "Others")
    )
    hostile = body(f"@everyone <@&{others.id}>") | {"content": f"<@&{others.id}> @here"}
    await rest.publish(hostile, mention=readers.id)
    (message,) = rest.discord.messages(rest.channel)
    pings = rest.discord.pings(message)
    assert (pings.roles, pings.everyone) == (frozenset({readers.id}), False)
    assert message.content.startswith(f"<@&{readers.id}>")


async def test_without_a_role_nobody_is_pinged(rest: Rest) -> None:
    others = rest.discord.add_role(rest.guild, "Others", mentionable=True)
    await rest.publish(body(f"@everyone <@&{others.id}>"))
    (message,) = rest.discord.messages(rest.channel)
    pings = rest.discord.pings(message)
    assert not pings.roles
    assert not pings.everyone
