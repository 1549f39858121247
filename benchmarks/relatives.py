"""Earlier relatives of real articles in a large archive: how many, how right, how long."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from benchmarks import texts
from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from bot.feeds.parse import parse
from bot.models import DAY, Article, Block, BlockKind, FeedDocument, Frequencies, Millis
from bot.store import Store, Tx
from bot.store.rows import dump
from bot.stories import related
from bot.stories.articles import article_of
from bot.stories.words import words_of
from tests.shared import shared_files

SIZES = (2_000, 20_000, 100_000)
"""Stories; the real ones are most of the first, and lost among made-up ones in the last."""
_JUDGED_SIZES = SIZES[:2]
_NOW: Millis = 1_790_000_000_000
_PAGES_FROM: Millis = 1_574_000_000_000
"""When the first page is taken to be of; the others follow, a day apart each."""
_LOOKED_UP = 400
_INSERTED = 2_000
_WORDS = 90
_REST = "x" * 1_500
"""What stands for the rest of a text: nothing reads it."""
_JUDGED = Path(__file__).parent / "judgements" / "relatives.toml"
PAIRS_FILE = "WHEREFORE_PAIRS"
"""Environment: where to write the pairs that were found, for a person to judge."""


@dataclass(frozen=True, slots=True)
class Real:
    """An article of a real document; `half` is which half of the documents that is in."""

    article: Article
    half: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A story and an earlier one; `half` is the later one's."""

    later: Article
    earlier: Article
    half: int

    @property
    def key(self) -> str:
        """Name the pair without a word of it."""
        parts = (self.later.title, self.later.link, self.earlier.title, self.earlier.link)
        return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]


async def run(stand: Stand) -> Report:
    """Fill one archive after another, and look for the relatives of real articles in each."""
    real = real_articles()
    figures: list[Figure] = []
    notes = [] if real else ["No real documents are here: made-up ones stand in, and none is kin."]
    for size in SIZES:
        say(f"relatives: an archive of {size:,} stories …")
        path = stand.folder / f"relatives-{size}.db"
        async with Store.open(path):
            pass
        fill(path, real, size)
        figure = Figure(f"earlier relatives of a story, {size:,} stories")
        async with Store.open(path) as store:
            pairs, looked_up = await _look(store, real, size, figure)
        figures.append(figure)
        notes += _told(pairs, looked_up, size)
        if size == SIZES[1]:
            figures += _insert(path)
            notes.append(_growth(path))
        path.unlink()
    return Report("relatives: earlier stories that are background", figures, notes)


async def find(tx: Tx, story_id: int, article: Article) -> tuple[Article, ...]:
    """Find a story's earlier relatives, as the program does."""
    own = await tx.archive.frequencies(words_of(article).written)
    stories = await tx.archive.related(
        related.telling(article, own),
        before=article.published - related.APART,
        since=article.published - related.REACH,
        exclude=story_id,
        limit=related.CANDIDATES,
    )
    found = [story.article for story in stories]
    more = await tx.archive.frequencies(related.still_unknown(article, found, own))
    return related.related(article, found, Frequencies(own.total, {**own.of, **more.of}))


async def _look(
    store: Store, real: Sequence[Real], size: int, figure: Figure
) -> tuple[list[Pair], int]:
    pairs = []
    # Every real article but in the largest, which is there for its times.
    at = places(real, size)
    chosen = list(at)
    if size not in _JUDGED_SIZES:
        chosen = Random(1).sample(chosen, min(_LOOKED_UP, len(real)))
    for story_id in chosen or range(1, _LOOKED_UP):
        story = await store.read(lambda tx, i=story_id: tx.stories.get(i))  # type: ignore[misc]  # mypy knows no defaults of lambdas
        assert story
        with figure.timed():
            found = await store.read(lambda tx, s=story: find(tx, s.id, s.article))  # type: ignore[misc]
        half = real[at[story_id]].half if real else 0
        pairs += [Pair(story.article, earlier, half) for earlier in found]
    return pairs, len(figure.samples)


# ── what is in the archive ───────────────────────────────────────────────────────────────


def real_articles() -> list[Real]:
    """Read every feed document and every page that is at hand, with something to look for."""
    found = [*_of_feeds(), *_of_pages()]
    return [Real(article, half) for article, half in found if article.title]


def _of_feeds() -> Iterator[tuple[Article, int]]:
    for number, path in enumerate(shared_files("feeds/feeds", "*")):
        document = parse(path.read_bytes(), f"https://feed.example/{path.name}")
        if isinstance(document, FeedDocument):
            for entry in document.entries:
                yield (
                    article_of(
                        entry,
                        feed_title=document.title,
                        language=document.language or "",
                        now=_NOW,
                    ),
                    number % 2,
                )


def _of_pages() -> Iterator[tuple[Article, int]]:
    for told in shared_files("articles", "ground-truth.json"):
        pages = json.loads(told.read_text(encoding="utf-8"))
        for number, (name, page) in enumerate(sorted(pages.items())):
            source = gzip.decompress((told.parent / "html" / f"{name}.html.gz").read_bytes())
            title = LexborHTMLParser(source).css_first("title")
            paragraphs = filter(str.strip, page["articleBody"].split("\n"))
            article = Article(
                title=" ".join(title.text().split()) if title else "",
                link=page["url"],
                teaser="",
                publisher=urlsplit(page["url"]).netloc.removeprefix("www."),
                published=_PAGES_FROM + number * DAY,
                blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs),
                language="en",
            )
            yield article, number % 2


def fill(path: Path, real: Sequence[Real], size: int) -> None:
    """Insert the real articles, and around them made-up ones of their dates and words."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("INSERT INTO feed (id, url, next_poll_at) VALUES (1, 'x', 0)")
        made_up = _made_up(real)
        at = places(real, size)
        _insert_all(
            connection,
            1,
            (
                real[at[number]].article if number in at else next(made_up)
                for number in range(1, size + 1)
            ),
        )


def places(real: Sequence[Real], size: int) -> dict[int, int]:
    """Scatter the real articles among the stories: a story's number, and which of them it is."""
    numbers = sorted(Random(1).sample(range(1, size + 1), len(real)))
    return {number: position for position, number in enumerate(numbers)}


def _made_up(real: Sequence[Real]) -> Iterator[Article]:
    """Write articles of words drawn by chance: each is as frequent as in the real ones."""
    chance = Random(1)
    words = [word for known in real for word in _opening(known.article).split()[:_WORDS]]
    for number in range(10**9):
        if not real:
            title, text, published = texts.headline(number), texts.paragraphs(number)[0], number
        else:
            drawn = chance.choices(words, k=_WORDS)
            title, text = " ".join(drawn[:10]), " ".join(drawn[10:])
            published = chance.choice(real).article.published
        blocks = tuple(Block(BlockKind.PARAGRAPH, part) for part in (text[200:], _REST))
        link = f"https://gazette.example/{number}"
        yield Article(title, link, text[:200], "The Gazette", published, blocks=blocks)


def _opening(article: Article) -> str:
    return " ".join((article.title, article.teaser, *(b.text for b in article.blocks[:4])))


def _insert_all(
    connection: sqlite3.Connection, first: int, articles: Sequence[Article] | Iterator[Article]
) -> None:
    for number, article in enumerate(articles, start=first):
        connection.execute("INSERT INTO story VALUES (?, ?)", (number, number))
        connection.execute(
            "INSERT INTO article VALUES (?, 1, ?, NULL, ?, ?, ?, '')",
            (number, number, article.published, number, dump(article)),
        )


# ── what it costs ────────────────────────────────────────────────────────────────────────


def _insert(path: Path) -> list[Figure]:
    """Measure what the archive adds to storing an article, without the disk's part."""
    plain = Figure("an article stored, were there no archive")
    figure = Figure("an article stored, with the archive", peer=plain)
    made_up = _made_up([])
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for kind in (figure, plain):
            if kind is plain:
                for name, _ in triggers:
                    connection.execute(f"DROP TRIGGER {name}")
            for number in range(_INSERTED):
                article = next(made_up)
                with kind.timed():
                    _insert_all(connection, 10**9 + number, [article])
            connection.rollback()
    return [plain, figure]


def _growth(path: Path) -> str:
    """Say how many bytes the archive takes for each article."""
    copy = path.with_suffix(".copy")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    whole = copy.stat().st_size
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP TABLE archive")
        connection.execute("VACUUM")
    bare = copy.stat().st_size
    copy.unlink()
    return (
        f"The archive of {SIZES[1]:,} articles adds {(whole - bare) / SIZES[1]:,.0f} bytes an "
        f"article, to {bare / SIZES[1]:,.0f}."
    )


# ── how right they are ───────────────────────────────────────────────────────────────────


def _told(pairs: Sequence[Pair], looked_up: int, size: int) -> Iterator[str]:
    _write_down(pairs, size)
    having = len({pair.later for pair in pairs})
    yield (
        f"{size:,} stories: of {looked_up:,} real articles {having:,} have relatives, "
        f"{len(pairs):,} in all."
    )
    if size not in _JUDGED_SIZES or not pairs:
        return
    verdicts = judgements()
    for half, name in enumerate(("one half", "the other half")):
        counts = Counter(verdicts.get(p.key, "not judged") for p in pairs if p.half == half)
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
        share = counts["right"] / max(1, counts["right"] + counts["wrong"])
        yield f"  Judged by a reader, {name} of the documents: {told}: {share:.0%} right."


def judgements() -> dict[str, str]:
    """Return what a reader has said of pairs, by their keys: right or wrong."""
    judged = tomllib.loads(_JUDGED.read_text(encoding="utf-8"))
    return {**dict.fromkeys(judged["right"], "right"), **dict.fromkeys(judged["wrong"], "wrong")}


def _write_down(pairs: Sequence[Pair], size: int) -> None:
    folder = os.environ.get(PAIRS_FILE)
    if folder:
        lines = (f"{p.key}\t{p.half}\t{p.later.title}\t{p.earlier.title}\n" for p in pairs)
        Path(folder, f"pairs-{size}.tsv").write_text("".join(lines), encoding="utf-8")
