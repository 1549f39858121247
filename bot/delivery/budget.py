"""Pure: whether a subscription's daily budget has room for another post."""

from __future__ import annotations

from bot.delivery.hours import day_of
from bot.models import Flow, Millis
from bot.models.said import saidn

CORROBORATED = 2
"""As many publishers as this make a story one that need not wait for its share of the day."""


def refusal(flow: Flow, posts: int, publishers: int, now: Millis) -> str | None:
    """Return why a story is kept for the digest, in words for people; None: it may go out.

    `posts` have gone out on this day. A story of at least two publishers may have all that is left
    of the day's budget. The others have what has accrued of it, so that the morning does not spend
    the evening's; there is one from the day's beginning on.
    """
    budget = flow.budget
    if budget is None:
        return None
    if posts >= budget:
        return saidn(
            "Held: today's budget of {n} post is spent.",
            "Held: today's budget of {n} posts is spent.",
            budget,
        )
    if publishers < CORROBORATED and posts >= _accrued(budget, flow.zone, now):
        return saidn(
            "Held for the digest: today's budget of {n} post is to last the day.",
            "Held for the digest: today's budget of {n} posts is to last the day.",
            budget,
        )
    return None


def _accrued(budget: int, zone: str, now: Millis) -> int:
    begin, end = day_of(zone, now)
    return min(budget, 1 + budget * (now - begin) // (end - begin))
