"""What members follow, from the press to the direct message and to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.delivery.following import MOST_A_DAY, MOST_STORIES, TOO_MANY
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    DeliveryState,
    Follow,
    Forbidden,
    Millis,
    Pace,
    RetryLater,
)
from bot.newsroom import (
    AlreadySubscribed,
    Following,
    NoDirectMessages,
    StoryGone,
    Subscribed,
    TooMany,
    TooManyStories,
)
from bot.store import Tx
from bot.words import speaking
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    REGION,
    TOWN,
    Channels,
    Desk,
    LostAnswerError,
    desk,
    story,
)

DIRECT = MEMBER + 1_000
"""The member's direct messages, as the tests' Discord numbers them."""
OTHER = 31

BRIDGE = "Rust found in the Ardenfell bridge"
_TELLS = "Engineers of Quillmark say that rust was found in the Ardenfell bridge."
_LATER = (
    "Mayor Quillmark closes the Ardenfell bridge",
    "Voters in Ardenfell want a tunnel for the Quillmark road",
    "Steel for the Ardenfell works comes from Quillmark",
    "Ferries cross at Ardenfell while Quillmark builds",
    "Schools near Ardenfell open late, says Quillmark",
    "Buses to Ardenfell run again by Quillmark station",
    "Ships wait below Ardenfell for Quillmark pilots",
)


def later(number: int, now: Millis) -> str:
    """Write an item that carries the story of the bridge on."""
    title = _LATER[number]
    said = f"Of the rust in the Ardenfell bridge that day was said in Quillmark: {title}."
    return story(title, now, teaser=said)


@asynccontextmanager
async def followed(
    folder: Path, channels: Channels | None = None, *, size: int = 60
) -> AsyncIterator[Desk]:
    """Open a newsroom with an archive, where a channel has got the story of the bridge."""
    async with desk(folder, channels=channels) as at:
        at.web.tells(FEED)
        await at.subscribe()
        await at.poll()
        said = "What was said of it in the town that day."
        fillers = [story(f"Filler {number} of the day", teaser=said) for number in range(size)]
        bridge = story(BRIDGE, at.now[0], teaser=_TELLS)
        at.web.tells(FEED, *fillers, bridge)
        await at.poll()
        at.channels.messages.clear()
        yield at


async def number_of(at: Desk, title: str) -> int:
    found = await at.store.read(lambda tx: tx.stories.newest(["town"], 1_000))
    return next(one.id for one in found if one.article.title == title)


async def follow(at: Desk, title: str = BRIDGE, member: int = MEMBER) -> Follow:
    made = await at.newsroom.follows.story(member, await number_of(at, title))
    assert isinstance(made, Following)
    return made.follow


async def brings(at: Desk, *numbers: int) -> None:
    """Let the feed bring what carries the story on, a day later."""
    at.wait(DAY)
    at.web.tells(FEED, *(later(number, at.now[0]) for number in numbers))
    await at.poll()


def direct(at: Desk, member: int = MEMBER) -> list[str]:
    """List what was sent to a member: titles, and what is said without one."""
    return [
        body["embeds"][0]["title"] if "embeds" in body else body["content"]
        for channel, _, body in at.channels.messages
        if channel == member + 1_000
    ]


async def became(at: Desk, channel: int = DIRECT) -> list[tuple[DeliveryState, str | None]]:
    found = await at.store.read(lambda tx: tx.deliveries.in_channel(channel))
    return [(one.state, one.reason) for one in found]


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
        assert direct(at) == [_LATER[0]]


async def test_following_again_resumes_what_was_closed(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        at.channels.refusing, at.channels.refusals = DIRECT, [Forbidden("They are closed.")] * 2
        await brings(at, 0)
        assert (await became(at))[0][0] is DeliveryState.PARKED
        number = await number_of(at, BRIDGE)
        at.channels.messages.clear()
        closed = await at.newsroom.follows.story(MEMBER, number)
        assert closed == NoDirectMessages(closed=True)
        assert isinstance(await at.newsroom.follows.story(MEMBER, number), Following)
        await at.newsroom.deliver_due()
        assert direct(at)[1:] == [_LATER[0]]


# ── stories ──────────────────────────────────────────────────────────────────────────────


async def test_later_posts_in_a_followed_story_come_and_others_do_not(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await follow(at)
        at.wait(DAY)
        other = story("Bakers of the town meet", at.now[0])
        at.web.tells(FEED, later(0, at.now[0]), other)
        await at.poll()
        assert direct(at)[1:] == [_LATER[0]]
        (body,) = [b for c, _, b in at.channels.messages if c == DIRECT and "embeds" in b]
        assert body["content"] == f"📌 More on: {BRIDGE}"
        assert body["allowed_mentions"] == {"parse": []}
        ids = [one.get("custom_id") for row in body["components"] for one in row["components"]]
        assert f"unfollow:{await number_of(at, BRIDGE)}" in ids
        assert set(at.channels.titles_in(CHANNEL)) == {_LATER[0], "Bakers of the town meet"}


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
        assert direct(at) == [_LATER[0]]
        at.wait(2 * DAY)
        await at.newsroom.deliver_due()
        assert direct(at) == [_LATER[0]]


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
        assert direct(at) == [_LATER[0]]


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
            await at.newsroom.unsubscribe(CHANNEL, "town")
            clock.append(at.now[0])
            channels.lost_answers = 1
            await at.newsroom.deliver_due()

    with pytest.raises(ExceptionGroup) as died:
        await dies()
    assert died.group_contains(LostAnswerError)
    channels.remembers = False
    async with desk(tmp_path, channels=channels, now=clock[0] + HOUR) as at:
        await at.newsroom.deliver_due()
        assert direct(at)[1:] == [_LATER[0]]
        assert channels.looked_up == 1
        assert [state for state, _ in await became(at)] == [DeliveryState.SENT]


async def test_more_than_five_a_day_are_left_out_and_say_so(tmp_path: Path) -> None:
    # A name is rare among many: eight of 600.
    async with followed(tmp_path, size=600) as at:
        await follow(at)
        await brings(at, *range(len(_LATER)))
        await at.newsroom.deliver_due()
        assert len(direct(at)) - 1 == MOST_A_DAY
        left = [one for one in await became(at) if one[0] is DeliveryState.FILTERED]
        assert left == [(DeliveryState.FILTERED, TOO_MANY)] * (len(_LATER) - MOST_A_DAY)


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
        number = await number_of(at, _LATER[0])
        # The post's own number names the same follow.
        assert await at.newsroom.follows.end_story(MEMBER, number) is not None
        assert await at.newsroom.follows.end_story(MEMBER, number) is None
        await at.newsroom.deliver_due()
        assert direct(at)[1:] == []
        assert direct(at, OTHER)[1:] == [_LATER[0]]
        assert await became(at) == []


async def test_following_twice_and_more_than_there_may_be_is_told(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        number = await number_of(at, BRIDGE)
        await follow(at)
        again = await at.newsroom.follows.story(MEMBER, number)
        assert isinstance(again, Following)
        assert again.already
        assert await at.newsroom.follows.story(MEMBER, 999_999) == StoryGone()

        async def fill(tx: Tx) -> None:
            for other in range(MOST_STORIES - 1):
                made = Follow(0, MEMBER, DIRECT, 10_000 + other, "x", at.now[0], at.now[0] + DAY)
                await tx.follows.add(made, ())

        await at.store.write(fill)
        other = await number_of(at, "Filler 3 of the day")
        assert await at.newsroom.follows.story(MEMBER, other) == TooManyStories(MOST_STORIES)


async def test_a_servers_own_stories_are_told_to_nobody_elsewhere(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        known = (await follow(at)).story_id

        async def own(tx: Tx) -> list[str]:
            await tx._connection.execute(
                "INSERT INTO own_topic VALUES ('region', ?, 'Region', '', 0, 0)", [GUILD]
            )
            found = [await tx.follows.open_topics(["region"], 999_999)]
            found += [await tx.follows.open_topics(["region", "town"], 999_999)]
            found += [await tx.follows.open_topics(["region"], known)]
            return [", ".join(topics) for topics in found]

        assert REGION.name == "region"
        # The story came by a feed that is in that topic, too: whoever follows it has seen it there.
        assert await at.store.write(own) == ["", "town", "region"]


async def test_all_that_is_kept_of_a_member_goes_when_they_ask(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.follows.topic(MEMBER, TOWN)
        await follow(at)
        await follow(at, member=OTHER)
        await brings(at, 0)
        assert await became(at)
        await at.newsroom.follows.forget(MEMBER)
        assert not await at.newsroom.follows.of(MEMBER)
        assert await became(at) == []
        assert len((await at.newsroom.follows.of(OTHER)).stories) == 1
        assert len(await became(at, OTHER + 1_000)) == 1


async def test_a_feed_is_read_for_those_alone_who_follow_a_story_of_it(tmp_path: Path) -> None:
    async with followed(tmp_path) as at:
        await at.newsroom.unsubscribe(CHANNEL, "town")
        assert await at.store.read(lambda tx: tx.feeds.watched()) == []
        await follow(at)
        await brings(at, 0)
        assert direct(at)[1:] == [_LATER[0]]
