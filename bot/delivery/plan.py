"""Pure: which stories fall due in which channels, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.delivery import budget, filters
from bot.delivery.hours import clock, next_at, next_hourly, quiet_until
from bot.delivery.nonces import nonce_of
from bot.models import (
    MINUTE,
    SECOND,
    Article,
    Change,
    Delivery,
    DeliveryState,
    Feed,
    Flow,
    Millis,
    Pace,
    Standing,
    Subscription,
    Waiting,
)
from bot.models.said import said

BURST = 5
BURST_WINDOW: Millis = 15 * MINUTE
"""This many stories go out in a channel as posts of their own within this time."""
BACKLOG_WAIT: Millis = 5 * MINUTE
"""How long what is more than that is collected for one digest."""

QUIET = said("Held: quiet hours until {at}.")
PROOF = said("It is the newest story, and shows what a new subscription brings.")
BACKLOG = said("Held: many stories came at once; they go out as one digest.")
_HOURLY = said("Held for the digest of {at} (hourly).")
_DAILY = said("Held for the digest of {at} (daily).")
_RANKS = {
    DeliveryState.PENDING: 0,
    DeliveryState.HELD: 1,
    DeliveryState.PARKED: 2,
    DeliveryState.FILTERED: 3,
}


Known = Mapping[tuple[int, int], Waiting | None]
"""Deliveries that are written down, by story and channel; None: it is done, or under way."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A story that a poll has brought and that is news."""

    story_id: int
    dated: Millis | None
    """When the feed says that it was published; None where it does not say."""
    topics: Mapping[str, Millis]
    """The topics of the feed that brought it, with when it joined each of them."""
    articles: tuple[Article, ...] = ()
    """What is known of it: first the article that it is shown by."""

    @property
    def publishers(self) -> int:
        """How many publishers tell it."""
        return len({article.publisher.strip().casefold() for article in self.articles} - {""})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written down."""

    due: list[tuple[Delivery, Millis]] = field(default_factory=list)
    """New deliveries, each with the time it falls due."""
    changes: list[Change] = field(default_factory=list)
    """What becomes of some that were planned before, in one of the same channels."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a story in a channel."""

    state: DeliveryState
    due_at: Millis
    reason: str | None = None

    @property
    def rank(self) -> tuple[int, Millis]:
        """Order verdicts: the sooner it goes out, the less."""
        return _RANKS[self.state], self.due_at


@dataclass(frozen=True, slots=True)
class _Option:
    """A story by one of the subscriptions that want it."""

    subscription: Subscription
    verdict: Verdict


def plan(
    arrivals: Sequence[Arrival],
    feed: Feed,
    subscriptions: Iterable[Subscription],
    now: Millis,
    *,
    standings: Mapping[int, Standing] | None = None,
    known: Known | None = None,
) -> Plan:
    """Return the deliveries of these stories, each with the time it falls due.

    `feed` is the feed as it was before this poll. The first document after somebody subscribed, or
    after the feed joined the topic, is a baseline: it can't be told what was in it before, so only
    what is dated since then is posted from it. A channel that has two topics with the same story
    gets it once, by the one that sends it soonest.

    `standings` are the channels' own, by id. `known` are the deliveries of these stories: what is
    still held, or was filtered, may go out sooner by what has come now.
    """
    stories = _merged(arrivals)
    planned, known = Plan(), known or {}
    for channel_id, wanting in _by_channel(subscriptions).items():
        candidates = [s for s in stories if _is_open(known, s.story_id, channel_id)]
        options = _options(candidates, feed, wanting, now)
        standing = (standings or {}).get(channel_id, _EMPTY)
        for story_id, option in _choose(options, standing, now):
            before = known.get((story_id, channel_id))
            if before is None:
                planned.due.append(_delivery(story_id, option, now))
            elif option.verdict.rank < (_RANKS[before.state], before.due_at):
                planned.changes.append(_change(before, option))
    return planned


_EMPTY = Standing()


def _merged(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Take those that are of one story as one."""
    merged: dict[int, Arrival] = {}
    for arrival in arrivals:
        if (other := merged.get(arrival.story_id)) is not None:
            dates = [date for date in (other.dated, arrival.dated) if date is not None]
            articles = tuple(dict.fromkeys((*other.articles, *arrival.articles)))
            arrival = replace(other, dated=max(dates, default=None), articles=articles)  # noqa: PLW2901  # it takes the other's place
        merged[arrival.story_id] = arrival
    return list(merged.values())


def _by_channel(subscriptions: Iterable[Subscription]) -> dict[int, list[Subscription]]:
    channels: dict[int, list[Subscription]] = {}
    for subscription in subscriptions:
        channels.setdefault(subscription.channel_id, []).append(subscription)
    return channels


def _is_open(known: Known, story_id: int, channel_id: int) -> bool:
    """Tell whether it is still to be decided, or may be again, what becomes of a story."""
    key = (story_id, channel_id)
    if key not in known:
        return True
    waiting = known[key]
    return (
        waiting is not None
        and waiting.state in {DeliveryState.HELD, DeliveryState.FILTERED}
        and not waiting.doubtful
        and not waiting.in_digest
    )


def _options(
    stories: Sequence[Arrival], feed: Feed, subscriptions: Sequence[Subscription], now: Millis
) -> list[tuple[Arrival, list[_Option]]]:
    """List the stories that a channel wants, with what each of its subscriptions makes of them."""
    listed = []
    for story in stories:
        found = [
            _Option(subscription, _verdict(story, subscription, now))
            for subscription in subscriptions
            if _is_wanted(story, feed, subscription, now)
        ]
        if found:
            listed.append((story, found))
    return listed


def _choose(
    options: Sequence[tuple[Arrival, list[_Option]]], standing: Standing, now: Millis
) -> list[tuple[int, _Option]]:
    """Decide what becomes of each story that one channel wants, in the stories' order."""
    chosen = _within_budgets(options, standing, now)
    singles = [s for s, option in chosen.items() if option.verdict.state is DeliveryState.PENDING]
    if singles and (standing.digest_at is not None or standing.posts + len(singles) > BURST):
        for story_id in singles:
            chosen[story_id] = _into_backlog(chosen[story_id], standing, now)
    return [(story.story_id, chosen[story.story_id]) for story, _ in options]


def _is_wanted(arrival: Arrival, feed: Feed, subscription: Subscription, now: Millis) -> bool:
    joined = arrival.topics.get(subscription.topic)
    if joined is None:
        return False
    since = max(subscription.created_at, joined)
    if feed.succeeded_at is not None and feed.succeeded_at >= since:
        return True
    # This document is the baseline. Feeds date by the second; a date ahead of now says nothing.
    return arrival.dated is not None and since // SECOND * SECOND <= arrival.dated <= now


def _verdict(story: Arrival, subscription: Subscription, now: Millis) -> Verdict:
    """Return what one subscription makes of a story, but for its budget and for bursts."""
    flow = subscription.flow
    kept_out = filters.refusal(story.articles, flow.filters)
    if kept_out is not None:
        return Verdict(DeliveryState.FILTERED, now, kept_out)
    if subscription.paused_reason is not None:
        return Verdict(DeliveryState.PARKED, now, subscription.paused_reason)
    return paced(flow, subscription.channel_id, now)


def paced(flow: Flow, channel_id: int, now: Millis) -> Verdict:
    """Return when a story goes out by a flow's pace and quiet hours, however many there are."""
    if flow.pace is Pace.HOURLY:
        at = next_hourly(channel_id, now)
        return held(flow, at, said(_HOURLY, at=clock(at, flow.zone)))
    if flow.pace is Pace.DAILY:
        at = next_at(flow.digest_at, flow.zone, now)
        return held(flow, at, said(_DAILY, at=clock(at, flow.zone)))
    if quiet_until(flow.quiet, flow.zone, now) is not None:
        return held(flow, now, "")
    return Verdict(DeliveryState.PENDING, now)


def held(flow: Flow, due_at: Millis, reason: str) -> Verdict:
    """Hold a story for a digest that is due then, or when the quiet hours end that it is then."""
    end = quiet_until(flow.quiet, flow.zone, due_at)
    if end is not None:
        due_at, reason = end, said(QUIET, at=clock(end, flow.zone))
    return Verdict(DeliveryState.HELD, due_at, reason)


def _within_budgets(
    options: Sequence[tuple[Arrival, list[_Option]]], standing: Standing, now: Millis
) -> dict[int, _Option]:
    """Choose by which subscription each story goes out; the best have the budgets first."""
    spent = dict(standing.today)
    chosen = {}
    for story, found in sorted(options, key=_merit, reverse=True):
        affordable = [_afforded(option, spent, story.publishers, now) for option in found]
        best = min(affordable, key=lambda option: option.verdict.rank)
        chosen[story.story_id] = best
        if best.verdict.state is DeliveryState.PENDING:
            topic = best.subscription.topic
            spent[topic] = spent.get(topic, 0) + 1
    return chosen


def _merit(option: tuple[Arrival, list[_Option]]) -> tuple[int, Millis]:
    story, _ = option
    return story.publishers, story.dated or 0


def _afforded(option: _Option, spent: Mapping[str, int], publishers: int, now: Millis) -> _Option:
    """Hold a story for the day's digest where its subscription's budget has no room for it."""
    if option.verdict.state is not DeliveryState.PENDING:
        return option
    flow = option.subscription.flow
    reason = budget.refusal(flow, spent.get(option.subscription.topic, 0), publishers, now)
    if reason is None:
        return option
    at = next_at(flow.digest_at, flow.zone, now)
    return replace(option, verdict=held(flow, at, reason))


def _into_backlog(option: _Option, standing: Standing, now: Millis) -> _Option:
    due_at = now + BACKLOG_WAIT if standing.digest_at is None else max(standing.digest_at, now)
    return replace(option, verdict=held(option.subscription.flow, due_at, BACKLOG))


def _change(before: Waiting, option: _Option) -> Change:
    verdict = option.verdict
    return Change(
        before.id, option.subscription.topic, verdict.state, verdict.due_at, verdict.reason
    )


def proof(subscription: Subscription, story_id: int, now: Millis) -> tuple[Delivery, Millis]:
    """Return the delivery of the one story that a new subscription begins with.

    It is due now, whatever the pace, the hour and the filters: who has just subscribed looks.
    """
    verdict = Verdict(DeliveryState.PENDING, now, PROOF)
    return _delivery(story_id, _Option(subscription, verdict), now)


def nonce(channel_id: int, story_id: int, now: Millis) -> str:
    """Return the nonce of a story's message in a channel.

    It names the channel, since Discord remembers nonces by author, and the time, since story ids
    begin anew with a new database.
    """
    return nonce_of(channel_id, story_id, now)


def _delivery(story_id: int, option: _Option, now: Millis) -> tuple[Delivery, Millis]:
    subscription, verdict = option.subscription, option.verdict
    delivery = Delivery(
        id=0,
        story_id=story_id,
        channel_id=subscription.channel_id,
        guild_id=subscription.guild_id,
        topic=subscription.topic,
        nonce=nonce(subscription.channel_id, story_id, now),
        state=verdict.state,
        reason=verdict.reason,
    )
    return delivery, verdict.due_at
