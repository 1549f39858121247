"""Which entries are new: each test answers a complaint that readers of feeds have had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    NEWS_AGE,
    Block,
    BlockKind,
    Entry,
    Feed,
    Key,
    KeyKind,
    Millis,
)
from bot.stories import identity
from bot.stories.identity import Reading, event_key, keys_of, survey

NOW: Millis = 1_760_000_000_000
SITE = "https://news.example"
FEED = Feed(1, f"{SITE}/feed", seeded_at=NOW - 30 * DAY, succeeded_at=NOW - HOUR)


def identify(
    entries: Sequence[Entry], feed: Feed, known: Mapping[Key, int], now: Millis
) -> Reading:
    return identity.identify(survey(entries), feed, known, now)


def entry(n: int, **changes: object) -> Entry:
    made = Entry(f"Headline {n}", f"{SITE}/{n}", guid=f"guid-{n}", published=NOW - MINUTE)
    return replace(made, **changes)  # type: ignore[arg-type]  # the changes are of any field


def stored(reading: Reading, known: Mapping[Key, int] | None = None) -> dict[Key, int]:
    """Keep the keys of what was read, as the store does: a key stays with its first article."""
    kept = dict(known or {})
    for new in reading.new:
        number = max(kept.values(), default=0) + 1
        for key in new.keys:
            kept.setdefault(key, number)
    for old in reading.known:
        for key in old.keys:
            kept.setdefault(key, old.article_id or 0)
    return kept


def after(
    *documents: Sequence[Entry], feed: Feed = FEED, now: Millis = NOW
) -> tuple[Reading, Feed]:
    """Read documents one after the other; return what the last came to."""
    known: dict[Key, int] = {}
    for document in documents:
        reading = identify(document, feed, known, now)
        known = stored(reading, known)
        feed = replace(feed, distrusted_keys=reading.distrusted, succeeded_at=now, seeded_at=now)
    return reading, feed


def titles(reading: Reading, *, news: bool = True) -> list[str]:
    return [new.entry.title for new in reading.new if new.news or not news]


OLD = [entry(n) for n in range(10, 20)]


@pytest.mark.parametrize(
    "changes",
    [
        {"guid": "another"},
        {"guid": None},
        {"link": f"{SITE}/moved"},
        {"link": None},
        {"link": f"http://www.{SITE.removeprefix('https://')}/1", "guid": "another"},
        {"link": "HTTP://NEWS.example/1", "guid": "another"},
        {"title": "Corrected headline"},
        {"published": NOW, "written_date": "just now"},
        {"title": "New", "teaser": "New", "guid": "new", "published": NOW},
        {"title": "New", "teaser": "New", "link": f"{SITE}/new", "published": NOW},
    ],
)
def test_an_entry_that_any_one_key_knows_is_seen(changes: dict[str, object]) -> None:
    reading, _ = after([entry(1), *OLD], [entry(1, **changes), *OLD])
    assert titles(reading, news=False) == []


def test_an_entry_that_shares_only_its_title_and_its_date_is_new() -> None:
    reading, _ = after([entry(1), *OLD], [entry(1, guid="g", link=f"{SITE}/2"), entry(1), *OLD])
    assert len(titles(reading)) == 1


def test_the_bbcs_counting_guids_do_not_repost() -> None:
    def document(count: int) -> list[Entry]:
        return [entry(n, guid=f"{SITE}/{n}#{count}") for n in range(30)]

    reading, _ = after(*(document(count) for count in range(4)))
    assert titles(reading, news=False) == []
    assert reading.distrusted == frozenset()


def test_guids_that_every_build_makes_anew_do_not_repost() -> None:
    builds = [[entry(n, guid=f"build-{b}-{n}", published=NOW) for n in range(20)] for b in range(3)]
    reading, _ = after(*builds)
    assert titles(reading, news=False) == []


def test_a_move_from_http_to_https_or_to_www_does_not_repost() -> None:
    was = [Entry(f"T{n}", f"http://a.example/{n}?x=1#y") for n in range(9)]
    now = [Entry(f"T{n}", f"https://www.a.example/{n}?x=1#y", teaser="new") for n in range(9)]
    assert titles(after(was, now)[0], news=False) == []


def test_query_and_fragment_of_a_link_tell_entries_apart() -> None:
    links = [f"{SITE}/p", f"{SITE}/p?id=1", f"{SITE}/p?id=2", f"{SITE}/p#1", f"{SITE}/P"]
    reading = identify([Entry(link, link) for link in links], FEED, {}, NOW)
    assert len(reading.new) == len(links)


def test_a_changelog_that_links_all_entries_to_one_page_is_told_apart_by_guid_for_good() -> None:
    page = f"{SITE}/changelog"
    first = [entry(n, link=page) for n in range(3)]
    reading, feed = after(first)
    assert len(reading.new) == 3
    assert feed.distrusted_keys == {KeyKind.LINK}
    # The next document alone would not give the links away.
    reading = identify([entry(9, link=page)], feed, stored(reading), NOW)
    assert titles(reading) == ["Headline 9"]
    assert reading.distrusted == {KeyKind.LINK}


@pytest.mark.parametrize("guid", [None, f"{SITE}/changelog", "constant"])
def test_a_changelog_without_telling_guids_is_told_apart_by_its_texts(guid: str | None) -> None:
    first = [entry(n, link=f"{SITE}/changelog", guid=guid) for n in range(3)]
    again, _ = after(first, [entry(9, link=f"{SITE}/changelog", guid=guid), *first])
    assert titles(identify(first, FEED, {}, NOW)) == ["Headline 2", "Headline 1", "Headline 0"]
    assert titles(again) == ["Headline 9"]


def test_a_feed_that_gives_one_guid_to_all_entries_is_told_apart_by_links() -> None:
    first = [entry(n, guid="tag:all") for n in range(3)]
    reading, feed = after(first, [entry(3, guid="tag:all"), *first])
    assert titles(reading) == ["Headline 3"]
    assert feed.distrusted_keys == {KeyKind.GUID, KeyKind.PATH, KeyKind.MOVED}


def test_one_guid_for_entries_without_links_leaves_their_texts() -> None:
    first = [entry(n, guid="tag:all", link=None) for n in range(3)]
    reading, feed = after(first, [entry(3, guid="tag:all", link=None), *first])
    assert titles(reading) == ["Headline 3"]
    assert feed.distrusted_keys == {KeyKind.GUID}


def test_an_entry_that_stands_twice_in_a_document_counts_once_and_discredits_nothing() -> None:
    reading = identify([entry(1), entry(1, title="Corrected"), entry(1)], FEED, {}, NOW)
    assert len(reading.new) == 1
    assert reading.distrusted == frozenset()


def test_what_was_distrusted_before_stays_distrusted() -> None:
    feed = replace(FEED, distrusted_keys=frozenset({KeyKind.GUID}))
    known = dict.fromkeys(keys_of(entry(1)), 1)
    reading = identify([entry(2, guid="guid-1"), *OLD], feed, known, NOW)
    assert "Headline 2" in titles(reading, news=False)
    assert reading.distrusted == {KeyKind.GUID}


@pytest.mark.parametrize("guid", [None, "", "  "])
def test_an_entry_without_guid_and_link_is_known_by_its_text(guid: str | None) -> None:
    bare = [Entry(f"Bulletin {n}", None, guid, teaser="Text", written_date="Mon") for n in range(9)]
    reading, _ = after(bare, [replace(bare[0], title="Bulletin 10"), *bare])
    assert titles(reading, news=False) == ["Bulletin 10"]


def test_the_text_of_entries_that_are_only_blocks_counts() -> None:
    block = Block(BlockKind.PARAGRAPH, "One")
    first = Entry("", None, blocks=(block,))
    other = Entry("", None, blocks=(replace(block, text="Two"),))
    assert len(after([first], [other, first])[0].new) == 1


def test_dates_that_are_bumped_never_repost() -> None:
    bumped = [replace(e, published=NOW, written_date="now", title="Updated") for e in OLD]
    assert titles(after(OLD, bumped)[0], news=False) == []


def test_an_archive_that_is_told_again_is_stored_and_is_no_news() -> None:
    archive = [entry(n, published=NOW - NEWS_AGE - 1) for n in range(4)]
    reading, _ = after(OLD, [*OLD, *archive])
    assert len(reading.new) == 4
    assert titles(reading) == []
    edge = [*OLD, entry(1, published=NOW - NEWS_AGE)]
    assert titles(after(OLD, edge)[0]) == ["Headline 1"]


@pytest.mark.parametrize("published", [NOW - MINUTE, NOW - 2 * DAY, None])
def test_the_first_story_of_a_feed_that_was_empty_is_news(published: Millis | None) -> None:
    assert titles(after([], [entry(1, published=published)])[0]) == ["Headline 1"]


def test_after_an_outage_what_is_dated_since_the_last_success_is_news_and_no_more() -> None:
    since = NOW - 2 * DAY
    feed = replace(FEED, succeeded_at=since)
    missed = [entry(n, published=since + n * MINUTE) for n in range(1, 30)]
    before = [entry(100 + n, published=since - n * MINUTE) for n in range(30)]
    reading = identify([*missed[::-1], *before], feed, {}, NOW)
    assert reading.held == 30
    assert titles(reading) == [e.title for e in missed]
    assert len(reading.new) == 59


def test_a_flood_without_dates_gives_one_story_at_the_most() -> None:
    flood = [entry(n, published=None) for n in range(50)]
    reading, _ = after(OLD, flood)
    assert reading.held == 39
    assert titles(reading) == ["Headline 0"]
    assert len(reading.new) == 50 - 10


def test_a_flood_of_archive_gives_nothing() -> None:
    flood = [entry(n, published=NOW - 30 * DAY) for n in range(100, 150)]
    assert titles(after(OLD, flood)[0]) == []


def test_a_busy_hour_is_no_flood() -> None:
    fresh = [entry(n, published=None) for n in range(5)]
    reading, _ = after(OLD, [*fresh, *OLD[:5]])
    assert reading.held == 0
    assert len(titles(reading)) == 5


def test_stories_are_told_oldest_first_and_undated_ones_by_their_place() -> None:
    ages = {1: 5, 2: 90, 3: 30, 4: 60}
    dated = [entry(n, published=NOW - age * MINUTE) for n, age in ages.items()]
    undated = [entry(5, published=None), entry(6, published=None)]
    ahead = entry(7, published=NOW + DAY)
    reading, _ = after(OLD, [ahead, *undated, *dated, *OLD])
    assert [title[-1] for title in titles(reading)] == list("2431657")


# ── whatever the entries ─────────────────────────────────────────────────────────────────

_SMALL = st.sampled_from(["", "a", "b", "c", "d"])
ENTRIES = st.lists(
    st.builds(
        Entry,
        title=_SMALL,
        link=st.none() | _SMALL.map(lambda s: f"https://x.example/{s}"),
        guid=st.none() | _SMALL | st.text(max_size=3),
        teaser=_SMALL,
        published=st.none() | st.integers(NOW - 9 * DAY, NOW + DAY),
        written_date=_SMALL,
    ),
    max_size=12,
)
FEEDS = st.builds(
    lambda kinds, seeded: replace(
        FEED, distrusted_keys=frozenset(kinds), seeded_at=NOW - DAY if seeded else None
    ),
    st.sets(st.sampled_from([KeyKind.GUID, KeyKind.LINK])),
    st.booleans(),
)


def _counts(key: Key, keys: tuple[Key, ...], distrusted: frozenset[KeyKind]) -> bool:
    if key.kind in distrusted:
        return False
    others = {k.kind for k in keys} - distrusted - {KeyKind.TEXT}
    return key.kind is not KeyKind.TEXT or not others


@given(ENTRIES, ENTRIES, FEEDS)
def test_no_entry_is_new_that_a_counting_key_knows(
    before: list[Entry], entries: list[Entry], feed: Feed
) -> None:
    known = stored(identify(before, feed, {}, NOW))
    reading = identify(entries, feed, known, NOW)
    for new in reading.new:
        counting = [k for k in new.keys if _counts(k, new.keys, reading.distrusted)]
        assert counting
        assert not set(counting) & known.keys()
        assert not new.news or (new.entry.published or NOW) >= NOW - NEWS_AGE
    assert len(reading.new) + len(reading.known) <= len(entries)


@given(ENTRIES, ENTRIES, FEEDS)
def test_the_same_document_twice_brings_nothing_new_the_second_time(
    before: list[Entry], entries: list[Entry], feed: Feed
) -> None:
    reading, _ = after(before, entries, entries, feed=feed)
    assert reading.new == ()


def test_events_are_shared_by_page_and_a_home_page_is_no_event() -> None:
    assert event_key("http://www.a.example/x") == event_key("https://a.example/x") is not None
    assert event_key("https://a.example/x") != event_key("https://a.example/y")
    assert event_key("https://a.example/") is event_key("https://a.example") is event_key(None)
    assert event_key(None) is None


def test_two_revisions_of_one_entry_in_one_document_do_not_cost_the_trust_in_links() -> None:
    told = [replace(entry(1), guid="https://bbc.example/1#0"), entry(2)]
    told.append(replace(entry(1), guid="https://bbc.example/1#1", title="Corrected"))
    assert identify(told, FEED, {}, NOW).distrusted == frozenset()


def test_an_entry_listed_twice_under_two_guids_does_not_cost_the_trust_in_links() -> None:
    twice = [entry(1), entry(1, guid="another"), *OLD]
    reading = identify(twice, FEED, {}, NOW)
    assert reading.distrusted == frozenset()
    assert [new.entry.title for new in reading.new].count("Headline 1") == 1
    again, _ = after(twice, [entry(1, guid="a third"), *OLD])
    assert titles(again, news=False) == []


def test_entries_without_titles_that_link_to_one_page_are_still_told_apart() -> None:
    posts = [entry(n, title="", link=f"{SITE}/page", teaser=f"Text {n}") for n in range(2)]
    reading, feed = after([*posts, *OLD])
    assert feed.distrusted_keys == {KeyKind.LINK}
    assert len(reading.new) == len(posts) + len(OLD)


def test_one_entry_listed_twice_under_two_links_does_not_cost_the_trust_in_guids() -> None:
    told = [entry(1), replace(entry(1), link="https://amp.example/1"), entry(2)]
    assert identify(told, FEED, {}, NOW).distrusted == frozenset()


def test_an_entry_that_says_nothing_is_no_news() -> None:
    empty = replace(entry(99), title="", teaser="")
    reading, _ = after(OLD, [empty, *OLD])
    assert titles(reading) == []
    assert len(reading.new) == 1


# ── more complaints of other readers' people ─────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "after_it"),
    [
        ("http://news.example/2026/11/a-ferry", "https://news.example/2026/11/a-ferry"),
        ("https://news.example/2026/11/a-ferry", "https://www.news.example/2026/11/a-ferry"),
        ("https://news.example/2026/11/a-ferry#0", "https://news.example/2026/11/a-ferry#4"),
        ("urn:gazette:2026:a-ferry#1", "urn:gazette:2026:a-ferry#2"),
    ],
)
def test_guids_that_change_scheme_or_revision_do_not_repost(before: str, after_it: str) -> None:
    """Feedbin keeps a guid's alias without scheme for just this."""
    old = [entry(1, guid=before, link=f"{SITE}/old/1"), *OLD]
    new = [entry(1, guid=after_it, link=f"{SITE}/new/1", title="Edited"), *OLD]
    again, _ = after(old, new)
    assert titles(again, news=False) == []


@pytest.mark.parametrize("guid", [None, "https://{}.example/2026/story-{}"])
def test_a_site_that_moves_to_another_host_does_not_repost(guid: str | None) -> None:
    def told(host: str) -> list[Entry]:
        return [
            entry(
                n,
                guid=guid and guid.format(host, n),
                link=f"https://{host}.example/2026/story-{n}",
            )
            for n in range(8)
        ]

    again, _ = after(told("old"), told("new"))
    assert titles(again, news=False) == []


@pytest.mark.parametrize("path", ["?p=4711", "index.php?p=1", "node/12345", "2026/11/hello"])
def test_a_feed_that_gathers_blogs_loses_no_story_to_another_blogs_number(path: str) -> None:
    """Many blogs of one software have a post of the same number, and a planet has them all."""

    def told(blog: str, title: str) -> Entry:
        url = f"https://{blog}.example/{path}"
        return entry(1, guid=url, link=url, title=title)

    again, _ = after([told("alice", "Boats"), *OLD], [told("bob", "Trains"), *OLD])
    assert titles(again) == ["Trains"]
    both, _ = after([told("alice", "Boats"), told("bob", "Trains"), *OLD])
    assert {"Boats", "Trains"} <= set(titles(both, news=False))


def test_what_is_left_of_a_short_guid_says_nothing() -> None:
    def kinds(guid: str) -> set[KeyKind]:
        return {key.kind for key in keys_of(entry(1, guid=guid))}

    assert not {KeyKind.PATH, KeyKind.MOVED} & kinds("id-1#2")
    assert KeyKind.MOVED not in kinds("https://n.example/1")
    assert {KeyKind.PATH, KeyKind.MOVED} <= kinds("https://n.example/12345678")


def test_a_page_that_numbers_its_entries_behind_its_guids_loses_none() -> None:
    page = f"{SITE}/live-page"
    told = [entry(n, guid=f"{page}#{n}", link=page) for n in range(3)]
    first, feed = after([*OLD[:4], *told])
    assert len(titles(first, news=False)) == 7
    again, _ = after([*OLD[:4], *told], [entry(9, guid=f"{page}#9", link=page), *OLD[:4], *told])
    assert titles(again) == ["Headline 9"]
    assert {KeyKind.LINK, KeyKind.PATH} <= feed.distrusted_keys


def test_a_feed_that_alternates_between_two_ways_of_writing_does_not_repost() -> None:
    """Two servers behind one address, each with guids of its own (FreshRSS 5909)."""
    one = [entry(n, guid=f"node-a-{n}") for n in range(10)]
    two = [entry(n, guid=f"node-b-{n}", published=NOW) for n in range(10)]
    for documents in ([one, two, one], [one, two, one, two], [two, one, two]):
        again, _ = after(*documents)
        assert titles(again, news=False) == []


def test_a_feed_that_alternates_between_two_documents_does_not_repost() -> None:
    one, two = OLD, [entry(n) for n in range(30, 40)]
    again, _ = after(one, two, one, two)
    assert titles(again, news=False) == []


def test_a_clock_in_the_text_does_not_repost() -> None:
    """A body that says "3 minutes ago" is another at every poll."""
    first = [entry(n, teaser=f"{n} minutes ago") for n in range(10)]
    later = [entry(n, teaser=f"{n + 5} minutes ago", published=NOW) for n in range(10)]
    again, _ = after(first, later)
    assert titles(again, news=False) == []
    assert [old.entry.teaser for old in again.known][:1] == ["5 minutes ago"]


def test_an_entry_that_leaves_and_comes_back_is_seen() -> None:
    again, _ = after([entry(1), *OLD], OLD, [entry(1), *OLD])
    assert titles(again, news=False) == []
