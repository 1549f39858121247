"""Plans what is due: asks the store what planning has to know, and writes down what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.delivery import backlog
from bot.delivery.hours import day_of
from bot.delivery.plan import BACKLOG_WAIT, BURST_WINDOW, Arrival, plan
from bot.delivery.rollback import NOTE, Doubt
from bot.models import (
    NEWS_AGE,
    Change,
    DeliveryState,
    Feed,
    Millis,
    Standing,
    Subscription,
    Waiting,
)
from bot.store import Tx

ARTICLES = 10
"""How many articles of a story are looked at: more tell the planner nothing new."""
AT_ONCE = 200
"""How many subscriptions are planned for before others have their turn."""


async def plan_stories(
    tx: Tx,
    arrivals: Sequence[Arrival],
    feed: Feed,
    topics: Collection[str],
    *,
    joined: Collection[int],
    now: Millis,
) -> None:
    """Write down what is due because of these stories of a feed, which is in these topics.

    `joined` are those that were stored before, and have got another article.
    """
    articles = await tx.flows.articles(joined, ARTICLES)
    told = [replace(a, articles=tuple(articles.get(a.story_id, a.articles))) for a in arrivals]
    known = await tx.flows.known(joined)
    in_doubt = await doubt_since(tx, feed, now)
    for subscriptions in await tx.subscriptions.to_topics(topics, AT_ONCE):
        found = await standings(tx, subscriptions, now)
        planned = plan(told, feed, subscriptions, now, standings=found, known=known)
        due = planned.due
        if in_doubt is not None:
            due = [(replace(delivery, first_attempt_at=in_doubt), at) for delivery, at in due]
        await tx.deliveries.add(due, now)
        await tx.flows.change(planned.changes, now)


async def doubt_since(tx: Tx, feed: Feed, now: Millis) -> Millis | None:
    """Return since when a feed's news may have been posted without our knowing; None: it was not.

    That is so after an older database was put back.
    """
    doubt = Doubt.read(await tx.notes.get(NOTE), now)
    return doubt.since if doubt is not None and doubt.covers(feed) else None


async def go_on(tx: Tx, channel_id: int, now: Millis) -> None:
    """Let a channel's waiting stories go out once it can be posted in again."""
    await tx.digests.resume(channel_id, now, now - NEWS_AGE, backlog.TOO_OLD)
    waiting = await tx.flows.waiting(channel_id)
    if not waiting:
        return
    # What waits does not count as having gone out.
    await tx.flows.change((_parked(story) for story in waiting), now)
    subscriptions = await tx.subscriptions.in_channel(channel_id)
    found = await standings(tx, subscriptions, now)
    await tx.flows.change(backlog.resume(waiting, now, found.get(channel_id)), now)


def _parked(story: Waiting) -> Change:
    return Change(story.id, story.topic, DeliveryState.PARKED, story.due_at, None)


async def relieve(tx: Tx, now: Millis) -> int:
    """Make digests of what fell due while nothing could be posted; return of how many stories."""
    changes = list(backlog.relieve(await tx.flows.overdue(now - BURST_WINDOW), now))
    await tx.flows.change(changes, now)
    return len(changes)


async def standings(
    tx: Tx, subscriptions: Sequence[Subscription], now: Millis
) -> Mapping[int, Standing]:
    """Return how the channels of these subscriptions stand."""
    found = await standings_of(tx, {s.channel_id for s in subscriptions}, now)
    days: dict[tuple[Millis, Millis], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subscription in subscriptions:
        if subscription.flow.budget is not None:
            channels = days[day_of(subscription.flow.zone, now)]
            channels[subscription.channel_id].add(subscription.topic)
    for (begin, end), channels in days.items():
        posts = await tx.flows.posts(channels, begin, end)
        for channel_id, by_topic in posts.items():
            mine = {t: n for t, n in by_topic.items() if t in channels[channel_id]}
            before = found.get(channel_id, Standing())
            found[channel_id] = replace(before, today={**before.today, **mine})
    return found


async def standings_of(tx: Tx, channels: Collection[int], now: Millis) -> dict[int, Standing]:
    """Return how channels stand, but for what budgets have spent.

    After the clock was set back, what was planned just ahead of now counts as well.
    """
    return await tx.flows.standings(
        channels, now - BURST_WINDOW, now + BURST_WINDOW, now + BACKLOG_WAIT
    )
