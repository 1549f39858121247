"""Pure: a document cut into its entries without parsing it, so that only what changed is parsed.

Of a document that has changed, nearly all entries are byte for byte as they were; to parse and
clean them again is most of what a poll costs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from dataclasses import dataclass
from itertools import zip_longest

MOST = 2_000
"""Entries: documents with more are read whole."""
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(rss|RDF|feed)[\s>]")
_START = 4_096
_OPENINGS = {b"rss": b"item", b"RDF": b"item", b"feed": b"entry"}


@dataclass(frozen=True, slots=True)
class Sliced:
    """A document's entries as they stand in it, and what stands between them."""

    slices: tuple[bytes, ...]
    gaps: tuple[bytes, ...]
    """One more than there are slices: before, between and behind them."""
    digests: tuple[str, ...]
    """What each slice is recognised by."""

    def without(self, known: Container[str]) -> bytes:
        """Return the document without the entries that have these digests."""
        kept = (
            b"" if digest in known else entry
            for entry, digest in zip(self.slices, self.digests, strict=True)
        )
        return b"".join(
            piece for pair in zip_longest(self.gaps, kept, fillvalue=b"") for piece in pair
        )


def cut(body: bytes) -> Sliced | None:
    """Cut a feed's document into entries; None for one that is to be read whole.

    Which is anything but RSS, RDF and Atom in UTF-8: to name an encoding that is not declared takes
    all of a text. That the slices are the entries has to be checked against what parsing finds.
    """
    root = _ROOT.search(body, 0, _START)
    if root is None or not _is_utf8(body):
        return None
    name = _OPENINGS[root[1]]
    slices: list[bytes] = []
    gaps: list[bytes] = []
    done = 0
    while (start := _opening(body, name, done)) >= 0:
        closing = b"</" + name + b">"
        end = body.find(closing, start)
        if end < 0 or len(slices) >= MOST:
            return None
        gaps.append(body[done:start])
        done = end + len(closing)
        slices.append(body[start:done])
    gaps.append(body[done:])
    return Sliced(tuple(slices), tuple(gaps), tuple(map(_digest, slices))) if slices else None


def _opening(body: bytes, name: bytes, start: int) -> int:
    """Return where the next element of a name begins; -1 if there is none."""
    tag = b"<" + name
    while (found := body.find(tag, start)) >= 0:
        start = found + len(tag)
        if body[start : start + 1] in {b">", b" ", b"\n", b"\t", b"\r"}:
            return found
    return -1


def _digest(entry: bytes) -> str:
    return hashlib.blake2b(entry, digest_size=12).hexdigest()


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
