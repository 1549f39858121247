"""What Prometheus is told of events and of how it is; and that what is watched is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.config import Settings
from bot.feeds import schedule
from bot.models import HOUR, DeliveryState, ModelTrouble, Origin, Usage
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
from bot.newsroom.writing import LEAST_CALLS, RUN

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


# ── what is watched is told ──────────────────────────────────────────────────────────────

_DEPLOY = Path(__file__).parents[1] / "deploy"
_USED = re.compile(r"\b((?:wherefore|process)_[a-z_]+)\b(\{[^}]*\})?")
_ASKED = re.compile(r"([a-z_]+)(?:=|!=|=~)\"([^\"]*)\"")


def _families() -> dict[str, set[str]]:
    """Name every sample that the program tells, with its labels."""
    metrics = Metrics()
    for event in EVENTS:
        metrics.observe(event)
    families: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.expose(full_reading()).decode()):
        for sample in family.samples:
            families.setdefault(sample.name, set()).update(sample.labels)
    return families


def _expressions(name: str) -> list[str]:
    text = (_DEPLOY / name).read_text(encoding="utf-8")
    if name.endswith(".yml"):
        return [text]
    return [
        target["expr"]
        for panel in json.loads(text)["panels"]
        for target in panel.get("targets", ())
    ]


@pytest.mark.parametrize("name", ["alerts.yml", "grafana-dashboard.json"])
def test_rules_and_dashboard_name_nothing_that_is_not_told(name: str) -> None:
    families = _families()
    used = [found for text in _expressions(name) for found in _USED.findall(text)]
    assert len(used) > 20
    for metric, matchers in used:
        assert metric in families, f"{name} asks for {metric}"
        for label, _ in _ASKED.findall(matchers):
            assert label in families[metric] | {"job"}, f"{metric} has no label {label}"


def test_all_that_is_told_is_on_the_dashboard() -> None:
    shown = " ".join(_expressions("grafana-dashboard.json"))
    base = {re.sub(r"_(bucket|sum|count)$", "", name) for name in _families()}
    ours = {name for name in base if name.startswith("wherefore_")}
    # It says when the last poll was, which /healthz tells: the rate of polls shows more.
    assert {name for name in ours if name not in shown} == {"wherefore_last_poll_timestamp_seconds"}


def test_every_panel_has_a_unit_and_says_what_to_do() -> None:
    board = json.loads((_DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    drawn = [panel for panel in board["panels"] if panel["type"] not in {"row", "text"}]
    assert len(drawn) > 30
    for panel in drawn:
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(places) == len(set(places))


def _rule(name: str) -> str:
    text = (_DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    return text.partition(f"- alert: {name}\n")[2].partition("- alert: ")[0]


def _expression(rule: str) -> str:
    found = re.search(r"expr: (?:>-\n)?((?:(?!labels:|for:).*\n)+)", rule)
    assert found
    return " ".join(found[1].split())


def test_what_a_rule_shows_as_a_share_is_one() -> None:
    text = (_DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    shares = [rule for rule in text.split("- alert: ")[1:] if "humanizePercentage" in rule]
    assert len(shares) >= 3
    for rule in shares:
        # The value of "a and b" is that of a.
        assert " / " in _expression(rule).partition(" and ")[0], rule


def test_feeds_that_are_asked_once_a_day_wake_nobody() -> None:
    longest = schedule.LONGEST_SILENT + schedule.MOST_JITTER
    hours = longest * Settings().feed_min_interval / HOUR
    found = re.search(r"poll_seconds_count\[([0-9]+)h\]", _rule("WhereforeNoPolls"))
    assert found
    assert int(found[1]) > hours
    assert f"> {int(found[1]) * 3600}" in _expression(_rule("WhereforeNoPolls"))


def test_a_budget_is_spent_when_no_explainer_can_be_begun() -> None:
    expression = _expression(_rule("WhereforeModelBudgetSpent"))
    assert f'{{unit="calls"}} < {LEAST_CALLS}' in expression
    assert f'{{unit="tokens"}} < {RUN.tokens}' in expression


def test_every_rule_says_what_it_is_and_what_to_do() -> None:
    text = (_DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    rules = text.split("- alert: ")[1:]
    assert len(rules) > 15
    for rule in rules:
        assert re.search(r"severity: (critical|warning|info)", rule), rule
        assert re.search(r"summary: \"[A-Z{].*\.\"", rule), rule
        assert re.search(r"description: >-\n(?: {12}.*\n)+", rule), rule
