"""Pure: which stories fall due in which channels, and when."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.models import MINUTE, NEWS_AGE, SECOND, Delivery, Feed, Millis, Subscription

BURST = 5
BURST_PAUSE: Millis = 15 * MINUTE
"""Of one document, this many stories go out at once in a channel, and as many after each pause."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A story that a poll has brought and that is news."""

    story_id: int
    dated: Millis | None
    """When the feed says that it was published; None where it does not say."""
    topics: Mapping[str, Millis]
    """The topics of the feed that brought it, with when it joined each of them."""


def plan(
    arrivals: Sequence[Arrival],
    feed: Feed,
    subscriptions: Iterable[Subscription],
    now: Millis,
) -> list[tuple[Delivery, Millis]]:
    """Return the deliveries of these stories, each with the time it falls due.

    `feed` is the feed as it was before this poll. The first document after somebody subscribed, or
    after the feed joined the topic, is a baseline: it can't be told what was in it before, so only
    what is dated since then is posted from it. A paused subscription gets nothing. A channel that
    has two topics with the same story gets it once.
    """
    due = []
    for subscription in subscriptions:
        if subscription.paused_reason is not None:
            continue
        wanted = [a for a in arrivals if _is_wanted(a, feed, subscription, now)]
        for position, arrival in enumerate(wanted):
            wait = position // BURST * BURST_PAUSE
            due.append((_delivery(arrival, subscription, now, waiting=bool(wait)), now + wait))
    return due


def _is_wanted(arrival: Arrival, feed: Feed, subscription: Subscription, now: Millis) -> bool:
    joined = arrival.topics.get(subscription.topic)
    if joined is None:
        return False
    since = max(subscription.created_at, joined)
    if feed.succeeded_at is not None and feed.succeeded_at >= since:
        return True
    # This document is the baseline. Feeds date by the second; a date ahead of now says nothing.
    return arrival.dated is not None and since // SECOND * SECOND <= arrival.dated <= now


def resume(
    waiting: Iterable[tuple[int, Millis]], now: Millis
) -> Iterator[tuple[int, Millis | None]]:
    """Return when a channel's waiting deliveries fall due once it can be posted in again.

    Takes and gives delivery ids with due times, oldest first; None for one that fell due so long
    ago that it is no news any more. The others go out in bursts, as new stories do.
    """
    position = 0
    for delivery_id, due_at in waiting:
        if due_at < now - NEWS_AGE:
            yield delivery_id, None
        else:
            yield delivery_id, now + position // BURST * BURST_PAUSE
            position += 1


def nonce(channel_id: int, story_id: int, now: Millis) -> str:
    """Return the nonce of a story's message in a channel: 20 characters, Discord takes 25.

    It names the channel, since Discord remembers nonces by author, and the time, since story ids
    begin anew with a new database.
    """
    named = f"{channel_id}:{story_id}:{now}".encode()
    return base64.urlsafe_b64encode(hashlib.blake2b(named, digest_size=15).digest()).decode()


def _delivery(
    arrival: Arrival, subscription: Subscription, now: Millis, *, waiting: bool
) -> Delivery:
    return Delivery(
        id=0,
        story_id=arrival.story_id,
        channel_id=subscription.channel_id,
        guild_id=subscription.guild_id,
        topic=subscription.topic,
        nonce=nonce(subscription.channel_id, arrival.story_id, now),
        reason="waits its turn behind a burst of stories" if waiting else None,
    )
