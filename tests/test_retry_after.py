"""Retry-After: how long a site asks to be left alone, and how much of that is believed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.headers import retry_after
from bot.models import DAY, SECOND, FetchFailed
from tests.fetching import NONE, NOON, both, fetcher, raw_server
from tests.loopback.feeds import status


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 120 * SECOND),
        (" 120 ", 120 * SECOND),
        ("86401", DAY),
        ("9" * 5_000, DAY),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("١٢٠", None),
        ("soon", None),
        ("", None),
        ("Mon, 01 Jun 2026 12:05:00 GMT", 300 * SECOND),
        ("Monday, 01-Jun-26 12:05:00 GMT", 300 * SECOND),
        ("Mon Jun  1 12:05:00 2026", 300 * SECOND),
        ("Mon, 01 Jun 2099 12:00:00 GMT", DAY),
        ("Mon, 01 Jun 2026 11:00:00 GMT", None),
        ("Mon, 99 Jun 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_capped_at_a_day(
    value: str, wait: int | None
) -> None:
    assert retry_after({"Retry-After": value}, NOON) == wait


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,5} [A-Z][a-z]{2} [0-9]{1,9} .{0,20}"))
def test_any_retry_after_is_a_wait_of_a_day_at_most_or_none(value: str) -> None:
    wait = retry_after({"Retry-After": value}, NOON)
    assert wait is None or 0 < wait <= DAY


@pytest.mark.parametrize("code", [403, 429, 500, 503])
async def test_any_failure_carries_the_wait_that_the_site_asks_for(code: int) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(code, headers={"Retry-After": "600"}), status(code))
        first = await fetch.fetch(feeds.url("/x"), NONE)
        second = await fetch.fetch(feeds.url("/x"), NONE)
    assert isinstance(first, FetchFailed)
    assert isinstance(second, FetchFailed)
    assert (first.retry_after, second.retry_after) == (600 * SECOND, None)


async def test_a_date_to_wait_for_is_read_by_the_sites_own_clock() -> None:
    ahead = {
        "Date": "Tue, 01 Jun 2027 12:00:00 GMT",
        "Retry-After": "Tue, 01 Jun 2027 12:01:00 GMT",
    }
    async with both() as (feeds, fetch):
        feeds.behave("/x", status(429, headers=ahead))
        outcome = await fetch.fetch(feeds.url("/x"), NONE)
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == 60 * SECOND


async def test_a_date_to_wait_for_is_read_by_our_clock_where_the_site_has_none() -> None:
    answer = (
        b"HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\nDate: now\r\n"
        b"Retry-After: Mon, 01 Jun 2026 12:00:30 GMT\r\n\r\n"
    )
    async with raw_server(answer) as url, fetcher() as fetch:
        outcome = await fetch.fetch(url, NONE)
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == 30 * SECOND
