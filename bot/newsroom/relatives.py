"""Conducts the look-up of earlier stories that are the background of one."""

from __future__ import annotations

import asyncio

from bot.models import Article, Frequencies
from bot.newsroom.parts import Parts
from bot.stories import related
from bot.stories.scope import is_own
from bot.stories.words import words_of


async def earlier(parts: Parts, article: Article, story_id: int) -> tuple[Article, ...]:
    """Return the archive's earlier stories of the same affair, the nearest first; often none.

    `story_id` is the article's own story, 0 where it has none. What only some servers get is no
    background to what others may get, too: beside the catalogue's stories, only those of the
    story's own feeds are.
    """
    store = parts.store
    public = [name for name in parts.topics if not is_own(name)]
    words = words_of(article).written
    own = await store.read(lambda tx: tx.archive.frequencies(words))
    telling = related.telling(article, own)
    if not telling:
        return ()
    stories = await store.read(
        lambda tx: tx.archive.related(
            telling,
            before=article.published - related.APART,
            since=article.published - related.REACH,
            exclude=story_id,
            limit=related.CANDIDATES,
            topics=public,
        )
    )
    candidates = [story.article for story in stories]
    # Weighing takes some 20 ms: it must not hold up the event loop.
    unknown = await asyncio.to_thread(related.still_unknown, article, candidates, own)
    more = await store.read(lambda tx: tx.archive.frequencies(unknown))
    known = Frequencies(own.total, {**own.of, **more.of})
    return await asyncio.to_thread(related.related, article, candidates, known)
