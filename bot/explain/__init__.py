"""Says what a story means: the publisher's own sections, a model's, else the story's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.explain.extract import sections_or_points
from bot.explain.sections import publisher_sections
from bot.explain.sentences import split
from bot.explain.sources import sources_of
from bot.models import (
    THE_FOUR,
    Article,
    Claim,
    Draft,
    Explainer,
    Material,
    Origin,
    Section,
    SectionName,
    Source,
)

__all__ = ["explain", "sources_of"]

_MAX_SECTION = 4_000
"""Characters of one section that a publisher wrote; what comes after is not an explainer."""
_MAX_SENTENCE = 800
"""Characters of one sentence of a publisher's: no field has room for a longer one."""
_MOST_EARLIER = 2
"""How many earlier stories Background Context names."""

_Written = Mapping[SectionName, Sequence[str]]


def explain(
    material: Material, draft: Draft | None = None, *, model: str = "", limited: bool = False
) -> Explainer:
    """Explain a story from its material, each section by the best who can say something in it.

    That is the publisher under its own headings, then the `draft` that a `model` wrote and whose
    claims were checked, then the story's own sentences. Every claim names its sources. Pure; a
    story that supports no section has the origin `NONE`. `limited`: see `Explainer`.
    """
    article = material.article
    written = _by_publisher(article)
    chosen = _chosen(article, written)
    sources = _Sources(material, written)
    sections: dict[SectionName, Section] = {}
    for name in SectionName:
        if name in written:
            sections[name] = Section(Origin.PUBLISHER, sources.claims(written[name]))
        elif draft and draft.sections.get(name):
            sections[name] = Section(Origin.MODEL, draft.sections[name])
        elif name in chosen and not (
            name is SectionName.KEY_POINTS and SectionName.WHY in sections
        ):
            sections[name] = Section(Origin.EXTRACT, sources.claims(chosen[name]))
    if background := _with_earlier(sections.get(SectionName.BACKGROUND), sources.earlier):
        sections[SectionName.BACKGROUND] = background
    sections = {name: sections[name] for name in SectionName if name in sections}
    origins = {section.origin for section in sections.values()}
    return Explainer(
        sections,
        sources.cited(sections.values()),
        credit=(article.credit or article.publisher) if Origin.PUBLISHER in origins else "",
        model=model if Origin.MODEL in origins else "",
        limited=limited,
    )


def _by_publisher(article: Article) -> _Written:
    written = publisher_sections(article.blocks)
    kept = {name: _within(_sentences(texts)) for name, texts in written.items()}
    return {name: sentences for name, sentences in kept.items() if sentences}


def _sentences(paragraphs: Iterable[str]) -> list[str]:
    return [sentence for paragraph in paragraphs for sentence in split(paragraph)]


def _within(sentences: Sequence[str]) -> list[str]:
    kept: list[str] = []
    length = 0
    for sentence in sentences:
        if len(sentence) > _MAX_SENTENCE:
            continue
        length += len(sentence)
        if kept and length > _MAX_SECTION:
            break
        kept.append(sentence)
    return kept


def _chosen(article: Article, written: _Written) -> _Written:
    """Choose sentences for what the publisher left open, but none that it has used itself."""
    if all(name in written for name in THE_FOUR):
        return {}
    used = {sentence for sentences in written.values() for sentence in sentences}
    sections, points = sections_or_points(article)
    found = {**sections, SectionName.KEY_POINTS: points}
    chosen = {name: [s for s in told if s not in used] for name, told in found.items()}
    return {name: told for name, told in chosen.items() if told}


class _Sources:
    """The material's sentences, by id and by what they say."""

    def __init__(self, material: Material, written: _Written) -> None:
        self._article = material.article
        self._all = {source.id: source for source in sources_of(material)}
        self._ids = {source.text: source.id for source in reversed(self._all.values())}
        for sentences in written.values():
            for sentence in sentences:
                self._credit(sentence)
        self.earlier = tuple(
            Claim(self._all[f"e{number}"].text, (f"e{number}",))
            for number in range(1, min(len(material.earlier), _MOST_EARLIER) + 1)
        )

    def _credit(self, sentence: str) -> None:
        """Hold a section's sentence as its writer's: an aggregator's is on no publisher's page."""
        article = self._article
        name = self._ids.setdefault(sentence, f"p{len(self._ids)}")
        holder = article.credit or article.publisher
        url = article.link if holder == article.publisher else None
        self._all[name] = Source(name, sentence, holder, url, article.published)

    def claims(self, sentences: Sequence[str]) -> tuple[Claim, ...]:
        return tuple(Claim(sentence, (self._ids[sentence],)) for sentence in sentences)

    def cited(self, sections: Iterable[Section]) -> tuple[Source, ...]:
        """Return what the sections rest on, in the order in which it is first cited."""
        ids = [i for section in sections for claim in section.claims for i in claim.sources]
        return tuple(self._all[name] for name in dict.fromkeys(ids))


def _with_earlier(section: Section | None, earlier: Sequence[Claim]) -> Section | None:
    """Add the earlier stories that the section does not name yet; a publisher's stays as it is."""
    if section is None:
        return Section(Origin.EXTRACT, tuple(earlier)) if earlier else None
    if section.origin is Origin.PUBLISHER:
        return section
    named = {i.partition(".")[0] for claim in section.claims for i in claim.sources}
    more = tuple(claim for claim in earlier if claim.sources[0] not in named)
    return replace(section, claims=section.claims + more)
