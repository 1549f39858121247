"""A database as it looks after half a year: 100,000 articles, each once posted in a channel."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from benchmarks import texts
from bot.delivery.plan import nonce
from bot.models import DAY, HOUR, Block, BlockKind, Entry, Feed, Millis
from bot.store import Store
from bot.store.rows import dump
from bot.stories.articles import article_of
from bot.stories.identity import event_key, keys_of

ARTICLES, FEEDS, TOPICS, CHANNELS = 100_000, 50, 14, 5
MEASURED = "topic-13"
"""The topic of one feed alone, number `FEEDS - 1`; the others share the rest."""
AGE: Millis = 180 * DAY
_BATCH, _BODIES = 5_000, 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the feeds are, whose articles these will be, and the channel that is measured."""

    feeds: Sequence[str]
    channel_id: int
    now: Millis

    def topics(self) -> dict[str, list[str]]:
        """Share the feeds among the topics."""
        shared: dict[str, list[str]] = {f"topic-{number:02}": [] for number in range(TOPICS - 1)}
        for position, url in enumerate(self.feeds[:-1]):
            shared[f"topic-{position % (TOPICS - 1):02}"].append(url)
        return {**shared, MEASURED: [self.feeds[-1]]}

    def catalogue(self) -> str:
        """Write the topics as a catalogue file."""
        quoted = {name: ", ".join(f'"{u}"' for u in urls) for name, urls in self.topics().items()}
        return "\n".join(
            f'[{name}]\ntitle = "{name.title()}"\nfeeds = [{urls}]' for name, urls in quoted.items()
        )


async def write(path: Path, plan: Plan) -> None:
    """Make the database, with the program's own schema, identities and rows."""
    async with Store.open(path) as store:
        await store.write(lambda tx: tx.feeds.set_topics(plan.topics(), plan.now))
        feeds = await store.read(lambda tx: tx.feeds.of_topics(plan.topics()))
        for feed in feeds:
            answered = replace(
                feed,
                title=f"Gazette {feed.id}",
                seeded_at=plan.now - AGE,
                succeeded_at=plan.now,
                next_poll_at=plan.now + HOUR,
            )
            await store.write(lambda tx, answered=answered: tx.feeds.record([answered]))  # type: ignore[misc]  # mypy knows no defaults of lambdas
    _fill(path, feeds, plan)


def forget_commands(path: Path) -> None:
    """Make the next start one that registers its commands."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM note")


_COLUMNS = {
    "story": "id, created_at",
    "article": "id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash",
    "article_key": "feed_id, kind, digest, article_id, last_seen_at",
    "delivery": "story_id, channel_id, guild_id, topic, nonce, state, planned_at, due_at, attempts,"
    " first_attempt_at, settled_at, message_id",
}


def _fill(path: Path, feeds: Sequence[Feed], plan: Plan) -> None:
    """Insert in batches, without waiting for the disk: the Store's way would take minutes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for start in range(1, ARTICLES + 1, _BATCH):
            with connection:
                for table, rows in _rows(range(start, start + _BATCH), feeds, plan).items():
                    marks = ", ".join("?" * len(rows[0]))
                    into = f"{table} ({_COLUMNS[table]})"
                    connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608  # our own names


def _rows(
    numbers: range, feeds: Sequence[Feed], plan: Plan
) -> dict[str, list[tuple[int | str | None, ...]]]:
    rows: dict[str, list[tuple[int | str | None, ...]]] = {table: [] for table in _COLUMNS}
    for number in numbers:
        feed = feeds[number % FEEDS]
        seen = plan.now - AGE + AGE * number // (ARTICLES + 1)
        entry = _entry(number, seen)
        article = article_of(entry, feed_title=feed.title, language="en", now=seen)
        body = dump(article)
        digest = hashlib.sha256(body.encode()).hexdigest()
        key = event_key(article.link)
        rows["story"].append((number, seen))
        rows["article"].append((number, feed.id, number, key, seen, seen, body, digest))
        rows["article_key"].extend(
            (feed.id, key.kind, key.digest, number, seen) for key in keys_of(entry)
        )
        rows["delivery"].append(_sent(number, seen, plan))
    return rows


def _sent(number: int, seen: Millis, plan: Plan) -> tuple[int | str | None, ...]:
    channel = plan.channel_id + number % CHANNELS
    topic = f"topic-{number % TOPICS:02}"
    token = nonce(channel, number, seen)
    return (number, channel, 0, topic, token, "sent", seen, seen, 1, seen, seen, seen << 22)


def _entry(number: int, seen: Millis) -> Entry:
    blocks = _blocks(number % _BODIES)
    return Entry(
        title=texts.headline(number),
        link=f"https://gazette.example/news/{number}",
        guid=f"gazette-{number}",
        teaser=blocks[0].text[:300],
        blocks=blocks,
        published=seen,
        written_date=str(seen),
    )


@cache
def _blocks(number: int) -> tuple[Block, ...]:
    return tuple(Block(BlockKind.PARAGRAPH, text) for text in texts.paragraphs(number))


def weight(path: Path) -> str:
    """Say how large the database is."""
    return f"The database with {ARTICLES:,} articles is {path.stat().st_size / 1024**2:,.0f} MiB."
