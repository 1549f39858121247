"""The transactions around sending: what is taken up at the start, gathered, and settled."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery import outcome as answers
from bot.delivery import rollback
from bot.delivery.backlog import TOO_OLD
from bot.delivery.nonces import nonce_of
from bot.delivery.notices import QUIET, RELAPSE
from bot.models import NEWS_AGE, Delivery, DeliveryState, Millis
from bot.models.said import said
from bot.newsroom.planning import go_on, relieve
from bot.store import Tx

MOST_EXPIRED = 10_000
"""Of what is too old at the start; more than that is left to the tidying."""
GONE = said("The channel is not there any more.")


async def take_up(
    tx: Tx, beside: int | None, now: Millis
) -> tuple[int, int, rollback.Doubt | None]:
    """Make due what an earlier run was sending, and see whether the database is what it was.

    `beside` is the newest post by the file beside the database. Returns how many deliveries were
    under way, how many are no news any more, and what is in doubt.
    """
    await tx.feeds.set_back(now)
    left = await tx.deliveries.release_leases(now)
    late = await tx.retention.expire(now - NEWS_AGE, now, MOST_EXPIRED, TOO_OLD)
    await relieve(tx, now)
    newest = await tx.notes.get(rollback.NEWEST)
    noted = None if newest is None else int(newest)
    doubt = rollback.doubt(noted, beside, await tx.subscriptions.oldest(), now)
    before = rollback.Doubt.read(await tx.notes.get(rollback.NOTE), now)
    if doubt is None:
        return left, late, before
    if before is not None:
        # What was found meanwhile has moved the end of what is known, and not all of it is found.
        doubt = replace(doubt, since=min(before.since, doubt.since))
    await tx.deliveries.doubt(doubt.since)
    await tx.notes.put(rollback.NOTE, str(doubt))
    return left, late, doubt


async def gather(tx: Tx, now: Millis) -> None:
    """Put held stories that are due in digests, a channel's in one; a single one is a post."""
    for channel_id, guild_id, stories, first in await tx.digests.due(now):
        if stories == 1:
            await tx.digests.release(channel_id, now)
        else:
            # By its first story: a clock that was set back may show the same time again.
            name = nonce_of("digest", channel_id, first, now)
            await tx.digests.open(channel_id, guild_id, name, now)


async def record(tx: Tx, delivery: Delivery, settlement: answers.Settlement, now: Millis) -> None:
    """Write down what came of a delivery, and all that follows from it."""
    await tx.deliveries.settle(
        delivery.id,
        state=settlement.state,
        due_at=settlement.due_at,
        message_id=settlement.message_id,
        reason=settlement.reason,
        first_attempt_at=settlement.first_attempt_at,
        now=now,
    )
    if delivery.is_digest:
        await _record_stories(tx, delivery, settlement, now)
    if settlement.message_id is not None:
        await _note_newest(tx, settlement.message_id)
        await _publish(tx, delivery, settlement.message_id, now)
    if settlement.pause is not None:
        await pause(tx, delivery.channel_id, settlement.pause, now)
    if settlement.gone:
        await end(tx, delivery.channel_id, settlement.reason or GONE, now)
    if settlement.tell and settlement.reason is not None:
        await _tell(tx, delivery, settlement.reason, now)


async def pause(tx: Tx, channel_id: int, reason: str, now: Millis) -> None:
    """Pause a channel, and write down who is to be told: nobody twice in a day.

    Of direct messages that are closed, there is nobody who could be told.
    """
    found = [one for one in await tx.subscriptions.in_channel(channel_id) if one.guild_id]
    await tx.subscriptions.pause(channel_id, reason, now, now - RELAPSE)
    await tx.follows.pause(channel_id, reason, now, now - RELAPSE)
    if not found or await tx.notices.told_since(channel_id, now - QUIET):
        return
    # 0: whoever it was has had their name taken out.
    members = dict.fromkeys(one.created_by for one in found if one.created_by)
    await tx.notices.add(found[0].guild_id, channel_id, [*members, None], reason, now)


async def resume(tx: Tx, channel_id: int, now: Millis) -> None:
    """Let a channel go on by itself, with what it could not take."""
    await tx.subscriptions.resume(channel_id, now)
    await tx.follows.resume(channel_id, now)
    await go_on(tx, channel_id, now)
    await tx.notices.drop(channel_id, now, said("It went on before they were told."))


async def end(tx: Tx, channel_id: int, reason: str, now: Millis) -> None:
    """End all that has to do with a channel that is not there any more."""
    await tx.subscriptions.remove_channel(channel_id)
    await tx.follows.remove_channel(channel_id)
    await tx.deliveries.give_up(channel_id, reason, now)
    await tx.publications.give_up(channel_id, now, reason)
    await tx.notices.drop(channel_id, now, reason)


async def _record_stories(
    tx: Tx, digest: Delivery, settlement: answers.Settlement, now: Millis
) -> None:
    if settlement.state is DeliveryState.SENT:
        await tx.digests.settle(
            digest.id, DeliveryState.SENT, now, message_id=settlement.message_id
        )
    elif settlement.state is DeliveryState.REJECTED and not settlement.about_content:
        await tx.digests.settle(digest.id, DeliveryState.REJECTED, now, reason=settlement.reason)
    elif settlement.state is DeliveryState.REJECTED:
        # One story of it may be what Discord will not have: the others must not go with it.
        first, second = (nonce_of("digest", digest.nonce, half, now) for half in (1, 2))
        await tx.digests.divide(digest, (first, second), now)


async def _tell(tx: Tx, delivery: Delivery, reason: str, now: Millis) -> None:
    """Have those who wanted the topic, and the server, told that its rules stop a story."""
    channel_id = delivery.channel_id
    if await tx.notices.told_since(channel_id, now - QUIET, of_stories=True):
        return
    found = await tx.subscriptions.get(channel_id, delivery.topic)
    if found is not None and found.guild_id:
        members = [found.created_by, None] if found.created_by else [None]
        await tx.notices.add(
            found.guild_id, channel_id, members, reason, now, story_id=delivery.story_id
        )


async def _note_newest(tx: Tx, message_id: int) -> None:
    known = await tx.notes.get(rollback.NEWEST)
    if known is None or int(known) < message_id:
        await tx.notes.put(rollback.NEWEST, str(message_id))


async def _publish(tx: Tx, delivery: Delivery, message_id: int, now: Millis) -> None:
    """Note that a post is to be published, where a subscription of its channel wants that."""
    for subscription in await tx.subscriptions.in_channel(delivery.channel_id):
        if subscription.flow.publishes and (
            delivery.is_digest or subscription.topic == delivery.topic
        ):
            await tx.publications.add(message_id, delivery.channel_id, now)
