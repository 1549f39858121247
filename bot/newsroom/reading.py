"""Conducts reading: from a body to what can be said of its entries by themselves."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.feeds import slices, upkeep
from bot.feeds.slices import Sliced
from bot.models import SECOND, Feed, FeedDocument, Fetched, ParseFailed, ParseOutcome
from bot.models.events import Parsed
from bot.newsroom.parts import Parts
from bot.stories.identity import Survey, survey

_MANY_ENTRIES = 100
_LARGE_BODY = 200_000
"""From so many entries or bytes on, what takes milliseconds is done in a thread."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, from its bytes to all that can be said of its entries by themselves."""

    fetched: Fetched
    document: FeedDocument
    """Without the entries that are `same`."""
    surveyed: Survey
    sliced: Sliced | None = None
    same: Mapping[str, int] = field(default_factory=dict)
    """The slices that are byte for byte as the last document had them, with their articles."""

    def listing(self, articles: Mapping[int, int]) -> dict[str, int]:
        """Return the slices with their articles; nothing where the slices are not the entries.

        `articles` are those of the document's entries, by the entries' `id()`. An article that
        stands in a document twice has to be read each time, as either may be its last word.
        """
        digests = self.sliced.digests if self.sliced else ()
        read = [digest for digest in digests if digest not in self.same]
        entries = self.document.entries
        if len(read) != len(entries):
            return {}
        found = {
            digest: articles[id(entry)]
            for digest, entry in zip(read, entries, strict=True)
            if id(entry) in articles
        }
        listed = {**self.same, **found}
        times = Counter(listed.values())
        return {digest: article for digest, article in listed.items() if times[article] == 1}


class Reader:
    """Reads documents: what changed of them, as far as that can be told by their bytes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def read(self, feed: Feed, fetched: Fetched) -> Reading | ParseFailed:
        """Read those entries of a document that are not as they were when it was last read."""
        sliced = await _cut(fetched.body)
        same = await self._same(feed, sliced)
        if sliced is not None and same:
            changed = replace(fetched, body=sliced.without(same))
            document = await self._parse(changed)
            if isinstance(document, FeedDocument):
                return Reading(fetched, document, await _survey(document), sliced, same)
        return await self._whole(fetched, sliced)

    async def read_whole(self, fetched: Fetched) -> Reading | ParseFailed:
        """Read all of a document."""
        return await self._whole(fetched, await _cut(fetched.body))

    async def _whole(self, fetched: Fetched, sliced: Sliced | None) -> Reading | ParseFailed:
        document = await self._parse(fetched)
        if isinstance(document, ParseFailed):
            return document
        return Reading(fetched, document, await _survey(document), sliced)

    async def _parse(self, fetched: Fetched) -> ParseOutcome:
        began = time.monotonic()
        document = await self._parts.parse(fetched)
        parsed = Parsed(
            took=round((time.monotonic() - began) * SECOND),
            size=len(fetched.body),
            is_read=isinstance(document, FeedDocument),
        )
        self._parts.tell(parsed)
        return document

    async def _same(self, feed: Feed, sliced: Sliced | None) -> dict[str, int]:
        if sliced is None or feed.reader != upkeep.READER:
            return {}
        listing = await self._parts.store.read(lambda tx: tx.stories.listing(feed.id))
        return {digest: listing[digest] for digest in sliced.digests if digest in listing}


async def digest(body: bytes) -> str:
    """Return what a body is recognised by."""
    if len(body) < _LARGE_BODY:
        return hashlib.sha256(body).hexdigest()
    return (await asyncio.to_thread(hashlib.sha256, body)).hexdigest()


async def _cut(body: bytes) -> Sliced | None:
    if len(body) < _LARGE_BODY:
        return slices.cut(body)
    return await asyncio.to_thread(slices.cut, body)


async def _survey(document: FeedDocument) -> Survey:
    if len(document.entries) < _MANY_ENTRIES:
        return survey(document.entries)
    return await asyncio.to_thread(survey, document.entries)
