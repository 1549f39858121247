"""What members have begun and not ended: an old button never does anything else."""

from __future__ import annotations

from pathlib import Path

from bot.models import DAY, HOUR, Millis, Pace
from bot.newsroom import Author
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
    desk,
    story,
)

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
