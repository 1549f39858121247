"""Pure: which earlier stories are a story's background; a wrong one is worse than none.

The archive proposes what shares words; here it is weighed how much these words say. Thresholds
were set on one half of real documents and judged on the other: `benchmarks/relatives.py` tells.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from bot.models import DAY, HOUR, Article, Frequencies, Millis
from bot.stories.formats import form_of, is_recurring
from bot.stories.words import Words, stem, words_of

MOST = 3
"""Earlier stories of one story: more would be a list, and no background."""
APART: Millis = 12 * HOUR
"""Within this, two articles most likely tell one event: the other publisher's is no background."""
REACH: Millis = 365 * DAY
"""How far back relatives are looked for."""
CANDIDATES = 30
"""How many the archive is asked for."""
SMALLEST = 50
"""Articles in the story's language below which nothing tells which words are rare."""
_RELATED = 0.20
_SAME_PIECE = 0.9
_LIKE_EACH_OTHER = 0.6
_RARE = 0.01
"""Share of the articles that hold a rare word, at most."""
_FEW = 3
"""Articles that may hold a rare word in a small archive, where a share says little."""
_MOST_WORDS = 30


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a candidate is to a story."""

    article: Article
    cosine: float
    rare: frozenset[str]
    """The rare stems that both have."""
    names: frozenset[str]
    """Those of them that are names."""
    things: int
    """How many things these are: a first and a last name are one."""

    @property
    def is_kin(self) -> bool:
        """Tell whether both are of one affair: a name, and one more thing that few others have."""
        return self.cosine >= _RELATED and bool(self.names) and self.things >= 2


def telling(article: Article, frequencies: Frequencies) -> tuple[str, ...]:
    """Return the article's words that are rare in the archive, the rarest first.

    `frequencies` are those of `words_of(article).written`. None where the archive is too small
    to say what is rare, or the article is of a format that comes again and again.
    """
    words = words_of(article)
    scale = _Scale(frequencies, words)
    if scale.size < SMALLEST or is_recurring(article.title):
        return ()
    rare = sorted((scale.of(known), known) for known in words.forms if scale.is_rare(known))
    return tuple(word for _, known in rare[:_MOST_WORDS] for word in sorted(words.forms[known]))


def related(
    article: Article, candidates: Iterable[Article], frequencies: Frequencies
) -> tuple[Article, ...]:
    """Choose at most three of the candidates that are the article's background, nearest first.

    Each was published at least 12 hours before, is not the same piece, and is neither like another
    that is chosen nor of its day. `frequencies` are those of all words, `words_of(…).written`, of
    the article and of the candidates.
    """
    chosen: list[Likeness] = []
    for likeness in likenesses(article, candidates, frequencies):
        if likeness.is_kin and not any(_is_double(likeness, c) for c in chosen):
            chosen.append(likeness)
    return tuple(likeness.article for likeness in chosen[:MOST])


def likenesses(
    article: Article, candidates: Iterable[Article], frequencies: Frequencies
) -> list[Likeness]:
    """Weigh each candidate that may be background at all; the nearest first."""
    words = words_of(article)
    scale = _Scale(frequencies, words)
    if scale.size < SMALLEST or is_recurring(article.title):
        return []
    earlier = [c for c in candidates if _may_be_background(article, c)]
    found = [_likeness(article, words, c, scale) for c in earlier]
    return sorted(found, key=lambda x: (-x.cosine, -x.article.published))


def _may_be_background(article: Article, candidate: Article) -> bool:
    if candidate.published > article.published - APART or is_recurring(candidate.title):
        return False
    languages = {_primary(a.language) for a in (article, candidate)} - {""}
    if len(languages) > 1 or (article.link and candidate.link == article.link):
        return False
    return not _is_same_piece(article.title, candidate.title)


def _is_double(one: Likeness, other: Likeness) -> bool:
    """Tell whether a reader would gain nothing from one beside the other."""
    if one.article.published // DAY == other.article.published // DAY:
        return True
    if _is_same_piece(one.article.title, other.article.title):
        return True
    words, its = words_of(one.article).forms.keys(), words_of(other.article).forms.keys()
    return len(words & its) >= _LIKE_EACH_OTHER * min(len(words), len(its))


def _is_same_piece(title: str, other: str) -> bool:
    """Tell whether a headline is the other's, touched up: an update, and no background."""
    matcher = SequenceMatcher(None, title.casefold(), other.casefold(), autojunk=False)
    return matcher.real_quick_ratio() >= _SAME_PIECE and matcher.ratio() >= _SAME_PIECE


def _primary(language: str) -> str:
    return language.casefold().replace("_", "-").partition("-")[0]


# ── weighing ─────────────────────────────────────────────────────────────────────────────


class _Scale:
    """What stems weigh in the archive, seen from one article."""

    def __init__(self, frequencies: Frequencies, words: Words) -> None:
        self._of: dict[str, int] = {}
        for word, count in frequencies.of.items():
            known = stem(word)
            self._of[known] = max(count, self._of.get(known, 0))
        # The articles that count are those of the same language, and they all hold its commonest
        # words: a German article's "und" is rare, and says nothing, where most are English.
        commonest = sorted(map(self.of, words.forms), reverse=True)
        self.size = min(frequencies.total, 2 * commonest[2]) if len(commonest) > 2 else 0

    def of(self, known: str) -> int:
        """Say how many articles hold a stem: one, at the least."""
        return max(1, self._of.get(known, 0))

    def is_rare(self, known: str) -> bool:
        return self.of(known) <= max(_FEW, _RARE * self.size)

    def weights(self, stems: Iterable[str]) -> dict[str, float]:
        return {
            known: (1 + math.log(times)) * math.log(self.size / self.of(known))
            for known, times in Counter(stems).items()
            if self.of(known) < self.size
        }


def _likeness(article: Article, words: Words, candidate: Article, scale: _Scale) -> Likeness:
    its = words_of(candidate)
    form = form_of(article, words, candidate, its)
    one = [known for known in words.all if known not in form]
    other = [known for known in its.all if known not in form]
    shared = frozenset(one) & frozenset(other)
    rare = frozenset(known for known in shared if scale.is_rare(known))
    names = (rare & (words.names | its.names)) - words.plain - its.plain
    cosine = _cosine(scale.weights(one), scale.weights(other))
    return Likeness(candidate, cosine, rare, names, _things(words.all, its.all, rare))


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    product = sum(weight * other.get(known, 0.0) for known, weight in one.items())
    return product / (_length(one) * _length(other)) if product else 0.0


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


def _things(words: Sequence[str], its: Sequence[str], rare: frozenset[str]) -> int:
    """Count what is rare in both; words that stand side by side in both are one, as in a name."""
    pairs = set(pairwise(words)) & set(pairwise(its))
    joined = {second for first, second in pairs if {first, second} <= rare}
    return len(rare - joined)
