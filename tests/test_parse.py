"""From a feed's bytes to clean entries."""

from __future__ import annotations

import html
import json
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.parse import MAX_TEXT, MAX_TITLE, parse
from bot.feeds.raw import MAX_ENTRIES
from bot.models import Entry, FeedDocument, ParseFailed
from tests.shared import shared, shared_files

OWN = Path(__file__).parent / "feeds"
URL = "https://harbour.example/rss"
CORPUS = shared_files("feeds/feeds", "*")


def document(body: bytes | str, url: str = URL, content_type: str = "") -> FeedDocument:
    outcome = parse(body.encode() if isinstance(body, str) else body, url, content_type)
    assert isinstance(outcome, FeedDocument), outcome
    return outcome


def failure(body: bytes | str, url: str = URL) -> ParseFailed:
    outcome = parse(body.encode() if isinstance(body, str) else body, url)
    assert isinstance(outcome, ParseFailed)
    return outcome


def rss(items: str, *, declaration: str = "") -> str:
    return f'{declaration}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def only(items: str) -> Entry:
    (entry,) = document(rss(f"<item>{items}</item>")).entries
    return entry


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


@pytest.fixture(scope="module")
def everything() -> FeedDocument:
    return document((OWN / "everything.xml").read_bytes())


def test_a_document_says_its_title_language_and_home_page(everything: FeedDocument) -> None:
    assert everything.title == "The Harbour Post"
    assert everything.language == "en-gb"
    assert everything.site == "https://harbour.example/"
    assert len(everything.entries) == 4


def test_an_entry_is_read_whole(everything: FeedDocument) -> None:
    entry = everything.entries[0]
    assert entry.title == "Ferry line opens a night route – at last"
    assert entry.link == "https://harbour.example/news/ferry?id=7&page=2"
    assert entry.guid == "harbour-7"
    assert entry.teaser.startswith("The ferry company starts a night route")
    assert entry.published == at("2026-11-10T06:30")
    assert entry.written_date == "Tue, 10 Nov 2026 06:30:00 +0000"
    assert entry.image == "https://harbour.example/pictures/large.jpg"


def test_an_entry_names_its_publisher_and_where_the_original_stands(
    everything: FeedDocument,
) -> None:
    assert everything.entries[0].publisher == "Coast Wire"
    assert everything.entries[0].original_link == "https://wire.example/ferry"
    assert everything.entries[3].publisher is None, "the feed itself is no other publisher"


def test_the_name_of_the_publisher_is_that_of_the_link_that_goes_with_it() -> None:
    source = '<source url="https://hub.example/rss">The Hub</source>'
    link = "<link>https://harbour.example/1</link>"
    anchor = "&lt;a href='https://wire.example/1'&gt;Read Full Story at Coast Wire&lt;/a&gt;"
    both = only(f"{link}{source}<description>{anchor}</description>")
    assert (both.publisher, both.original_link) == ("Coast Wire", "https://wire.example/1")
    alone = only(f"{link}{source}<description>Text</description>")
    assert (alone.publisher, alone.original_link) == ("The Hub", None)


def test_two_articles_that_cite_one_paper_stay_two_stories() -> None:
    cited = "&lt;a href='https://nature.example/p'&gt;Read the report in Nature&lt;/a&gt;"
    entry = only(f"<link>https://harbour.example/1</link><description>{cited}</description>")
    assert (entry.publisher, entry.original_link) == (None, None)


def test_blocks_hold_neither_the_teaser_again_nor_lines_that_lead_on(
    everything: FeedDocument,
) -> None:
    assert [b.text for b in everything.entries[0].blocks] == ["The first boat leaves at two."]


def test_a_title_keeps_angle_brackets_that_are_no_markup(everything: FeedDocument) -> None:
    assert everything.entries[1].title == "#include <vector> considered useful"


def test_a_guid_is_a_link_only_if_it_is_a_page(everything: FeedDocument) -> None:
    assert everything.entries[1].link == "https://harbour.example/news/8"
    assert (everything.entries[2].guid, everything.entries[2].link) == ("12345", None)


def test_a_two_digit_year_is_read_and_the_year_one_is_no_date(everything: FeedDocument) -> None:
    assert everything.entries[1].published == at("2026-11-10T10:00")
    assert everything.entries[2].published is None


def test_the_origlink_counts_and_a_script_is_no_link(everything: FeedDocument) -> None:
    assert everything.entries[3].link == "https://harbour.example/news/10"
    assert only("<title>x</title><link>javascript:alert(1)</link>").link is None


def test_images_come_from_enclosures_and_podcast_covers_too(everything: FeedDocument) -> None:
    assert everything.entries[1].image == "https://pictures.example/8.png"
    assert everything.entries[3].image == "https://pictures.example/10.jpg"


def test_an_image_in_the_text_is_found_past_pixels_and_icons() -> None:
    entry = only(
        "<description>&lt;img src='/p.gif' width=1 height=1&gt;&lt;img src='data:image/png,x'&gt;"
        "&lt;img src='/logo.svg'&gt;&lt;img src='/icon.png' width='32'&gt;"
        "&lt;img data-src='/real.jpg' width='100%'&gt;</description>"
    )
    assert entry.image == "https://harbour.example/real.jpg"


def test_a_publication_date_goes_before_an_update() -> None:
    entries = document((OWN / "dates.xml").read_bytes()).entries
    assert [e.published for e in entries] == [
        at("2026-11-10T06:30"),
        at("2026-11-12T04:30"),
        None,
        None,
        at("2024-11-10T10:00"),
        None,
    ]


def test_broken_xml_is_repaired_by_general_rules() -> None:
    entries = document((OWN / "broken.xml").read_bytes()).entries
    assert [(e.title, e.link) for e in entries] == [("One & only", "https://broken.example/1")]


def test_a_feed_that_lies_about_its_encoding_is_still_read() -> None:
    body = rss("<item><title>Zürich’s café</title></item>", declaration='<?xml version="1.0"?>')
    for lie in ("text/xml; charset=iso-8859-1", "application/xml; charset=windows-1251"):
        assert document(body, content_type=lie).entries[0].title == "Zürich’s café"


def test_utf_16_and_declared_windows_1251_are_read() -> None:
    utf16 = rss("<item><title>Grüße</title></item>", declaration='<?xml version="1.0"?>')
    assert document(utf16.encode("utf-16")).entries[0].title == "Grüße"
    declared = '<?xml version="1.0" encoding="windows-1251"?>'
    russian = rss("<item><title>Новости дня</title></item>", declaration=declared)
    assert document(russian.encode("cp1251")).entries[0].title == "Новости дня"


def test_half_characters_do_not_end_the_parser() -> None:
    for half in ("&#xD800;", "&#55296;", "&#xdfff;"):
        title = only(f"<title>a{half}b</title><description>c{half}d</description>").title
        assert title.encode()
        assert title[0] + title[-1] == "ab"


def test_a_web_page_answers_with_the_feeds_it_names() -> None:
    page = """<!doctype html><html><head><base href="/sub/">
    <!-- <link rel="alternate" type="application/rss+xml" href="/old.xml"> -->
    <link rel="alternate" type="application/rss+xml" href="news.xml">
    <link rel="ALTERNATE stylesheet" type="application/atom+xml" href="https://x.example/a">
    <link rel="alternate" hreflang="de" href="/de"></head><body>rss</body></html>"""
    outcome = failure(page)
    assert outcome.reason == "That is a web page, not a feed"
    assert outcome.page is not None
    named = [feed.url for feed in outcome.page.feeds]
    assert named == ["https://harbour.example/sub/news.xml", "https://x.example/a"]


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"hello", b"\x00\xff\xfe\x80", b"<svg></svg>", b'{"a": 1}', b"[1]", b"{"]
)
def test_what_is_no_feed_is_a_failure_in_words(body: bytes) -> None:
    assert failure(body).reason


def test_a_feed_without_entries_is_valid_and_a_torn_one_is_not() -> None:
    assert document(rss("")).entries == ()
    assert "broken" in failure(rss("")[:40]).reason


def test_a_file_name_is_never_opened(tmp_path: Path) -> None:
    hidden = tmp_path / "feed.xml"
    hidden.write_text(rss("<item><title>secret</title></item>"), encoding="utf-8")
    assert isinstance(parse(str(hidden).encode(), URL), ParseFailed)


def test_a_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "home_page_url": "https://j.example",
        "items": [
            {"id": 7, "url": "https://j.example/7?utm_source=x", "title": "Seven",
             "content_text": "a < b\nc", "image": "https://j.example/7.jpg",
             "date_published": "2026-11-10T06:30:00Z"},
            "not an item",
            {"id": "8", "content_html": "<p>Eight</p>"},
        ],
    }  # fmt: skip
    found = document("\ufeff" + json.dumps(feed))
    seven, eight = found.entries
    assert (seven.guid, seven.link, seven.image) == (
        "7", "https://j.example/7", "https://j.example/7.jpg",
    )  # fmt: skip
    assert seven.teaser == "a < b c"
    assert seven.published == at("2026-11-10T06:30")
    assert (eight.title, eight.teaser) == ("", "Eight")


def test_sizes_are_bounded() -> None:
    items = f"<item><title>{'t ' * 900}</title><link>https://x.example/{'l' * 3000}</link></item>"
    many = document(rss(items + "<item><title>x</title></item>" * MAX_ENTRIES))
    assert len(many.entries) == MAX_ENTRIES
    assert len(many.entries[0].title) <= MAX_TITLE
    assert many.entries[0].link is None
    text = only(f"<description>{'&lt;p&gt;word ' * 20_000}</description>")
    assert sum(len(b.text) for b in text.blocks) <= 20_000


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("60", 60), (" 15 ", 15), ("007", 7), ("0", None), ("-5", None), ("1.5", None), ("", None),
        ("1e3", None), ("٦٠", None), ("9" * 400, None), ("hourly", None),
    ],
)  # fmt: skip
def test_a_feed_says_for_how_long_it_may_be_kept(written: str, minutes: int | None) -> None:
    found = document(rss(f"<ttl>{written}</ttl>")).ttl
    assert found == (minutes * 60_000 if minutes else None)
    namespace = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    period = rss("<sy:updatePeriod>hourly</sy:updatePeriod>").replace("<rss ", f"<rss {namespace} ")
    assert document(period).ttl is None, "WordPress says that of everything"


def test_a_guid_that_is_far_too_long_still_tells_entries_apart() -> None:
    one, other = (only(f"<guid>{'g' * 5_000}{n}</guid>").guid for n in "12")
    assert one is not None
    assert len(one) <= 512
    assert one != other


def test_of_more_text_than_the_event_loop_can_take_over_the_newest_entries_keep_theirs() -> None:
    text = "&lt;p&gt;" + "A long story. " * 1_400
    items = "".join(
        f"<item><title>{n}</title><guid>{n}</guid><description>Short.</description>"
        f"<pubDate>{date}</pubDate><content:encoded>{text}</content:encoded></item>"
        for n, date in enumerate(
            f"Tue, 10 Nov 2026 {hour:02}:{minute:02}:00 +0000"
            for hour in range(6)
            for minute in range(25)
        )
    )
    namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    entries = document(rss(items).replace("<rss ", f"<rss {namespace} ")).entries
    assert len(entries) == 150, "none is lost"
    assert all(entry.title and entry.teaser and entry.guid for entry in entries)
    assert sum(len(b.text) + 50 for e in entries for b in e.blocks) <= MAX_TEXT
    kept = [bool(entry.blocks) for entry in entries]
    assert kept == sorted(kept)
    assert sum(kept) > 90


def test_categories_and_authors_are_left_alone() -> None:
    more = "<author>x@y.example (Ann)</author><category>a</category><category>a</category>"
    assert only(f"<title>t</title>{more}").title == "t"


def test_entities_do_not_explode() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
    body = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>' + rss(
        "<item><title>&l8;</title></item>"
    )
    outcome = parse(body.encode(), URL)
    assert len(pickle.dumps(outcome)) < 10_000


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=300))
def test_whatever_a_feed_says_its_text_can_be_stored(title: str, text: str) -> None:
    body = rss(f"<item><title><![CDATA[{title}]]></title><description>{text}</description></item>")
    outcome = parse(body.encode("utf-8", "surrogatepass"), URL)
    if isinstance(outcome, FeedDocument):
        for entry in outcome.entries:
            for shown in (entry.title, entry.teaser):
                assert shown.encode().decode() == shown
            assert not re.search(r"[\x00-\x1f\u200b\u202e]", entry.title + entry.teaser)
    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301  our own bytes


# ── real documents ───────────────────────────────────────────────────────────────────────


def words(text: str | None) -> str:
    return re.sub(r"\W+", " ", re.sub(r"<[^>]+>", "", html.unescape(text or ""))).strip().casefold()


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.name)
def test_real_documents_give_every_entry_with_its_title(path: Path) -> None:
    index = json.loads(shared("feeds/index.json").read_text("utf-8"))
    known = next(i for i in index if i["file"].endswith(f"/{path.name}"))
    entries = document(path.read_bytes(), known["url"] or URL).entries
    peer = path.parent.parent / "expected" / f"{path.name}.json"
    if not peer.exists():
        assert len(entries) == known["entries_feedparser"]
        return
    expected = json.loads(peer.read_text("utf-8"))
    assert len(entries) == expected["count"]
    for entry, wanted in zip(entries, expected["entries"], strict=True):
        assert wanted["title"] is None or words(entry.title) == words(wanted["title"])


def test_the_founding_story_is_the_same_from_either_feed() -> None:
    clean, damaged = (
        document(shared(f"founding-story/{name}").read_bytes(), "https://explained.example/feed")
        for name in ("feed.xml", "feed-as-received.xml")
    )
    assert clean == damaged
    (entry,) = clean.entries
    assert entry.publisher == "The Verge"
    assert entry.original_link == "https://www.theverge.com/entertainment/ai-filmmaking"
    assert entry.teaser.endswith("technology that felt…")
    assert len(entry.blocks) == 8
