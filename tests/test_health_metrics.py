"""What Prometheus is told of events and of how it is; and that what is watched is told."""

from __future__ import annotations

import pytest

from bot.models import DeliveryState, ModelTrouble, Origin, Usage
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
from bot.models.vitals import Build, Census, Complaint, Ill, Live, Outbox, Reading, Shard, Vitals

pytest.importorskip("prometheus_client", reason="counting takes the dependencies 'metrics'")

from prometheus_client.parser import text_string_to_metric_families

from bot.health.metrics import MOST_NAMES, Metrics

_SECRET = "secret-feed-key"

EVENTS: tuple[Event, ...] = (
    Polled(
        feed_id=7, feed=f"gazette.example/{_SECRET}", outcome=PollOutcome.NEW, took=120, fresh=3,
        held=2, reason=_SECRET,
    ),
    Parsed(took=16, size=10_000, is_read=True),
    Explained(story_id=1, origin=Origin.MODEL, took=3_000),
    ModelAsked(
        model="ollama:llama3.2", trouble=ModelTrouble.TIMEOUT, usage=Usage(2, 900), took=9_000,
        reason=_SECRET,
    ),
    Settled(
        story_id=1, channel_id=424_242, guild_id=434_343, state=DeliveryState.SENT, reason=_SECRET,
        attempts=1, waited=4_000,
    ),
    Answered(name="latest", took=800, acknowledged=90, failed=False),
    Requested(status=429, shared=True),
)  # fmt: skip


def full_reading() -> Reading:
    """Read everything that can be told."""
    counts = dict.fromkeys(
        [DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.PARKED], 2
    )
    return Reading(
        build=Build(version="0.1.0", python="3.11.7", schema=6),
        now=100_000,
        started=1_795_000_000_000,
        vitals=Vitals(
            started_at=0,
            shards=(Shard(id=0, since=40_000, ready=True, sessions=2, resumes=3, losses=4),),
            loops={"watch": 99_000},
            outbox=Outbox(counts=counts, oldest_due_at=5),
            waited=1_500,
        ),
        complaints=(Complaint(Ill.LOOP, f"a sentence {_SECRET}"),),
        live=Live(
            latencies={0: 0.04, 1: float("inf")}, servers=12, refused=5, rests_for=2.5,
            sizes={"database": 4096, "wal": 100},
        ),
        census=Census(
            feeds=90, failing=3, resting_hosts=1, subscriptions=40, channels=20, paused=2,
            follows=6, spent=Usage(100, 5_000),
        ),
        budget=Usage(500, 2_000_000),
        polled_at=1_795_000_001_000,
    )  # fmt: skip


def told(metrics: Metrics, reading: Reading | None = None) -> dict[str, float]:
    """Read the text as Prometheus does: each sample's name and labels, and its value."""
    text = metrics.expose(reading or full_reading()).decode()
    assert _SECRET not in text
    assert "424242" not in text, "no channel is a label"
    return {
        f"{sample.name}{sorted(sample.labels.items()) or ''}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _counted() -> dict[str, float]:
    metrics = Metrics()
    for event in EVENTS:
        metrics.observe(event)
    metrics.lagged(0.004)
    return told(metrics)


def test_every_event_is_counted() -> None:
    got = _counted()
    assert got["wherefore_polls_total[('outcome', 'new')]"] == 1
    assert got["wherefore_poll_seconds_sum"] == pytest.approx(0.12)
    assert got["wherefore_articles_new_total"] == 3
    assert got["wherefore_stories_kept_back_total"] == 2
    assert got["wherefore_parse_seconds_count[('outcome', 'read')]"] == 1
    assert got["wherefore_parse_bytes_total"] == 10_000
    assert got["wherefore_explain_seconds_sum[('origin', 'model')]"] == 3
    model = "('model', 'ollama:llama3.2')"
    assert got[f"wherefore_model_runs_total[{model}, ('outcome', 'timeout')]"] == 1
    assert got[f"wherefore_model_calls_total[{model}]"] == 2
    assert got[f"wherefore_model_tokens_total[{model}]"] == 900
    assert got["wherefore_deliveries_total[('state', 'sent')]"] == 1
    assert got["wherefore_delivery_wait_seconds_sum"] == 4
    assert got["wherefore_interactions_total[('name', 'latest'), ('outcome', 'answered')]"] == 1
    assert got["wherefore_interaction_ack_seconds_sum[('name', 'latest')]"] == pytest.approx(0.09)
    assert got["wherefore_discord_requests_total[('status', '429')]"] == 1
    assert got["wherefore_discord_rate_limited_total[('scope', 'shared')]"] == 1
    assert got["wherefore_event_loop_lag_seconds_count"] == 1


def test_how_it_is_is_told_at_each_visit() -> None:
    got = told(Metrics())
    assert got["wherefore_well"] == 0
    assert got["wherefore_unwell[('ill', 'loop')]"] == 1
    assert got["wherefore_unwell[('ill', 'gateway')]"] == 0
    assert got["wherefore_gateway_ready[('shard', '0')]"] == 1
    assert got["wherefore_gateway_state_seconds[('shard', '0')]"] == 60
    assert got["wherefore_gateway_latency_seconds[('shard', '0')]"] == 0.04
    assert "wherefore_gateway_latency_seconds[('shard', '1')]" not in got, "it is not known yet"
    assert [
        got[f"wherefore_gateway_{name}_total[('shard', '0')]"]
        for name in ("sessions", "resumes", "losses")
    ] == [2, 3, 4]
    assert got["wherefore_loop_silence_seconds[('loop', 'watch')]"] == 1
    assert got["wherefore_outbox_deliveries[('state', 'held')]"] == 2
    assert got["wherefore_outbox_oldest_due_seconds"] == 1.5
    assert got["wherefore_model_budget_left[('unit', 'calls')]"] == 400
    assert got["wherefore_database_bytes[('file', 'wal')]"] == 100
    assert got["wherefore_feeds"] == 90
    build = "[('python', '3.11.7'), ('schema', '6'), ('version', '0.1.0')]"
    assert got[f"wherefore_build_info{build}"] == 1


def test_before_the_database_has_told_nothing_is_said_of_it() -> None:
    reading = full_reading()
    bare = Reading(
        build=reading.build,
        now=0,
        started=0,
        vitals=Vitals(started_at=0),
        complaints=(),
        live=Live(),
    )
    got = told(Metrics(), bare)
    assert got["wherefore_well"] == 1
    assert not [name for name in got if name.startswith(("wherefore_outbox", "wherefore_feeds"))]


def test_what_came_to_nothing_is_told_apart() -> None:
    metrics = Metrics()
    for event in (
        Answered(name="latest", took=1, acknowledged=None, failed=False),
        Answered(name="latest", took=1, acknowledged=None, failed=True),
        Settled(
            story_id=None, channel_id=1, guild_id=1, state=DeliveryState.PENDING, reason=None,
            attempts=1, waited=9,
        ),
        Requested(status=9_999, shared=False),
        Requested(status=429, shared=False),
    ):  # fmt: skip
        metrics.observe(event)
    got = told(metrics)
    name = "wherefore_interactions_total[('name', 'latest'), ('outcome', "
    assert (got[f"{name}'unanswered')]"], got[f"{name}'failed')]"]) == (1, 1)
    assert got["wherefore_deliveries_total[('state', 'again')]"] == 1
    assert got["wherefore_delivery_wait_seconds_count"] == 0, "it was not posted"
    assert got["wherefore_discord_requests_total[('status', 'other')]"] == 1
    assert got["wherefore_discord_rate_limited_total[('scope', 'own')]"] == 1


def test_names_without_end_do_not_fill_the_memory() -> None:
    metrics = Metrics()
    for number in range(MOST_NAMES + 50):
        metrics.observe(Answered(name=f"n{number}", took=1, acknowledged=1, failed=False))
    got = told(metrics)
    names = [name for name in got if name.startswith("wherefore_interactions_total")]
    assert len(names) == MOST_NAMES + 1
    assert got["wherefore_interactions_total[('name', 'other'), ('outcome', 'answered')]"] == 50
