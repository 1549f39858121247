"""Pure: whether an entry is new, and whether it is news or only new to us.

A repost is worse than a late story, so any one key that matches means "seen", and a date can only
speak against an entry, never for it. Where a rule answers a complaint about other readers, it is
named with it.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.models import MANY_AT_ONCE, NEWS_AGE, Entry, Feed, Key, KeyKind, Millis

_REVISION = re.compile(r"#\d+$")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)
_ORIGIN = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_SHORTEST_PATH = 8
"""Characters: what is left of a shorter guid says too little ("/1")."""

BRAKE_SHARE = 0.5
"""More new entries in one document than `MANY_AT_ONCE` and than this share of all look like a feed
that renamed everything."""


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry with all its keys."""

    entry: Entry
    keys: tuple[Key, ...]
    article_id: int | None = None
    """The article that it is known as; None while it is new."""
    news: bool = False
    """New, and fit to be posted; what is new but not news is stored in silence."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A document's entries with all that can be said of them without knowing any of them.

    The costly part of identifying, and it needs nothing: it may be made in a thread.
    """

    entries: tuple[tuple[Entry, tuple[Key, ...]], ...]
    contradicted: frozenset[KeyKind]
    """The kinds of key that this document shows to say nothing."""

    @property
    def keys(self) -> set[Key]:
        """All keys of all entries."""
        return {key for _, keys in self.entries for key in keys}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document's entries turned out to be."""

    known: tuple[Identified, ...]
    new: tuple[Identified, ...]
    """Oldest first: the order in which they are posted."""
    distrusted: frozenset[KeyKind]
    """The kinds of key that count no longer for this feed, those of before included."""
    held: int = 0
    """How many might be news, but are stored in silence, as so much was new at once."""
    is_plain: bool = True
    """No entry is known by one of its keys, and unknown or known as another by the next."""


def keys_of(entry: Entry) -> tuple[Key, ...]:
    """Name everything that an entry can be recognised by in its feed.

    The link counts without scheme and `www.`, since feeds move from http to https; the fragment
    stays, since one-page feeds tell their entries apart by it. The guid counts once more without
    scheme and the number of its revision, since sites move to https, and edit; and without its host
    but with the title, since sites move to other hosts.
    """
    keys = [_key(KeyKind.TEXT, entry.title, entry.written_date, _opening(entry))]
    guid = (entry.guid or "").strip()
    if guid:
        keys.append(_key(KeyKind.GUID, guid))
    if path := _path(guid or entry.link or ""):
        keys.append(_key(KeyKind.PATH, path))
    if (rest := _beyond_host(guid or entry.link or "")) and entry.title:
        keys.append(_key(KeyKind.MOVED, rest, entry.title))
    if entry.link:
        keys.append(_key(KeyKind.LINK, _bare(entry.link)))
    return tuple(keys)


def event_key(link: str | None) -> str | None:
    """Return what two feeds' articles of one event share: the page that they send readers to.

    None where there is no such page; a site's home page is no story's.
    """
    if link is None or urlsplit(link).path in {"", "/"}:
        return None
    return hashlib.sha256(_bare(link).encode()).hexdigest()[:32]


def survey(entries: Sequence[Entry]) -> Survey:
    """Name the keys of a document's entries, and the kinds that it shows to say nothing."""
    with_keys = tuple((entry, keys_of(entry)) for entry in entries)
    same = _said_of_all([keys for _, keys in with_keys])
    return Survey(with_keys, _contradicted(entries) | same)


def identify(
    surveyed: Survey, feed: Feed, known: Mapping[Key, int], now: Millis, *, listed: int = 0
) -> Reading:
    """Decide what is known and what is new among a document's entries.

    `known` maps those keys of the entries that this feed has shown before to their articles;
    `listed` is how many entries more the document holds that are known.
    """
    distrusted = feed.distrusted_keys | surveyed.contradicted
    old: list[Identified] = []
    new: list[Identified] = []
    met: set[Key] = set()
    is_plain = True
    for entry, keys in surveyed.entries:
        counting = _counting(keys, distrusted)
        article_id = next((known[key] for key in counting if key in known), None)
        if article_id is not None:
            old.append(Identified(entry, keys, article_id))
            is_plain = is_plain and all(
                # A title may be edited without any doubt as to whose it is.
                known.get(key) == article_id
                for key in counting
                if key.kind is not KeyKind.MOVED
            )
        elif not met.intersection(counting):
            new.append(Identified(entry, keys))
        met.update(counting)
    fresh = [n for n in new if _is_fresh(n.entry, now)]
    flood = feed.seeded_at is not None and _is_flood(len(new), len(old) + listed)
    news = _surely_news(fresh, feed, now) if flood else fresh
    posted = {id(n) for n in news}
    judged = [Identified(n.entry, n.keys, news=id(n) in posted) for n in _oldest_first(new, now)]
    held = len(fresh) - len(news)
    return Reading(tuple(old), tuple(judged), distrusted, held, is_plain)


def _key(kind: KeyKind, *parts: str) -> Key:
    text = "\x1f".join((kind, *parts))
    return Key(kind, hashlib.sha256(text.encode()).hexdigest()[:32])


def _path(guid: str) -> str:
    """Return what of a guid outlives a move to https, and an edit; else nothing."""
    path = _SCHEME.sub("", _REVISION.sub("", guid))
    return path if path != guid and len(path) >= _SHORTEST_PATH else ""


def _beyond_host(guid: str) -> str:
    """Return what of a guid outlives a move to another host; nothing if it is no URL.

    By itself it says nothing: many blogs of one software have a "/?p=4711", and one feed may gather
    them.
    """
    rest = _ORIGIN.sub("", _REVISION.sub("", guid))
    return rest if rest != guid and len(rest) >= _SHORTEST_PATH else ""


def _opening(entry: Entry) -> str:
    text = entry.teaser or " ".join(block.text for block in entry.blocks[:3])
    return text[:200]


def _bare(link: str) -> str:
    parts = urlsplit(link)
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path}{query}{fragment}"


def _counting(keys: Iterable[Key], distrusted: frozenset[KeyKind]) -> list[Key]:
    """Choose the keys that may say "seen": the text only where there is nothing better."""
    trusted = [key for key in keys if key.kind not in distrusted]
    named = [key for key in trusted if key.kind is not KeyKind.TEXT]
    return named or trusted


def _contradicted(entries: Iterable[Entry]) -> frozenset[KeyKind]:
    """Find kinds of key that one document gives to entries which its other kinds tell apart.

    A changelog links every entry to one page: its links say nothing. A feed that gives one guid
    to all its entries: its guids say nothing. A page that numbers its entries behind its guids:
    what is left of them says nothing. One link with one title under two guids is one entry that was
    listed twice by accident, and no reason to mistrust.
    """
    by_link: dict[str, list[Entry]] = defaultdict(list)
    by_guid: dict[str, list[Entry]] = defaultdict(list)
    by_path: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        guid = (entry.guid or "").strip()
        if guid and entry.link:
            by_link[_bare(entry.link)].append(entry)
            by_guid[guid].append(entry)
        by_path[_path(guid or entry.link or "")].append(entry)
    by_path.pop("", None)
    found = set()
    if any(_have_names_of_their_own(told) for told in by_link.values()):
        found.add(KeyKind.LINK)
    if any(_are_different(told) for told in by_guid.values()):
        found |= {KeyKind.GUID, KeyKind.PATH, KeyKind.MOVED}
    if any(_are_different(told) or _are_told_apart(told) for told in by_path.values()):
        found.add(KeyKind.PATH)
    return frozenset(found)


def _have_names_of_their_own(entries: Sequence[Entry]) -> bool:
    """Tell whether entries with one link are several: with a guid and a title each."""
    # The BBC counts an entry's revisions behind its guid: "…#0", "…#1".
    guids = {_REVISION.sub("", (entry.guid or "").strip()) for entry in entries}
    titles = {entry.title or _opening(entry) for entry in entries}
    return (len(guids) > 1 and len(titles) > 1) or _are_told_apart(entries)


def _are_told_apart(entries: Sequence[Entry]) -> bool:
    """Tell whether each of at least three entries has a guid and a title that no other has.

    They stand on one page, which numbers them; two alone may be two revisions of one.
    """
    guids = {(entry.guid or "").strip() for entry in entries}
    titles = {entry.title or _opening(entry) for entry in entries}
    return len(entries) > 2 and len(guids) == len(titles) == len(entries)


def _are_different(entries: Sequence[Entry]) -> bool:
    """Tell whether these are several stories: in two states of one, link or title is the same."""
    links = {_bare(entry.link) for entry in entries if entry.link}
    return len(links) > 1 and len({entry.title for entry in entries}) > 1


def _said_of_all(entries: Sequence[tuple[Key, ...]]) -> frozenset[KeyKind]:
    """Find kinds of key that give one document's entries all the same, though their texts differ.

    A changelog without guids, or whose guids are its one page's address too: without this, only
    its first entry would ever be seen. Two entries alone may be two states of one.
    """
    digests = [{key.kind: key.digest for key in keys} for keys in entries]
    if len(digests) <= 2 or len({digest[KeyKind.TEXT] for digest in digests}) < len(digests):
        return frozenset()
    return frozenset(
        kind
        for kind in (KeyKind.GUID, KeyKind.PATH, KeyKind.MOVED, KeyKind.LINK)
        if all(kind in digest for digest in digests)
        and len({digest[kind] for digest in digests}) == 1
    )


def _is_flood(new: int, old: int) -> bool:
    return new > 0 and (old == 0 or new > max(MANY_AT_ONCE, BRAKE_SHARE * (new + old)))


def _is_fresh(entry: Entry, now: Millis) -> bool:
    """Tell whether an entry says anything, and is not dated too long ago."""
    says_something = bool(entry.title or entry.teaser)
    return says_something and (entry.published is None or entry.published >= now - NEWS_AGE)


def _surely_news(fresh: Sequence[Identified], feed: Feed, now: Millis) -> Sequence[Identified]:
    """Choose what is news for sure when so much is new at once.

    Either the feed renamed all its entries, or we were away for long. What it dates after our last
    visit is news; of the rest the newest at the most, so that the first story of a feed that was
    empty is not lost.
    """
    since = feed.succeeded_at or now
    sure = [n for n in fresh if n.entry.published is not None and n.entry.published > since]
    return sure or _oldest_first(fresh, now)[-1:]


def _oldest_first(new: Sequence[Identified], now: Millis) -> list[Identified]:
    """Order by date, then from the document's end to its top, where feeds put the newest."""
    from_the_end = list(reversed(new))
    from_the_end.sort(key=lambda n: min(n.entry.published or now, now))
    return from_the_end
