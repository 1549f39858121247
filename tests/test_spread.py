"""When posts are published to the followers of their channel."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.spread import AN_HOUR, MOST_TRIES, again_at, free_at
from bot.models import DAY, HOUR, MINUTE, Flow, Millis, Rejected, RetryLater
from tests.newsdesk import CHANNEL, FEED, Channels, Desk, desk, story

NOW: Millis = 1_760_000_000_000


@given(st.lists(st.integers(0, 20 * MINUTE), min_size=1, max_size=60))
def test_never_more_than_ten_are_published_within_an_hour(gaps: list[Millis]) -> None:
    now, published = NOW, list[Millis]()
    for gap in gaps:
        now = max(now + gap, free_at(published, now + gap))
        assert free_at(published, now) <= now
        published.append(now)
    assert all(
        late - early > HOUR for early, late in zip(published, published[AN_HOUR:], strict=False)
    )


def test_a_clock_that_was_set_back_does_not_open_the_way() -> None:
    assert free_at([NOW + DAY] * AN_HOUR, NOW) > NOW


def test_what_fails_is_tried_again_less_and_less_often_until_it_is_no_news() -> None:
    failed = RetryLater("Discord can't take it.")
    first, second = again_at(failed, 0, NOW), again_at(failed, 1, NOW)
    assert first is not None
    assert second is not None
    assert second - NOW == 2 * (first - NOW)
    assert again_at(RetryLater("Patience.", HOUR), 0, NOW) == NOW + HOUR
    assert again_at(failed, MOST_TRIES, NOW) is None


async def _posts(at: Desk, *, publishes: bool = True) -> None:
    await at.subscribe()
    flow = Flow(publishes=publishes)
    await at.store.write(lambda tx: tx.subscriptions.set_flow(CHANNEL, "town", flow))
    at.web.tells(FEED, story("Old"))
    await at.poll()
    at.web.tells(FEED, story("Bridge"), story("Old"))
    await at.poll()


async def test_a_post_is_published_where_the_subscription_wants_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await _posts(at)
        await at.newsroom.publish_due()
        posted = [n for n, title in enumerate(at.channels.titles) if title == "Bridge"]
        assert (CHANNEL, posted[0]) in at.channels.spreads
        before = list(at.channels.spreads)
        await at.newsroom.publish_due()
        assert at.channels.spreads == before


async def test_nothing_is_published_that_nobody_wants_published(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await _posts(at, publishes=False)
        await at.newsroom.publish_due()
        assert at.channels.spreads == []


async def test_publishing_waits_for_discord(tmp_path: Path) -> None:
    channels = Channels(spread_refusals=[RetryLater("Patience.", HOUR, refused=True)])
    async with desk(tmp_path, channels=channels) as at:
        await _posts(at)
        await at.newsroom.publish_due()
        assert channels.spreads == []
        at.wait(HOUR)
        await at.newsroom.publish_due()
        assert channels.spreads != []


async def test_what_discord_will_not_publish_is_given_up(tmp_path: Path) -> None:
    channels = Channels(spread_refusals=[Rejected("This is no announcement channel.")] * 2)
    async with desk(tmp_path, channels=channels) as at:
        await _posts(at)
        await at.newsroom.publish_due()
        channels.spread_refusals = []
        at.wait(DAY)
        await at.newsroom.publish_due()
        assert channels.spreads == []
