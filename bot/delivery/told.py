"""Pure: what became of a story in a channel, in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.models import (
    MANY_AT_ONCE,
    NEWS_AGE,
    Account,
    Became,
    Brought,
    Delivery,
    DeliveryState,
    Millis,
    Subscription,
)

_FILTERED = "Filtered: "
_UNKNOWN = (
    "Why is not kept: it may have been planned and taken back with /unsubscribe, or be longer "
    "ago than is remembered."
)


@dataclass(frozen=True, slots=True)
class Voice:
    """How words are written where they are read: a terminal, or Discord."""

    when: Callable[[Millis], str]
    """Writes a time."""
    text: Callable[[str], str]
    """Makes foreign text safe."""
    link: Callable[[str], str]
    """Writes the address of a message."""


def address(delivery: Delivery) -> str | None:
    """Return the address of the message that a delivery became; None: it is not known."""
    if delivery.message_id is None or not delivery.guild_id:
        return None
    place = f"{delivery.guild_id}/{delivery.channel_id}/{delivery.message_id}"
    return f"https://discord.com/channels/{place}"


def fate(became: Became, subscriptions: Sequence[Subscription], now: Millis, voice: Voice) -> str:
    """Say in a sentence or two what became of a delivery.

    `subscriptions` are the channel's, which may hold it up.
    """
    delivery = became.delivery
    reason = voice.text(delivery.reason) if delivery.reason else ""
    match delivery.state:
        case DeliveryState.SENT:
            return _sent(became, reason, voice)
        case DeliveryState.FILTERED:
            return f"Filtered: {reason.removeprefix(_FILTERED) or 'its filters keep it out.'}"
        case DeliveryState.REJECTED:
            return f"Not posted: {reason or 'the reason was not written down.'}"
        case DeliveryState.SENDING:
            return "It is being sent at this moment, or will be looked for in the channel."
    held_up = _held_up(delivery, subscriptions, voice)
    return held_up or _waits(became, reason, now, voice)


def _sent(became: Became, reason: str, voice: Voice) -> str:
    delivery, digest = became.delivery, became.digest
    at = "" if delivery.settled_at is None else f" {voice.when(delivery.settled_at)}"
    link = address(delivery)
    where = f": {voice.link(link)}" if link else "."
    if delivery.digest_id is not None or digest is not None:
        return f"It went out in a digest{at}{where}"
    if delivery.is_digest:
        return f"A digest of {_stories(became.stories)}, posted{at}{where}"
    if delivery.message_id is None:
        return f"It was posted{at}, and has been deleted since."
    # What a post that stood there already says is no part of one that was just sent.
    found = f" {reason}" if reason and delivery.attempts == 0 else ""
    return f"Posted{at}{where}{found}"


def _held_up(delivery: Delivery, subscriptions: Sequence[Subscription], voice: Voice) -> str | None:
    """Say what keeps a delivery from being sent at its time; None: nothing does."""
    about = [s for s in subscriptions if delivery.is_digest or s.topic == delivery.topic]
    if not about and not delivery.guild_id:
        return None  # a member follows its story: else it would have been taken back
    if not about:
        topic = "anything" if delivery.is_digest else f"“{voice.text(delivery.topic)}”"
        return f"It is not sent: the channel does not get {topic} any more."
    if all(s.paused_reason is not None for s in about):
        return f"It waits: the channel is paused. {voice.text(about[0].paused_reason or '')}"
    return None


def _waits(became: Became, reason: str, now: Millis, voice: Voice) -> str:
    delivery, digest = became.delivery, became.digest
    at = voice.when(delivery.due_at)
    match delivery.state:
        case DeliveryState.PARKED:
            return f"It waits, as the channel was paused. {reason}".rstrip()
        case DeliveryState.HELD if digest is not None:
            return f"It is in a digest of the channel's that is on its way. {reason}".rstrip()
        case DeliveryState.HELD:
            until = f"It comes {at}." if delivery.due_at > now else "It comes any moment."
            return f"{reason or 'Held for a digest.'} {until}"
    what = f"A digest of {_stories(became.stories)}" if delivery.is_digest else "It"
    told = f"{what} waits until {at}." if delivery.due_at > now else f"{what} is due now."
    return f"{told} {_tried(delivery, reason)}".rstrip()


def _tried(delivery: Delivery, reason: str) -> str:
    if not delivery.attempts:
        return reason[:1].upper() + reason[1:]
    return f"It was tried {_times(delivery.attempts)}: {reason}" if reason else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _stories(number: int) -> str:
    return "1 story" if number == 1 else f"{number} stories"


def account(told: Account, now: Millis, voice: Voice) -> list[str]:
    """Say all that is known of why a story was posted in a channel, or was not: a line each."""
    if told.became is not None:
        lines = [fate(told.became, told.subscriptions, now, voice)]
    else:
        lines = ["It was never planned for this channel.", *_why_not(told, voice)]
    lines += [_brought(brought, voice) for brought in told.brought]
    return lines


def _brought(brought: Brought, voice: Voice) -> str:
    dated = f", dated {voice.when(brought.dated)}" if brought.dated else ", without a date"
    return f"{voice.text(brought.feed)} brought it {voice.when(brought.at)}{dated}."


def _why_not(told: Account, voice: Voice) -> Iterator[str]:
    """Say why a story was never planned, as far as what is kept tells."""
    names = sorted({name for brought in told.brought for name in brought.topics})
    if not told.subscriptions:
        yield "The channel gets no topic: /subscribe brings one there."
        return
    wanted = [s for s in told.subscriptions if s.topic in names]
    if not wanted:
        yield f"{_belongs(names, voice)}, and the channel gets {_quoted(told, voice)}."
        return
    reasons = {
        _obstacle(brought, subscription, voice)
        for subscription in wanted
        for brought in told.brought
        if subscription.topic in brought.topics
    }
    yield from sorted(filter(None, reasons)) or [_UNKNOWN]


def _belongs(names: Sequence[str], voice: Voice) -> str:
    if not names:
        return "Its feeds are in no topic any more"
    return f"It belongs to {', '.join(f'“{voice.text(name)}”' for name in names)}"


def _quoted(told: Account, voice: Voice) -> str:
    return ", ".join(f"“{voice.text(s.topic)}”" for s in told.subscriptions) + " only"


def _obstacle(brought: Brought, subscription: Subscription, voice: Voice) -> str | None:
    """Say what kept a story that a feed brought out of a channel that has its topic."""
    feed, topic = voice.text(brought.feed), voice.text(subscription.topic)
    since, joined = voice.when(subscription.created_at), brought.topics[subscription.topic]
    if brought.at < subscription.created_at:
        return f"{feed} brought it before the channel got “{topic}”, which was {since}."
    if brought.at < joined:
        return f"{feed} brought it before it joined “{topic}”, which was {voice.when(joined)}."
    if brought.dated and brought.dated < subscription.created_at:
        return (
            f"It is dated before the channel got “{topic}”, which was {since}: of the first "
            f"document of {feed} after that, only what is dated later is news."
        )
    return _in_document(brought, feed, voice.when(brought.at))


def _in_document(brought: Brought, feed: str, at: str) -> str | None:
    """Say what kept a story out for the document that it came in."""
    if brought.dated and brought.dated < brought.at - NEWS_AGE:
        return f"It was older than three days when {feed} first listed it, {at}."
    if brought.seeded_at is not None and brought.at <= brought.seeded_at:
        return (
            f"It was in the first document of {feed} that was read, {at}: of that, only what is "
            "dated after the subscription is news."
        )
    if brought.at_once > MANY_AT_ONCE:
        return (
            f"{feed} listed {brought.at_once} new articles at once, {at}: where that many are most "
            "of a document, only what is surely news is posted."
        )
    return None
