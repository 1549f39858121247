"""Fetching: what is asked, where redirects lead, and which addresses are never contacted."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from yarl import URL

from bot.feeds.guard import Guard
from bot.models import NotModified, Validators
from tests.fetching import DOCUMENT, NONE, both, document, failure, fetcher, raw_server
from tests.loopback.feeds import LoopbackFeeds, compressed, item, redirect, rss, status

# ── asking ───────────────────────────────────────────────────────────────────────────────


async def test_a_document_arrives_whole_with_its_url_type_and_validators() -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT, content_type="application/rss+xml")
        got = document(await fetch.fetch(feeds.url("/tech.xml"), NONE))
    assert got.body == DOCUMENT
    assert got.url == feeds.url("/tech.xml")
    assert got.content_type == "application/rss+xml"
    assert got.validators.etag
    assert got.validators.last_modified


async def test_the_program_says_who_it_is_and_what_it_reads_and_keeps_no_cookie() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, b"x", {"Set-Cookie": "id=1; Path=/"}))
        url = feeds.url("/tech.xml").replace("127.0.0.1", "localhost")
        await fetch.fetch(url, NONE)
        await fetch.fetch(url, NONE)
    sent = feeds.requests[1].headers
    assert sent["user-agent"] == "Wherefore/9.9 (+https://github.com/wherefore-bot/wherefore)"
    assert sent["accept"].startswith("application/atom+xml, application/rss+xml")
    assert sent["accept-encoding"] == "gzip, deflate, br, zstd"
    assert set(sent) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with both() as (feeds, fetch), LoopbackFeeds() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url(""))
        feeds.put("/tech.xml", DOCUMENT)
        assert document(await fetch.fetch(feeds.url("/tech.xml"), NONE)).body == DOCUMENT
    assert proxy.requests == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_compressed_document_is_decompressed(encoding: str) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", compressed(DOCUMENT, encoding))
        assert document(await fetch.fetch(feeds.url("/tech.xml"), NONE)).body == DOCUMENT


async def test_an_unchanged_document_is_not_sent_again() -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT)
        first = document(await fetch.fetch(feeds.url("/tech.xml"), NONE))
        second = await fetch.fetch(feeds.url("/tech.xml"), first.validators)
        feeds.put("/tech.xml", DOCUMENT + b" ")
        third = await fetch.fetch(feeds.url("/tech.xml"), first.validators)
    assert second == NotModified(first.validators)
    assert document(third).body == DOCUMENT + b" "


@pytest.mark.parametrize(
    "etag", ['"abc"', 'W/"abc"', "abc", '"a,b; c"', '"', '"é€"', '"  spaced  "', "W/"]
)
async def test_validators_go_back_byte_for_byte(etag: str) -> None:
    odd_date = "Mon, 1 Jun 2026 12:00:00 +0000 (sic)"
    headers = {"ETag": etag, "Last-Modified": odd_date}
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(200, b"x", headers))
        got = document(await fetch.fetch(feeds.url("/tech.xml"), NONE))
        await fetch.fetch(feeds.url("/tech.xml"), got.validators)
    assert got.validators == Validators(etag, odd_date, feeds.url("/tech.xml"))
    assert feeds.requests[1].headers["if-none-match"] == etag
    assert feeds.requests[1].headers["if-modified-since"] == odd_date


@pytest.mark.parametrize("validators", [NONE, Validators("", ""), Validators(None, "")])
async def test_an_empty_condition_is_never_sent(validators: Validators) -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT)
        await fetch.fetch(feeds.url("/tech.xml"), validators)
    assert not {"if-none-match", "if-modified-since"} & set(feeds.requests[0].headers)


async def test_a_document_without_validators_clears_them() -> None:
    async with both() as (feeds, fetch):
        feeds.put("/tech.xml", DOCUMENT, validators=False)
        got = document(await fetch.fetch(feeds.url("/tech.xml"), Validators('"old"', "old")))
    assert got.validators == NONE


@pytest.mark.parametrize("etag", [b'"' + b"a" * 2_000 + b'"', b'"\xff\xfe"'])
async def test_a_validator_that_could_not_be_sent_back_unchanged_is_dropped(etag: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: " + etag + b"\r\n\r\nx"
    async with raw_server(answer) as url, fetcher() as fetch:
        assert document(await fetch.fetch(url, NONE)).validators == NONE


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({}, Validators('"old"', "old date")),
        ({"ETag": '"new"'}, Validators('"new"', "old date")),
        ({"Last-Modified": "new date"}, Validators('"old"', "new date")),
        ({"ETag": '"new"', "Last-Modified": "new date"}, Validators('"new"', "new date")),
    ],
)
async def test_a_304_refreshes_the_validators_that_it_carries(
    headers: dict[str, str], kept: Validators
) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(304, headers=headers))
        outcome = await fetch.fetch(feeds.url("/tech.xml"), Validators('"old"', "old date"))
    assert outcome == NotModified(replace(kept, url=feeds.url("/tech.xml")))


@pytest.mark.parametrize("validators", [NONE, Validators("", "")])
async def test_a_304_that_nobody_asked_for_is_a_failure(validators: Validators) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/tech.xml", status(304))
        assert "304" in failure(await fetch.fetch(feeds.url("/tech.xml"), validators))


# ── redirects ────────────────────────────────────────────────────────────────────────────


async def test_redirects_are_followed_and_the_last_url_is_told() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/1", redirect("/2", 301))
        feeds.behave("/2", redirect("3?a=b c", 302))
        feeds.behave("/3", redirect(feeds.url("/4"), 303))
        feeds.behave("/4", redirect("/5", 307))
        feeds.behave("/5", redirect("/6", 308))
        feeds.put("/6", DOCUMENT)
        got = document(await fetch.fetch(feeds.url("/1"), NONE))
    assert (got.body, got.url) == (DOCUMENT, feeds.url("/6"))
    assert len(feeds.requests) == 6


async def test_a_sixth_redirect_is_not_followed() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/loop", redirect("/loop"))
        assert "more than 5 times" in failure(await fetch.fetch(feeds.url("/loop"), NONE))
    assert len(feeds.requests) == 6


async def test_validators_are_sent_to_nobody_but_their_giver() -> None:
    async with both() as (feeds, fetch), LoopbackFeeds() as other:
        feeds.behave("/1", redirect("/2"))
        feeds.behave("/2", redirect(other.url("/3")))
        other.behave("/3", redirect("/4"))
        other.put("/4", DOCUMENT)
        got = document(await fetch.fetch(feeds.url("/1"), Validators('"secret"', "date")))
        again = await fetch.fetch(feeds.url("/1"), got.validators)
    assert [r.headers.get("if-none-match") for r in feeds.requests] == ['"secret"', *[None] * 3]
    assert got.validators.url == other.url("/4")
    assert again == NotModified(got.validators)
    sent = [r.headers.get("if-none-match") for r in other.requests]
    assert sent == [None, None, None, got.validators.etag]


async def test_a_redirect_to_a_private_address_is_refused_and_no_request_made_there() -> None:
    async with both() as (feeds, fetch), LoopbackFeeds(host="127.0.0.2") as private:
        private.put("/secret", b"secret")
        feeds.behave("/1", redirect(private.url("/secret")))
        assert "number in place" in failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert private.requests == []


async def test_a_redirect_to_a_name_that_leads_into_a_private_network_is_refused() -> None:
    def lookup(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]

    async with (
        LoopbackFeeds() as feeds,
        LoopbackFeeds(host="127.0.0.2") as private,
        fetcher(lookup=lookup) as fetch,
    ):
        feeds.behave("/1", redirect(private.url("/x").replace("127.0.0.2", "rebound.example")))
        assert "private network" in failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert private.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/hostname",
        "http://user:pw@example.com/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "//0x7f000001/",
        "http://[",
        "http://[]@",
        "ftp://example.com/feed",
        "\\\\example.com\\feed",
    ],
)
async def test_a_redirect_to_what_is_not_a_public_web_address_is_refused(location: str) -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/1", redirect(location))
        reason = failure(await fetch.fetch(feeds.url("/1"), NONE))
    assert reason.startswith("The site sends us on to another address.")


async def test_a_redirect_that_names_no_place_is_a_failure() -> None:
    async with both() as (feeds, fetch):
        feeds.behave("/1", status(302))
        assert "without saying where" in failure(await fetch.fetch(feeds.url("/1"), NONE))


# ── addresses ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_a_private_feed_is_refused_and_not_contacted_unless_allowed(host: str) -> None:
    async with (
        LoopbackFeeds() as feeds,
        fetcher(Guard()) as closed,
        fetcher(Guard([ipaddress.ip_network("127.0.0.0/8")])) as opened,
    ):
        feeds.put("/tech.xml", DOCUMENT)
        url = feeds.url("/tech.xml").replace("127.0.0.1", host)
        failure(await closed.fetch(url, NONE))
        assert feeds.requests == []
        assert document(await opened.fetch(url, NONE)).body == DOCUMENT


async def test_a_public_looking_name_on_a_usual_port_is_refused_by_its_address() -> None:
    def lookup(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with fetcher(Guard(), lookup=lookup) as fetch:
        assert "was not contacted" in failure(await fetch.fetch("http://rebound.example/", NONE))


class CarelessGuard(Guard):
    """Lets every URL through, so that only the connection is left to refuse it."""

    def check_url(self, text: str) -> URL:
        return URL(text)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "[::ffff:127.0.0.1]", "localhost"])
async def test_an_address_that_slipped_through_is_refused_at_the_connection(host: str) -> None:
    async with LoopbackFeeds() as feeds, fetcher(CarelessGuard()) as fetch:
        url = feeds.url("/tech.xml").replace("127.0.0.1", host)
        assert "was not contacted" in failure(await fetch.fetch(url, NONE))
    assert feeds.requests == []


# ── the loopback server itself ───────────────────────────────────────────────────────────


def test_a_built_document_says_what_it_was_told_whatever_is_in_it() -> None:
    when = datetime(2026, 6, 1, 12, tzinfo=UTC)
    text = "a & b ]]> <i>x</i> \"q\" 'q' \x00é"
    read = feedparser.parse(
        rss(
            text,
            [item(text, "https://e.com/?a=1&b=2", "<g>", "<p>d</p>", "<p>c</p>", published=when)],
        )
    )
    entry = read.entries[0]
    assert not read.bozo
    assert entry.link == "https://e.com/?a=1&b=2"
    assert entry.id == "<g>"
    assert (entry.summary, entry.content[0].value) == ("<p>d</p>", "<p>c</p>")
    assert tuple(entry.published_parsed)[:4] == (2026, 6, 1, 12)
