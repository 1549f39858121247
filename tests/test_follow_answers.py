"""What members read of what they follow: safe, within Discord's limits, and with a way out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Body, Flow, Follow, Pace, Subscription, Topic
from bot.publish import follow_answers as words
from bot.publish.escape import fit
from tests.hostile_words import ACTING
from tests.loopback.component_limits import V2_COMPONENTS, V2_TEXT
from tests.loopback.limits import message_complaints

TOWN = Topic("town", "Town", "🏘️", "", ())
FOLLOW = Follow(1, 30, 1_030, 7, "Bridge", 0, 604_800_000)


def follow(headline: str, story_id: int = 7) -> Follow:
    return Follow(1, 30, 1_030, story_id, headline, 0, 604_800_000)


def buttons(*ids: str) -> list[dict[str, object]]:
    row = [{"type": 2, "style": 2, "label": "x", "custom_id": name} for name in ids]
    return [{"type": 1, "components": row}]


@pytest.mark.parametrize("headline", [*ACTING, "x" * 5_000, "", "\\" * 999])
def test_a_hostile_headline_is_shown_as_it_is_written(headline: str) -> None:
    body = words.more_on({"embeds": [{"title": "x"}]}, follow(headline))
    assert not message_complaints(body)
    assert len(body["content"]) <= 250
    assert body["content"].removeprefix("📌 More on: ") == fit(headline, 200) or not headline
    assert not message_complaints(words.panel([], [follow(headline)]))


def test_the_button_that_ends_it_stands_beside_the_others_or_below_them() -> None:
    body: Body = {"components": buttons("a", "b")}
    shown = words.more_on(body, FOLLOW)["components"]
    assert [one["custom_id"] for one in shown[0]["components"]] == ["a", "b", "unfollow:7"]
    assert len(body["components"][0]["components"]) == 2, "what was rendered stays as it is"
    full: Body = {"components": buttons("a", "b", "c", "d", "e")}
    assert len(words.more_on(full, FOLLOW)["components"]) == 2


@pytest.mark.parametrize("mark", ["*", "x", "`"])
def test_the_panel_of_all_there_can_be_fits(mark: str) -> None:
    topics = [Topic(f"topic-{n}", mark * 60, "🏘️", "", ()) for n in range(25)]
    reason = "I may not send you direct messages: allow them."
    listed = [(t, Subscription(0, 1_030, t.name, 0, 30, reason)) for t in topics]
    stories = [follow(mark * 300, number) for number in range(50)]
    body = words.panel(listed, stories)
    assert not message_complaints(body)
    said = "".join(one["content"] for one in body["components"] if one["type"] == 10)
    assert len(said) <= V2_TEXT
    rows = [one for one in body["components"] if one["type"] == 1]
    assert sum(1 + len(one["components"]) for one in rows) < V2_COMPONENTS
    ids = [part["custom_id"] for one in rows for part in one["components"]]
    assert all(
        any(
            re.fullmatch(known, one)
            for known in (words.UNFOLLOW_TOPICS, words.UNFOLLOW_STORIES, words.UNFOLLOW_ALL)
        )
        for one in ids
    )
    assert len(ids) == 4


@given(st.text(alphabet="0123456789:unfolwstrie ", max_size=30))
def test_a_number_that_is_none_is_no_button_of_ours(typed: str) -> None:
    found = re.fullmatch(words.FOLLOW, f"follow:{typed}")
    assert (found is not None) == (typed.isascii() and typed.isdigit() and len(typed) <= 18)


@pytest.mark.parametrize(
    ("pace", "how"),
    [
        (Pace.AS_IT_HAPPENS, "as it happens"),
        (Pace.HOURLY, "once an hour"),
        (Pace.DAILY, "once a day"),
    ],
)
def test_what_is_promised_is_the_pace_that_was_asked_for(pace: Pace, how: str) -> None:
    assert how in words.topic_followed(TOWN, Flow(pace), resumed=False)
    assert "again" in words.topic_followed(TOWN, Flow(pace), resumed=True)


def test_what_was_closed_is_welcomed_again() -> None:
    assert "goes on" in words.welcome(again=True)["content"]


def test_a_servers_own_topic_is_refused_with_the_way_out() -> None:
    assert "`/subscribe`" in words.own_topic(Topic("x", "Chess *club*", "", "", (), 10))


def test_what_is_offered_holds_what_was_typed_and_no_more_than_discord_shows() -> None:
    listed = [(TOWN, Subscription(0, 1_030, "town", 0, 30))]
    stories = [follow(f"Bridge {number} " + "x" * 200, number) for number in range(50)]
    assert len(words.offered(listed, stories, "")) == 25
    assert words.offered(listed, stories, "TOWN") == [("🏘️ Town", "town")]
    (found,) = words.offered(listed, stories, "bridge 33")
    assert found[1] == "story:33"
    assert len(found[0]) <= 100
