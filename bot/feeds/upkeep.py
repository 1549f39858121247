"""Pure: what a poll makes of what is known of its feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.feeds import schedule
from bot.feeds.schedule import Timing
from bot.models import (
    Feed,
    FeedAddress,
    FeedDocument,
    Fetched,
    FetchFailed,
    Millis,
    Move,
    NotModified,
    Trouble,
    Validators,
)

READER = 1
"""Raise it when the same bytes are read as other entries: each feed is then read whole once."""
STRANGE = 8
"""A feed that is silent for so many of its usual gaps is silent for longer than it uses to be."""
MOVE_POLLS = 10
"""A permanent redirect is believed after so many polls running, and a week."""
_DEAD = frozenset({Trouble.MISSING, Trouble.GONE})


@dataclass(frozen=True, slots=True)
class Poll:
    """The circumstances of one poll."""

    began: Millis
    now: Millis
    shortest: Millis
    """The shortest time between two polls of a feed."""
    chance: float
    """In [0, 1), for jitter."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a document's entries were known and new."""

    known: int
    new: int
    unread: int = 0
    """How many of the known ones were not read, being as they were."""


def conditions(feed: Feed, poll: Poll) -> Validators:
    """Return the validators to ask with; none where the whole document is wanted.

    Which it is where another reader read the last one, and once a week where nothing but 304s came
    from a feed that is silent for much longer than it uses to be: some servers get stuck on an old
    date (FreshRSS 1020 and 5149). Anybody else would be right to complain of it (Rachel Kroll).
    """
    is_stuck = (
        feed.whole_at is not None
        and poll.began - feed.whole_at > schedule.WEEK * poll.shortest
        and _is_strangely_silent(feed.dates, poll.began)
    )
    return Validators() if is_stuck or feed.reader != READER else feed.validators


def _is_strangely_silent(dates: Sequence[Millis], now: Millis) -> bool:
    # One date for all entries is that of the file, and no pace.
    if not dates or dates[0] == dates[-1] or now - dates[0] > schedule.SILENT:
        return False
    usual = (dates[0] - dates[-1]) / (len(dates) - 1)
    return now - dates[0] > STRANGE * usual


def is_unchanged(feed: Feed, body_hash: str) -> bool:
    """Tell whether a body is the one that was read last, by this same reader."""
    return feed.body_hash == body_hash and feed.reader == READER


def unchanged(feed: Feed, answer: NotModified | Fetched, poll: Poll) -> Feed:
    """Return the feed after a poll that brought nothing: a 304, or the same body again."""
    quiet = feed.quiet_polls + 1
    # A 304 says only that whoever gave the validators has nothing new.
    is_this_feed = isinstance(answer, Fetched)
    return replace(
        feed,
        **_answered(feed, answer, poll, is_this_feed=is_this_feed),
        quiet_polls=quiet,
        next_poll_at=_next(feed, answer, poll, quiet),
    )


def read(feed: Feed, answer: Fetched, document: FeedDocument, poll: Poll, counts: Counts) -> Feed:
    """Return the feed after a document of it was read; it may lack what is as it was."""
    quiet = 0 if counts.new and feed.seeded_at is not None else feed.quiet_polls + 1
    told = replace(
        feed,
        title=document.title or feed.title or FeedAddress(feed.url).host,
        language=document.language,
        icon=document.icon,
        ttl=document.ttl,
        dates=_newest(document, poll.now, feed.dates if counts.unread else ()),
    )
    return replace(
        told,
        **_answered(told, answer, poll, is_this_feed=counts.known > 0),
        reader=READER,
        seeded_at=feed.seeded_at or poll.now,
        read_at=poll.now,
        quiet_polls=quiet,
        next_poll_at=_next(told, answer, poll, quiet),
    )


def failed(feed: Feed, failure: FetchFailed, poll: Poll, *, offline: bool = False) -> Feed:
    """Return the feed after a poll that failed; `offline`: because our own network is down.

    Which is nothing that the feed has to answer for: it is asked again after the shortest interval,
    so that a night without a network costs no more than that night.
    """
    failures = _failures(feed, failure, offline=offline)
    counted = 1 if offline else failures
    return replace(
        feed,
        failures=failures,
        failing_since=feed.failing_since or poll.now,
        trouble=failure.trouble,
        error=failure.reason,
        next_poll_at=schedule.after_failure(
            _timing(feed, poll), counted, failure.trouble, failure.retry_after
        ),
    )


def _failures(feed: Feed, failure: FetchFailed, *, offline: bool) -> int:
    if offline:
        return max(feed.failures, 1)
    # What a feed's end is probed with is counted by itself.
    turned = failure.trouble is Trouble.GONE and feed.trouble is not Trouble.GONE
    return 1 if turned else feed.failures + 1


def destination(feed: Feed, poll: Poll, failure: FetchFailed | None = None) -> str | None:
    """Return the address that a feed is to be known by from now on; None: the one it has.

    `feed` is as it is after the poll. A move to https is believed at once; any other after a week
    and ten polls running that were sent to the same place, or when the old address is dead. A feed
    that a server has brought takes no other move: it would become one with the feed that it leads
    to, and bring its own articles along to all who get that one.
    """
    move = feed.move
    if move is None:
        return None
    if feed.own:
        return move.target if FeedAddress(feed.url).is_upgraded_to(move.target) else None
    if failure is not None:
        dead = failure.trouble in _DEAD and not failure.redirected
        return move.target if dead else None
    long_ago = poll.now - move.since >= schedule.WEEK * poll.shortest
    lasting = long_ago and move.polls >= MOVE_POLLS
    return move.target if lasting or FeedAddress(feed.url).is_upgraded_to(move.target) else None


def rest_of_host(feed: Feed, turned_away: int) -> Millis | None:
    """Return until when the whole host of a feed that was turned away is left alone; else None.

    `turned_away`: how many of its feeds were, this one included. One feed's trouble is its own
    (FreshRSS 7870: whole hosts were delayed, and with them the readers of a private bridge), but
    for hosts of many publishers, which count all requests together.
    """
    if feed.trouble is not Trouble.BUSY:
        return None
    return feed.next_poll_at if turned_away > 1 or FeedAddress(feed.url).is_shared else None


def moved(feed: Feed, poll: Poll) -> Feed:
    """Return a feed whose old address is dead as it begins at its new one: at once, and sound."""
    return replace(
        feed, failures=0, failing_since=None, trouble=None, error=None, next_poll_at=poll.now
    )


def _answered(
    feed: Feed, answer: NotModified | Fetched, poll: Poll, *, is_this_feed: bool
) -> dict[str, Any]:
    """Return what any good answer changes."""
    return {
        # Also where the body is the same: a server may renew them without a new body.
        "validators": answer.validators,
        "whole_at": poll.began if isinstance(answer, Fetched) else feed.whole_at,
        "succeeded_at": poll.began,
        "fresh_until": poll.now + schedule.kept_for(poll.shortest, answer.fresh_for, feed.ttl),
        "failures": 0,
        "failing_since": None,
        "trouble": None,
        "error": None,
        "move": _move(feed, answer.moved_to, poll, is_this_feed=is_this_feed),
    }


def _move(feed: Feed, target: str | None, poll: Poll, *, is_this_feed: bool) -> Move | None:
    """Return the move that is on trial: only what leads to this very feed can be one."""
    if target is None or target == feed.url:
        return None
    if feed.move is not None and feed.move.target == target:
        return replace(feed.move, polls=feed.move.polls + 1)
    is_sure = is_this_feed or FeedAddress(feed.url).is_upgraded_to(target)
    return Move(target, poll.now) if is_sure else None


def _next(feed: Feed, answer: NotModified | Fetched, poll: Poll, quiet_polls: int) -> Millis:
    return schedule.after_success(
        _timing(feed, poll),
        feed.dates,
        quiet_polls=quiet_polls,
        fresh_for=answer.fresh_for,
        ttl=feed.ttl,
    )


def _timing(feed: Feed, poll: Poll) -> Timing:
    return Timing(poll.now, feed.next_poll_at, poll.shortest, poll.chance)


def _newest(document: FeedDocument, now: Millis, unread: Sequence[Millis]) -> tuple[Millis, ...]:
    dates = [entry.published for entry in document.entries if entry.published is not None]
    dates += [date for date in unread if date not in dates]
    return tuple(sorted((date for date in dates if date <= now), reverse=True)[: schedule.NEWEST])
