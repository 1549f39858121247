"""Flows in words, and what /settings answers: it fits, it says what is so, nothing in it acts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    Article,
    Body,
    Filters,
    Flow,
    Health,
    Pace,
    QuietHours,
    Story,
    Subscription,
    Topic,
)
from bot.publish import answers, flow_answers
from bot.publish.flow_answers import Trial
from cogs.typed import Refused, minute_of_day, terms, zone_named
from tests.loopback.limits import message_complaints
from tests.test_escape import HOSTILE, live

TOPIC = Topic("world", "World", "🌍", "All of it", ())
BAD = "*x* <@1> [y](https://z.example)\n# @everyone"
EVERYTHING = Flow(
    Pace.DAILY,
    mention=5,
    budget=3,
    quiet=QuietHours(22 * 60, 7 * 60),
    zone="Europe/Berlin",
    filters=Filters(("a",), ("b",), ("c",), ("d",)),
    publishes=True,
)


def text(body: Body) -> str:
    assert message_complaints(body) == []
    assert body["allowed_mentions"] == {"parse": []}
    (embed,) = body["embeds"]
    return str(embed["description"])


def test_a_flow_is_told_in_a_few_words() -> None:
    assert flow_answers.in_short(Flow()) == "as it happens"
    assert flow_answers.in_short(EVERYTHING) == (
        "daily at 08:00 (Europe/Berlin) · mentions <@&5> · at most 3 a day · "
        "quiet 22:00–07:00 (Europe/Berlin) · filtered · published to followers"
    )


def test_a_flow_is_told_in_full() -> None:
    assert flow_answers.in_full(Flow()) == ["Each new story once, as it comes"]
    assert flow_answers.in_full(Flow(Pace.HOURLY)) == ["New stories together, once an hour"]
    assert flow_answers.in_full(EVERYTHING)[4:] == [
        "Only with the words “a”",
        "Without the words “b”",
        "Only from “c”",
        "Not from “d”",
        "Published to the servers that follow this channel",
    ]


@given(HOSTILE, st.lists(HOSTILE, max_size=12).map(tuple))
def test_what_members_typed_does_not_act_where_it_is_shown(
    zone: str, said: tuple[str, ...]
) -> None:
    flow = Flow(Pace.DAILY, zone=zone, filters=Filters(said, said, said, said))
    article = Article("\n".join(said) or "x", "https://a.example/x", "", zone, 5)
    trial = Trial(TOPIC, flow.filters, Filters(), 50, [(Story(1, article), zone)] * 40)
    subscription = Subscription(1, 7, "world", 0, 5, zone, flow)
    bodies = [
        flow_answers.settings(7, [(TOPIC, subscription)] * 25),
        flow_answers.filtered(7, [trial]),
        flow_answers.filtered(7, [trial] * 25),
        answers.subscriptions([(subscription, TOPIC, [])] * 100),
    ]
    assert all(text(body) for body in bodies)
    for typed in (flow_answers.unknown_zone(zone), flow_answers.no_time_of_day(zone)):
        assert live(typed[typed.index("“") : typed.rindex("”")]) == []
        assert len(typed) <= 2_000
    assert len(flow_answers.changed(7, [(TOPIC, flow)] * 25)) <= 2_000


def test_headlines_of_a_preview_are_links_and_do_not_act() -> None:
    stopped = (
        Story(1, Article(BAD, "https://a.example/x", "", "The Mail", 5)),
        "Filtered: a word.",
    )
    shown = text(flow_answers.filtered(7, [Trial(TOPIC, Filters(), Filters(), 3, [stopped])]))
    line = next(line for line in shown.split("\n") if "a.example" in line)
    headline, _, rest = line.removeprefix("- [").partition("](https://a.example/x)")
    assert live(headline) == []
    assert rest == ": a word."


def test_a_list_with_long_flows_names_all_subscriptions_before_it_tells_how_they_flow() -> None:
    rows: list[tuple[Subscription, Topic, list[Health]]] = [
        (Subscription(1, 7, "world", 0, 5, None, EVERYTHING), TOPIC, [])
    ] * 40
    shown = text(answers.subscriptions(rows))
    assert shown.count("🌍 World") == 40
    assert "daily" not in shown


# ── what is typed ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "minute"), [("0:00", 0), ("07:05", 425), (" 23:59 ", 1439), ("9:30", 570)]
)
def test_a_time_of_day_is_read(typed: str, minute: int) -> None:
    assert minute_of_day(typed) == minute
    assert minute_of_day(flow_answers.clock(minute)) == minute


@pytest.mark.parametrize("typed", ["", "24:00", "7", "7:5", "07:60", "-1:00", "٠٧:٠٥", "7:00pm"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="no time of day"):
        minute_of_day(typed)


def test_a_time_zone_is_read_in_any_case_and_with_spaces() -> None:
    zones = ["Europe/Berlin", "America/New_York"]
    assert zone_named("america/new york", zones) == "America/New_York"
    with pytest.raises(Refused, match="no time zone"):
        zone_named("Berlin", zones)


def test_words_are_read_once_each_and_off_is_none() -> None:
    assert terms(" a b ,, A  B,c") == ("a b", "c")
    assert terms(" OFF ") == ()
    with pytest.raises(Refused, match="at the most"):
        terms("x" * 101)
    with pytest.raises(Refused, match="a letter or a digit"):
        terms("fine, ***")
