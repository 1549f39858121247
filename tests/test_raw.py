"""A document's bytes before a parser sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds import raw


def test_a_tag_of_more_than_five_thousand_attributes_is_seen_wherever_brackets_stand() -> None:
    for one in ('a="x"', "a=x", "a='>'", 'a="<"'):
        assert raw.is_crowded(f"<item {f'{one} ' * 5_001}>".encode()), one
        assert raw.is_crowded(f"<item {f'{one} ' * 5_001}>"), one
    many_tags = '<item a="x" b="it\'s">don\'t</item>' * 6_000
    assert not raw.is_crowded(many_tags.encode())
    assert not raw.is_crowded("a = b, " * 6_000)


@given(st.text("<>\"'= a/", max_size=300))
def test_looking_for_crowded_tags_never_fails(text: str) -> None:
    assert not raw.is_crowded(text)


def test_what_is_behind_the_two_thousandth_entry_is_cut_out_and_the_feed_stays_whole() -> None:
    for name in ("item", "entry", "a:entry"):
        one = f"<{name} x='1'><t/></{name}>"
        body = f"<feed>{one * 2_003}<end/></feed>".encode()
        assert raw.readied(body) == f"<feed>{one * 2_000}<end/></feed>".encode()
    assert raw.readied(b"<item>" * 2_003) == b"<item>" * 2_000


@pytest.mark.parametrize(
    ("reference", "left"),
    [
        (b"&#xD800;", b"&#xfffd;"),
        (b"&#55296;", b"&#xfffd;"),
        (b"&#xdfff", b"&#xfffd;"),
        (b"&#1114112;", b"&#xfffd;"),
        (b"&#x110000;", b"&#xfffd;"),
        (b"&#" + b"9" * 5_000 + b";", b"&#xfffd;"),
        (b"&#8217;", b"&#8217;"),
        (b"&#x1F600;", b"&#x1F600;"),
        (b"&#128512;", b"&#128512;"),
    ],
)
def test_references_to_no_character_are_replaced(reference: bytes, left: bytes) -> None:
    assert raw.readied(b"<t>" + reference + b"</t>") == b"<t>" + left + b"</t>"


def test_entities_made_of_others_go_and_plain_ones_stay() -> None:
    kept = b'<!ENTITY copy "(C)">'
    gone = b'<!ENTITY a "&b;"><!ENTITY % p "x%q;"><!ENTITY x SYSTEM "file:///x">'
    gone += b"<!ENTITY y '&#x26;z;'>"
    assert raw.readied(b"<!DOCTYPE r [" + kept + gone + b"]><rss/>") == (
        b"<!DOCTYPE r [" + kept + b"]><rss/>"
    )


@pytest.mark.parametrize("lie", ["punycode", "UTF-7", "idna", "utf-16", "unicode_escape"])
def test_an_encoding_that_is_none_counts_no_more(lie: str) -> None:
    told = f'<?xml version="1.0" encoding="{lie}"?><rss/>'.encode()
    assert raw.readied(told) == b'<?xml version="1.0" encoding="utf-8"?><rss/>'
    assert raw.true_type(b"<rss/>", f"text/xml; charset={lie}") == "text/xml"
    russian = b'<?xml version="1.0" encoding="koi8-r"?><rss/>'
    assert raw.readied(russian) == russian


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_wide_document_becomes_utf_8_even_without_a_foreign_letter(codec: str) -> None:
    assert raw.as_utf8("<rss>plain</rss>".encode(codec)) == b"<rss>plain</rss>"


@given(st.binary(max_size=300))
def test_any_bytes_can_be_readied(body: bytes) -> None:
    raw.kind_of(body)
    raw.is_crowded(body)
    raw.true_type(raw.readied(raw.as_utf8(body)), "")
