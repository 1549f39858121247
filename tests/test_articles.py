"""An entry as the article that is shown, and what its publisher is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Entry
from bot.stories.articles import article_of
from bot.stories.publishers import publisher_name


@pytest.mark.parametrize(
    ("title", "host", "name"),
    [
        ("NYT > World News", "www.nytimes.com", "NYT"),
        ("Technology | The Guardian", "www.theguardian.com", "The Guardian"),
        ("The Verge - All Posts", "www.theverge.com", "The Verge"),
        ("BBC News - Technology", "www.bbc.co.uk", "BBC News"),
        ("BBC News", "www.bbc.com", "BBC News"),
        ("Latest from TechRadar", "www.techradar.com", "TechRadar"),
        ("RSS feed of The Harbour Post", "harbourpost.example", "The Harbour Post"),
        ("Harbour Post RSS Feed", "harbourpost.example", "Harbour Post"),
        ("Al Jazeera – Breaking News and Video from Al Jazeera", "www.aljazeera.com", "Al Jazeera"),
        ("World - CBSNews.com", "www.cbsnews.com", "CBSNews.com"),
        ("Tech – TIME", "time.com", "TIME"),
        ("NPR Topics: World", "www.npr.org", "NPR"),
        ("EL PAÍS in English", "english.elpais.com", "EL PAÍS in English"),
        ("Deutsche Welle", "www.dw.com", "Deutsche Welle"),
        ("Flux RSS du magazine des ports Le Cercle", "le-cercle.example", "Le Cercle"),
        ("Quay is a magazine with news of every harbour there is", "quay.example", "Quay"),
        ("Rock - Paper - Harbour", "rockpaperharbour.example", "Rock - Paper - Harbour"),
    ],
)
def test_the_part_of_a_feeds_title_that_fits_its_host_is_the_publishers_name(
    title: str, host: str, name: str
) -> None:
    assert publisher_name(title, host) == name


@pytest.mark.parametrize(
    ("title", "host", "name"),
    [
        ("Asia", "www.economist.com", "economist.com"),
        ("Top Stories", "Harbour.Example", "harbour.example"),
        ("Asia", "www.asiatimes.com", "asiatimes.com"),
        ("", "harbour.example", "harbour.example"),
        ("Asia", "", ""),
        ("—", "", ""),
    ],
)
def test_a_section_alone_names_nobody_and_its_host_does(title: str, host: str, name: str) -> None:
    assert publisher_name(title, host) == name


@pytest.mark.parametrize(
    ("title", "host", "name"),
    [
        ("Test Wire", "wire.example", "Test Wire"),
        ("Rest of World -", "", "Rest of World"),
        ("Tuesdays: Harbour Talk", "www.youtube.com", "Tuesdays: Harbour Talk"),
        ("Harbour Talk - All Posts", "www.youtube.com", "Harbour Talk"),
        ("Dicas: what is worth knowing of ships and of their lines", "", "Dicas"),
    ],
)
def test_a_name_that_its_host_says_nothing_of_stays_without_sections(
    title: str, host: str, name: str
) -> None:
    assert publisher_name(title, host) == name


@pytest.mark.parametrize(
    ("title", "host", "name"),
    [
        ("Google Alert - ferries", "www.gazette.example", "gazette.example"),
        ("Hacker News: Front Page", "gazette.example", "gazette.example"),
        ("Hacker News", "news.ycombinator.com", "Hacker News"),
    ],
)
def test_who_only_gathers_is_not_named_for_what_others_publish(
    title: str, host: str, name: str
) -> None:
    assert publisher_name(title, host) == name


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_title_and_any_host_give_a_name(title: str, host: str) -> None:
    name = publisher_name(title, host)
    assert name == name.strip()
    assert len(name) <= max(len(title), len(host.casefold()))


def test_an_entry_that_leads_nowhere_is_named_by_its_feeds_host() -> None:
    entry = Entry("Night ferry sails", None)
    article = article_of(entry, feed_title="Asia", language="en", now=1, host="gazette.example")
    assert (article.publisher, article.credit) == ("gazette.example", "gazette.example")


def test_an_original_that_is_named_stays_the_publisher() -> None:
    entry = Entry(
        "T", "https://a.example/1", publisher="The Quay", original_link="https://q.example/1"
    )
    article = article_of(entry, feed_title="Asia", language="en", now=1)
    assert (article.publisher, article.credit) == ("The Quay", "a.example")
