"""What /healthz calls well and what it complains of, by the figures alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client import _MOST_DOUBLINGS
from bot.health.report import plain, status
from bot.health.sessions import Sessions
from bot.health.verdict import DOWN, LATE, OWING, SILENCE, STARTUP, judge, lasting
from bot.models import HOUR, MINUTE, SECOND, DeliveryState, Millis
from bot.models.space import Space
from bot.models.vitals import Build, Ill, Live, Outbox, Reading, Shard, Vitals

NOW: Millis = 100 * HOUR
_UP = Shard(id=0, since=NOW - HOUR, ready=True, sessions=1)
_LOOPS = {"watch": NOW - SECOND, "deliver": NOW - MINUTE}


def _vitals(**changed: object) -> Vitals:
    usual = {"started_at": NOW - HOUR, "shards": (_UP,), "loops": _LOOPS}
    return Vitals(**{**usual, **changed})  # type: ignore[arg-type]  # as each test says


def _ills(**changed: object) -> list[Ill]:
    return [complaint.ill for complaint in judge(_vitals(**changed), NOW)]


def _lost(ago: Millis, *, of: int = 0) -> Shard:
    return Shard(id=of, since=NOW - ago, ready=False, sessions=1, losses=1)


def test_a_program_that_works_has_nothing_the_matter() -> None:
    assert _ills() == []


def test_until_discord_is_reached_it_is_starting_and_not_well_so_that_whoever_waits_waits() -> None:
    assert _ills(started_at=NOW - SECOND, shards=()) == [Ill.STARTING]
    begun = Shard(id=0, since=NOW - SECOND, ready=False, sessions=1)
    assert _ills(started_at=NOW - STARTUP + 1, shards=(begun,)) == [Ill.STARTING]
    assert _ills(started_at=NOW - SECOND) == [], "at once when Discord is there"


def test_a_start_that_never_reaches_discord_becomes_a_complaint_with_what_to_do() -> None:
    (complaint,) = judge(_vitals(started_at=NOW - STARTUP, shards=()), NOW)
    assert complaint.ill is Ill.GATEWAY
    assert "since it started, 2 minutes ago" in complaint.words
    assert "network" in complaint.words


def test_a_disk_without_room_is_named_with_what_no_longer_happens() -> None:
    assert _ills(space=Space.ENOUGH) == []
    (almost,) = judge(_vitals(space=Space.NO_NEWS), NOW)
    (full,) = judge(_vitals(space=Space.NOTHING), NOW)
    assert almost.ill is full.ill is Ill.ROOM
    assert "no new stories" in almost.words
    assert "nothing is posted" in full.words


def test_a_connection_that_is_taken_up_again_in_time_is_nothing() -> None:
    assert _ills(shards=(_lost(DOWN - 1),)) == []


def test_a_connection_that_stays_away_is_named_with_how_long_and_which() -> None:
    (complaint,) = judge(_vitals(shards=(_UP, _lost(5 * MINUTE, of=1))), NOW)
    assert complaint.ill is Ill.GATEWAY
    assert "(2 of 2) has been down for 5 minutes" in complaint.words
    assert f"grow to {2**_MOST_DOUBLINGS // 60} minutes" in complaint.words, "as the client waits"


def test_a_loop_that_has_not_turned_for_minutes_is_dead_whatever_the_others_do() -> None:
    loops = {**_LOOPS, "deliver": NOW - SILENCE}
    (complaint,) = judge(_vitals(loops=loops), NOW)
    assert complaint.ill is Ill.LOOP
    assert "'deliver'" in complaint.words
    assert _ills(loops={**_LOOPS, "deliver": NOW - SILENCE + 1}) == []


def test_posts_that_are_late_are_a_complaint_unless_it_is_known_why_nothing_is_sent() -> None:
    assert _ills(waited=LATE - 1) == []
    assert _ills(waited=LATE) == [Ill.OUTBOX]
    assert _ills(waited=LATE, resting="Discord has refused many requests.") == []


def test_a_database_that_owes_an_answer_or_refuses_one_is_a_complaint() -> None:
    assert _ills(asking_since=NOW - OWING + 1) == []
    assert _ills(asking_since=NOW - OWING) == [Ill.DATABASE]
    (complaint,) = judge(_vitals(refused="Make room."), NOW)
    assert (complaint.ill, complaint.words) == (
        Ill.DATABASE,
        "The database can't be read. Make room.",
    )


def test_all_that_is_the_matter_is_told_at_once() -> None:
    shown = _ills(shards=(_lost(HOUR),), loops={"watch": 0}, waited=HOUR, refused="No.")
    assert shown == [Ill.GATEWAY, Ill.LOOP, Ill.DATABASE, Ill.OUTBOX]


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_complaint_is_a_sentence_with_what_to_do(
    silent: Millis, down: Millis, waited: Millis
) -> None:
    vitals = _vitals(
        loops={"watch": NOW - silent}, shards=(_lost(down),), waited=waited, asking_since=0
    )
    for complaint in judge(vitals, NOW):
        assert complaint.words[0].isupper()
        assert complaint.words.endswith(".")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 seconds"), (SECOND, "1 second"), (119 * SECOND, "119 seconds"),
        (2 * MINUTE, "2 minutes"), (119 * MINUTE, "119 minutes"), (3 * HOUR, "3 hours"),
        (-SECOND, "0 seconds"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_one_unit(span: Millis, words: str) -> None:
    assert lasting(span) == words


# ── the gateway, as the client hears of it ───────────────────────────────────────────────


def test_a_connection_is_up_when_its_servers_are_known_and_down_since_it_was_lost() -> None:
    now = [0]
    sessions = Sessions(lambda: now[0])
    sessions.connected(0)
    assert not sessions.shards[0].ready
    now[0] = 5
    sessions.ready(0)
    now[0] = 50
    sessions.lost(0)
    now[0] = 60
    sessions.lost(0)  # a try that failed
    (shard,) = sessions.shards
    assert (shard.ready, shard.since, shard.losses) == (False, 50, 1)
    now[0] = 70
    sessions.resumed(0)
    (shard,) = sessions.shards
    assert (shard.ready, shard.since, shard.sessions, shard.resumes) == (True, 70, 1, 1)


def test_connections_are_told_apart() -> None:
    sessions = Sessions(lambda: 0)
    for one in (1, 0):
        sessions.connected(one)
        sessions.ready(one)
    sessions.lost(1)
    assert [(shard.id, shard.ready) for shard in sessions.shards] == [(0, True), (1, False)]


# ── how it is worded ─────────────────────────────────────────────────────────────────────


def _reading(vitals: Vitals, live: Live | None = None) -> Reading:
    return Reading(
        build=Build(version="0.1.0", python="3.11.7", schema=6),
        now=NOW,
        started=1_795_000_000_000,
        vitals=vitals,
        complaints=judge(vitals, NOW),
        live=live or Live(servers=3, shards=vitals.shards),
        polled_at=1_795_676_938_176,
    )


def test_a_reading_is_told_to_programs_and_to_people() -> None:
    counts = {DeliveryState.PENDING: 2, DeliveryState.PARKED: 1}
    outbox = Outbox(counts=counts, oldest_due_at=1)
    reading = _reading(_vitals(outbox=outbox, waited=90 * SECOND))
    told = status(reading)
    assert (told["well"], told["starting"], told["reasons"]) == (True, False, [])
    assert (told["servers"], told["version"], told["uptime_seconds"]) == (3, "0.1.0", 3600)
    assert told["last_poll_at"] == "2026-11-26T07:08:58+00:00"
    assert told["outbox"] == {"pending": 2, "parked": 1, "oldest_due_seconds": 90}
    assert told["loops"] == {"deliver": 60, "watch": 1}
    assert plain(reading).splitlines() == [
        "All is well.",
        "",
        "Wherefore 0.1.0, up for 60 minutes, in 3 servers.",
        "Last feed asked: 2026-11-26T07:08:58+00:00.",
        "Outbox: 2 pending, 1 parked; the oldest is due for 90 seconds.",
    ]


def test_a_person_reads_what_is_the_matter_and_why_nothing_is_sent() -> None:
    live = Live(servers=1, resting="Nothing is sent to any server for 30 seconds.")
    text = plain(_reading(_vitals(loops={"watch": 0}), live))
    assert text.startswith("Something is the matter:\n  • The loop 'watch'")
    assert "\nNothing is sent to any server for 30 seconds.\n" in text
    assert "in 1 server." in text
