"""Turns the bytes of a feed into clean entries: one pure function that a worker can run."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import feedparser
import feedparser.mixin

from bot.feeds import dates, jsonfeed, links, raw, text, webpage
from bot.feeds.raw import MAX_ENTRIES
from bot.feeds.teaser import teaser, without_repeats
from bot.models import MINUTE, Entry, FeedDocument, Millis, ParseFailed, ParseOutcome
from bot.models.said import said

MAX_TITLE = 500
MAX_TEXT = 2_000_000
"""Characters that all blocks of a document have together, 50 counted for each by itself."""
_BLOCK = 50
_MAX_RAW = 20_000
"""Characters that are looked at of what is shown as one line."""
_MAX_ID = 512
_MAX_DATE = 100
_MAX_NAME = 200
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_TTL = re.compile(r"\s*(\d{1,6})\s*", re.ASCII)

Item = Mapping[str, Any]


def parse(body: bytes, url: str, content_type: str = "") -> ParseOutcome:
    """Read an RSS, Atom, RDF or JSON Feed document that was found at `url`.

    At most 2,000 entries are taken. A feed without entries is a valid document, a broken one
    without entries and a web page are not: a page answers with the feeds that it names.
    """
    if not body.strip():
        return ParseFailed(said("The document is empty"))
    body = raw.as_utf8(body)
    kind = raw.kind_of(body)
    match kind:
        case raw.Kind.JSON:
            return _read_json(body, url)
        case raw.Kind.PAGE:
            return ParseFailed(said("That is a web page, not a feed"), page=webpage.read(body, url))
        case raw.Kind.OTHER:
            return ParseFailed(said("That is not a feed"))
        case raw.Kind.FEED | raw.Kind.MARKUP:
            return _read_xml(body, url, content_type, is_feed=kind is raw.Kind.FEED)


# ── documents ────────────────────────────────────────────────────────────────────────────


def _read_json(body: bytes, url: str) -> ParseOutcome:
    document = jsonfeed.read(body)
    if document is None:
        return ParseFailed(said("That is not a feed, but some other JSON"))
    return _document(*document, url)


def _read_xml(body: bytes, url: str, content_type: str, *, is_feed: bool) -> ParseOutcome:
    if raw.is_crowded(body):
        return ParseFailed(
            said(
                "The feed's document has a tag of more than {limit} attributes, which no feed "
                "needs: left alone",
                limit=f"{raw.MAX_ATTRIBUTES:,}",
            )
        )
    body = raw.readied(body)
    try:
        parsed = _feedparser(body, content_type)
        if not parsed.entries and parsed.bozo and (repaired := raw.from_root(body)) != body:
            parsed = _feedparser(repaired, content_type)
    except MemoryError:
        raise  # the worker's affair: it starts anew
    # feedparser raises whatever its input provokes, and one feed must not stop the others.
    except Exception as error:  # noqa: BLE001  see above
        return ParseFailed(
            said("The feed's document cannot be read ({kind})", kind=type(error).__name__)
        )
    if not parsed.entries:
        if not is_feed and not parsed.get("version"):
            return ParseFailed(said("That is not a feed"))
        if parsed.bozo and not isinstance(parsed.bozo_exception, _HARMLESS):
            return ParseFailed(
                said("The feed's document is broken, and no entry in it can be read")
            )
    return _document(dict(parsed.feed), [dict(e) for e in parsed.entries[:MAX_ENTRIES]], url)


def _feedparser(body: bytes, content_type: str) -> Any:  # noqa: ANN401  no types there
    # Wrapped, because feedparser takes bare bytes for the name of a file first.
    return feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        # No content-location: feedparser would resolve guids against it, and a feed that moves
        # would have other guids. Links are resolved here.
        response_headers={"content-type": raw.true_type(body, content_type)},
    )


def _no_author(*_: object) -> None:
    pass


def _no_tag(parser: Any, *_: object) -> None:  # noqa: ANN401  no types there
    parser._get_context().setdefault("tags", [])  # noqa: SLF001  where a category's end looks


# Nobody reads authors and categories here, and feedparser takes minutes over hostile ones: it
# looks for an address in a name of 32 kB, and compares each of 20,000 categories with all others.
feedparser.mixin._FeedParserMixin._sync_author_detail = _no_author  # noqa: SLF001  no switch for it
feedparser.mixin._FeedParserMixin._add_tag = _no_tag  # noqa: SLF001  no switch for it


def _document(feed: Item, items: Sequence[Item], url: str) -> FeedDocument:
    title = _line(feed.get("title"))[:MAX_TITLE]
    language = feed.get("language") or (feed.get("title_detail") or {}).get("language")
    return FeedDocument(
        title=title,
        entries=_bounded([_entry(item, url, title) for item in items[:MAX_ENTRIES]]),
        language=text.clean(_str(language)[:_MAX_RAW])[:35],
        site=links.resolve(feed.get("link"), url),
        ttl=_ttl(feed.get("ttl")),
        icon=_icon(feed, url),
    )


def _icon(feed: Item, url: str) -> str | None:
    """Return the picture that stands for a feed: the square one first, where it has several.

    Atom's icon is square, its logo twice as wide (RFC 4287, 4.2.5 and 4.2.8); RSS has but one, of
    any form. Many icons are favicons, which Discord does not show.
    """
    image = feed.get("image") or {}
    offers = (feed.get("icon"), image.get("href"), image.get("url"), feed.get("logo"))
    return next((found for offer in offers if offer and (found := links.shown(offer, url))), None)


def _ttl(written: object) -> Millis | None:
    """Return how long the document may be kept: RSS says it in minutes.

    What `sy:updatePeriod` says is the same in all of WordPress, and means nothing.
    """
    found = _TTL.fullmatch(_str(written)[:_MAX_DATE])
    return int(found[1]) * MINUTE or None if found else None


def _bounded(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Take the blocks from the oldest entries where all of them together are too long.

    Every entry keeps its title, link and teaser, so none is lost. What is bounded is the time that
    the event loop needs to take the document over; real documents stay far below it.
    """
    weights = [sum(len(b.text) + _BLOCK for b in entry.blocks) for entry in entries]
    if sum(weights) <= MAX_TEXT:
        return tuple(entries)
    # A feed without dates has the newest on top, and so has one that was sorted.
    by_age = sorted(range(len(entries)), key=lambda place: -(entries[place].published or 0))
    room, bounded = MAX_TEXT, list(entries)
    for place in by_age:
        if weights[place] <= room:
            room -= weights[place]
        else:
            bounded[place] = replace(entries[place], blocks=())
    return tuple(bounded)


# ── entries ──────────────────────────────────────────────────────────────────────────────


def _entry(item: Item, url: str, feed_title: str) -> Entry:
    title = text.clip(_line(item.get("title")), MAX_TITLE)
    summary, content = _texts(item)
    link = _link(item, url)
    shown = teaser([summary, content], title=title)
    whole = content if content.blocks else summary
    original, publisher = links.original([*summary.anchors, *content.anchors], link, link or url)
    return Entry(
        title=title,
        link=link,
        guid=_guid(item),
        teaser=shown,
        blocks=without_repeats(whole.blocks, shown, title),
        image=_image(item, (content, summary), link or url),
        published=_published(item),
        written_date=text.clean(_str(item.get("published") or item.get("updated"))[:_MAX_RAW])[
            :_MAX_DATE
        ],
        # Name and link go together: `<source>` may name another than the one who is linked to.
        publisher=publisher or _publisher(item, feed_title, title) or None,
        original_link=original,
    )


def _texts(item: Item) -> tuple[text.Markup, text.Markup]:
    """Read the summary and the longest content; where they are one text, only once."""
    told, whole = _str(item.get("summary")), _content(item)
    summary = text.read(told)
    return summary, summary if whole == told else text.read(whole)


def _guid(item: Item) -> str | None:
    """Return what the entry calls itself; what is far too long to be kept stands as its digest."""
    guid = text.clean(_str(item.get("id")))
    if len(guid) > _MAX_ID:
        return f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"
    return guid or None


def _published(item: Item) -> Millis | None:
    """Return when the entry says it was published, else updated; None for what makes no sense."""
    name = "published" if item.get("published") else "updated"
    return dates.read(_str(item.get(name)), item.get(f"{name}_parsed"))


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
            found = links.unwrapped(found)
            return links.without_tracking(found, links.host_of(url), links.host_of(found))
    return None


def _publisher(item: Item, feed_title: str, title: str) -> str:
    """Return the name in the entry's `<source>`, unless it is the feed's own or the headline."""
    source = item.get("source") or {}
    name = _line(source.get("title") or source.get("value"))[:_MAX_NAME]
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


def _line(value: object) -> str:
    return text.headline(_str(value)[:_MAX_RAW])


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""
