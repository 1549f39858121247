"""What is not kept any more: deliveries, publications, notices, articles and their stories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.models import Millis
from bot.store.rows import Table, marks

_SETTLED = "state IN ('sent', 'rejected', 'filtered')"
# Each of them word for word the condition of an index: without it, the whole history is read.
_WAITING = (
    "state IN ('pending', 'sending') AND due_at < ?1",
    "state = 'parked' AND due_at < ?1",
    (
        "state = 'held' AND due_at < ?1 AND NOT EXISTS (SELECT 1 FROM delivery AS digest"
        " WHERE digest.id = delivery.digest_id"
        " AND digest.state IN ('pending', 'sending', 'parked'))"
    ),
)
_NEEDED = (
    "EXISTS (SELECT 1 FROM delivery AS d WHERE d.story_id = article.story_id"
    " AND d.state IN ('pending', 'held', 'sending', 'parked'))"
)
_KNOWN = "EXISTS (SELECT 1 FROM article_key AS k WHERE k.article_id = article.id)"
_LISTED = (
    "EXISTS (SELECT 1 FROM article_key AS k JOIN feed AS f ON f.id = k.feed_id"
    " WHERE k.article_id = article.id AND k.last_seen_at >= coalesce(f.read_at, 0))"
)
_UNWANTED = "NOT EXISTS (SELECT 1 FROM topic_feed WHERE feed_id = feed.id)"


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking through a part of the articles."""

    last: int | None
    """The last article that was looked at; None: there are no more."""
    forgotten: int


class Retention(Table):
    """What ends or goes; each statement changes so many rows at the most."""

    async def expire(self, before: Millis, now: Millis, limit: int, why: str) -> int:
        """Close what fell due before that time and is still not sent; return how many.

        Held stories wait for as long as the digest that they are in.
        """
        expired = 0
        for waiting in _WAITING:
            expired += await self._do(
                "UPDATE delivery SET state = 'rejected', settled_at = ?3, reason = CASE"  # noqa: S608  # no value in it
                " WHEN state = 'parked' AND reason IS NOT NULL THEN ?4 || ' ' || reason ELSE ?4 END"
                f" WHERE id IN (SELECT id FROM delivery WHERE {waiting} LIMIT ?2)",
                before,
                limit - expired,
                now,
                why,
            )
        return expired

    async def deliveries(self) -> int:
        """Count all deliveries."""
        return await self._number("SELECT count(*) FROM delivery")

    async def forget_deliveries(self, before: Millis, recent: Millis, limit: int) -> int:
        """Forget settled deliveries that were planned before that time, oldest first.

        A story that a feed has brought since `recent` may be brought by another one yet: what
        became of it is remembered, for it would be posted again. So is a digest whose stories are.
        """
        rows = await self._all(
            "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery AS d"  # noqa: S608  # no value in it
            f" WHERE planned_at < ?1 AND {_SETTLED}"
            " AND NOT EXISTS (SELECT 1 FROM article AS a WHERE a.story_id = d.story_id"
            " AND a.first_seen_at >= ?2)"
            " AND NOT EXISTS (SELECT 1 FROM delivery AS held WHERE held.digest_id = d.id)"
            " ORDER BY planned_at, id LIMIT ?3) RETURNING story_id",
            before,
            recent,
            limit,
        )
        await self.drop_stories({row["story_id"] for row in rows if row["story_id"] is not None})
        return len(rows)

    async def forget_publications(self, before: Millis, limit: int) -> int:
        """Forget what became of publishing posts before that time; return how many."""
        return await self._do(
            "DELETE FROM publication WHERE message_id IN (SELECT message_id FROM publication"
            " WHERE settled_at < ?1 AND state <> 'pending' LIMIT ?2)",
            before,
            limit,
        )

    async def forget_notices(self, before: Millis, limit: int) -> int:
        """Forget what people were told before that time; return how many notices."""
        return await self._do(
            "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE settled_at < ?1 LIMIT ?2)",
            before,
            limit,
        )

    async def articles(self) -> int:
        """Count all articles."""
        return await self._number("SELECT count(*) FROM article")

    async def forget_articles(self, after: int, before: Millis, limit: int) -> Looked:
        """Look through so many articles behind that one; forget those that nobody needs.

        Needed is what was first seen since then, what is known to its feed by any key, and what
        is still to be sent.
        """
        last = await self._end(after, limit)
        if last is None:
            return Looked(None, 0)
        found = await self._ids(
            f"first_seen_at < ?3 AND NOT {_KNOWN} AND NOT {_NEEDED}", after, last, before, limit
        )
        return Looked(last, await self._forget(found))

    async def forget_excess(self, after: int, before: Millis, limit: int, excess: int) -> Looked:
        """Look through so many articles behind that one; forget `excess` of them at the most.

        They were first seen before that time, and their feeds do not list them any more. What
        they are known by stays, so that one which is listed again is not new.
        """
        last = await self._end(after, limit)
        if last is None:
            return Looked(None, 0)
        found = await self._ids(
            f"first_seen_at < ?3 AND NOT {_LISTED} AND NOT {_NEEDED}",
            after,
            last,
            before,
            min(limit, excess),
        )
        return Looked(last, await self._forget(found))

    async def dropped(self, before: Millis) -> list[int]:
        """List the feeds that servers had brought, and that nobody has wanted since that time."""
        rows = await self._all(
            f"SELECT id FROM feed WHERE dropped_at < ?1 AND {_UNWANTED}",  # noqa: S608  # our own condition
            before,
        )
        return [row["id"] for row in rows]

    async def forget_feed(self, feed_id: int, limit: int) -> int:
        """Forget so many articles of a feed, and the feed with the last of them; return how many.

        What is still to be sent stays, and the feed with it; and one that a server has brought
        again since it was listed.
        """
        unwanted = await self._number(
            f"SELECT count(*) FROM feed WHERE id = ?1 AND {_UNWANTED}",  # noqa: S608  # our own condition
            feed_id,
        )
        if not unwanted:
            return 0
        rows = await self._all(
            f"SELECT id FROM article WHERE feed_id = ?1 AND NOT {_NEEDED} ORDER BY id LIMIT ?2",  # noqa: S608  # no value in it
            feed_id,
            limit,
        )
        found = await self._forget([row["id"] for row in rows])
        if found < limit and not await self._number(
            "SELECT count(*) FROM article WHERE feed_id = ?1", feed_id
        ):
            for table in ("article_key", "listing", "feed_address", "topic_feed"):
                await self._do(f"DELETE FROM {table} WHERE feed_id = ?1", feed_id)  # noqa: S608  # one of these
            await self._do("DELETE FROM feed WHERE id = ?1", feed_id)
        return found

    async def _end(self, after: int, limit: int) -> int | None:
        row = await self._one(
            "SELECT max(id) AS last FROM (SELECT id FROM article WHERE id > ?1 ORDER BY id"
            " LIMIT ?2)",
            after,
            limit,
        )
        return row["last"] if row else None

    async def _ids(
        self, condition: str, after: int, last: int, before: Millis, limit: int
    ) -> list[int]:
        rows = await self._all(
            "SELECT id FROM article WHERE id > ?1 AND id <= ?2"  # noqa: S608  # one of our own
            f" AND {condition} ORDER BY id LIMIT ?4",
            after,
            last,
            before,
            limit,
        )
        return [row["id"] for row in rows]

    async def _forget(self, ids: Sequence[int]) -> int:
        if not ids:
            return 0
        within = f"({marks(ids, 1)})"
        await self._do(
            f"UPDATE article_key SET article_id = NULL WHERE article_id IN {within}",  # noqa: S608  # only ?n goes in
            *ids,
        )
        rows = await self._all(
            f"DELETE FROM article WHERE id IN {within} RETURNING story_id",  # noqa: S608  # only ?n goes in
            *ids,
        )
        stories = {row["story_id"] for row in rows}
        # What is left of a story is shown by another article, which they are not about.
        for table in ("explainer", "page"):
            await self._do(
                f"DELETE FROM {table} WHERE story_id IN ({marks(stories, 1)})",  # noqa: S608  # one of two names
                *stories,
            )
        await self.drop_stories(stories)
        return len(ids)

    async def drop_stories(self, ids: Collection[int]) -> None:
        """Forget those of the stories that have neither an article nor a delivery."""
        if ids:
            await self._do(
                f"DELETE FROM story WHERE id IN ({marks(ids, 1)})"  # noqa: S608  # only ?n goes in
                " AND NOT EXISTS (SELECT 1 FROM article AS a WHERE a.story_id = story.id)"
                " AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE d.story_id = story.id)",
                *ids,
            )
            # What members think of a story is kept for as long as it is.
            await self._do(
                f"DELETE FROM feedback WHERE story_id IN ({marks(ids, 1)})"  # noqa: S608  # only ?n goes in
                " AND NOT EXISTS (SELECT 1 FROM story WHERE story.id = feedback.story_id)",
                *ids,
            )
