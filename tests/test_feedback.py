"""👍 and 👎 on explainers: taken, kept, and listed for whoever hosts the bot."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.cli import feedback as listing
from bot.config import Settings
from bot.models import (
    DAY,
    HOUR,
    Article,
    ExplainedStory,
    Feedback,
    Judged,
    Objection,
    Origin,
    Story,
)
from tests.loopback.interactions import Reply
from tests.loopback.state import Member
from tests.newsdesk import FEED, story
from tests.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


async def press(town: Town, by: Member, story_id: int, verdict: str) -> Reply:
    """Press one of the buttons below an explainer."""
    custom_id = f"feedback:{story_id}:{verdict}"
    button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    shown = {"content": "An explainer", "components": [{"type": 1, "components": [button]}]}
    message = town.discord.world.store(town.channel, town.discord.world.bot_id, shown)
    return await town.discord.press(by, town.channel, message, custom_id)


async def objects(town: Town, by: Member, story_id: int, reason: str, comment: str) -> Reply:
    form = await press(town, by, story_id, "down")
    assert form.modal
    assert form.acknowledged_after < 3
    filled = {"reason": reason, "comment": comment}
    return await town.discord.submit(by, town.channel, form, filled)


async def told(town: Town) -> int:
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0]))
    newest = await town.desk.newsroom.latest("town")
    assert isinstance(newest, ExplainedStory)
    return newest.story.id


async def judged(town: Town, since: int = 0) -> list[Judged]:
    return await town.desk.store.read(lambda tx: tx.feedback.since(since))


async def test_praise_is_kept_and_thanked_for_in_private(town: Town) -> None:
    story_id = await told(town)
    reply = await press(town, town.ann, story_id, "up")
    assert reply.ephemeral
    assert reply.body["content"] == "👍 Thank you, that is noted."
    (one,) = await judged(town)
    assert [said.helpful for said in one.said] == [True]


async def test_an_objection_comes_with_a_reason_and_the_last_word_counts(town: Town) -> None:
    story_id = await told(town)
    await press(town, town.ann, story_id, "up")
    with capture_logs() as logs:
        reply = await objects(town, town.ann, story_id, "missing", "  The *price* of it  ")
    assert reply.ephemeral
    assert "`/privacy`" in reply.body["content"]
    (logged,) = [entry for entry in logs if entry["event"] == "an explainer was judged"]
    assert logged["reason"] == "missing"
    assert str(town.ann.id) not in str(logs), "who said it is nobody's business who reads logs"
    assert "price" not in str(logs)
    await objects(town, town.mia, story_id, "wrong", "")
    (one,) = await judged(town)
    assert {(s.helpful, s.reason, s.comment) for s in one.said} == {
        (False, "wrong", ""),
        (False, "missing", "The *price* of it"),
    }


async def test_the_buttons_below_an_explainer_are_the_ones_that_are_answered(town: Town) -> None:
    why = "<h2>Why it matters</h2><p>Because 4,000 people cross it every day.</p>"
    town.desk.web.tells(FEED, story("Bridge", town.desk.now[0], content=why))
    shown = await town.discord.slash(town.ann, town.channel, "latest", topic="town")
    buttons = [b for row in shown.body["components"] for b in row["components"]]
    up, down = (b["custom_id"] for b in buttons if "feedback:" in b.get("custom_id", ""))
    thanks = await town.discord.press(town.mia, town.channel, shown, up)
    assert "Thank you" in thanks.body["content"]
    form = await town.discord.press(town.mia, town.channel, shown, down)
    assert form.body["title"] == "What is wrong with it?"


async def test_feedback_on_a_story_that_is_not_kept_says_so(town: Town) -> None:
    assert "not kept any more" in (await press(town, town.ann, 4711, "up")).body["content"]
    assert "not kept any more" in (await objects(town, town.ann, 4711, "old", "")).body["content"]
    assert not await judged(town)


async def test_feedback_goes_with_its_story(town: Town) -> None:
    story_id = await told(town)
    await press(town, town.ann, story_id, "up")
    town.desk.web.tells(FEED)
    town.desk.wait(HOUR)
    await town.desk.newsroom.latest("town")
    town.desk.wait(91 * DAY)
    await town.desk.newsroom.tidy()
    assert await town.desk.newsroom.explained(story_id) is None
    assert not await judged(town)


# ── the command line ─────────────────────────────────────────────────────────────────────


def said(*, helpful: bool = False, reason: str = "", comment: str = "") -> Feedback:
    return Feedback(7, 333, helpful, reason, comment, at=1_795_248_000_000)


ARTICLE = Article("Bridge \x1b[31mcloses", "https://gazette.example/a", "", "Gazette", 0)


def test_the_list_tells_what_was_said_but_not_by_whom_and_steers_no_terminal() -> None:
    one = Judged(
        Story(7, ARTICLE),
        7,
        Origin.EXTRACT,
        (said(helpful=True), said(reason="old", comment="Since\nMay \x1b[2J\u202eit")),
    )
    lines = listing.as_text([one])
    assert lines[1] == "  👍 1  👎 1  written by: extract"
    assert "is out of date: “Since May" in lines[2]
    assert not {"\x1b", "\n", "\u202e"} & set("".join(lines))
    assert "333" not in str(lines) + str(listing.as_json(one))


def test_the_list_knows_every_objection_and_an_empty_one() -> None:
    for objection in Objection:
        (_, _, line) = listing.as_text(
            [Judged(None, 7, None, (said(reason=objection.value),))],
        )
        assert objection.value != line.split(maxsplit=1)[1] or objection is Objection.OTHER
    assert listing.as_text([]) == ["Nobody has said what they think of an explainer yet."]


async def test_feedback_is_listed_while_the_bot_runs(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story_id = await told(town)
    await objects(town, town.ann, story_id, "wrong", "Not in May")
    settings = Settings.read({"DATABASE_URL": f"sqlite:///{tmp_path / 'news.db'}"}, {})
    options = argparse.Namespace(json=True, since=None)
    assert await asyncio.to_thread(listing.call, options, settings) == 0
    (one,) = json.loads(capsys.readouterr().out.partition("[\n")[2].join(["[", ""]))
    assert one.pop("origin") in set(Origin)
    assert one == {
        "story": story_id,
        "headline": "Bridge",
        "link": "https://gazette.example/bridge",
        "helpful": 0,
        "not_helpful": 1,
        "objections": [{"reason": "wrong", "comment": "Not in May", "at": town.desk.now[0]}],
    }
    assert not await listing.ask(settings, town.desk.now[0] + 1)
