"""The panel of settings as it is rendered: it fits, and nothing foreign in it acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.models import (
    Article,
    AuditEntry,
    Body,
    FeedChange,
    Filters,
    Flow,
    FlowChange,
    Pace,
    QuietHours,
    Server,
    ServerChange,
    Setting,
    Story,
    Subscription,
    Topic,
    Trial,
)
from bot.publish import panel, panel_words, typed_answers
from bot.publish.panel import Spot
from bot.publish.panel_forms import FORMS
from bot.words import LANGUAGES
from tests.loopback.component_limits import component_nodes, modal_complaints
from tests.loopback.limits import message_complaints
from tests.test_escape import HOSTILE, live

LARGEST = 2**63 - 1
TOPIC = Topic("world", "World", "🌍", "All of it", ())


def text(body: Body) -> str:
    """Return all that a panel says, which Discord takes as it is."""
    assert message_complaints(body) == []
    assert body["allowed_mentions"] == {"parse": []}
    nodes = list(component_nodes(body["components"]))
    for node in nodes:
        if "custom_id" in node:
            assert re.fullmatch(panel.CUSTOM_ID, node["custom_id"])
    return "\n".join(node["content"] for node in nodes if "content" in node)


def topics(number: int) -> list[Topic]:
    return [
        Topic(f"{LARGEST}/{'x' * 30}{n}", "T" * 90 + str(n), "🌍", "", ()) for n in range(number)
    ]


def entry(setting: Setting, changes: object, channel: int | None = LARGEST) -> AuditEntry:
    return AuditEntry(
        LARGEST,
        setting,
        channel,
        is_of_one_topic=False,
        member_id=LARGEST,
        at=10**13,
        undone_at=None,
        changes=changes,  # type: ignore[arg-type]  # any of them
    )


def flowing(flow: Flow, number: int, reason: str | None = None) -> list[tuple[Topic, Subscription]]:
    return [(t, Subscription(1, 7, t.name, 0, 5, reason, flow)) for t in topics(number)]


def bodies(flow: Flow, reason: str) -> list[Body]:
    """Render everything with as much in it as there can be."""
    article = Article(reason or "x", "https://a.example/x", "", reason, 5)
    spot = Spot(LARGEST, flowing(flow, 25, reason), announces=True)
    one = Spot(LARGEST, spot.flows, spot.flows[3][0])
    made = entry(
        Setting.FILTERS,
        tuple(FlowChange(t, Flow(mention=n), flow) for n, (t, _) in enumerate(spot.flows)),
    )
    trials = [
        Trial(t, flow.filters, 50, ((Story(1, article), reason),) * 40) for t, _ in spot.flows
    ]
    told = panel.confirmation(
        spot, made, said=panel_words.confirmed(made), more=panel_words.tried(trials)
    )
    short = panel.confirmation(spot, made, said=panel_words.confirmed(made, in_short=True))
    listed = [entry(s, made.changes) for s in Setting if s.value not in {"audience", "language"}]
    listed = [e for e in listed if not e.setting.value.startswith("feed")]
    feed = entry(Setting.FEED_ADDED, FeedChange(TOPIC, reason), None)
    return [
        panel.channel(spot, told),
        panel.channel(one, told),
        panel.server(spot, Server(1), "de", told),
        *(
            panel.history(
                spot, [feed, *_numbered(listed[n : n + 4])], page=1, pages=200, told=short
            )
            for n in range(0, len(listed), 4)
        ),
    ]


def _numbered(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    return [replace(one, id=number) for number, one in enumerate(entries, start=1)]


@settings(max_examples=20)
@example("*" * 100, ("*" * 99 + "1",) * 50)
@given(HOSTILE, st.lists(HOSTILE, max_size=12).map(tuple))
def test_whatever_members_and_publishers_write_the_panel_fits_and_nothing_acts(
    foreign: str, said: tuple[str, ...]
) -> None:
    flow = Flow(
        Pace.DAILY,
        zone=foreign,
        quiet=QuietHours(1, 2),
        filters=Filters(said, said, said, said),
    )
    for body in bodies(flow, foreign):
        shown = text(body).replace("https://a.example", "")
        assert "@everyone" not in shown
        assert not re.search(r"(?<!\\)<@[^&0-9]", shown)


@given(HOSTILE)
def test_what_is_typed_does_not_act_where_it_is_said_to_be_wrong(typed: str) -> None:
    for said in (
        typed_answers.unknown_zone(typed, ()),
        typed_answers.no_time_of_day(typed),
        typed_answers.no_number_of_posts(typed, 500),
        typed_answers.no_term(typed),
    ):
        assert live(said[said.index("“") : said.rindex("”")]) == []
        assert len(said) <= 400


@pytest.mark.parametrize("form", FORMS)
def test_forms_fit_and_keep_what_was_typed(form: str) -> None:
    spot = Spot(LARGEST, flowing(Flow(quiet=QuietHours(60, 120), budget=5), 2))
    fields = [n for n in component_nodes(FORMS[form](spot, None)["components"]) if n["type"] == 4]
    assert modal_complaints(FORMS[form](spot, None)) == []
    typed = {field["custom_id"]: "typed" for field in fields}
    again = FORMS[form](spot, typed)
    assert [n["value"] for n in component_nodes(again["components"]) if n["type"] == 4] == [
        "typed"
    ] * len(fields)


def test_all_of_25_topics_can_be_chosen_and_all_of_them_together() -> None:
    flows = flowing(Flow(), 25)
    keys = {panel.key(topic.name) for topic, _ in flows}

    def offered(spot: Spot) -> set[str]:
        nodes = component_nodes(panel.channel(spot)["components"])
        (found,) = [n for n in nodes if n.get("custom_id", "").startswith("set:topic:")]
        return {option["value"] for option in found["options"]}

    assert offered(Spot(1, flows)) == keys
    chosen = flows[24][0]
    assert offered(Spot(1, flows, chosen)) == (keys | {"-"}) - {panel.key(chosen.name)}
    assert offered(Spot(1, flows[:24])) == {panel.key(t.name) for t, _ in flows[:24]} | {"-"}


def test_topics_that_flow_alike_are_told_once_and_others_each_by_itself() -> None:
    flows = [*flowing(Flow(), 2), (TOPIC, Subscription(1, 7, "world", 0, 5, "Why.", Flow()))]
    shown = text(panel.channel(Spot(7, flows)))
    assert shown.count("Each new story once") == 2
    assert "**🌍 World**\n- ⏸️ Paused. Why. It goes on by itself" in shown


def test_a_server_names_the_language_that_it_has_on_discord() -> None:
    body = panel.server(Spot(7, []), Server(1, language="fr"), "ja")
    options = [
        option
        for node in component_nodes(body["components"])
        for option in node.get("options", [])
        if node["custom_id"].startswith("set:language")
    ]
    assert options[0]["label"] == "As the server is set on Discord (日本語)"
    assert len(options) == len(LANGUAGES) + 1
    assert [o["label"] for o in options if o.get("default")] == ["Français"]


def test_the_history_says_who_when_and_whether_it_was_undone() -> None:
    made = entry(Setting.LANGUAGE, ServerChange(Server(1), Server(1, language="de")), None)
    shown = text(panel.history(Spot(7, []), [made], page=0, pages=1))
    assert "as the server is set on Discord → Deutsch" in shown
    assert f"-# <@{LARGEST}> · <t:{10**10}:R>" in shown
    nobody = AuditEntry(
        1,
        Setting.PACE,
        7,
        is_of_one_topic=False,
        member_id=0,
        at=1000,
        undone_at=2000,
        changes=(),
    )
    assert "somebody · <t:1:R> · undone <t:2:R>" in panel_words.listed(nobody)
