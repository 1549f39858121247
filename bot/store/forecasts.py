"""What the tables of feeds and articles say of a topic that a channel may get."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.models import Lately, Millis, Supply, Trouble
from bot.store.rows import Table, marks


class Forecasts(Table):
    """What topics have brought lately."""

    async def supplies(self, topic: str, since: Millis, now: Millis) -> list[Supply]:
        """Say of each feed of a topic what it has brought since then, by the dates of articles.

        What stood in the first document of a feed that was read does not count: it had come before.
        """
        rows = await self._all(
            "WITH beginning AS (SELECT topic, min(created_at) AS at FROM subscription"
            " WHERE topic IN (SELECT other.topic FROM topic_feed JOIN topic_feed AS other"
            " USING (feed_id) WHERE topic_feed.topic = ?1) GROUP BY topic),"
            " watched AS (SELECT feed_id, min(at) AS at FROM beginning JOIN topic_feed"
            " USING (topic) GROUP BY feed_id)"
            " SELECT feed.dates, feed.failures > 0 OR coalesce(feed.trouble, '') = ?4 AS fails,"
            " watched.at AS watched_since, (SELECT count(DISTINCT story_id)"
            " FROM article WHERE article.feed_id = feed.id AND first_seen_at > feed.seeded_at"
            " AND published_at <= ?3 AND published_at >="
            " CASE WHEN watched.at > ?2 THEN watched.at ELSE ?2 END) AS stories"
            " FROM topic_feed JOIN feed ON feed.id = topic_feed.feed_id"
            " LEFT JOIN watched ON watched.feed_id = feed.id WHERE topic_feed.topic = ?1"
            " ORDER BY feed.id",
            topic,
            since,
            now,
            Trouble.GONE,
        )
        return [
            Supply(
                tuple(json.loads(row["dates"])),
                row["watched_since"],
                row["stories"],
                bool(row["fails"]),
            )
            for row in rows
        ]

    async def lately(self, topic: str, others: Sequence[str], since: Millis, now: Millis) -> Lately:
        """Count a topic's stories since then, and those that these other topics have as well."""
        names = tuple(others) or ("",)
        row = await self._one(
            "WITH lately AS (SELECT story_id, count(DISTINCT feed_id) AS feeds FROM topic_feed"  # noqa: S608  # only ?n goes in
            " JOIN article USING (feed_id) WHERE topic = ?1 AND published_at >= ?2"
            " AND published_at <= ?3 GROUP BY story_id)"
            " SELECT count(*) AS stories, coalesce(sum(feeds), 0) AS tellings,"
            " coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM article JOIN topic_feed USING (feed_id)"
            " WHERE article.story_id = lately.story_id"
            f" AND topic_feed.topic IN ({marks(names, 4)})) THEN 1 ELSE 0 END), 0) AS shared"
            " FROM lately",
            topic,
            since,
            now,
            *names,
        )
        return Lately(**dict(row)) if row else Lately(0, 0, 0)
