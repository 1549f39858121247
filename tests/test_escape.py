"""Foreign text in a message: nothing in it acts, nothing of it is lost, and it fits."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.publish.escape import clip, escape, fit
from bot.publish.markdown import runs

_PIECES = [
    "*", "**", "_", "__", "~~", "|", "||", "`", "```", "[", "](", ")", "<", ">", ">>> ", "> ",
    "\\", "#", "# ", "### ", "-# ", "- ", "1. ", "23) ", "@everyone", "@here", "@EVERYONE", "<@1>",
    "<@&2>", "<#3>", "<t:1:R>", "<:x:4>", "</say:5>", "<id:home>", ":smile:", ":+1:", "https://",
    "steam://", "x.example", "discord.gg/", "discord.com/invite/",
    "DISCORD.GG", "/", " ", "\t", "\n", "\r", "\r\n", "\f", "\u2028", "a", "Ä", "🌍", "1",
    "…",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)
TEXTS = st.text(max_size=300) | HOSTILE
LIMITS = st.integers(1, 120)

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_LIVE = re.compile(
    r"[\\*_~|`\[\]<]|://|@everyone|@here|:[\w+~-]+:|discord\.gg/|discord(?:app)?\.com/invite/",
    re.IGNORECASE,
)
_LIVE_LINE = re.compile(r"^\s*(?:>|#{1,3}\s|-#?\s|\d+[.)]\s)", re.MULTILINE)


def live(text: str) -> list[str]:
    """Name what Discord would act on: once escaped pairs are gone, nothing may be left."""
    inert = _ESCAPED.sub("\0", re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text))
    return _LIVE.findall(inert) + _LIVE_LINE.findall(inert)


def read(text: str) -> str:
    """Return what a member reads."""
    return _ESCAPED.sub(lambda pair: pair[0][1], text).replace("@\u200b", "@")


@pytest.mark.parametrize(
    "text", ["*a*", "# a", "x\n- a", "\\", "@here", "http://x", "1. a", "<@1>", "discord.gg/x"]
)
def test_the_check_itself_finds_what_acts(text: str) -> None:
    assert live(text)


@given(TEXTS)
@example("\r# heading")
@example("\f> quote")
@example("@everyones")
@example("@hereabouts")
@example("1.\u2028- x")
@example(":a_b:c:")
def test_nothing_in_foreign_text_acts(text: str) -> None:
    assert live(escape(text)) == []


@given(TEXTS)
def test_the_terminal_and_the_page_show_foreign_text_as_it_is_written(text: str) -> None:
    for run in runs(escape(text)):
        assert run.href is None
        assert run.moment is None
        assert not run.marks


@given(TEXTS.filter(lambda text: "\u200b" not in text))
def test_nothing_of_foreign_text_is_lost(text: str) -> None:
    assert read(escape(text)).split() == text.split()


@given(TEXTS, LIMITS)
@example("*" * 5, 2)
@example("-" * 300, 1)
def test_what_fits_is_within_its_limit_and_does_not_act(text: str, limit: int) -> None:
    fitted = fit(text, limit)
    assert len(fitted) <= limit
    assert live(fitted) == []


@given(TEXTS)
def test_what_fits_already_is_only_escaped(text: str) -> None:
    assert fit(text, 1_000) == escape(text.strip())


@given(st.integers(10, 300))
def test_a_text_of_nothing_but_marks_is_not_given_up(limit: int) -> None:
    assert len(fit("*" * 1_000, limit)) > limit // 2 - 4


@given(TEXTS, LIMITS)
def test_a_clipped_text_is_within_its_limit_and_begins_as_the_text(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert len(clipped) <= limit
    assert text.strip().startswith(clipped.removesuffix("…"))
    assert (clipped == text.strip()) == (len(text.strip()) <= limit)


def test_a_text_is_cut_between_words_and_without_a_comma_before_the_ellipsis() -> None:
    assert clip("The ferries, the boats and the harbour", 17) == "The ferries, the…"
    assert clip("The ferries, the boats and the harbour", 14) == "The ferries…"


def test_a_language_without_spaces_is_cut_where_it_must_be() -> None:
    assert clip("ニュース" * 10, 9) == "ニュースニュース…"


@pytest.mark.parametrize(
    "text",
    ["It costs $5 - or 6.", "C# and F#", "a>b", "3.5 % of 10", "well-known", "12:30", "x@y.z"],
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text
