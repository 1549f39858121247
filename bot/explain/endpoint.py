"""Pure: how long a model's endpoint is left alone after it failed."""

from __future__ import annotations

from bot.models import (
    HOUR,
    MINUTE,
    Draft,
    DraftOutcome,
    Endpoint,
    Millis,
    ModelFailed,
    ModelTrouble,
)

PATIENCE = 3
"""Failures in a row after which it is left alone, where it does not say for how long itself."""
SHORTEST: Millis = 2 * MINUTE
LONGEST: Millis = HOUR
"""Where it asks for more, it is asked again after this time all the same."""

_AT_ONCE = {
    # What no second try mends; somebody has to do something, and does it within the hour at best.
    ModelTrouble.KEY: 10 * MINUTE,
    ModelTrouble.QUOTA: HOUR,
    ModelTrouble.REJECTED: 10 * MINUTE,
    ModelTrouble.LIMITED: MINUTE,
}
_NOT_ITS_FAULT = {ModelTrouble.UNGROUNDED, ModelTrouble.DECLINED}
"""It answers; what it says of one story tells nothing of the next."""


def after(known: Endpoint, outcome: DraftOutcome, now: Millis) -> Endpoint:
    """Return what is known of an endpoint after a run."""
    if isinstance(outcome, Draft) or outcome.trouble in _NOT_ITS_FAULT:
        return Endpoint(plain=outcome.plain)
    failures = known.failures + 1
    rest = _rest(outcome, failures)
    return Endpoint(outcome.plain, failures, now + rest if rest else 0)


def _rest(failed: ModelFailed, failures: int) -> Millis:
    if failed.retry_after is not None:
        return min(failed.retry_after, LONGEST)
    if failed.trouble in _AT_ONCE:
        return _AT_ONCE[failed.trouble]
    if failures < PATIENCE:
        return 0
    doublings = min(failures - PATIENCE, 10)
    return min(SHORTEST << doublings, LONGEST)
