"""What the facts of a checkup mean: pure rules, by their values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.doctor import application, here, network
from bot.doctor.commands import compare
from bot.models import MINUTE, SECOND
from bot.models.checkups import Checkup
from bot.models.findings import Finding, Grade
from bot.models.measured import (
    Application,
    Channel,
    ChannelState,
    Kept,
    ModelEndpoint,
    Package,
    Program,
    Reached,
    Sessions,
    Site,
    Written,
)
from bot.models.space import Space

_SOUND = Checkup(size=2_500_000, free=50_000_000_000, schema=6, newest=6, journal="wal", faults=())
_KEPT = Kept(path="data/w.db", exists=True, in_use=True, checkup=_SOUND)
_NOW = here.BUILT + MINUTE


def _ill(findings: list[Finding]) -> dict[str, Grade]:
    return {one.what: one.grade for one in findings if one.grade is not Grade.WELL}


def test_an_undamaged_database_with_room_is_well_and_a_running_bot_is_told() -> None:
    found = here.database(_KEPT)
    assert _ill(found) == {}
    assert found[0].found == "a bot is running on it"
    assert "2.5 MB" in found[1].found


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"faults": ("row 7 missing from index",)}, {"integrity": Grade.TROUBLE}),
        ({"schema": 7}, {"schema": Grade.TROUBLE}),
        ({"schema": 5}, {"schema": Grade.WARNING}),
        ({"journal": "delete"}, {"journal": Grade.WARNING}),
        ({"free": here.LOW_DISK - 1}, {"disk": Grade.WARNING}),
        ({"free": None}, {}),
    ],
)
def test_each_fault_of_a_database_is_told(
    changed: dict[str, object], expected: dict[str, Grade]
) -> None:
    checkup = replace(_SOUND, **changed)  # type: ignore[arg-type]  # values of several kinds
    assert _ill(here.database(replace(_KEPT, checkup=checkup))) == expected


def test_a_disk_on_which_the_bot_rests_is_trouble() -> None:
    found = here.database(replace(_KEPT, space=Space.NO_NEWS))
    assert _ill(found) == {"disk": Grade.TROUBLE}


def test_a_database_that_could_not_be_read_to_its_end_is_not_called_sound() -> None:
    assert _ill(here.database(replace(_KEPT, checkup=None))) == {"integrity": Grade.WARNING}


def test_a_database_that_is_not_there_is_well_where_it_can_be_made() -> None:
    absent = Kept(path="w.db", exists=False, in_use=None)
    assert _ill(here.database(absent)) == {}
    assert _ill(here.database(replace(absent, writable=False))) == {"file": Grade.TROUBLE}


@pytest.mark.parametrize(
    ("skew", "grade"),
    [
        (0, Grade.WELL),
        (-5 * SECOND, Grade.WELL),
        (5_001, Grade.WARNING),
        (-60 * SECOND, Grade.WARNING),
        (60_001, Grade.TROUBLE),
        (None, Grade.WARNING),
    ],
)
def test_a_clock_may_be_off_by_five_seconds(skew: int | None, grade: Grade) -> None:
    assert here.clock(_NOW, skew).grade is grade


def test_a_clock_before_the_program_was_made_is_wrong_whoever_agrees_with_it() -> None:
    assert here.clock(here.BUILT - 1, 0).grade is Grade.TROUBLE
    assert "2 minutes behind" not in here.clock(_NOW, 120 * SECOND).found


def test_a_package_that_a_setting_asks_for_and_that_is_missing_names_its_command() -> None:
    package = Package("prometheus-client", "HEALTH_PORT", "make metrics", is_there=False)
    facts = Program(
        version="1", python="3.13", system="Linux", sqlite="3.40", lacking=("fts5",),
        packages=(package,),
    )  # fmt: skip
    found = here.program(facts)
    assert _ill(found) == {"sqlite": Grade.TROUBLE, "package": Grade.TROUBLE}
    assert found[-1].remedy == "make metrics, or take HEALTH_PORT out of the settings"


def test_a_dotenv_that_others_can_read_is_a_warning() -> None:
    def told(mode: int | None) -> dict[str, Grade]:
        return _ill(here.settings(Written(problems=(), dotenv=True, mode=mode)))

    assert told(0o600) == told(None) == {}
    assert told(0o640) == {"permissions": Grade.WARNING}


# ── network ──────────────────────────────────────────────────────────────────────────────


def test_where_names_are_not_resolved_that_alone_is_told() -> None:
    found = network.network(Reached("d.example", "no such name"), Reached("d.example", "none"))
    assert [one.what for one in found] == ["names"]


def test_where_no_site_answers_it_is_our_own_network() -> None:
    facts = [Site(f"h{n}.example", 2, "no connection", 5) for n in range(3)]
    (found,) = network.sites(facts)
    assert found.grade is Grade.TROUBLE
    some = network.sites([*facts, Site("up.example", 1, None, 20)])
    assert [one.grade for one in some] == [*[Grade.WARNING] * 4, Grade.WELL]


def test_a_site_that_is_slow_or_was_not_done_in_time_is_a_warning() -> None:
    facts = [Site("slow.example", 1, None, 5_001), Site("late.example", 1, None, None)]
    _, slow, late = network.sites(facts)
    assert "slow, it answers in 5.0 seconds" in slow.found
    assert late.grade is Grade.WARNING


def test_ollamas_tag_and_googles_folder_are_no_other_models() -> None:
    facts = ModelEndpoint(spec="ollama:llama3.2", host="h", status=200)
    for listed in ("llama3.2", "llama3.2:latest", "models/llama3.2"):
        assert network.model(replace(facts, models=(listed,))).grade is Grade.WELL
    assert network.model(replace(facts, models=("llama3.2:1b",))).grade is Grade.WARNING
    assert network.model(replace(facts, status=None, trouble="x")).grade is Grade.TROUBLE
    assert network.model(replace(facts, status=500)).grade is Grade.WARNING
    assert network.model(replace(facts, asked=False)).grade is Grade.WELL


# ── Discord ──────────────────────────────────────────────────────────────────────────────


def test_what_keeps_commands_or_invitations_from_working_is_trouble() -> None:
    facts = Application(
        id=1, name="W", is_public=True, privileged=("Message Content",), interactions_url=True,
        code_grant=True,
    )  # fmt: skip
    assert _ill(application.application(facts)) == {
        "intents": Grade.WARNING,
        "interactions": Grade.TROUBLE,
        "code grant": Grade.TROUBLE,
    }


def test_few_sessions_left_tell_of_a_bot_that_is_started_again_and_again() -> None:
    facts = Sessions(shards=1, total=1_000, remaining=101, reset_after=90 * MINUTE)
    grades = [application.sessions(replace(facts, remaining=left)).grade for left in (101, 100, 0)]
    assert grades == [Grade.WELL, Grade.WARNING, Grade.TROUBLE]
    assert application.servers(0, 1_000).grade is Grade.WARNING
    assert "at least 1000" in application.servers(1_000, 1_000).found


def test_of_many_channels_those_not_looked_at_are_counted() -> None:
    facts = [Channel(id=n, guild_id=1, topics=1, paused=None) for n in range(250)]
    facts[0] = replace(facts[0], state=ChannelState.THERE, name="news", server="Town")
    found = application.channels(facts, asked=True)
    assert [one.found for one in found] == [
        "1 of 1 subscribed channel can be posted to",
        "249 subscribed channels not looked at",
        "#news of Town (1 topic): all permissions are there",
    ]


def test_commands_differ_where_members_would_see_it_and_not_in_what_discord_fills_in() -> None:
    wanted = {
        "name": "why", "type": 1, "description": "Tell why.", "default_member_permissions": 32,
        "options": [{"name": "story", "type": 3, "description": "A story", "required": False}],
        "description_localizations": {"de": "Sagt, warum."}, "contexts": [0],
    }  # fmt: skip
    theirs = {
        "name": "why", "description": "Tell why.", "default_member_permissions": "32", "id": "1",
        "options": [{"name": "story", "type": 3, "description": "A story"}], "version": "2",
    }  # fmt: skip
    assert compare([wanted], [theirs]) == ((), (), ())
    assert compare([wanted], [{**theirs, "default_member_permissions": None}])[1] == ("why",)
    assert compare([wanted], [{**theirs, "options": []}])[1] == ("why",)
    assert compare([wanted], [{**theirs, "type": 3}]) == (("why",), (), ("why",))
