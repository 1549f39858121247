"""Reading only what changed of a document must come to the same as reading all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds import slices
from bot.feeds.parse import parse
from bot.feeds.slices import MOST, cut
from bot.models import DAY, HOUR, Fetched, KeyKind, Millis, ParseOutcome
from tests.loopback.feeds import item, rss
from tests.newsdesk import FEED, START, dated, desk, story
from tests.shared import shared_files

ATOM = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>%s</feed>'


# ── cutting ──────────────────────────────────────────────────────────────────────────────


def test_a_document_is_cut_into_its_entries_and_comes_back_whole() -> None:
    body = rss("G", [item(f"T{n}", f"https://a.example/{n}", f"g{n}") for n in range(4)])
    sliced = cut(body)
    assert sliced is not None
    assert len(sliced.spans) == len(set(sliced.digests)) == 4
    assert sliced.without(()) == body
    without = parse(sliced.without({sliced.digests[1], sliced.digests[3]}), "https://a.example/")
    assert [entry.title for entry in without.entries] == ["T0", "T2"]  # type: ignore[union-attr]  # it is a document


def test_atom_and_rdf_are_cut_as_well() -> None:
    entry = b"<entry\n><title>T</title></entry>"
    sliced = cut(ATOM % (entry + b"<entries/>" + entry))
    assert sliced is not None
    assert [sliced.body[start:end] for start, end in sliced.spans] == [entry, entry]
    rdf = b'<rdf:RDF xmlns:rdf="r"><channel/><item rdf:about="x"><title>T</title></item></rdf:RDF>'
    sliced = cut(rdf)
    assert sliced is not None
    assert len(sliced.spans) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html><item></item></html>",
        rss("G", []),
        b"<rss><channel><item><title>never closed",
        "<rss><channel><item><title>Ünïcode</title></item></channel></rss>".encode("latin-1"),
        "<rss><channel><item></item></channel></rss>".encode("utf-16"),
        b"<rss>" + b"<item></item>" * (MOST + 1) + b"</rss>",
        b" " * 5_000 + b"<rss><item></item></rss>",
        b"<rss><item><description><![CDATA[a </item> b]]></description></item></rss>",
        b"<rss><item><!-- </item> --></item></rss>",
    ],
)
def test_what_can_not_be_cut_safely_is_read_whole(body: bytes) -> None:
    assert cut(body) is None


@given(st.binary(max_size=200) | st.text("<>/itemrsfdRDF entry!-[]CDATA", max_size=300))
def test_whatever_is_cut_comes_back_whole(body: bytes | str) -> None:
    raw = b"<rss>" + (body.encode() if isinstance(body, str) else body)
    sliced = cut(raw)
    assert sliced is None or sliced.without(()) == raw


@pytest.mark.parametrize("path", shared_files("feeds/feeds", "*"), ids=lambda path: path.name)
def test_of_a_real_document_the_rest_reads_as_it_does_in_the_whole(path: Path) -> None:
    body = path.read_bytes()
    sliced, whole = cut(body), parse(body, "https://a.example/")
    entries = getattr(whole, "entries", ())
    if sliced is None or len(sliced.spans) != len(entries):
        pytest.skip("this one is read whole")
    left_out = {digest for place, digest in enumerate(sliced.digests) if place % 3}
    rest = parse(sliced.without(left_out), "https://a.example/")
    kept = [e for e, d in zip(entries, sliced.digests, strict=True) if d not in left_out]
    assert getattr(rest, "entries", ()) == tuple(kept)


# ── what is left out ─────────────────────────────────────────────────────────────────────


class Counting:
    """A parser that remembers how many entries it had to read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    async def __call__(self, fetched: Fetched) -> ParseOutcome:
        outcome = parse(fetched.body, fetched.url, fetched.content_type)
        self.read.append(len(getattr(outcome, "entries", ())))
        return outcome


def old(*numbers: int) -> list[str]:
    return [story(f"Old {n}", START - n * HOUR) for n in numbers]


async def test_only_new_and_changed_entries_are_parsed(tmp_path: Path) -> None:
    parser = Counting()
    async with desk(tmp_path, parse=parser) as opened:
        await opened.subscribe()
        told = old(1, 2, 3, 4, 5, 6)
        opened.web.tells(FEED, *told)
        await opened.poll()
        opened.web.tells(FEED, story("News", opened.now[0]), *told)
        await opened.poll()
        opened.web.tells(FEED, *told[:2], told[2].replace("A few words", "Other words"), *told[3:])
        await opened.poll()
        assert parser.read == [6, 1, 1]
        assert opened.channels.titles == ["News"]
        stories = await opened.store.read(lambda tx: tx.stories.newest(["town"], 9))
        teasers = {found.article.title: found.article.teaser for found in stories}
        assert teasers["Old 3"] == "Other words on Old 3."


async def test_a_document_in_which_only_the_time_of_its_making_changed_brings_nothing(
    tmp_path: Path,
) -> None:
    parser = Counting()
    async with desk(tmp_path, parse=parser) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, *old(1, 2, 3))
        await opened.poll()
        whole = opened.web.answers[FEED]
        assert isinstance(whole, Fetched)
        opened.web.answers[FEED] = replace(
            whole,
            body=whole.body.replace(b"</title>", b"</title><lastBuildDate>x</lastBuildDate>", 1),
        )
        await opened.poll()
        assert parser.read == [3, 0]
        (feed,) = await opened.store.read(lambda tx: tx.feeds.of_topics(["town"]))
        assert (feed.failures, len(feed.dates), feed.quiet_polls) == (0, 3, 2)


async def test_an_entry_whose_names_disagree_is_read_with_all_the_others(tmp_path: Path) -> None:
    """Only the whole document shows that its links say nothing, and both are new."""
    page = "https://gazette.example/live"
    parser = Counting()
    async with desk(tmp_path, parse=parser) as opened:
        await opened.subscribe()
        told = old(1, 2, 3, 4, 5, 6)
        opened.web.tells(FEED, *told)
        await opened.poll()
        first = item("Live at noon", page, "live-1", published=dated(opened.now[0]))
        opened.web.tells(FEED, first, *told)
        await opened.poll()
        second = item("Live at one", page, "live-2", published=dated(opened.now[0]))
        opened.web.tells(FEED, second, first, *told)
        await opened.poll()
        assert opened.channels.titles == ["Live at noon", "Live at one"]
        assert parser.read == [6, 1, 1, 8]


async def test_a_document_whose_slices_are_not_its_entries_is_read_whole(tmp_path: Path) -> None:
    parser = Counting()
    async with desk(tmp_path, parse=parser) as opened:
        await opened.subscribe()
        told = old(1, 2, 3)
        commented = f"<!-- {story('Not yet')} -->"
        opened.web.tells(FEED, commented, *told)
        await opened.poll()
        opened.web.tells(FEED, commented, story("News", opened.now[0]), *told)
        await opened.poll()
        assert parser.read == [3, 4]
        assert opened.channels.titles == ["News"]


async def test_what_is_listed_for_a_year_among_entries_that_change_is_never_forgotten(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        told = [story(f"Old {n}") for n in range(4)]  # without dates, which would speak against it
        for number in range(40):
            opened.web.tells(FEED, story(f"News {number}", START - 9 * DAY), *told)
            opened.wait(10 * DAY)
            await opened.poll()
            await opened.newsroom.tidy()
        changed = [one.replace("A few words", "Many words") for one in told]
        opened.web.tells(FEED, *changed)
        await opened.poll()
        assert opened.channels.titles == []
        (newest, *_) = await opened.store.read(lambda tx: tx.stories.newest(["town"], 1))
        assert newest.article.teaser.startswith("Many words"), "they were read as edits"


async def test_an_edit_that_takes_anothers_link_is_read_with_all_the_others(
    tmp_path: Path,
) -> None:
    parser = Counting()
    page = "https://gazette.example/page"
    async with desk(tmp_path, parse=parser) as opened:
        await opened.subscribe()
        one = item("One", page, "g1", published=dated(START - HOUR))
        two = item("Two", "https://gazette.example/two", "g2", published=dated(START - HOUR))
        opened.web.tells(FEED, one, two, *old(1, 2))
        await opened.poll()
        opened.web.tells(FEED, one, two.replace("/two", "/page"), *old(1, 2))
        await opened.poll()
        assert parser.read == [4, 1, 4]
        (feed,) = await opened.store.read(lambda tx: tx.feeds.of_topics(["town"]))
        assert KeyKind.LINK in feed.distrusted_keys


# ── the same as in the whole ─────────────────────────────────────────────────────────────

ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 7),  # which story
        st.sampled_from(["", " (updated)"]),  # what its title ends in
        st.sampled_from(["guid", "link", "both"]),  # what it is named by
        st.sampled_from(["a", "b"]),  # its text
    ),
    min_size=1,
    max_size=7,
)


def written(entries: Sequence[tuple[int, str, str, str]], now: Millis) -> list[str]:
    return [
        item(
            f"Story {number}{ending}",
            "https://gazette.example/page"
            if named == "guid"
            else f"https://gazette.example/{number}",
            "" if named == "link" else f"guid-{number}",
            f"Text {text} of story {number}.",
            published=dated(now - number * HOUR),
        )
        for number, ending, named, text in entries
    ]


async def _history(folder: Path, documents: Sequence[Any]) -> tuple[list[str], list[Any]]:
    """Read documents one after the other; return what was posted, and what is known at the end."""
    async with desk(folder) as opened:
        await opened.subscribe()
        opened.web.tells(FEED, *old(20, 21, 22, 23, 24, 25))
        await opened.poll()
        for entries in documents:
            others = old(20, 21, 22, 23, 24, 25)
            opened.web.tells(FEED, *written(entries, START + 3 * HOUR), *others)
            await opened.poll()
        posted = opened.channels.titles
    with closing(sqlite3.connect(folder / "news.db")) as raw:
        # When each was last seen is left out: a key that counts for nothing may be of two entries.
        known = raw.execute("SELECT kind, digest, article_id FROM article_key ORDER BY 1, 2")
        articles = raw.execute("SELECT id, body FROM article ORDER BY id")
        feeds = raw.execute("SELECT distrusted_keys, quiet_polls FROM feed")
        return posted, [*known, *articles, *feeds]


@settings(max_examples=30, deadline=None)
@given(st.lists(ENTRIES, min_size=2, max_size=5))
async def test_whatever_documents_follow_each_other_it_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, documents: Sequence[Any]
) -> None:
    in_parts = await _history(tmp_path_factory.mktemp("parts"), documents)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(slices, "cut", lambda _: None)
        whole = await _history(tmp_path_factory.mktemp("whole"), documents)
    assert in_parts == whole
