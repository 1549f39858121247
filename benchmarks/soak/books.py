"""The program's own books, read from its database while it runs or after."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

NUMBER = re.compile(r"https://paper-\d+\.example/news/(\d+)")
"""A published item's number, in the address that it leads to."""
_WATCHED = (
    "EXISTS (SELECT 1 FROM topic_feed AS t JOIN subscription AS s ON s.topic = t.topic"
    " WHERE t.feed_id = feed.id)"
)
_FEEDS = f"SELECT count(*) FROM feed WHERE {_WATCHED}"  # noqa: S608  # no value in it
_MOST_OVERDUE = 90_000
"""Milliseconds by which a feed's poll may be late where all is well."""


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery as it is written down."""

    id: int
    story_id: int | None
    channel_id: int
    topic: str
    state: str
    due_at: int
    reason: str | None
    message_id: int | None
    digest_id: int | None
    attempts: int


@dataclass(slots=True)
class Books:
    """All that the program has written down."""

    rows: list[Row] = field(default_factory=list)
    stories: dict[int, set[int]] = field(default_factory=dict)
    """The numbers of the items that each story was made of."""
    of_item: dict[int, set[int]] = field(default_factory=dict)
    """The stories that each item is in, by its number."""
    subscribed: set[tuple[int, str]] = field(default_factory=set)
    paused: dict[int, str] = field(default_factory=dict)
    sound: bool = True
    """Whether the database is, by its own check."""


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)


def read(database: Path) -> Books:
    """Read the books."""
    books = Books()
    stories, items = defaultdict(set), defaultdict(set)
    with closing(_connect(database)) as asked:
        books.sound = asked.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        books.rows = [
            Row(*row)
            for row in asked.execute(
                "SELECT id, story_id, channel_id, topic, state, due_at, reason, message_id,"
                " digest_id, attempts FROM delivery"
            )
        ]
        for story_id, body in asked.execute("SELECT story_id, body FROM article"):
            found = NUMBER.search(str(json.loads(body).get("link")))
            if found:
                stories[story_id].add(int(found[1]))
                items[int(found[1])].add(story_id)
        for channel_id, topic, paused in asked.execute(
            "SELECT channel_id, topic, paused_reason FROM subscription"
        ):
            books.subscribed.add((channel_id, topic))
            if paused is not None:
                books.paused[channel_id] = paused
    books.stories, books.of_item = dict(stories), dict(items)
    return books


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the program is, in numbers."""

    open: int
    """Deliveries that are due by now and not settled."""
    parked: int
    unread: int
    """Feeds that were not read since the time that was asked for, and are to be."""
    overdue: int
    """Feeds whose poll should have come long ago."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.open or self.parked or self.unread or self.overdue)


def standing(database: Path, since: int, at: int) -> Standing:
    """Say how far the program is; `since` is when the last document has changed."""
    with closing(_connect(database)) as asked:

        def number(question: str, *values: int) -> int:
            return int(asked.execute(question, values).fetchone()[0])

        return Standing(
            number(
                "SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending')"
                " OR (state = 'held' AND due_at <= ?)",
                at,
            ),
            number("SELECT count(*) FROM delivery WHERE state = 'parked'"),
            number(f"{_FEEDS} AND coalesce(succeeded_at, 0) < ?", since),
            number(f"{_FEEDS} AND next_poll_at < ?", at - _MOST_OVERDUE),
        )


def unread_feeds(database: Path) -> int:
    """Count the feeds that were never read whole."""
    with closing(_connect(database)) as asked:
        return int(asked.execute(f"{_FEEDS} AND seeded_at IS NULL").fetchone()[0])
