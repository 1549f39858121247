"""How stories flow: the proof of a new subscription, changes of flows, and what a digest holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.plan import nonce
from bot.models import (
    DAY,
    HOUR,
    Delivery,
    DeliveryState,
    FetchFailed,
    Filters,
    Flow,
    Forbidden,
    Pace,
    QuietHours,
)
from bot.newsroom import Adjusted, NoStory, Proof, Subscribed
from bot.newsroom.subscribing import inherited
from bot.store import Tx
from tests.newsdesk import CHANNEL, FEED, GUILD, MEMBER, OTHER_CHANNEL, Desk, desk, story
from tests.town import open_town, text_of


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        yield opened


def tell(at: Desk, *titles: str) -> None:
    """Let the feed hold these stories, the newest first."""
    items = [story(title, at.now[0] - HOUR * (age + 1)) for age, title in enumerate(titles)]
    at.web.tells(FEED, *items)


async def prove(at: Desk, topic: str = "town", channel: int = CHANNEL) -> Proof | NoStory:
    proof = await at.newsroom.prove(channel, topic)
    await at.newsroom.deliver_due()
    return proof


# ── the proof ────────────────────────────────────────────────────────────────────────────


async def test_a_first_subscription_posts_exactly_one_story_however_often_it_is_asked_for(
    at: Desk,
) -> None:
    tell(at, "Bridge", "Ferry")
    await at.subscribe()
    assert [await prove(at) for _ in range(3)] == [Proof.POSTED] * 3
    assert at.channels.titles == ["Bridge"]
    await at.poll()
    assert at.channels.titles == ["Bridge"], "what the feed holds at first is not posted"


async def test_a_channel_that_had_the_topic_before_gets_no_second_proof(at: Desk) -> None:
    tell(at, "Bridge")
    await at.subscribe()
    await prove(at)
    await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
    at.wait(DAY)
    await at.subscribe()
    assert await prove(at) is Proof.KNOWN
    assert at.channels.titles == ["Bridge"]


async def test_what_stands_in_the_channel_for_another_topic_is_not_posted_again(at: Desk) -> None:
    tell(at, "Bridge", "Ferry")
    await at.subscribe()
    await prove(at)
    await at.subscribe("region")
    assert await prove(at, "region") is Proof.POSTED
    assert at.channels.titles == ["Bridge", "Ferry"], "the newest that it does not have"
    await at.subscribe("town", OTHER_CHANNEL)
    await prove(at, channel=OTHER_CHANNEL)
    assert at.channels.titles_in(OTHER_CHANNEL) == ["Bridge"]


async def test_a_channel_that_has_all_of_the_newest_stories_gets_no_proof(at: Desk) -> None:
    tell(at, "Bridge")
    await at.subscribe()
    await prove(at)
    await at.subscribe("region")
    assert await prove(at, "region") is Proof.KNOWN
    assert at.channels.titles == ["Bridge"]


async def test_without_a_story_there_is_nothing_to_prove_it_with(at: Desk) -> None:
    at.web.tells(FEED)
    await at.subscribe()
    assert isinstance(await prove(at), NoStory)
    at.web.answers[FEED] = FetchFailed("The site is down.")
    at.wait(DAY)
    proof = await prove(at)
    assert isinstance(proof, NoStory)
    assert proof.health[0].fails
    assert await prove(at, "region") is Proof.KNOWN, "what is not subscribed"


async def test_the_proof_comes_at_once_whatever_the_pace(at: Desk) -> None:
    tell(at, "Bridge")
    await at.newsroom.subscribe(
        guild_id=GUILD, channel_id=CHANNEL, topic="town", member_id=MEMBER, pace=Pace.DAILY
    )
    assert await prove(at) is Proof.POSTED
    assert at.channels.titles == ["Bridge"]


async def test_what_is_held_for_the_digest_meanwhile_is_no_proof(at: Desk) -> None:
    tell(at, "Bridge")
    await at.newsroom.subscribe(
        guild_id=GUILD, channel_id=CHANNEL, topic="town", member_id=MEMBER, pace=Pace.DAILY
    )
    # Dated since the subscription, so it is news already in the first document.
    at.web.tells(FEED, story("Ferry", at.now[0]), story("Bridge", at.now[0] - HOUR))
    assert await prove(at) is Proof.POSTED
    assert at.channels.titles == ["Bridge"]


async def test_a_proof_is_lost_to_no_crash(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        tell(at, "Bridge")
        await at.subscribe()
        assert await at.newsroom.prove(CHANNEL, "town") is Proof.POSTED
    async with desk(tmp_path) as at:
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["Bridge"]


# ── changes ──────────────────────────────────────────────────────────────────────────────


async def test_subscribing_a_paused_topic_resumes_it_with_what_was_asked_for(at: Desk) -> None:
    await at.subscribe()
    refused = "I may not post here."
    await at.store.write(lambda tx: tx.subscriptions.pause(CHANNEL, refused, at.now[0], 0))
    made = await at.newsroom.subscribe(
        guild_id=GUILD, channel_id=CHANNEL, topic="town", member_id=MEMBER, pace=Pace.HOURLY
    )
    assert isinstance(made, Subscribed)
    assert made.resumed
    assert made.subscription.flow.pace is Pace.HOURLY
    assert made.subscription.paused_reason is None


async def test_what_is_not_said_stays_as_it_is(at: Desk) -> None:
    async def subscribe(pace: Pace | None = None, mention: int | None = None) -> object:
        return await at.newsroom.subscribe(
            guild_id=GUILD,
            channel_id=CHANNEL,
            topic="town",
            member_id=MEMBER,
            pace=pace,
            mention=mention,
        )

    await subscribe(Pace.DAILY)
    made = await subscribe(mention=5)
    assert isinstance(made, Adjusted)
    assert made.subscription.flow == Flow(pace=Pace.DAILY, mention=5)


def test_a_new_topic_keeps_what_all_of_its_channel_agree_on() -> None:
    quiet = QuietHours(1, 2)
    one = Flow(Pace.DAILY, 5, 3, quiet, "Europe/Berlin", 60, Filters(words=("x",)), publishes=True)
    assert inherited([]) == Flow()
    assert inherited([one, replace(one, budget=None)]) == Flow(
        quiet=quiet, zone="Europe/Berlin", digest_at=60, publishes=True
    )
    assert inherited([one, Flow()]) == Flow()


# ── digests ──────────────────────────────────────────────────────────────────────────────


async def _held(at: Desk, count: int, channel_id: int = CHANNEL) -> str:
    """Let a channel have held so many stories, which are due; return the sent digest's nonce."""
    tell(at, *(f"Story {n}" for n in range(count)))
    await at.subscribe("town", channel_id)
    await at.newsroom.poll_due()

    async def hold(tx: Tx) -> None:
        held = [
            Delivery(
                0,
                s.id,
                channel_id,
                "town",
                nonce(channel_id, s.id, 1),
                GUILD,
                DeliveryState.HELD,
            )
            for s in await tx.stories.newest(["town"], count)
        ]
        await tx.deliveries.add([(one, at.now[0]) for one in held], at.now[0])

    await at.store.write(hold)
    await at.newsroom.deliver_due()
    (sent,) = at.channels.messages
    return sent[1]


async def test_a_digests_button_lists_all_of_its_stories_for_whoever_presses_it(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path) as town:
        name = await _held(town.desk, 80, town.channel.id)
        body = town.desk.channels.messages[0][2]
        post = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
        assert body["embeds"][0]["title"].endswith(": 80 stories")
        reply = await town.discord.press(town.ann, town.channel, post, f"digest:{name}")
        assert reply.ephemeral
        assert reply.acknowledged_after < 3
        listed = text_of(reply)
        page = 1
        while f"Page {page} of" in str(reply.body) and "More ▶" in str(reply.body):
            reply = await town.discord.press(town.ann, town.channel, reply, f"digest:{name}:{page}")
            assert reply.updated, "the list itself turns its page"
            listed += text_of(reply)
            page += 1
        assert page > 1
        assert all(f"[Story {n}](" in listed for n in range(80))


async def test_a_digest_is_not_listed_in_a_channel_that_it_was_not_sent_to(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        name = await _held(town.desk, 3, town.channel.id)
        elsewhere = town.discord.add_channel(town.ann.guild, "elsewhere")
        body = town.desk.channels.messages[0][2]
        forged = town.discord.world.store(elsewhere, town.discord.world.bot_id, body)
        said = text_of(await town.discord.press(town.ann, elsewhere, forged, f"digest:{name}"))
        assert "not kept any more" in said
        assert "Story 1" not in said


async def test_the_button_of_a_digest_that_is_forgotten_says_so(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        button = {"type": 2, "style": 2, "label": "All", "custom_id": "digest:gone"}
        body = {"content": "A post", "components": [{"type": 1, "components": [button]}]}
        post = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
        said = text_of(await town.discord.press(town.ann, town.channel, post, "digest:gone"))
        assert "not kept any more" in said


async def test_a_paused_subscription_says_that_it_goes_on_by_itself(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        town.desk.web.tells(FEED, story("Bridge"))
        await town.says("subscribe", topic="town")
        town.desk.channels.refusals.append(Forbidden("I may not post here."))
        await town.desk.newsroom.deliver_due()
        said = await town.says("subscriptions")
        assert "⏸️ Paused. I may not post here. It goes on by itself as soon as I may" in said
        assert "`/subscribe` it again" not in said
