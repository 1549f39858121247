"""Finds out from a channel's history what an earlier attempt, or an earlier life, has posted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.delivery import outcome as answers
from bot.delivery.rollback import Doubt
from bot.models import (
    Body,
    Delivery,
    DeliveryState,
    Outcome,
    Post,
    Rejected,
    Sent,
    Unreadable,
)
from bot.models.said import said
from bot.newsroom.parts import Parts
from bot.publish import marks
from bot.store import Tx

KNOWN_POSTS = 1_000
"""How many of a channel's newest posts are told apart from the one that is looked for."""
_SHOWN = said("It stands in the channel already, from before the database was put back.")


class Reconciler:
    """Looks for posts that the database does not know of."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.doubt: Doubt | None = None
        """What is in doubt since an older database was put back."""

    async def find(self, delivery: Delivery, post: Post) -> Outcome | None:
        """Find out whether a delivery got through; None: it did not, send it again."""
        now = self._parts.clock()
        since = delivery.first_attempt_at or now
        if answers.is_too_old(delivery, now):
            return Rejected(answers.TRIED_TOO_LONG)
        messages = await self._unknown(delivery.channel_id, since)
        if isinstance(messages, Unreadable):
            return answers.unproved(delivery, messages, now)
        if not isinstance(messages, list):
            return messages
        found = (int(m["id"]) for m in messages if self._is_it(m, delivery, post))
        message_id = next(found, None)
        return None if message_id is None else Sent(message_id)

    async def weed(
        self, held: list[Delivery], bodies: Mapping[int, Body]
    ) -> list[Delivery] | Outcome:
        """Settle those held stories that an earlier life has shown already; return the others.

        Where the history can't be read at the moment, that outcome; where it never can, what is in
        doubt is left.

        `bodies` are the stories' posts, by delivery.
        """
        doubtful = [d for d in held if d.first_attempt_at is not None and d.id in bodies]
        since = min(d.first_attempt_at or 0 for d in doubtful) if doubtful else 0
        messages = await self._unknown(held[0].channel_id, since) if doubtful else []
        if isinstance(messages, Unreadable):
            left = {delivery.id for delivery in doubtful}
            await self._parts.store.write(lambda tx: self._give_up(tx, left))
            return [d for d in held if d.id not in left]
        if not isinstance(messages, list):
            return messages
        shown = {
            delivery.id: int(message["id"])
            for delivery in doubtful
            for message in messages
            if marks.shows(message, bodies[delivery.id])
        }
        if shown:
            await self._parts.store.write(lambda tx: self._leave_out(tx, shown))
        return [d for d in held if d.id not in shown]

    async def _leave_out(self, tx: Tx, shown: Mapping[int, int]) -> None:
        now = self._parts.clock()
        for number, message_id in shown.items():
            await tx.digests.leave_out(number, DeliveryState.SENT, now, message_id, _SHOWN)

    async def _give_up(self, tx: Tx, left: Collection[int]) -> None:
        now = self._parts.clock()
        for number in left:
            await tx.digests.leave_out(number, DeliveryState.REJECTED, now, None, answers.UNPROVED)

    def _is_it(self, message: Body, delivery: Delivery, post: Post) -> bool:
        if delivery.story_id is None:
            return marks.is_digest(message, delivery.nonce)
        if marks.is_post(message, post.body, delivery.story_id):
            return True
        # The story had another number in the time that is lost.
        return self.doubt is not None and marks.shows(message, post.body)

    async def _unknown(self, channel_id: int, since: int) -> list[Body] | Outcome | Unreadable:
        """List the channel's posts since then that are not known to be other deliveries."""
        known = await self._parts.store.read(
            lambda tx: tx.deliveries.posted(channel_id, KNOWN_POSTS)
        )
        found = await self._parts.publisher.posted(channel_id, since)
        if not isinstance(found, list):
            return found
        return [message for message in found if int(message["id"]) not in known]
