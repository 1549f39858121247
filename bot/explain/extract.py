"""Chooses, without a model, the article's own sentences that explain it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.explain import cues
from bot.explain.sentences import split
from bot.models import Article, BlockKind, SectionName

MAX_SENTENCES = 2
"""In one section."""
MAX_SECTION = 900
"""Characters of one section."""
_WORDS = range(8, 51)
"""How many a sentence that can stand alone has."""
_MIN_ARTICLE = 60
"""Words from which on an article has something to choose from."""
_MIN_SENTENCES = 4
_MAX_ALIKE = 0.45
_MAX_LIKE_SHOWN = 0.6
_ENGLISH = 0.12
"""Share of an English text's words that are the commonest dozen or so, at the least."""
_EARLY = 0.4
_MIN_SHARED = 2
"""Stems of headline and teaser in a sentence that speaks of the story."""
_SHORT = 8
"""Stems below which headline and teaser together are too short to ask for more than one."""

Sections = dict[SectionName, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the article, with what its choice depends on."""

    text: str
    order: int
    depth: float
    """How far into the article it stands, 0 to 1."""
    stems: frozenset[str]
    centrality: float
    overlap: int
    """Stems that it shares with headline and teaser."""


def extract(article: Article) -> Sections:
    """Return at most two of the article's sentences per section, exactly as they stand there.

    A section that no sentence fits for certain is absent. Nothing is chosen from texts that are
    not English, and from opinion, reviews and the like, whose sentences are their author's.
    """
    paragraphs = [split(b.text) for b in article.blocks if b.kind is BlockKind.PARAGRAPH]
    body = " ".join(s for p in paragraphs for s in p)
    if not _is_explainable(article, paragraphs, body):
        return {}
    shown = f"{article.title}. {article.teaser}"
    sentences = _candidates(paragraphs, shown)
    year = datetime.fromtimestamp(article.published / 1_000, UTC).year
    return _choose(sentences, year, [_stems(article.title), *map(_stems, split(article.teaser))])


def _is_explainable(article: Article, paragraphs: Sequence[tuple[str, ...]], body: str) -> bool:
    words = re.findall(r"[^\W\d_]+", body.casefold())
    if len(words) < _MIN_ARTICLE or sum(map(len, paragraphs)) < _MIN_SENTENCES:
        return False
    common = sum(word in cues.COMMON for word in words) / len(words)
    if not article.language.casefold().startswith("en") and common < _ENGLISH:
        return False
    return not cues.is_personal(article.title, article.link or "", body)


def _candidates(paragraphs: Sequence[tuple[str, ...]], shown: str) -> list[_Sentence]:
    """Return the sentences that can stand alone and speak of the story's subject."""
    flat = [s for paragraph in paragraphs for s in paragraph]
    bags = [_stems(s) for s in flat]
    weights = _weights(bags)
    centroid = Counter(stem for bag in bags for stem in bag)
    ranks = [sum(centroid[s] * weights[s] for s in bag) / (len(bag) or 1) for bag in bags]
    highest = max(ranks, default=0) or 1
    subject = _stems(shown)
    found = [
        _Sentence(text, i, i / len(flat), bag, rank / highest, len(bag & subject))
        for i, (text, bag, rank) in enumerate(zip(flat, bags, ranks, strict=True))
        if len(bag & subject) >= (_MIN_SHARED if len(subject) >= _SHORT else 1)
    ]
    return [s for s in found if _has_length(s.text) and cues.stands_alone(s.text, shown)]


def _has_length(sentence: str) -> bool:
    # A longer one fits in no section; its cues would also be looked for in time squared.
    return len(sentence) <= MAX_SECTION and len(sentence.split()) in _WORDS


def _choose(sentences: Sequence[_Sentence], year: int, shown: list[frozenset[str]]) -> Sections:
    chosen: dict[SectionName, list[_Sentence]] = {}
    scored = [(s, *best) for s in sentences if (best := cues.best_section(s.text, year))]
    for sentence, section, _ in sorted(scored, key=lambda x: -_rank(x[0], x[2])):
        others = [s.stems for kept in chosen.values() for s in kept]
        if any(_alike(sentence.stems, o) >= _MAX_LIKE_SHOWN for o in shown):
            continue
        if any(_alike(sentence.stems, o) >= _MAX_ALIKE for o in others):
            continue
        if _has_room(kept := chosen.setdefault(section, []), sentence):
            kept.append(sentence)
    return {
        name: tuple(s.text for s in sorted(chosen[name], key=lambda s: s.order))
        for name in SectionName
        if chosen.get(name)
    }


def _has_room(kept: Sequence[_Sentence], sentence: _Sentence) -> bool:
    length = sum(len(s.text) + 1 for s in kept) + len(sentence.text)
    return len(kept) < MAX_SENTENCES and length <= MAX_SECTION


def _rank(sentence: _Sentence, score: float) -> float:
    early = _EARLY * (1 - sentence.depth)
    return score + sentence.centrality + min(sentence.overlap, 4) * 0.15 + early


# ── words ────────────────────────────────────────────────────────────────────────────────


def _stems(text: str) -> frozenset[str]:
    """Return the text's words of meaning, each cut to where English endings begin."""
    words = re.findall(r"[^\W_]{3,}", text.casefold())
    return frozenset(_stem(w) for w in words if w not in cues.COMMON)


def _stem(word: str) -> str:
    bare = re.sub(r"(?:ies|ing|ed|es|s|ly|ment|tion|y)$", "", word)
    return (bare if len(bare) >= 3 else word)[:7]


def _weights(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    spread = Counter(stem for bag in bags for stem in bag)
    return {stem: math.log(1 + len(bags) / n) for stem, n in spread.items()}


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the cosine of two sets of stems, 0 to 1."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0
