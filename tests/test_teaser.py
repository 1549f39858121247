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


BODY = "The company starts a night route between the two islands, after years of waiting."


@pytest.mark.parametrize("between", [": ", " – ", ". ", " | ", "! ", "… "])
def test_a_teaser_that_starts_with_the_title_loses_it(between: str) -> None:
    assert chosen(f"Night ferry sails{between}{BODY}", title="Night ferry sails") == BODY
    assert chosen(f"“Night ferry sails”{between}{BODY}", title="Night ferry sails") == BODY


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Night ferry sails", f"Night ferry sails again, says the harbour. {BODY}"),
        ("Night ferry sails", f"Night ferry sails: and so it does. {BODY}"),
        ("Ferries", f"Ferries: {BODY}"),
        ("Night ferry sails", "Night ferry sails: On Friday."),
        ("Acme buys Example", f"Acme buys Example Corporation for a large sum of money. {BODY}"),
    ],
)
def test_a_title_that_is_part_of_the_sentence_stays(title: str, text: str) -> None:
    assert chosen(text, title=title) in {text, ""}


def test_a_byline_and_a_credit_are_no_teaser() -> None:
    source = f"<p>By Ann Example</p><p>Photo: B. Person</p><p>Short but true.</p><p>{LONG}</p>"
    shown = chosen("", source)
    assert "Ann Example" not in shown
    assert "Photo" not in shown
    told = [b.text for b in without_repeats(blocks(source), "")]
    assert told == ["Short but true.", LONG]


def test_a_teaser_made_of_the_article_loses_the_byline_that_was_glued_to_it() -> None:
    assert (
        chosen(f"by Ann Example {LONG}", f"<p>by Ann Example</p><p>{LONG}</p><p>More.</p>") == LONG
    )


def test_a_teaser_whose_lines_were_glued_together_is_spelt_as_the_article_spells_it() -> None:
    source = f"<p>Ferries at last<br>by the harbour</p><p>{LONG}</p><p>{BODY}</p>"
    glued = f"Ferries at lastby the harbour{LONG}{BODY[:30]}…"
    assert chosen(glued, source).startswith(f"Ferries at last by the harbour {LONG} The company")


def test_a_teaser_made_of_the_article_does_not_run_into_its_first_heading() -> None:
    source = f"<p>{LONG}</p><h2>The long wait</h2><p>{BODY}</p>"
    assert chosen(f"{LONG} The long wait {BODY[:40]}…", source) == LONG


def test_a_label_at_the_end_announces_what_is_not_there() -> None:
    assert chosen(f"{LONG}\n\nOur links:") == LONG


def test_the_first_sentence_is_a_teaser_even_where_it_is_set_as_a_heading() -> None:
    source = f"<p>Night ferry Ann, 12 November</p><h3>{LONG}</h3><h2>Route</h2><p>It is long.</p>"
    assert chosen(source, source) == LONG


def test_links_in_the_rest_of_an_article_do_not_make_its_start_a_list_of_links() -> None:
    links = "".join(
        f"<p><a href='/{n}'>Another story of ours, number {n}</a></p>" for n in range(20)
    )
    assert chosen("", f"<p>{LONG}</p><h2>More</h2>{links}") == LONG


def test_blocks_hold_no_stub_of_a_text_that_breaks_off_at_once() -> None:
    left = without_repeats(blocks(f"<p>{LONG}</p><p>Search…</p><p>The […]</p>"), LONG)
    assert left == ()


def test_blocks_lose_the_boilerplate_behind_their_last_sentence() -> None:
    source = f"<p>First.</p><p>{BODY} The post Night ferry appeared first on Harbour Post.</p>"
    assert [b.text for b in without_repeats(blocks(source), "First.")] == [BODY]


def test_a_short_title_is_not_found_in_every_text_that_starts_with_it() -> None:
    text = "The Track is a film about athletes who train for the games after a war"
    assert chosen(f"<p>{text}</p>", title="The Track") == text


def test_an_article_that_starts_with_nothing_but_headings_has_the_first_for_a_teaser() -> None:
    standfirst = "All that is known of the route, the ships and the fares so far"
    source = f"<h1>Night ferry</h1><h2>{standfirst}</h2><h3>Ships</h3>"
    assert chosen("", source) == standfirst


def test_lists_of_addresses_below_a_video_are_no_teaser() -> None:
    lines = [
        "Our stuff:",
        "- https://harbour.example/x",
        "- tube.example/y",
        "Gear: https://g.example",
    ]
    assert chosen("\n\n".join([LONG, *lines])) == LONG


def test_who_was_quoted_is_no_teaser_alone() -> None:
    assert chosen("<p>somebody:</p>") == ""


def test_my_post_ended_with_half_a_word_that_the_feed_had_cut_without_a_sign() -> None:
    told = "The ferries sail again on Friday, says the company. " * 4
    assert chosen(f"{told}The cause of the damage was never found, and it remains"[:250]) == (
        told.strip()
    )
    endless = "and the ferries sail on " * 20
    assert chosen(endless[:250]).endswith("and the ferries sail…")
    whole = f"{told}Nobody knows what the cause of it was"
    assert chosen(whole) == whole, "a last sentence without its full stop is one"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f"{LONG} Two things stand out. Item 1:", f"{LONG} Two things stand out."),
        (f"{LONG[:-1]}, as these pictures show:", f"{LONG[:-1]}, as these pictures show…"),
    ],
)
def test_my_post_ended_with_a_colon_and_nothing_behind_it(told: str, shown: str) -> None:
    assert chosen(told) == shown
