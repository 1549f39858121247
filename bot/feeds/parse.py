"""Turns the bytes of a feed into clean entries: one pure function that a worker can run."""

from __future__ import annotations

import calendar
import io
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import Any

import feedparser

from bot.feeds import jsonfeed, links, text, webpage
from bot.feeds.teaser import teaser, without_repeats
from bot.models import Entry, FeedDocument, Millis, ParseFailed, ParseOutcome

MAX_ENTRIES = 2_000
MAX_TITLE = 500
_MAX_ID = 4_096
_MAX_DATE = 100
_SNIFFED = 4_096
_YEARS = range(1995, 2100)

_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_ROOT = re.compile(
    rb"<(?:(?P<page>!doctype\s+html|html\b)|(?:\w+:)?(?P<feed>rss|feed|rdf)[\s>/])", re.IGNORECASE
)
_DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
_PREFIXED = re.compile(rb"<(\w{1,20}):(?:item|entry)[\s>]")
# feedparser raises on a reference to half a character instead of replacing it.
_SURROGATE = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|[67]\d{3}));", re.IGNORECASE
)
# What software writes for "no date" ("0001-01-01"), which feedparser takes for 2001.
_NO_YEAR = re.compile(r"^(?!.*\b(?:19|20)\d\d\b).*(?<![+\d-])\b0\d{3}\b")
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)

Item = Mapping[str, Any]


def parse(body: bytes, url: str, content_type: str = "") -> ParseOutcome:
    """Read an RSS, Atom, RDF or JSON Feed document that was found at `url`.

    At most 2,000 entries are taken. A feed without entries is a valid document, a broken one
    without entries and a web page are not: a page answers with the feeds that it names.
    """
    if not body.strip():
        return ParseFailed("The document is empty")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return _read_json(body, url)
    found = _ROOT.search(_COMMENT.sub(b"", _ascii_start(body)))
    if found and found["page"]:
        return ParseFailed("That is a web page, not a feed", page=webpage.read(body, url))
    if not found and not _ascii_start(body).lstrip().startswith(b"<"):
        return ParseFailed("That is not a feed")
    return _read_xml(body, url, content_type, is_feed=bool(found))


def _ascii_start(body: bytes) -> bytes:
    """Return the document's start with the zero bytes of UTF-16 and UTF-32 left out."""
    return (
        body[:_SNIFFED]
        .removeprefix(b"\xef\xbb\xbf")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
        .replace(b"\0", b"")
    )


# ── documents ────────────────────────────────────────────────────────────────────────────


def _read_json(body: bytes, url: str) -> ParseOutcome:
    document = jsonfeed.read(body)
    if document is None:
        return ParseFailed("That is not a feed, but some other JSON")
    return _document(*document, url)


def _read_xml(body: bytes, url: str, content_type: str, *, is_feed: bool) -> ParseOutcome:
    body = _SURROGATE.sub(b"&#xfffd;", body)
    try:
        parsed = _feedparser(body, content_type)
        if not parsed.entries and parsed.bozo and (repaired := _from_root(body)) != body:
            parsed = _feedparser(repaired, content_type)
    # feedparser raises whatever its input provokes, and one feed must not stop the others.
    except Exception as error:  # noqa: BLE001  see above
        return ParseFailed(f"The feed's document cannot be read ({type(error).__name__})")
    if not parsed.entries:
        if not is_feed and not parsed.get("version"):
            return ParseFailed("That is not a feed")
        if parsed.bozo and not isinstance(parsed.bozo_exception, _HARMLESS):
            return ParseFailed("The feed's document is broken, and no entry in it can be read")
    return _document(dict(parsed.feed), [dict(e) for e in parsed.entries[:MAX_ENTRIES]], url)


def _feedparser(body: bytes, content_type: str) -> Any:  # noqa: ANN401  no types there
    # Wrapped, because feedparser takes bare bytes for the name of a file first.
    return feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        # No content-location: feedparser would resolve guids against it, and a feed that moves
        # would have other guids. Links are resolved here.
        response_headers={"content-type": _true_type(body, content_type)},
    )


def _true_type(body: bytes, content_type: str) -> str:
    """Return the content type with UTF-8 for a charset wherever the bytes prove it.

    Servers and XML declarations are often wrong about the charset; text that is not ASCII and
    still valid UTF-8 is never anything else.
    """
    if body.isascii():
        return content_type
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return content_type
    return "application/xml; charset=utf-8"


def _from_root(body: bytes) -> bytes:
    """Return the document from its root element on, under the first declaration it had.

    Of its elements, those whose prefix no namespace stands behind lose that prefix.
    """
    root = next((m for m in _ROOT.finditer(body[: _SNIFFED * 4]) if m["feed"]), None)
    if root is None:
        return body
    declaration = _DECLARATION.search(body[: root.start()])
    rest = body[root.start() :]
    prefix = _PREFIXED.search(rest)
    if prefix and b"xmlns:" + prefix[1] not in rest:
        rest = re.sub(rb"(</?)" + prefix[1] + rb":", rb"\1", rest)
    return (declaration[0] + b"\n" if declaration else b"") + rest


def _document(feed: Item, items: Sequence[Item], url: str) -> FeedDocument:
    title = text.headline(_str(feed.get("title")))[:MAX_TITLE]
    language = feed.get("language") or (feed.get("title_detail") or {}).get("language")
    return FeedDocument(
        title=title,
        entries=tuple(_entry(item, url, title) for item in items[:MAX_ENTRIES]),
        language=text.clean(_str(language))[:35],
        site=links.resolve(feed.get("link"), url),
    )


# ── entries ──────────────────────────────────────────────────────────────────────────────


def _entry(item: Item, url: str, feed_title: str) -> Entry:
    title = text.clip(text.headline(_str(item.get("title"))), MAX_TITLE)
    summary, content = text.read(_str(item.get("summary"))), text.read(_content(item))
    link = _link(item, url)
    shown = teaser([summary, content], title=title)
    whole = content if content.blocks else summary
    original, publisher = links.original([*summary.anchors, *content.anchors], link, link or url)
    return Entry(
        title=title,
        link=link,
        guid=text.clean(_str(item.get("id")))[:_MAX_ID] or None,
        teaser=shown,
        blocks=without_repeats(whole.blocks, shown, title),
        image=_image(item, (content, summary), link or url),
        published=_published(item),
        written_date=text.clean(_str(item.get("published") or item.get("updated")))[:_MAX_DATE],
        # Name and link go together: `<source>` may name another than the one who is linked to.
        publisher=publisher or _publisher(item, feed_title, title) or None,
        original_link=original,
    )


def _content(item: Item) -> str:
    """Return the longest of the entry's contents."""
    contents = item.get("content") or []
    return max((_str(c.get("value")) for c in contents), key=len, default="")


def _link(item: Item, url: str) -> str | None:
    """Return the entry's own page, without what only counts readers; a guid if it is a page."""
    guid = _str(item.get("id")).strip()
    for candidate in (item.get("feedburner_origlink"), item.get("link")):
        # feedparser takes any guid for a link where the feed does not deny it.
        if candidate == guid and not guid.startswith(("http://", "https://")):
            continue
        if found := links.resolve(candidate, url):
            return links.without_tracking(found, links.host_of(url), links.host_of(found))
    return None


def _publisher(item: Item, feed_title: str, title: str) -> str:
    """Return the name in the entry's `<source>`, unless it is the feed's own or the headline."""
    source = item.get("source") or {}
    name = text.headline(_str(source.get("title") or source.get("value")))[:MAX_TITLE]
    return "" if name.casefold() in {feed_title.casefold(), title.casefold()} else name


def _image(item: Item, texts: Sequence[text.Markup], base: str) -> str | None:
    """Return the entry's picture: media, thumbnail, enclosure, podcast cover, else the text's."""
    enclosures = [
        {**link, "url": link.get("href")}
        for link in item.get("links") or []
        if link.get("rel") == "enclosure"
    ]
    thumbnails = [{**t, "medium": "image"} for t in item.get("media_thumbnail") or []]
    cover = item.get("image") or {}
    covers = [{"url": cover.get("href") or cover.get("url"), "medium": "image"}]
    for offers in (item.get("media_content") or [], thumbnails, enclosures, covers):
        if found := links.picture(offers, base):
            return found
    return next((i for t in texts if (i := links.inline_picture(t.images, base))), None)


# ── dates ────────────────────────────────────────────────────────────────────────────────


def _published(item: Item) -> Millis | None:
    """Return when the entry says it was published, else updated; None for what makes no sense."""
    name = "published" if item.get("published") else "updated"
    parsed = item.get(f"{name}_parsed")
    written = _str(item.get(name)).strip()
    if _NO_YEAR.search(written):
        return None
    return _from_parts(parsed) or _from_text(written)


def _from_parts(parts: time.struct_time | None) -> Millis | None:
    # feedparser gives years like -1 and 10000, which no datetime takes.
    if parts is None or parts.tm_year not in _YEARS:
        return None
    return calendar.timegm(parts) * 1_000


def _from_text(written: str) -> Millis | None:
    """Read what feedparser does not: two-digit years, Unix times, ISO 8601 with a zone's name."""
    if re.fullmatch(r"\d{10}|\d{13}", written):
        return _sane(int(written[:10]))
    try:
        iso = datetime.fromisoformat(written)
        return _sane(int((iso if iso.tzinfo else iso.replace(tzinfo=UTC)).timestamp()))
    except (ValueError, OverflowError):
        pass  # not ISO 8601: the next reading tries
    try:
        parts = parsedate_tz(written)
        return _sane(mktime_tz(parts)) if parts else None
    except (ValueError, OverflowError):
        return None


def _sane(seconds: int) -> Millis | None:
    low, high = (calendar.timegm((y, 1, 1, 0, 0, 0)) for y in (_YEARS.start, _YEARS.stop))
    return seconds * 1_000 if low <= seconds < high else None


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""
