"""What the log says of what the program tells of its own work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.logs.telling import A_DAY, MOST, Line, Telling, all_of
from bot.models import DAY, HOUR, MINUTE, DeliveryState, Millis, ModelTrouble, Origin, Usage
from bot.models.events import (
    Answered,
    Event,
    Explained,
    ModelAsked,
    Parsed,
    Polled,
    PollOutcome,
    Requested,
    Settled,
)

_POLLED = Polled(
    feed_id=7, feed="gazette.example/feed.xml", outcome=PollOutcome.NEW, took=340, entries=20,
    fresh=2,
)  # fmt: skip
_SETTLED = Settled(
    story_id=1, channel_id=2, guild_id=3, state=DeliveryState.SENT, reason=None, attempts=1,
    waited=1_500,
)  # fmt: skip


def _failed(failures: int, away: Millis = 0) -> Polled:
    return replace(
        _POLLED, outcome=PollOutcome.FAILED, entries=0, fresh=0, reason="No answer.",
        failures=failures, away=away,
    )  # fmt: skip


def _loud(lines: list[Line]) -> list[str]:
    return [line.text for line in lines if line.level != "debug"]


def _one(event: Event) -> Line:
    (line,) = Telling().lines(event, 0)
    return line


def test_a_feed_with_news_is_a_line_and_what_changed_nothing_is_none() -> None:
    assert _one(_POLLED) == Line(
        "info",
        "feed read",
        {"address": _POLLED.feed, "feed": 7, "new": 2, "entries": 20, "took": 0.34},
    )
    for quiet in (PollOutcome.READ, PollOutcome.SAME, PollOutcome.NOT_MODIFIED):
        assert _one(replace(_POLLED, outcome=quiet, fresh=0)).level == "debug"


def test_what_is_held_back_is_warned_of() -> None:
    _, held = Telling().lines(replace(_POLLED, held=30), 0)
    assert (held.level, held.fields["stories"]) == ("warning", 30)


def test_a_feed_that_fails_for_days_is_told_first_at_the_sixth_time_and_once_a_day() -> None:
    telling, told = Telling(), []
    for number in range(1, 24 * 4 * 5 + 1):
        now = number * 15 * MINUTE
        (line,) = telling.lines(_failed(number, now), now)
        if line.level == "warning":
            told.append((number, line.fields["running"]))
    assert [number for number, _ in told] == [1, 6, 102, 198, 294, 390]
    recovered = replace(_POLLED, recovered=480, away=5 * DAY)
    well, _ = telling.lines(recovered, 481 * 15 * MINUTE)
    assert (well.level, well.text) == ("info", "feed is well again")
    assert (well.fields["failures"], well.fields["after"]) == (480, 5 * DAY / 1000)
    assert _loud(telling.lines(_POLLED, 482 * 15 * MINUTE)) == ["feed read"]


def test_a_failure_that_does_not_count_up_is_told_once() -> None:
    telling = Telling()
    said = [_loud(telling.lines(_failed(1), n * MINUTE)) for n in range(60)]
    assert said[0] == ["feed failed"]
    assert not any(said[1:])


def test_the_last_word_on_a_feed_that_is_well_is_not_that_it_fails() -> None:
    telling, told = Telling(), []
    well = replace(_POLLED, outcome=PollOutcome.NOT_MODIFIED, recovered=1, away=MINUTE)
    short, long = (_failed(1), well), (_failed(1), _failed(6), well)
    for number, event in enumerate((*short, *long, *long, *short)):
        told += _loud(telling.lines(event, number * HOUR))
    assert told[-1] == "feed is well again"
    assert len(told) <= A_DAY + 1


def test_feeds_that_fail_and_are_taken_out_do_not_fill_the_memory() -> None:
    telling = Telling()
    for number in range(MOST + 50):
        assert _loud(telling.lines(replace(_failed(1), feed_id=number), 0)) == ["feed failed"]
    assert len(telling._feeds) == MOST


def test_a_feed_that_fails_and_gets_well_for_ever_does_not_drown_the_rest() -> None:
    telling, told = Telling(), 0
    for number in range(48):
        now = number * HOUR
        told += len(_loud(telling.lines(_failed(1), now)))
        well = replace(_POLLED, outcome=PollOutcome.NOT_MODIFIED, recovered=1, away=MINUTE)
        told += len(_loud(telling.lines(well, now + MINUTE)))
    assert told <= 2 * A_DAY + 1


def test_after_a_restart_a_feed_that_is_down_is_told_of_and_so_is_its_end() -> None:
    telling = Telling()
    assert _loud(telling.lines(_failed(40), 0)) == ["feed failed"]
    assert _loud(telling.lines(_failed(41), MINUTE)) == []
    other = Telling()
    well = replace(_POLLED, outcome=PollOutcome.SAME, recovered=40, away=DAY)
    assert _loud(other.lines(well, 0)) == ["feed is well again"]


def test_the_reason_and_the_next_try_of_a_failure_are_told() -> None:
    line = _one(replace(_failed(3, 2 * HOUR), again_in=30 * MINUTE))
    assert line.fields["reason"] == "No answer."
    assert line.fields["failing_for"] == 7_200
    assert line.fields["again_in"] == 1_800


@pytest.mark.parametrize(
    ("state", "level", "said"),
    [
        (DeliveryState.SENT, "info", "sent"),
        (DeliveryState.PENDING, "info", "to be tried again"),
        (DeliveryState.REJECTED, "warning", "rejected"),
        (DeliveryState.PARKED, "info", "parked"),
    ],
)
def test_a_delivery_is_one_line_with_its_ids(state: DeliveryState, level: str, said: str) -> None:
    line = _one(replace(_SETTLED, state=state))
    assert line.level == level
    assert line.fields == {"state": said, "waited": 1.5, "story": 1, "channel": 2, "guild": 3}


def test_a_digest_names_no_story_and_direct_messages_no_server() -> None:
    line = _one(replace(_SETTLED, story_id=None, guild_id=0, attempts=3))
    assert line.fields == {"state": "sent", "attempts": 3, "waited": 1.5, "channel": 2}


def test_a_model_that_needs_somebody_is_an_error_and_one_that_will_be_well_a_warning() -> None:
    asked = ModelAsked(model="m", trouble=None, usage=Usage(1, 900), took=2_000)
    assert _one(asked).level == "debug", "the story's own line tells of it"
    assert _one(replace(asked, trouble=ModelTrouble.TIMEOUT)).level == "warning"
    refused = _one(replace(asked, trouble=ModelTrouble.KEY, reason="no", again_in=HOUR))
    assert refused.level == "error"
    assert (refused.fields["reason"], refused.fields["again_in"]) == ("no", 3_600)


def test_the_rest_is_for_who_looks_closely() -> None:
    assert _one(Parsed(took=3, size=900, is_read=False)).level == "debug"
    assert _one(Explained(story_id=4, origin=Origin.MODEL, took=900)).level == "info"
    answered = Answered(name="latest", took=30, acknowledged=20, failed=False)
    assert _one(answered).level == "debug"
    assert Telling().lines(Requested(status=200, shared=False), 0) == []


def test_an_event_is_told_to_all() -> None:
    heard: list[Event] = []
    all_of(heard.append, heard.append)(_POLLED)
    assert heard == [_POLLED, _POLLED]
