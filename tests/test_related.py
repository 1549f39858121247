"""Which earlier stories are a story's background: of one affair, never of one format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import DAY, HOUR, Article, Block, BlockKind, Frequencies, Millis
from bot.stories.formats import is_recurring
from bot.stories.related import (
    APART,
    MOST,
    carried_on,
    rare_words,
    related,
    still_unknown,
    telling,
)
from bot.stories.words import stem, words_of

NOW: Millis = 1_760_000_000_000
COMMON = "the of and to in a for on that with as was at by it from has have be this police man city"
OTHERS = [
    f"{first}{last}" for first in "bcdfglmnprstvz" for last in ("arol", "indo", "upek", "oras")
]


def article(
    title: str, teaser: str = "", *, days: float = 0, publisher: str = "Gazette", text: str = ""
) -> Article:
    """Write an article of so many days ago."""
    link = f"https://gazette.example/{abs(hash((title, teaser, days)))}"
    blocks = (Block(BlockKind.PARAGRAPH, text),) if text else ()
    at = NOW - round(days * DAY)
    return Article(title, link, teaser, publisher, at, blocks=blocks, language="en")


def archive(size: int = 600) -> list[Article]:
    """Write articles of everyday words, and of some that are in one article out of ten."""
    chance = Random(1)
    return [
        article(
            " ".join(chance.sample(COMMON.split(), 4)),
            " ".join(chance.sample(COMMON.split(), 18) + chance.sample(OTHERS, 5)),
            days=1 + number / 10,
        )
        for number in range(size)
    ]


ARCHIVE = archive()


def frequencies(*articles: Article, among: Sequence[Article] = ARCHIVE) -> Frequencies:
    every = [*among, *articles]
    counts = Counter(stem(word) for a in every for word in {stem(w) for w in words_of(a).written})
    return Frequencies(
        len(every), {word: counts[stem(word)] for a in every for word in words_of(a).written}
    )


def found(
    story: Article, *candidates: Article, among: Sequence[Article] = ARCHIVE
) -> tuple[Article, ...]:
    return related(story, candidates, frequencies(story, *candidates, among=among))


STORY = article(
    "Court clears Orla Venn of the Harwick bridge collapse",
    "The engineer Orla Venn bears no guilt for the collapse of the bridge at Harwick, in which"
    " nine people died, the court in Dunmore has ruled.",
)
EARLIER = article(
    "Trial over the Harwick bridge collapse opens",
    "In Dunmore the trial of the engineer Orla Venn has begun. Nine people died when the bridge at"
    " Harwick fell.",
    days=40,
    publisher="Herald",
)


# ── of one affair ────────────────────────────────────────────────────────────────────────


def test_an_earlier_story_of_the_same_affair_is_background() -> None:
    assert found(STORY, EARLIER) == (EARLIER,)


def test_a_stabbing_on_a_train_is_no_background_to_a_dictators_house() -> None:
    house = article(
        "Police to move into the house where Hitler was born",
        "Austria has decided what becomes of the house in Braunau: a police station, so that the"
        " place attracts no admirers of the man who was born there in 1889.",
    )
    stabbing = article(
        "Man stabbed on a train in San Francisco",
        "Police are looking for a man who attacked a passenger on a train on Tuesday. The victim"
        " died at the place of the attack.",
        days=1,
    )
    assert found(house, stabbing) == ()


def test_a_name_shared_alone_is_not_enough() -> None:
    garden = article(
        "Orla Venn opens her rose garden to visitors",
        "Once a year Orla Venn shows four hundred kinds of roses behind her farm.",
        days=9,
    )
    assert found(STORY, garden) == ()


def test_a_president_and_his_country_are_not_enough() -> None:
    invitation = article(
        "Corvale turns down a seat on the peace council",
        "President Ilan Tarsk said that Corvale would not join: a council which one member alone"
        " may summon, and where seats are for sale, keeps nobody's peace.",
    )
    drilling = article(
        "Is drilling for gas worth the risk to Corvale's water?",
        "While engineers plan wells in the north, President Ilan Tarsk has avoided the question for"
        " months; farmers and scientists have not.",
        days=9,
    )
    assert found(invitation, drilling) == ()


def test_rare_words_without_a_name_are_not_enough() -> None:
    one = article("a gleaming zeppelin drifts above orchards", "villagers waved at the zeppelin.")
    other = article("how to prune orchards", "a gleaming zeppelin is of no help.", days=9)
    assert found(one, other) == ()


def test_a_headline_in_title_case_makes_no_word_a_name() -> None:
    one = article("Gleaming Zeppelin Drifts Above Quiet Orchards")
    other = article("Why Quiet Orchards Love Gleaming Zeppelin Rides", days=9)
    assert found(one, other) == ()


# ── earlier, and once ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("days", [-1, 0, (APART - HOUR) / DAY])
def test_what_is_later_or_told_at_the_same_time_is_no_background(days: float) -> None:
    assert found(STORY, replace(EARLIER, published=NOW - round(days * DAY))) == ()


def test_the_same_piece_with_a_headline_touched_up_is_no_background() -> None:
    again = replace(STORY, title=STORY.title + "s", published=NOW - 2 * DAY, link=None)
    assert found(STORY, again) == ()


def test_the_same_page_is_no_background() -> None:
    assert found(STORY, replace(EARLIER, link=STORY.link)) == ()


def test_another_language_is_no_background() -> None:
    assert found(STORY, replace(EARLIER, language="de-AT")) == ()
    assert found(STORY, replace(EARLIER, language="en_GB")) != ()
    assert found(STORY, replace(EARLIER, language="")) != ()


def test_two_that_say_the_same_are_shown_once() -> None:
    twin = replace(EARLIER, publisher="Courier", link=None, published=EARLIER.published - DAY)
    assert found(STORY, EARLIER, twin) == (EARLIER,)


def test_no_more_than_three_are_shown_each_of_another_day() -> None:
    told = (
        ("Rescuers leave the Harwick bridge", "With lamps they searched the collapse for Dunmore."),
        ("Mourners gather at the Harwick bridge", "Under umbrellas Dunmore sang of the collapse."),
        ("Orla Venn arrested over Harwick bridge", "Ministers in Dunmore argue about steel."),
        ("Who is Orla Venn of the Harwick bridge?", "Her lighthouse in Dunmore saw no collapse."),
        ("Divers return to the Harwick bridge", "Mud hides what began the collapse, Dunmore says."),
    )
    days = (20, 25, 25, 30, 35)
    many = [article(*text, days=ago) for text, ago in zip(told, days, strict=True)]
    alone = [a for a in many if related(STORY, [a], frequencies(STORY, *many))]
    assert len(alone) > MOST
    chosen = found(STORY, *many)
    assert len(chosen) == MOST
    assert len({a.published // DAY for a in chosen}) == MOST


# ── formats ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "title",
    [
        "Morning briefing: the bridge, the ferry and the budget",
        "Wordle today: hints for puzzle 1,204",
        "Stock Watch: who rises in April",
        "The best headphone deals of the weekend",
        "Harwick bridge: live updates",
        "LIVE: court reads the ruling",
        "What you need to know about the bridge",
        "Episode 163: losers and winners",
        "The week in pictures",
        "Corvale X2 review: a phone for bridges",
        "The Sunday quiz",
    ],
)
def test_a_recurring_format_has_no_relatives_and_is_none(title: str) -> None:
    assert is_recurring(title)
    assert found(replace(STORY, title=title), EARLIER) == ()
    assert found(STORY, replace(EARLIER, title=title)) == ()
    assert telling(replace(STORY, title=title), frequencies(STORY)) == ()


@pytest.mark.parametrize(
    "title",
    [
        "Court orders judicial review of the bridge ruling",
        "Corvale and Dunmore strike a deal on water",
        "Delivery firms lose the case",
        "Residents live in fear of the bridge",
        "Newsletters are no crime, court says",
        STORY.title,
        EARLIER.title,
    ],
)
def test_news_is_no_format(title: str) -> None:
    assert not is_recurring(title)


def test_one_column_is_not_related_to_itself_for_its_label_and_closing_words() -> None:
    closing = "Ask Aunt Maud appears on Fridays; send Maud Pell your worries at the Gazette office."
    one = article("Ask Aunt Maud Pell: my neighbour's tuba", f"He plays at night. {closing}")
    other = article("Ask Aunt Maud Pell: a gift of cheese", f"It was ripe. {closing}", days=7)
    assert found(one, other) == ()


def test_a_publishers_own_name_relates_nothing() -> None:
    one = article("Tuba found", "Zeppelin Herald understands who lost it.", publisher="Herald")
    other = article("Cheese lost", "Zeppelin Herald understands who ate it.", days=7)
    assert found(one, replace(other, publisher="Zeppelin Herald")) == ()


# ── the archive as it is ─────────────────────────────────────────────────────────────────


def test_a_small_archive_cannot_tell_what_is_rare() -> None:
    small = ARCHIVE[:20]
    assert found(STORY, EARLIER, among=small) == ()
    assert telling(STORY, frequencies(STORY, among=small)) == ()


def test_a_few_articles_of_another_language_are_a_small_archive() -> None:
    german = article(
        "Gericht spricht Orla Venn frei",
        "Die Ingenieurin ist nach dem Einsturz der Brücke von Harwick ohne Schuld, sagt das Gericht"
        " und weist die Klage ab.",
    )
    before = article(
        "Prozess um die Brücke von Harwick",
        "Die Ingenieurin Orla Venn steht nach dem Einsturz der Brücke vor Gericht und schweigt.",
        days=30,
    )
    assert found(replace(german, language="de"), replace(before, language="de")) == ()


def test_the_words_to_look_for_are_the_rare_ones() -> None:
    words = telling(STORY, frequencies(STORY, EARLIER))
    assert {"harwick", "venn", "collapse"} <= set(words)
    assert not {"the", "court's", "of", "in"} & set(words)


def test_frequencies_are_asked_for_candidates_alone_that_share_enough() -> None:
    own = frequencies(STORY)
    own = Frequencies(own.total, {w: own.of[w] for w in words_of(STORY).written})
    stranger = article("Zeppelin lands among orchards", "Nobody at Harwick waved.", days=9)
    assert still_unknown(STORY, [stranger], own) == frozenset()
    assert still_unknown(STORY, [stranger, EARLIER], own) >= {"trial", "opens", "fell"}


# ── words ────────────────────────────────────────────────────────────────────────────────


def test_names_are_capitals_within_a_sentence_and_numbers_that_are_no_years() -> None:
    words = words_of(
        article(
            "Minister visits Dunmore's new A380 hangar",
            "Two planes came on Monday in May 2019. Critics of Orbán’s plan count 737 others.",
        )
    )
    assert words.names == {"dunmor", "a380", "orban", "737"}


def test_addresses_are_no_words() -> None:
    assert words_of(
        article("Look", "at https://shop.example/Zeppelin or www.zip.example")
    ).text == (
        stem("at"),
        stem("or"),
    )


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 2_000))
def test_no_text_is_an_error(title: str, teaser: str, total: int) -> None:
    one, other = article(title, teaser), article(teaser, title, days=2)
    counts = dict.fromkeys(words_of(one).written | words_of(other).written, total // 2)
    known = Frequencies(total, counts)
    assert isinstance(telling(one, known), tuple)
    assert set(related(one, [other], known)) <= {other}


# ── what carries a followed story on ─────────────────────────────────────────────────────


def goes_on(story: Article, *candidates: Article) -> tuple[Article, ...]:
    return carried_on(story, candidates, frequencies(story, *candidates))


def test_a_later_story_carries_on_what_came_before_and_never_what_comes_after() -> None:
    assert goes_on(STORY, EARLIER) == (EARLIER,)
    assert goes_on(EARLIER, STORY) == ()


def test_a_turn_within_hours_carries_on_and_the_same_event_told_again_does_not() -> None:
    turn = article(
        "Harwick waits for its ruling",
        "Relatives of the nine who died at Harwick slept before the gates of the Dunmore court to"
        " see Orla Venn arrive in the morning.",
        days=0.1,
        publisher="Herald",
    )
    assert goes_on(STORY, turn) == (turn,)
    again = article(
        "Orla Venn is cleared of the Harwick bridge collapse",
        "The engineer Orla Venn bears no guilt for the collapse of the bridge at Harwick, in which"
        " nine people died, the court in Dunmore ruled on Friday.",
        days=0.1,
        publisher="Herald",
    )
    assert goes_on(STORY, again) == ()


def test_what_carries_a_story_on_shares_two_of_its_rare_words() -> None:
    rare = rare_words(EARLIER, frequencies(EARLIER))
    assert len(rare & words_of(STORY).forms.keys()) >= 2
    assert "the" not in rare
    # A small archive does not know yet what is rare: it may tell later.
    assert rare_words(EARLIER, frequencies(EARLIER, among=[])) >= rare
