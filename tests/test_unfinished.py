"""What members have begun and not ended: an old button never does anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery.rollback import NOTE, Doubt
from bot.models import DAY, HOUR, Delivery, DeliveryState, Millis, Pace, RetryLater
from bot.newsroom import Asker, Author, Ended, Removed, Subscribed, WouldEnd, returning
from bot.newsroom.offering import Offer, Wanted
from bot.store import Store, Tx
from bot.store.servers import MOST_KEPT
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    OTHER,
    OTHER_CHANNEL,
    START,
    Desk,
    desk,
    story,
)
from tests.test_own_feeds import bring, holds

BY = Author(GUILD, MEMBER)


async def begin(store: Store, member: int = MEMBER, *, now: Millis = START) -> int:
    return await store.write(
        lambda tx: tx.unfinished.add("a", guild_id=GUILD, member_id=member, body="{}", now=now)
    )


async def test_an_old_button_does_not_do_what_a_newer_one_was_for(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for feed in (FEED, OTHER):
            at.web.tells(feed, story("A", START - HOUR))
        town, region = at.newsroom.topics
        offering = at.newsroom.offering
        old = await offering.ask(Wanted(GUILD, CHANNEL, MEMBER, town))
        at.wait(2 * DAY)
        await at.newsroom.tidy()
        new = await offering.ask(Wanted(GUILD, OTHER_CHANNEL, MEMBER, region))
        assert isinstance(old, Offer)
        assert isinstance(new, Offer)
        assert await offering.confirm(old.number, BY, Pace.HOURLY) is None
        assert await offering.begun(new.number, BY) is not None


async def test_numbers_never_come_again_even_if_the_clock_is_set_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        seen: list[int] = []
        for now in (START, START, START - DAY, START + 5):
            seen.append(await begin(at.store, now=now))
            await at.store.write(lambda tx: tx.unfinished.end(seen[-1]))
        assert len(set(seen)) == 4
        assert max(seen) < 10**18, "buttons hold no longer number"


async def test_what_was_begun_is_found_by_its_kind_member_and_server_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        number = await begin(at.store)

        async def found(tx: Tx, kind: str = "a", guild: int = GUILD, member: int = MEMBER) -> bool:
            return bool(await tx.unfinished.get(number, kind, guild_id=guild, member_id=member))

        async def ask(tx: Tx) -> list[bool]:
            others = [await found(tx, "b"), await found(tx, guild=0), await found(tx, member=1)]
            return [await found(tx), *others]

        assert await at.store.read(ask) == [True, False, False, False]


async def test_of_one_member_only_the_newest_are_kept(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        others = await begin(at.store, MEMBER + 1)
        numbers = [await begin(at.store) for _ in range(MOST_KEPT + 2)]

        async def kept(tx: Tx) -> list[bool]:
            asked = [(number, MEMBER) for number in numbers] + [(others, MEMBER + 1)]
            return [
                bool(await tx.unfinished.get(number, "a", guild_id=GUILD, member_id=member))
                for number, member in asked
            ]

        assert await at.store.read(kept) == [False] * 2 + [True] * (MOST_KEPT + 1)


# ── what waited when a topic was ended ───────────────────────────────────────────────────


async def waits(at: Desk) -> list[Delivery]:
    """List what a channel is to get or has got, but for the story that it began with."""
    found = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
    return [one for one in found if one.story_id and one.state is not DeliveryState.REJECTED]


async def daily(at: Desk, topic: str = "town", feed: str = FEED) -> None:
    """Let two stories wait for a channel's daily digest."""
    at.web.tells(feed)
    await at.newsroom.subscribe(
        guild_id=GUILD, channel_id=CHANNEL, topic=topic, member_id=MEMBER, pace=Pace.DAILY
    )
    await at.poll()
    at.wait(7 * HOUR)
    at.web.tells(feed, story("Held one", at.now[0]), story("Held two", at.now[0]))
    await at.newsroom.poll_due()
    assert [one.state for one in await waits(at)] == [DeliveryState.HELD] * 2


async def test_an_undone_end_brings_back_what_waited_and_posts_it_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await daily(at)
        offering, before = at.newsroom.offering, await waits(at)
        ended = await offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert isinstance(ended, Ended)
        assert await waits(at) == []
        at.wait(60_000)
        assert isinstance(await offering.restore(ended.number, BY), Subscribed)
        known = [(one.story_id, one.state, one.due_at, one.reason) for one in before]
        after = await waits(at)
        assert [(one.story_id, one.state, one.due_at, one.reason) for one in after] == known
        await offering.restore(ended.number, BY)
        for _ in range(4):
            await at.poll()
        assert [one.state for one in await waits(at)] == [DeliveryState.SENT] * 2
        assert len({one.digest_id for one in await waits(at)}) == 1
        assert len(at.channels.messages) == 1


async def test_what_was_sent_meanwhile_does_not_come_again_by_an_undo(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await daily(at)
        offering = at.newsroom.offering
        before = returning.packed(await waits(at))
        for _ in range(4):
            await at.poll()
        sent = await waits(at)
        (has,) = await at.store.read(lambda tx: tx.subscriptions.in_channel(CHANNEL))
        ended = await offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert isinstance(ended, Ended)
        await at.store.write(lambda tx: returning.bring_back(tx, has, before, at.now[0]))
        assert await waits(at) == sent


async def test_in_a_database_that_was_put_back_what_comes_back_may_have_been_posted(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await daily(at)
        ended = await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert isinstance(ended, Ended)
        doubt = str(Doubt(START, at.now[0]))
        await at.store.write(lambda tx: tx.notes.put(NOTE, doubt))
        await at.newsroom.offering.restore(ended.number, BY)
        back = await waits(at)
        assert [(one.state, one.first_attempt_at) for one in back] == [
            (DeliveryState.PENDING, START)
        ] * 2, "only what goes out as a post of its own is looked for"


async def test_what_was_due_goes_out_after_an_undo(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED)
        await at.subscribe()
        await at.poll()
        at.wait(HOUR)
        at.web.tells(FEED, story("Due", at.now[0]))
        await at.newsroom.poll_due()
        ended = await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert isinstance(ended, Ended)
        await at.poll()
        assert at.channels.titles == []
        await at.newsroom.offering.restore(ended.number, BY)
        await at.poll()
        await at.poll()
        assert at.channels.titles == ["Due"]


async def test_a_feed_that_comes_back_with_its_topic_brings_what_waited(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        holds(at, FEED)
        manager = Asker(MEMBER, GUILD)
        await bring(at, FEED, "Chess", manager)
        await daily(at, "chess")
        removal = at.newsroom.own.removal
        (named,) = await removal.named(GUILD)
        asked = await removal.remove(manager, named.code)
        assert isinstance(asked, WouldEnd)
        removed = await removal.end(manager, asked.number)
        assert isinstance(removed, Removed)
        assert await waits(at) == []
        await removal.undo(manager, removed.number)
        assert [one.state for one in await waits(at)] == [DeliveryState.HELD] * 2


@pytest.mark.parametrize("taken", [True, False])
async def test_what_was_tried_before_an_end_comes_once_after_an_undo(
    tmp_path: Path, *, taken: bool
) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED)
        await at.subscribe()
        await at.poll()
        at.wait(HOUR)
        at.web.tells(FEED, story("Tried", at.now[0]))
        at.channels.swallows = int(taken)
        at.channels.refusals = [] if taken else [RetryLater("Discord fails.")]
        await at.newsroom.poll_due()
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Tried"] * taken
        ended = await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert isinstance(ended, Ended)
        assert isinstance(await at.newsroom.offering.restore(ended.number, BY), Subscribed)
        for _ in range(2):
            await at.poll()
        assert at.channels.titles == ["Tried"]
        assert [one.state for one in await waits(at)] == [DeliveryState.SENT]
