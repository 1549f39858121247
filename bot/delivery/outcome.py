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
from bot.models.said import said

FIRST_WAIT: Millis = 2 * SECOND
LONGEST_WAIT: Millis = 10 * MINUTE
NONCE_WINDOW: Millis = MINUTE
"""How long Discord surely remembers a nonce; it promises "a few minutes"."""

UNPROVED = said("It can't be proved whether this was posted, so it is left.")
TRIED_TOO_LONG = said("It was tried until it was no news any more.")

_GONE = ChannelGone(said("The channel is not there any more."))
NO_POSTING = Forbidden(said("I may not post here: give me Send Messages and Embed Links."))
_NO_PLACE = Forbidden(
    said(
        "Messages can't be posted in this kind of channel: choose a text or announcement "
        "channel, a thread or a forum."
    )
)
NO_DIRECT_MESSAGES = Forbidden(
    said("I may not send you direct messages: allow them from a server where we both are.")
)
_BUSY = RetryLater(said("Discord can't take it at the moment."))
_PATIENCE = RetryLater(said("Discord asks for patience."), refused=True)
_TOO_MANY_THREADS = Forbidden(
    said("This server has as many open threads as Discord allows: close some of them.")
)

WRONG_KIND = {40058, 50008, 50024, 10087}
"""Codes that say that the channel, or its tags, are not what they were taken for."""
ARCHIVED = 50083
SPREAD_ALREADY = 40033

_CLOUDFLARE = 40333  # "internal network error": an answer of the network before Discord
# Discord's JSON error codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes
# What is not here and comes with a 400 is the story's own fault.
_BY_CODE: dict[int, Outcome] = {
    # the story
    10008: Sent(None),  # the nonce's message was here, and somebody has deleted it since
    20009: Rejected(
        said("Discord takes it for explicit content, which may not be sent here."), tell=True
    ),
    20031: Rejected(
        said("Its headline has words that Discord does not allow in a title."), tell=True
    ),
    50035: Rejected(said("Discord refuses the form of the message."), malformed=True),
    200000: Rejected(said("This server's AutoMod has blocked it."), tell=True),
    200001: Rejected(said("This server's AutoMod has blocked its headline."), tell=True),
    240000: Rejected(
        said("Discord has blocked it for a link that it takes for harmful."), tell=True
    ),
    # the channel
    10003: _GONE,
    10087: Forbidden(said("The forum's tag is not there any more.")),
    40058: _NO_PLACE,
    40066: Forbidden(
        said(
            "Only moderators may use this forum's tags: add one for everybody "
            "(Edit Channel → Tags)."
        )
    ),
    40067: Forbidden(
        said("This forum wants a tag on each post: add one that I may use (Edit Channel → Tags).")
    ),
    50001: Forbidden(said("I may not see this channel: give me View Channel.")),
    50008: _NO_PLACE,
    50013: NO_POSTING,
    50024: _NO_PLACE,
    ARCHIVED: Forbidden(said("The thread is archived, and I may not open it again: open it.")),
    160005: Forbidden(said("The thread is locked: unlock it, or choose another channel.")),
    # a member's direct messages
    10013: ChannelGone(said("This member is not on Discord any more.")),
    50007: NO_DIRECT_MESSAGES,
    50278: NO_DIRECT_MESSAGES,
    # the server
    10004: ChannelGone(said("The server is not there any more.")),
    50009: Forbidden(said("This server's verification level keeps me out of the channel.")),
    160006: _TOO_MANY_THREADS,
    160007: _TOO_MANY_THREADS,
    # Discord itself, for a while
    20016: _PATIENCE,
    20022: _PATIENCE,
    20028: _PATIENCE,
    20029: _PATIENCE,
    40004: _BUSY,
    40006: _BUSY,
    40062: _PATIENCE,
    130000: _BUSY,
    _CLOUDFLARE: _BUSY,
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
    tell: bool = False
    """Those who run the server should hear of it."""
    about_content: bool = False
    """It is what the message holds that was refused: of a digest, a part may pass."""


def judge(status: int, code: int = 0, retry_after: float | None = None) -> Outcome:
    """Map an HTTP status and Discord's error code to an outcome; `retry_after` is in seconds.

    Discord's own refusals have a code. What has none may come from anything in between, and says
    nothing about the message or the channel.
    """
    if status == 429:
        return RetryLater(_PATIENCE.reason, _millis(retry_after), refused=True)
    if status >= 500 or code == 0:
        return RetryLater(
            said("Discord can't take it at the moment ({status}).", status=status),
            _millis(retry_after),
        )
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status == 403:
        return NO_POSTING
    return Rejected(
        said("Discord refuses the message ({status}, code {code}).", status=status, code=code),
        malformed=True,
    )


def _millis(seconds: float | None) -> Millis | None:
    return round(seconds * SECOND) if seconds else None


def settle(delivery: Delivery, outcome: Outcome, now: Millis, *, doubtful: bool) -> Settlement:
    """Decide what becomes of a delivery that was just attempted.

    `doubtful`: an attempt before this one may have got through unknown to us.
    """
    kept = delivery.first_attempt_at if doubtful else None
    match outcome:
        case Sent(message_id):
            return Settlement(DeliveryState.SENT, now, message_id)
        case RetryLater(refused=True) if 0 < delivery.planned_at < now - NEWS_AGE and not doubtful:
            return Settlement(DeliveryState.REJECTED, now, reason=TRIED_TOO_LONG)
        case RetryLater(reason, after, refused):
            wait = min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 20), LONGEST_WAIT)
            since = kept if refused else delivery.first_attempt_at
            due_at = now + max(wait, after or 0)
            return Settlement(DeliveryState.PENDING, due_at, reason=reason, first_attempt_at=since)
        case Rejected(reason, malformed, tell):
            of_content = malformed or tell
            return Settlement(
                DeliveryState.REJECTED, now, reason=reason, tell=tell, about_content=of_content
            )
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
    return Rejected(f"{UNPROVED} {unread.reason}")
