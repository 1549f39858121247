"""Digests, from what was held back to the message in the channel and what the store knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery.backlog import OFFLINE
from bot.delivery.plan import nonce
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    Change,
    Delivery,
    DeliveryState,
    Flow,
    Forbidden,
    Millis,
    Pace,
    QuietHours,
    Rejected,
    RetryLater,
)
from bot.store import Tx
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    Channels,
    Desk,
    LostAnswerError,
    desk,
    story,
)

REFUSED = Rejected("Discord's filter refuses it.")


async def hold(at: Desk, *titles: str, channel: int = CHANNEL) -> None:
    """Let a channel have held these stories, which are due now."""
    await at.subscribe(channel=channel)
    at.web.tells(FEED, *(story(title) for title in titles))
    await at.poll()
    at.channels.messages.clear()

    async def plan(tx: Tx) -> None:
        stories = await tx.stories.newest(["town"], 50)
        wanted = [s for s in reversed(stories) if s.article.title in titles]
        rows = [
            Delivery(0, s.id, channel, "town", nonce(channel, s.id, -1), GUILD, DeliveryState.HELD)
            for s in wanted
        ]
        for row in rows:
            await tx._connection.execute("DELETE FROM delivery WHERE story_id = ?", [row.story_id])
        await tx.deliveries.add([(row, at.now[0]) for row in rows], at.now[0])

    await at.store.write(plan)


async def states(at: Desk, channel: int = CHANNEL) -> list[tuple[bool, str]]:
    found = await at.store.read(lambda tx: tx.deliveries.in_channel(channel))
    return [(d.is_digest, d.state.value) for d in found]


async def test_what_was_held_goes_out_in_one_message(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel", "Ferry")
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1
        shown = str(at.channels.messages[0][2])
        assert all(title in shown for title in ("Bridge", "Tunnel", "Ferry"))
        assert await states(at) == [(False, "sent")] * 3 + [(True, "sent")]
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1


async def test_a_single_held_story_goes_out_as_a_post(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge")
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge"]
        assert await states(at) == [(False, "sent")]


async def test_a_channel_can_have_two_digests_at_the_same_time_of_the_clock(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        moment = at.now[0]
        await at.newsroom.deliver_due()
        await hold(at, "Ferry", "Canal")
        at.now[0] = moment
        at.channels.messages.clear()
        await at.store.write(lambda tx: tx._connection.execute("UPDATE delivery SET due_at = 0"))
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["📰 News in brief: 2 stories"]


async def test_what_is_held_for_later_waits(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        at.now[0] -= MINUTE
        await at.newsroom.deliver_due()
        assert at.channels.messages == []
        at.wait(MINUTE)
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1


async def test_the_digest_of_a_day_says_so_and_mentions_the_role_of_its_subscription(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        flow = Flow(pace=Pace.DAILY, mention=77)
        await at.store.write(lambda tx: tx.subscriptions.set_flow(CHANNEL, "town", flow))
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["📰 Today: 2 stories"]
        assert at.channels.mentions == [77]


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("Held: quiet hours until 07:00.", "📰 During quiet hours: 2 stories"),
        (OFFLINE, "📰 While I was away: 2 stories"),
        ("Held: today's budget of 5 posts is spent.", "📰 News in brief: 2 stories"),
    ],
)
async def test_a_digest_is_named_by_what_its_stories_were_held_for(
    tmp_path: Path, reason: str, title: str
) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        await at.store.write(
            lambda tx: tx._connection.execute("UPDATE delivery SET reason = ?", [reason])
        )
        await at.newsroom.deliver_due()
        assert at.channels.titles == [title]


@pytest.mark.parametrize("nonces", ["remembered", "forgotten"])
async def test_a_digest_whose_answer_was_lost_is_found_and_not_sent_again(
    tmp_path: Path, nonces: str
) -> None:
    channels = Channels(remembers=nonces == "remembered")
    later: list[Millis] = []

    async def live() -> None:
        async with desk(tmp_path, channels=channels) as at:
            await hold(at, "Bridge", "Tunnel")
            channels.lost_answers = 1
            later.append(at.now[0] + HOUR)
            await at.newsroom.deliver_due()

    with pytest.raises(ExceptionGroup) as died:
        await live()
    assert died.group_contains(LostAnswerError)
    async with desk(tmp_path, channels=channels, now=later[0]) as at:
        await at.newsroom.deliver_due()
        assert await states(at) == [(False, "sent")] * 2 + [(True, "sent")]
    assert len(channels.messages) == 1


async def test_one_story_that_discord_refuses_does_not_take_its_digest_with_it(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, channels=Channels(refuses="Bad")) as at:
        await hold(at, "One", "Two", "Bad", "Three", "Four")
        await at.newsroom.deliver_due()
        shown = str(at.channels.messages)
        assert all(title in shown for title in ("One", "Two", "Three", "Four"))
        assert "Bad" not in shown
        found = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
        told = [(d.state.value, d.reason) for d in found if not d.is_digest]
        assert min(told, key=str) == ("rejected", REFUSED.reason)
        assert [state for state, _ in told].count("sent") == 4


async def test_a_digest_waits_while_its_channel_is_paused_and_comes_after(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        at.channels.refusals = [Forbidden("I may not post here.")]
        await at.newsroom.deliver_due()
        assert at.channels.messages == []
        await at.subscribe()
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1
        assert "Bridge" in str(at.channels.messages)


async def test_a_digest_that_discord_can_not_take_now_goes_out_later(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        at.channels.refusals = [RetryLater("Patience.", MINUTE, refused=True)]
        await at.newsroom.deliver_due()
        assert at.channels.messages == []
        at.wait(MINUTE)
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1


async def test_stories_in_a_digest_can_be_asked_for_by_its_nonce(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        await at.newsroom.deliver_due()
        _, sent_with, _ = at.channels.messages[0]
        stories = await at.store.read(lambda tx: tx.digests.stories(sent_with))
        assert len(stories) == 2
        assert await at.store.read(lambda tx: tx.digests.stories("other")) == []


async def test_leaving_a_topic_takes_its_stories_out_of_a_digest_that_waits(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel")
        at.channels.refusals = [RetryLater("Patience.", MINUTE, refused=True)]
        await at.newsroom.deliver_due()
        await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        await at.subscribe()
        at.wait(MINUTE)
        await at.newsroom.deliver_due()
        assert at.channels.messages == []
        assert await states(at) == [(True, "rejected")]


# ── a database that was put back ─────────────────────────────────────────────────────────


async def test_a_backup_of_yesterday_repeats_no_post(tmp_path: Path) -> None:
    channels = Channels(remembers=False)
    backup = tmp_path / "backup.db"
    clock: list[Millis] = []
    async with desk(tmp_path, channels=channels) as at:
        clock = at.now
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
    backup.write_bytes((tmp_path / "news.db").read_bytes())
    news = [story("Ferry"), story("Tunnel"), story("Bridge"), story("Old")]
    async with desk(tmp_path, channels=channels, clock=clock) as at:
        at.web.tells(FEED, *news[1:])
        await at.poll()
        at.web.tells(FEED, *news)
        await at.poll()
    before = list(channels.titles)
    assert before[-3:] == ["Bridge", "Tunnel", "Ferry"]

    (tmp_path / "news.db").write_bytes(backup.read_bytes())
    async with desk(tmp_path, channels=channels, clock=clock) as at:
        at.wait(HOUR)
        at.web.tells(FEED, story("Fresh"), *news)
        await at.poll()
        at.wait(DAY)
        await at.newsroom.deliver_due()
        assert channels.titles == [*before, "Fresh"]


async def test_a_restart_with_the_same_database_looks_into_no_history(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        clock, channels = at.now, at.channels
    async with desk(tmp_path, channels=channels, clock=clock) as at:
        at.web.tells(FEED, story("Tunnel"), story("Bridge"), story("Old"))
        await at.poll()
        assert channels.titles[-1] == "Tunnel"
        assert channels.looked_up == 0


async def test_a_digest_leaves_out_what_was_shown_before_a_backup_was_put_back(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel", "Ferry")
        first, *_ = await at.store.read(lambda tx: tx.deliveries.in_channel(CHANNEL))
        await at.store.write(lambda tx: tx.deliveries.doubt(at.now[0] - HOUR))
        shown = await at.newsroom.explained(first.story_id or 0)
        assert shown is not None
        at.channels.show(CHANNEL, shown)
        await at.newsroom.deliver_due()
        _, told = at.channels.messages
        left = {"Bridge", "Tunnel", "Ferry"} - {shown.story.article.title}
        assert shown.story.article.title not in str(told)
        assert all(title in str(told) for title in left)


# ── a database that can't be written ─────────────────────────────────────────────────────


async def test_a_full_disk_loses_no_post_and_repeats_none(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        before = list(at.channels.titles)

        async def pages(tx: Tx, most: int | None) -> None:
            cursor = await tx._connection.execute("PRAGMA page_count")
            (count,) = await cursor.fetchone() or (0,)
            await tx._connection.execute(f"PRAGMA max_page_count = {most or count}")

        await at.store.write(lambda tx: pages(tx, None))
        many = [story(f"News {n}", content="<p>Long.</p>" * 400) for n in range(5)]
        at.web.tells(FEED, *many, story("Old"))
        await at.poll()
        assert at.channels.titles == before
        await at.store.write(lambda tx: pages(tx, 1_000_000))
        at.wait(HOUR)
        await at.poll()
        assert sorted(at.channels.titles) == sorted([*before, *(f"News {n}" for n in range(5))])


# ── what a hostile reader has found ──────────────────────────────────────────────────────


async def _dies_with_a_digest(tmp_path: Path, channels: Channels) -> list[Millis]:
    """Let a digest's answer be lost; return the clock."""
    clock: list[Millis] = []

    async def live() -> None:
        async with desk(tmp_path, channels=channels) as at:
            clock.extend(at.now)
            await hold(at, "Bridge", "Tunnel", "Ferry")
            clock[0] = at.now[0]
            channels.lost_answers = 1
            await at.newsroom.deliver_due()

    with pytest.raises(ExceptionGroup):
        await live()
    return clock


async def test_a_digest_that_can_not_be_proved_is_left_and_not_sent_in_parts(
    tmp_path: Path,
) -> None:
    channels = Channels(remembers=False, unreadable=True)
    clock = await _dies_with_a_digest(tmp_path, channels)
    async with desk(tmp_path, channels=channels, clock=clock) as at:
        at.wait(HOUR)
        await at.newsroom.deliver_due()
        assert len(channels.messages) == 1
        assert {state for _, state in await states(at)} == {"rejected"}
        at.wait(DAY)
        await at.newsroom.deliver_due()
        assert len(channels.messages) == 1


async def test_a_history_that_fails_once_lets_no_digest_out_unchecked(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, "Bridge", "Tunnel", "Ferry")
        await at.store.write(lambda tx: tx.deliveries.doubt(at.now[0] - HOUR))
        at.channels.history_failures = [RetryLater("Discord can't take it (503).")]
        await at.newsroom.deliver_due()
        assert at.channels.messages == []
        at.wait(HOUR)
        await at.newsroom.deliver_due()
        assert len(at.channels.messages) == 1


async def test_an_outage_of_discord_while_it_runs_becomes_one_digest(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await hold(at, *(f"News {number}" for number in range(20)))

        async def miss(tx: Tx) -> None:
            """Let each have fallen due when nothing could be sent."""
            found = await tx.deliveries.in_channel(CHANNEL)
            changes = [
                Change(d.id, d.topic, DeliveryState.PENDING, at.now[0] - (n + 1) * 5 * MINUTE, None)
                for n, d in enumerate(found)
            ]
            await tx.flows.change(changes, at.now[0])

        await at.store.write(miss)
        at.wait(MINUTE)
        await at.newsroom.deliver_due()
        titles = at.channels.titles
        assert "📰 While I was away: 18 stories" in titles
        assert len(titles) <= 3, "but for what is due since less than a quarter of an hour"


async def test_leaving_and_taking_a_topic_again_does_not_repeat_a_post_in_doubt(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, channels=Channels(remembers=False)) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.channels.swallows = 1
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles.count("Bridge") == 1
        await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        await at.subscribe()
        await at.newsroom.prove(CHANNEL, "town")
        at.wait(HOUR)
        await at.newsroom.deliver_due()
        assert at.channels.titles.count("Bridge") == 1


async def test_what_is_put_off_into_quiet_hours_waits_for_their_end(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        minute = at.now[0] // MINUTE % (24 * 60)
        hours = QuietHours((minute + 5) % 1440, (minute + 65) % 1440)
        at.channels.refusals = [RetryLater("Patience.", 10 * MINUTE, refused=True)]
        at.web.tells(FEED, story("Bridge"), story("Old"))
        at.wait(24 * 60 * MINUTE)
        await at.newsroom.poll_due()
        await at.store.write(
            lambda tx: tx.subscriptions.set_flow(CHANNEL, "town", Flow(quiet=hours))
        )
        await at.newsroom.deliver_due()
        at.wait(10 * MINUTE)
        await at.newsroom.deliver_due()
        assert "Bridge" not in at.channels.titles
        at.wait(60 * MINUTE)
        await at.newsroom.deliver_due()
        assert "Bridge" in at.channels.titles
