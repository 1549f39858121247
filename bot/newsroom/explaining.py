"""Conducts explaining: once a story, when a delivery or a person needs it first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import structlog

from bot.explain.material import material_of, wants_page
from bot.feeds.links import host_of
from bot.models import (
    HOUR,
    Article,
    ExplainedStory,
    Explainer,
    Material,
    Millis,
    Page,
    Story,
    Topic,
)
from bot.models.events import Explained
from bot.newsroom.parts import Parts
from bot.newsroom.relatives import earlier
from bot.newsroom.writing import Writing, Written
from bot.store import Tx
from bot.stories.scope import SEPARATOR, own_keys

TRY_AGAIN: Millis = HOUR
"""After this, an explainer that had to do without the model is made again for who asks for it."""
OTHERS = 6
"""How many other articles of a story are read beside the one that it is shown by."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store has of a story."""

    story: Story | None
    explainer: Explainer | None
    topic: str
    in_catalogue: bool
    """A feed of the catalogue has brought it."""
    looked: bool
    """Its own page was asked for."""
    page: Page | None


class Explaining:
    """Explains stories, from all that is at hand of them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._writing = Writing(parts)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def explained(
        self,
        story_id: int,
        topic: str | None = None,
        *,
        guild_id: int | None = None,
        payer: str | None = None,
        until: Millis | None = None,
    ) -> ExplainedStory | None:
        """Return a story with its explainer, which is made now if nobody needed it before.

        None where the story is not kept (any more). Without a topic, it is shown under one that
        this server has. `payer` is who asks, where somebody does; no model is waited for longer
        than `until`, or than the settings allow.
        """
        turn = self._turns.setdefault(story_id, asyncio.Lock())
        with structlog.contextvars.bound_contextvars(story=story_id):
            async with turn:
                return await self._explained(story_id, topic, guild_id, payer, until)

    async def _explained(
        self,
        story_id: int,
        topic: str | None,
        guild_id: int | None,
        payer: str | None,
        until: Millis | None,
    ) -> ExplainedStory | None:
        # A post takes what is there; a person who comes later is worth another try.
        retry = self._parts.clock() - TRY_AGAIN if payer else 0
        known = await self._parts.store.read(
            lambda tx: _ask(tx, story_id, topic, guild_id, retry=retry)
        )
        story = known.story
        if story is None:
            return None
        page = known.page if known.looked else await self._page(story, known)
        explainer = known.explainer or await self._make(story, page, payer, until)
        picture = page.picture if page else None
        return ExplainedStory(story, explainer, topic_of(self._parts, known.topic), picture)

    async def explain(
        self,
        story: Story,
        *,
        payer: str | None,
        until: Millis | None = None,
        page: Page | None = None,
        others: Sequence[Article] = (),
    ) -> Explainer:
        """Explain a story from all of this and from the archive, with the model if there is one."""
        began = self._parts.clock()
        latest = began + self._parts.limits.run
        until = latest if until is None else min(until, latest)
        try:
            before = await earlier(self._parts, story.article, story.id)
            material = material_of(story.article, page, others, before)
            written = await self._writing.draft(material, payer, until)
            explainer = await self._put_together(material, written)
        except Exception:
            # A fault over one story's text is that story's: it must not end the program at every
            # start, nor keep the post back.
            log.exception("explaining failed", story=story.id, site=host_of(story.article.link))
            explainer = Explainer(for_now=True)
        took = max(0, self._parts.clock() - began)
        self._parts.tell(Explained(story_id=story.id, origin=explainer.origin, took=took))
        return explainer

    async def _make(
        self, story: Story, page: Page | None, payer: str | None, until: Millis | None
    ) -> Explainer:
        others = await self._parts.store.read(lambda tx: tx.stories.others(story.id, OTHERS))
        explainer = await self.explain(story, payer=payer, until=until, page=page, others=others)
        now = self._parts.clock()
        await self._parts.store.write(lambda tx: tx.stories.keep_explainer(story, explainer, now))
        return explainer

    async def _put_together(self, material: Material, written: Written) -> Explainer:
        explainer = await self._parts.explain(
            material, written.draft, model=self._writing.name, limited=written.limited
        )
        return replace(explainer, for_now=written.may_come)

    async def _page(self, story: Story, known: _Known) -> Page | None:
        """Ask for a story's own page, where its text or its picture is missing."""
        article = story.article
        # What a server's own feed leads to is nothing that the host of the program has chosen.
        read = self._parts.page if known.in_catalogue else self._parts.asked_page
        if read is None or article.link is None:
            return None
        if not wants_page(article, explained=known.explainer is not None):
            return None
        found = await read(article.link)
        page = found if isinstance(found, Page) else None
        await self._parts.store.write(lambda tx: tx.pages.keep(story, page))
        return page


def topic_of(parts: Parts, name: str) -> Topic:
    """Return a topic; one that has left the catalogue goes by its bare name."""
    return parts.topics.get(name) or Topic(name, name.rpartition(SEPARATOR)[2], "", "", ())


async def at_event(tx: Tx, event_key: str, guild_id: int | None) -> list[int]:
    """List the newest stories of an event: the one for everybody, and the server's own."""
    found = [await tx.stories.of_event(event_key)]
    if guild_id:
        feed_ids = await tx.own.feed_ids(guild_id)
        found.append(await tx.stories.of_event(*own_keys(event_key, guild_id, feed_ids)))
    return [story_id for story_id in found if story_id is not None]


async def _ask(
    tx: Tx, story_id: int, topic: str | None, guild_id: int | None, *, retry: Millis
) -> _Known:
    looked, page = await tx.pages.of_story(story_id)
    return _Known(
        story=await tx.stories.get(story_id),
        explainer=await tx.stories.explainer(story_id, retry),
        topic=topic or await tx.stories.topic_of(story_id, guild_id) or "",
        in_catalogue=await tx.stories.is_in_catalogue(story_id),
        looked=looked,
        page=page,
    )
