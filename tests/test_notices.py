"""Who is told that a channel is paused, how often, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery import notices as rules
from bot.models import DAY, HOUR, MINUTE, ChannelGone, Forbidden, Notice, RetryLater
from bot.publish import notices as words
from tests.newsdesk import (
    CHANNEL,
    ELSEWHERE,
    FEED,
    GUILD,
    MEMBER,
    OTHER_CHANNEL,
    START,
    Channels,
    Desk,
    LostAnswerError,
    desk,
    story,
)

SHUT = Forbidden("I may not post here: give me Send Messages (Edit Channel → Permissions).")


async def paused(at: Desk, *titles: str) -> None:
    """Let the channel refuse the next story."""
    if not titles:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        titles = ("Bridge", "Old")
    at.channels.refusals, at.channels.refusing = [SHUT], CHANNEL
    at.web.tells(FEED, *map(story, titles))
    await at.poll()
    at.channels.refusing = None


def told_in(at: Desk, channel_id: int) -> list[str]:
    return [body["content"] for c, _, body in at.channels.messages if c == channel_id]


async def outcomes(at: Desk) -> list[str | None]:
    found = await at.store.read(lambda tx: tx.notices.of_channel(CHANNEL))
    return [outcome for _, outcome in found]


async def test_who_subscribed_hears_that_it_is_paused_and_so_does_the_server(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe("region", member=31)
        await at.subscribe("town", OTHER_CHANNEL, member=32)
        await paused(at)
        await at.newsroom.tell_due()
        assert {member for member, _ in at.channels.told} == {MEMBER, 31}
        assert len(at.channels.told) == 2
        _, text = at.channels.told[0]
        assert f"<#{CHANNEL}>" in text
        assert "give me Send Messages" in text
        assert "goes on by itself" in text
        (said,) = [s for s in told_in_public(at) if "paused" in s]
        assert f"<#{CHANNEL}>" in said
        assert await outcomes(at) == ["told"] * 3
        await at.newsroom.tell_due()
        assert len(at.channels.told) == 2


def told_in_public(at: Desk) -> list[str]:
    return [body["content"] for _, _, body in at.channels.messages if "content" in body]


async def test_a_channel_with_news_is_preferred_for_telling_the_server(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe("town", OTHER_CHANNEL)
        await paused(at)
        closed = (await at.store.read(lambda tx: tx.subscriptions.paused()))[0].channel_id
        other = ({CHANNEL, OTHER_CHANNEL} - {closed}).pop()
        await at.newsroom.tell_due()
        (told,) = [c for c, _, body in at.channels.messages if "content" in body]
        assert told == other


async def test_a_server_without_another_channel_is_not_told(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.places.lacks = {ELSEWHERE: ["Send Messages"]}
        await paused(at)
        await at.newsroom.tell_due()
        assert await outcomes(at) == ["told", "nobody could be told"]


async def test_another_channel_that_refuses_hands_over_to_the_next(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        await at.subscribe("town", OTHER_CHANNEL)
        at.channels.refusals = [ChannelGone("It is gone.")]
        await at.newsroom.tell_due()
        assert len(told_in(at, ELSEWHERE)) == 1


async def test_direct_messages_that_are_closed_are_not_tried_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.channels.closed = True
        await paused(at)
        await at.newsroom.tell_due()
        assert await outcomes(at) == ["They take no direct messages.", "told"]
        at.channels.closed = False
        at.wait(DAY)
        await at.newsroom.tell_due()
        assert at.channels.told == []


async def test_discord_that_can_not_be_reached_is_tried_again_five_times_at_most(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        at.channels.tell_refusals = [RetryLater("Discord can't be reached.")] * 5
        await paused(at)
        for _ in range(7):
            await at.newsroom.tell_due()
            at.wait(DAY)
        assert at.channels.told == []
        assert at.channels.tell_refusals == []
        assert (await outcomes(at))[0] == "Discord can't be reached."


async def test_nobody_is_told_of_a_channel_twice_in_a_day(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        await at.newsroom.tell_due()
        await at.newsroom.presence.attend()
        at.channels.refusals = [SHUT]
        await at.newsroom.deliver_due()
        assert len(await at.store.read(lambda tx: tx.subscriptions.paused())) == 1
        await at.newsroom.tell_due()
        assert len(at.channels.told) == 1
        await at.newsroom.deliver_due()
        at.wait(DAY + HOUR)
        await at.subscribe()
        await paused(at, "Ferry", "Bridge", "Old")
        await at.newsroom.tell_due()
        assert len(at.channels.told) == 2


async def test_a_pause_that_is_over_before_anybody_was_told_is_told_when_it_comes_again(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await paused(at)
        await at.newsroom.presence.attend()
        await at.newsroom.tell_due()
        assert at.channels.told == []
        at.channels.refusals = [SHUT]
        await at.newsroom.deliver_due()
        await at.newsroom.tell_due()
        assert len(at.channels.told) == 1


async def test_a_pause_is_told_of_after_a_restart(tmp_path: Path) -> None:
    channels = Channels()
    async with desk(tmp_path, channels=channels) as at:
        await paused(at)
        now = at.now[0]
    async with desk(tmp_path, channels=channels, now=now) as at:
        await at.newsroom.tell_due()
        assert len(channels.told) == 1
        assert len(told_in(at, ELSEWHERE)) == 1


async def test_a_program_that_dies_while_it_tells_somebody_tells_them_once(tmp_path: Path) -> None:
    channels = Channels()
    async with desk(tmp_path, channels=channels) as at:
        await paused(at)
        now = at.now[0]
        for _ in range(2):
            channels.lost_answers = 1
            with pytest.raises(LostAnswerError):
                await at.newsroom.tell_due()
    async with desk(tmp_path, channels=channels, now=now + MINUTE) as at:
        await at.newsroom.tell_due()
        assert len(channels.told) == 1
        assert len(told_in(at, ELSEWHERE)) == 1
        assert await outcomes(at) == ["told", "told"]


def test_a_notice_mentions_nobody_and_ends_within_discords_limit() -> None:
    notice = Notice(1, GUILD, CHANNEL, None, "@everyone *" * 500)
    post = words.in_public(notice)
    assert post.body["allowed_mentions"] == {"parse": []}
    assert len(post.body["content"]) < 2_000
    assert len(words.in_private(notice)) < 2_000


def test_each_notice_has_a_nonce_of_its_own_that_stays() -> None:
    notices = [Notice(n, GUILD, CHANNEL, m, "") for n in (1, 2) for m in (None, MEMBER)]
    assert len({rules.nonce(one) for one in notices}) == 4
    assert rules.nonce(Notice(1, GUILD, CHANNEL, None, "", 5)) == rules.nonce(notices[0])
    assert all(len(rules.nonce(one)) <= 25 for one in notices)


def test_a_wait_that_discord_asks_for_is_kept() -> None:
    assert rules.again_at(RetryLater("", after=DAY), 1, START) == START + DAY
    assert rules.again_at(RetryLater(""), 1, START) == START + MINUTE
    assert rules.again_at(RetryLater(""), rules.MOST_TRIES, START) is None
