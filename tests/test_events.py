"""What the newsroom tells of its work, and which ids the lines beneath bear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog

from bot.models import (
    DAY,
    MINUTE,
    DeliveryState,
    FeedAddress,
    Fetched,
    FetchFailed,
    ModelFailed,
    ModelTrouble,
    NotModified,
    Origin,
    RetryLater,
    Usage,
    Validators,
)
from bot.models.events import Event, Explained, ModelAsked, Parsed, Polled, PollOutcome, Settled
from bot.newsroom import Asker
from bot.words import speak
from tests.newsdesk import CHANNEL, FEED, GUILD, MEMBER, OTHER_CHANNEL, START, Desk, desk, story
from tests.test_writing import PROSE, WROTE, Pen, limits

T = TypeVar("T")
_KEYED = f"{FEED}?key=hunter2"


@dataclass
class Heard:
    """Hears events, each with what a line of the log would bear at that moment."""

    events: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append((event, structlog.contextvars.get_contextvars()))

    def of(self, kind: type[T]) -> list[T]:
        """List the events of a kind."""
        return [event for event, _ in self.events if isinstance(event, kind)]

    def bound(self, kind: type[object]) -> list[dict[str, Any]]:
        """List what was bound at events of a kind."""
        return [bound for event, bound in self.events if isinstance(event, kind)]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def at(tmp_path: Path, heard: Heard) -> AsyncIterator[Desk]:
    async with desk(tmp_path, tell=heard) as opened:
        await opened.subscribe()
        yield opened


async def test_each_outcome_of_a_poll_is_told(at: Desk, heard: Heard) -> None:
    at.web.tells(FEED, story("One", at.now[0]))
    await at.poll()
    at.web.tells(FEED, story("Two", at.now[0]), story("One", at.now[0]))
    await at.poll()
    await at.poll()  # the same body
    at.web.answers[FEED] = NotModified(Validators())
    await at.poll()
    at.web.answers[FEED] = FetchFailed("No answer.")
    await at.poll()
    at.web.answers[FEED] = Fetched(b"<html>no feed</html>", FEED)
    await at.poll()
    at.web.answers[FEED] = NotModified(Validators())
    await at.poll()
    polled = heard.of(Polled)
    assert [one.outcome for one in polled] == [
        PollOutcome.NEW, PollOutcome.NEW, PollOutcome.SAME, PollOutcome.NOT_MODIFIED,
        PollOutcome.FAILED, PollOutcome.UNREADABLE, PollOutcome.NOT_MODIFIED,
    ]  # fmt: skip
    assert {one.feed for one in polled} == {"gazette.example/feed.xml"}
    assert (polled[1].entries, polled[1].fresh, polled[1].failures) == (2, 1, 0)
    assert (polled[4].failures, polled[4].reason, polled[4].away) == (1, "No answer.", 0)
    assert (polled[5].failures, polled[5].recovered) == (2, 0)
    assert polled[5].away > 0
    assert polled[5].again_in > 0
    assert (polled[6].failures, polled[6].recovered, polled[6].reason) == (0, 2, None)
    assert polled[6].away > polled[5].away
    assert [parsed.is_read for parsed in heard.of(Parsed)] == [True, True, False]


async def test_a_clock_that_is_set_back_during_a_poll_makes_no_time_negative(
    tmp_path: Path, heard: Heard
) -> None:
    clock = [START]

    async def fetch(_: str, __: Validators, ___: int) -> FetchFailed:
        clock[0] -= MINUTE
        return FetchFailed("No answer.")

    async with desk(tmp_path, tell=heard, clock=clock, fetch=fetch) as opened:
        await opened.subscribe()
        await opened.poll()
    (polled,) = heard.of(Polled)
    assert polled.took == 0, "a counter that adds it up never goes down"
    assert polled.away >= 0


async def test_the_events_of_a_feed_never_tell_what_its_address_hides(
    at: Desk, heard: Heard
) -> None:
    at.web.tells(FEED, story("One", at.now[0]))
    await at.poll()
    await at.store.write(lambda tx: tx.feeds.move(heard.of(Polled)[0].feed_id, FeedAddress(_KEYED)))
    at.newsroom._watch.look_again()
    at.web.answers[_KEYED] = FetchFailed("No answer.")
    await at.poll()
    assert heard.of(Polled)[-1].outcome is PollOutcome.FAILED
    assert "hunter2" not in str(heard.events)


async def test_a_delivery_is_told_with_how_it_went_and_how_long_it_waited(
    at: Desk, heard: Heard
) -> None:
    await at.poll()
    at.channels.refusals.append(RetryLater("Discord is down.", refused=True))
    at.web.tells(FEED, story("One", at.now[0], content=PROSE))
    await at.poll()
    at.wait(DAY // 2)
    await at.newsroom.deliver_due()
    first, second = heard.of(Settled)
    assert (first.state, first.reason, first.attempts) == (
        DeliveryState.PENDING,
        "Discord is down.",
        1,
    )
    assert (second.state, second.attempts) == (DeliveryState.SENT, 2)
    assert second.waited >= DAY // 2
    assert (second.channel_id, second.guild_id) == (CHANNEL, GUILD)
    (explained,) = heard.of(Explained)
    assert explained.story_id == second.story_id
    assert explained.origin is Origin.NONE


async def test_lines_bear_the_ids_of_what_they_are_about_and_no_others(
    at: Desk, heard: Heard
) -> None:
    await at.subscribe(channel=OTHER_CHANNEL)
    await at.poll()
    at.web.tells(FEED, story("One", at.now[0], content=PROSE))
    with structlog.contextvars.bound_contextvars(guild=99, channel=98, command="latest"):
        await at.poll()
    polls = heard.bound(Polled) + heard.bound(Parsed)
    assert polls
    feed_id = heard.of(Polled)[0].feed_id
    assert all(bound == {"feed": feed_id} for bound in polls), "nothing of who asked"
    for settled, bound in zip(heard.of(Settled), heard.bound(Settled), strict=True):
        assert bound == {
            "story": settled.story_id,
            "channel": settled.channel_id,
            "guild": GUILD,
            "topic": "town",
        }
    assert {settled.channel_id for settled in heard.of(Settled)} == {CHANNEL, OTHER_CHANNEL}
    (explained,) = heard.bound(Explained)
    assert explained == {"story": heard.of(Explained)[0].story_id, "topic": "town"}
    assert structlog.contextvars.get_contextvars() == {}


async def test_what_is_asked_by_a_member_bears_where_and_not_by_whom(
    at: Desk, heard: Heard
) -> None:
    at.web.tells(FEED, story("One", at.now[0], content=PROSE))

    async def ask() -> None:
        speak("en")
        structlog.contextvars.bind_contextvars(guild=GUILD, channel=CHANNEL, command="latest")
        await at.newsroom.latest("town", Asker(MEMBER, GUILD))

    await asyncio.create_task(ask())
    (bound,) = heard.bound(Explained)
    story_id = heard.of(Explained)[0].story_id
    assert bound == {"guild": GUILD, "channel": CHANNEL, "command": "latest", "story": story_id}
    assert str(MEMBER) not in str([event for event, _ in heard.events])


async def test_what_a_model_came_to_is_told(tmp_path: Path, heard: Heard) -> None:
    refused = ModelFailed(ModelTrouble.KEY, "It refuses the key.", Usage(1, 0))
    pen = Pen([WROTE, refused])
    async with desk(tmp_path, writer=pen, limits=limits(), tell=heard) as at:
        await at.subscribe()
        await at.poll()
        for title in ("One", "Two"):
            at.web.tells(FEED, story(title, at.now[0], content=PROSE))
            await at.poll()
    wrote, failed = heard.of(ModelAsked)
    assert (wrote.model, wrote.trouble, wrote.usage) == ("gemma", None, Usage(2, 900))
    assert (failed.trouble, failed.reason) == (ModelTrouble.KEY, "It refuses the key.")
    assert failed.again_in > 0
    assert [one.origin for one in heard.of(Explained)] == [Origin.MODEL, Origin.NONE]
