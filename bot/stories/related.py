"""Pure: which earlier stories are a story's background; a wrong one is worse than none.

The archive proposes what shares rare words; here it is weighed how much these say. The thresholds
were set on real documents: `benchmarks/relatives.py` tells how often they are right.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from bot.models import DAY, HOUR, Article, Frequencies, Millis
from bot.stories.formats import form_of, is_recurring
from bot.stories.words import Words, stem, words_of

MOST = 3
"""Earlier stories of one story: more would be a list, and no background."""
APART: Millis = 12 * HOUR
"""Within this, two articles most likely tell one event: the other publisher's is no background."""
REACH: Millis = 365 * DAY
"""How far back relatives are looked for."""
CANDIDATES = 20
"""How many the archive is asked for."""
SMALLEST = 50
"""Articles in the story's language below which nothing tells which words are rare."""
_RELATED = 0.20
_NEAR = 0.30
"""Cosine from which on fewer shared words do."""
_SAME_PIECE = 0.9
_LIKE_EACH_OTHER = 0.6
_RARE = 0.015
"""Share of the articles that hold a rare word, at most."""
_MARGIN = 2
"""By how much rarer a word of a followed story may become while it is followed."""
_FEW = 3
"""Articles that may hold a rare word in a small archive, where a share says little."""
MayBe = Callable[[Article, Article], bool]
_MOST_WORDS = 30
_MOST_FOUND = 8_000
"""Articles that these may be in together: the archive ranks about as many, the newest."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What an article and a candidate share that few others have."""

    rare: frozenset[str]
    """Stems."""
    names: frozenset[str]
    """Those of them that are names."""
    things: int
    """How many things these are: a first and a last name are one."""
    in_headlines: bool
    """One of the stems stands in both headlines."""
    form: frozenset[str]
    """Stems that both have for their form's sake, and that are none of these."""

    @property
    def is_enough(self) -> bool:
        """Tell whether it holds a name, and one more thing: a name alone is in many affairs."""
        return bool(self.names) and self.things > 1

    @property
    def is_much(self) -> bool:
        """Tell whether it counts though the texts differ: names alone do not.

        A president and his country are in whatever is written of either.
        """
        return self.in_headlines and self.things > 2 and self.rare > self.names


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a candidate is to an article."""

    article: Article
    """The candidate."""
    cosine: float
    overlap: Overlap

    @property
    def is_kin(self) -> bool:
        """Tell whether both are of one affair."""
        if self.cosine < _RELATED or not self.overlap.is_enough:
            return False
        return self.cosine >= _NEAR or self.overlap.is_much


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
    reach = accumulate(count for count, _ in rare)
    sought = [known for (_, known), found in zip(rare, reach, strict=True) if found <= _MOST_FOUND]
    return tuple(word for known in sought[:_MOST_WORDS] for word in sorted(words.forms[known]))


def still_unknown(
    article: Article,
    candidates: Iterable[Article],
    frequencies: Frequencies,
    may_be: MayBe | None = None,
) -> frozenset[str]:
    """Return the words whose frequencies `related` needs beside those of the article's own.

    They are the words of the few candidates that share enough; all others are out without them.
    `may_be` is as for `likenesses`.
    """
    words = words_of(article)
    sharing = _sharing(article, words, candidates, _Scale(frequencies, words), may_be)
    return frozenset[str]().union(*(its.written for _, its, _ in sharing)) - frequencies.of.keys()


def related(
    article: Article, candidates: Iterable[Article], frequencies: Frequencies
) -> tuple[Article, ...]:
    """Choose at most three of the candidates that are the article's background, nearest first.

    Each was published at least 12 hours before, is not the same piece, and is neither like another
    that is chosen nor of its day. `frequencies` are those of the article's words and of what is
    `still_unknown`.
    """
    chosen: list[Likeness] = []
    for likeness in likenesses(article, candidates, frequencies):
        if likeness.is_kin and not any(_is_double(likeness.article, c.article) for c in chosen):
            chosen.append(likeness)
    return tuple(likeness.article for likeness in chosen[:MOST])


def may_carry_on(article: Article, earlier: Article) -> bool:
    """Tell whether an article may carry an earlier one on, as far as words don't matter.

    What comes within 12 hours and says most of it again is the same event, told once more.
    """
    if article.published <= earlier.published or not _may_be_kin(article, earlier):
        return False
    return article.published - earlier.published >= APART or not _is_alike(article, earlier)


def carried_on(
    article: Article, candidates: Iterable[Article], frequencies: Frequencies
) -> tuple[Article, ...]:
    """Choose those of the candidates that the article carries on: it tells of the same affair.

    `frequencies` are as for `related`; what is `still_unknown`, by `may_carry_on`.
    """
    found = likenesses(article, candidates, frequencies, may_carry_on)
    return tuple(likeness.article for likeness in found if likeness.is_kin)


def rare_words(article: Article, frequencies: Frequencies) -> frozenset[str]:
    """Return the stems that are rare in the archive, or may become so while it grows.

    What carries the article on has at least two of them. `frequencies` are those of
    `words_of(article).written`.
    """
    words = words_of(article)
    scale = _Scale(frequencies, words)
    most = max(_FEW, _MARGIN * _RARE * scale.size)
    return frozenset(known for known in words.forms if scale.of(known) <= most)


def may_be_carried_on(article: Article, frequencies: Frequencies) -> bool:
    """Tell whether anything could be found that carries an article on, as the archive is now.

    `frequencies` are as for `rare_words`.
    """
    is_known = _Scale(frequencies, words_of(article)).size >= SMALLEST
    enough = len(rare_words(article, frequencies)) > 1
    return is_known and enough and not is_recurring(article.title)


def likenesses(
    article: Article,
    candidates: Iterable[Article],
    frequencies: Frequencies,
    may_be: MayBe | None = None,
) -> list[Likeness]:
    """Weigh those of the candidates that may be kin and share enough; nearest first.

    `may_be` tells of the article and a candidate whether they may be; None: as background.
    """
    words = words_of(article)
    scale = _Scale(frequencies, words)
    found = []
    for candidate, its, overlap in _sharing(article, words, candidates, scale, may_be):
        one = scale.weights(known for known in words.all if known not in overlap.form)
        other = scale.weights(known for known in its.all if known not in overlap.form)
        found.append(Likeness(candidate, _cosine(one, other), overlap))
    return sorted(found, key=lambda x: (-x.cosine, -x.article.published))


def _sharing(
    article: Article,
    words: Words,
    candidates: Iterable[Article],
    scale: _Scale,
    may_be: MayBe | None,
) -> Iterator[tuple[Article, Words, Overlap]]:
    if scale.size < SMALLEST or is_recurring(article.title):
        return
    may_be = may_be or _may_be_background
    rare = frozenset(known for known in words.forms if scale.is_rare(known))
    for candidate in candidates:
        its = words_of(candidate)
        # The cheapest question first: it is the end of most.
        if len(rare & its.forms.keys()) < 2 or not may_be(article, candidate):
            continue
        overlap = _overlap(words, its, form_of(article, words, candidate, its), scale)
        if overlap.is_enough:
            yield candidate, its, overlap


def _may_be_background(article: Article, candidate: Article) -> bool:
    return candidate.published <= article.published - APART and _may_be_kin(article, candidate)


def _may_be_kin(article: Article, candidate: Article) -> bool:
    if is_recurring(candidate.title):
        return False
    languages = {_primary(a.language) for a in (article, candidate)} - {""}
    if len(languages) > 1 or (article.link and candidate.link == article.link):
        return False
    return not _is_same_piece(article.title, candidate.title)


def _primary(language: str) -> str:
    return language.casefold().replace("_", "-").partition("-")[0]


def _is_same_piece(title: str, other: str) -> bool:
    """Tell whether a headline is the other's, touched up: an update, and no background."""
    matcher = SequenceMatcher(None, title.casefold(), other.casefold(), autojunk=False)
    return (
        matcher.real_quick_ratio() >= _SAME_PIECE
        and matcher.quick_ratio() >= _SAME_PIECE
        and matcher.ratio() >= _SAME_PIECE
    )


def _is_double(one: Article, other: Article) -> bool:
    """Tell whether a reader would gain nothing from one beside the other."""
    same_day = one.published // DAY == other.published // DAY
    return same_day or _is_same_piece(one.title, other.title) or _is_alike(one, other)


def _is_alike(one: Article, other: Article) -> bool:
    """Tell whether most of what one says is in the other."""
    words, its = words_of(one).forms.keys(), words_of(other).forms.keys()
    return len(words & its) >= _LIKE_EACH_OTHER * min(len(words), len(its))


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


def _overlap(words: Words, its: Words, form: frozenset[str], scale: _Scale) -> Overlap:
    shared = (words.forms.keys() & its.forms.keys()) - form
    rare = frozenset(known for known in shared if scale.is_rare(known))
    names = (rare & (words.names | its.names)) - words.plain - its.plain
    in_headlines = not rare.isdisjoint(frozenset(words.title) & frozenset(its.title))
    return Overlap(rare, names, _things(words.all, its.all, rare), in_headlines, form)


def _things(words: Sequence[str], its: Sequence[str], rare: frozenset[str]) -> int:
    """Count what is rare in both; words that stand side by side in both are one, as in a name."""
    pairs = set(pairwise(words)) & set(pairwise(its))
    joined = {second for first, second in pairs if {first, second} <= rare}
    return len(rare - joined)


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    product = sum(weight * other.get(known, 0.0) for known, weight in one.items())
    return product / (_length(one) * _length(other)) if product else 0.0


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))
