"""What the extract finds in real articles, and how fast; how well is for a reader to say."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from benchmarks import corpus
from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from bot.explain.cues import is_personal
from bot.explain.extract import Sections, extract, sections_or_points
from bot.models import Article, SectionName

_TITLE = "extract: the sentences chosen from real articles"
_FOUR = (SectionName.WHY, SectionName.BACKGROUND, SectionName.NEXT, SectionName.BIGGER)
_ROUNDS = 5
"""Times that every article is explained."""


async def run(_: Stand) -> Report:
    """Count what is chosen from the pages that a development checkout has beside it."""
    if not corpus.is_shared(corpus.PAGES):
        return Report(_TITLE, [], [f"Skipped: no shared data here ({corpus.PAGES})."])
    found = [page.article for page in corpus.pages()]
    news = [a for a in found if is_news(a)]
    say(f"extract: {len(news)} of {len(found)} pages, {_ROUNDS} times …")
    both = [sections_or_points(article) for article in news]
    chosen, points = [sections for sections, _ in both], [kept for _, kept in both]
    return Report(_TITLE, _timed(news), [*_coverage(chosen, points, len(found))])


def is_news(article: Article) -> bool:
    """Tell whether an article is one that an extract is meant for: English, and not personal."""
    body = " ".join(block.text for block in article.blocks)
    return corpus.is_english(article) and not is_personal(article.title, article.link or "", body)


def _timed(articles: Sequence[Article]) -> list[Figure]:
    whole = Figure("extract() of an article", unit="ms CPU")
    points = Figure("… with key points", unit="ms CPU")
    for _ in range(_ROUNDS):
        for article in articles:
            for figure, choose in ((whole, extract), (points, sections_or_points)):
                began = time.process_time()
                choose(article)
                figure.samples.append((time.process_time() - began) * 1_000)
    return [whole, points]


def _coverage(
    chosen: Sequence[Sections], points: Sequence[tuple[str, ...]], pages_read: int
) -> list[str]:
    count = len(chosen)
    sizes = Counter(len(sections) for sections in chosen)
    instead = sum(map(bool, points))
    bare = sum(not s and not k for s, k in zip(chosen, points, strict=True))
    return [
        f"{count} of {pages_read} pages are English and not personal; of these have",
        *(_share(name, chosen) for name in _FOUR),
        f"Key points in place of Why This Matters: {instead / count:.0%}",
        f"All four sections: {sizes[len(_FOUR)]}, none: {sizes[0]}, nor key points: {bare}",
    ]


def _share(name: SectionName, chosen: Sequence[Sections]) -> str:
    sizes = [len(sections.get(name, ())) for sections in chosen]
    any_, two = (sum(size >= least for size in sizes) / len(sizes) for least in (1, 2))
    return f"{name.heading}: one sentence or more {any_:.0%}, two {two:.0%}"
