"""Pure: what Discord's answer to a post means, and what becomes of the delivery then."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models import (
    MINUTE,
    NEWS_AGE,
    SECOND,
    ChannelGone,
    Delivery,
    DeliveryState,
    Forbidden,
    Millis,
    Outcome,
    Rejected,
    RetryLater,
    Sent,
    Unreadable,
)

FIRST_WAIT: Millis = 2 * SECOND
LONGEST_WAIT: Millis = 10 * MINUTE
NONCE_WINDOW: Millis = MINUTE
"""How long Discord surely remembers a nonce; it promises "a few minutes"."""

_GONE = ChannelGone("The channel is not there any more.")
_NO_POSTING = Forbidden("I may not post here: give me Send Messages and Embed Links.")

_CLOUDFLARE = 40333  # "internal network error": an answer of the network before Discord
# Discord's JSON error codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes
_BY_CODE: dict[int, Outcome] = {
    10003: _GONE,  # unknown channel
    10004: _GONE,  # unknown guild
    10008: Sent(None),  # the nonce's message was here, and somebody has deleted it since
    40058: Forbidden("This is a forum: I can't post plain messages in it."),
    50001: Forbidden("I may not see this channel: give me View Channel."),
    50013: _NO_POSTING,
    50083: Forbidden("The thread is archived, and I may not open it again."),
    160005: Forbidden("The thread is locked."),
}


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a delivery becomes, and what becomes of its channel's subscriptions."""

    state: DeliveryState
    due_at: Millis
    message_id: int | None = None
    reason: str | None = None
    pause: str | None = None
    """Why the channel's subscriptions are paused now, in words for a person; None: they are not."""
    gone: bool = False
    """The channel is not there any more, and its subscriptions go with it."""
    first_attempt_at: Millis | None = None
    """Since when it may stand in the channel without our knowing."""


def judge(status: int, code: int = 0, retry_after: float | None = None) -> Outcome:
    """Map an HTTP status and Discord's error code to an outcome; `retry_after` is in seconds."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status == 429:
        return RetryLater("Discord asks for patience.", _millis(retry_after), refused=True)
    if status >= 500 or (status in {403, 404} and code in {0, _CLOUDFLARE}):
        # Not a word of Discord's own on this channel: something in between has answered.
        return RetryLater(f"Discord can't take it at the moment ({status}).", _millis(retry_after))
    if status == 403:
        return _NO_POSTING
    return Rejected(f"Discord refuses the message ({status}, code {code}).", malformed=True)


def _millis(seconds: float | None) -> Millis | None:
    return None if seconds is None else round(seconds * SECOND)


def settle(delivery: Delivery, outcome: Outcome, now: Millis, *, doubtful: bool) -> Settlement:
    """Decide what becomes of a delivery that was just attempted.

    `doubtful`: an attempt before this one may have got through unknown to us.
    """
    kept = delivery.first_attempt_at if doubtful else None
    match outcome:
        case Sent(message_id):
            return Settlement(DeliveryState.SENT, now, message_id)
        case RetryLater(reason, after, refused):
            wait = min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 20), LONGEST_WAIT)
            since = kept if refused else delivery.first_attempt_at
            due_at = now + max(wait, after or 0)
            return Settlement(DeliveryState.PENDING, due_at, reason=reason, first_attempt_at=since)
        case Rejected(reason):
            return Settlement(DeliveryState.REJECTED, now, reason=reason)
        case Forbidden(reason):
            return Settlement(
                DeliveryState.PARKED, now, reason=reason, pause=reason, first_attempt_at=kept
            )
        case ChannelGone(reason):
            return Settlement(DeliveryState.REJECTED, now, reason=reason, gone=True)


def put_off(reason: str) -> RetryLater:
    """Say that a delivery was not even tried, for a reason of our own."""
    return RetryLater(reason, refused=True)


def is_too_old(delivery: Delivery, now: Millis) -> bool:
    """Tell whether a delivery was first tried so long ago that it is no news any more."""
    tried = delivery.first_attempt_at
    # What was planned after an older database was put back is in doubt since before.
    return tried is not None and max(tried, delivery.planned_at) < now - NEWS_AGE


def unproved(delivery: Delivery, unread: Unreadable, now: Millis) -> Outcome | None:
    """Decide on a delivery that may have been sent, where the history can't be read.

    None: Discord still remembers its nonce, so sending it again is safe. Else it is left: a story
    that may be missing is better than one that may be there twice.
    """
    if 0 <= now - (delivery.first_attempt_at or now) < NONCE_WINDOW:
        return None
    return Rejected(f"It can't be proved whether this was posted, so it is left. {unread.reason}")
