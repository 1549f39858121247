"""What a poll makes of its feed: validators, failures, moves, and hosts that tire of us."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.feeds.outage import Outage
from bot.feeds.schedule import NEVER
from bot.feeds.upkeep import (
    READER,
    Counts,
    Poll,
    conditions,
    destination,
    failed,
    is_unchanged,
    moved,
    read,
    rest_of_host,
    unchanged,
)
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    Entry,
    Feed,
    FeedDocument,
    Fetched,
    FetchFailed,
    Millis,
    Move,
    NotModified,
    Trouble,
    Validators,
)

NOW: Millis = 1_760_000_000_000
SHORTEST: Millis = 15 * MINUTE
URL, TARGET = "https://a.example/feed", "https://b.example/feed"
KNOWN = Validators('"v1"', "Mon", URL)
DATES = tuple(NOW - n * 8 * HOUR for n in range(1, 6))
FEED = Feed(
    1, URL, "The Gazette", host="a.example", validators=KNOWN, body_hash="h", reader=READER,
    seeded_at=NOW - 90 * DAY, read_at=NOW - DAY, whole_at=NOW - DAY, succeeded_at=NOW - HOUR,
    next_poll_at=NOW, dates=DATES, subscribers=1,
)  # fmt: skip


def poll(now: Millis = NOW) -> Poll:
    return Poll(now, now + 5, SHORTEST, 0.0)


def document(*dates: Millis, **options: Any) -> FeedDocument:
    return FeedDocument("", tuple(Entry("T", None, published=date) for date in dates), **options)


def fetched(**options: Any) -> Fetched:
    return Fetched(b"x", URL, validators=Validators('"v2"', None, URL), **options)


# ── validators ───────────────────────────────────────────────────────────────────────────


def test_a_feed_is_asked_with_what_its_site_gave() -> None:
    assert conditions(FEED, poll()) == KNOWN


def test_a_document_that_another_reader_read_is_wanted_whole_and_read_anew() -> None:
    old = replace(FEED, reader=READER - 1)
    assert conditions(old, poll()) == Validators()
    assert not is_unchanged(old, "h")
    assert is_unchanged(FEED, "h")


def test_a_site_that_seems_stuck_on_an_old_date_is_asked_for_all_of_it_once_a_week() -> None:
    """It answers 304 though there is news (FreshRSS 1020 and 5149)."""
    silent = replace(FEED, whole_at=NOW - 8 * DAY, dates=tuple(d - 8 * DAY for d in DATES))
    assert conditions(silent, poll()) == Validators()
    again = unchanged(silent, fetched(), poll())
    assert conditions(again, poll(NOW + 6 * DAY)) == again.validators
    assert conditions(again, poll(NOW + 8 * DAY)) == Validators()


@pytest.mark.parametrize(
    "dates",
    [
        tuple(NOW - n * 9 * DAY for n in range(1, 6)),  # it never wrote more often
        tuple(NOW - 61 * DAY - n * HOUR for n in range(5)),  # it has ended
        (NOW - 8 * DAY,),
        (),
    ],
)
def test_a_feed_that_has_nothing_to_say_is_always_asked_with_conditions(
    dates: tuple[Millis, ...],
) -> None:
    assert conditions(replace(FEED, whole_at=NOW - 50 * DAY, dates=dates), poll()) == KNOWN


def test_validators_move_though_the_body_is_the_same() -> None:
    """Readers that keep the old ones ask for everything for ever (feedbin 726)."""
    same = unchanged(FEED, fetched(), poll())
    assert same.validators == Validators('"v2"', None, URL)
    assert (same.whole_at, same.succeeded_at) == (NOW, NOW)


def test_a_304_is_a_success_and_no_whole_document() -> None:
    failing = replace(FEED, failures=3, failing_since=1, trouble=Trouble.BUSY, error="No.")
    same = unchanged(failing, NotModified(KNOWN), poll())
    assert (same.failures, same.failing_since, same.trouble, same.error) == (0, None, None, None)
    assert (same.whole_at, same.read_at) == (FEED.whole_at, FEED.read_at)
    assert same.quiet_polls == 1


# ── documents ────────────────────────────────────────────────────────────────────────────


def test_a_document_tells_the_pace_by_its_own_newest_dates() -> None:
    dates = [NOW - n * HOUR for n in range(20)] + [NOW + DAY]
    told = read(FEED, fetched(), document(*dates, ttl=HOUR), poll(), Counts(5, 1))
    assert told.dates == tuple(NOW - n * HOUR for n in range(10))
    assert (told.ttl, told.reader, told.read_at) == (HOUR, READER, NOW + 5)


def test_news_brings_the_next_poll_nearer_and_its_absence_moves_it_away() -> None:
    quiet = replace(FEED, quiet_polls=7)
    news = read(quiet, fetched(), document(*DATES), poll(), Counts(5, 1))
    none = read(quiet, fetched(), document(*DATES), poll(), Counts(5, 0))
    assert (news.quiet_polls, none.quiet_polls) == (0, 8)
    assert news.next_poll_at < none.next_poll_at


def test_the_first_document_of_a_feed_is_no_news() -> None:
    new = replace(FEED, seeded_at=None, quiet_polls=0)
    told = read(new, fetched(), document(*DATES), poll(), Counts(0, 5))
    assert (told.seeded_at, told.quiet_polls) == (NOW + 5, 1)


def test_a_feed_without_a_title_keeps_the_one_it_had_or_its_hosts_name() -> None:
    assert read(FEED, fetched(), document(), poll(), Counts(0, 0)).title == "The Gazette"
    nameless = replace(FEED, title="")
    assert read(nameless, fetched(), document(), poll(), Counts(0, 0)).title == "a.example"


# ── failures ─────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_may_be_kept_says_until_when() -> None:
    kept = unchanged(replace(FEED, ttl=HOUR), NotModified(KNOWN, fresh_for=9 * HOUR), poll())
    assert kept.fresh_until == NOW + 5 + 6 * HOUR
    assert unchanged(FEED, NotModified(KNOWN), poll()).fresh_until == NOW + 5


def test_a_failure_keeps_all_that_is_known_and_since_when() -> None:
    first = failed(FEED, FetchFailed("No."), poll())
    second = failed(first, FetchFailed("Still no."), poll(NOW + HOUR))
    assert (second.failures, second.error, second.failing_since) == (2, "Still no.", NOW + 5)
    assert (second.validators, second.body_hash) == (KNOWN, "h")
    assert second.next_poll_at == NOW + HOUR + 5 + 2 * SHORTEST


def test_the_end_of_a_feed_is_probed_four_times_whatever_failed_before() -> None:
    feed = replace(FEED, failures=50, trouble=Trouble.BROKEN)
    times = []
    for _ in range(5):
        feed = failed(feed, FetchFailed("Gone.", trouble=Trouble.GONE), poll())
        times.append(feed.next_poll_at - NOW - 5)
    assert times[:4] == [7 * DAY] * 4
    assert NOW + times[4] >= NEVER - NOW


# ── moves ────────────────────────────────────────────────────────────────────────────────


def test_a_move_to_https_is_believed_though_no_entry_is_known_yet() -> None:
    new = replace(FEED, url="http://a.example/feed", seeded_at=None)
    told = read(new, fetched(moved_to=URL), document(*DATES), poll(), Counts(0, 5))
    assert destination(told, poll()) == URL


def sent_on(feed: Feed, times: int, every: Millis, target: str = TARGET) -> Feed:
    for number in range(times):
        answer = fetched(moved_to=target)
        feed = read(feed, answer, document(*DATES), poll(NOW + number * every), Counts(3, 0))
    return feed


def test_a_permanent_redirect_is_believed_after_a_week_and_ten_polls() -> None:
    week = poll(NOW + 7 * DAY)
    assert destination(sent_on(FEED, 10, HOUR), week) == TARGET
    assert destination(sent_on(FEED, 9, HOUR), week) is None
    assert destination(sent_on(FEED, 10, HOUR), poll(NOW + 6 * DAY)) is None


def test_a_304_from_where_it_moved_counts_as_well() -> None:
    feed = sent_on(FEED, 1, HOUR)
    for _ in range(9):
        feed = unchanged(feed, NotModified(KNOWN, moved_to=TARGET), poll())
    assert destination(feed, poll(NOW + 7 * DAY)) == TARGET


@pytest.mark.parametrize("way_back", [None, URL, "https://c.example/feed"])
def test_a_redirect_that_comes_and_goes_is_not_believed(way_back: str | None) -> None:
    feed = unchanged(sent_on(FEED, 20, HOUR), fetched(moved_to=way_back), poll())
    assert destination(feed, poll(NOW + 70 * DAY)) is None


def test_a_redirect_to_something_else_is_not_believed() -> None:
    """A feed of other entries, such as a parked domain's or the whole site's."""
    feed = FEED
    for _ in range(20):
        feed = read(feed, fetched(moved_to=TARGET), document(*DATES), poll(), Counts(0, 9))
        feed = unchanged(feed, NotModified(KNOWN, moved_to=TARGET), poll())
    assert feed.move is None


@pytest.mark.parametrize(
    ("url", "target", "at_once"),
    [
        ("http://a.example/feed", "https://a.example/feed", True),
        ("http://a.example:80/feed", "https://a.example/feed", True),
        ("http://a.example/feed", "https://a.example/other", False),
        ("http://a.example/feed", "https://www.a.example/feed", False),
        ("https://a.example/feed", "http://a.example/feed", False),
    ],
)
def test_a_move_to_https_is_believed_at_once(url: str, target: str, *, at_once: bool) -> None:
    feed = sent_on(replace(FEED, url=url), 1, 0, target)
    assert (destination(feed, poll()) == target) is at_once


@pytest.mark.parametrize("trouble", [Trouble.MISSING, Trouble.GONE])
def test_where_the_old_address_is_dead_the_new_one_is_believed_at_once(trouble: Trouble) -> None:
    feed = sent_on(FEED, 2, HOUR)
    failure = FetchFailed("Nothing there.", trouble=trouble)
    dead = failed(feed, failure, poll())
    assert destination(dead, poll(), failure) == TARGET
    fresh = moved(dead, poll())
    assert (fresh.failures, fresh.trouble, fresh.next_poll_at) == (0, None, NOW + 5)


@pytest.mark.parametrize(
    "failure",
    [
        FetchFailed("Nothing there.", trouble=Trouble.MISSING, redirected=True),
        FetchFailed("Too often.", trouble=Trouble.BUSY),
        FetchFailed("No connection."),
    ],
)
def test_no_other_failure_makes_a_move_believed(failure: FetchFailed) -> None:
    feed = sent_on(FEED, 20, HOUR)
    dead = failed(feed, failure, poll(NOW + 8 * DAY))
    assert dead.move == Move(TARGET, NOW + 5, 20)
    assert destination(dead, poll(NOW + 8 * DAY), failure) is None


# ── hosts ────────────────────────────────────────────────────────────────────────────────

BUSY = FetchFailed("Too often.", trouble=Trouble.BUSY)


def test_one_feed_that_is_turned_away_is_its_own_trouble() -> None:
    """Whole hosts were delayed, and with them all readers of a bridge (FreshRSS 7870)."""
    assert rest_of_host(failed(FEED, BUSY, poll()), 1) is None


def test_a_host_that_turns_two_feeds_away_is_left_alone_and_so_is_a_shared_one() -> None:
    busy = failed(FEED, BUSY, poll())
    assert rest_of_host(busy, 2) == busy.next_poll_at
    shared = failed(replace(FEED, url="https://www.reddit.com/r/x/.rss"), BUSY, poll())
    assert rest_of_host(shared, 1) == shared.next_poll_at


def test_other_failures_of_a_host_do_not_rest_it() -> None:
    assert rest_of_host(failed(FEED, FetchFailed("No."), poll()), 9) is None


LOST = FetchFailed("No connection.", trouble=Trouble.UNREACHED)


def of(host: str, **changes: Any) -> Feed:
    return replace(FEED, host=host, **changes)


def test_a_night_without_a_network_costs_no_more_than_that_night() -> None:
    outage, feeds = Outage(), [of(f"{number}.example") for number in range(5)]
    for hour in range(40):
        for place, feed in enumerate(feeds):
            outage.note(feed, LOST)
            now = poll(NOW + hour * HOUR)
            feeds[place] = failed(feed, LOST, now, offline=outage.explains(LOST))
    # The first two could not know, and were taken for the sites' own trouble for once.
    assert [feed.failures for feed in feeds] == [1] * 5
    assert {feed.next_poll_at for feed in feeds} == {NOW + 39 * HOUR + 5 + SHORTEST}
    assert {(feed.error, feed.failing_since) for feed in feeds} == {("No connection.", NOW + 5)}


def test_sites_that_are_dead_are_no_sign_of_an_outage_however_many_they_are() -> None:
    outage = Outage()
    for number in range(20):
        outage.note(of(f"{number}.example", failures=9), LOST)
        outage.note(of(f"new-{number}.example", succeeded_at=None), LOST)
        outage.note(of("a.example"), LOST)
        assert not outage.explains(LOST)


@pytest.mark.parametrize("answer", [NotModified(), BUSY, FetchFailed("It has a fault."), fetched()])
def test_any_answer_shows_that_the_network_is_up(answer: Any) -> None:
    outage = Outage()
    for host in "abc":
        outage.note(of(host), LOST)
    assert outage.explains(LOST)
    assert not outage.explains(BUSY)
    outage.note(of("d"), answer)
    assert not outage.explains(LOST)
