"""Reads the web page of a story: its article, what it says of itself, or why there is none."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds import raw, text
from bot.feeds.article_boxes import is_hidden
from bot.feeds.article_builtin import article_blocks
from bot.feeds.article_charset import decoded
from bot.feeds.article_lines import article_lines
from bot.feeds.article_meta import Meta, read_meta
from bot.feeds.article_trouble import LONG, is_sold, trouble_of
from bot.feeds.links import host_of
from bot.feeds.page import page_picture
from bot.models import Block, Page, PageTrouble

MAX_PAGE = 2_000_000
"""Bytes of a page that are read."""
MAX_TEXT = 60_000
"""Characters of an article that are taken: a long read of ten thousand words."""
_MAX_AROUND = 20_000
_MAX_FALLBACK = 2_000
_MAX_MORE = 300
_ENDS = ".!?…”’\"')»"
_SENTENCE_END = re.compile(r"[.!?…][”’\"')]*(?=\s|$)")
_HTML = ("text/html", "application/xhtml", "application/xml", "text/xml", "text/plain")
_NOT_SEEN = frozenset(
    "script style noscript template head title svg math iframe object embed canvas nav select"
    " option datalist".split()
)


def read_page(body: bytes, url: str, content_type: str) -> Page:
    """Read a page that was found at `url`: the first 2 MB of it, and 60,000 characters of text.

    An article that is for subscribers is not taken, even where its text stands hidden in the page.
    """
    body = body[:MAX_PAGE]
    kind = content_type.partition(";")[0].strip().lower()
    html = decoded(body, content_type) if not kind or kind.startswith(_HTML) else ""
    if not html.strip() or raw.kind_of(body) is raw.Kind.JSON or _is_hostile(html):
        return Page(url, publisher=host_of(url), trouble=PageTrouble.NO_TEXT)
    page = LexborHTMLParser(html)
    meta = read_meta(page, url)
    trouble, lines = _article(page, meta, url)
    return Page(
        url,
        title=meta.title,
        teaser=_completed(meta.teaser, lines),
        publisher=meta.publisher,
        published=meta.published,
        picture=page_picture(body, url),
        language=meta.language,
        blocks=() if trouble else lines,
        trouble=trouble,
    )


def _completed(teaser: str, lines: tuple[Block, ...]) -> str:
    """Return a teaser that its site has cut off, up to the end of its sentence in the text."""
    if not teaser or teaser[-1] in _ENDS:
        return teaser
    for line in lines[:3]:
        if line.text.startswith(teaser):
            rest = line.text[len(teaser) : len(teaser) + _MAX_MORE]
            if end := _SENTENCE_END.search(rest):
                return teaser + rest[: end.end()]
    return teaser


def _is_hostile(html: str) -> bool:
    return raw.is_crowded(html) or raw.is_deep(html)


def _article(
    page: LexborHTMLParser, meta: Meta, url: str
) -> tuple[PageTrouble | None, tuple[Block, ...]]:
    if is_sold(meta):
        return PageTrouble.PAYWALL, ()
    fallback = _fallback(page)  # the reading takes the page apart
    blocks = article_blocks(page, MAX_TEXT)
    lines = article_lines(blocks, meta.heading or meta.title)
    if sum(len(line.text) for line in lines) >= LONG:
        return trouble_of(meta, lines, url), lines
    # An offer to subscribe is no line of an article, but it tells what the lines above it are.
    return trouble_of(meta, blocks, url, _around(page), fallback), lines


def _around(page: LexborHTMLParser) -> str:
    """Return the text that can be seen, but for navigation."""
    if page.body is None:
        return ""
    blocks = text.read_tree(page.body, dropped=_is_unseen, limit=_MAX_AROUND)
    return "\n".join(block.text for block in blocks)


def _is_unseen(node: LexborNode, tag: str) -> bool:
    if tag in _NOT_SEEN or tag[0] in "-!":
        return True
    attributes = node.attributes
    return bool(attributes) and is_hidden(attributes)


def _fallback(page: LexborHTMLParser) -> str:
    told = " ".join(tag.text()[:_MAX_FALLBACK] for tag in page.css("noscript")[:10])
    return text.clean(told[:_MAX_FALLBACK])
