"""Reads what a web page says of feeds; slow pages make it slow, so it runs in the worker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.feeds import hosts, links, text
from bot.models import FeedLink, WebPage

MAX_NAMED = 50
MAX_LEADS = 20
_MAX_PAGE = 2_000_000
"""Bytes that are read as HTML."""
_MAX_TAGS = 20_000
"""How many links of each kind are looked at."""
_MAX_TITLE = 200
_MAX_LABEL = 40

_FEED_TYPE = re.compile(r"application/(?:rss|atom|feed|rdf)\+(?:xml|json)\b", re.IGNORECASE)
# Also the types of anything else: they count only where the address looks like a feed's.
_LOOSE_TYPE = re.compile(r"(?:text/xml|application/(?:xml|json))\s*(?:;|$)", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom|rdf)(?:/|\.(?:xml|json|php|aspx?)|$)"
    r"|\.(?:rss|atom|rdf)$|/(?:[\w-]*[-_])?(?:rss\w*|atom|feeds?)(?:[-_][\w-]*)?\.(?:xml|json|php)$"
    r"|/index\.xml$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|type|output|alt)=(?:rss2?|atom|feed)(?:&|$)", re.IGNORECASE
)
_FEED_LABEL = re.compile(
    r"\W*(?:(?:rss|atom|xml|json|news)[\s-]*)?(?:feeds?|rss|atom)\W*", re.IGNORECASE
)
# Interfaces of WordPress that carry feeds' types, and readers that offer to take a feed in.
_NO_FEED = re.compile(r"/wp-json/|/oembed\b|[?&]rest_route=", re.IGNORECASE)
_READERS = frozenset({
    "feedly.com", "inoreader.com", "newsblur.com", "netvibes.com", "theoldreader.com",
    "add.my.yahoo.com", "bloglovin.com", "follow.it", "subtome.com",
})  # fmt: skip
_COMMENTS_PATH = re.compile(r"/comments?(?:/|\.|$)|(?:^|[?&])feed=comments", re.IGNORECASE)
_COMMENTS_TITLE = re.compile(
    # A German "Kommentar" is a newspaper's opinion; readers' have a "Kommentar-Feed".
    r"\bcomments\b|\bcomment feed\b|\bkommentar-?feed\b|\bflux des commentaires\b"
    r"|\bfeed de (?:los )?coment[aá]rios\b|\bfeed dei commenti\b|\breactiesfeed\b"
    r"|лента комментариев",
    re.IGNORECASE,
)
# What YouTube's pages call their channel in the data for their own script.
_CHANNEL = re.compile(rb'"(?:externalId|externalChannelId)"\s*:\s*"(UC[\w-]{22})"')


def read(body: bytes, url: str) -> WebPage:
    """Read an HTML page that was found at `url`: at most 50 feeds it names and 20 that it links to.

    Links count from `<base>`, if that is one of ours; those that are not http(s) are left out.
    """
    page = LexborHTMLParser(_utf8(body[:_MAX_PAGE]))
    base_tag = page.css_first("base[href]")
    base = links.resolve(base_tag.attributes.get("href"), url) if base_tag else None
    named = chain(_channels(page, body, url), _named(page, base or url))
    return WebPage(
        feeds=_distinct(named, MAX_NAMED), leads=_distinct(_leads(page, base or url), MAX_LEADS)
    )


def is_about_comments(url: str, title: str) -> bool:
    """Tell whether a feed holds readers' comments rather than the news."""
    # "/@user/comments-in-code" is a page's own name; only whole parts of the path count.
    parts = urlsplit(url)
    return bool(_COMMENTS_PATH.search(f"{parts.path}?{parts.query}")) or bool(
        _COMMENTS_TITLE.search(title)
    )


def _utf8(body: bytes) -> bytes:
    """Return the page in the one encoding that the HTML reader takes; UTF-16 says itself."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace").encode()
    return body


def _named(page: LexborHTMLParser, base: str) -> Iterator[FeedLink]:
    for tag in page.css("link[href]")[:_MAX_TAGS]:
        rel = (tag.attributes.get("rel") or "").lower().split()
        if not {"alternate", "feed"}.intersection(rel):
            continue
        url = links.resolve(tag.attributes.get("href"), base)
        kind = (tag.attributes.get("type") or "").strip()
        certain = bool(_FEED_TYPE.match(kind)) or (not kind and "feed" in rel)
        if url and (certain or (_LOOSE_TYPE.match(kind) and _looks_like_a_feed(url))):
            yield FeedLink(url, _title(tag.attributes.get("title")))


def _leads(page: LexborHTMLParser, base: str) -> Iterator[FeedLink]:
    by_label = []
    for tag in page.css("a[href]")[:_MAX_TAGS]:
        url = links.resolve(tag.attributes.get("href"), base)
        if url is None or links.host_of(url) in _READERS or hosts.feedless(url):
            continue  # /dialog/feed of Facebook is how a page is shared there
        if _looks_like_a_feed(url):
            yield FeedLink(url, _label(tag.text()))
        elif _FEED_LABEL.fullmatch(label := _label(tag.text() or tag.attributes.get("title"))):
            by_label.append(FeedLink(url, label))
    yield from by_label  # a word leads astray more often than an address


def _channels(page: LexborHTMLParser, body: bytes, url: str) -> Iterator[FeedLink]:
    """Find the channel of one of YouTube's own pages, whichever of its places names it."""
    if not hosts.is_youtube(url):
        return
    for tag in page.css('meta[itemprop="identifier"], meta[itemprop="channelId"]')[:_MAX_TAGS]:
        if feed := hosts.youtube_channel(tag.attributes.get("content") or ""):
            yield feed
            return
    canonical = page.css_first('link[rel="canonical"]')
    if canonical and (feeds := hosts.certain(canonical.attributes.get("href") or "")):
        yield from feeds
    elif found := _CHANNEL.search(body):
        yield from filter(None, [hosts.youtube_channel(found[1].decode("ascii"))])


def _distinct(feeds: Iterable[FeedLink], most: int) -> tuple[FeedLink, ...]:
    kept: dict[str, FeedLink] = {}
    for feed in feeds:
        if _NO_FEED.search(feed.url) or is_about_comments(feed.url, feed.title):
            continue
        kept.setdefault(feed.url, feed)
        if len(kept) == most:
            break
    return tuple(kept.values())


def _looks_like_a_feed(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path)) or bool(_FEED_QUERY.search(parts.query))


def _title(value: str | None) -> str:
    return text.clip(text.clean((value or "")[: _MAX_TITLE * 4]), _MAX_TITLE)


def _label(value: str | None) -> str:
    """Return a link's words if there are few: the whole of a card is no title."""
    label = text.clean((value or "").strip()[:_MAX_TITLE])
    return label if len(label) <= _MAX_LABEL else ""
