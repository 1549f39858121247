"""The tables of topics and feeds that servers have made their own."""

from __future__ import annotations

import aiosqlite

from bot.models import Feed, Millis, OwnFeed, Topic
from bot.store.feeds import Feeds
from bot.store.rows import Table


class Own(Table):
    """Servers' own topics, and the feeds in them."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection)
        self._feeds = Feeds(connection)

    async def topics(self, guild_id: int | None = None) -> list[Topic]:
        """List the topics of a server, or of all, each with its feeds; the oldest first."""
        rows = await self._all(
            "SELECT * FROM own_topic WHERE ?1 IS NULL OR guild_id = ?1 ORDER BY created_at, name",
            guild_id,
        )
        found = await self._all("SELECT topic, url FROM own_feed ORDER BY topic, added_at, url")
        feeds: dict[str, list[str]] = {}
        for row in found:
            feeds.setdefault(row["topic"], []).append(row["url"])
        return [
            Topic(
                row["name"],
                row["title"],
                row["emoji"],
                "",
                tuple(feeds.get(row["name"], ())),
                row["guild_id"],
            )
            for row in rows
        ]

    async def add_topic(self, topic: Topic, member_id: int, now: Millis) -> None:
        """Add a topic of a server, as yet without its feeds; its name must be free."""
        await self._do(
            "INSERT INTO own_topic (name, guild_id, title, emoji, created_at, created_by)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            topic.name,
            topic.guild_id,
            topic.title,
            topic.emoji,
            now,
            member_id,
        )

    async def end_topic(self, name: str) -> None:
        """Remove a topic that has no feeds any more."""
        await self._do("DELETE FROM own_topic WHERE name = ?1", name)

    async def feeds(self, guild_id: int) -> list[OwnFeed]:
        """List a server's own feeds, by topic and when they came."""
        rows = await self._all(
            "SELECT own_feed.* FROM own_feed JOIN own_topic ON own_topic.name = own_feed.topic"
            " WHERE guild_id = ?1 ORDER BY created_at, topic, own_feed.added_at, url",
            guild_id,
        )
        return [OwnFeed(**dict(row)) for row in rows]

    async def feed_ids(self, guild_id: int) -> list[int]:
        """Return the ids of the feeds in a server's own topics."""
        rows = await self._all(
            "SELECT DISTINCT feed_id FROM topic_feed JOIN own_topic ON own_topic.name = topic"
            " WHERE guild_id = ?1 ORDER BY feed_id",
            guild_id,
        )
        return [row["feed_id"] for row in rows]

    async def add_feed(self, feed: OwnFeed, now: Millis, title: str = "") -> Feed | None:
        """Put a feed in a topic; return it, or None, and nothing done, where it is in it already.

        Two addresses of one feed are one. It is called by this title until it is read.
        """
        known = await self._feeds.at(feed.url)
        if known is not None and feed.topic in await self._feeds.topics_of(known.id):
            return None
        await self._do(
            "INSERT INTO own_feed (topic, url, added_at, added_by) VALUES (?1, ?2, ?3, ?4)",
            feed.topic,
            feed.url,
            feed.added_at,
            feed.added_by,
        )
        feed_id = await self._feeds.join(feed.topic, feed.url, now, feed.added_at)
        await self._do("UPDATE feed SET title = ?2 WHERE id = ?1 AND title = ''", feed_id, title)
        # Taken out once more, it is kept for as long as any other.
        await self._do("UPDATE feed SET dropped_at = NULL WHERE id = ?1", feed_id)
        return await self._feeds.get(feed_id)

    async def remove_feed(self, topic: str, url: str, now: Millis) -> bool:
        """Take a feed out of a topic; return whether it was in it.

        Two addresses in a topic may have come to lead to one feed: it stays until both are out.
        """
        removed = await self._do("DELETE FROM own_feed WHERE topic = ?1 AND url = ?2", topic, url)
        known = await self._feeds.at(url) if removed else None
        if known is not None:
            rows = await self._all("SELECT url FROM own_feed WHERE topic = ?1", topic)
            others = await self._feeds.at_each([row["url"] for row in rows])
            if known.id not in {feed.id for feed in others.values()}:
                await self._feeds.leave(topic, known.id, now)
        return bool(removed)

    async def forget(self, guild_id: int) -> None:
        """Delete a server's own topics and settings, and what its members have begun or done.

        Feeds that nobody else has go as soon as what is not needed is forgotten.
        """
        for feed in await self.feeds(guild_id):
            await self.remove_feed(feed.topic, feed.url, 0)
        for table in ("own_topic", "pending", "audit", "server"):
            await self._do(f"DELETE FROM {table} WHERE guild_id = ?1", guild_id)  # noqa: S608  # one of these four
