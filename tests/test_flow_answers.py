"""Flows in words, and what is typed into the forms of /settings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import (
    Body,
    Filters,
    Flow,
    Health,
    Pace,
    QuietHours,
    Subscription,
    Topic,
)
from bot.publish import answers, flow_answers
from cogs.typed import Refused, minute_of_day, posts, terms, zone_named
from tests.loopback.limits import message_complaints
from tests.test_escape import HOSTILE

TOPIC = Topic("world", "World", "🌍", "All of it", ())
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


@settings(max_examples=25)
@given(HOSTILE, st.lists(HOSTILE, max_size=12).map(tuple))
def test_what_members_typed_does_not_act_where_it_is_shown(
    zone: str, said: tuple[str, ...]
) -> None:
    flow = Flow(Pace.DAILY, zone=zone, filters=Filters(said, said, said, said))
    subscription = Subscription(1, 7, "world", 0, 5, zone, flow)
    assert text(answers.subscriptions([(subscription, TOPIC, [])] * 100))
    assert not any("@everyone" in line for line in flow_answers.in_full(flow))


def test_a_list_with_long_flows_names_all_subscriptions_before_it_tells_how_they_flow() -> None:
    rows: list[tuple[Subscription, Topic, list[Health]]] = [
        (Subscription(1, 7, "world", 0, 5, None, EVERYTHING), TOPIC, [])
    ] * 40
    shown = text(answers.subscriptions(rows))
    assert shown.count("🌍 World") == 40
    assert "daily" not in shown


# ── what is typed ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("0:00", 0),
        ("07:05", 425),
        (" 23:59 ", 1439),
        ("9.30", 570),
        ("7", 420),
        ("730", 450),
        ("22h", 1320),
        ("22 h 30", 1350),
        ("7:00pm", 1140),
        ("12 a.m.", 0),
        ("12 pm", 720),
        ("24:00", 0),
        ("22時30分", 1350),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(typed: str, minute: int) -> None:
    assert minute_of_day(typed) == minute
    assert minute_of_day(flow_answers.clock(minute)) == minute


@pytest.mark.parametrize(
    "typed", ["", "25:00", "24:01", "7:5", "07:60", "-1:00", "٠٧:٠٥", "13:00pm", "0 am", "noon"]
)
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="no time of day"):
        minute_of_day(typed)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" new  york", "America/New_York"),
        ("sao paulo", "America/Sao_Paulo"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_found_by_its_place_in_any_case(typed: str, zone: str) -> None:
    assert zone_named(typed) == zone


def test_zones_that_come_close_are_named_where_there_is_none_such() -> None:
    with pytest.raises(Refused, match=r"no time zone “Berln”. Do you mean `Europe/Berlin`"):
        zone_named("Berln")
    with pytest.raises(Refused, match="`America/New_York`"):
        zone_named("newyork")
    with pytest.raises(Refused, match="a large city near you"):
        zone_named("qqqqqq")
    with pytest.raises(Refused, match=r"several time zones “west”.*`A/West`, `B/West`"):
        zone_named("west", ["A/West", "B/West"])


def test_a_number_of_posts_is_read_and_none_is_as_many_as_there_are() -> None:
    assert [posts(typed) for typed in ("5", " 500 ", "", "0", "off", "-")] == [
        5,
        500,
        None,
        None,
        None,
        None,
    ]
    for typed in ("501", "-1", "five", "1.5", "٥", "9" * 10):
        with pytest.raises(Refused, match="no number of posts"):
            posts(typed)


def test_words_are_read_once_each_and_off_is_none() -> None:
    assert terms(" a b ,, A  B,c\nd") == ("a b", "c", "d")
    assert terms(" OFF ") == ()
    assert terms("") == ()
    with pytest.raises(Refused, match="at the most"):
        terms("x" * 101)
    with pytest.raises(Refused, match="at the most"):
        terms(",".join(f"{n:0>100}" for n in range(50)))
    with pytest.raises(Refused, match="a letter or a digit"):
        terms("fine, ***")
