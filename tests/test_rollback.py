"""Whether an older copy of the database was put in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.rollback import Doubt, doubt
from bot.models import DAY, HOUR, NEWS_AGE, Feed, Millis
from bot.store.companion import Companion

NOW: Millis = 1_760_000_000_000
FEED = Feed(1, "https://feed.example/", seeded_at=NOW - DAY, succeeded_at=NOW - HOUR)


def message(at: Millis) -> int:
    """Make an id as Discord does."""
    return (at - 1_420_070_400_000) << 22


OLD, NEW = message(NOW - DAY), message(NOW - HOUR)


@pytest.mark.parametrize(("noted", "beside"), [(OLD, OLD), (NEW, OLD), (None, None)])
def test_a_database_that_knows_the_newest_post_is_believed(
    noted: int | None, beside: int | None
) -> None:
    assert doubt(noted, beside, NOW - 9 * DAY, NOW) is None


@pytest.mark.parametrize("beside", [NEW, None])
def test_a_database_that_does_not_know_it_is_in_doubt_since_its_own_newest_post(
    beside: int | None,
) -> None:
    assert doubt(OLD, beside, NOW - 9 * DAY, NOW) == Doubt(NOW - DAY, NOW)


def test_one_that_knows_of_no_post_is_in_doubt_since_its_first_subscription() -> None:
    assert doubt(None, NEW, NOW - DAY, NOW) == Doubt(NOW - DAY, NOW)
    assert doubt(None, NEW, None, NOW) is None


def test_a_doubt_covers_what_feeds_bring_that_were_not_read_since_it_was_noticed() -> None:
    found = Doubt(NOW - DAY, NOW)
    assert found.covers(FEED)
    assert found.covers(replace(FEED, succeeded_at=None))
    assert not found.covers(replace(FEED, succeeded_at=NOW))
    assert Doubt.read(str(found), NOW) == found
    assert Doubt.read(None, NOW) is None


def test_what_could_be_no_news_any_more_is_not_looked_for() -> None:
    assert doubt(None, NEW, NOW - 9 * DAY, NOW) == Doubt(NOW - NEWS_AGE, NOW)
    assert doubt(message(NOW - 9 * DAY), NEW, None, NOW) == Doubt(NOW - NEWS_AGE, NOW)


def test_a_doubt_is_over_when_nothing_that_was_posted_then_is_news() -> None:
    found = Doubt(NOW - DAY, NOW)
    assert Doubt.read(str(found), NOW + NEWS_AGE) == found
    assert Doubt.read(str(found), NOW + NEWS_AGE + 1) is None


def test_the_file_beside_the_database_keeps_the_newest_message(tmp_path: Path) -> None:
    path = tmp_path / "news.db.newest"
    companion = Companion(path)
    assert companion.newest is None
    companion.note(NEW)
    companion.note(OLD)
    companion.close()
    again = Companion(path)
    assert again.newest == NEW
    again.close()


def test_a_file_of_which_a_power_cut_left_a_part_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "news.db.newest"
    path.write_text("0000123")
    companion = Companion(path)
    assert companion.newest is None
    companion.close()
