"""The program's parts by themselves, in this process."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser

from benchmarks import archive, texts
from benchmarks.figures import Figure, Report
from benchmarks.stand import Home, Stand, say
from bot.catalogue import read_catalogue
from bot.cli import tools
from bot.explain import explain
from bot.feeds.worker import Parser
from bot.models import (
    MINUTE,
    Article,
    Block,
    BlockKind,
    ExplainedStory,
    FeedDocument,
    Fetched,
    FetchFailed,
    Material,
    Origin,
    Validators,
)
from bot.newsroom import Newsroom, Parts
from bot.publish.nowhere import Nowhere
from bot.store import Store
from tests.loopback.feeds import item, rss

ENTRIES, DOCUMENTS = 50, 60
TRANSACTIONS = 2_000
EXPLAINED, WORDS = 200, 1_000
ASKED = 200


async def run(stand: Stand) -> Report:
    """Measure part after part."""
    old = await stand.old_home()
    say("parts: documents, transactions, explainers, /latest …")
    parsing = await _parse()
    writing = await _write(stand.folder)
    latest = await _latest(old)
    rate = 1000 * len(writing.samples) / sum(writing.samples)
    peer_rate = 1000 * TRANSACTIONS / sum(writing.peer.samples) if writing.peer else 0
    note = (
        f"One writer after another: {rate:,.0f} transactions a second "
        f"(sqlite3 by itself {peer_rate:,.0f}); one small row each, each on the disk before it "
        "counts."
    )
    figures = [
        *([parsing.peer] if parsing.peer else []),
        parsing,
        *([writing.peer] if writing.peer else []),
        writing,
        _explain(),
        latest,
    ]
    return Report("parts: by themselves, in one process", figures, [note])


async def _parse() -> Figure:
    """Read documents in the killable worker; the peer is feedparser in this process."""
    plain = Figure(f"feedparser alone, a document of {ENTRIES} entries")
    figure = Figure(f"the parser's process, a document of {ENTRIES} entries", peer=plain)
    async with Parser() as parser:
        await parser.warm()
        for number in range(DOCUMENTS):
            body = _document(number)
            with plain.timed():
                found = feedparser.parse(body)
            with figure.timed():
                read = await parser.parse(Fetched(body, "https://gazette.example/feed.xml"))
            assert isinstance(read, FeedDocument)
            assert len(read.entries) == len(found.entries) == ENTRIES
    return figure


def _document(number: int) -> bytes:
    began = datetime.now(UTC) - timedelta(days=1)
    items = []
    for place in range(number, number + ENTRIES):
        told, link = texts.paragraphs(place), f"https://gazette.example/{place}"
        dated = began + timedelta(minutes=place)
        body = texts.as_html(told)
        items.append(item(texts.headline(place), link, link, told[0][:300], body, published=dated))
    return rss("The Gazette", items)


async def _write(folder: Path) -> Figure:
    """Write one small row a transaction; the peer is sqlite3 with the same promises."""
    plain = Figure("sqlite3 by itself, a transaction")
    figure = Figure("Store.write, a transaction", peer=plain)
    path = folder / "plain.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        async with Store.open(folder / "store.db") as store:
            for number in range(TRANSACTIONS):
                with plain.timed():
                    _plain_transaction(connection, number)
                with figure.timed():
                    await store.write(lambda tx, n=number: tx.notes.put(f"note {n % 100}", str(n)))  # type: ignore[misc]  # mypy knows no defaults of lambdas
    return figure


def _plain_transaction(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO note VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (f"note {number % 100}", str(number)),
    )
    connection.execute("COMMIT")


def _explain() -> Figure:
    """Explain articles of a thousand words from their own sentences."""
    figure = Figure(f"explain() of an article of {WORDS:,} words")
    origins = set()
    for number in range(EXPLAINED):
        article = _article(number)
        with figure.timed():
            explainer = explain(Material(article))
        origins.add(explainer.origin)
    assert Origin.EXTRACT in origins
    return figure


def _article(number: int) -> Article:
    told = texts.paragraphs(number, words=WORDS)
    return Article(
        title=texts.headline(number),
        link=f"https://gazette.example/{number}",
        teaser=told[0][:300],
        publisher="The Gazette",
        published=time.time_ns() // 1_000_000,
        blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in told),
        language="en",
    )


async def _latest(home: Home) -> Figure:
    """Ask for the latest of topic after topic, as the command does; no feed is due."""
    figure = Figure(f"/latest among {archive.ARTICLES:,} articles")
    async with _newsroom(home) as newsroom:
        names = [topic.name for topic in newsroom.topics]
        for number in range(ASKED):
            with figure.timed():
                told = await newsroom.latest(names[number % len(names)])
            assert isinstance(told, ExplainedStory), told
    return figure


@contextlib.asynccontextmanager
async def _newsroom(home: Home) -> AsyncIterator[Newsroom]:
    catalogue = home.folder / "topics.toml"
    async with Store.open(home.database) as store:
        parts = Parts(
            store=store,
            topics=read_catalogue(catalogue.read_text(encoding="utf-8"), str(catalogue)),
            fetch=_offline,
            parse=Parser().parse,
            explain=tools.explain_aside,
            page=None,
            publisher=Nowhere(),
            clock=tools.clock,
            chance=lambda: 0.0,
            shortest=15 * MINUTE,
        )
        async with Newsroom(parts) as newsroom:
            yield newsroom


async def _offline(url: str, _: Validators, __: int) -> FetchFailed:
    raise AssertionError(f"{url} is asked, though it answered a moment ago")
