"""Conducts explaining: once a story, when a delivery or a person needs it first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog

from bot.models import ExplainedStory, Explainer, Material, Story, Topic
from bot.newsroom.parts import Parts
from bot.store import Tx

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store has of a story."""

    story: Story | None
    explainer: Explainer | None
    topic: str
    looked: bool
    """Its own page was looked at for a picture."""
    picture: str | None


class Explaining:
    """Explains stories, and finds their pictures."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def explained(
        self, story_id: int, topic: str | None = None, *, pictured: bool = True
    ) -> ExplainedStory | None:
        """Return a story with its explainer, which is made now if nobody needed it before.

        None where the story is not kept (any more). `pictured`: its own page is looked at for a
        picture where its feed has none, which takes a request.
        """
        turn = self._turns.setdefault(story_id, asyncio.Lock())
        async with turn:
            known = await self._parts.store.read(lambda tx: _ask(tx, story_id, topic))
            if known.story is None:
                return None
            explainer = known.explainer or await self._make(known.story)
            picture = known.picture
            if pictured and not known.looked:
                picture = await self._picture(known.story)
        return ExplainedStory(known.story, explainer, topic_of(self._parts, known.topic), picture)

    async def _make(self, story: Story) -> Explainer:
        explainer = await self._explain(story)
        now = self._parts.clock()
        await self._parts.store.write(lambda tx: tx.stories.keep_explainer(story, explainer, now))
        return explainer

    async def _explain(self, story: Story) -> Explainer:
        try:
            return await self._parts.explain(Material(story.article))
        except Exception:
            # A fault over one story's text is that story's: it must not end the program at every
            # start, nor keep the post back.
            log.exception("explaining failed", story=story.id)
            return Explainer()

    async def _picture(self, story: Story) -> str | None:
        article = story.article
        if self._parts.picture is None or article.image is not None or article.link is None:
            return None
        picture = await self._parts.picture(article.link)
        await self._parts.store.write(lambda tx: tx.stories.keep_page_picture(story.id, picture))
        return picture


def topic_of(parts: Parts, name: str) -> Topic:
    """Return a topic; one that has left the catalogue goes by its bare name."""
    return parts.topics.get(name) or Topic(name, name, "", "", ())


async def _ask(tx: Tx, story_id: int, topic: str | None) -> _Known:
    looked, picture = await tx.stories.page_picture(story_id)
    return _Known(
        story=await tx.stories.get(story_id),
        explainer=await tx.stories.explainer(story_id),
        topic=topic or await tx.stories.topic_of(story_id) or "",
        looked=looked,
        picture=picture,
    )
