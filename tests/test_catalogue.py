"""The catalogue of topics: the shipped one, and what is said of one that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot
from bot.catalogue import CatalogueError, read_catalogue

SHIPPED = Path(bot.__file__).parent / "topics.toml"
GOOD = """\
# [world] comes first, title = "not here"
[world]
title = "World"
emoji = "🌍"
description = "All of it"
feeds = [
    "https://one.example/feed",
    "http://two.example/rss?title=1",
]

["us-politics"]
title = "US Politics"
feeds = ["https://three.example/"]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(text, "my.toml")
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def test_the_shipped_catalogue_reads() -> None:
    topics = read_catalogue(SHIPPED.read_text(encoding="utf-8"), "topics.toml")
    assert len(topics) == 14
    assert all(topic.feeds and topic.emoji and topic.description for topic in topics.values())
    assert all(name == topic.name for name, topic in topics.items())


def test_a_good_catalogue_gives_its_topics_in_the_order_of_the_file() -> None:
    topics = read_catalogue(GOOD, "my.toml")
    assert list(topics) == ["world", "us-politics"]
    assert topics["world"].label == "🌍 World"
    assert topics["world"].feeds == ("https://one.example/feed", "http://two.example/rss?title=1")
    assert topics["us-politics"].label == "US Politics"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("emoji = ", "emojy = ", 4, "unknown key 'emojy'"),
        ("emoji = ", '"emojy" = ', 4, "unknown key 'emojy'"),
        ('"https://one.example/feed"', '"ftp://one.example/feed"', 7, "ftp://one.example/feed"),
        ('"https://one.example/feed"', '"https://one .example/"', 7, "no http(s) URL"),
        ('"https://one.example/feed"', '"https://[one/"', 7, "no http(s) URL"),
        ('"https://one.example/feed"', '"https://one.example:port/"', 7, "no http(s) URL"),
        ('"https://one.example/feed"', '"https:///feed"', 7, "no http(s) URL"),
        ('"https://one.example/feed"', "70007", 7, "no http(s) URL"),
        ('"http://two.example/rss?title=1"', '"https://one.example/feed"', 8, "stands twice"),
        ('["https://three.example/"]', "[]", 13, "has no feeds: add at least one URL"),
        ('["https://three.example/"]', '"https://three.example/"', 13, "list of URLs"),
        ('title = "World"\n', "", 2, "[world] has no title: add it"),
        ('title = "World"', "title = 5", 3, "must be text in quotes"),
        ('title = "US Politics"', 'title = ["US"]', 12, "must be text in quotes"),
        ('description = "All of it"', f'description = "{"x" * 201}"', 5, "longer than 200"),
        ('["us-politics"]', "[US]", 11, "names are a-z"),
        ('["us-politics"]', f"[{'u' * 33}]", 11, "names are a-z"),
        ('["us-politics"]', "[[us-politics]]", 11, "outside of a topic"),
        ("\n[world]", "\ncolour = 5\n[world]", 2, "'colour' stands outside of a topic"),
        ('["us-politics"]', "[world.more]", 11, "unknown key 'more'"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new))
    fitting = [problem for problem in found if said in problem]
    assert fitting, found
    assert fitting[0].startswith(f"my.toml:{line}: ")


def test_the_line_of_a_feed_is_not_that_of_a_longer_address_above_it() -> None:
    feeds = '"https://a.example/ftp://b.example/f",\n"ftp://b.example/f",\n'
    (problem,) = problems(f'[t]\ntitle = "T"\nfeeds = [\n{feeds}]\n')
    assert problem.startswith("my.toml:5: ")


def test_a_line_separator_inside_a_text_does_not_shift_the_lines_below() -> None:
    text = '[t]\ntitle = "A\u2028B\x85C"\nfeeds = ["https://a.example/"]\ncolour = "red"\n'
    (problem,) = problems(text)
    assert problem.startswith("my.toml:4: ")


def test_the_key_of_another_topic_above_is_not_taken_for_the_mistake() -> None:
    text = GOOD + 'colour = "red"\n[ai]\ncolour = "blue"\ntitle = "AI"\nfeeds = ["https://f.io"]\n'
    first, second = problems(text)
    assert first.startswith("my.toml:14: [us-politics] has an unknown key 'colour'")
    assert second.startswith("my.toml:16: [ai] has an unknown key 'colour'")


def test_several_mistakes_are_told_at_once() -> None:
    text = '[a]\nfeeds = ["nonsense"]\ncolour = "red"\n\n[b]\ntitle = "B"\n'
    found = problems(text)
    assert sorted(problem.split(": ")[0] for problem in found) == [
        "my.toml:1", "my.toml:2", "my.toml:3", "my.toml:5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [('[a]\ntitle = "A\n', 2), ("[a]\ntitle\n", 2), ("[a]\n[a]\n", 2), ("[a]\nfeeds = [\n", 3)],
)
def test_bad_toml_is_told_with_its_line(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"my.toml:{line}: ")


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_a_catalogue_without_topics_is_told(text: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith("my.toml:1: ")
    assert "write at least one [name] with feeds" in problem


def test_one_feed_may_belong_to_two_topics() -> None:
    text = GOOD.replace("https://three.example/", "https://one.example/feed")
    assert len(read_catalogue(text, "my.toml")) == 2
