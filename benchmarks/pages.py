"""How well the articles of real pages are found, by the article extraction benchmark's measure."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from bot.feeds import article
from bot.feeds.article_builtin import article_blocks
from bot.feeds.article_charset import decoded
from bot.feeds.article_lines import article_lines
from bot.feeds.article_meta import read_meta
from bot.models import PageTrouble

GOAL = 0.96
"""F1 over all pages."""
_PAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "articles"
_TITLE = "pages: the articles of real pages"
_SHINGLE = 4
"""Words in a row that are compared with the truth's."""


@dataclass(frozen=True, slots=True)
class Match:
    """How a text's shingles match the truth's: found, found besides, missed; together 1 or 0."""

    found: float
    besides: float
    missed: float

    @classmethod
    def of(cls, truth: str, text: str) -> Match:
        """Compare two texts; long ones count as much as short ones."""
        wanted, told = _shingles(truth), _shingles(text)
        counts = [(wanted & told).total(), (told - wanted).total(), (wanted - told).total()]
        whole = sum(counts) or 1
        return cls(*(count / whole for count in counts))

    @property
    def precision(self) -> float | None:
        """How much of the text is in the truth; None for no text."""
        told = self.found + self.besides
        return self.found / told if told else None

    @property
    def recall(self) -> float | None:
        """How much of the truth is in the text; None for no truth."""
        wanted = self.found + self.missed
        return self.found / wanted if wanted else None


@dataclass(frozen=True, slots=True)
class Score:
    """Means over pages, and the F1 of the two means, as that benchmark has it."""

    precision: float
    recall: float

    @classmethod
    def of(cls, matches: Iterable[Match]) -> Score:
        """Sum up; pages without text, or without truth, are left out of the one mean."""
        listed = list(matches)
        precisions = [p for m in listed if (p := m.precision) is not None]
        recalls = [r for m in listed if (r := m.recall) is not None]
        return cls(statistics.mean(precisions or [0]), statistics.mean(recalls or [0]))

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.3f} (precision {self.precision:.3f}, recall {self.recall:.3f})"


async def run(_: Stand) -> Report:
    """Read the pages, and have trafilatura read them; without the pages, or it, say so."""
    if not _PAGES.exists():
        return Report(_TITLE, [], ["Left out: the pages do not stand beside this checkout."])
    truths = json.loads((_PAGES / "ground-truth.json").read_text(encoding="utf-8"))
    notes = []
    peer = None
    if find_spec("trafilatura"):
        peer = Figure("trafilatura's text, a page")
        notes += await _measure(peer, _trafilatura, truths)
    else:
        notes.append("trafilatura: left out, for it is not installed.")
    ours = Figure("the article's text, a page", peer=peer)
    notes += await _measure(ours, _ours, truths)
    whole = Figure("the whole page as it is used, a page")
    notes.append(await asyncio.to_thread(_refusals, whole, truths))
    return Report(_TITLE, [*filter(None, [peer]), ours, whole], notes)


_Truths = Mapping[str, Mapping[str, str]]


async def _measure(
    figure: Figure, reader: Callable[[bytes, str], str], truths: _Truths
) -> list[str]:
    say(f"pages: {figure.name}, {len(truths)} of them …")
    matches = await asyncio.to_thread(_matches, figure, reader, truths)
    # Whether a page may be shown is another question than whether its article is found.
    return [
        f"{figure.name}: {Score.of(matches.values())}; goal: {GOAL} over all {len(matches)} pages",
        f"  tuned on: {Score.of(m for key, m in matches.items() if not is_held_out(key))}",
        f"  held out: {Score.of(m for key, m in matches.items() if is_held_out(key))}",
    ]


def _matches(
    figure: Figure, reader: Callable[[bytes, str], str], truths: _Truths
) -> dict[str, Match]:
    matches = {}
    for key, truth in truths.items():
        body = _body(key)
        with figure.timed():
            text = reader(body, truth["url"])
        matches[key] = Match.of(truth["articleBody"], text)
    return matches


def _refusals(figure: Figure, truths: _Truths) -> str:
    refused: Counter[PageTrouble] = Counter()
    for key, truth in truths.items():
        body = _body(key)
        with figure.timed():
            page = article.read_page(body, truth["url"], "text/html")
        if page.trouble:
            refused[page.trouble] += 1
    told = ", ".join(f"{count} {trouble}" for trouble, count in refused.items())
    return f"refused in use, though measured above: {told or 'none'}"


def _body(key: str) -> bytes:
    return gzip.decompress((_PAGES / "html" / f"{key}.html.gz").read_bytes())


def _ours(body: bytes, url: str) -> str:
    page = LexborHTMLParser(decoded(body, "text/html"))
    meta = read_meta(page, url)
    lines = article_lines(article_blocks(page, article.MAX_TEXT), meta.heading or meta.title)
    return "\n".join(line.text for line in lines)


def _trafilatura(body: bytes, _: str) -> str:
    import trafilatura  # noqa: PLC0415  # the benchmarks' own, and not always installed

    html = decoded(body, "text/html")
    return trafilatura.extract(html, favor_precision=True, include_comments=False) or ""


def is_held_out(key: str) -> bool:
    """Tell the pages that the program's own reader was not tuned on: by a hash, so by chance."""
    return bool(hashlib.sha256(key.encode()).digest()[-1] & 2)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    last = max(1, len(words) - _SHINGLE + 1)
    return Counter(tuple(words[n : n + _SHINGLE]) for n in range(last) if words)
