"""The archive keeps step with the articles, and no text that is looked for is an error."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.models import DAY, Article, Block, BlockKind, Explainer, Frequencies, Millis, Story
from bot.store import Store, StoreError, Tx, archive
from bot.store.schema import MIGRATIONS

NOW: Millis = 1_760_000_000_000
EVER = {"before": NOW + 1, "since": 0, "exclude": 0, "limit": 9}


def article(title: str, *, text: str = "", teaser: str = "", at: Millis = NOW) -> Article:
    blocks = (Block(BlockKind.PARAGRAPH, text),) if text else ()
    return Article(title, "https://gazette.example/a", teaser, "Gazette", at, blocks=blocks)


BRIDGE = article(
    "Harwick bridge closes", teaser="Rust was found.", text="Inspectors close the Zürich pier."
)
FERRY = article("Ferries of Dunmore sail again", teaser="The strike is over.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(path) as opened:
        yield opened


async def add(store: Store, *articles: Article, story: int | None = None) -> list[tuple[int, int]]:
    """Store articles, each in a story of its own unless one is named; return stories and ids."""

    async def write(tx: Tx) -> list[tuple[int, int]]:
        feed_id = await tx.feeds.join("t", "https://gazette.example/feed", NOW)
        made = []
        for added in articles:
            number = story or await tx.stories.add_story(NOW)
            made.append(
                (
                    number,
                    await tx.stories.add_article(
                        added, feed_id=feed_id, story_id=number, event_key=None, now=NOW
                    ),
                )
            )
        return made

    return await store.write(write)


async def search(store: Store, text: str, limit: int = 9) -> list[str]:
    found = await store.read(lambda tx: tx.archive.search(text, limit))
    return [story.article.title for story in found]


async def related(store: Store, *words: str, **limits: Any) -> list[Story]:
    return await store.read(lambda tx: tx.archive.related(words, **{**EVER, **limits}))


async def frequencies(store: Store, *words: str) -> Frequencies:
    return await store.read(lambda tx: tx.archive.frequencies(words))


def index(path: Path) -> list[tuple[object, ...]]:
    """Return every word of the index with where it stands, after its own check."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("INSERT INTO archive (archive) VALUES ('integrity-check')")
        raw.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, archive, 'instance')")
        return sorted(raw.execute("SELECT * FROM temp.words").fetchall())


# ── in step ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", ["harwick", "rust", "inspectors", "ZURICH", "closing", "inspect"])
async def test_a_story_is_found_by_headline_teaser_and_opening_in_any_form(
    store: Store, word: str
) -> None:
    await add(store, BRIDGE, FERRY)
    assert await search(store, word) == [BRIDGE.title]


async def test_a_text_is_searched_by_its_opening_alone(store: Store) -> None:
    await add(store, article("Long", text=f"first {'word ' * 200}last"))
    assert await search(store, "first") == ["Long"]
    assert await search(store, "last") == []


async def test_a_corrected_article_is_found_by_its_new_words_alone(
    store: Store, path: Path
) -> None:
    ((_, number),) = await add(store, BRIDGE)
    corrected = replace(BRIDGE, title="Farrow bridge closes")
    assert await store.write(lambda tx: tx.stories.refresh({number: corrected})) == 1
    assert await search(store, "harwick") == []
    assert await search(store, "farrow") == ["Farrow bridge closes"]
    in_steps = index(path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("INSERT INTO archive (archive) VALUES ('delete-all')")
        raw.execute(archive.MIGRATION[1])
    assert index(path) == in_steps


async def test_a_deleted_article_leaves_nothing_behind(store: Store, path: Path) -> None:
    await add(store, BRIDGE)
    assert index(path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM article")
    assert index(path) == []
    assert await search(store, "harwick") == []


async def test_what_is_rolled_back_is_not_in_the_archive(store: Store, path: Path) -> None:
    async def fail(tx: Tx) -> None:
        await tx.feeds.set_topics({"t": ["https://gazette.example/feed"]}, NOW)
        (feed,) = await tx.feeds.of_topics(["t"])
        story = await tx.stories.add_story(NOW)
        await tx.stories.add_article(
            BRIDGE, feed_id=feed.id, story_id=story, event_key=None, now=NOW
        )
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await store.write(fail)
    assert index(path) == []


async def test_articles_of_before_the_archive_are_in_it_after_the_migration(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("bot.store.migrating.MIGRATIONS", MIGRATIONS[:2])
        async with Store.open(path) as old:
            ((story, _), _) = await add(old, BRIDGE, FERRY)
            await old.write(
                lambda tx: tx.stories.keep_explainer(Story(story, BRIDGE), Explainer(), NOW)
            )
    async with Store.open(path) as store:
        assert await search(store, "harwick") == [BRIDGE.title]
        assert await search(store, "dunmore") == [FERRY.title]
        assert await store.read(lambda tx: tx.stories.explainer(story)) is None


async def test_a_sqlite_without_full_text_is_an_error_that_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.archive.NEEDED", ("fts5", "fts6"))
    with pytest.raises(StoreError, match=r"SQLite .* without fts6.*another Python"):
        async with Store.open(path):
            pass


# ── what is found ────────────────────────────────────────────────────────────────────────


async def test_only_earlier_stories_are_candidates(store: Store) -> None:
    times = (NOW - 2 * DAY, NOW - DAY, NOW, NOW + DAY)
    await add(store, *(article(f"Harwick {at - NOW}", at=at) for at in times))
    found = await related(store, "harwick", before=NOW, since=NOW - DAY)
    assert [story.article.published for story in found] == [NOW - DAY]


async def test_a_story_is_no_candidate_of_itself(store: Store) -> None:
    (first, _), (second, _) = await add(store, BRIDGE, replace(BRIDGE, teaser="Again."))
    assert [story.id for story in await related(store, "harwick", exclude=first)] == [second]


async def test_a_story_of_several_articles_is_found_once_and_shown_by_its_first(
    store: Store,
) -> None:
    ((story, _),) = await add(store, BRIDGE)
    await add(store, article("Harwick: pier shut, Corvale paper says"), story=story)
    assert await related(store, "harwick", "corvale") == [Story(story, BRIDGE)]


async def test_the_story_that_shares_more_words_comes_first(store: Store) -> None:
    await add(store, BRIDGE, FERRY, *(article(f"Filler {number}") for number in range(9)))
    found = await related(store, "dunmore", "rust", "strike", "ferry", limit=1)
    assert [story.article for story in found] == [FERRY]


async def test_all_words_must_occur_and_the_last_may_be_half_written(store: Store) -> None:
    await add(store, BRIDGE, FERRY)
    assert await search(store, "harwick ferries") == []
    assert await search(store, "bridge harw") == [BRIDGE.title]
    assert await search(store, "harw bridge") == []


async def test_frequencies_count_articles_and_not_words(store: Store) -> None:
    await add(store, article("Rust, rust and rust"), BRIDGE, FERRY)
    assert await frequencies(store, "rust", "harwick", "absent") == Frequencies(
        3, {"rust": 2, "harwick": 1, "absent": 0}
    )


async def test_the_frequency_of_a_common_word_is_estimated(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.archive._COUNTED", 20)
    await add(store, *(article(f"The news {number}") for number in range(100)))
    assert (await frequencies(store, "news")).of["news"] == 100


async def test_an_empty_archive_answers_too(store: Store) -> None:
    assert await frequencies(store, "harwick") == Frequencies(0, {"harwick": 0})
    assert await related(store, "harwick") == []
    assert await search(store, "harwick") == []


# ── hostile ──────────────────────────────────────────────────────────────────────────────

OPERATORS = [
    '"', '""', '"harwick', "harw*", "*", "title:harwick", "{title} : x", "NEAR(harwick rust)",
    "harwick OR ferry", "NOT harwick", "harwick AND", "^harwick", "-", "(", "harwick)", "+", "\0",
    "harwick\0rust", "\ud800", "' OR 1=1 --", "…", "🚢", " ", "", "%", "_", "a" * 9_999, "( " * 999,
]  # fmt: skip


@pytest.mark.parametrize("text", OPERATORS)
async def test_nothing_in_a_text_is_an_operator_or_an_error(store: Store, text: str) -> None:
    await add(store, FERRY)
    assert await search(store, text) in ([], [FERRY.title])
    assert await related(store, text) in (
        [],
        [Story((await related(store, "dunmore"))[0].id, FERRY)],
    )
    assert (await frequencies(store, text)).total == 1


async def test_or_and_a_star_are_words_like_others(store: Store) -> None:
    await add(store, BRIDGE, FERRY)
    assert await search(store, "harwick OR dunmore") == []
    assert await search(store, "title:ferries") == []
    assert await search(store, "f* again") == []


@pytest.mark.parametrize("few", [0, 3, 50_000])
async def test_a_search_in_a_topic_and_time_finds_the_same_of_few_articles_and_of_many(
    store: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(archive, "_FEW", few)
    made = await add(store, *(article(f"Strike {n}", at=NOW - n * DAY) for n in range(4)))
    stories = [number for number, _ in made]

    async def find(*topics: str, since: Millis = 0) -> list[int]:
        found = await store.read(
            lambda tx: tx.archive.find("strike", topics, since=since, newest=True)
        )
        return [one.story_id for one in found]

    assert await find("t") == await find("u", "t") == stories
    assert await find("t", since=NOW - DAY) == stories[:2]
    assert await find("t", since=NOW + 1) == await find("u") == []


ANY_TEXT = st.text(st.characters(codec=None), max_size=60) | st.text(
    st.sampled_from('harwick "*:^(){}+-\0\n NEAR AND OR NOT'), max_size=30
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_TEXT)
async def test_no_text_is_an_error(store: Store, text: str) -> None:
    assert await search(store, text) == []
    assert await store.read(lambda tx: tx.archive.find(text, ["t"])) == []
    assert await related(store, text, text) == []
    assert (await frequencies(store, text, f"{text}x")).total == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=60))
async def test_any_article_can_be_stored_corrected_and_removed(
    store: Store, path: Path, title: str, text: str
) -> None:
    ((_, number),) = await add(store, article(title, text=text))
    await store.write(lambda tx: tx.stories.refresh({number: article(text, text=title)}))
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM article")
    assert index(path) == []
