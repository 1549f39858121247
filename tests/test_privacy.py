"""What is kept of members and servers is known, written down, shown, and deleted."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.models import DAY, HOUR, CaughtUp, Ends, ExplainedStory
from bot.newsroom import Asker, Placing, Removed, WouldEnd, departures
from bot.store.privacy import PLACES
from bot.store.schema import MIGRATIONS
from tests.loopback.component_limits import component_nodes
from tests.loopback.interactions import Reply
from tests.newsdesk import FEED, START, desk, story
from tests.town import Town, open_town

_DOCUMENT = (Path(__file__).resolve().parents[1] / "docs" / "privacy.md").read_text("utf-8")
GUILD, CHANNEL, MEMBER = 777_111, 777_222, 777_333
_NO_MEMBER = re.compile(
    r"(\w+_)?(at|id|until|since|polls|failures|attempts|relapses)|reader|ttl|calls|tokens|day"
    r"|plain|helpful"
)
"""Names of numbers that are times, counts, or ids of rows; ids of servers and channels, too."""


def columns() -> Iterator[tuple[str, str, str]]:
    """Every column of the schema: table, name and type."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as raw:
        for statements in MIGRATIONS:
            for statement in statements:
                raw.execute(statement)
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'archive%'"
        for (table,) in raw.execute(tables).fetchall():
            for _, name, kind, *_ in raw.execute(f"PRAGMA table_info ({table})").fetchall():
                yield table, name, kind


def fill(path: Path, **ids: Any) -> None:
    """Write a row into every table, with these values in the columns of these names."""
    made: dict[str, dict[str, Any]] = {}
    for table, name, kind in columns():
        usual: Any = "{}" if kind == "TEXT" else 5
        if name in {"trouble", "dates"}:
            usual = None if name == "trouble" else "[]"
        if name == "state":
            usual = {"publication": "published"}.get(table, "sent")
        if name == "trouble":
            usual = "broken"
        made.setdefault(table, {})[name] = ids.get(f"{table}_{name}", ids.get(name, usual))
    with closing(sqlite3.connect(path)) as raw:
        for table, values in made.items():
            marks = ", ".join("?" * len(values))
            named = ", ".join(values)
            sql = f"INSERT INTO {table} ({named}) VALUES ({marks})"  # noqa: S608  # of the schema
            raw.execute(sql, [*values.values()])
        raw.commit()


def holding(path: Path, value: int) -> set[str]:
    """Name the tables that hold a number anywhere, also inside a text."""
    found = set()
    with closing(sqlite3.connect(path)) as raw:
        for table in sorted({table for table, _, _ in columns()}):
            for row in raw.execute(f"SELECT * FROM {table}"):  # noqa: S608  # of the schema
                if any(str(value) in str(one) for one in row):
                    found.add(table)
    return found


_PRIVATE = {"follow_channel_id": 4, "member_channel_id": 4}
WHO = {
    "member_id": MEMBER,
    "created_by": MEMBER,
    "added_by": MEMBER,
    "asker": f"member:{MEMBER}",
    "purse": f"member:{MEMBER}",
}


# ── what is known ────────────────────────────────────────────────────────────────────────


def test_every_column_that_holds_who_a_member_is_is_known_to_the_deletion_and_the_document() -> (
    None
):
    known = {(place.table, place.column) for place in PLACES}
    assert known == {(table, name) for table, name, _ in columns() if name in WHO}
    for table, column in known:
        assert f"`{table}.{column}`" in _DOCUMENT, "docs/privacy.md does not tell of it"


def test_no_other_number_may_be_a_member() -> None:
    others = {
        f"{table}.{name}"
        for table, name, kind in columns()
        if kind in {"BIGINT", "INTEGER"} and not _NO_MEMBER.fullmatch(name) and name not in WHO
    }
    assert not others, "is it a member's? Then it belongs in bot/store/privacy.py"


def test_every_table_of_servers_and_channels_is_in_the_document() -> None:
    tables = {table for table, name, _ in columns() if name in {"guild_id", "channel_id"}}
    assert {table for table in tables if f"`{table}" not in _DOCUMENT} == set()


# ── what is deleted ──────────────────────────────────────────────────────────────────────


async def test_what_is_kept_of_a_server_is_gone_when_the_bot_has_been_out_of_it_for_a_while(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        await at.store.write(lambda tx: tx.departures.add(GUILD, START))
        ids = {"guild_id": GUILD, "channel_id": CHANNEL, **_PRIVATE}
        server = f"server:{GUILD}"
        fill(tmp_path / "news.db", **ids, departure_guild_id=6, asker=server, purse=server)
        assert "delivery" in holding(tmp_path / "news.db", GUILD)
        await departures.forget(at.store, START + 30 * DAY, ())
        assert holding(tmp_path / "news.db", GUILD) == set()
        assert holding(tmp_path / "news.db", CHANNEL) == set()


@pytest.mark.parametrize("guild", [0, GUILD])
@pytest.mark.parametrize("settled", [5, None])
async def test_who_wants_nothing_kept_is_in_no_table_but_those_that_run_out_by_themselves(
    tmp_path: Path, guild: int, settled: int | None
) -> None:
    path = tmp_path / "news.db"
    async with desk(tmp_path) as at:
        fill(path, **WHO, guild_id=guild, notice_settled_at=settled, **_PRIVATE)
        assert holding(path, MEMBER) == {place.table for place in PLACES}
        left = await at.newsroom.privacy.forget(MEMBER)
        run_out = {place.table for place in PLACES if place.ends is Ends.RUNS_OUT}
        assert {one.table for one in left} == run_out
        assert holding(path, MEMBER) == run_out
        stays = await at.store.read(lambda tx: tx.subscriptions.in_channel(5))
        by = [subscription.created_by for subscription in stays]
        assert by == ([0] if guild else []), "a server keeps what was set up for it"
        at.wait(3 * DAY)
        await at.newsroom.tidy()
        assert holding(path, MEMBER) == set()


async def test_what_came_to_a_member_in_private_goes_with_them(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    async with desk(tmp_path) as at:
        fill(path, **WHO, guild_id=0, channel_id=CHANNEL, audit_channel_id=None)
        await at.newsroom.privacy.forget(MEMBER)
        assert holding(path, CHANNEL) == set()


async def test_the_file_has_what_came_in_private_and_ids_that_every_reader_of_json_keeps(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        long = 1_234_567_890_123_456_789
        fill(tmp_path / "news.db", **WHO, guild_id=0, channel_id=long, notice_member_id=None)
        written = json.loads(await at.newsroom.privacy.everything(MEMBER))["kept"]
        for table in ("member", "follow", "delivery", "publication", "notice"):
            assert [row["channel_id"] for row in written[table]] == [str(long)]
        assert written["follow"][0]["member_id"] == str(MEMBER)


async def test_what_another_manager_takes_back_does_not_bring_a_deleted_member_back(
    tmp_path: Path,
) -> None:
    path, (manager, gone) = tmp_path / "news.db", (Asker(555_123, 10), Asker(MEMBER, 10))
    async with desk(tmp_path) as at:
        at.web.tells(FEED, story("Opening", START - HOUR))
        own = at.newsroom.own
        found = await own.find(gone, FEED)
        assert isinstance(found, Placing)
        await own.make(gone, found.number, "Chess", "")
        await at.subscribe("chess", member=gone.member_id)
        (named,) = await own.removal.named(10)
        asked = await own.removal.remove(manager, named.code)
        assert isinstance(asked, WouldEnd)
        removed = await own.removal.end(manager, asked.number)
        assert isinstance(removed, Removed)
        assert "pending" not in holding(path, MEMBER), "bodies hold no ids of members"
        before = {one.table for one in await at.newsroom.privacy.forget(MEMBER)}
        await own.removal.undo(manager, removed.number)
        assert len(await at.newsroom.subscriptions(10)) == 1
        assert holding(path, MEMBER) == before
        assert {"own_feed", "subscription"} <= holding(path, manager.member_id)


async def test_another_member_keeps_what_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    async with desk(tmp_path) as at:
        fill(path, **WHO, guild_id=GUILD, channel_id=CHANNEL)
        before = holding(path, MEMBER)
        for other in (MEMBER % 1000, int(f"1{MEMBER}")):
            await at.newsroom.privacy.forget(other)
        assert holding(path, MEMBER) == before


async def test_what_outlives_its_use_is_forgotten_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    async with desk(tmp_path) as at:
        fill(path, member_id=MEMBER, feedback_at=START, catchup_asked_at=START, pending_at=START)
        at.wait(31 * DAY)
        await at.newsroom.tidy()
        assert not holding(path, MEMBER) & {"pending", "catchup"}
        at.wait(366 * DAY)
        await at.newsroom.tidy()
        assert "feedback" not in holding(path, MEMBER)


# ── what members see ─────────────────────────────────────────────────────────────────────


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


def told(reply: Reply) -> str:
    nodes = component_nodes(reply.body["components"])
    return "\n".join(node["content"] for node in nodes if node["type"] == 10)


async def press(town: Town, reply: Reply, custom_id: str) -> Reply:
    return await town.discord.press(town.ann, town.channel, reply, custom_id)


async def privacy(town: Town) -> Reply:
    reply = await town.discord.slash(town.ann, town.channel, "privacy")
    assert reply.ephemeral
    return reply


async def uses(town: Town) -> None:
    """Let Ann subscribe a channel, search, catch up, and judge an explainer."""
    town.desk.web.tells(FEED)
    await town.says("subscribe", topic="town")
    await town.desk.newsroom.poll_due()
    soon = town.desk.now[0] + HOUR
    town.desk.web.tells(FEED, story("Strike one", soon), story("Strike two", soon))
    await town.desk.poll()
    await town.discord.slash(town.ann, town.channel, "search", words="strike")
    found = await town.desk.newsroom.catching_up.since_last(town.ann.id, town.channel.id)
    assert isinstance(found, CaughtUp)
    await town.desk.newsroom.catching_up.shown(town.ann.id, town.channel.id, found)
    told = await town.desk.newsroom.latest("town")
    assert isinstance(told, ExplainedStory)
    await town.desk.newsroom.feedback.object(
        told.story.id, Asker(town.ann.id, town.ann.guild.id), "wrong", "A word"
    )


async def test_privacy_says_that_nothing_is_kept_of_who_has_done_nothing(town: Town) -> None:
    reply = await privacy(town)
    assert "Nothing at all is kept about you" in told(reply)
    assert "privacy:" not in str(reply.body), "there is nothing to send or delete"


async def test_privacy_shows_all_that_is_kept_and_sends_it(town: Town) -> None:
    await uses(town)
    reply = await privacy(town)
    for said in (
        "You have subscribed a channel to 1 topic.",
        "You have judged 1 explainer.",
        "When you used `/catchup` last, in 1 channel.",
        "2 things that you have begun",
        "How often you have asked lately.",
    ):
        assert said in told(reply)
    sent = await press(town, reply, "privacy:all")
    assert sent.ephemeral
    (file,) = sent.body["attachments"]
    assert file["filename"] == "wherefore-about-me.json"
    kept = json.loads(file["content"])["kept"]
    assert kept["feedback"][0]["comment"] == "A word"
    assert kept.keys() == {
        "allowance", "audit", "catchup", "feedback", "pending", "subscription",
    }  # fmt: skip


async def test_privacy_deletes_only_after_saying_what_that_means(town: Town) -> None:
    await uses(town)
    reply = await privacy(town)
    asked = await press(town, reply, "privacy:delete")
    assert asked.updated
    assert "What you said of explainers is forgotten." in told(asked)
    assert "stays, without your name" in told(asked)
    kept = await press(town, asked, "privacy:show")
    assert "You have judged 1 explainer." in told(kept)
    asked = await press(town, kept, "privacy:delete")
    done = await press(town, asked, "privacy:forget")
    assert "is deleted" in told(done)
    assert "How often you have asked lately." in told(done)
    again = told(await privacy(town))
    assert "judged" not in again
    assert "subscribed" not in again
    assert len(await town.desk.newsroom.subscriptions(town.ann.guild.id)) == 1
