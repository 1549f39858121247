"""What a page says of itself: name, date, language; whatever is hostile in it stays out."""

from __future__ import annotations

import pytest

from tests.pages import PARAGRAPHS, TITLE, read, story

ARTICLE = '<script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"], %s}]}</script>'


def test_a_page_tells_its_title_teaser_publisher_date_language_and_picture() -> None:
    head = (
        f'<meta property="og:title" content="{TITLE} | The Harbour Gazette">'
        '<meta property="og:description" content="With 212 &amp;amp; a seasick orchestra on'
        ' board.">'
        '<meta property="article:published_time" content="2026-11-21T06:00:00+01:00">'
        '<meta property="og:image" content="/ferry.jpg">'
    )
    page = read(story(head=head))
    assert page.title == TITLE
    assert page.teaser == "With 212 & a seasick orchestra on board."
    assert page.publisher == "The Harbour Gazette"
    assert page.published == 1_795_237_200_000
    assert page.language == "en"
    assert page.picture == "https://harbour.example/ferry.jpg"


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (ARTICLE % '"datePublished": "2026-11-21T05:00:00Z"', 1_795_237_200_000),
        ('<meta itemprop="datePublished" content="2026-11-21T05:00:00Z">', 1_795_237_200_000),
        ('<meta property="article:published_time" content="tomorrow">', None),
        ('<meta property="article:published_time" content="9999-01-01">', None),
        (ARTICLE % '"datePublished": {"a": [1]}', None),
    ],
)
def test_a_date_counts_if_it_can_be_read(head: str, wanted: int | None) -> None:
    assert read(story(head=head)).published == wanted


def test_a_publisher_is_named_by_its_data_or_else_by_its_host() -> None:
    named = ARTICLE % '"publisher": {"@type": "Organization", "name": "The Evening Post"}'
    plain = story(head=named).replace(b'property="og:site_name"', b'property="none"')
    assert read(plain).publisher == "The Evening Post"
    nobody = story().replace(b'property="og:site_name"', b'property="none"')
    assert read(nobody).publisher == "harbour.example"
    address = story().replace(b"The Harbour Gazette", b"https://harbour.example/")
    assert read(address).publisher == "harbour.example"


@pytest.mark.parametrize("lang", ["x" * 50, "<b>", "", "e\u202en"])
def test_what_is_no_language_is_none(lang: str) -> None:
    body = story().replace(b'lang="en"', f'lang="{lang}"'.encode())
    assert read(body).language == ""


@pytest.mark.parametrize(
    "source",
    ["[" * 5_000, "{", "null", "1", '"x"', '{"@type": 1, "publisher": [], "headline": {}}', "NaN",
     '{"@graph": {"@graph": {"@type": "NewsArticle", "headline": null, "publisher": [1]}}}'],
)  # fmt: skip
def test_broken_data_does_no_harm(source: str) -> None:
    head = f'<script type="application/ld+json">{source}</script>'
    page = read(story(head=head))
    assert page.trouble is None
    assert page.title.startswith(TITLE)


@pytest.mark.parametrize("cut", [40, 75, 118])
def test_a_teaser_that_was_cut_off_is_told_to_its_sentences_end(cut: int) -> None:
    first = PARAGRAPHS[0]
    head = f'<meta property="og:description" content="{first[:cut].rstrip()}">'
    assert read(story(head=head)).teaser == first
    whole = '<meta property="og:description" content="Cars and an orchestra on board">'
    assert read(story(head=whole)).teaser == "Cars and an orchestra on board"
