"""The table of feedback: what members think of explainers."""

from __future__ import annotations

from bot.models import Feedback as Said
from bot.models import Judged, Millis, Story
from bot.store.rows import Table, load_article, load_explainer


class Feedback(Table):
    """What members think of explainers; each member's last word on a story counts."""

    async def keep(self, said: Said) -> bool:
        """Keep what a member thinks of a story; False where the story is not kept any more."""
        return bool(
            await self._do(
                "INSERT INTO feedback (story_id, member_id, helpful, reason, comment, at)"
                " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM story WHERE id = ?1)"
                " ON CONFLICT (story_id, member_id) DO UPDATE SET helpful = excluded.helpful,"
                " reason = excluded.reason, comment = excluded.comment, at = excluded.at",
                said.story_id,
                said.member_id,
                int(said.helpful),
                said.reason,
                said.comment,
                said.at,
            )
        )

    async def since(self, since: Millis) -> list[Judged]:
        """List what was said since then by story, the one that was spoken of last first."""
        rows = await self._all(
            "SELECT * FROM feedback WHERE at >= ?1 ORDER BY at DESC, member_id", since
        )
        by_story: dict[int, list[Said]] = {}
        for row in rows:
            said = Said(**{**dict(row), "helpful": bool(row["helpful"])})
            by_story.setdefault(said.story_id, []).append(said)
        return [await self._judged(number, said) for number, said in by_story.items()]

    async def _judged(self, story_id: int, said: list[Said]) -> Judged:
        shown = await self._one(
            "SELECT body FROM article WHERE story_id = ?1 ORDER BY id LIMIT 1", story_id
        )
        made = await self._one("SELECT body FROM explainer WHERE story_id = ?1", story_id)
        story = Story(story_id, load_article(shown["body"])) if shown else None
        origin = load_explainer(made["body"]).origin if made else None
        return Judged(story, story_id, origin, tuple(said))

    async def forget(self, before: Millis) -> int:
        """Forget what was said before that time; return how much that was."""
        return await self._do("DELETE FROM feedback WHERE at < ?1", before)
