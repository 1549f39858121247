"""The documents that are polled, real ones where they are there, with new entries put on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from xml.parsers import expat

from benchmarks import texts
from tests.loopback.feeds import item, rss
from tests.shared import shared_files

_ENTRY = re.compile(rb"<(item|entry)[\s>]")
_NAMED = {b"item": re.compile(rb"<(?:guid|link)[\s>]"), b"entry": re.compile(rb"<id[\s>]")}
_RDF = re.compile(rb"<rdf:RDF[\s>]")
_FEED = b"feed-whose-it-is"
_GENERATED, _SHORT = 20, 50
_WEIGHT = 30_000
"""Bytes of a short document: about the median of real ones."""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's document, cut where its first entry begins."""

    name: str
    head: bytes
    rest: bytes
    kind: str
    """`rss`, `rdf` or `atom`."""

    def version(self, feed: int, number: int, began: datetime) -> bytes:
        """Return the document with so many new entries on top, the newest first."""
        new = b"".join(self._entry(feed, n, began) for n in range(number, 0, -1))
        return self.head + new + self.rest.replace(_FEED, b"feed-%d" % feed)

    def _entry(self, feed: int, number: int, began: datetime) -> bytes:
        title, told = texts.headline(feed * 1_000 + number), texts.paragraphs(feed + number)
        link, at = f"https://gazette.example/{feed}/{number}", began + timedelta(seconds=number)
        if self.kind == "atom":
            written = (
                f"<entry><title>{title}</title><id>{link}</id>"
                f'<link rel="alternate" href="{link}"/><updated>{at.isoformat()}</updated>'
                f"<summary>{' '.join(told)}</summary></entry>"
            )
        else:
            about = f' rdf:about="{link}"' if self.kind == "rdf" else ""
            more = (
                f'<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">{at.isoformat()}</dc:date>'
                if self.kind == "rdf"
                else f"<guid>{link}</guid><pubDate>{format_datetime(at)}</pubDate>"
            )
            written = (
                f"<item{about}><title>{title}</title><link>{link}</link>{more}"
                f"<description>{' '.join(told)}</description></item>"
            )
        # As references, letters outside of ASCII fit a document in any encoding.
        return written.encode("ascii", "xmlcharrefreplace")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents, where they are from, and those that were left out."""

    documents: tuple[Document, ...]
    source: str
    left_out: tuple[str, ...] = ()


@cache
def corpus() -> Corpus:
    """Read the real documents that stand beside a development checkout, or else write some."""
    files = shared_files("feeds/feeds", "*")
    if not files:
        made = tuple(_generated(number) for number in range(_GENERATED))
        return Corpus(made, f"{len(made)} documents, written by benchmarks/texts.py")
    read = {file.name: _cut(file.name, file.read_bytes()) for file in files}
    fit = tuple(document for document in read.values() if document)
    left_out = tuple(name for name, document in read.items() if not document)
    return Corpus(fit, f"{len(fit)} real documents of {len(files)}", left_out)


def mixed(number: int) -> Document:
    """Return the document of a feed where only every twentieth has one of the corpus.

    The others are short, and as heavy as real ones by what no reader shows.
    """
    found = corpus().documents
    return _short(number % _SHORT) if number % 20 else found[number // 20 % len(found)]


def alike(number: int) -> Document:
    """Return the same as `mixed`, but one and the same document for all that have a short one."""
    return mixed(number) if number % 20 == 0 else _alike()


def whole(number: int) -> Document:
    """Return the document of a feed where every one has one of the corpus."""
    return corpus().documents[number % len(corpus().documents)]


def _cut(name: str, body: bytes) -> Document | None:
    """Cut a document; None where one of those compared refuses it: no XML, or no ids."""
    try:
        expat.ParserCreate().Parse(body, True)  # noqa: FBT003  # positional only
    except expat.ExpatError:
        return None
    first = _ENTRY.search(body)
    if first is None or not all(map(_NAMED[first[1]].search, _ENTRY.split(body)[2::2])):
        return None
    kind = "atom" if first[1] == b"entry" else "rdf" if _RDF.search(body) else "rss"
    return Document(name, body[: first.start()], body[first.start() :], kind)


@cache
def _short(number: int) -> Document:
    filler = " ".join(texts.paragraphs(number, words=_WEIGHT // 6)).replace("--", "–")
    document = _written(f"short {number}", 1, number)
    return Document(document.name, document.head, document.rest + _comment(filler), "rss")


@cache
def _alike() -> Document:
    short = _short(0)
    return Document("alike", short.head, short.rest.replace(_FEED, b"one-of-many"), "rss")


def _generated(number: int) -> Document:
    return _written(f"generated {number}", 10 + 2 * number, 100 + number)


def _written(name: str, entries: int, seed: int) -> Document:
    now = datetime.now(UTC)
    items = []
    for place in range(entries):
        told = texts.paragraphs(seed * 100 + place)
        link = f"https://gazette.example/{_FEED.decode()}/old/{place}"
        dated, body = now - timedelta(hours=1 + place), texts.as_html(told)
        headline = texts.headline(seed * 100 + place)
        items.append(item(headline, link, link, told[0][:300], body, published=dated))
    document = _cut(name, rss(f"The Gazette, number {seed}", items))
    assert document is not None
    return document


def _comment(text: str) -> bytes:
    return f"<!-- {text} -->".encode()


def weight(documents: Sequence[Document]) -> str:
    """Say how heavy documents are."""
    sizes = sorted(len(d.head) + len(d.rest) for d in documents)
    middle, mean = sizes[len(sizes) // 2], sum(sizes) / len(sizes)
    return f"median {middle / 1000:.0f} kB, mean {mean / 1000:.0f} kB, largest {sizes[-1]:,} bytes"
