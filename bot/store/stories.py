"""The tables of stories, of their articles and the keys of these, and of explainers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.models import Article, Explainer, Key, KeyKind, Millis, Story, Weight
from bot.store.rows import Table, dump, load_article, load_explainer, marks, version_of

_AT_ONCE = 50
_MOST_PARAMETERS = 500  # SQLite's limit was 999 for long


class Stories(Table):
    """Stories, articles, keys and explainers."""

    async def known(self, feed_id: int, keys: Iterable[Key]) -> dict[Key, int]:
        """Return those of the keys that the feed has shown before, with their articles' ids.

        The id is 0 where the article is not kept any more.
        """
        digests = sorted({key.digest for key in keys})
        found = {}
        for start in range(0, len(digests), _MOST_PARAMETERS):
            part = digests[start : start + _MOST_PARAMETERS]
            rows = await self._all(
                "SELECT kind, digest, coalesce(article_id, 0) AS article_id FROM article_key"  # noqa: S608  # only ?n goes in
                f" WHERE feed_id = ?1 AND digest IN ({marks(part, 2)})",
                feed_id,
                *part,
            )
            found.update(
                {Key(KeyKind(row["kind"]), row["digest"]): row["article_id"] for row in rows}
            )
        return found

    async def same_event(self, event_key: str, since: Millis) -> int | None:
        """Return the story that an article with this event key was seen in since then, if any."""
        row = await self._one(
            "SELECT story_id FROM article WHERE event_key = ?1 AND first_seen_at >= ?2"
            " ORDER BY id LIMIT 1",
            event_key,
            since,
        )
        return row["story_id"] if row else None

    async def add_story(self, now: Millis) -> int:
        """Begin a story; return its id.

        Ids count from the time, so that the buttons of old posts never open a story of a new
        database.
        """
        return await self._number(
            "INSERT INTO story (id, created_at)"
            " SELECT CASE WHEN max(id) >= ?1 THEN max(id) + 1 ELSE ?1 END, ?1 FROM story"
            " RETURNING id",
            now,
        )

    async def add_article(
        self, article: Article, *, feed_id: int, story_id: int, event_key: str | None, now: Millis
    ) -> int:
        """Store an article of a story; return its id."""
        body = dump(article)
        return await self._number(
            "INSERT INTO article (feed_id, story_id, event_key, published_at, first_seen_at,"
            " body, body_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
            feed_id,
            story_id,
            event_key,
            article.published,
            now,
            body,
            version_of(body),
        )

    async def remember(self, feed_id: int, keys: Sequence[tuple[Key, int]], now: Millis) -> None:
        """Keep keys with their articles' ids (0: not kept any more), as listed now."""
        await self._do_many(
            "INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)"
            " VALUES (?1, ?2, ?3, nullif(?4, 0), ?5)"
            " ON CONFLICT (feed_id, kind, digest)"
            " DO UPDATE SET last_seen_at = excluded.last_seen_at",
            [(feed_id, key.kind, key.digest, article_id, now) for key, article_id in keys],
        )

    async def relist(
        self, feed_id: int, read_at: Millis, now: Millis, articles: Collection[int] = ()
    ) -> None:
        """Note that what the document of `read_at` listed was listed until just before `now`.

        The keys of these `articles` are listed still.
        """
        await self._do(
            "UPDATE article_key SET last_seen_at = ?3 WHERE feed_id = ?1 AND last_seen_at = ?2",
            feed_id,
            read_at,
            now - 1,
        )
        ids = sorted(articles)
        for start in range(0, len(ids), _MOST_PARAMETERS):
            part = ids[start : start + _MOST_PARAMETERS]
            await self._do(
                "UPDATE article_key SET last_seen_at = ?2 WHERE feed_id = ?1"  # noqa: S608  # only ?n goes in
                f" AND last_seen_at = ?3 AND article_id IN ({marks(part, 4)})",
                feed_id,
                now,
                now - 1,
                *part,
            )

    async def listing(self, feed_id: int) -> dict[str, int]:
        """Return the slices of the document that was last read, with their articles."""
        row = await self._one("SELECT slices FROM listing WHERE feed_id = ?1", feed_id)
        return dict(json.loads(row["slices"])) if row else {}

    async def keep_listing(self, feed_id: int, slices: Mapping[str, int]) -> None:
        """Keep the slices of the document that was just read, with their articles."""
        await self._do(
            "INSERT INTO listing (feed_id, slices) VALUES (?1, ?2)"
            " ON CONFLICT (feed_id) DO UPDATE SET slices = excluded.slices",
            feed_id,
            json.dumps(slices, separators=(",", ":")),
        )

    async def forget_keys(self, before: Millis, limit: int) -> int:
        """Forget keys that no document has listed since then; return how many, `limit` at most.

        Those of a feed's last document stay, however old it is.
        """
        rows = await self._all(
            # The order of the join is given: else all keys that there are would be read.
            "SELECT k.feed_id, k.kind, k.digest FROM feed CROSS JOIN article_key AS k"
            " WHERE k.feed_id = feed.id AND k.last_seen_at < ?1 AND k.last_seen_at < feed.read_at"
            " LIMIT ?2",
            before,
            limit,
        )
        await self._do_many(
            "DELETE FROM article_key WHERE feed_id = ?1 AND kind = ?2 AND digest = ?3",
            [(row["feed_id"], row["kind"], row["digest"]) for row in rows],
        )
        return len(rows)

    async def refresh(
        self,
        articles: Mapping[int, Article],
        is_material: Callable[[Article, Article], bool] = lambda _, __: True,
    ) -> int:
        """Bring articles, by id, up to date with their entries; return how many were different.

        When they were published stays as it was first told, and so does the text of one that has
        none any more. Where what is said changed, `is_material` of old and new, explainer and page
        are taken back, to be made anew when asked for.
        """
        changed = 0
        ids = tuple(articles)
        for start in range(0, len(ids), _AT_ONCE):
            # A part at a time: what lies between two questions holds up the event loop.
            stored = await self._versions(ids[start : start + _AT_ONCE])
            for article_id, (published, digest) in stored.items():
                article = replace(articles[article_id], published=published)
                if version_of(dump(article)) == digest:
                    continue
                old = await self._article(article_id)
                if not article.blocks:
                    # Of a document that is too large, the older entries come without their text.
                    article = replace(article, blocks=old.blocks)
                if version_of(body := dump(article)) != digest:
                    changed += 1
                    await self._replace_body(article_id, body)
                    if is_material(old, article):
                        await self._take_back(article_id)
        return changed

    async def _article(self, article_id: int) -> Article:
        row = await self._one("SELECT body FROM article WHERE id = ?1", article_id)
        if row is None:
            raise LookupError(article_id)
        return load_article(row["body"])

    async def _versions(self, ids: Sequence[int]) -> dict[int, tuple[Millis, str]]:
        rows = await self._all(
            "SELECT id, published_at, body_hash FROM article"  # noqa: S608  # only ?n goes in
            f" WHERE id IN ({marks(ids, 1)})",
            *ids,
        )
        return {row["id"]: (row["published_at"], row["body_hash"]) for row in rows}

    async def _replace_body(self, article_id: int, body: str) -> None:
        await self._do(
            "UPDATE article SET body = ?2, body_hash = ?3 WHERE id = ?1",
            article_id,
            body,
            version_of(body),
        )

    async def _take_back(self, article_id: int) -> None:
        for table in ("explainer", "page"):
            await self._do(
                f"DELETE FROM {table} WHERE story_id ="  # noqa: S608  # one of two names
                " (SELECT story_id FROM article WHERE id = ?1)",
                article_id,
            )

    async def get(self, story_id: int) -> Story | None:
        """Return a story, shown by the first of its articles; None where there is none."""
        row = await self._one(
            "SELECT body FROM article WHERE story_id = ?1 ORDER BY id LIMIT 1", story_id
        )
        return Story(story_id, load_article(row["body"])) if row else None

    async def of_event(self, *event_keys: str) -> int | None:
        """Return the newest story that an article with one of these event keys belongs to."""
        row = await self._one(
            f"SELECT story_id FROM article WHERE event_key IN ({marks(event_keys, 1)})"  # noqa: S608  # only ?n goes in
            " ORDER BY id DESC LIMIT 1",
            *event_keys,
        )
        return row["story_id"] if row else None

    async def others(self, story_id: int, limit: int) -> list[Article]:
        """List the articles of a story by which it is not shown, oldest first."""
        rows = await self._all(
            "SELECT body FROM article WHERE story_id = ?1 ORDER BY id LIMIT ?2",
            story_id,
            limit + 1,
        )
        return [load_article(row["body"]) for row in rows[1:]]

    async def weights(self, story_ids: Sequence[int]) -> list[Weight]:
        """Weigh stories: how many feeds have brought each, and when it was last written of."""
        found: list[Weight] = []
        for start in range(0, len(story_ids), _MOST_PARAMETERS):
            part = story_ids[start : start + _MOST_PARAMETERS]
            rows = await self._all(
                "SELECT story_id, count(DISTINCT feed_id) AS feeds, max(published_at) AS published"  # noqa: S608  # only ?n goes in
                f" FROM article WHERE story_id IN ({marks(part, 1)}) GROUP BY story_id",
                *part,
            )
            found += [Weight(row["story_id"], row["feeds"], row["published"]) for row in rows]
        return found

    async def topic_of(self, story_id: int, guild_id: int | None = None) -> str | None:
        """Name a topic that a story belongs to, of the catalogue or this server's own.

        None where there is none (any more).
        """
        row = await self._one(
            "SELECT topic FROM article JOIN topic_feed USING (feed_id) WHERE story_id = ?1"
            " AND (topic NOT LIKE '%/%' OR topic LIKE ?2) ORDER BY article.id, topic LIMIT 1",
            story_id,
            f"{guild_id}/%",
        )
        return row["topic"] if row else None

    async def is_shown(self, story_id: int, guild_id: int, channel_id: int) -> bool:
        """Tell whether a story may be shown in a channel: a story's number may be anybody's guess.

        It is the catalogue's or of the server's own topics, or was posted in that server, or in
        that very channel (which may be a member's direct messages, of server 0).
        """
        if await self.topic_of(story_id, guild_id) is not None:
            return True
        row = await self._one(
            "SELECT 1 FROM delivery WHERE story_id = ?1 AND state IN ('sent', 'held', 'sending')"
            " AND (channel_id = ?3 OR (guild_id = ?2 AND ?2 <> 0)) LIMIT 1",
            story_id,
            guild_id,
            channel_id,
        )
        return row is not None

    async def is_in_catalogue(self, story_id: int) -> bool:
        """Tell whether a feed of the catalogue has brought a story."""
        return await self.topic_of(story_id) is not None

    async def newest(self, topics: Iterable[str], limit: int) -> list[Story]:
        """List the newest stories of these topics by their date, newest first."""
        names = tuple(topics)
        rows = await self._all(
            # One short walk along the index for each feed, however many articles there are.
            "WITH newest AS (SELECT story_id, max(article.published_at) AS at FROM topic_feed"  # noqa: S608  # only ?n goes in
            " JOIN article ON article.id IN (SELECT id FROM article AS latest"
            " WHERE latest.feed_id = topic_feed.feed_id"
            " ORDER BY latest.published_at DESC, latest.id DESC LIMIT ?1)"
            f" WHERE topic_feed.topic IN ({marks(names, 2)})"
            " GROUP BY story_id ORDER BY at DESC, story_id DESC LIMIT ?1)"
            " SELECT newest.story_id, shown.body FROM newest JOIN article AS shown ON shown.id ="
            " (SELECT min(id) FROM article WHERE article.story_id = newest.story_id)"
            " ORDER BY newest.at DESC, newest.story_id DESC",
            limit,
            *names,
        )
        return [Story(row["story_id"], load_article(row["body"])) for row in rows]

    async def explainer(self, story_id: int, retry: Millis = 0) -> Explainer | None:
        """Return a story's explainer; None where none was made yet.

        One that is for now counts as none where it was made before `retry`.
        """
        row = await self._one("SELECT body, made_at FROM explainer WHERE story_id = ?1", story_id)
        found = load_explainer(row["body"]) if row else None
        return None if row and found and found.for_now and row["made_at"] < retry else found

    async def keep_explainer(self, story: Story, explainer: Explainer, now: Millis) -> None:
        """Keep a story's explainer, unless the story was corrected since it was read."""
        await self._do(
            "INSERT INTO explainer (story_id, body, made_at) SELECT ?1, ?2, ?3 FROM article"
            " WHERE id = (SELECT min(id) FROM article WHERE story_id = ?1) AND body_hash = ?4"
            " ON CONFLICT (story_id) DO UPDATE SET body = excluded.body,"
            " made_at = excluded.made_at",
            story.id,
            dump(explainer),
            now,
            version_of(dump(story.article)),
        )
