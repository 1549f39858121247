"""Pure: what became of a story in a channel, in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

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
from bot.words import mark, retold, tr, trn

_FILTERED = "Filtered: "
_Sent = dict[tuple[bool, bool], str]
"""Ways to say that something was sent, by whether it is known when, and where."""
_IN_DIGEST: _Sent = {
    (True, True): mark("It went out in a digest {at}: {link}"),
    (True, False): mark("It went out in a digest {at}."),
    (False, True): mark("It went out in a digest: {link}"),
    (False, False): mark("It went out in a digest."),
}
_DIGEST: _Sent = {
    (True, True): mark("{digest}, posted {at}: {link}"),
    (True, False): mark("{digest}, posted {at}."),
    (False, True): mark("{digest}, posted: {link}"),
    (False, False): mark("{digest}, posted."),
}
_POSTED: _Sent = {
    (True, True): mark("Posted {at}: {link}"),
    (True, False): mark("Posted {at}."),
    (False, True): mark("Posted: {link}"),
    (False, False): mark("Posted."),
}
_DELETED: _Sent = {
    (True, False): mark("It was posted {at}, and has been deleted since."),
    (False, False): mark("It was posted, and has been deleted since."),
}


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
    reason = voice.text(retold(delivery.reason)) if delivery.reason else ""
    match delivery.state:
        case DeliveryState.SENT:
            return _sent(became, reason, voice)
        case DeliveryState.FILTERED:
            return _filtered(delivery.reason or "", voice)
        case DeliveryState.REJECTED:
            return tr(
                "Not posted: {reason}", reason=reason or tr("the reason was not written down.")
            )
        case DeliveryState.SENDING:
            return tr("It is being sent at this moment, or will be looked for in the channel.")
    held_up = _held_up(delivery, subscriptions, voice)
    return held_up or _waits(became, reason, now, voice)


def _filtered(reason: str, voice: Voice) -> str:
    why = voice.text(retold(reason.removeprefix(_FILTERED)))
    return tr("Filtered: {reason}", reason=why or tr("its filters keep it out."))


def _sent(became: Became, reason: str, voice: Voice) -> str:
    delivery, digest = became.delivery, became.digest
    link = address(delivery)
    if delivery.digest_id is not None or digest is not None:
        return _said(_IN_DIGEST, delivery, voice, link)
    if delivery.is_digest:
        return _said(_DIGEST, delivery, voice, link, digest=_digest(became.stories))
    if delivery.message_id is None:
        return _said(_DELETED, delivery, voice, None)
    posted = _said(_POSTED, delivery, voice, link)
    # What a post that stood there already says is no part of one that was just sent.
    return _joined(posted, reason if delivery.attempts == 0 else "")


def _said(ways: _Sent, delivery: Delivery, voice: Voice, link: str | None, **more: str) -> str:
    at = delivery.settled_at
    return tr(
        ways[at is not None, link is not None],
        at="" if at is None else voice.when(at),
        link=voice.link(link) if link else "",
        **more,
    )


def _digest(stories: int) -> str:
    return trn("A digest of {n} story", "A digest of {n} stories", stories)


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _held_up(delivery: Delivery, subscriptions: Sequence[Subscription], voice: Voice) -> str | None:
    """Say what keeps a delivery from being sent at its time; None: nothing does."""
    about = [s for s in subscriptions if delivery.is_digest or s.topic == delivery.topic]
    if not about and not delivery.guild_id:
        return None  # a member follows its story: else it would have been taken back
    if not about and delivery.is_digest:
        return tr("It is not sent: the channel does not get anything any more.")
    if not about:
        return tr(
            "It is not sent: the channel does not get “{topic}” any more.",
            topic=voice.text(delivery.topic),
        )
    if all(s.paused_reason is not None for s in about):
        return tr(
            "It waits: the channel is paused. {reason}",
            reason=voice.text(retold(about[0].paused_reason or "")),
        )
    return None


def _waits(became: Became, reason: str, now: Millis, voice: Voice) -> str:
    delivery, digest = became.delivery, became.digest
    at = voice.when(delivery.due_at)
    match delivery.state:
        case DeliveryState.PARKED:
            return _joined(tr("It waits, as the channel was paused."), reason)
        case DeliveryState.HELD if digest is not None:
            return _joined(tr("It is in a digest of the channel's that is on its way."), reason)
        case DeliveryState.HELD:
            is_later = delivery.due_at > now
            until = tr("It comes {at}.", at=at) if is_later else tr("It comes any moment.")
            return _joined(reason or tr("Held for a digest."), until)
    return _joined(_due(became, at, is_later=delivery.due_at > now), _tried(delivery, reason))


def _due(became: Became, at: str, *, is_later: bool) -> str:
    if not became.delivery.is_digest:
        return tr("It waits until {at}.", at=at) if is_later else tr("It is due now.")
    digest = _digest(became.stories)
    if is_later:
        return tr("{digest} waits until {at}.", digest=digest, at=at)
    return tr("{digest} is due now.", digest=digest)


def _tried(delivery: Delivery, reason: str) -> str:
    if not delivery.attempts:
        return reason[:1].upper() + reason[1:]
    if not reason:
        return ""
    if delivery.attempts == 1:
        return tr("It was tried once: {reason}", reason=reason)
    return trn(
        "It was tried {n} time: {reason}",
        "It was tried {n} times: {reason}",
        delivery.attempts,
        reason=reason,
    )


def account(told: Account, now: Millis, voice: Voice) -> list[str]:
    """Say all that is known of why a story was posted in a channel, or was not: a line each."""
    if told.became is not None:
        lines = [fate(told.became, told.subscriptions, now, voice)]
    else:
        lines = [tr("It was never planned for this channel."), *_why_not(told, voice)]
    lines += [_brought(brought, voice) for brought in told.brought]
    return lines


def _brought(brought: Brought, voice: Voice) -> str:
    feed, at = voice.text(brought.feed), voice.when(brought.at)
    if not brought.dated:
        return tr("{feed} brought it {at}, without a date.", feed=feed, at=at)
    return tr(
        "{feed} brought it {at}, dated {dated}.", feed=feed, at=at, dated=voice.when(brought.dated)
    )


def _why_not(told: Account, voice: Voice) -> Iterator[str]:
    """Say why a story was never planned, as far as what is kept tells."""
    names = sorted({name for brought in told.brought for name in brought.topics})
    if not told.subscriptions:
        yield tr("The channel gets no topic: /subscribe brings one there.")
        return
    wanted = [s for s in told.subscriptions if s.topic in names]
    if not wanted:
        yield _elsewhere(names, [s.topic for s in told.subscriptions], voice)
        return
    reasons = {
        _obstacle(brought, subscription, voice)
        for subscription in wanted
        for brought in told.brought
        if subscription.topic in brought.topics
    }
    yield from sorted(filter(None, reasons)) or [
        tr(
            "Why is not kept: it may have been planned and taken back with /unsubscribe, or be "
            "longer ago than is remembered."
        )
    ]


def _elsewhere(names: Sequence[str], gets: Sequence[str], voice: Voice) -> str:
    """Say that a story is of other topics than those that a channel gets."""
    own = _quoted(gets, voice)
    if not names:
        return tr(
            "Its feeds are in no topic any more, and the channel gets {topics} only.", topics=own
        )
    return tr(
        "It belongs to {names}, and the channel gets {topics} only.",
        names=_quoted(names, voice),
        topics=own,
    )


def _quoted(names: Sequence[str], voice: Voice) -> str:
    quoted = [tr("“{topic}”", topic=voice.text(name)) for name in names]
    return reduce(lambda before, name: tr("{before}, {next}", before=before, next=name), quoted)


def _obstacle(brought: Brought, subscription: Subscription, voice: Voice) -> str | None:
    """Say what kept a story that a feed brought out of a channel that has its topic."""
    feed, topic = voice.text(brought.feed), voice.text(subscription.topic)
    since, joined = voice.when(subscription.created_at), brought.topics[subscription.topic]
    if brought.at < subscription.created_at:
        return tr(
            "{feed} brought it before the channel got “{topic}”, which was {since}.",
            feed=feed,
            topic=topic,
            since=since,
        )
    if brought.at < joined:
        return tr(
            "{feed} brought it before it joined “{topic}”, which was {since}.",
            feed=feed,
            topic=topic,
            since=voice.when(joined),
        )
    if brought.dated and brought.dated < subscription.created_at:
        return tr(
            "It is dated before the channel got “{topic}”, which was {since}: of the first "
            "document of {feed} after that, only what is dated later is news.",
            feed=feed,
            topic=topic,
            since=since,
        )
    return _in_document(brought, feed, voice.when(brought.at))


def _in_document(brought: Brought, feed: str, at: str) -> str | None:
    """Say what kept a story out for the document that it came in."""
    if brought.dated and brought.dated < brought.at - NEWS_AGE:
        return tr(
            "It was older than three days when {feed} first listed it, {at}.", feed=feed, at=at
        )
    if brought.seeded_at is not None and brought.at <= brought.seeded_at:
        return tr(
            "It was in the first document of {feed} that was read, {at}: of that, only what is "
            "dated after the subscription is news.",
            feed=feed,
            at=at,
        )
    if brought.at_once > MANY_AT_ONCE:
        return trn(
            "{feed} listed {n} new article at once, {at}: where that many are most of a document, "
            "only what is surely news is posted.",
            "{feed} listed {n} new articles at once, {at}: where that many are most of a document, "
            "only what is surely news is posted.",
            brought.at_once,
            feed=feed,
            at=at,
        )
    return None
