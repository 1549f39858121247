"""Topics by direct message, and direct messages that are closed meanwhile."""

from __future__ import annotations

from pathlib import Path

from bot.delivery.following import CLOSED
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    DeliveryState,
    Forbidden,
    RetryLater,
)
from bot.newsroom import (
    AlreadySubscribed,
    Asker,
    Following,
    NoDirectMessages,
    Subscribed,
    TooMany,
)
from bot.newsroom.follows import TRIES
from bot.store import Tx
from tests.following import (
    BRIDGE,
    DIRECT,
    LATER,
    OTHER,
    became,
    brings,
    direct,
    follow,
    followed,
    number_of,
)
from tests.newsdesk import (
    FEED,
    GUILD,
    MEMBER,
    TOWN,
    desk,
    story,
)

# ── topics ───────────────────────────────────────────────────────────────────────────────


async def test_a_topic_comes_by_direct_message_to_each_who_follows_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED)
        for member in (MEMBER, OTHER):
            assert isinstance(await at.newsroom.follows.topic(member, TOWN), Subscribed)
        assert "`/unfollow`" in direct(at)[0]
        await at.poll()
        at.web.tells(FEED, story("Bridge", at.now[0]))
        await at.poll()
        assert direct(at)[1:] == ["Bridge"]
        assert direct(at, OTHER)[1:] == ["Bridge"]
        assert isinstance(await at.newsroom.follows.topic(MEMBER, TOWN), AlreadySubscribed)
        assert await at.newsroom.follows.end_topic(MEMBER, "🏘️ town") == TOWN
        at.web.tells(FEED, story("Tunnel", at.now[0]))
        await at.poll()
        assert direct(at)[1:] == ["Bridge"]
        assert direct(at, OTHER)[1:] == ["Bridge", "Tunnel"]


async def test_closed_direct_messages_are_an_answer_and_nothing_is_kept(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.channels.closed = True
        assert await at.newsroom.follows.topic(MEMBER, TOWN) == NoDirectMessages(closed=True)
        at.channels.closed = False
        at.channels.refusals = [Forbidden("They are closed."), RetryLater("Not now.")]
        assert await at.newsroom.follows.topic(MEMBER, TOWN) == NoDirectMessages(closed=True)
        assert await at.newsroom.follows.topic(MEMBER, TOWN) == NoDirectMessages(closed=False)
        assert not await at.newsroom.follows.of(MEMBER)


async def test_closed_direct_messages_are_tried_so_often_and_then_rested(tmp_path: Path) -> None:
    """Discord counts refusals, and rests all servers for those of one member."""
    async with desk(tmp_path) as at:
        at.channels.refusals = [Forbidden("They are closed.")] * 50
        tried = [await at.newsroom.follows.topic(MEMBER, TOWN) for _ in range(20)]
        assert len(at.channels.refusals) == 50 - TRIES.burst
        until = at.now[0] + TRIES.every
        assert tried[-1] == NoDirectMessages(closed=False, until=until)
        assert await at.newsroom.follows.topic(OTHER, TOWN) == NoDirectMessages(closed=True)
        at.now[0] = until
        assert await at.newsroom.follows.topic(MEMBER, TOWN) == NoDirectMessages(closed=True)


async def test_a_member_has_so_many_topics_and_no_servers_limit(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:

        async def fill(tx: Tx) -> None:
            for member in range(1, 6):
                for number in range(25):
                    await tx._connection.execute(
                        "INSERT INTO subscription (channel_id, topic, guild_id, created_at,"
                        " created_by) VALUES (?, ?, 0, 0, ?)",
                        [member + 1_000, f"t{number}", member],
                    )

        await at.store.write(fill)
        assert await at.newsroom.follows.topic(1, TOWN) == TooMany(25, in_channel=True)
        assert isinstance(await at.newsroom.follows.topic(MEMBER, TOWN), Subscribed)


async def test_what_a_member_follows_is_in_no_list_of_a_server(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        assert await at.newsroom.subscriptions(0) == []
        assert await at.newsroom.subscriptions(GUILD) == []


async def test_direct_messages_survive_a_reconnect_that_shows_them_in_no_server(
    tmp_path: Path,
) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        await follow(at)
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        at.newsroom.presence.server_left(GUILD)
        at.places.known = {}
        at.newsroom.presence.connected()
        await at.newsroom.presence.attend()
        assert at.channels.asked_for == []
        at.wait(8 * DAY)
        await at.newsroom.presence.attend()
        kept = await at.newsroom.follows.of(MEMBER)
        assert [s.paused_reason for _, s in kept.topics] == [None]
        assert [s.paused_reason for s in kept.stories] == [None]


async def test_direct_messages_that_are_closed_meanwhile_are_tried_again_by_themselves(
    tmp_path: Path,
) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        await at.newsroom.deliver_due()
        await follow(at)
        at.channels.messages.clear()
        at.channels.refusing, at.channels.refusals = DIRECT, [Forbidden("They are closed.")] * 2
        await brings(at, 0)
        kept = await at.newsroom.follows.of(MEMBER)
        assert [s.paused_reason for _, s in kept.topics] == ["They are closed."]
        assert [s.paused_reason for s in kept.stories] == ["They are closed."]
        assert at.channels.told == []
        for _ in range(2):
            await at.newsroom.tell_due()
            await at.newsroom.presence.attend()
            await at.newsroom.deliver_due()
            at.wait(11 * MINUTE)
        assert at.channels.told == []
        await at.newsroom.presence.attend()
        await at.newsroom.deliver_due()
        assert direct(at) == [LATER[0]]


async def test_following_again_resumes_what_was_closed(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        at.channels.refusing, at.channels.refusals = DIRECT, [Forbidden("They are closed.")] * 2
        await brings(at, 0)
        assert (await became(at))[0][0] is DeliveryState.PARKED
        number = await number_of(at, BRIDGE)
        at.channels.messages.clear()
        closed = await at.newsroom.follows.story(Asker(MEMBER), number)
        assert closed == NoDirectMessages(closed=True)
        assert isinstance(await at.newsroom.follows.story(Asker(MEMBER), number), Following)
        await at.newsroom.deliver_due()
        assert direct(at)[1:] == [LATER[0]]


async def test_direct_messages_that_stay_closed_for_a_month_are_not_tried_for_ever(
    tmp_path: Path,
) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        await at.newsroom.follows.topic(OTHER, TOWN)
        await at.newsroom.deliver_due()
        at.channels.refusing, at.channels.refusals = DIRECT, [Forbidden("They are closed.")] * 999
        began, ended = at.now[0], None
        for day in range(24):
            if ended is None and not await at.newsroom.follows.of(MEMBER):
                ended = at.now[0]
            at.wait(DAY)
            at.web.tells(FEED, story(f"News of day {day}", at.now[0]))
            await at.poll()
            for _ in range(5):
                await at.newsroom.presence.attend()
                await at.newsroom.deliver_due()
                at.wait(HOUR)
            await at.newsroom.tidy()
        assert ended is not None
        assert CLOSED <= ended - began <= CLOSED + 10 * DAY
        assert await at.newsroom.follows.of(OTHER)
        assert not {state for state, _ in await became(at)} & {
            DeliveryState.PARKED,
            DeliveryState.PENDING,
        }


async def test_the_language_of_who_follows_nothing_any_more_is_not_kept(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        await at.newsroom.follows.topic(MEMBER, TOWN)
        for end in (
            at.newsroom.follows.end_topic(MEMBER, "town"),
            at.newsroom.follows.end_story(MEMBER, await number_of(at, BRIDGE)),
        ):
            await at.newsroom.tidy()
            assert await at.store.read(lambda tx: tx.servers.language_of(MEMBER)) is not None
            await end
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: tx.servers.language_of(MEMBER)) is None
