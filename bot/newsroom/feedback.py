"""Conducts what becomes of feedback on explainers."""

from __future__ import annotations

import structlog

from bot.models import Feedback, Objection
from bot.newsroom.asking import Asker, is_shown
from bot.newsroom.parts import Parts
from bot.store import Tx

MOST = 500
"""Characters of a comment."""

log = structlog.get_logger()


class Feedbacks:
    """Keeps what members think of explainers, for whoever hosts the program."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def praise(self, story_id: int, asker: Asker) -> bool:
        """Keep that an explainer was helpful; False: its story is not kept (any more)."""
        return await self._keep(
            asker,
            Feedback(
                story_id, asker.member_id, helpful=True, reason="", comment="", at=self._now()
            ),
        )

    async def object(self, story_id: int, asker: Asker, reason: str, comment: str) -> bool:
        """Keep what is wrong with an explainer; False: its story is not kept (any more)."""
        known = Objection(reason) if reason in set(Objection) else Objection.OTHER
        return await self._keep(
            asker,
            Feedback(
                story_id,
                asker.member_id,
                helpful=False,
                reason=known.value,
                comment=comment.strip()[:MOST],
                at=self._now(),
            ),
        )

    async def _keep(self, asker: Asker, said: Feedback) -> bool:
        async def write(tx: Tx) -> bool:
            return await is_shown(tx, said.story_id, asker) and await tx.feedback.keep(said)

        kept = await self._parts.store.write(write)
        if kept:
            # Who said it, and in which words, is nobody's business who reads logs.
            log.info(
                "an explainer was judged",
                story=said.story_id,
                helpful=said.helpful,
                reason=said.reason or None,
            )
        return kept

    def _now(self) -> int:
        return self._parts.clock()
