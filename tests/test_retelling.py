"""Sentences that were kept in English, told again in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.filters import refusal
from bot.delivery.outcome import judge
from bot.feeds.discover import _trial
from bot.feeds.health import health
from bot.models import DAY, HOUR, Article, Feed, Filters, Forbidden, RetryLater
from bot.models.said import said, said_all, said_each, saidn
from bot.publish.access import words
from bot.words import retold, speaking
from bot.words.retelling import LONGEST, faults_of
from tests.pseudo import LANGUAGE, bare, found_texts, spoken_from, write


@pytest.fixture(scope="module", autouse=True)
def _language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("locales")
    write(folder, LANGUAGE, found_texts())
    with spoken_from(folder), speaking(LANGUAGE):
        yield


def _left(sentence: str) -> str:
    """Return what of a sentence is not told again; the brackets aside, it says the same."""
    again = retold(sentence)
    assert again.replace("⟦", "").replace("⟧", "") == sentence
    return " ".join(bare(again).replace(".", " ").split())


def test_english_is_said_as_it_was_kept() -> None:
    with speaking("en"):
        assert retold("The channel is not there any more.") == "The channel is not there any more."


def test_a_reason_of_discords_is_told_again() -> None:
    forbidden = judge(403, 50001)
    assert isinstance(forbidden, Forbidden)
    assert _left(forbidden.reason) == ""
    later = judge(503)
    assert isinstance(later, RetryLater)
    assert _left(later.reason) == "503"


@pytest.mark.parametrize("lacking", [1, 2, 3, 4])
def test_permissions_that_are_lacking_are_named_again(lacking: int) -> None:
    names = ["View Channel", "Send Messages", "Embed Links", "Read Message History"]
    assert _left(words(names[:lacking])) == ""


def test_a_filters_reason_is_told_with_and_without_how_it_begins() -> None:
    article = Article("https://a.example/", "Gulls breed", "", published=0, publisher="The “A”. B")
    reason = refusal((article,), Filters(publishers=("Gazette",)))
    assert reason is not None
    assert _left(reason) == "The “A” B"
    assert _left(reason.removeprefix("Filtered: ")) == "The “A” B"


@pytest.mark.parametrize("number", [0, 1, 2, 500])
def test_numbers_are_told_in_the_right_form(number: int) -> None:
    reason = saidn(
        "Held: today's budget of {n} post is spent.",
        "Held: today's budget of {n} posts is spent.",
        number,
    )
    assert _left(reason) == str(number)


def test_a_feeds_health_is_told_again_with_what_keeps_it() -> None:
    why = "The site answered 404: there is nothing at this address."
    now = 100 * DAY
    feed = Feed(id=1, url="https://a.example/", failures=3, error=why, failing_since=now - 2 * HOUR)
    assert _left(health(feed, now).words) == "2 404"
    foreign = Feed(id=1, url="https://a.example/", failures=3, error="Kaputt", succeeded_at=now)
    assert _left(health(foreign, now).words) == "Kaputt 1"


def test_sentences_in_a_row_are_told_one_by_one() -> None:
    row = (
        "The site sends us on to another address. It is not a web address. Who knows. "
        "The site stopped answering."
    )
    assert _left(row) == "Who knows"


def test_a_sentence_that_lost_its_full_stop_is_told_again() -> None:
    assert _left("The site stopped answering") == ""
    assert _left("That is not a feed.") == ""


def test_what_was_tried_for_feeds_is_listed_again() -> None:
    walled = said(
        "The site answered {status}: {reason}.",
        status=401,
        reason=said("it wants a password, and feeds behind one cannot be read"),
    )
    trials = [
        _trial("what it names", [walled.rstrip(".")]),
        _trial("its links that look like feeds", ["", ""]),
        _trial("the usual addresses", ["", "", ""]),
    ]
    sentence = said(
        "{reason_1}, and no feed is at any of these: {reason_2}. {reason_3}",
        reason_1="That is a web page, not a feed",
        reason_2=said_each(trials),
        reason_3="Look on the site for a link called RSS or Feed, and give its address; "
        "not every site has one.",
    )
    assert _left(sentence) == "401 2 3"


def test_foreign_text_in_a_gap_stays_as_it_is() -> None:
    mean = "It is not a web address."  # what a publisher may call itself
    reason = said("Filtered: {reason}", reason=said("it has the word “{word}”.", word=mean))
    assert mean in retold(reason)


def test_what_is_not_ours_stays_as_it_is() -> None:
    for text in ("", " ", "Gulls.", "Gulls and more", "a, b and c", "{reason}", "{n} h", "x h"):
        assert retold(text) == text
    assert retold("Gulls. " * LONGEST) == "Gulls. " * LONGEST


_PIECES = st.sampled_from([
    "Filtered: ", "it has the word “", "”.", " and ", ", ", ". ", "The site answered ", ": ", "404",
    "{reason}", "{", "}", "\\", "\n", "Send Messages", "failing for ", "; last answered ", " ago",
    "3 h", "?", "…", "I may not post here: give me ", " (Edit Channel → Permissions).", "x",
])  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_whatever_was_kept_is_told_without_a_crash_and_loses_nothing(kept: str) -> None:
    if not {"⟦", "⟧"} & set(kept):
        assert retold(kept).replace("⟦", "").replace("⟧", "") == kept


def test_a_sentence_that_is_made_to_keep_us_busy_is_looked_at_for_a_while_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = 0
    from bot.words import retelling  # noqa: PLC0415  # its inside is counted

    whole = retelling._Retelling._by_templates

    def counted(self: retelling._Retelling, text: str, depth: int) -> Iterator[retelling._Told]:
        nonlocal looks
        looks += 1
        return whole(self, text, depth)

    monkeypatch.setattr(retelling._Retelling, "_by_templates", counted)
    for mean in (" and ".join("ab" * 200), ". ".join("x" * 600), ", ".join(["3 h"] * 300)):
        retold(mean[:LONGEST])
    assert looks <= 3 * retelling._MOST_LOOKS


def test_lists_of_things_are_said_in_english_as_they_are_read() -> None:
    assert [said_all(list("ABC")[:many]) for many in range(4)] == ["", "A", "A and B", "A, B and C"]


def test_templates_that_could_not_be_told_are_named() -> None:
    assert faults_of("{a}{b} stand together here") == ["two gaps stand side by side"]
    assert faults_of("{reason} and {reason}") == ["a gap stands in it twice"]
    assert faults_of("{name}: {n}") == ["it has too few words of its own to be told by"]
    assert faults_of("A post waits.", "Posts are waiting.") == ["it is a plural without its number"]
    assert faults_of("The site answered {status}: {reason}.") == []
