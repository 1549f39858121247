"""Reads what a web page says of itself, in its head and in the data that it carries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from bot.feeds import dates, links, text
from bot.feeds.teaser import MAX_TEASER
from bot.models import Millis

_MAX_TITLE = 500
_MAX_PUBLISHER = 100
_MAX_TAGS = 2_000
"""How many tags of a kind are looked at."""
_MAX_SCRIPTS = 20
_MAX_DATA = 500_000
"""Characters of one piece of data that are read; an article with its text has fewer."""
_MAX_OBJECTS = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")
_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|Report|LiveBlogPosting|\w*Review)")
_DATE_NAMES = (
    "article:published_time", "article:published", "og:article:published_time",
    "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date",
    "dcterms.date", "cxenseparse:recs:publishtime", "pubdate", "publishdate", "publish-date",
    "publication_date", "date",
)  # fmt: skip
_DAY = re.compile(r"/(20\d\d)[/-](\d\d?)[/-](\d\d?)(?=/|-)")
_TITLE_NAMES = ("og:title", "twitter:title", "parsely-title", "dc.title")
_TEASER_NAMES = ("og:description", "description", "twitter:description", "dc.description")
_PUBLISHER_NAMES = ("og:site_name", "application-name", "dc.publisher")


@dataclass(frozen=True, slots=True)
class Data:
    """A page's JSON-LD: its objects one after another."""

    objects: tuple[dict[str, object], ...] = ()

    @property
    def articles(self) -> Iterator[dict[str, object]]:
        """Yield the objects that are an article."""
        return (o for o in self.objects if _is_article(o))


@dataclass(frozen=True, slots=True)
class Meta:
    """What a page says of itself; text is clean, and empty where it says nothing."""

    title: str = ""
    heading: str = ""
    """The one that stands over its text."""
    teaser: str = ""
    publisher: str = ""
    published: Millis | None = None
    language: str = ""
    kind: str = ""
    """What Open Graph calls it: "article", "website"."""
    tier: str = ""
    """Who may read it, as publishers say it: "free", "metered", "locked"."""
    data: Data = field(default_factory=Data)


def read_meta(page: LexborHTMLParser, url: str) -> Meta:
    """Read a page that was found at `url`."""
    said = _said(page)
    data = _data(page)
    first: dict[str, object] = next(data.articles, {})
    heading = _heading(page)
    title = (
        _first(said, _TITLE_NAMES) or _text(first.get("headline")) or heading or _title_tag(page)
    )
    teaser = _first(said, _TEASER_NAMES) or _text(first.get("description"))
    publisher = _publisher(said, first)
    title = text.headline(title[: _MAX_TITLE * 4])
    return Meta(
        title=text.clip(_without_publisher(title, publisher), _MAX_TITLE),
        heading=text.clean(heading[: _MAX_TITLE * 4]),
        teaser=text.clip(text.clean(teaser[: MAX_TEASER * 4]), MAX_TEASER),
        publisher=publisher or links.host_of(url),
        published=_published(page, said, data) or _in_address(url),
        language=_language(page, said, first),
        kind=said.get("og:type", "").lower(),
        tier=said.get("article:content_tier", "").lower(),
        data=data,
    )


def _said(page: LexborHTMLParser) -> dict[str, str]:
    """Return the first content of each name in the page's `<meta>` tags."""
    said: dict[str, str] = {}
    for tag in page.css("meta[content]")[:_MAX_TAGS]:
        attributes = tag.attributes
        content = (attributes.get("content") or "").strip()
        for key in ("property", "name", "itemprop"):
            if (name := attributes.get(key)) and content:
                said.setdefault(name.strip().lower(), content)
    return said


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _heading(page: LexborHTMLParser) -> str:
    headings = page.css("h1")[:2]
    # Of several, none is known to be the article's.
    return headings[0].text()[: _MAX_TITLE * 4] if len(headings) == 1 else ""


def _title_tag(page: LexborHTMLParser) -> str:
    tag = page.css_first("title")
    return tag.text()[: _MAX_TITLE * 4] if tag else ""


def _publisher(said: dict[str, str], article: dict[str, object]) -> str:
    name = _first(said, _PUBLISHER_NAMES[:1]) or _name(article.get("publisher"))
    name = name or _first(said, _PUBLISHER_NAMES[1:])
    # "The Gazette | News from the harbour": what it says behind its name is advertising.
    name = text.clean(name[: _MAX_PUBLISHER * 4]).split(" | ")[0]
    return "" if "://" in name else text.clip(name, _MAX_PUBLISHER)


def _without_publisher(title: str, publisher: str) -> str:
    """Cut the site's name off a title's end ("Night ferry sails | The Gazette")."""
    rest = title.removesuffix(publisher) if publisher else title
    cut = re.sub(r"\s+[|·•–—-]+\s*$", "", rest)
    return cut if cut and rest not in {title, cut} else title


def _name(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _published(page: LexborHTMLParser, said: dict[str, str], data: Data) -> Millis | None:
    """Return the first date that can be read: Open Graph's, the data's, another, `<time>`'s."""
    for date in _dates(page, said, data):
        if (found := dates.read(date, None)) is not None:
            return found
    return None


def _dates(page: LexborHTMLParser, said: dict[str, str], data: Data) -> Iterator[str]:
    yield said.get(_DATE_NAMES[0], "")
    yield from (_text(article.get("datePublished")) for article in data.articles)
    yield from (said[name] for name in _DATE_NAMES[1:] if name in said)
    named = '[itemprop~="datePublished"], time[pubdate], article time, time'
    for tag in page.css(named)[:3]:
        yield tag.attributes.get("datetime") or tag.attributes.get("content") or ""


def _in_address(url: str) -> Millis | None:
    """Return the day that an address names ("/2026/11/10/"), at noon in UTC."""
    found = _DAY.search(url)
    if found is None:
        return None
    return dates.read(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}T12:00:00Z", None)


def _language(page: LexborHTMLParser, said: dict[str, str], article: dict[str, object]) -> str:
    root = page.css_first("html")
    own = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root else ""
    spoken = (own, _text(article.get("inLanguage")), said.get("og:locale", ""))
    tidy = (language.strip().replace("_", "-") for language in spoken)
    return next((language for language in tidy if _LANGUAGE.fullmatch(language)), "")


# ── JSON-LD ──────────────────────────────────────────────────────────────────────────────


def _data(page: LexborHTMLParser) -> Data:
    found: list[dict[str, object]] = []
    for tag in page.css('script[type*="ld+json"]')[:_MAX_SCRIPTS]:
        source = tag.text()
        if len(source) <= _MAX_DATA:
            found.extend(_objects(_loaded(source), _MAX_OBJECTS - len(found)))
    return Data(tuple(found))


def _loaded(source: str) -> object:
    source = source.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        # Many hold line ends within strings, which is no JSON, but plain enough.
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, most: int) -> list[dict[str, object]]:
    """Return the objects of some data, those in lists and in "@graph", too."""
    found: list[dict[str, object]] = []
    waiting = [value]
    for _ in range(_MAX_OBJECTS * 4):
        if not waiting or len(found) >= most:
            break
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            found.append(value)
            waiting.extend(value.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage"))
    return found


def _is_article(value: dict[str, object]) -> bool:
    kinds = value.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(_ARTICLE.fullmatch(kind) for kind in named if isinstance(kind, str))
