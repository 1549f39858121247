"""Deliveries, from what is due to what stands in channels and in the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    ChannelGone,
    DeliveryState,
    Forbidden,
    Rejected,
    RetryLater,
)
from bot.newsroom import Subscribed
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    OTHER_CHANNEL,
    START,
    Channels,
    LostAnswerError,
    desk,
    story,
)


async def test_a_post_that_has_to_wait_goes_out_later_with_the_same_nonce(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [RetryLater("Discord asks for patience.", 30_000)]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles == []
        at.wait(29_000)
        await at.newsroom.deliver_due()
        assert at.channels.titles == []
        at.wait(1_000)
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge"]


async def _dies_while_sending(tmp_path: Path, channels: Channels) -> None:
    """Let the program die between Discord's taking the message and its hearing of it."""

    async def live() -> None:
        async with desk(tmp_path, channels=channels) as at:
            await at.subscribe()
            at.web.tells(FEED, story("Old"))
            await at.poll()
            at.web.tells(FEED, story("Bridge"), story("Old"))
            await at.poll()

    channels.lost_answers = 1
    with pytest.raises(ExceptionGroup) as died:
        await live()
    assert died.group_contains(LostAnswerError)
    assert channels.titles == ["Bridge"]


@pytest.mark.parametrize("nonces", ["remembered", "forgotten"])
async def test_a_post_that_was_sent_but_not_settled_is_found_in_the_history(
    tmp_path: Path, nonces: str
) -> None:
    channels = Channels(remembers=nonces == "remembered")
    await _dies_while_sending(tmp_path, channels)
    async with desk(tmp_path, channels=channels, now=START + 2 * DAY) as at:
        await at.newsroom.deliver_due()
        deliveries = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
    assert channels.titles == ["Bridge"]
    assert [(d.state.value, d.message_id) for d in deliveries] == [("sent", 0)]


async def test_what_can_not_be_proved_is_not_posted_twice(tmp_path: Path) -> None:
    channels = Channels(remembers=False, unreadable=True)
    await _dies_while_sending(tmp_path, channels)
    async with desk(tmp_path, channels=channels, now=START + 2 * DAY) as at:
        await at.newsroom.deliver_due()
        (delivery,) = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
    assert channels.titles == ["Bridge"]
    assert "can't be proved" in (delivery.reason or "")


async def test_a_channel_that_refuses_is_paused_until_it_is_subscribed_again(
    tmp_path: Path,
) -> None:
    refusal = Forbidden("I may not post here.")
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [refusal]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Tunnel"), story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles == []
        (listed,) = await at.newsroom.subscriptions(GUILD)
        assert listed.subscription.paused_reason == refusal.reason
        result = await at.subscribe()
        assert isinstance(result, Subscribed)
        assert result.resumed
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge", "Tunnel"], "what was due waits, and is not lost"


async def test_a_picture_that_discord_refuses_costs_the_picture_and_not_the_post(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [
            Rejected("Discord refuses the message (400, code 50035).", malformed=True)
        ]
        picture = '<p>Text.</p><img src="https://gazette.example/p.png" width="600">'
        at.web.tells(FEED, story("Bridge", content=picture), story("Old"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]
        assert "image" not in at.channels.messages[0][2]["embeds"][0]


async def test_a_story_that_discord_refuses_does_not_stop_the_next(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [Rejected("Discord refuses the message (400, code 200000).")]
        at.web.tells(FEED, story("Good"), story("Bad"), story("Old"))
        await at.poll()
        assert at.channels.titles == ["Good"]


async def test_a_channel_that_is_gone_leaves_no_subscription(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        await at.subscribe("region")
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [ChannelGone("It is not there any more.")]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert await at.newsroom.subscriptions(GUILD) == []


@pytest.mark.parametrize(
    "refusal", [Forbidden("I may not post here."), RetryLater("Patience.", DAY, refused=True)]
)
async def test_what_discord_refused_is_sent_later_though_no_history_can_be_read(
    tmp_path: Path, refusal: Forbidden | RetryLater
) -> None:
    async with desk(tmp_path, channels=Channels(unreadable=True)) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [refusal]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        at.wait(DAY)
        await at.subscribe()
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge"]
        assert at.channels.looked_up == 0


async def test_leaving_one_topic_keeps_what_another_topic_of_the_channel_wants(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe("town")
        await at.subscribe("region")
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        at.wait(DAY)
        await at.newsroom.poll_due()
        await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge"]


async def test_a_channel_that_resumes_is_not_flooded_and_old_news_stays_out(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, *(story(f"Old {n}") for n in range(20)))
        await at.poll()
        at.channels.refusals = [Forbidden("I may not post here.")]
        fresh = [story(f"News {n}", at.now[0] + (n + 1) * MINUTE) for n in range(12)]
        at.web.tells(FEED, *reversed(fresh), *(story(f"Old {n}") for n in range(8)))
        await at.poll()
        at.wait(DAY)
        await at.newsroom.deliver_due()
        assert at.channels.titles == []
        await at.subscribe()
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1, "what has waited comes as one digest"
        assert all(f"News {n}" in str(at.channels.messages[0]) for n in range(2, 12))


async def test_a_digest_that_had_to_wait_until_it_was_no_news_is_left(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, *(story(f"Old {n}") for n in range(20)))
        await at.poll()
        at.channels.refusals = [Forbidden("I may not post here.")]
        fresh = [story(f"News {n}", at.now[0] + (n + 1) * MINUTE) for n in range(12)]
        at.web.tells(FEED, *reversed(fresh), *(story(f"Old {n}") for n in range(8)))
        await at.poll()
        at.wait(5 * MINUTE)
        await at.newsroom.deliver_due()
        at.wait(60 * DAY)
        await at.subscribe()
        await at.newsroom.deliver_due()
        assert at.channels.messages == []
        found = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
        assert {d.state.value for d in found} == {"rejected"}


async def test_a_clock_that_was_set_back_does_not_hide_a_doubtful_post(tmp_path: Path) -> None:
    channels = Channels(remembers=False)
    await _dies_while_sending(tmp_path, channels)
    async with desk(tmp_path, channels=channels, now=START + 2 * DAY) as at:
        await at.store.write(lambda tx: tx.deliveries.release_leases(START - DAY))
        at.now[0] = START - HOUR
        await at.newsroom.deliver_due()
    assert channels.titles == ["Bridge"]


async def test_what_was_tried_until_it_is_no_news_is_left(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.refusals = [RetryLater("Discord can't take it at the moment (404).")]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        at.wait(30 * DAY)
        await at.newsroom.deliver_due()
        assert at.channels.titles == []


async def test_a_story_that_the_servers_own_rules_stop_is_told_of_once_a_day(
    tmp_path: Path,
) -> None:
    blocked = Rejected("This server's AutoMod has blocked it.", tell=True)
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        for title in ("Bad", "Worse"):
            at.channels.refusals = [blocked]
            at.web.tells(FEED, story(title), story("Old"))
            at.wait(HOUR)
            await at.poll()
            await at.newsroom.tell_due()
        at.web.tells(FEED, story("Good"), story("Old"))
        await at.poll()
        assert at.channels.titles_in(CHANNEL) == ["Good"]
        ((member, text),) = at.channels.told
        assert member == MEMBER
        assert "AutoMod has blocked it" in text
        assert "paused" not in text


async def test_what_a_paused_channel_would_have_got_waits_and_old_news_stays_out(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        await at.subscribe(channel=OTHER_CHANNEL)
        at.web.tells(FEED, story("Old"))
        await at.poll()
        refused, now = "I may not post here.", at.now[0]
        await at.store.write(lambda tx: tx.subscriptions.pause(CHANNEL, refused, now, 0))
        for number in range(14):
            at.web.tells(FEED, story(f"News {number}", at.now[0] + MINUTE))
            await at.poll()
        waited = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
        assert {(d.state, d.reason) for d in waited} == {(DeliveryState.PARKED, refused)}
        await at.subscribe()
        taken_up = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
        # Half a day lies between two of them, and what is older than three days is no news.
        assert [d.state for d in taken_up] == [
            *[DeliveryState.REJECTED] * 7,
            *[DeliveryState.HELD] * 7,
        ]
        assert taken_up[0].reason == "It waited until it was no news any more."
        assert at.channels.titles_in(CHANNEL) == []
        assert at.channels.titles_in(OTHER_CHANNEL) == [f"News {n}" for n in range(14)]
