"""Numbers the sentences that an explainer of a story may rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.explain.sentences import split
from bot.models import Article, BlockKind, Material, Source, SourceKind

HEADLINE = "s0"
"""The id of the story's own headline."""
_MOST_OF_OTHERS = 12
"""Sentences of one other article: its beginning says what differs."""
_MOST_OF_EARLIER = 2
"""Sentences of an earlier story's teaser."""


def sources_of(material: Material) -> tuple[Source, ...]:
    """Return every sentence of the material, each with an id of its own.

    The story's are "s0" (its headline), "s1", "s2" …, and "t1" … those of its teaser that its text
    does not repeat; those of other articles "o1", "o2" …; the headline of the first earlier story
    is "e1", the sentences of its teaser "e1.1" and "e1.2".
    """
    article = material.article
    told = _told(article)
    teaser = [s for s in split(article.teaser) if s not in told and not s.endswith("…")]
    return (
        *_numbered("s", told[:1], article, SourceKind.STORY, first=0),
        *_numbered("t", teaser, article, SourceKind.STORY, first=1),
        *_numbered("s", told[1:], article, SourceKind.STORY, first=1),
        *_others(material),
        *_earlier(material),
    )


def _others(material: Material) -> Iterator[Source]:
    number = 1
    for other in material.others:
        told = _told(other)[: _MOST_OF_OTHERS + 1]
        yield from _numbered("o", told, other, SourceKind.OTHER, first=number)
        number += len(told)


def _earlier(material: Material) -> Iterator[Source]:
    for number, article in enumerate(material.earlier, start=1):
        yield _source(f"e{number}", article.title, article, SourceKind.EARLIER)
        teaser = split(article.teaser)[:_MOST_OF_EARLIER]
        yield from _numbered(f"e{number}.", teaser, article, SourceKind.EARLIER, first=1)


def _told(article: Article) -> tuple[str, ...]:
    """Return the headline and the sentences: those of the text, or of the teaser without one."""
    blocks = [block.text for block in article.blocks if block.kind is not BlockKind.HEADING]
    return (article.title, *(s for text in blocks or [article.teaser] for s in split(text)))


def _numbered(
    letter: str, texts: Sequence[str], article: Article, kind: SourceKind, *, first: int
) -> Iterator[Source]:
    for number, text in enumerate(texts, start=first):
        yield _source(f"{letter}{number}", text, article, kind)


def _source(name: str, text: str, article: Article, kind: SourceKind) -> Source:
    return Source(name, text, article.publisher, article.link, article.published, kind)
