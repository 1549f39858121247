"""The tables of feeds, of the addresses and topics that lead to them, and of hosts at rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import aiosqlite

from bot.models import Feed, FeedAddress, KeyKind, Millis, Move, Trouble, Validators
from bot.store.rows import Table, Value, marks

_SUBSCRIBERS = (
    "(SELECT count(DISTINCT channel_id) FROM topic_feed JOIN subscription USING (topic)"
    " WHERE topic_feed.feed_id = feed.id AND subscription.paused_reason IS NULL)"
)
# From one followed story to the next in an index, so that it counts the stories, however many
# follow each: feeds are claimed at each turn.
_FOLLOWED = (
    "WITH RECURSIVE told (id) AS (SELECT min(story_id) FROM follow_story UNION ALL"
    " SELECT (SELECT min(story_id) FROM follow_story WHERE story_id > told.id) FROM told"
    " WHERE told.id IS NOT NULL)"
    " SELECT feed_id FROM told JOIN article ON article.story_id = told.id"
)
# While a channel is paused, what it would get waits for it: so the feed is read all the same.
WATCHED = (
    "(EXISTS (SELECT 1 FROM topic_feed JOIN subscription USING (topic)"  # noqa: S608  # no value in it
    " WHERE topic_feed.feed_id = feed.id)"
    # What brought a story that a member follows may bring what carries it on.
    f" OR (id IN ({_FOLLOWED})"
    " AND EXISTS (SELECT 1 FROM topic_feed WHERE topic_feed.feed_id = feed.id)))"
)
_OWN = (
    "(NOT EXISTS (SELECT 1 FROM topic_feed"
    " WHERE topic_feed.feed_id = feed.id AND topic_feed.topic NOT LIKE '%/%'))"
)
_ALL = f"*, {_SUBSCRIBERS} AS subscribers, {_OWN} AS own"
_RECORD = (
    "UPDATE feed SET title = ?2, language = ?3, etag = ?4, last_modified = ?5, validators_url = ?6,"
    " body_hash = ?7, reader = ?8, seeded_at = ?9, read_at = ?10, whole_at = ?11,"
    " succeeded_at = ?12, next_poll_at = ?13, ttl = ?14, dates = ?15, quiet_polls = ?16,"
    " failures = ?17, failing_since = ?18, trouble = ?19, error = ?20, move_target = ?21,"
    " move_since = ?22, move_polls = ?23, distrusted_keys = ?24, fresh_until = ?25, icon = ?26"
    " WHERE id = ?1"
)

_BEQUEATH = (
    "UPDATE feed_address SET feed_id = ?2 WHERE feed_id = ?1",
    (
        "INSERT INTO topic_feed (topic, feed_id, added_at)"
        " SELECT topic, ?2, added_at FROM topic_feed WHERE feed_id = ?1 ON CONFLICT DO NOTHING"
    ),
    "UPDATE article SET feed_id = ?2 WHERE feed_id = ?1",
    (
        "INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)"
        " SELECT ?2, kind, digest, article_id, last_seen_at FROM article_key WHERE feed_id = ?1"
        " ON CONFLICT (feed_id, kind, digest) DO UPDATE SET last_seen_at ="
        " CASE WHEN excluded.last_seen_at > last_seen_at THEN excluded.last_seen_at"
        " ELSE last_seen_at END"
    ),
)


class Feeds(Table):
    """Feeds, and which topics they belong to."""

    async def set_topics(self, topics: Mapping[str, Iterable[str]], now: Millis) -> None:
        """Make the feeds of each topic exactly these URLs; feeds that left are kept, unwatched.

        Two URLs of one address are one feed, and so is a URL that a feed has moved away from.
        """
        await self._give_addresses()
        pairs = [(topic, FeedAddress(url)) for topic, urls in topics.items() for url in urls]
        await self._forget_others({(topic, address.canonical) for topic, address in pairs})
        await self._join(pairs, now)

    async def join(self, topic: str, url: str, now: Millis, added_at: Millis | None = None) -> int:
        """Put a feed in a topic, as of now or of an earlier time; return which one it is."""
        address = FeedAddress(url)
        await self._join([(topic, address)], now, added_at)
        return await self._number(
            "SELECT feed_id FROM feed_address WHERE canonical = ?1", address.canonical
        )

    async def leave(self, topic: str, feed_id: int, now: Millis) -> None:
        """Take a feed out of a topic; where that was its last one, it is no longer wanted."""
        await self._do("DELETE FROM topic_feed WHERE topic = ?1 AND feed_id = ?2", topic, feed_id)
        await self._do(
            "UPDATE feed SET dropped_at = ?2 WHERE id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM topic_feed WHERE feed_id = ?1)",
            feed_id,
            now,
        )

    async def at(self, url: str) -> Feed | None:
        """Return the feed that this address leads to, if one does."""
        return (await self.at_each([url])).get(url)

    async def at_each(self, urls: Iterable[str]) -> dict[str, Feed]:
        """Return the feeds that addresses lead to, by address, as far as they lead to any."""
        canonical = {url: FeedAddress(url).canonical for url in urls}
        names = sorted(set(canonical.values()))
        rows = await self._all(
            f"SELECT {_ALL}, canonical FROM feed_address JOIN feed ON feed.id = feed_id"  # noqa: S608  # only ?n goes in
            f" WHERE canonical IN ({marks(names, 1)})",
            *names,
        )
        found = {row["canonical"]: _feed(row) for row in rows}
        return {url: found[name] for url, name in canonical.items() if name in found}

    async def _join(
        self,
        pairs: Iterable[tuple[str, FeedAddress]],
        now: Millis,
        added_at: Millis | None = None,
    ) -> None:
        pairs = list(pairs)
        firsts: dict[str, FeedAddress] = {}
        for _, address in pairs:
            firsts.setdefault(address.canonical, address)
        addresses = firsts.values()
        await self._do_many(
            "INSERT INTO feed (url, host, next_poll_at) SELECT ?1, ?2, ?4 WHERE NOT EXISTS"
            " (SELECT 1 FROM feed_address WHERE canonical = ?3)"
            " ON CONFLICT (url) DO UPDATE SET host = excluded.host",
            [(a.url, a.host, a.canonical, now) for a in addresses],
        )
        await self._do_many(
            "INSERT INTO feed_address (canonical, feed_id) SELECT ?1, id FROM feed WHERE url = ?2"
            " ON CONFLICT DO NOTHING",
            [(a.canonical, a.url) for a in addresses],
        )
        await self._do_many(
            "INSERT INTO topic_feed (topic, feed_id, added_at)"
            " SELECT ?1, feed_id, ?3 FROM feed_address WHERE canonical = ?2 ON CONFLICT DO NOTHING",
            [(topic, a.canonical, now if added_at is None else added_at) for topic, a in pairs],
        )

    async def _give_addresses(self) -> None:
        """Give feeds from before there were addresses theirs; two of one address become one."""
        rows = await self._all(
            "SELECT id, url FROM feed WHERE id NOT IN (SELECT feed_id FROM feed_address)"
            " ORDER BY id"
        )
        for row in rows:
            await self.move(row["id"], FeedAddress(row["url"]))

    async def _forget_others(self, wanted: set[tuple[str, str]]) -> None:
        rows = await self._all(
            "SELECT topic, feed_id, canonical FROM topic_feed JOIN feed_address USING (feed_id)"
        )
        there = {(row["topic"], row["feed_id"]) for row in rows}
        kept = {
            (row["topic"], row["feed_id"])
            for row in rows
            if (row["topic"], row["canonical"]) in wanted
        }
        await self._do_many(
            "DELETE FROM topic_feed WHERE topic = ?1 AND feed_id = ?2", sorted(there - kept)
        )

    async def get(self, feed_id: int) -> Feed:
        """Return a feed that is known to exist; LookupError where it is not."""
        row = await self._one(
            f"SELECT {_ALL} FROM feed WHERE id = ?1",  # noqa: S608  # no value in it
            feed_id,
        )
        if row is None:
            raise LookupError(f"feed {feed_id}")
        return _feed(row)

    async def of_topics(self, topics: Iterable[str]) -> list[Feed]:
        """List the feeds of these topics."""
        names = tuple(topics)
        rows = await self._all(
            f"SELECT {_ALL} FROM feed"  # noqa: S608  # only ?n goes in
            " WHERE id IN (SELECT feed_id FROM topic_feed"
            f" WHERE topic IN ({marks(names, 1)})) ORDER BY id",
            *names,
        )
        return [_feed(row) for row in rows]

    async def topics_of(self, feed_id: int) -> dict[str, Millis]:
        """Name the topics that a feed belongs to, with when it joined each of them."""
        rows = await self._all("SELECT topic, added_at FROM topic_feed WHERE feed_id = ?1", feed_id)
        return {row["topic"]: row["added_at"] for row in rows}

    async def watched(self) -> list[tuple[int, str, Millis]]:
        """List the feeds that some channel gets stories of: id, host, and when they are due."""
        rows = await self._all(
            f"SELECT id, host, next_poll_at FROM feed WHERE {WATCHED}"  # noqa: S608  # no value in it
        )
        return [(row["id"], row["host"], row["next_poll_at"]) for row in rows]

    async def claim(
        self, due: Mapping[int, Millis], until: Millis, *, unwatched: bool = False
    ) -> list[Feed]:
        """Take those of the feeds that are watched (or all: `unwatched`), to ask them.

        They are leased: one whose taker dies falls due again `until`. What is returned is still
        `due` when it was.
        """
        rows = await self._all(
            f"UPDATE feed SET next_poll_at = ?1 WHERE id IN ({marks(due, 2)})"  # noqa: S608  # only ?n goes in
            f"{'' if unwatched else f' AND {WATCHED}'}"
            f" RETURNING {_ALL}",
            until,
            *due,
        )
        return [_feed(row, due[row["id"]]) for row in rows]

    async def set_back(self, now: Millis) -> int:
        """Bring feeds forward by as much as the clock was set back since their last answer.

        Return how many. When that answer came stays as it was written, later than now.
        """
        return await self._do(
            "UPDATE feed SET next_poll_at = next_poll_at - (succeeded_at - ?1)"
            " WHERE succeeded_at > ?1 AND next_poll_at > ?1",
            now,
        )

    async def bring_forward(self, topic: str, now: Millis, unless_since: Millis) -> None:
        """Make a topic's feeds due now, but for those that answered at or after `unless_since`.

        A feed that is failing, or whose answer may still be kept, keeps its place: somebody's wish
        is no reason to hammer it.
        """
        await self._do(
            "UPDATE feed SET next_poll_at = ?2 WHERE failures = 0 AND next_poll_at > ?2"
            " AND (succeeded_at IS NULL OR succeeded_at < ?3)"
            " AND (fresh_until IS NULL OR fresh_until <= ?2)"
            " AND id IN (SELECT feed_id FROM topic_feed WHERE topic = ?1)",
            topic,
            now,
            unless_since,
        )

    async def record(self, feeds: Iterable[Feed]) -> None:
        """Write what polls have changed of feeds; addresses change by `move` alone."""
        await self._do_many(_RECORD, map(_row, feeds))

    async def move(self, feed_id: int, address: FeedAddress) -> int:
        """Give a feed its new address, under which it may be known already; return whose it is.

        Where another feed has the address, that one takes over: topics, articles, what was seen,
        and all addresses that led to this one, which is no more. The old address leads to the feed
        for ever.
        """
        row = await self._one(
            "SELECT feed_id FROM feed_address WHERE canonical = ?1", address.canonical
        )
        heir = row["feed_id"] if row else feed_id
        if heir != feed_id:
            await self._bequeath(feed_id, heir)
            return int(heir)
        await self._do(
            "UPDATE feed SET url = ?2, host = ?3 WHERE id = ?1", feed_id, address.url, address.host
        )
        await self._do(
            "INSERT INTO feed_address (canonical, feed_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            address.canonical,
            feed_id,
        )
        return feed_id

    async def _bequeath(self, feed_id: int, heir: int) -> None:
        for statement in _BEQUEATH:
            await self._do(statement, feed_id, heir)
        for table in ("topic_feed", "article_key", "listing"):
            await self._do(f"DELETE FROM {table} WHERE feed_id = ?1", feed_id)  # noqa: S608  # one of these
        await self._do("DELETE FROM feed WHERE id = ?1", feed_id)

    async def read_at(self, feed_id: int) -> tuple[bool, Millis | None]:
        """Say whether a feed is still there, and return when its last document was read."""
        row = await self._one("SELECT read_at FROM feed WHERE id = ?1", feed_id)
        return row is not None, row["read_at"] if row else None

    async def turned_away_at(self, host: str) -> int:
        """Count the watched feeds of a host that want to be asked less often."""
        return await self._number(
            "SELECT count(*) FROM feed WHERE host = ?1 AND failures > 0 AND trouble = ?2"  # noqa: S608  # no value in it
            f" AND {WATCHED}",
            host,
            Trouble.BUSY,
        )

    async def rest(self, host: str, until: Millis) -> None:
        """Leave a host alone until then; it may be resting already."""
        await self._do(
            "INSERT INTO host_rest (host, until) VALUES (?1, ?2) ON CONFLICT (host) DO UPDATE SET"
            " until = CASE WHEN until > excluded.until THEN until ELSE excluded.until END",
            host,
            until,
        )

    async def resting(self, now: Millis) -> dict[str, Millis]:
        """Return the hosts that are left alone, with until when; forget those that were."""
        await self._do("DELETE FROM host_rest WHERE until <= ?1", now)
        rows = await self._all("SELECT host, until FROM host_rest")
        return {row["host"]: row["until"] for row in rows}


def _row(feed: Feed) -> tuple[Value, ...]:
    move = feed.move
    return (
        feed.id,
        feed.title,
        feed.language,
        feed.validators.etag,
        feed.validators.last_modified,
        feed.validators.url,
        feed.body_hash,
        feed.reader,
        feed.seeded_at,
        feed.read_at,
        feed.whole_at,
        feed.succeeded_at,
        feed.next_poll_at,
        feed.ttl,
        json.dumps(feed.dates),
        feed.quiet_polls,
        feed.failures,
        feed.failing_since,
        feed.trouble,
        feed.error,
        move.target if move else None,
        move.since if move else None,
        move.polls if move else 0,
        json.dumps(sorted(feed.distrusted_keys)),
        feed.fresh_until,
        feed.icon,
    )


def _feed(row: aiosqlite.Row, next_poll_at: Millis | None = None) -> Feed:
    target = row["move_target"]
    return Feed(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        language=row["language"],
        host=row["host"],
        validators=Validators(row["etag"], row["last_modified"], row["validators_url"]),
        body_hash=row["body_hash"],
        reader=row["reader"],
        seeded_at=row["seeded_at"],
        read_at=row["read_at"],
        whole_at=row["whole_at"],
        succeeded_at=row["succeeded_at"],
        next_poll_at=row["next_poll_at"] if next_poll_at is None else next_poll_at,
        ttl=row["ttl"],
        dates=tuple(json.loads(row["dates"])),
        quiet_polls=row["quiet_polls"],
        failures=row["failures"],
        failing_since=row["failing_since"],
        trouble=Trouble(row["trouble"]) if row["trouble"] else None,
        error=row["error"],
        move=Move(target, row["move_since"], row["move_polls"]) if target else None,
        distrusted_keys=frozenset(KeyKind(kind) for kind in json.loads(row["distrusted_keys"])),
        fresh_until=row["fresh_until"],
        subscribers=row["subscribers"],
        icon=row["icon"],
        own=bool(row["own"]),
    )
