"""Chooses, without a model, the article's own sentences that explain it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain

from bot.explain import cues
from bot.explain.alike import alike, stems, stems_of, words
from bot.explain.sentences import split
from bot.models import Article, BlockKind, SectionName

MAX_SENTENCES = 2
"""In one section, and among the key points."""
MAX_SECTION = 900
"""Characters of one section."""
_WORDS = range(8, 51)
"""How many a sentence that can stand alone has."""
_MIN_ARTICLE = 60
"""Words from which on an article has something to choose from."""
_MIN_SENTENCES = 4
_MAX_ALIKE = 0.45
_MAX_LIKE_SHOWN = 0.6
_MAX_RETOLD = 0.75
"""Share of the stems of headline or teaser in a sentence that only tells it again."""
_MAX_OF_LEAD = 0.4
"""Share of the headline's stems in a first sentence that is not the headline told again."""
_MAX_OF_NEWS = 0.5
"""Share of a sentence's stems that are shown already, from which on it is the event itself."""
_BESIDE = (SectionName.BACKGROUND, SectionName.BIGGER, SectionName.WHY)
_KEY_RETOLD = 0.5
"""Share of the headline's stems from which on a key point tells it again."""
_MIN_ADDED = 5
"""Stems that a sentence adds, at the least, which does not only tell it again."""
_ENGLISH = 0.22
"""Share of an English text's words that are the commonest dozen or so, at the least."""
_EARLY = 0.4
_MIN_SHARED = 2
"""Stems of headline and teaser in a sentence that speaks of the story."""
_OFTEN = 0.1
"""Share of the sentences that have a stem of what the article is about."""
_MIN_CORE = 3
_SHORT = 8
"""Stems below which headline and teaser together are too short to ask for more than one."""
_KEY_SHARED = 4
"""Stems of headline and teaser in a key point, one of them the headline's."""
_KEY_STEMS = 8
_KEY_CENTRAL = 0.7
"""How central a key point is, 1 being the most central sentence."""
_KEY_DEPTH = 0.7
"""How far into the article key points are looked for."""

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


@dataclass(frozen=True, slots=True)
class _Text:
    """An article that is worth explaining, as its sentences."""

    shown: str
    told: tuple[frozenset[str], ...]
    """The stems of what is shown anyway: the headline, and each sentence of the teaser."""
    published: date
    surnames: frozenset[str]
    sentences: tuple[_Sentence, ...]
    """Those that speak of the story, and whose length is a sentence's."""


_Chosen = dict[SectionName, list[_Sentence]]


def extract(article: Article) -> Sections:
    """Return at most two of the article's sentences per section, exactly as they stand there.

    A section that no sentence fits for certain is absent. Nothing is chosen from texts that are
    not English, and from opinion, reviews and the like, whose sentences are their author's.
    """
    text = _read(article)
    return _texts(_choose(text)) if text else {}


def sections_or_points(article: Article) -> tuple[Sections, tuple[str, ...]]:
    """Return what `extract` does and, in place of Why This Matters, key points; in one reading."""
    text = _read(article)
    if not text:
        return {}, ()
    chosen = _choose(text)
    points = () if chosen.get(SectionName.WHY) else _points(text, chosen)
    return _texts(chosen), points


def _points(text: _Text, chosen: _Chosen) -> tuple[str, ...]:
    others = [s.stems for kept in chosen.values() for s in kept]
    kept: list[_Sentence] = []
    central = [s for s in text.sentences if _is_key(s, text.told[0])]
    for sentence in sorted(central, key=lambda s: -_rank(s, 0)):
        if not _is_new(sentence, text.told, others) or not cues.is_plain(sentence.text):
            continue
        if _is_the_news(sentence, text.told) or cues.looks_back(sentence.text, text.published):
            continue
        if _stands_alone(sentence, text) and _has_room(kept, sentence):
            kept.append(sentence)
            others.append(sentence.stems)
    return tuple(s.text for s in sorted(kept, key=lambda s: s.order))


def _is_key(sentence: _Sentence, title: frozenset[str]) -> bool:
    return (
        sentence.order > 0
        and sentence.centrality >= _KEY_CENTRAL
        and len(sentence.stems) >= _KEY_STEMS
        and sentence.overlap >= _KEY_SHARED
        and 0 < len(title & sentence.stems) < _KEY_RETOLD * len(title)
        and sentence.depth <= _KEY_DEPTH
    )


def _texts(chosen: _Chosen) -> Sections:
    return {
        name: tuple(s.text for s in sorted(chosen[name], key=lambda s: s.order))
        for name in SectionName
        if chosen.get(name)
    }


# ── the article's sentences ──────────────────────────────────────────────────────────────


def _read(article: Article) -> _Text | None:
    paragraphs = [split(b.text) for b in article.blocks if b.kind is BlockKind.PARAGRAPH]
    flat = [sentence for paragraph in paragraphs for sentence in paragraph]
    spelt = [words(sentence) for sentence in flat]
    body = " ".join(flat)
    if not _is_explainable(article, spelt, body):
        return None
    told = (stems(article.title), *map(stems, split(article.teaser)))
    own = [not said for paragraph in paragraphs for said in _is_said(paragraph)]
    return _Text(
        shown=f"{article.title}. {article.teaser}",
        told=told,
        published=datetime.fromtimestamp(article.published / 1_000, UTC).date(),
        surnames=cues.surnames(body),
        sentences=tuple(_sentences(flat, spelt, own, told)),
    )


def _is_said(paragraph: Sequence[str]) -> Iterator[bool]:
    """Tell of each sentence whether it goes on with a quotation that an earlier one began."""
    is_open = False
    for sentence in paragraph:
        yield is_open
        straight = sentence.count('"') % 2 == 1
        curly = sentence.count("“") - sentence.count("”")
        is_open = (is_open != straight) if straight else curly > 0 or (is_open and not curly)


def _is_explainable(article: Article, sentences: Sequence[list[str]], body: str) -> bool:
    every = list(chain.from_iterable(sentences))
    if len(every) < _MIN_ARTICLE or len(sentences) < _MIN_SENTENCES:
        return False
    if sum(map(cues.COMMON.__contains__, every)) < len(every) * _ENGLISH:
        return False
    if cues.is_feature(article.title, article.teaser, len(every)):
        return False
    link = article.link or ""
    if cues.may_be_personal(article.title, link, every) and cues.is_personal(
        article.title, link, body
    ):
        return False
    return not cues.is_recital(article.title, body)


def _sentences(
    flat: Sequence[str],
    spelt: Sequence[list[str]],
    own: Sequence[bool],
    told: Sequence[frozenset[str]],
) -> Iterator[_Sentence]:
    bags = [stems_of(found) for found in spelt]
    spread = Counter(stem for bag in bags for stem in bag)
    weights = {stem: n * math.log(1 + len(bags) / n) for stem, n in spread.items()}
    ranks = [sum(weights[s] for s in bag) / (len(bag) or 1) for bag in bags]
    highest, middle = max(ranks) or 1, sorted(ranks)[len(ranks) // 2]
    subject = bags[0].union(*told)
    # What a long article is about is more than its headline names.
    core = subject | {stem for stem, n in spread.items() if n >= max(3, len(bags) * _OFTEN)}
    for order, (text, bag, rank) in enumerate(zip(flat, bags, ranks, strict=True)):
        overlap = len(bag & subject)
        is_about = (
            overlap >= _MIN_SHARED
            or len(bag & core) >= _MIN_CORE
            or (overlap and (rank >= middle or len(subject) < _SHORT))
            or (len(bag & core) > 1 and rank >= middle)
        )
        # A lead mostly tells the headline in other words.
        is_lead = not order and len(bag & told[0]) >= len(told[0]) * _MAX_OF_LEAD
        if own[order] and is_about and not is_lead and _has_length(text):
            yield _Sentence(text, order, order / len(flat), bag, rank / highest, overlap)


def _has_length(sentence: str) -> bool:
    return len(sentence) <= MAX_SECTION and len(sentence.split()) in _WORDS


# ── which of them ────────────────────────────────────────────────────────────────────────


def _choose(text: _Text) -> _Chosen:
    chosen: _Chosen = {}
    others: list[frozenset[str]] = []
    scored = [
        (s, *best) for s in text.sentences if (best := cues.best_section(s.text, text.published))
    ]
    for sentence, section, _ in sorted(scored, key=lambda x: -_rank(x[0], x[2])):
        kept = chosen.get(section, [])
        if not _has_room(kept, sentence) or not _is_new(sentence, text.told, others):
            continue
        if section in _BESIDE and _is_the_news(sentence, text.told):
            continue
        if _stands_alone(sentence, text):
            chosen[section] = [*kept, sentence]
            others.append(sentence.stems)
    return chosen


def _stands_alone(sentence: _Sentence, text: _Text) -> bool:
    return cues.stands_alone(sentence.text, text.shown, text.surnames)


def _is_new(
    sentence: _Sentence, told: Sequence[frozenset[str]], others: Iterable[frozenset[str]]
) -> bool:
    if any(_repeats(sentence.stems, t) for t in told):
        return False
    return not any(alike(sentence.stems, o) >= _MAX_ALIKE for o in others)


def _is_the_news(sentence: _Sentence, told: Sequence[frozenset[str]]) -> bool:
    """Tell whether a sentence is of what headline and teaser tell, and not of what lies beside."""
    shown = frozenset[str]().union(*told)
    return len(sentence.stems & shown) >= _MAX_OF_NEWS * len(sentence.stems)


def _repeats(stems: frozenset[str], told: frozenset[str]) -> bool:
    shared = len(stems & told)
    if len(stems) - shared >= max(_MIN_ADDED, shared):
        return False  # it says more that is new
    return alike(stems, told) >= _MAX_LIKE_SHOWN or shared > len(told) * _MAX_RETOLD


def _has_room(kept: Sequence[_Sentence], sentence: _Sentence) -> bool:
    length = sum(len(s.text) + 1 for s in kept) + len(sentence.text)
    return len(kept) < MAX_SENTENCES and length <= MAX_SECTION


def _rank(sentence: _Sentence, score: float) -> float:
    early = _EARLY * (1 - sentence.depth)
    return score + sentence.centrality + min(sentence.overlap, 4) * 0.15 + early
