"""Pure: what becomes of stories that waited for a channel or for the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.delivery import budget
from bot.delivery.hours import clock, next_at, quiet_until
from bot.delivery.plan import BACKLOG, BURST, BURST_WINDOW, PROOF, QUIET, Verdict, held, paced
from bot.models import (
    NEWS_AGE,
    Change,
    Delivery,
    DeliveryState,
    Flow,
    Millis,
    RetryLater,
    Standing,
    Waiting,
)
from bot.models.said import said

TOO_OLD = said("It waited until it was no news any more.")
OFFLINE = said(
    "Held: many stories waited while nothing could be posted; they go out as one digest."
)


def resume(
    waiting: Sequence[Waiting], now: Millis, standing: Standing | None = None
) -> Iterator[Change]:
    """Decide what becomes of a channel's waiting stories once it can be posted in again.

    They come oldest first. Up to five go out at once, as far as pace, quiet hours and budget let
    them; more become one digest, but for what may stand in the channel already: that can be told
    of a post of its own only. What fell due so long ago that it is no news is not sent.
    `standing` is the channel's own, without what waits.
    """
    standing = standing or Standing()
    verdicts = {}
    spent = dict(standing.today)
    # The newest have the budget first.
    for story in sorted(waiting, key=lambda story: (story.due_at, story.id), reverse=True):
        verdict = _again(story, spent, now)
        verdicts[story.id] = verdict
        if verdict.state is DeliveryState.PENDING:
            spent[story.topic] = spent.get(story.topic, 0) + 1
    singles = sum(verdict.state is DeliveryState.PENDING for verdict in verdicts.values())
    fits = standing.posts + singles <= BURST
    for story in waiting:
        verdict = verdicts[story.id]
        if verdict.state is DeliveryState.PENDING and not fits and not story.doubtful:
            verdict = held(story.flow, now, BACKLOG)
        yield _change(story, verdict)


def _again(story: Waiting, spent: Mapping[str, int], now: Millis) -> Verdict:
    if story.due_at < now - NEWS_AGE:
        return Verdict(DeliveryState.REJECTED, story.due_at, TOO_OLD)
    flow = story.flow
    if story.doubtful:
        end = quiet_until(flow.quiet, flow.zone, now)
        return Verdict(DeliveryState.PENDING, now if end is None else end)
    verdict = paced(flow, story.channel_id, now)
    if verdict.state is not DeliveryState.PENDING:
        return verdict
    reason = budget.refusal(flow, spent.get(story.topic, 0), 1, now)
    return held(flow, next_at(flow.digest_at, flow.zone, now), reason) if reason else verdict


def put_off(delivery: Delivery, flows: Sequence[Flow], now: Millis) -> RetryLater | None:
    """Put off what falls due in quiet hours that it was not planned in; None: it goes out.

    `flows` are those of the subscriptions that it goes out for: one that is not quiet lets it out.
    A proof is for somebody who looks.
    """
    ends = [quiet_until(flow.quiet, flow.zone, now) for flow in flows]
    quiet = [end for end in ends if end is not None]
    if not quiet or len(quiet) < len(ends) or delivery.reason == PROOF:
        return None
    end = min(quiet)
    return RetryLater(said(QUIET, at=clock(end, flows[0].zone)), end - now, refused=True)


def relieve(waiting: Iterable[Waiting], now: Millis) -> Iterator[Change]:
    """Decide what becomes of stories that fell due while nothing could be posted.

    `waiting` are pending ones that nobody has begun to send. Where more than five of one channel
    are overdue by over 15 minutes, they become one digest, due now. What is overdue in quiet hours
    waits until these end.
    """
    overdue: dict[int, list[Waiting]] = {}
    for story in waiting:
        if story.due_at < now - BURST_WINDOW:
            overdue.setdefault(story.channel_id, []).append(story)
    for stories in overdue.values():
        for story in stories:
            is_quiet = quiet_until(story.flow.quiet, story.flow.zone, now) is not None
            if is_quiet or len(stories) > BURST:
                yield _change(story, held(story.flow, now, OFFLINE))


def _change(story: Waiting, verdict: Verdict) -> Change:
    return Change(story.id, story.topic, verdict.state, verdict.due_at, verdict.reason)
