"""The tables of pages that were read: those of stories, and those that members asked about."""

from __future__ import annotations

from bot.models import Article, Explainer, Millis, Page, Story
from bot.store.rows import Table, dump, load_article, load_explainer, load_page, version_of


class Pages(Table):
    """Pages of stories, and pages that members asked about."""

    async def of_story(self, story_id: int) -> tuple[bool, Page | None]:
        """Say whether a story's own page was asked for, and return it where it could be had."""
        row = await self._one("SELECT body FROM page WHERE story_id = ?1", story_id)
        if row is None:
            return False, None
        return True, load_page(row["body"]) if row["body"] else None

    async def keep(self, story: Story, page: Page | None) -> None:
        """Keep a story's own page, unless the story was corrected since; None: it can't be had."""
        await self._do(
            "INSERT INTO page (story_id, body) SELECT ?1, ?2 FROM article"
            " WHERE id = (SELECT min(id) FROM article WHERE story_id = ?1) AND body_hash = ?3"
            " ON CONFLICT (story_id) DO UPDATE SET body = excluded.body",
            story.id,
            None if page is None else dump(page),
            version_of(dump(story.article)),
        )

    async def asked(self, link_key: str, retry: Millis = 0) -> tuple[Article, Explainer] | None:
        """Return what became of a page that somebody asked about before, if it is kept.

        An explainer that is for now counts as none where it was made before `retry`.
        """
        row = await self._one(
            "SELECT article, explainer, made_at FROM asked WHERE link_key = ?1", link_key
        )
        if row is None:
            return None
        explainer = load_explainer(row["explainer"])
        if explainer.for_now and row["made_at"] < retry:
            return None
        return load_article(row["article"]), explainer

    async def keep_asked(
        self, link_key: str, article: Article, explainer: Explainer, now: Millis
    ) -> None:
        """Keep what became of a page that somebody asked about."""
        await self._do(
            "INSERT INTO asked (link_key, article, explainer, made_at) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (link_key) DO UPDATE SET article = excluded.article,"
            " explainer = excluded.explainer, made_at = excluded.made_at",
            link_key,
            dump(article),
            dump(explainer),
            now,
        )

    async def forget_asked(self, before: Millis) -> int:
        """Forget pages that were asked about before then; return how many."""
        return await self._do("DELETE FROM asked WHERE made_at < ?1", before)
