"""The catalogue as OPML and as TOML, and both read back."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.catalogue import read_catalogue, write_catalogue
from bot.models import Topic
from bot.opml import read_opml, write_opml
from tests.test_catalogue import GOOD

SHIPPED = (Path(bot.__file__).parent / "topics.toml").read_text(encoding="utf-8")
HOSTILE = Topic(
    "town",
    """<b>"Town" & 'Sea'</b> ]]> &amp;""",
    "🌊",
    "A < B\\n <!-- so -->",
    ("https://a.example/?a=1&b=%22<c>'\"\\d", "http://a.example/x"),
)

_NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_URLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=30).map(
    lambda rest: f"https://a.example/{rest}"
)
# What OPML keeps: no controls, no marks that turn the text around them, no double spaces.
_WORDS = st.lists(
    st.text(
        st.characters(
            exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"],
            exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff",
        ),
        min_size=1,
        max_size=8,
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


def topics(title: st.SearchStrategy[str], text: st.SearchStrategy[str]) -> st.SearchStrategy[Topic]:
    urls = st.lists(_URLS, min_size=1, max_size=4, unique=True).map(tuple)
    return st.builds(
        Topic, name=_NAMES, title=title, emoji=st.sampled_from(["", "🌊", "🏳️‍🌈", "A&B"]),
        description=text, feeds=urls,
    )  # fmt: skip


def unlike(some: st.SearchStrategy[Topic]) -> st.SearchStrategy[list[Topic]]:
    return st.lists(some, min_size=1, max_size=4, unique_by=lambda topic: topic.name)


def catalogue(text: str) -> list[Topic]:
    return list(read_catalogue(text, "x.toml").values())


@pytest.mark.parametrize("text", [SHIPPED, GOOD])
def test_what_was_exported_is_imported_as_it_was(text: str) -> None:
    found = read_opml(write_opml(catalogue(text)).encode())
    assert list(found.topics) == catalogue(text)
    assert found.left_out == ()
    assert not found.repaired


@given(unlike(topics(_WORDS, st.just("") | _WORDS)))
def test_any_catalogue_survives_the_way_out_and_back(written: list[Topic]) -> None:
    known = [replace(t, feeds=tuple(u for u in t.feeds if "\ufffe" not in u and "\uffff" not in u))
             for t in written]  # fmt: skip
    known = [topic for topic in known if topic.feeds]
    if known:
        assert list(read_opml(write_opml(known).encode()).topics) == known


def test_topics_of_one_title_stay_apart() -> None:
    both = [Topic(name, "News", "", "", ("https://a.example/",)) for name in ("a", "b")]
    assert list(read_opml(write_opml(both).encode()).topics) == both


def test_what_is_exported_is_well_formed_and_what_opml_asks_for() -> None:
    root = ET.fromstring(write_opml([HOSTILE]))  # noqa: S314  # our own words
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [child.tag for child in root] == ["head", "body"]
    (folder,) = root.iterfind("body/outline")
    assert folder.get("text") == HOSTILE.label
    assert folder.get("title") == HOSTILE.title
    assert folder.get("description") == HOSTILE.description
    first, second = folder
    assert (first.get("type"), first.get("xmlUrl")) == ("rss", HOSTILE.feeds[0])
    assert second.attrib == {
        "text": "a.example/x", "title": "a.example/x", "type": "rss", "xmlUrl": HOSTILE.feeds[1],
    }  # fmt: skip


def test_a_reader_that_keeps_only_what_it_knows_loses_no_emoji() -> None:
    plain = write_opml([HOSTILE]).replace("wherefore:", "x:").replace('title="', 'y="')
    (topic,) = read_opml(plain.encode()).topics
    assert topic.emoji == "🌊"
    assert topic.feeds == HOSTILE.feeds


def test_what_no_xml_can_hold_is_replaced() -> None:
    odd = replace(HOSTILE, title="a\x00b\x1f\ud800")
    assert "a\ufffdb\ufffd\ufffd" in write_opml([odd])


# ── TOML ─────────────────────────────────────────────────────────────────────────────────


@given(unlike(topics(_ANY.filter(bool), _ANY)))
def test_a_catalogue_that_was_written_is_read_back_exactly(written: list[Topic]) -> None:
    text = write_catalogue(written)
    assert catalogue(text) == written
    assert set(tomllib.loads(text)) == {topic.name for topic in written}


@given(st.text())
def test_no_text_breaks_out_of_its_quotes(title: str) -> None:
    text = write_catalogue([replace(HOSTILE, title=title or "x", name=title or "x")])
    tables = tomllib.loads(text.encode("utf-8", "strict").decode("utf-8"))
    assert len(tables) == 1
    assert len(text.splitlines()) == text.count("\n"), "no text brings a line of its own"


def test_the_shipped_catalogue_is_written_as_a_person_would() -> None:
    text = write_catalogue(catalogue(SHIPPED))
    assert text.startswith('[world]\ntitle = "World"\nemoji = "🌍"\ndescription = "What')
    assert '\nfeeds = [\n    "https://feeds.bbci.co.uk/news/world/rss.xml",\n' in text
    assert "\n]\n\n[us-politics]\n" in text
