"""The soak's judges: that each of them finds what it is there to find, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.soak.books import Books, Row
from benchmarks.soak.memory import trend
from benchmarks.soak.oracle import Findings, Oracle
from benchmarks.soak.place import FORUM, Place, loopback, place
from benchmarks.soak.plan import Plan
from benchmarks.soak.plot import Line, Panel, svg
from benchmarks.soak.publishers import Item, Publishers, now
from benchmarks.soak.shown import walls
from benchmarks.soak.windows import Windows
from bot.models import Filters
from tests.loopback.state import Channel

_TITLE = "The Fenwick ferry reopens"
_KEYWORD_TITLE = "The Fenwick ferry reopens after cricket final"


class _Town:
    """A soak's world of a dozen channels, with books that say that one item went everywhere."""

    def __init__(self, folder: Path, title: str) -> None:
        plan = Plan(folder, seed=1, minutes=1, feeds=4, channels=12)
        publishers = Publishers(plan)
        self.place: Place = place(plan, loopback(), publishers)
        self.item: Item = publishers.publish(publishers.feeds[1], datetime.now(UTC), title)
        self.books = Books(stories={7: {self.item.number}}, of_item={self.item.number: {7}})
        for channel in self.wanting:
            message_id = self.post(channel)
            row = Row(
                len(self.books.rows) + 1, 7, channel.id, "topic-1", "sent", 0, None, None, None, 1
            )
            self.books.rows.append(replace(row, message_id=message_id))

    @property
    def wanting(self) -> list[Channel]:
        """The channels that get the item: none of the members' own, and none with filters."""
        wanted = {
            one.channel_id
            for one in self.place.subscriptions
            if one.topic == "topic-1" and one.flow.filters == Filters()
        }
        return [
            one
            for one in self.place.channels
            if one.id in wanted and not self.place.is_open_to_members(one) and one.kind != FORUM
        ]

    def post(self, channel: Channel) -> int:
        body = {"embeds": [{"title": self.item.title, "url": self.item.link}]}
        world = self.place.discord.world
        return world.store(channel, world.bot_id, body).id

    def judge(self) -> Findings:
        """Judge all of it but filters and forums, which these books say nothing of."""
        kept = {one.id for one in self.wanting}
        self.place.subscriptions = [
            one for one in self.place.subscriptions if one.channel_id in kept
        ]
        return Oracle(self.place, self.books, walls(self.place), now()).judge()


@pytest.fixture
def town(tmp_path: Path) -> _Town:
    return _Town(tmp_path, _TITLE)


def test_books_that_agree_have_no_problem(town: _Town) -> None:
    found = town.judge()
    assert found.problems == []
    assert found.due == len(town.wanting) > 2
    assert found.posts == found.due


def test_a_story_that_stands_twice_is_found(town: _Town) -> None:
    town.post(town.wanting[0])
    found = town.judge()
    assert len(found.twice) == 1
    assert "not in the books" in found.wrong[0]


def test_a_story_that_somebody_has_deleted_stood_there_all_the_same(town: _Town) -> None:
    next(iter(town.wanting[0].messages.values())).deleted = True
    assert town.judge().problems == []


def test_a_story_that_was_never_planned_in_a_channel_is_found(town: _Town) -> None:
    channel = town.wanting[0]
    town.books.rows.pop(0)
    channel.messages.clear()
    assert [one.partition(":")[0] for one in town.judge().missing] == ["never planned"]


def test_a_story_that_is_booked_and_stands_nowhere_is_found(town: _Town) -> None:
    town.wanting[0].messages.clear()
    assert town.judge().missing[0].startswith("sent, but the message was never there")


@pytest.mark.parametrize(
    ("state", "complaint"),
    [("pending", "still to be sent"), ("parked", "parked"), ("rejected", "left out")],
)
def test_a_story_that_is_not_settled_well_is_found(town: _Town, state: str, complaint: str) -> None:
    town.wanting[0].messages.clear()
    town.books.rows[0] = replace(town.books.rows[0], state=state, message_id=None)
    assert town.judge().missing[0].startswith(complaint)


def test_a_story_that_is_held_needs_a_reason_and_a_time_to_come(town: _Town) -> None:
    town.wanting[0].messages.clear()
    held = replace(town.books.rows[0], state="held", message_id=None, reason="Held: hourly.")
    for due_at, problems in ((now() + 60_000, 0), (now() - 600_000, 1)):
        town.books.rows[0] = replace(held, due_at=due_at)
        assert len(town.judge().problems) == problems


def test_a_story_that_no_filter_keeps_out_is_not_taken_for_filtered(town: _Town) -> None:
    town.wanting[0].messages.clear()
    filtered = replace(town.books.rows[0], state="filtered", message_id=None, reason="Filtered.")
    town.books.rows[0] = filtered
    assert town.judge().missing[0].startswith("filtered, and no filter keeps it out")


def test_a_filter_that_lets_through_what_it_should_not_is_found(tmp_path: Path) -> None:
    town = _Town(tmp_path, _KEYWORD_TITLE)
    channel = town.wanting[0]
    out = Filters(not_words=("cricket",))
    town.place.subscriptions = [
        replace(one, flow=replace(one.flow, filters=out)) if one.channel_id == channel.id else one
        for one in town.place.subscriptions
    ]
    found = Oracle(town.place, town.books, walls(town.place), now()).judge()
    assert any(one.startswith("filtered in") for one in found.wrong)


def test_an_item_that_was_never_read_is_found_unless_it_was_gone_too_soon(town: _Town) -> None:
    town.books.of_item.clear()
    assert town.judge().missing[0].startswith("never read")
    town.item.gone = now()
    found = town.judge()
    assert (found.missing, found.unread) == ([], 1)


def test_a_digest_that_holds_less_than_it_says_is_found(town: _Town) -> None:
    channel = town.wanting[0]
    channel.messages.clear()
    embed = {"title": "📰 While I was away: 3 stories", "description": town.item.link}
    button = {"type": 2, "custom_id": "digest:abc", "label": "All"}
    rows = [{"type": 1, "components": [button]}]
    world = town.place.discord.world
    message = world.store(channel, world.bot_id, {"embeds": [embed], "components": rows})
    town.books.rows[0] = replace(town.books.rows[0], message_id=message.id, digest_id=99)
    digest = replace(town.books.rows[0], id=99, story_id=None, digest_id=None)
    town.books.rows.append(digest)
    assert [one.partition(":")[0] for one in town.judge().problems] == ["a digest of 1 says 3"]


def test_memory_that_grows_is_told_from_memory_that_jumps_about() -> None:
    flat = [(minute / 12, 100.0 + minute % 3) for minute in range(240)]
    growing = [(minute, size + 0.1 * minute) for minute, size in flat]
    spikes = [
        (minute, 300.0 if place % 50 == 0 else size) for place, (minute, size) in enumerate(flat)
    ]
    assert [round(trend(each).slope) for each in (flat, growing, spikes)] == [0, 6, 0]  # type: ignore[union-attr]  # enough points
    assert trend(flat[:5]) is None


def test_a_picture_is_well_formed_whatever_it_is_called() -> None:
    panel = Panel('A <b> & "c"', "MiB", [Line("x", [(0, 1), (5, 3)])], [(2, "warm")], limit=4)
    drawn = ET.fromstring(svg([panel, panel], "said <so>"))  # noqa: S314  # our own
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_only_a_fault_that_members_notice_excuses_a_failure() -> None:
    windows = Windows()
    with windows.open("publishers"):
        pass
    assert not windows.is_rough
    with windows.open("gateway", touches=True):
        pass
    assert windows.is_rough
    assert windows.excuse(0, 1) is None
