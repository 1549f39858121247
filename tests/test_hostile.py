"""Hostile documents through the real worker and on to the post: none harms anything or anybody."""

from __future__ import annotations

import pickle
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.explain import explain
from bot.feeds.worker import Parser
from bot.models import (
    Entry,
    ExplainedStory,
    Feed,
    FeedDocument,
    Fetched,
    Material,
    ParseFailed,
    ParseOutcome,
    Story,
    Topic,
)
from bot.publish import render
from bot.publish.markdown import plain, runs
from bot.stories.articles import article_of
from bot.stories.identity import identify, survey
from tests import hostile
from tests.loopback.feeds import item, rss
from tests.loopback.limits import message_complaints
from tests.test_escape import live

SIZE = 0.02
NOW = 1_795_000_000_000
GOOD = Fetched(rss("Good", [item("One", "https://good.example/1", "1")]), hostile.FEED)
TOPIC = Topic("town", "Town", "🏘️", "", ())
MOST_POSTS = 60
FAMILIES = (
    hostile.entities, hostile.shapes, hostile.sizes, hostile.bytes_, hostile.charsets,
    hostile.fields, hostile.texts, hostile.links, hostile.json_feeds,
)  # fmt: skip
Family = Callable[[str, float], Iterator[hostile.Hostile]]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.strip("_"))
async def test_a_hostile_document_costs_its_own_feed_a_poll_at_most(
    family: Family, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text(hostile.SECRET, encoding="utf-8")
    async with Parser() as parser:
        for document in family(tmp_path.as_uri(), SIZE):
            with named(document.name):
                fetched = Fetched(document.body, hostile.FEED, document.content_type)
                holds(document, await parser.parse(fetched))
                assert isinstance(await parser.parse(GOOD), FeedDocument), "the next is not read"


@contextmanager
def named(name: str) -> Iterator[None]:
    """Say which document it was."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the document: {name}")
        raise


def holds(document: hostile.Hostile, outcome: ParseOutcome) -> None:
    assert hostile.SECRET not in repr(outcome)
    assert len(pickle.dumps(outcome)) < 4_000_000
    if isinstance(outcome, ParseFailed):
        assert document.entries is None, outcome.reason
        assert re.fullmatch(r"[A-Z][\w ’',.:()-]{10,200}", outcome.reason), outcome.reason
        return
    assert not document.fails, "it is no feed"
    entries = outcome.entries
    assert document.entries in {None, len(entries)}
    assert document.title is None or entries[0].title == document.title
    assert document.link is None or (entries[0].link or "") == document.link
    for entry in entries:
        is_clean(entry)
    feed = Feed(1, hostile.FEED, title=outcome.title, seeded_at=NOW - 1)
    reading = identify(survey(entries), feed, {}, NOW)
    for number, new in enumerate(reading.new[:MOST_POSTS]):
        article = article_of(
            new.entry, feed_title=outcome.title, language=outcome.language, now=NOW
        )
        told = ExplainedStory(Story(number, article), explain(Material(article)), TOPIC)
        for body in (render.post(told), render.explainer(told)):
            is_harmless(body, {article.link, article.image})


def is_clean(entry: Entry) -> None:
    """Check the text and the links of an entry, whose text is blocks, too."""
    texts = [entry.title, entry.teaser, entry.guid or "", entry.publisher or ""]
    for text in [*texts, *(block.text for block in entry.blocks)]:
        assert not [
            c for c in text if unicodedata.category(c) in {"Cc", "Cs"} or c in "\u200b\u202e"
        ]
        assert text == " ".join(text.split()).strip()
        assert not re.search(r"[\u0300-\u036f]{5}", text)
    assert len(entry.title) <= 500
    assert len(entry.teaser) <= 1_500
    assert len(entry.guid or "") <= 512
    assert sum(len(block.text) for block in entry.blocks) <= 20_000
    for link in filter(None, (entry.link, entry.original_link, entry.image)):
        parts = urlsplit(link)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert parts.username is None
        assert len(link) <= 2_048


def is_harmless(body: dict[str, Any], allowed: set[str | None]) -> None:
    """Check that a post pings nobody, leads nowhere but to its story, and that Discord takes it."""
    assert message_complaints(body) == []
    assert body["allowed_mentions"] == {"parse": []}
    assert "content" not in body
    (embed,) = body["embeds"]
    fields = embed.get("fields", [])
    sources = [field["value"] for field in fields if field["name"] == "Sources"]
    for text in [embed.get("title"), embed.get("description"), *(f["value"] for f in fields)]:
        if not text:
            continue
        # Of our own, only the list of sources has something that acts: the date.
        assert live(re.sub(r"<t:\d+:D>", "", text) if text in sources else text) == []
        assert not any(run.href for run in runs(text))
        assert text in sources or plain(text)
    links = {embed.get("url"), (embed.get("image") or {}).get("url")}
    for row in body.get("components", []):
        links |= {button.get("url") for button in row["components"]}
    assert links <= allowed | {None}
