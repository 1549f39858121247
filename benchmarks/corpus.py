"""Finds real articles beside a development checkout: the pages, and the feeds kept for judging."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.explain.cues import COMMON
from bot.feeds.parse import parse
from bot.feeds.text import clean
from bot.models import Article, Block, BlockKind, FeedDocument, Millis
from bot.stories.articles import article_of

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
HELD_OUT = (
    "news-time-tech.xml",
    "news-404media.xml",
    "news-elpais-english-mrss.xml",
    "news-techcrunch-2009.xml",
)
"""Feeds whose articles no rule was ever tuned on."""
PAGES = "articles/ground-truth.json"
_ENGLISH = 0.2
"""Share of an English text's words that are its commonest."""
_SEEN = datetime(2019, 11, 20, tzinfo=UTC)
"""When the pages were taken; some do not say when they were published."""
_DATES = ("article:published_time", "og:article:published_time", "datePublished", "date", "pubdate")


@dataclass(frozen=True, slots=True)
class Found:
    """An article, and the document that it stands in."""

    document: str
    article: Article


def is_shared(path: str) -> bool:
    """Tell whether a shared document is here; a fresh clone has none."""
    return (SHARED / path).exists()


def pages() -> Iterator[Found]:
    """Read the pages as articles: body as a person marked it, the rest from the page itself."""
    truth = json.loads((SHARED / PAGES).read_text("utf-8"))
    for key, page in truth.items():
        texts = [clean(text) for text in re.split(r"\n\s*\n", page["articleBody"])]
        texts = [text for text in texts if text]
        if not texts:
            continue
        meta = _meta(gzip.decompress((SHARED / f"articles/html/{key}.html.gz").read_bytes()))
        article = Article(
            title=clean(meta.get("og:title") or meta.get("title") or texts[0]),
            link=page["url"],
            teaser=clean(meta.get("og:description") or "") or texts[0],
            publisher=meta.get("og:site_name") or urlsplit(page["url"]).netloc,
            published=_published(meta),
            blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in texts),
            language=meta.get("language", ""),
        )
        yield Found(PAGES, article)


def held_out() -> Iterator[Found]:
    """Read the held-out feeds as the program does."""
    for name in HELD_OUT:
        path = next((SHARED / "feeds").rglob(name))
        document = parse(path.read_bytes(), f"https://{name}.example/")
        assert isinstance(document, FeedDocument), f"{name}: {document}"
        now = int(datetime.now(UTC).timestamp() * 1_000)
        for entry in document.entries:
            yield Found(
                name,
                article_of(entry, feed_title=document.title, language=document.language, now=now),
            )


def is_english(article: Article) -> bool:
    """Tell whether a text is English, whatever its language is said to be."""
    words = re.findall(r"[^\W\d_]+", " ".join(b.text for b in article.blocks).casefold())
    return sum(word in COMMON for word in words) > len(words) * _ENGLISH


def _meta(body: bytes) -> dict[str, str]:
    page = LexborHTMLParser(body)
    found: dict[str, str] = {}
    for tag in page.css("meta[content]"):
        name = tag.attributes.get("property") or tag.attributes.get("name")
        name = name or tag.attributes.get("itemprop")
        if name and (content := (tag.attributes.get("content") or "").strip()):
            found.setdefault(name, content)
    if title := page.css_first("title"):
        found.setdefault("title", title.text().strip())
    root = page.css_first("html[lang]")
    return {**found, "language": (root and root.attributes.get("lang")) or ""}


def _published(meta: Mapping[str, str]) -> Millis:
    for name in _DATES:
        try:
            told = datetime.fromisoformat(meta[name])
        except (KeyError, ValueError):
            continue
        return int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * 1_000)
    return int(_SEEN.timestamp() * 1_000)
