"""The archive: every article's opening, searched by its words (FTS5, which is SQLite's alone).

Another database brings its own full text: this module and the migration that it writes are all
there is to replace.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.models import Frequencies, Hit, Millis, Story
from bot.store.rows import Table, load_article, marks

NEEDED = ("fts5", "json_each")
"""What of SQLite the archive stands on; every usual build has both."""
_OPENING = 500
"""Characters of an article's text that are searched, beyond headline and teaser."""
_OPENING_BLOCKS = 8
_TITLE_WEIGHT, _TEXT_WEIGHT = 2.0, 1.0
_COUNTED = 500
"""Newest articles with a word that are counted; what more there are is estimated from these."""
_RANKED = 10_000
"""Newest articles that are ranked: of a word that all have, the older ones are left aside."""
_FEW = 50_000
"""Articles of a narrow topic or time: they are listed first, and what has a word is looked up in
the list. Of more, the list would take longer than to look at each that has the word."""
_MOST_FOUND = 200
"""Stories of one search that can be paged through."""
_SNIPPET = 28
"""Words of a snippet."""
_MOST_WORDS = 16
_MOST_LETTERS = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _columns(row: str) -> str:
    """Write what is searched of an article's row: its headline, and how it goes on."""
    body = f"{row}.body"
    opening = (
        "SELECT group_concat(json_extract(value, '$.text'), ' ')"  # noqa: S608  # our own names
        f" FROM json_each({body}, '$.blocks') WHERE key < {_OPENING_BLOCKS}"
    )
    return (
        f"json_extract({body}, '$.title'), json_extract({body}, '$.teaser') || ' ' ||"
        f" coalesce(substr(({opening}), 1, {_OPENING}), '')"
    )


def _read_back() -> str:
    """Write the same once more, without json_each: FTS5 reads from no virtual table."""
    blocks = " || ".join(
        f"coalesce(' ' || json_extract(body, '$.blocks[{number}].text'), '')"
        for number in range(_OPENING_BLOCKS)
    )
    return (
        "json_extract(body, '$.title') AS title, json_extract(body, '$.teaser') || ' ' ||"
        f" substr({blocks}, 2, {_OPENING}) AS text"
    )


_ADD = f"INSERT INTO archive (rowid, title, text) VALUES (new.id, {_columns('new')})"  # noqa: S608  # our own names
_TAKE_BACK = (
    "INSERT INTO archive (archive, rowid, title, text)"  # noqa: S608  # our own names
    f" VALUES ('delete', old.id, {_columns('old')})"
)
MIGRATION = (
    # A part of the third migration: what stands here is as settled as the list that it is in.
    # Without a copy of the texts (content=''), an article is taken back by what was put in: the
    # triggers work that out anew from its row, and so whatever changes `article` keeps step.
    (
        "CREATE VIRTUAL TABLE archive USING fts5 (title, text, content='',"
        " tokenize='porter unicode61 remove_diacritics 2')"
    ),
    f"INSERT INTO archive (rowid, title, text) SELECT id, {_columns('article')} FROM article",  # noqa: S608  # our own names
    f"CREATE TRIGGER article_archived AFTER INSERT ON article BEGIN {_ADD}; END",
    (
        "CREATE TRIGGER article_rearchived AFTER UPDATE OF id, body ON article"
        f" BEGIN {_TAKE_BACK}; {_ADD}; END"
    ),
    f"CREATE TRIGGER article_unarchived AFTER DELETE ON article BEGIN {_TAKE_BACK}; END",
)
WITH_TEXTS = (
    # A part of the sixth migration. The texts are still in `article` alone, but the index can read
    # them there, to show the words that were found where they stand (snippet).
    f"CREATE VIEW archived AS SELECT id, {_read_back()} FROM article",  # noqa: S608  # our own names
    "DROP TABLE archive",
    (
        "CREATE VIRTUAL TABLE archive USING fts5 (title, text, content='archived',"
        " content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
    ),
    "INSERT INTO archive (archive) VALUES ('rebuild')",
)
FOUND, FOUND_END = "\x02", "\x03"
"""Stand around what was looked for in a snippet; no text of a feed has them."""


def missing(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Name what the archive needs and this SQLite does not have."""
    found = {name for (name,) in connection.execute("SELECT name FROM pragma_module_list")}
    return tuple(name for name in NEEDED if name not in found)


@dataclass(frozen=True, slots=True)
class Match:
    """A story that was found."""

    story_id: int
    article_id: int
    """The article of it that fits best."""
    topic: str
    """The first of those that were searched."""
    query: str


class Archive(Table):
    """The articles that are stored, by the words of their openings."""

    async def frequencies(self, words: Iterable[str]) -> Frequencies:
        """Say how many articles hold each of the words, in any of its English forms.

        Exact up to 500; from there on estimated from how far back the newest 500 reach.
        """
        rows = await self._all(
            # One statement for all words: each by itself would be a trip to the thread and back.
            "SELECT word.value AS word, (SELECT count(*) || ' ' || coalesce(min(id), 0) FROM"
            " (SELECT rowid AS id FROM archive WHERE archive MATCH '\"' || word.value || '\"'"
            " ORDER BY rowid DESC LIMIT ?2)) AS found FROM json_each(?1) AS word",
            json.dumps(sorted({cleaned for word in words if (cleaned := _only_letters(word))})),
            _COUNTED,
        )
        stored = await self._one(
            # Each by itself: together, every article would be looked at for the largest id.
            "SELECT (SELECT count(*) FROM article) AS total, (SELECT max(id) FROM article) AS last"
        )
        total, last = (stored["total"], stored["last"] or 0) if stored else (0, 0)
        of = {}
        for row in rows:
            count, oldest = map(int, row["found"].split())
            # Of the newest articles few are gone: so many ids are about as many articles.
            reach = (last - oldest + 1) / max(1, total)
            of[row["word"]] = count if count < _COUNTED else max(count, round(count / reach))
        return Frequencies(total, of)

    async def related(
        self,
        words: Sequence[str],
        *,
        before: Millis,
        since: Millis,
        exclude: int,
        limit: int,
        topics: Collection[str] | None = None,
    ) -> list[Story]:
        """Find stories other than `exclude` that hold any of the words; the likeliest first.

        They were published from `since` until before `before`. That they share words is all that
        is said of them: `bot.stories.related` judges. Where topics are given, only articles of
        their feeds are found, and those of the feeds of `exclude`.
        """
        query = " OR ".join(f'"{word}"' for word in map(_only_letters, words) if word)
        if not query:
            return []
        return await self._stories(
            query, since, before, exclude=exclude, limit=limit, topics=topics
        )

    async def search(
        self, text: str, limit: int, topics: Collection[str] | None = None
    ) -> list[Story]:
        """Find the stories that hold all of a person's words; the likeliest first.

        Where there is none, the last word may be the beginning of one. Nothing in the text has a
        meaning of its own, and no text is an error. Where topics are given, only what their feeds
        have brought is found.
        """
        words = _quoted(text)
        if not words:
            return []
        for query in (" ".join(words), f"{' '.join(words)}*"):
            found = await self._stories(
                query, -(2**62), 2**62, exclude=0, limit=limit, topics=topics
            )
            if found:
                return found
        return []

    async def find(
        self, text: str, topics: Collection[str], *, since: Millis = 0, newest: bool = False
    ) -> list[Match]:
        """Find the stories of these topics that hold all of a person's words, 200 at the most.

        Of what was published since then; the likeliest first, or the newest. As in `search`, the
        last word may be the beginning of one where there is none, and nothing has a meaning.
        """
        words = _quoted(text)
        if not words or not topics:
            return []
        for query in (" ".join(words), f"{' '.join(words)}*"):
            if found := await self._found(query, topics, since, newest=newest):
                break
        return found

    async def _found(
        self, query: str, topics: Collection[str], since: Millis, *, newest: bool
    ) -> list[Match]:
        order = "at DESC, article_id DESC" if newest else "rank, at DESC, article_id DESC"
        within = marks(topics, 7)
        seen = f"feed_id IN (SELECT feed_id FROM topic_feed WHERE topic IN ({within}))"  # noqa: S608  # only ?n goes in
        looked_at = f"published_at >= ?2 AND {seen}"
        if await self._are_few(topics, since):
            # Articles come about in the order of their dates: so no older one is even ranked.
            looked_at = (
                "archive.rowid >= (SELECT min(id) FROM wanted)"
                # The plus: without it, the full text is asked anew for each of the list.
                " AND +archive.rowid IN (SELECT id FROM wanted)"
            )
        rows = await self._all(
            f"WITH wanted AS (SELECT id FROM article WHERE {seen} AND published_at >= ?2),"  # noqa: S608  # only ?n and our own words go in
            " found AS (SELECT archive.rowid AS id, story_id, feed_id, published_at,"
            " bm25(archive, ?3, ?4) AS rank FROM archive CROSS JOIN article"
            " ON article.id = archive.rowid"
            f" WHERE archive MATCH ?1 AND {looked_at} ORDER BY archive.rowid DESC LIMIT ?5)"
            # Beside min(), the other columns are of the row that has it.
            " SELECT story_id, id AS article_id, min(rank) AS rank, max(published_at) AS at,"
            " (SELECT json_group_array(topic) FROM topic_feed AS t"
            f" WHERE t.feed_id = found.feed_id AND t.topic IN ({within})) AS topics"
            f" FROM found GROUP BY story_id ORDER BY {order} LIMIT ?6",
            query,
            since,
            _TITLE_WEIGHT,
            _TEXT_WEIGHT,
            _RANKED,
            _MOST_FOUND,
            *topics,
        )
        shown = [set(json.loads(row["topics"])) for row in rows]
        first = [next(name for name in topics if name in those) for those in shown]
        return [
            Match(row["story_id"], row["article_id"], topic, query)
            for row, topic in zip(rows, first, strict=True)
        ]

    async def _are_few(self, topics: Collection[str], since: Millis) -> bool:
        """Tell whether these topics have few articles since then; an index alone is read."""
        counted = await self._number(
            "SELECT count(*) FROM (SELECT 1 FROM article WHERE published_at >= ?1 AND feed_id IN"  # noqa: S608  # only ?n goes in
            f" (SELECT feed_id FROM topic_feed WHERE topic IN ({marks(topics, 3)})) LIMIT ?2)",
            since,
            _FEW + 1,
            *topics,
        )
        return counted <= _FEW

    async def shown(self, found: Sequence[Match]) -> list[Hit]:
        """Return what there is to show of what `find` found."""
        return [hit for one in found if (hit := await self._hit(one))]

    async def _hit(self, found: Match) -> Hit | None:
        row = await self._one(
            "SELECT body, snippet(archive, 1, ?3, ?4, '…', ?5) AS snippet"
            " FROM archive JOIN article ON article.id = archive.rowid"
            " WHERE archive MATCH ?1 AND archive.rowid = ?2",
            found.query,
            found.article_id,
            FOUND,
            FOUND_END,
            _SNIPPET,
        )
        if row is None:
            return None
        article = load_article(row["body"])
        return Hit(Story(found.story_id, article), found.topic, _pieces(row["snippet"]))

    async def _stories(
        self,
        query: str,
        since: Millis,
        before: Millis,
        *,
        exclude: int,
        limit: int,
        topics: Collection[str] | None,
    ) -> list[Story]:
        rows = await self._all(
            "WITH seen AS (SELECT feed_id FROM topic_feed"
            " WHERE topic IN (SELECT value FROM json_each(?9))"
            " UNION SELECT feed_id FROM article WHERE story_id = ?4),"
            " found AS (SELECT rowid AS id, bm25(archive, ?6, ?7) AS rank FROM archive"
            " WHERE archive MATCH ?1 ORDER BY rowid DESC LIMIT ?8),"
            " best AS (SELECT story_id, min(rank) AS rank, max(found.id) AS newest"
            " FROM found JOIN article USING (id)"
            " WHERE published_at >= ?2 AND published_at < ?3 AND story_id <> ?4"
            " AND (?9 IS NULL OR feed_id IN seen)"
            " GROUP BY story_id ORDER BY rank, newest DESC LIMIT ?5)"
            " SELECT best.story_id, shown.body FROM best JOIN article AS shown ON shown.id ="
            " (SELECT min(id) FROM article WHERE article.story_id = best.story_id)"
            " ORDER BY best.rank, best.newest DESC",
            query,
            since,
            before,
            exclude,
            limit,
            _TITLE_WEIGHT,
            _TEXT_WEIGHT,
            _RANKED,
            None if topics is None else json.dumps(sorted(topics)),
        )
        return [Story(row["story_id"], load_article(row["body"])) for row in rows]


def _pieces(snippet: str) -> tuple[tuple[str, bool], ...]:
    """Divide a snippet into pieces, each with whether it was looked for; its spaces are one."""
    pieces = []
    for part in " ".join(snippet.split()).split(FOUND):
        inner, end, after = part.partition(FOUND_END)
        pieces += [(inner, True), (after, False)] if end else [(inner, False)]
    return tuple((_CONTROLS.sub("", text), is_found) for text, is_found in pieces if text)


def _only_letters(word: str) -> str:
    """Return what of a word can be asked for: between quotes, only a quote has a meaning."""
    return _CONTROLS.sub(" ", word).replace('"', " ").strip()


def _quoted(text: str) -> list[str]:
    """Quote a person's words one by one: so none is an operator, a column or a wildcard."""
    words = _only_letters(text[:_MOST_LETTERS]).split()
    return [f'"{word}"' for word in words if any(map(str.isalnum, word))][:_MOST_WORDS]
