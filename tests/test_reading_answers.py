"""What readers are shown fits, whatever the news hold; and what the archive finds for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    Article,
    Body,
    CaughtUp,
    Ends,
    Hit,
    Kept,
    Mark,
    Millis,
    NothingNew,
    Results,
    Story,
    Topic,
    Wanted,
)
from bot.publish import catchup, feedback, privacy_answers, search_answers
from bot.store import Store, Tx
from bot.store.privacy import PLACES
from tests.loopback.limits import message_complaints

NOW: Millis = 1_760_000_000_000
TEXTS = st.text("ab \n*_~|`[]<>@#-:/\\.\x02\x03\u202e()漢é", max_size=600)
TOPIC = Topic("t", "*" * 200, "🏘️", "", ())


def shown(body: Body) -> str:
    """Return what a layout says; it keeps to Discord's limits."""
    assert not message_complaints(body)
    (frame,) = body["components"]
    texts = [inner for part in frame["components"] for inner in part.get("components", [part])]
    return "\n".join(part["content"] for part in texts if "content" in part)


@given(TEXTS, TEXTS, TEXTS, st.lists(st.tuples(TEXTS, st.booleans())))
def test_a_page_of_a_search_fits_whatever_was_found(
    title: str, publisher: str, words: str, pieces: list[tuple[str, bool]]
) -> None:
    article = Article(title, f"https://a.example/{'(' * 80}", "", publisher, NOW)
    hits = tuple((Hit(Story(n, article), "t", tuple(pieces)), TOPIC) for n in range(5))
    page = search_answers.page(Results(Wanted(words, TOPIC, "month"), hits, 200, 3, 40, 10**17))
    assert "200 stories found" in shown(page)


def test_the_longest_page_of_a_search_fits() -> None:
    article = Article("x" * 500, f"https://a.example/{'a' * 238}", "", "p" * 99, NOW)
    pieces = (("y" * 150, True), (" " + "_" * 500, False))
    hits = tuple((Hit(Story(n, article), "t", pieces), TOPIC) for n in range(5))
    wanted = Wanted("*" * 200, TOPIC, "month")
    assert len(shown(search_answers.page(Results(wanted, hits, 200, 3, 40, 10**17)))) > 3_300


def test_what_was_found_is_bold_and_nothing_else_is() -> None:
    pieces = (("a *b* <@1> ", False), ("storm", True), (" @everyone", False))
    hit = Hit(Story(1, Article("T", None, "", "P", 0)), "t", pieces)
    results = Results(Wanted("storm", None, "ever"), ((hit, TOPIC),), 1, 0, 1, 0)
    assert "a \\*b\\* \\<@1> **storm** @\u200beveryone" in shown(search_answers.page(results))


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_a_page_of_a_catchup_fits_whatever_was_posted(title: str, publisher: str, at: int) -> None:
    article = Article(title, f"https://a.example/{'a' * 182}", "", publisher, NOW)
    stories = tuple((Story(n, article), Topic(f"t{n}", "*" * 90, "🏘️", "", ())) for n in range(8))
    said = shown(catchup.page(CaughtUp(stories, NOW, NOW + 1, 30, at, 4)))
    assert "30 stories in this channel" in said


def test_a_topic_is_named_once_and_a_story_is_one_line() -> None:
    article = Article("Bridge\ncloses", "https://a.example/b", "", "Gazette", NOW)
    stories = tuple((Story(n, article), TOPIC) for n in range(3))
    said = shown(catchup.page(CaughtUp(stories, NOW, NOW, 3, 0, 1)))
    assert said.count("### ") == 1
    assert len(said.splitlines()) == 3 + 3


def test_nothing_new_offers_the_last_one_only_where_there_is_one() -> None:
    assert "catchup:1:2:0:new" in str(
        catchup.nothing_new(NothingNew(3, Mark(1, 2), has_topics=True))
    )
    assert "custom_id" not in str(catchup.nothing_new(NothingNew(3, None, has_topics=True)))


def test_the_form_has_every_objection_and_keeps_to_the_limits_of_forms() -> None:
    form = feedback.form(10**17)
    reason, comment = (label["component"] for label in form["components"])
    assert len(reason["options"]) == 5
    assert comment["max_length"] == 500
    assert not comment["required"]


def test_everything_that_may_be_kept_has_words_of_its_own() -> None:
    kept = [Kept(p.table, p.ends, 2, NOW, NOW + 1) for p in PLACES]
    said = shown(privacy_answers.kept(kept))
    lines = [line for line in said.splitlines() if line.startswith("- ")]
    assert len(set(lines)) >= len({(k.table, k.ends) for k in kept}) - 1, "notices have one"
    assert "“" not in said
    meant = shown(privacy_answers.ask_to_delete(kept))
    assert meant.count("\n- ") == len({k.table for k in kept if k.ends is Ends.GOES}) + 2


# ── the archive ──────────────────────────────────────────────────────────────────────────


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "news.db") as opened:
        await opened.write(_stories)
        yield opened


async def _stories(tx: Tx) -> None:
    feeds = {"world": ["https://w.example/f"], "ours": ["https://o.example/f"]}
    await tx.feeds.set_topics(feeds, NOW)
    for name, titles in {"world": ["Storm one", "Storm two"], "ours": ["Storm of ours"]}.items():
        (feed,) = await tx.feeds.of_topics([name])
        for number, title in enumerate(titles):
            at = NOW - number * 1000
            article = Article(title, None, "Rain and wind, and 3,000 homes dark.", "W", at)
            story_id = await tx.stories.add_story(NOW)
            await tx.stories.add_article(
                article, feed_id=feed.id, story_id=story_id, event_key=None, now=at
            )


async def found(store: Store, text: str, *topics: str, since: Millis = 0) -> list[str]:
    async def ask(tx: Tx) -> list[str]:
        hits = await tx.archive.shown(await tx.archive.find(text, topics, since=since))
        return [hit.story.article.title for hit in hits]

    return await store.read(ask)


async def test_only_stories_of_the_topics_that_one_may_see_are_found(store: Store) -> None:
    assert await found(store, "storm", "world") == ["Storm one", "Storm two"]
    assert await found(store, "storm", "ours") == ["Storm of ours"]
    assert len(await found(store, "storm", "world", "ours")) == 3
    assert await found(store, "storm") == []
    assert await found(store, "storm", "') OR 1=1 --") == []


async def test_find_keeps_to_time_and_takes_the_beginning_of_a_word(store: Store) -> None:
    assert await found(store, "storm", "world", since=NOW) == ["Storm one"]
    assert await found(store, "storm tw", "world") == ["Storm two"]
    assert await found(store, "wind", "ours") == ["Storm of ours"]
