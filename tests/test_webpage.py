"""What a web page says of feeds."""

from __future__ import annotations

import gzip
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds import hosts
from bot.feeds.guard import check_url
from bot.feeds.parse import parse
from bot.feeds.webpage import MAX_LEADS, MAX_NAMED
from bot.models import FeedLink, ParseFailed, WebPage
from tests.shared import shared_files
from tests.web import named, page

URL = "https://harbour.example/news/"
CHANNEL = "UCabcdefghijklmnopqrstuv"
VIDEOS = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


def read(body: bytes, url: str = URL) -> WebPage:
    outcome = parse(body, url)
    assert isinstance(outcome, ParseFailed)
    assert outcome.page is not None
    return outcome.page


def feeds(*head: str, url: str = URL) -> list[str]:
    return [feed.url for feed in read(page(*head), url).feeds]


def leads(body: str) -> list[str]:
    return [feed.url for feed in read(page(body=body)).leads]


def test_a_page_names_its_feeds_in_order_with_their_titles() -> None:
    found = read(page(named("main.xml", "News &amp; views"), named("/a", kind="atom+xml")))
    assert found.feeds == (
        FeedLink("https://harbour.example/news/main.xml", "News & views"),
        FeedLink("https://harbour.example/a"),
    )


def test_other_types_count_only_where_the_address_looks_like_a_feeds() -> None:
    def link(kind: str, href: str) -> str:
        return f'<link rel="alternate" type="{kind}" href="{href}">'

    assert feeds(
        link("application/json", "/feed.json"),
        link("text/xml", "/index.xml"),
        link("application/json", "/wp-json/wp/v2/posts/1"),
        link("application/json+oembed", "/wp-json/oembed/1.0/embed?url=x"),
        link("text/xml+oembed", "/oembed?format=xml"),
        link("application/xml", "/sitemap.xml"),
        link("text/html", "/feed"),
        '<link rel="stylesheet" type="application/rss+xml" href="/feed">',
        '<link rel="feed" href="/own">',
    ) == [f"https://harbour.example{path}" for path in ("/feed.json", "/index.xml", "/own")]


def test_comment_feeds_are_hidden() -> None:
    assert feeds(
        named("/feed/", "Harbour » Feed"),
        named("/comments/feed/", "Harbour » Kommentar-Feed"),
        named("/2026/post/feed/", "Harbour » A post Comments Feed"),
        named("/feeds/1/comments/default"),
        named("/?feed=comments-rss2"),
        named("/commentisfree/rss", "Comment is free"),
        named("/commentary/feed", "Commentary"),
        named("/meinung.rss", "Kommentare"),
    ) == [
        f"https://harbour.example{path}"
        for path in ("/feed/", "/commentisfree/rss", "/commentary/feed", "/meinung.rss")
    ]


@pytest.mark.parametrize("base", ["javascript:alert(1)", "data:text/html,x", "", "http://[", "//"])
def test_a_base_that_is_no_web_address_does_not_count(base: str) -> None:
    assert feeds(f'<base href="{base}">', named("x.xml")) == ["https://harbour.example/news/x.xml"]


def test_a_base_counts_for_all_links_and_only_the_first_does() -> None:
    head = ('<base target="_top">', '<base href="/sub/">', '<base href="/other/">')
    assert feeds(*head, named("x.xml")) == ["https://harbour.example/sub/x.xml"]


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/xml,<rss>", "file:///etc/passwd", "ftp://x.example/feed",
     "https://user:secret@x.example/feed", "https://x.example/\u202efeed", ""],
)  # fmt: skip
def test_what_is_no_web_address_is_no_feed(href: str) -> None:
    assert feeds(named(href)) == []
    assert leads(f'<a href="{href}">RSS</a>') == []


def test_links_that_look_like_feeds_are_leads_and_addresses_come_before_words() -> None:
    body = """
    <a href="/about">About</a> <a href="/newsletter">Feedback</a> <a href="/syndication">RSS</a>
    <a href="/help" title="RSS feed"><img src="i.png"></a>
    <a href="/rss/world.xml">World</a> <a href="/?feed=rss2">All</a> <a href="/blog/feed/">Blog</a>
    <a href="https://feedly.com/i/subscription/feed/x">Feedly</a> <a href="/a/rss-news.php">News</a>
    <a href="https://www.facebook.com/dialog/feed?x=1">Share</a> <a href="/feedback.php">Say</a>
    <a href="/comments/feed/">Comments</a> <a href="/article-about-rss">RSS lives</a>
    """
    assert leads(body) == [
        f"https://harbour.example{path}"
        for path in ("/rss/world.xml", "/?feed=rss2", "/blog/feed/", "/a/rss-news.php",
                     "/syndication", "/help")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        f'<meta itemprop="identifier" content="{CHANNEL}">',
        f'<meta itemprop="channelId" content="{CHANNEL}">',
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'<script>var data = {{"metadata":{{"externalId":"{CHANNEL}"}}}};</script>',
        f'<script>{{"externalChannelId": "{CHANNEL}"}}</script>',
    ],
)
def test_youtubes_pages_name_their_channel_in_one_of_several_places(head: str) -> None:
    own = "https://www.youtube.com/@harbour"
    assert feeds('<meta itemprop="identifier" content="dQw4w9WgXcQ">', head, url=own) == [VIDEOS]
    assert feeds(head) == [], "another site's page speaks for no channel"


def test_a_page_in_utf_16_is_read() -> None:
    body = page(named("/feed", "Grüße")).decode().encode("utf-16")
    assert read(body).feeds == (FeedLink("https://harbour.example/feed", "Grüße"),)


def test_a_page_of_ten_thousand_links_gives_a_few() -> None:
    head = [named(f"/{number}.xml", "t" * 5_000) for number in range(10_000)]
    body = "".join(f'<a href="/feed/{number}">RSS</a>' for number in range(10_000))
    found = read(page(*head[:300], body=body))
    assert (len(found.feeds), len(found.leads)) == (MAX_NAMED, MAX_LEADS)
    assert len(pickle.dumps(found)) < 50_000
    many = read(page(*[named(f"/{number}.xml") for number in range(10_000)]))
    assert len(many.feeds) == MAX_NAMED


def test_a_page_that_is_huge_is_read_from_its_start() -> None:
    found = read(page(named("/feed"), body="<p>news</p>" * 500_000 + '<a href="/rss">RSS</a>'))
    assert [feed.url for feed in found.feeds] == ["https://harbour.example/feed"]
    assert found.leads == ()


@pytest.mark.parametrize("path", shared_files("articles/html", "*"), ids=lambda path: path.name)
def test_real_pages_are_read_and_lead_to_no_dialog_of_a_site_without_feeds(path: Path) -> None:
    found = read(gzip.decompress(path.read_bytes()), "https://site.example/2026/story")
    for feed in (*found.feeds, *found.leads):
        assert check_url(feed.url)
        assert hosts.feedless(feed.url) is None


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.binary(max_size=60))
def test_whatever_a_page_says_its_feeds_are_web_addresses(
    href: str, title: str, junk: bytes
) -> None:
    body = page(named(href, title), body=f'<a href="{href}">{title}</a>') + junk
    found = read(body)
    for feed in (*found.feeds, *found.leads):
        assert feed.url.startswith(("https://", "http://"))
        assert len(feed.title) <= 200
        assert feed.title.encode().decode() == feed.title
        assert not re.search(r"[\x00-\x1f\u200b\u202e]", feed.title)
