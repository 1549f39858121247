"""The newsroom, from a feed's document to what stands in channels."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    ExplainedStory,
    Explainer,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Material,
    SectionName,
    Validators,
)
from bot.newsroom import AlreadySubscribed, Asker, NoStory, Subscribed, TooMany, UnknownTopic
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    OTHER,
    OTHER_CHANNEL,
    START,
    TOWN,
    desk,
    story,
)

_WHY = "<h2>Why it matters</h2><p>Because 4,000 people cross it every day.</p>"


async def test_the_first_poll_posts_nothing_but_fills_latest(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Bridge", at.now[0] - HOUR, content=_WHY))
        await at.poll()
        assert at.channels.titles == []
        latest = await at.newsroom.latest("town")
        assert isinstance(latest, ExplainedStory)
        assert latest.story.article.title == "Bridge"
        assert list(latest.explainer.sections) == [SectionName.WHY]


async def test_a_new_story_is_posted_once_however_often_it_is_seen(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        for _ in range(3):
            at.web.tells(FEED, story("Bridge"), story("Old"), etag=str(at.now[0]))
            await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_a_feed_that_was_empty_does_not_lose_its_first_story(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED)
        await at.poll()
        at.web.tells(FEED, story("First"))
        await at.poll()
        assert at.channels.titles == ["First"]


async def test_a_feed_that_failed_at_first_posts_what_is_dated_since(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.answers[FEED] = FetchFailed("The site answered 503.")
        await at.poll()
        at.web.tells(FEED, story("First", at.now[0]), story("Archive", START - DAY))
        await at.poll()
        assert at.channels.titles == ["First"]


async def test_news_from_before_a_subscription_is_not_posted_to_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED, story("Old", at.now[0]))
        await at.newsroom.latest("town")
        at.wait(DAY)
        between = at.now[0]
        at.wait(HOUR)
        await at.subscribe()
        at.web.tells(FEED, story("Between", between), story("Old", START))
        await at.poll()
        at.web.tells(FEED, story("After", at.now[0]), story("Between", between))
        await at.poll()
        assert at.channels.titles == ["After"]


async def test_an_edited_entry_changes_its_article_and_is_not_posted_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge", teaser="It is voted for."), story("Old"))
        await at.poll()
        edited = story("Bridge", teaser="It is voted for, and opens in May.", content=_WHY)
        at.web.tells(FEED, edited, story("Old"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]
        latest = await at.newsroom.latest("town")
        assert isinstance(latest, ExplainedStory)
        assert latest.story.article.teaser.startswith("It is voted for, and opens in May.")
        assert SectionName.WHY in latest.explainer.sections, "the explainer was made anew"


async def test_the_same_page_in_two_feeds_is_one_story_and_one_post(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe("region")
        at.web.tells(FEED, story("Old"))
        at.web.tells(OTHER, story("Older"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        at.web.tells(OTHER, story("Bridge"), story("Older"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_a_channel_with_two_topics_gets_a_story_of_both_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe("town")
        await at.subscribe("region")
        await at.subscribe("region", OTHER_CHANNEL)
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles_in(CHANNEL) == ["Bridge"]
        assert at.channels.titles_in(OTHER_CHANNEL) == ["Bridge"]


async def test_a_burst_becomes_one_digest_and_none_of_it_is_lost(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, *(story(f"Old {n}") for n in range(20)))
        await at.poll()
        now = at.now[0]
        news = [story(f"News {n}", now + n * MINUTE) for n in range(8)]
        at.web.tells(FEED, *reversed(news), *(story(f"Old {n}") for n in range(12)))
        await at.poll()
        assert at.channels.titles == []
        at.wait(5 * MINUTE)
        await at.newsroom.deliver_due()
        assert at.channels.titles == ["📰 News in brief: 8 stories"]
        assert all(f"News {n}" in str(at.channels.messages) for n in range(8))


async def test_validators_are_sent_back_and_move_even_when_the_body_is_the_same(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"), etag='W/"1"')
        await at.poll()
        at.web.tells(FEED, story("Old"), etag='"2"')
        await at.poll()
        del at.web.answers[FEED]
        await at.poll()
        asked = [validators for _, validators in at.web.asked]
        assert asked == [Validators(), Validators(etag='W/"1"'), Validators(etag='"2"')]


async def test_a_document_that_is_no_feed_keeps_the_validators_and_says_so(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"), etag='"1"')
        await at.poll()
        page = b"<!doctype html><html><body>Down for repairs</body></html>"
        at.web.answers[FEED] = Fetched(page, FEED, "text/html", Validators(etag='"page"'))
        await at.poll()
        (listed,) = await at.newsroom.subscriptions(GUILD)
        assert listed.health[0].fails
        assert listed.health[0].feed.failures == 1
        assert "web page" in (listed.health[0].feed.error or "")
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.web.asked[-1][1] == Validators(etag='"1"')
        assert at.channels.titles == ["Bridge"]
        (listed,) = await at.newsroom.subscriptions(GUILD)
        assert listed.health[0].feed.error is None


async def test_one_bad_feed_holds_up_nobody_else(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe("region")
        at.web.answers[OTHER] = FetchFailed("The site answered 500.")
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_subscribing_twice_says_so_and_an_unknown_topic_too(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        assert isinstance(await at.subscribe(), Subscribed)
        assert isinstance(await at.subscribe(), AlreadySubscribed)
        assert await at.subscribe("chess") == UnknownTopic("chess")
        assert await at.newsroom.latest("chess") == UnknownTopic("chess")


async def test_a_server_can_not_have_more_than_a_hundred_subscriptions(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for channel in range(100):
            assert isinstance(await at.subscribe(channel=100 + channel), Subscribed)
        assert await at.subscribe() == TooMany(100, in_channel=False)


async def test_unsubscribing_takes_back_what_was_due(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        at.wait(24 * HOUR)
        await at.newsroom.poll_due()
        ended = await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
        assert ended is not None
        assert await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER) is None
        await at.newsroom.deliver_due()
        assert at.channels.titles == []


async def test_latest_says_why_there_is_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.answers[FEED] = FetchFailed("The site answered 500.")
        answer = await at.newsroom.latest("town")
        assert isinstance(answer, NoStory)
        assert answer.health[0].feed.error == "The site answered 500."


async def test_latest_asks_a_feed_again_only_after_a_while(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED, story("Bridge"))
        for _ in range(3):
            await at.newsroom.latest("town")
        assert len(at.web.asked) == 1
        at.wait(15 * MINUTE)
        await at.newsroom.latest("town")
        assert len(at.web.asked) == 2


async def test_latest_prefers_the_newest_story_that_can_be_explained(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        now = at.now[0]
        at.web.tells(FEED, story("Bare", now), story("Explained", now - HOUR, content=_WHY))
        latest = await at.newsroom.latest("town")
        assert isinstance(latest, ExplainedStory)
        assert latest.story.article.title == "Explained"


async def test_latest_without_a_topic_is_of_what_the_channel_gets(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED, story("Town story"))
        at.web.tells(OTHER, story("Region story"))
        await at.subscribe("region")
        latest = await at.newsroom.latest(None, Asker(MEMBER, GUILD), channel_id=CHANNEL)
        assert isinstance(latest, ExplainedStory)
        assert {url for url, _ in at.web.asked} == {FEED, OTHER}


async def test_a_restart_polls_nothing_early_and_forgets_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.newsroom.poll_due()
    async with desk(tmp_path, now=START + MINUTE) as at:
        await at.newsroom.poll_due()
        assert at.web.asked == []
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_a_bug_in_a_loop_ends_the_newsroom_with_its_reason(tmp_path: Path) -> None:
    class BugError(Exception):
        pass

    async def broken(url: str, validators: Validators, _: int) -> FetchOutcome:
        raise BugError(url, validators)

    async def live() -> None:
        async with desk(tmp_path, fetch=broken) as at:
            at.newsroom.start()
            await at.subscribe()
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as ended:
        await live()
    assert ended.group_contains(BugError)


async def test_a_story_that_can_not_be_explained_is_posted_without(tmp_path: Path) -> None:
    async def broken(material: Material, *_: object, **__: object) -> Explainer:
        raise RecursionError(material.article.title)

    async with desk(tmp_path, explain=broken) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge", content=_WHY), story("Old"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_a_feed_that_joins_a_topic_later_posts_nothing_of_what_it_holds(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, topics=(replace(TOWN, feeds=()),)) as at:
        await at.subscribe()
    async with desk(tmp_path, now=START + 30 * DAY) as at:
        yesterday = at.now[0] - DAY
        at.web.tells(FEED, *(story(f"Yesterday {n}", yesterday) for n in range(12)))
        await at.poll()
        assert at.channels.titles == []
        at.web.tells(FEED, story("Bridge", at.now[0]), story("Yesterday 0", yesterday))
        await at.poll()
        assert at.channels.titles == ["Bridge"]


async def test_a_correction_while_a_story_is_explained_is_not_lost(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.web.tells(FEED, story("Bridge", at.now[0], content=_WHY))
        await at.newsroom.latest("town")
        (told,) = await at.store.read(lambda tx: tx.stories.newest(["town"], 1))
        at.wait(HOUR)
        at.web.tells(FEED, story("Bridge", START, content=_WHY.replace("4,000", "40,000")))
        await at.newsroom.latest("town")
        stale = Explainer()
        await at.store.write(lambda tx: tx.stories.keep_explainer(told, stale, at.now[0]))
        now_told = await at.newsroom.explained(told.id)
        assert now_told is not None
        assert "40,000" in str(now_told.explainer)


async def test_a_story_of_a_new_database_never_has_an_old_ones_id(tmp_path: Path) -> None:
    ids: list[int] = []
    for name, now in (("old", START), ("new", START + DAY)):
        (tmp_path / name).mkdir()
        async with desk(tmp_path / name, now=now) as at:
            at.web.tells(FEED, *(story(f"Story {n}", now) for n in range(5)))
            await at.newsroom.latest("town")
            found = await at.store.read(lambda tx: tx.stories.newest(["town"], 9))
            ids.extend(story.id for story in found)
    assert len(set(ids)) == 10


async def test_a_fact_that_changes_is_kept_and_one_that_does_not_is_left(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        told = ["1"]
        at.newsroom.keep_fact("count", lambda: told[0])
        await at.newsroom._facts.keep()
        await at.newsroom.keep_note("count", "changed elsewhere")
        await at.newsroom._facts.keep()
        assert await at.newsroom.note("count") == "changed elsewhere"
        told[0] = "2"
        await at.newsroom._facts.keep()
        assert await at.newsroom.note("count") == "2"
