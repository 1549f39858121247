"""Which links and images may be shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.feeds.links import (
    inline_picture,
    is_story_link,
    original,
    picture,
    resolve,
    shown,
    unwrapped,
    without_tracking,
)
from bot.feeds.text import Anchor

BASE = "https://x.example/feed"


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        (" /a b ", "https://x.example/a%20b"),
        ("//y.example/c", "https://y.example/c"),
        ("http://y.example:8080/#f", "http://y.example:8080/#f"),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user@evil.example/", None),
        ("https://x.example/\u202egpj", None),
        ("https://[broken", None),
        ("https://x.example:99999/", None),
        ("at://did:plc:x", None),
        ("", None),
        (None, None),
        (f"https://x.example/{'a' * 2_048}", None),
    ],
)
def test_only_web_links_are_links(link: str | None, wanted: str | None) -> None:
    assert resolve(link, BASE) == wanted


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("https://b.example/a?at_medium=RSS&at_campaign=rss", "https://b.example/a"),
        ("https://b.example/a?z=1&utm_source=x&a=2&a=1", "https://b.example/a?z=1&a=2&a=1"),
        ("https://b.example/a?q=%20x+y&fbclid=1#part", "https://b.example/a?q=%20x+y#part"),
        ("https://b.example/a#xtor=RSS-3-[x]", "https://b.example/a"),
        (
            "https://b.example/a?CMP=x&smid=y&ito=1&taid=2&ns_mchannel=z&mc_tc=1",
            "https://b.example/a",
        ),
        (
            "https://b.example/a?traffic_source=x&partner=y&maca=z&campaign_id=1",
            "https://b.example/a",
        ),
        ("https://b.example/a#publisher=newsstand", "https://b.example/a"),
        ("https://b.example/a?publisher=newsstand#p", "https://b.example/a?publisher=newsstand#p"),
        ("https://b.example/a?ref=b.example", "https://b.example/a"),
        ("https://b.example/a?ref=main&utm", "https://b.example/a?ref=main&utm"),
        ("https://b.example/a?", "https://b.example/a?"),
    ],
)
def test_only_what_counts_readers_is_dropped(link: str, wanted: str) -> None:
    assert without_tracking(link, "www.b.example") == wanted


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("Read Full Story at The Verge →", "The Verge"),
        ("Read Full Story at The Verge โ", "The Verge"),
        ("» Continue reading the rest of the article on Coast Wire...", "Coast Wire"),
        ("Read the original post on Substack", "Substack"),
        ("Read the complete report at theverge.com", "theverge.com"),
    ],
)
def test_an_anchor_names_the_original(text: str, publisher: str) -> None:
    anchors = [Anchor("x", "https://a.example/"), Anchor(text, "https://w.example/s")]
    assert original(anchors, "https://x.example/1", BASE) == ("https://w.example/s", publisher)


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("Read more", "https://w.example/s"),
        ("Read Full Story at X", "javascript:x"),
        ("Read Full Story at X", "/s"),
        ("We read the full story at school", "https://w.example/s"),
        # Citations: two articles that cite one paper are not one story.
        ("Read the report in Nature", "https://w.example/s"),
        ("Read the full report in Nature", "https://w.example/s"),
        ("Read the full report on Climate Change", "https://w.example/s"),
        ("Read the original article from Reuters", "https://w.example/s"),
        ("Read the article at The Verge", "https://w.example/s"),
        ("Read the post", "https://w.example/s"),
        ("Read the original post", "https://w.example/s"),
        ("Read article ➜", "https://w.example/s"),
        ("Read the full story at", "https://w.example/s"),
        ("Read the full story on our website", "https://w.example/s"),
    ],
)
def test_other_anchors_name_no_original(text: str, href: str) -> None:
    assert original([Anchor(text, href)], "https://x.example/1", BASE) == (None, "")


def test_a_citation_below_the_full_story_does_not_hide_it() -> None:
    anchors = [
        Anchor("Read Full Story at The Verge", "https://w.example/s"),
        Anchor("Read the report in Nature", "https://nature.example/p"),
    ]
    assert original(anchors, "https://x.example/1", BASE) == ("https://w.example/s", "The Verge")


def test_lines_that_only_lead_on_are_more_than_those_that_name_the_original() -> None:
    for line in ("Read article ➜", "Read the post", "Read Full Story at The Verge →"):
        assert is_story_link(line)
    assert not is_story_link(f"Read the full story at {'!' * 20_000}x")


def test_the_widest_picture_wins_and_videos_and_drawings_are_none() -> None:
    offers = [
        {"url": "/v.mp4", "medium": "video", "width": "4000"},
        {"url": "/s.jpg", "width": "100"},
        {"url": "/l.jpg", "type": "image/jpeg", "width": "900"},
        {"url": "/d.svg", "type": "image/svg+xml", "width": "2000"},
    ]
    assert picture(offers, BASE) == "https://x.example/l.jpg"
    assert picture(offers[:1], BASE) is None


def test_a_picture_set_gives_its_largest() -> None:
    image = {"src": "data:image/gif;base64,x", "srcset": "/a.jpg 300w, /b.jpg?x=1,2 1200w"}
    assert inline_picture([image], BASE) == "https://x.example/b.jpg?x=1,2"


def test_every_kind_of_space_in_a_link_is_percent_encoded() -> None:
    link = "https://example.com/Screenshot 2.27.01\u202fPM\u00a0.png"
    assert resolve(link) == "https://example.com/Screenshot%202.27.01%E2%80%AFPM%C2%A0.png"


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("/a.jpg", "https://x.example/a.jpg"),
        ("/a|b [1] {2}.jpg?c=^d", "https://x.example/a%7Cb%20%5B1%5D%20%7B2%7D.jpg?c=%5Ed"),
        ("/Grüße.jpg", "https://x.example/Gr%C3%BC%C3%9Fe.jpg"),
        ("/a%20b.jpg", "https://x.example/a%20b.jpg"),
        ("https://müller.example/a.jpg", "https://xn--mller-kva.example/a.jpg"),
        ("HTTPS://Pictures.Example:8080/a.jpg#top", "https://pictures.example:8080/a.jpg"),
        ("http://localhost/a.jpg", None),
        ("http://127.0.0.1/a.jpg", None),
        ("http://0x7f000001/a.jpg", None),
        ("http://[::1]/a.jpg", None),
        ("http://printer.local/a.jpg", None),
        ("http://intranet/a.jpg", None),
        ("https://user@x.example/a.jpg", None),
        ("/a.svg", None), ("/a.bmp", None), ("/a.tiff?x=1", None), ("/a.ico", None),
        ("/a.pdf", None), ("/a.mp4", None), ("/a%2Esvg", None),
        ("data:image/png;base64,x", None),
        ("https://secure.gravatar.com/avatar/1", None),
        (f"/{'ä' * 1_000}.jpg", None),
        ("/\ud800.jpg", None),
    ],
)  # fmt: skip
def test_a_picture_is_one_that_discord_takes(link: str, wanted: str | None) -> None:
    assert shown(link, BASE) == wanted


def test_the_type_speaks_against_a_picture_whose_name_does_not() -> None:
    for kind in ("image/svg+xml", "image/bmp", "image/tiff", "image/x-icon", "application/pdf"):
        assert picture([{"url": "/a", "type": kind}], BASE) is None
    assert picture([{"url": "/a", "type": "image/webp"}], BASE) == "https://x.example/a"
    assert picture([{"url": "/a", "width": "640"}], BASE) == "https://x.example/a"
    assert picture([{"url": "/a.mp4", "width": "640"}], BASE) is None


@pytest.mark.parametrize("name", ["data-src", "data-original", "data-lazy-src"])
def test_a_picture_that_is_loaded_late_is_found_behind_its_stand_in(name: str) -> None:
    image = {"src": "data:image/gif;base64,x", name: "/real.jpg"}
    assert inline_picture([image], BASE) == "https://x.example/real.jpg"
    late = {"src": "/spacer.gif", "data-srcset": "/s.jpg 300w, /l.jpg 900w"}
    assert inline_picture([late], BASE) == "https://x.example/l.jpg"


def test_a_link_of_googles_alerts_leads_to_the_publisher() -> None:
    alert = "https://www.google.com/url?rct=j&url=https://b.example/a%3Fid%3D1&ct=ga"
    assert unwrapped(alert) == "https://b.example/a?id=1"
    for other in (
        "https://www.google.com/url?url=javascript:x",
        "https://b.example/url?url=https://c.example",
    ):
        assert unwrapped(other) == other


_PARTS = [
    "https:", "HTTP:", "//", "/", "x.example", "user@", ":80", ":", "[", "]", "?", "&", "#", "=",
    "a", "utm_source", "xtor", "ref", "x.example", " ", "%", "%20", "ä", "\u202e", "\ud800", "\\",
    "\n",
]  # fmt: skip
ADDRESSES = st.lists(st.sampled_from(_PARTS), max_size=14).map("".join) | st.text(max_size=60)


@settings(max_examples=400)
@given(ADDRESSES)
@example("//x.example?&&utm_source=a&")
@example("http:[")
def test_any_address_is_resolved_or_refused_and_a_second_time_the_same(address: str) -> None:
    link = resolve(address, BASE)
    if link is not None:
        assert unwrapped(link)
        assert resolve(link, BASE) == link
        assert resolve(link) == link
        clean = without_tracking(link, "x.example")
        assert without_tracking(clean, "x.example") == clean
        assert resolve(clean) == clean
    image = shown(address, BASE)
    if image is not None:
        assert shown(image, BASE) == image
        assert re.fullmatch(r"https?://[\x21-\x7e]+", image)
        assert urlsplit(image).hostname


@pytest.mark.parametrize(
    "small",
    [
        {"url": "https://a.example/s.jpg", "width": "72", "height": "72"},
        {"url": "https://a.example/s.jpg", "width": "640", "height": "1"},
        {"url": "https://a.example/s.jpg?w=150"},
        {"url": "https://a.example/s.jpg?q=1&width=104"},
    ],
)
def test_my_post_showed_a_tiny_picture_blown_up_to_its_whole_width(small: dict[str, str]) -> None:
    small["medium"] = "image"
    large = {"url": "https://a.example/l.jpg?w=1200", "medium": "image"}
    assert picture([small], "https://a.example/") is None
    assert picture([small, large], "https://a.example/") == "https://a.example/l.jpg?w=1200"
