"""What those who manage a server read of its own feeds: complete, safe, and within limits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    Article,
    Entry,
    ExplainedStory,
    Explainer,
    Feed,
    FeedLook,
    Health,
    HealthKind,
    KnownFeed,
    Move,
    Oddity,
    Story,
    Topic,
)
from bot.publish import feed_answers, feed_refusals, feed_states
from bot.stories.articles import article_of
from bot.stories.naming import MOST_CODE, MOST_TITLE, coded, emoji_of, titled
from tests.hostile_words import ACTING, HIDDEN
from tests.loopback.limits import message_complaints

NOW = 1_795_248_000_000
CHESS = Topic("10/chess", "Chess", "♟️", "", (), 10)
LOOK = FeedLook("https://x.example/feed?key=s3cret", "Chess Weekly", 8, newest=NOW)


def known(feed: Feed, kind: HealthKind = HealthKind.WELL) -> KnownFeed:
    return KnownFeed(CHESS, Health(feed, kind, ""), feed.url, 4.0)


@pytest.mark.parametrize(
    ("a_day", "said"),
    [
        (None, ""),
        (600, "many posts an hour"),
        (120, "about 5 posts an hour"),
        (4.2, "about 4 posts a day"),
        (1.0, "about 1 post a day"),
        (0.3, "about 2 posts a week"),
        (0.05, "about 2 posts a month"),
        (0.01, "less than one post a month"),
    ],
)
def test_a_pace_is_said_as_people_say_it(a_day: float | None, said: str) -> None:
    assert feed_states.pace(a_day) == said


def test_everything_odd_about_a_feed_is_said() -> None:
    look = replace(LOOK, pictured=3, thin=7, oddities=tuple(Oddity))
    said = "\n".join(feed_states.looked(look))
    for words in (
        "8 posts in it · the newest <t:1795248000:R>",
        "3 of 8 posts have a picture",
        "has moved for good",
        "nothing is in it yet",
        "None of its posts says when it was written",
        "its newest post is from <t:1795248000:D>",
        "7 of its 8 posts say little more than their headline",
    ):
        assert words in said
    assert "Every post has a picture" in "\n".join(feed_states.looked(replace(LOOK, pictured=8)))


def test_how_a_feed_is_says_since_when_and_what_comes_next() -> None:
    feed = Feed(1, "https://x.example/feed", "X", next_poll_at=NOW + 1_000, own=True)
    ill = replace(feed, failures=2, failing_since=NOW, error="It answers 503.")
    said = feed_states.in_full(known(ill, HealthKind.FAILING))
    assert said == (
        "⚠️ Failing since <t:1795248000:R>: It answers 503. · It has never answered. · I ask again "
        "<t:1795248001:R>."
    )
    gone = replace(ill, succeeded_at=NOW, move=Move("https://y.example/?key=s3cret", NOW))
    said = feed_states.in_full(known(gone, HealthKind.GONE))
    assert "Gone for good, as the site says" in said
    assert "It last answered <t:1795248000:R>." in said
    assert "to another address for good" in said
    assert "s3cret" not in said
    assert "when a channel gets the topic" in feed_states.in_full(known(feed, HealthKind.NEW))
    busy = replace(feed, subscribers=1)
    assert "within minutes" in feed_states.in_full(known(busy, HealthKind.NEW))
    quiet = replace(feed, succeeded_at=NOW, dates=(NOW,))
    assert "unusually quiet; about 4 posts a day; the newest <t:" in feed_states.in_short(
        known(quiet, HealthKind.QUIET)
    )
    assert (
        feed_states.in_short(known(quiet)) == "✅ about 4 posts a day; the newest <t:1795248000:R>"
    )


@pytest.mark.parametrize("words", [*ACTING, *HIDDEN.values()])
def test_nothing_in_a_feed_breaks_an_answer_and_no_key_is_shown(words: str) -> None:
    article = Article(words * 9, None, words * 90, words, NOW)
    told = ExplainedStory(Story(0, article), Explainer(), CHESS)
    url = "https://x.example/feed?key=s3cret"
    look = replace(LOOK, title=words * 9, posts=(told,) * 3, oddities=tuple(Oddity))
    feed = replace(Feed(1, url, words * 9), failures=1, failing_since=NOW, error=words * 50)
    feeds = [replace(known(feed, HealthKind.FAILING), topic=CHESS)] * 9
    others = [(url, words * 9, 3)] * 25
    topics = [replace(CHESS, name=f"10/chess-{n}") for n in range(25)]
    bodies = [
        feed_answers.choosing(1, others, 3),
        feed_answers.placing(1, look, topics, topics, topics[3], may_make=True),
        feed_answers.previewed(look, others),
        feed_answers.own_list(feeds, 0, 1, (25, 50)),
        feed_answers.health(feeds, 1, CHESS),
    ]
    texts = [
        feed_answers.added(words * 9, CHESS),
        feed_answers.removed(1, words * 9, CHESS, with_topic=True)[0],
        feed_answers.would_end(1, words * 9, CHESS, range(99), unseen=99)[0],
        feed_refusals.no_feed(words * 90),
        feed_refusals.no_own_feed(words),
        feed_refusals.bad_title(words),
    ]
    for body in (*bodies, *({"content": text} for text in texts)):
        assert not message_complaints(body)
        assert "s3cret" not in str(body)
        assert "@everyone" not in f"{body.get('embeds', [0])[0]}{body.get('content')}"


@given(st.text(max_size=200))
def test_a_title_acts_nowhere_and_fits(typed: str) -> None:
    title = titled(typed)
    assert len(title) <= MOST_TITLE
    assert not set(title) & set("\\*_~|`[]<>@\n")
    assert "//" not in title
    assert titled(title) == title
    code = coded(title, ())
    assert 0 < len(code) <= MOST_CODE
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert coded(title, {code}) != code


def test_topics_are_named_after_their_titles_and_never_alike() -> None:
    assert coded("Möbel & Kücheń 2026!", ()) == "mobel-kuchen-2026"
    assert coded("将棋", ()) == "topic"
    assert coded("Chess", {"chess", "chess-2"}) == "chess-3"
    assert coded("x" * 99, {"x" * 30}) == "x" * 28 + "-2"
    assert titled("  see\ndiscord.gg/abc  ") == "see discord gg/abc"
    assert titled("# AI/ML") == "AI/ML"


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("♟️", "♟️"),
        (" 👩\u200d🚀 ", "👩\u200d🚀"),
        ("🇩🇪", "🇩🇪"),
        ("", ""),
        ("x", None),
        ("<:a:1>", None),
        ("🙂" * 9, None),
        ("👍🏽", "👍🏽"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("1️⃣", "1️⃣"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("🙂" * 8, None),
        ("\u202e🙂", None),
        ("🙂\u202e", None),
        ("🙂\u200b", None),
        ("🙂\u200d", None),
        ("🙂" + "\u0336" * 7, None),
        ("🙂" + "\U000e0041" * 3, None),
        ("🙂\U000e0067\U000e0062\U000e007f", None),
        ("🏴\u200d☠️", "🏴\u200d☠️"),
        ("🏽", None),
        ("\ufdfd", None),
        ("\u0bf8", None),
        ("\u2800", None),
        ("*️⃣", None),
    ],
)
def test_an_emoji_is_one_or_none(typed: str, taken: str | None) -> None:
    assert emoji_of(typed) == taken


_JOINING = "\u200d\ufe0e\ufe0f\u20e3" + "".join(map(chr, range(0xE0020, 0xE0080)))


@given(
    st.text(
        st.characters(categories=["So"])
        | st.characters(categories=["Sk", "Mn", "Me", "Cf"])
        | st.sampled_from("🙂🏴♟🏽🇩\ufdfd" + _JOINING),
        max_size=9,
    )
)
def test_in_an_emoji_nothing_hides_stacks_or_turns_the_line_around(typed: str) -> None:
    taken = emoji_of(typed) or ""
    hidden = [c for c in taken if unicodedata.category(c) in {"Cf", "Mn", "Me"}]
    assert set(hidden) <= set(_JOINING)
    assert not {unicodedata.bidirectional(c) for c in taken} & {"R", "AL", "RLO", "RLE", "RLI"}
    assert "\ufdfd" not in taken
    bases = re.findall("[^\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\u20e3\U000e0020-\U000e007f]", taken)
    is_flag = len(taken) == 2 and all("🇦" <= c <= "🇿" for c in taken)
    assert is_flag or not taken or bases.count("\u200d") == len(bases) - 1, "they are one"


def test_an_article_has_its_feeds_icon_unless_somebody_else_has_published_it() -> None:
    icon = "https://x.example/icon.png"
    own = article_of(Entry("A", None), feed_title="X", language="", now=NOW, icon=icon)
    assert own.icon == icon
    other = Entry("A", None, publisher="Y")
    assert article_of(other, feed_title="X", language="", now=NOW, icon=icon).icon is None
