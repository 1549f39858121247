"""Sorts the feeds of an OPML document into topics, and tells of what can't be used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.catalogue import LIMITS, NAME, wrong_with_url
from bot.models import Topic
from bot.opml.outlines import OpmlError, Outline, read_outlines

__all__ = ["Imported", "LeftOut", "OpmlError", "read_opml"]

OWN_NAME, OWN_EMOJI = "wherefore:name", "wherefore:emoji"
"""Attributes of ours, for what OPML has no place for."""

_LOOSE = "Feeds"
"""The topic of feeds that stand in no folder."""
_LONGEST_NAME = 32
_SHOWN = 120
_FEED_TYPES = frozenset({"rss", "rss1", "rss2", "atom", "rdf", "feed", "jsonfeed"})
# What is written before an address so that it opens in a program for feeds.
_SCHEME = re.compile(r"(?:feed|itpc|pcast):(?://)?(?P<whole>https?://)?", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_LOGIN = re.compile(r"//[^/?#]*@")
_BAD = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")
_PICTURES = {"So", "Sk", "Mn", "Me", "Cf"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in the file that no topic has."""

    what: str
    """Its title or its address, cleaned and clipped."""
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an OPML document holds."""

    topics: tuple[Topic, ...]
    """Fit for a catalogue, in the document's order; none where nothing can be used."""
    left_out: tuple[LeftOut, ...]
    repaired: bool
    """The document was not well-formed XML."""
    broken_off: bool


@dataclass(slots=True, eq=False)
class _Folder:
    """Feeds that become a topic."""

    title: str
    around: _Folder | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    feeds: dict[str, None] = field(default_factory=dict)
    """In order."""


def read_opml(data: bytes) -> Imported:
    """Read an OPML document of at most 10 MB; each folder with feeds becomes a topic.

    Of folders inside folders the nearest counts; one with the same title beside it is the same.
    Raises OpmlError where the document can't be used at all.
    """
    tree = read_outlines(data)
    sorter = _Sorter()
    sorter.sort(tree.root)
    topics = tuple(_topics(folder for folder in sorter.folders if folder.feeds))
    return Imported(topics, tuple(sorter.left_out), tree.repaired, tree.broken_off)


class _Sorter:
    """Puts feeds into folders, and remembers what it can't use."""

    def __init__(self) -> None:
        self.left_out: list[LeftOut] = []
        self._loose = _Folder(_LOOSE)
        self.folders = [self._loose]
        """All folders, those without feeds too, in the order in which they begin."""
        self._known: dict[tuple[_Folder, str, str], _Folder] = {}

    def sort(self, root: Outline) -> None:
        """Go through all outlines, in the document's order."""
        left = [(outline, self._loose) for outline in root.children[::-1]]
        while left:
            outline, folder = left.pop()
            attributes = outline.attributes
            if _names_feed(attributes):
                self._take(attributes, folder)
            elif outline.children:
                folder = self._inside(folder, attributes)
            else:
                self._leave_out(attributes, _why_no_feed(attributes))
            left += [(child, folder) for child in outline.children[::-1]]

    def _inside(self, around: _Folder, attributes: Mapping[str, str]) -> _Folder:
        """Return a folder; one without a title is nothing but the one around it."""
        own = attributes.get(OWN_NAME, "")
        title = _title(attributes) or own
        if not title:
            return around
        key = (around, own, title)  # with its own name: two topics may have one title
        if key not in self._known:
            outer = None if around is self._loose else around
            self._known[key] = _Folder(title, outer, attributes)
            self.folders.append(self._known[key])
        return self._known[key]

    def _take(self, attributes: Mapping[str, str], folder: _Folder) -> None:
        url = _url(attributes)
        if why := _why_not(url, attributes):
            self._leave_out(attributes, why)
        elif url in folder.feeds:
            self._leave_out(attributes, f"it stands twice in “{folder.title}”")
        else:
            folder.feeds[url] = None

    def _leave_out(self, attributes: Mapping[str, str], why: str) -> None:
        what = _title(attributes) or _LOGIN.sub("//…@", _url(attributes)) or "an outline"
        self.left_out.append(LeftOut(_clip(_clean(what), _SHOWN), why))


# ── feeds ────────────────────────────────────────────────────────────────────────────────


def _names_feed(attributes: Mapping[str, str]) -> bool:
    address = attributes.get("url", "") if _is_feed(attributes) else ""
    return bool((attributes.get("xmlurl", "") or address).strip())


def _is_feed(attributes: Mapping[str, str]) -> bool:
    return "xmlurl" in attributes or attributes.get("type", "").lower() in _FEED_TYPES


def _url(attributes: Mapping[str, str]) -> str:
    url = (attributes.get("xmlurl") or attributes.get("url") or "").strip()
    if scheme := _SCHEME.match(url):
        return (scheme["whole"] or "http://") + url[scheme.end() :]
    return url


def _why_not(url: str, attributes: Mapping[str, str]) -> str:
    """Say why a feed can't be used; empty where it can."""
    kind = attributes.get("type", "")
    if "+" in kind and "/" not in kind:  # FreshRSS: "HTML+XPath" and such; no media type
        return f"its reader makes it out of a page ({_clip(_clean(kind), 30)}), it is no feed"
    return _bad_address(url) if wrong_with_url(url) else ""


def _bad_address(url: str) -> str:
    if _LOGIN.search(url):
        return "its address holds a user or a password, and people would see them"
    return f"“{_clip(_clean(url), _SHOWN)}” is no http(s) address"


def _why_no_feed(attributes: Mapping[str, str]) -> str:
    if _is_feed(attributes):
        return "the file does not say where the feed is (no xmlUrl)"
    if attributes.get("type", "").lower() == "include":
        return "it points to another OPML file: import that, too"
    if attributes.get("url") or attributes.get("htmlurl"):
        return "it leads to a page, not to a feed"
    return "nothing is in this folder"


# ── topics ───────────────────────────────────────────────────────────────────────────────


def _topics(folders: Iterable[_Folder]) -> Iterable[Topic]:
    names: set[str] = set()
    titles: set[str] = set()
    for folder in folders:
        own = folder.attributes.get(OWN_NAME, "")
        if NAME.fullmatch(own) and own not in names:
            topic = _own(folder, own)
        else:
            topic = _foreign(folder, names, titles)
        names.add(topic.name)
        titles.add(topic.title.casefold())
        yield topic


def _own(folder: _Folder, name: str) -> Topic:
    """Return a topic that this program has exported, as it was."""
    attributes = folder.attributes
    texts = {
        key: _clip(_clean(attributes.get(source, "")), LIMITS[key])
        for key, source in (("title", "title"), ("description", "description"))
    }
    emoji = _clean(attributes.get(OWN_EMOJI, ""))
    return Topic(
        name=name,
        title=texts["title"] or name,
        emoji=emoji if len(emoji) <= LIMITS["emoji"] else "",
        description=texts["description"],
        feeds=tuple(folder.feeds),
    )


def _foreign(folder: _Folder, names: set[str], titles: set[str]) -> Topic:
    emoji, title = _without_emoji(folder.title)
    if title.casefold() in titles and folder.around is not None:
        title = f"{_without_emoji(folder.around.title)[1]}: {title}"
    title = _clip(title, LIMITS["title"])
    return Topic(_name(title, names), title, emoji, "", tuple(folder.feeds))


def _name(title: str, taken: set[str]) -> str:
    """Make a name for commands of a title: a-z, 0-9 and -, at most 32, and nobody else's."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.decode("ascii").lower()).strip("-") or "topic"
    name, number = slug[:_LONGEST_NAME].rstrip("-"), 1
    while name in taken:
        number += 1
        ending = f"-{number}"
        name = slug[: _LONGEST_NAME - len(ending)].rstrip("-") + ending
    return name


def _title(attributes: Mapping[str, str]) -> str:
    """Return an outline's title; OPML allows markup in `text`."""
    for key in ("text", "title"):
        if found := _clean(_MARKUP.sub("", attributes.get(key, ""))):
            return found
    return ""


def _without_emoji(label: str) -> tuple[str, str]:
    """Part the emoji from the title that it stands before; the title is never empty."""
    first, _, rest = label.partition(" ")
    kinds = {unicodedata.category(character) for character in first}
    if rest and "So" in kinds and kinds <= _PICTURES and len(first) <= LIMITS["emoji"]:
        return first, rest
    return "", label


def _clean(text: str) -> str:
    return " ".join(_BAD.sub(" ", text).split())


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
