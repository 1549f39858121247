"""What is wrong with the feeds of a catalogue, each by itself and among each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.verdict import Finding, Probe, Problem, judge, read, unread
from bot.models import (
    DAY,
    HOUR,
    Block,
    BlockKind,
    Entry,
    FeedDocument,
    FeedLink,
    Fetched,
    FetchFailed,
    Millis,
    NotModified,
    ParseFailed,
    WebPage,
)

NOW: Millis = 1_760_000_000_000
A, B, C = (f"https://{name}.example/feed" for name in "abc")
TEXT = "A teaser of more than forty characters, as it should be."


def entry(name: str, age: Millis | None = HOUR, *, teaser: str = TEXT, guid: str = "") -> Entry:
    return Entry(
        name,
        f"https://site.example/{name}",
        guid=guid or None,
        teaser=teaser,
        published=None if age is None else NOW - age,
    )


def many(names: str, **more: str) -> list[Entry]:
    return [entry(name, n * HOUR, **more) for n, name in enumerate(names)]


def probe(
    url: str,
    entries: Sequence[Entry] = (),
    *,
    topics: Sequence[str] = ("town",),
    final: str = "",
    moved_to: str | None = None,
) -> Probe:
    body = repr(entries).encode()
    return read(
        url,
        topics,
        Fetched(body, final or url, moved_to=moved_to),
        FeedDocument("The Gazette", tuple(entries)),
        NOW,
    )


def found(*probes: Probe) -> dict[str, list[Problem]]:
    """Return the problems of those feeds that have any."""
    judged = judge(probes, NOW)
    return {url: [f.problem for f in findings] for url, findings in judged.items() if findings}


def only(*probes: Probe) -> Finding:
    (finding,) = [f for findings in judge(probes, NOW).values() for f in findings]
    return finding


# ── one feed ─────────────────────────────────────────────────────────────────────────────


def test_a_feed_that_is_well_has_numbers_and_no_findings() -> None:
    seen = probe(A, many("abcdefghij"))
    assert judge([seen], NOW) == {A: ()}
    assert (seen.title, seen.entries, seen.newest) == ("The Gazette", 10, NOW)
    assert seen.posts_a_day == pytest.approx(24)


def test_the_cadence_is_that_of_the_last_week_where_more_than_ten_posts_fall_into_it() -> None:
    burst = [entry(f"b{n}", n * 60_000) for n in range(10)]
    week = [entry(f"w{n}", n * 12 * HOUR) for n in range(1, 10)]
    seen = probe(A, burst + week)
    assert seen.posts_a_day == pytest.approx(18 * DAY / (9 * 12 * HOUR))


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (FetchFailed("The site answered 404."), "The site answered 404."),
        (NotModified(), "The site says that nothing changed, though it was not asked."),
    ],
)
def test_a_feed_that_gives_no_document_is_unreachable_with_the_reason(
    outcome: FetchFailed | NotModified, reason: str
) -> None:
    assert only(unread(A, ["town"], outcome)) == Finding(Problem.UNREACHABLE, reason)


def test_a_page_is_no_feed_and_the_feeds_that_it_names_are_told() -> None:
    links = tuple(FeedLink(url) for url in (B, C, A, "https://d.example/"))
    page = ParseFailed("That is a web page, not a feed", WebPage(links))
    finding = only(read(A, ["town"], Fetched(b"x", A), page, NOW))
    assert finding.problem is Problem.NOT_A_FEED
    assert finding.reason == (f"That is a web page, not a feed. It names {B}, {C}, {A} and 1 more")


def test_a_feed_whose_newest_entry_is_older_than_60_days_is_stale() -> None:
    assert found(probe(A, [entry("a", 60 * DAY), entry("b", 90 * DAY)])) == {}
    finding = only(probe(A, [entry("a", 61 * DAY), entry("b", 90 * DAY)]))
    assert finding == Finding(Problem.STALE, "Its newest entry is 2 months old.")


def test_a_date_ahead_of_now_hides_no_stale_feed() -> None:
    assert found(probe(A, [entry("a", -DAY), entry("b", 90 * DAY)])) == {A: [Problem.STALE]}


def test_a_feed_without_entries_is_empty() -> None:
    assert found(probe(A)) == {A: [Problem.EMPTY]}


def test_a_feed_without_dates_is_undated() -> None:
    assert found(probe(A, [entry("a", None), entry("b", None)])) == {A: [Problem.UNDATED]}


def test_a_feed_of_headlines_alone_is_thin() -> None:
    finding = only(probe(A, many("abc", teaser="x" * 39)))
    assert finding.problem is Problem.THIN
    assert finding.reason.startswith("3 of its 3 entries")
    assert found(probe(A, [*many("ab", teaser=""), *many("cd")])) == {}, "half is not most"


def test_a_feed_with_content_and_no_teasers_is_not_thin() -> None:
    full = replace(entry("a", teaser=""), blocks=(Block(BlockKind.PARAGRAPH, "Words."),))
    assert found(probe(A, [full] * 3)) == {}


def test_a_feed_that_moved_for_good_says_where_to() -> None:
    finding = only(probe(A, many("abc"), final=B, moved_to=B))
    assert finding.problem is Problem.MOVED
    assert finding.see == B
    assert B in finding.reason


# ── duplicates ───────────────────────────────────────────────────────────────────────────


def test_of_two_addresses_that_lead_to_one_the_one_that_redirects_is_told_of() -> None:
    old = probe(A, many("abc"), final=B, moved_to=B)
    finding = only(old, probe(B, many("abd")))
    assert finding == Finding(Problem.DUPLICATE, f"It leads to the same address as {B}", B)


def test_two_old_addresses_of_one_feed_are_one_move_and_one_duplicate() -> None:
    both = [probe(url, many("abc"), final=C, moved_to=C) for url in (A, B)]
    assert found(*both) == {A: [Problem.MOVED], B: [Problem.DUPLICATE]}


def test_the_same_document_at_two_addresses_is_a_duplicate() -> None:
    finding = only(probe(A, many("abc")), probe(B, many("abc")))
    assert finding == Finding(Problem.DUPLICATE, f"It brings exactly the same as {A}", A)


def test_empty_feeds_are_not_duplicates_of_each_other() -> None:
    assert found(probe(A), probe(B)) == {A: [Problem.EMPTY], B: [Problem.EMPTY]}


def test_two_feeds_that_share_four_of_five_entries_are_the_same() -> None:
    finding = only(probe(A, many("abcde")), probe(B, many("bcdef")))
    assert finding.problem is Problem.DUPLICATE
    assert finding.reason == f"4 of its 5 entries are also in {A}"
    assert found(probe(A, many("abcde")), probe(B, many("cdefg"))) == {}


def test_a_part_of_another_feed_is_a_duplicate_in_its_topic_but_not_in_another() -> None:
    part, whole = many("abc"), many("abcdefghij")
    assert found(probe(A, part), probe(B, whole)) == {A: [Problem.DUPLICATE]}
    assert found(probe(A, part, topics=["sea"]), probe(B, whole, topics=["town"])) == {}
    same = many("bcdefghijk")
    assert found(probe(A, same, topics=["sea"]), probe(B, whole)) == {B: [Problem.DUPLICATE]}


def test_entries_are_known_by_their_guid_too_and_however_their_address_is_written() -> None:
    one = [Entry(n, f"http://www.site.example/{n}/", guid=None, published=NOW) for n in "abc"]
    two = [Entry(n, None, guid=f"https://site.example/{n}", published=NOW) for n in "abc"]
    assert Problem.DUPLICATE in found(probe(A, one), probe(B, two))[B]


def test_short_guids_and_home_pages_make_no_feeds_the_same() -> None:
    numbered = [
        [Entry(f"{site}{n}", f"https://{site}.example/{n}", guid=str(n), teaser=TEXT,
               published=NOW) for n in range(5)]
        for site in "ab"
    ]  # fmt: skip
    assert found(probe(A, numbered[0]), probe(B, numbered[1])) == {}
    homes = [
        [Entry(f"{site}{n}", "https://site.example/", teaser=TEXT, published=NOW) for n in "abc"]
        for site in "ab"
    ]
    assert found(probe(A, homes[0]), probe(B, homes[1])) == {}


def test_one_that_is_told_of_is_not_what_another_is_compared_with() -> None:
    three = [probe(url, many(names)) for url, names in ((A, "abcde"), (B, "abcdf"), (C, "abcdg"))]
    judged = judge(three, NOW)
    assert [judged[url][0].see for url in (B, C)] == [A, A]
    assert judged[A] == ()


def test_a_duplicate_of_a_duplicate_names_the_feed_that_stays() -> None:
    third = "https://third.example/feed"
    probes = [probe(A, many("abcdefg")), probe(B, many("abcdef")), probe(third, many("abcdef"))]
    judged = judge(probes, NOW)
    assert [f.see for url in (B, third) for f in judged[url]] == [A, A]


def test_a_duplicate_that_is_stale_is_told_both() -> None:
    old = [entry(name, 90 * DAY) for name in "abcde"]
    assert found(probe(A, many("abcde")), probe(B, old)) == {B: [Problem.DUPLICATE, Problem.STALE]}


def test_every_problem_has_a_remedy() -> None:
    assert all(problem.remedy.endswith(".") for problem in Problem)


_ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from("abcdefg"),
        st.none() | st.integers(-DAY, 100 * DAY),
        teaser=st.sampled_from(["", TEXT]),
        guid=st.sampled_from(["", "1", "https://site.example/a", "tag:site.example,2026:a"]),
    ),
    max_size=8,
)


@given(st.lists(_ENTRIES, min_size=1, max_size=6))
def test_of_any_feeds_at_least_one_is_no_duplicate_and_every_duplicate_names_one_that_stays(
    feeds: list[list[Entry]],
) -> None:
    probes = [probe(f"https://{n}.example/", entries) for n, entries in enumerate(feeds)]
    judged = judge(probes, NOW)
    doubles = {
        url: finding.see
        for url, findings in judged.items()
        for finding in findings
        if finding.problem is Problem.DUPLICATE
    }
    assert len(doubles) < len(probes)
    assert not set(doubles.values()) & set(doubles)
