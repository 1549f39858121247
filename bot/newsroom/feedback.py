"""Conducts what becomes of feedback on explainers."""

from __future__ import annotations

import structlog

from bot.models import Feedback, Objection
from bot.newsroom.parts import Parts

MOST = 500
"""Characters of a comment."""

log = structlog.get_logger()


class Feedbacks:
    """Keeps what members think of explainers, for whoever hosts the program."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def praise(self, story_id: int, member_id: int) -> bool:
        """Keep that an explainer was helpful; False: its story is not kept (any more)."""
        return await self._keep(
            Feedback(story_id, member_id, helpful=True, reason="", comment="", at=self._now())
        )

    async def object(self, story_id: int, member_id: int, reason: str, comment: str) -> bool:
        """Keep what is wrong with an explainer; False: its story is not kept (any more)."""
        known = Objection(reason) if reason in set(Objection) else Objection.OTHER
        return await self._keep(
            Feedback(
                story_id,
                member_id,
                helpful=False,
                reason=known.value,
                comment=comment.strip()[:MOST],
                at=self._now(),
            )
        )

    async def _keep(self, said: Feedback) -> bool:
        kept = await self._parts.store.write(lambda tx: tx.feedback.keep(said))
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
