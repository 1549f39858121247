"""The one teaser of an entry, and what only repeats it."""

from __future__ import annotations

import pytest

from bot.feeds.teaser import MAX_TEASER, teaser, without_repeats
from bot.feeds.text import blocks, read

LONG = "The ferry company starts a night route between the two islands on Friday, after years."


def chosen(*sources: str, title: str = "Night ferry") -> str:
    return teaser([read(s) for s in sources], title=title)


def test_a_summary_of_fair_length_wins() -> None:
    assert chosen(LONG, f"<p>Something else, {LONG}</p>") == LONG


def test_a_summary_that_is_a_label_or_the_article_gives_way_to_the_first_paragraphs() -> None:
    assert chosen("News", f"<h2>Head</h2><p>{LONG}</p><p>More.</p>") == LONG
    article = f"<p>{LONG}</p>" + "<p>And on it goes, as long articles do. </p>" * 60
    assert chosen(article, "") == LONG
    assert chosen("News", "") == "News"
    assert chosen("", "") == ""


@pytest.mark.parametrize(
    "tail",
    [
        " The post Night ferry appeared first on Harbour Post.",
        " Continue reading →",
        " Read more...",
        " [Read more]",
        " submitted by /u/someone [link] [comments]",
        " [link] [12 comments]",
        " Weiterlesen »",
    ],
)
def test_boilerplate_at_the_end_is_cut(tail: str) -> None:
    assert chosen(LONG + tail) == LONG


def test_words_of_boilerplate_inside_a_sentence_stay() -> None:
    text = "People read more in winter than in summer, says a survey of two thousand library cards."
    assert chosen(text) == text


def test_a_teaser_that_is_the_title_or_a_list_of_links_is_none() -> None:
    assert chosen("Night ferry") == ""
    assert chosen("Night ferry&nbsp;&nbsp;<font>Harbour Post</font>") == ""
    assert (
        chosen("<ol><li><a href='/1'>Night ferry sails</a> X</li><li><a href='/2'>Y Z</a></ol>")
        == ""
    )
    assert chosen("<p>Article URL: <a href='x'>x</a></p><p>Points: 7</p>") == ""


def test_a_word_that_was_cut_goes_with_the_small_words_before_it() -> None:
    cut = "There have not really been any projects made with the technology that felt like the so…"
    assert chosen(cut) == (
        "There have not really been any projects made with the technology that felt…"
    )


@pytest.mark.parametrize("end", [" […]", " ...", " [&hellip;]", " …"])
def test_a_whole_word_before_an_ellipsis_stays(end: str) -> None:
    text = "There have not really been any projects made with the technology that felt right"
    assert chosen(text + end) == f"{text}…"


def test_a_whole_sentence_needs_no_ellipsis() -> None:
    assert chosen(f"{LONG} …") == LONG


def test_of_two_cut_versions_the_longer_is_shown_once() -> None:
    shorter, longer = "The ferry company starts a night route between", LONG[:-6]
    assert chosen("", f"<p>{longer} af…</p><p>{shorter}</p>").count("The ferry company") == 1
    assert chosen(f"{shorter} the two islands o…", f"<p>{LONG}</p>") == LONG


def test_blocks_do_not_repeat_the_teaser() -> None:
    source = (
        f"<h2>Start</h2><p>{LONG}</p><p>The ferry company starts a night route between the two</p>"
        "<p>New facts here.</p><p><a href='/x'>Read Full Story at The Wire →</a></p>"
        "<p>The post X appeared first on Y.</p>"
    )
    assert [b.text for b in without_repeats(blocks(source), LONG)] == ["Start", "New facts here."]


def test_blocks_do_not_repeat_the_title() -> None:
    source = "<h1>Night ferry</h1><p>Night ferry</p><p>Night ferry sails.</p>"
    left = without_repeats(blocks(source), "", "Night ferry")
    assert [b.text for b in left] == ["Night ferry sails."]


def test_a_teaser_is_bounded() -> None:
    assert len(chosen("", "<p>" + "word " * 2_000)) <= MAX_TEASER


def test_a_teaser_does_not_reach_over_a_heading_and_takes_nothing_from_behind_it() -> None:
    source = f"<p>Short lead.</p><h2>Why it matters</h2><p>{LONG}</p>"
    shown = teaser([read(""), read(source)], title="Night ferry")
    assert shown == "Short lead."
    left = without_repeats(blocks(source), LONG)
    assert [block.text for block in left] == ["Short lead.", "Why it matters", LONG]
