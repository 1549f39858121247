"""What members follow of stories, from the press to the direct message and to its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.following import MOST_A_DAY, MOST_STORIES, TOO_MANY
from bot.delivery.plan import BACKLOG_WAIT, BURST
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    DeliveryState,
    Follow,
    Millis,
    Pace,
)
from bot.newsroom import (
    Asker,
    Following,
    StoryGone,
    TooManyStories,
)
from bot.publish import follow_answers
from bot.store import Tx
from bot.store.rows import Table
from bot.stories.related import SMALLEST
from bot.words import speaking
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
    later,
    number_of,
)
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    TOWN,
    Channels,
    Desk,
    LostAnswerError,
    desk,
    story,
)
from tests.test_own_feeds import PAID, THEIRS, bring, holds

# ── stories ──────────────────────────────────────────────────────────────────────────────


async def test_later_posts_in_a_followed_story_come_and_others_do_not(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        at.wait(DAY)
        other = story("Bakers of the town meet", at.now[0])
        at.web.tells(FEED, later(0, at.now[0]), other)
        await at.poll()
        assert direct(at)[1:] == [LATER[0]]
        (body,) = [b for c, _, b in at.channels.messages if c == DIRECT and "embeds" in b]
        assert body["content"] == f"📌 More on: {BRIDGE}"
        assert body["allowed_mentions"] == {"parse": []}
        ids = [one.get("custom_id") for row in body["components"] for one in row["components"]]
        assert f"unfollow:{await number_of(at, BRIDGE)}" in ids
        assert set(at.channels.titles_in(CHANNEL)) == {LATER[0], "Bakers of the town meet"}


async def test_what_is_said_in_direct_messages_is_in_the_members_language(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        with speaking("de"):
            await follow(at)
        assert await at.store.read(lambda tx: tx.servers.language_of(MEMBER)) == "de"


async def test_a_story_that_a_topic_brings_anyway_comes_once(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN, Pace.DAILY)
        await follow(at)
        at.channels.messages.clear()
        await brings(at, 0)
        # Not with the day's digest: it was asked for.
        assert direct(at) == [LATER[0]]
        at.wait(2 * DAY)
        await at.newsroom.deliver_due()
        assert direct(at) == [LATER[0]]


async def test_the_end_of_a_topic_does_not_end_a_story_of_it(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        await at.newsroom.deliver_due()
        await follow(at)
        at.wait(DAY)
        at.web.tells(FEED, later(0, at.now[0]), story("Bakers meet", at.now[0]))
        at.wait(24 * 15 * MINUTE * 2)
        await at.newsroom.poll_due()
        at.channels.messages.clear()
        await at.newsroom.follows.end_topic(MEMBER, "town")
        await at.newsroom.deliver_due()
        assert direct(at) == [LATER[0]]


async def test_a_later_post_comes_once_after_a_crash_between_send_and_settle(
    tmp_path: Path,
) -> None:
    channels = Channels()
    clock: list[Millis] = []

    async def dies() -> None:
        async with followed(tmp_path, channels) as at:
            await follow(at)
            at.wait(DAY)
            at.web.tells(FEED, later(0, at.now[0]))
            at.wait(24 * 15 * MINUTE * 2)
            await at.newsroom.poll_due()
            await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
            clock.append(at.now[0])
            channels.lost_answers = 1
            await at.newsroom.deliver_due()

    with pytest.raises(ExceptionGroup) as died:
        await dies()
    assert died.group_contains(LostAnswerError)
    channels.remembers = False
    async with desk(tmp_path, channels=channels, now=clock[0] + HOUR) as at:
        await at.newsroom.deliver_due()
        assert direct(at)[1:] == [LATER[0]]
        assert channels.looked_up == 1
        assert [state for state, _ in await became(at)] == [DeliveryState.SENT]


async def test_a_backup_that_is_put_back_repeats_no_later_post(tmp_path: Path) -> None:
    channels, backup = Channels(remembers=False), tmp_path / "backup.db"
    async with followed(tmp_path, channels) as at:
        clock = at.now
        await follow(at)
        await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
    backup.write_bytes((tmp_path / "news.db").read_bytes())
    async with desk(tmp_path, channels=channels, clock=clock) as at:
        await brings(at, 0)
        assert direct(at)[1:] == [LATER[0]]
    (tmp_path / "news.db").write_bytes(backup.read_bytes())
    async with desk(tmp_path, channels=channels, clock=clock) as at:
        at.wait(HOUR)
        at.web.tells(FEED, *(later(number, clock[0] - HOUR) for number in (0, 1)))
        await at.poll()
        assert direct(at)[1:] == [LATER[0], LATER[1]]


async def test_more_than_five_a_day_are_left_out_and_say_so(tmp_path: Path) -> None:
    # A name is rare among many: eight of 600.
    async with followed(tmp_path, size=600) as at:
        await follow(at)
        await brings(at, *range(len(LATER)))
        await at.newsroom.deliver_due()
        assert len(direct(at)) - 1 == MOST_A_DAY
        left = [one for one in await became(at) if one[0] is DeliveryState.FILTERED]
        assert left == [(DeliveryState.FILTERED, TOO_MANY)] * (len(LATER) - MOST_A_DAY)


async def test_a_follow_ends_when_it_is_quiet_and_lasts_while_more_comes(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        begun = await follow(at)
        at.wait(5 * DAY)
        await brings(at, 0)
        at.wait(5 * DAY)
        await at.newsroom.tidy()
        (kept,) = (await at.newsroom.follows.of(MEMBER)).stories
        assert kept.quiet_at > begun.quiet_at + 5 * DAY
        at.wait(3 * DAY)
        await at.newsroom.tidy()
        assert not await at.newsroom.follows.of(MEMBER)
        left = await at.store.read(
            lambda tx: tx._connection.execute_fetchall(
                "SELECT 1 FROM follow_word UNION SELECT 1 FROM follow_story"
            )
        )
        assert list(left) == []


async def test_what_is_unfollowed_is_not_sent_any_more(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        await follow(at, member=OTHER)
        at.wait(DAY)
        at.web.tells(FEED, later(0, at.now[0]))
        at.wait(24 * 15 * MINUTE * 2)
        await at.newsroom.poll_due()
        number = await number_of(at, LATER[0])
        # The post's own number names the same follow.
        assert await at.newsroom.follows.end_story(MEMBER, number) is not None
        assert await at.newsroom.follows.end_story(MEMBER, number) is None
        await at.newsroom.deliver_due()
        assert direct(at)[1:] == []
        assert direct(at, OTHER)[1:] == [LATER[0]]
        assert await became(at) == []


async def test_following_twice_and_more_than_there_may_be_is_told(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        number = await number_of(at, BRIDGE)
        await follow(at)
        again = await at.newsroom.follows.story(Asker(MEMBER), number)
        assert isinstance(again, Following)
        assert again.already
        assert await at.newsroom.follows.story(Asker(MEMBER), 999_999) == StoryGone()

        async def fill(tx: Tx) -> None:
            for other in range(MOST_STORIES - 1):
                made = Follow(0, MEMBER, DIRECT, 10_000 + other, "x", at.now[0], at.now[0] + DAY)
                await tx.follows.add(made, ())

        await at.store.write(fill)
        other = await number_of(at, "Filler 3 of the day")
        assert await at.newsroom.follows.story(Asker(MEMBER), other) == TooManyStories(MOST_STORIES)


async def test_what_a_server_calls_a_feed_of_the_catalogue_is_told_to_nobody_elsewhere(
    tmp_path: Path,
) -> None:
    async with followed(tmp_path) as at:
        await bring(at, FEED, "Merger plans", THEIRS)
        await follow(at)
        await brings(at, 0)
        posts = [body for channel, _, body in at.channels.messages if channel == DIRECT]
        assert posts[-1]["embeds"][0]["title"] == LATER[0]
        assert "Merger plans" not in json.dumps(posts, ensure_ascii=False)


async def test_a_servers_own_stories_are_told_to_nobody_elsewhere(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        holds(at, PAID, title="Paid")
        topic = await bring(at)
        await at.subscribe(topic.name)
        await at.newsroom.poll_due()
        at.wait(DAY)
        holds(at, PAID, later(0, at.now[0]))
        await at.poll()
        assert direct(at, CHANNEL - 1_000) == [LATER[0]]
        assert direct(at)[1:] == []


async def test_all_that_is_kept_of_a_member_goes_when_they_ask(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        await follow(at)
        await follow(at, member=OTHER)
        await brings(at, 0)
        assert await became(at)
        await at.newsroom.privacy.forget(MEMBER)
        assert not await at.newsroom.follows.of(MEMBER)
        assert await became(at) == []
        assert len((await at.newsroom.follows.of(OTHER)).stories) == 1
        assert len(await became(at, OTHER + 1_000)) == 1


async def test_what_came_goes_also_when_nothing_is_followed_any_more(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        await brings(at, 0)
        await at.newsroom.follows.end_all(MEMBER)
        assert any(one.table == "delivery" for one in await at.newsroom.privacy.kept(MEMBER))
        written = json.loads(await at.newsroom.privacy.everything(MEMBER))["kept"]
        assert [one["channel_id"] for one in written["delivery"]] == [str(DIRECT)]
        left = await at.newsroom.privacy.forget(MEMBER)
        assert [one.table for one in left] == ["allowance"], "it runs out by itself"
        assert await became(at) == []


async def test_a_feed_is_read_for_those_alone_who_follow_a_story_of_it(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert await at.store.read(lambda tx: tx.feeds.watched()) == []
        await follow(at)
        await brings(at, 0)
        assert direct(at)[1:] == [LATER[0]]


async def test_a_crowd_that_follows_one_story_holds_up_the_one_writer_no_longer_than_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(known: Callable[..., Any]) -> Callable[..., Any]:
        async def count(self: Table, *args: Any) -> Any:
            asked.append(args[0])
            return await known(self, *args)

        return count

    for name in ("_all", "_do", "_do_many"):
        monkeypatch.setattr(Table, name, counted(getattr(Table, name)))

    async def asks(at: Desk, members: Iterable[int], number: int) -> int:
        for member in members:
            await follow(at, member=member)
        at.wait(DAY)
        at.web.tells(FEED, later(number, at.now[0]))
        asked.clear()
        await at.newsroom.poll_due()
        came = len(asked)
        await at.newsroom.deliver_due()
        return came

    async with followed(tmp_path) as at:
        one = await asks(at, [MEMBER], 0)
        # What came before is one story more to be compared with.
        assert await asks(at, range(100, 140), 1) <= one + 1
        assert [direct(at, member)[1:] for member in (100, 139)] == [[LATER[1]]] * 2


async def test_more_than_five_at_once_come_as_a_digest_whatever_stories_they_carry_on(
    tmp_path: Path,
) -> None:
    names = (
        ("Borrowdale", "Tansley"),
        ("Corvessa", "Pellucid"),
        ("Drummoch", "Wexcombe"),
        ("Elvaston", "Harrowby"),
        ("Fennimore", "Skelgate"),
        ("Gallowmere", "Trentham"),
        ("Hollinside", "Marchbanks"),
    )
    async with followed(tmp_path) as at:
        for place, name in names:
            said = f"Engineers of {name} say that rust was found in the {place} bridge."
            at.wait(HOUR)
            at.web.tells(FEED, story(f"Rust found in the {place} bridge", at.now[0], teaser=said))
            await at.poll()
            await follow(at, f"Rust found in the {place} bridge")
        at.wait(DAY)
        titles = [f"Mayor {name} closes the {place} bridge" for place, name in names]
        at.web.tells(
            FEED,
            *(
                story(title, at.now[0], teaser=f"Of the rust in the {place} bridge: {title}.")
                for title, (place, _) in zip(titles, names, strict=True)
            ),
        )
        at.channels.messages.clear()
        await at.poll()
        assert len(direct(at)) == BURST
        at.wait(BACKLOG_WAIT)
        await at.newsroom.deliver_due()
        (digest,) = [body for channel, _, body in at.channels.messages if channel == DIRECT][BURST:]
        left = set(titles) - set(direct(at)[:BURST])
        assert len(left) == len(names) - BURST
        assert all(title in str(digest) for title in left)
        assert {state for state, _ in await became(at)} == {DeliveryState.SENT}


@pytest.mark.parametrize("size", [10, 60])
async def test_whoever_follows_what_nothing_can_be_told_of_yet_hears_so(
    tmp_path: Path, size: int
) -> None:
    async with followed(tmp_path, size=size) as at:
        made = await at.newsroom.follows.story(Asker(MEMBER), await number_of(at, BRIDGE))
        assert isinstance(made, Following)
        assert made.in_vain == (size < SMALLEST)
        said, _ = follow_answers.following(made.follow, already=False, in_vain=made.in_vain)
        assert ("I may miss them" in said) == made.in_vain
