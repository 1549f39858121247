"""Which text a story is explained from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.explain.material import (
    LONG_ENOUGH,
    article_of_page,
    has_enough,
    material_of,
    of_others,
    with_page,
)
from bot.models import Article, Block, BlockKind, Page, PageTrouble

ARTICLE = Article("T", "https://a.example/1", "Teaser.", "The Gazette", 0, credit="The Hub")


def told(length: int, kind: BlockKind = BlockKind.PARAGRAPH) -> tuple[Block, ...]:
    return (Block(kind, "x" * length),)


PAGE = Page("https://a.example/1", language="en", blocks=told(2_000))


def test_a_page_is_needed_only_where_the_feed_carries_too_little() -> None:
    assert not has_enough(ARTICLE)
    assert not has_enough(replace(ARTICLE, blocks=told(LONG_ENOUGH)))
    assert has_enough(replace(ARTICLE, blocks=told(LONG_ENOUGH + 1)))
    assert not has_enough(replace(ARTICLE, blocks=told(5_000, BlockKind.HEADING)))


def test_what_the_publisher_explains_itself_needs_no_page_however_short() -> None:
    blocks = (Block(BlockKind.HEADING, "Why it matters"), Block(BlockKind.PARAGRAPH, "It does."))
    explained = replace(ARTICLE, blocks=blocks)
    assert has_enough(explained)
    assert with_page(explained, PAGE) == explained


def test_the_fuller_text_is_taken_and_is_its_publishers() -> None:
    read = with_page(ARTICLE, PAGE)
    assert (read.blocks, read.credit, read.language) == (PAGE.blocks, "The Gazette", "en")
    assert (read.title, read.teaser) == (ARTICLE.title, ARTICLE.teaser)
    short = replace(ARTICLE, blocks=told(100))
    assert with_page(short, replace(PAGE, blocks=told(99))) == short


@pytest.mark.parametrize("trouble", list(PageTrouble))
def test_a_page_with_a_trouble_is_not_used(trouble: PageTrouble) -> None:
    assert with_page(ARTICLE, replace(PAGE, trouble=trouble)) == ARTICLE
    assert with_page(ARTICLE, None) == ARTICLE


def test_a_page_that_is_dated_ahead_is_of_when_it_was_seen_and_an_undated_one_of_no_day() -> None:
    for published, wanted in ((None, 0), (60, 50), (40, 40)):
        page = replace(PAGE, published=published, title="T", publisher="A", picture="i")
        article = article_of_page(page, "https://a.example/1", 50)
        assert article.published == wanted
        shown = (article.credit, article.image, article.blocks)
        assert shown == ("A (a.example)", "i", PAGE.blocks)


def test_a_publisher_is_heard_once_about_a_story() -> None:
    one, two = (replace(ARTICLE, publisher=name) for name in ("Courier", "Mail"))
    again = replace(one, title="The same in another of its feeds")
    assert of_others(ARTICLE, [replace(ARTICLE, title="U"), one, again, two]) == (one, two)


@pytest.mark.parametrize(
    "line",
    [
        "VIENNA — ",
        "VIENNA (Reuters) - ",
        "NEW YORK, Nov. 20 (AP) — ",
        "WASHINGTON, D.C. – ",
        "ST. LOUIS, Mo. -- ",
        "SEOUL, South Korea — ",
    ],
)
def test_a_dateline_is_no_part_of_what_is_told(line: str) -> None:
    told = "The house will be a station. VIENNA — It is said."
    heading, first = Block(BlockKind.HEADING, "H"), Block(BlockKind.PARAGRAPH, line + told)
    second = Block(BlockKind.PARAGRAPH, line + told)
    dated = replace(ARTICLE, blocks=(heading, first, second))
    blocks = material_of(dated).article.blocks
    assert blocks == (heading, replace(first, text=told), second)


@pytest.mark.parametrize(
    "text",
    [
        "NASA — the agency for space — will try again.",
        "NATO is to meet in Vienna. SEOUL — It is said.",
        "The EU - Canada treaty holds.",
        "A — B.",
        "COVID-19 Cases rise.",
        "",
    ],
)
def test_what_is_no_dateline_stays(text: str) -> None:
    article = replace(ARTICLE, blocks=(Block(BlockKind.PARAGRAPH, text),))
    assert material_of(article).article == article


@pytest.mark.parametrize(
    ("name", "link", "shown"),
    [
        ("The Gazette", "https://www.gazette.example/1", "The Gazette (gazette.example)"),
        ("BBC News", "https://bbc.evil.example/1", "BBC News (bbc.evil.example)"),
        ("BBC News", "https://news.example/bbc", "BBC News (news.example)"),
        ("evil.example", "https://evil.example/1", "evil.example"),
        ("", "https://evil.example/1", ""),
    ],
)
def test_a_page_that_a_member_asks_about_lends_no_ones_name(
    name: str, link: str, shown: str
) -> None:
    page = Page(link, title="T", publisher=name)
    assert article_of_page(page, link, 50).publisher == shown


def test_a_page_of_something_else_is_not_the_articles() -> None:
    told = (Block(BlockKind.PARAGRAPH, "The ferry of Skarn sails again. " * 60),)
    rates = replace(ARTICLE, title="Central bank raises interest rates to five per cent")
    parked = replace(PAGE, title="Best ferries of the year", blocks=told)
    assert with_page(rates, parked) == rates
    about = (Block(BlockKind.PARAGRAPH, "The central bank raises rates to five per cent. " * 40),)
    read = with_page(rates, replace(PAGE, title="Bank news", publisher="Mail", blocks=about))
    assert (read.blocks, read.publisher, read.link) == (about, "Mail", PAGE.url)
