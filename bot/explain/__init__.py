"""Says what a story means: the publisher's own sections, else the story's own sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.explain.extract import extract
from bot.explain.sections import publisher_sections
from bot.explain.sentences import split
from bot.models import Article, Claim, Explainer, Origin, SectionName, Source

__all__ = ["explain"]

_MAX_SECTION = 4_000
"""Characters of one section that a publisher wrote; what comes after is not an explainer."""


def explain(article: Article) -> Explainer:
    """Explain an article from its own blocks alone, without a model.

    Every claim is one sentence of the article and names the source that holds that sentence.
    Pure; an article that supports no section has the origin `NONE`.
    """
    if written := publisher_sections(article.blocks):
        sections = {name: _within(_sentences(texts)) for name, texts in written.items()}
        return _explainer(Origin.PUBLISHER, sections, article, credit=article.credit)
    if chosen := extract(article):
        return _explainer(Origin.EXTRACT, chosen, article)
    return Explainer(Origin.NONE)


def _sentences(paragraphs: Sequence[str]) -> list[str]:
    return [sentence for paragraph in paragraphs for sentence in split(paragraph)]


def _within(sentences: Sequence[str]) -> list[str]:
    kept: list[str] = []
    length = 0
    for sentence in sentences:
        length += len(sentence)
        if kept and length > _MAX_SECTION:
            break
        kept.append(sentence)
    return kept


def _explainer(
    origin: Origin,
    sections: Mapping[SectionName, Sequence[str]],
    article: Article,
    *,
    credit: str = "",
) -> Explainer:
    texts = dict.fromkeys(s for sentences in sections.values() for s in sentences)
    ids = {text: f"s{number}" for number, text in enumerate(texts, start=1)}
    holder = credit or article.publisher
    # An aggregator's words do not stand on the page of the publisher that it sends readers to.
    url = article.link if holder == article.publisher else None
    return Explainer(
        origin,
        {name: tuple(Claim(t, (ids[t],)) for t in texts) for name, texts in sections.items()},
        tuple(Source(i, t, holder, url, article.published) for t, i in ids.items()),
        credit=credit,
    )
