"""Conducts the look at a feed that somebody asks about: nothing of it is stored."""

from __future__ import annotations

import asyncio

from bot.explain.material import material_of, wants_page
from bot.feeds import verdict
from bot.feeds.links import host_of
from bot.models import Article, ExplainedStory, FeedLook, FoundFeed, Oddity, Page, Story, Topic
from bot.newsroom.parts import Parts
from bot.stories.articles import newest_of

NO_TOPIC = Topic("preview", "", "", "", ())


async def look_at(
    parts: Parts, found: FoundFeed, posts: int, topic: Topic | None = None
) -> FeedLook:
    """Say how a feed is, with so many of its newest posts as they would look without a model."""
    now = parts.clock()
    probe = verdict.read(found.asked, (), found.fetched, found.document, now)
    problems = {f.problem.value for f in verdict.judge([probe], now)[probe.url]}
    title = found.title or host_of(found.url)
    articles = newest_of(found.document, feed_title=title, now=now, limit=posts)
    told = [_explained(parts, article, topic or NO_TOPIC) for article in articles]
    return FeedLook(
        url=address_of(found),
        title=title,
        entries=found.entries,
        posts=tuple(await asyncio.gather(*told)),
        newest=probe.newest,
        posts_a_day=probe.posts_a_day,
        pictured=sum(1 for entry in found.document.entries if entry.image),
        thin=probe.thin,
        oddities=tuple(one for one in Oddity if one.value in problems),
    )


def address_of(found: FoundFeed) -> str:
    """Return where a feed is to be asked from now on."""
    return found.fetched.moved_to or found.asked


async def _explained(parts: Parts, article: Article, topic: Topic) -> ExplainedStory:
    page = None
    if parts.asked_page is not None and article.link and wants_page(article):
        answer = await parts.asked_page(article.link)
        page = answer if isinstance(answer, Page) else None
    explainer = await parts.explain(material_of(article, page), None, model="", limited=False)
    picture = page.picture if page else None
    return ExplainedStory(Story(0, article), explainer, topic, picture)
