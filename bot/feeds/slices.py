"""Pure: a document cut into its entries without parsing it, so that only what changed is parsed.

Of a document that has changed, nearly all entries are byte for byte as they were; to parse and
clean them again is most of what a poll costs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

MOST = 2_000
"""Entries: documents with more are read whole."""
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(rss|RDF|feed)[\s>]")
_START = 4_096
_OPENINGS = {b"rss": b"item", b"RDF": b"item", b"feed": b"entry"}
# In between, what looks like a tag may be none.
_BRACKETS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))


@dataclass(frozen=True, slots=True)
class Sliced:
    """Where a document's entries stand in it."""

    body: bytes
    spans: tuple[tuple[int, int], ...]
    """From where to where, in order."""
    digests: tuple[str, ...]
    """What each slice is recognised by."""

    def without(self, known: Container[str]) -> bytes:
        """Return the document without the entries that have these digests."""
        return b"".join(self._pieces(known))

    def _pieces(self, known: Container[str]) -> Iterator[memoryview]:
        whole, done = memoryview(self.body), 0
        for (start, end), digest in zip(self.spans, self.digests, strict=True):
            if digest in known:
                yield whole[done:start]
                done = end
        yield whole[done:]


def cut(body: bytes) -> Sliced | None:
    """Cut a feed's document into entries; None for one that is to be read whole.

    Which is anything but RSS, RDF and Atom in UTF-8: to name an encoding that is not declared takes
    all of a text. That the slices are the entries has to be checked against what parsing finds.
    """
    root = _ROOT.search(body, 0, _START)
    if root is None or not _is_utf8(body):
        return None
    spans: list[tuple[int, int]] = []
    for span in _spans(body, _OPENINGS[root[1]]):
        if span is None or len(spans) >= MOST:
            return None
        spans.append(span)
    if not spans:
        return None
    digests = tuple(_digest(memoryview(body)[start:end]) for start, end in spans)
    return Sliced(body, tuple(spans), digests)


def _spans(body: bytes, name: bytes) -> Iterator[tuple[int, int] | None]:
    """Find the elements of a name; None, at the end, for one that can't be told from its text."""
    closing, done = b"</" + name + b">", 0
    while (start := _opening(body, name, done)) >= 0:
        end = body.find(closing, start)
        done = end + len(closing)
        if end < 0 or any(
            body.count(opened, start, end) != body.count(closed, start, end)
            for opened, closed in _BRACKETS
        ):
            yield None
            return
        yield start, done


def _opening(body: bytes, name: bytes, start: int) -> int:
    """Return where the next element of a name begins; -1 if there is none."""
    tag = b"<" + name
    while (found := body.find(tag, start)) >= 0:
        start = found + len(tag)
        if body[start : start + 1] in {b">", b" ", b"\n", b"\t", b"\r"}:
            return found
    return -1


def _digest(entry: memoryview) -> str:
    return hashlib.blake2b(entry, digest_size=12).hexdigest()


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
