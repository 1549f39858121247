"""The tables of feeds and of the topics that they belong to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import aiosqlite

from bot.models import Feed, KeyKind, Millis, Validators
from bot.store.rows import Table, marks

_WATCHED = (
    "EXISTS (SELECT 1 FROM topic_feed JOIN subscription USING (topic)"
    " WHERE topic_feed.feed_id = feed.id AND subscription.paused_reason IS NULL)"
)


class Feeds(Table):
    """Feeds, and which topics they belong to."""

    async def set_topics(self, topics: Mapping[str, Iterable[str]], now: Millis) -> None:
        """Make the feeds of each topic exactly these URLs; feeds that left are kept, unwatched."""
        pairs = [(topic, url) for topic, urls in topics.items() for url in urls]
        await self._forget_others(set(pairs))
        await self._do_many(
            "INSERT INTO feed (url, next_poll_at) VALUES (?1, ?2) ON CONFLICT (url) DO NOTHING",
            [(url, now) for _, url in pairs],
        )
        await self._do_many(
            "INSERT INTO topic_feed (topic, feed_id, added_at)"
            " SELECT ?1, id, ?3 FROM feed WHERE url = ?2 ON CONFLICT DO NOTHING",
            [(topic, url, now) for topic, url in pairs],
        )

    async def _forget_others(self, pairs: set[tuple[str, str]]) -> None:
        rows = await self._all(
            "SELECT topic, url, feed_id FROM topic_feed JOIN feed ON feed.id = topic_feed.feed_id"
        )
        await self._do_many(
            "DELETE FROM topic_feed WHERE topic = ?1 AND feed_id = ?2",
            [(r["topic"], r["feed_id"]) for r in rows if (r["topic"], r["url"]) not in pairs],
        )

    async def get(self, feed_id: int) -> Feed:
        """Return a feed that is known to exist; LookupError where it is not."""
        row = await self._one("SELECT * FROM feed WHERE id = ?1", feed_id)
        if row is None:
            raise LookupError(f"feed {feed_id}")
        return _feed(row)

    async def of_topics(self, topics: Iterable[str]) -> list[Feed]:
        """List the feeds of these topics."""
        names = tuple(topics)
        rows = await self._all(
            "SELECT * FROM feed WHERE id IN (SELECT feed_id FROM topic_feed"  # noqa: S608  # only ?n goes in
            f" WHERE topic IN ({marks(names, 1)})) ORDER BY id",
            *names,
        )
        return [_feed(row) for row in rows]

    async def topics_of(self, feed_id: int) -> dict[str, Millis]:
        """Name the topics that a feed belongs to, with when it joined each of them."""
        rows = await self._all("SELECT topic, added_at FROM topic_feed WHERE feed_id = ?1", feed_id)
        return {row["topic"]: row["added_at"] for row in rows}

    async def claim_due(self, now: Millis, lease: Millis, limit: int) -> list[Feed]:
        """Take watched feeds that are due, earliest first, and lease them for `lease` ms.

        A feed whose taker dies falls due again when the lease is over.
        """
        rows = await self._all(
            f"UPDATE feed SET next_poll_at = ?2 WHERE id IN (SELECT id FROM feed"  # noqa: S608  # no value in it
            f" WHERE next_poll_at <= ?1 AND {_WATCHED} ORDER BY next_poll_at LIMIT ?3)"
            " RETURNING *",
            now,
            now + lease,
            limit,
        )
        return [_feed(row) for row in rows]

    async def next_due_at(self) -> Millis | None:
        """Return when the next watched feed falls due; None where no channel watches any."""
        row = await self._one(f"SELECT min(next_poll_at) AS due FROM feed WHERE {_WATCHED}")  # noqa: S608  # no value in it
        return row["due"] if row else None

    async def bring_forward(self, topic: str, now: Millis, unless_since: Millis) -> None:
        """Make a topic's feeds due now, but for those that answered at or after `unless_since`.

        A feed that is failing keeps its place: somebody's wish is no reason to hammer it.
        """
        await self._do(
            "UPDATE feed SET next_poll_at = ?2 WHERE failures = 0 AND next_poll_at > ?2"
            " AND (succeeded_at IS NULL OR succeeded_at < ?3)"
            " AND id IN (SELECT feed_id FROM topic_feed WHERE topic = ?1)",
            topic,
            now,
            unless_since,
        )

    async def record(self, feed: Feed) -> None:
        """Write what a poll has changed of a feed."""
        await self._do(
            "UPDATE feed SET title = ?2, language = ?3, etag = ?4, last_modified = ?5,"
            " body_hash = ?6, seeded_at = ?7, succeeded_at = ?8, next_poll_at = ?9,"
            " failures = ?10, error = ?11, distrusted_keys = ?12 WHERE id = ?1",
            feed.id,
            feed.title,
            feed.language,
            feed.validators.etag,
            feed.validators.last_modified,
            feed.body_hash,
            feed.seeded_at,
            feed.succeeded_at,
            feed.next_poll_at,
            feed.failures,
            feed.error,
            json.dumps(sorted(feed.distrusted_keys)),
        )


def _feed(row: aiosqlite.Row) -> Feed:
    return Feed(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        language=row["language"],
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        seeded_at=row["seeded_at"],
        succeeded_at=row["succeeded_at"],
        next_poll_at=row["next_poll_at"],
        failures=row["failures"],
        error=row["error"],
        distrusted_keys=frozenset(KeyKind(kind) for kind in json.loads(row["distrusted_keys"])),
    )
