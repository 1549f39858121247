"""Conducts the search for earlier stories, of which a member turns the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from bot.explain.allowance import Taken, take
from bot.models import DAY, SECOND, Allowance, Millis, Results, Topic, Wanted
from bot.newsroom.asking import Asker, TooOften
from bot.newsroom.parts import Parts
from bot.newsroom.subscribing import UnknownTopic
from bot.store import Tx

A_MEMBER = Allowance(burst=10, every=6 * SECOND)
"""How often a member may search; turning a page counts."""
SINCE: dict[str, Millis] = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}
"""How far back a search may go, by what it is called; any other name: as far as there is."""
PAGE = 5
KIND = "search"
_MOST_LETTERS = 200


class Searching:
    """Finds stories of the topics that a server has; `topics_in` lists these."""

    def __init__(self, parts: Parts, topics_in: Callable[[int | None], tuple[Topic, ...]]) -> None:
        self._parts = parts
        self._topics_in = topics_in

    async def begin(
        self, words: str, asker: Asker, *, topic: Topic | None = None, since: str = ""
    ) -> Results | TooOften | UnknownTopic:
        """Search, the likeliest first; what has several pages is kept for a day.

        `topic` has to be one that the asker's server has.
        """
        if topic is not None and topic not in self._topics_in(asker.guild_id):
            return UnknownTopic(topic.name)
        wanted = Wanted(" ".join(words.split())[:_MOST_LETTERS], topic, since)
        results = await self._look(wanted, asker, 0, 0)
        if not isinstance(results, Results) or results.total < 2:
            return results
        body = json.dumps({"words": wanted.words, "topic": topic and topic.name, "since": since})
        now = self._parts.clock()
        number = await self._parts.store.write(
            lambda tx: tx.unfinished.add(
                KIND,
                guild_id=asker.guild_id or 0,
                member_id=asker.member_id,
                body=body,
                now=now,
            )
        )
        return replace(results, number=number)

    async def turn(
        self, number: int, asker: Asker, *, page: int, newest: bool
    ) -> Results | TooOften | None:
        """Return another page of a search, the last one where there are fewer.

        None: the search is not kept (any more), is another member's, or another server's.
        """
        begun = await self._parts.store.read(
            lambda tx: tx.unfinished.get(
                number, KIND, guild_id=asker.guild_id or 0, member_id=asker.member_id
            )
        )
        if begun is None:
            return None
        kept = json.loads(begun.body)
        topics = {topic.name: topic for topic in self._topics_in(asker.guild_id)}
        if kept["topic"] is not None and kept["topic"] not in topics:
            return None
        topic = topics.get(kept["topic"])
        wanted = Wanted(kept["words"], topic, kept["since"], newest)
        return await self._look(wanted, asker, page, number)

    async def _look(
        self, wanted: Wanted, asker: Asker, page: int, number: int
    ) -> Results | TooOften:
        now = self._parts.clock()
        refused = await self._parts.store.write(lambda tx: _take(tx, asker, now))
        if refused:
            return refused
        topics = {
            topic.name: topic
            for topic in ([wanted.topic] if wanted.topic else self._topics_in(asker.guild_id))
        }
        since = now - SINCE[wanted.since] if wanted.since in SINCE else 0

        async def search(tx: Tx) -> Results:
            found = await tx.archive.find(wanted.words, topics, since=since, newest=wanted.newest)
            last = max(0, (len(found) - 1) // PAGE)
            first = min(page, last) * PAGE
            hits = await tx.archive.shown(found[first : first + PAGE])
            shown = tuple((hit, topics[hit.topic]) for hit in hits)
            return Results(wanted, shown, len(found), min(page, last), last + 1, number)

        return await self._parts.store.read(search, slow=True)


async def _take(tx: Tx, asker: Asker, now: Millis) -> TooOften | None:
    """Count a search of a member, or say until when there can be none."""
    name = f"{KIND}:member:{asker.member_id}"
    result = take(A_MEMBER, await tx.spending.spent_until(name), now)
    if isinstance(result, Taken):
        await tx.spending.keep_spent_until(name, result.spent_until)
        return None
    return TooOften(result.until, whole_server=False)
