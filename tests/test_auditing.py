"""Who changed what in how a server is served: written down, undone, listed and forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import (
    DAY,
    Audience,
    AuditEntry,
    FeedChange,
    Filters,
    Flow,
    FlowChange,
    Pace,
    QuietHours,
    Setting,
)
from bot.newsroom import Author, Changed, NotChanged, housekeeping
from bot.newsroom.auditing import note_feed, note_subscription
from bot.store import Tx
from tests.newsdesk import CHANNEL, FEED, GUILD, MEMBER, OTHER_CHANNEL, TOWN, Desk, desk, story

BY = Author(GUILD, MEMBER)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        await opened.subscribe()
        yield opened


def changed(made: Changed | NotChanged) -> AuditEntry:
    assert isinstance(made, Changed)
    return made.entry


async def budget(at: Desk, posts: int | None, topic: str | None = None) -> AuditEntry:
    return changed(
        await at.newsroom.settings.change(
            BY, CHANNEL, topic, Setting.BUDGET, lambda flow: replace(flow, budget=posts)
        )
    )


async def flow(at: Desk, topic: str = "town") -> Flow:
    (one,) = await at.newsroom.flows.of_channel(CHANNEL, topic)
    return one.subscription.flow


async def entries(at: Desk, guild_id: int = GUILD) -> tuple[AuditEntry, ...]:
    return (await at.newsroom.settings.history(guild_id, 0)).entries


async def test_a_change_is_written_down_with_who_when_and_from_what_to_what(at: Desk) -> None:
    at.wait(DAY)
    made = await budget(at, 5, "town")
    assert made == AuditEntry(
        2,
        Setting.BUDGET,
        CHANNEL,
        is_of_one_topic=True,
        member_id=MEMBER,
        at=at.now[0],
        undone_at=None,
        changes=(FlowChange(TOWN, Flow(), Flow(budget=5)),),
    )
    newest, first = await entries(at)
    assert newest == made
    assert (first.setting, first.changes) == (Setting.SUBSCRIBED, (FlowChange(TOWN, None, Flow()),))
    assert await entries(at, GUILD + 1) == ()


@pytest.mark.parametrize(
    ("setting", "after"),
    [
        (Setting.PACE, Flow(pace=Pace.HOURLY)),
        (Setting.DIGEST, Flow(digest_at=60, zone="Asia/Tokyo")),
        (Setting.MENTION, Flow(mention=5)),
        (Setting.QUIET, Flow(quiet=QuietHours(60, 120), zone="Asia/Tokyo")),
        (Setting.FILTERS, Flow(filters=Filters(("a",), ("b",), ("c",), ("d",)))),
        (Setting.PUBLISHES, Flow(publishes=True)),
    ],
)
async def test_each_setting_is_undone_to_what_it_was_and_the_undoing_too(
    at: Desk, setting: Setting, after: Flow
) -> None:
    settings = at.newsroom.settings
    made = changed(await settings.change(BY, CHANNEL, None, setting, lambda _: after))
    assert await flow(at) == after
    back = changed(await settings.undo(BY, made.id))
    assert await flow(at) == Flow()
    assert changed(await settings.undo(BY, back.id)).setting is setting
    assert await flow(at) == after
    assert [one.undone_at is None for one in await entries(at)] == [True, False, False, True]
    assert await settings.undo(BY, made.id) is NotChanged.UNDONE


async def test_an_undo_leaves_what_else_was_changed_meanwhile(at: Desk) -> None:
    settings = at.newsroom.settings
    quiet = QuietHours(60, 120)
    made = changed(
        await settings.change(
            BY, CHANNEL, None, Setting.QUIET, lambda flow: replace(flow, quiet=quiet)
        )
    )
    await settings.change(
        BY, CHANNEL, None, Setting.DIGEST, lambda flow: replace(flow, zone="Asia/Tokyo")
    )
    assert isinstance(await settings.undo(BY, made.id), Changed), "its zone was not changed by it"
    assert await flow(at) == Flow(zone="Asia/Tokyo")


async def test_an_undo_of_all_topics_leaves_out_those_that_are_gone(at: Desk) -> None:
    await at.subscribe("region")
    await budget(at, 2, "town")
    made = await budget(at, 5)
    await at.newsroom.offering.end(GUILD, CHANNEL, "region", MEMBER)
    back = changed(await at.newsroom.settings.undo(BY, made.id))
    assert back.changes == (FlowChange(TOWN, Flow(budget=5), Flow(budget=2)),)
    await at.newsroom.offering.end(GUILD, CHANNEL, "town", MEMBER)
    assert await at.newsroom.settings.undo(BY, back.id) is NotChanged.NOTHING_FLOWS


async def test_what_another_server_has_is_neither_shown_nor_changed(at: Desk) -> None:
    made, settings = await budget(at, 5), at.newsroom.settings
    stranger = Author(GUILD + 1, MEMBER)
    assert await settings.flows(stranger.guild_id, CHANNEL) == []
    assert await settings.entry(stranger.guild_id, made.id) is None
    assert await settings.undo(stranger, made.id) is NotChanged.NOT_KEPT
    other = await settings.change(stranger, CHANNEL, None, Setting.PACE, lambda _: Flow())
    assert other is NotChanged.NOTHING_FLOWS
    assert (await flow(at)).budget == 5


async def test_a_servers_settings_are_undone_one_by_one(at: Desk) -> None:
    settings = at.newsroom.settings
    made = changed(
        await settings.change_server(
            BY, Setting.AUDIENCE, lambda server: replace(server, audience=Audience.MODERATORS)
        )
    )
    await settings.change_server(
        BY, Setting.LANGUAGE, lambda server: replace(server, language="de")
    )
    assert isinstance(await settings.undo(BY, made.id), Changed)
    now = await at.newsroom.servers.of(GUILD)
    assert (now.audience, now.language) == (Audience.MEMBERS, "de")
    same = await settings.change_server(BY, Setting.LANGUAGE, lambda server: server)
    assert same is NotChanged.SAME


async def test_what_other_commands_change_is_listed_too_and_has_no_way_back(at: Desk) -> None:
    now, daily = at.now[0], Flow(pace=Pace.DAILY, mention=5)

    async def others(tx: Tx) -> None:
        for change in ((None, daily), (daily, Flow()), (Flow(), Flow()), (Flow(), None)):
            await note_subscription(tx, BY, change, now, channel_id=CHANNEL, topic="town")
        await note_feed(tx, BY, "town", "x" * 999, now, added=True)

    await at.store.write(others)
    found = await entries(at)
    assert [one.setting for one in found] == [
        Setting.FEED_ADDED,
        Setting.UNSUBSCRIBED,
        Setting.MENTION,
        Setting.PACE,
        Setting.SUBSCRIBED,
    ]
    assert found[0].changes == FeedChange(TOWN, "x" * 200)
    assert found[4].changes == (FlowChange(TOWN, None, daily),)
    assert [one.can_be_undone for one in found] == [False, False, True, True, False]
    assert await at.newsroom.settings.undo(BY, found[0].id) is NotChanged.NOT_KEPT
    assert await at.newsroom.settings.undo(BY, 999) is NotChanged.NOT_KEPT


async def test_filters_are_tried_on_the_newest_stories_of_each_topic(at: Desk) -> None:
    at.web.tells(FEED, story("Football", at.now[0]), story("Bridge", at.now[0]))
    await at.poll()
    made = await at.newsroom.settings.change(
        BY,
        CHANNEL,
        None,
        Setting.FILTERS,
        lambda flow: replace(flow, filters=Filters(not_words=("football",))),
    )
    assert isinstance(made, Changed)
    (trial,) = made.trials
    assert trial.tried == 2
    assert [(s.article.title, why) for s, why in trial.stopped] == [
        ("Football", "Filtered: it has the word “football”.")
    ]
    assert await at.newsroom.settings.flows(GUILD, OTHER_CHANNEL) == []


async def test_what_was_typed_is_its_writers_alone(at: Desk) -> None:
    settings = at.newsroom.settings
    number = await settings.keep_typed(BY, "{}")
    assert await settings.typed(BY, number) == "{}"
    assert await settings.typed(Author(GUILD, MEMBER + 1), number) is None
    assert await settings.typed(Author(GUILD + 1, MEMBER), number) is None


async def test_changes_are_kept_for_ninety_days_and_so_many_of_a_server(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "MOST_AUDITS", 3)
    for posts in range(1, 6):
        await budget(at, posts)
    await at.newsroom.settings.change_server(
        Author(GUILD + 1, MEMBER), Setting.LANGUAGE, lambda server: replace(server, language="de")
    )
    await at.newsroom.tidy()
    assert [one.id for one in await entries(at)] == [6, 5, 4]
    assert len(await entries(at, GUILD + 1)) == 1
    at.wait(housekeeping.AUDITS_KEPT + 1)
    await at.newsroom.tidy()
    assert await entries(at) == ()
    assert (await at.newsroom.settings.history(GUILD, 7)).pages == 1
