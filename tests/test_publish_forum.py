"""Posting in forums, where no nonce keeps a second post from being made, and looking there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.models import ChannelGone, Forbidden, Post, RetryLater, Sent
from bot.publish import forum
from tests.loopback.places import change_thread
from tests.loopback.state import Channel, Permission
from tests.publishing import Rest, body, hurry, logged_in


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


def starts(of: Channel) -> str:
    return rf"/channels/{of.id}/threads$"


def ids(of: Channel) -> list[int]:
    return [starter.id for starter in of.starters]


async def test_a_story_becomes_a_post_with_its_headline_and_its_topics_tag(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board", ("World", "Technology"))
    outcome = await rest.publish(to=board, title="A  bridge\nis built", tag="technology")
    (starter,) = board.starters
    assert outcome == Sent(starter.id)
    assert starter.body == body()
    assert starter.channel.name == "A bridge is built"
    assert starter.channel.thread is not None
    assert starter.channel.thread.tag_ids == [board.tags[1].id]


async def test_what_kind_of_channel_it_is_is_asked_once(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    for number in range(3):
        await rest.publish(to=board, title=f"{number}")
    kinds = [call for call in rest.asked if call.startswith("GET")]
    assert len(kinds) == 1
    assert len(board.starters) == 3


async def test_a_media_channel_is_posted_in_like_a_forum(rest: Rest) -> None:
    gallery = rest.discord.add_channel(rest.guild, "gallery", 16)
    assert isinstance(await rest.publish(to=gallery), Sent)
    assert await rest.posted_ids(of=gallery) == ids(gallery)


async def test_a_forum_that_wants_a_tag_gets_one(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board", ("Closed", "News"), require_tag=True)
    board.tags[0] = replace(board.tags[0], moderated=True)
    assert isinstance(await rest.publish(to=board, tag="Closed"), Sent)
    (starter,) = board.starters
    assert starter.channel.thread is not None
    assert starter.channel.thread.tag_ids == [board.tags[1].id]


async def test_a_forum_that_wants_a_tag_and_has_none_says_what_to_do(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board", (), require_tag=True)
    outcome = await rest.publish(to=board)
    assert isinstance(outcome, Forbidden)
    assert "Edit Channel → Tags" in outcome.reason


async def test_a_tag_that_was_taken_away_since_is_looked_for_again(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board", ("Town",))
    await rest.publish(to=board, tag="Town")
    board.tags.clear()
    assert isinstance(await rest.publish(to=board, tag="Town"), Sent)
    assert len(board.starters) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502},
        {"status": 503},
        {"status": 504},
        {"drop": True},
    ],
)
async def test_a_post_whose_answer_was_lost_is_not_made_twice(
    rest: Rest, fault: dict[str, int]
) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board, title="First")
    rest.discord.fail_next("POST", starts(board), accepted=True, **fault)  # type: ignore[arg-type]  # either an int or a bool
    outcome = await rest.publish(to=board)
    assert isinstance(outcome, RetryLater)
    assert not outcome.refused, "it has to be looked for"
    assert len(board.starters) == 2
    assert await rest.posted_ids(of=board) == ids(board)


async def test_an_answer_that_is_withheld_is_no_refusal(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board, title="First")
    monkeypatch.setattr("bot.publish.calls.TIMEOUT", 0.2)
    async with rest.discord.hold("POST", starts(board)):
        outcome = await rest.publish(to=board)
    assert isinstance(outcome, RetryLater)
    assert not outcome.refused
    monkeypatch.setattr("bot.publish.calls.TIMEOUT", 60.0)
    assert len(await rest.posted_ids(of=board)) == 2


async def test_a_forum_that_has_had_enough_for_now_has_surely_not_taken_it(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board, title="First")
    for wait in (0.01, 300):
        rest.discord.fail_next("POST", starts(board), status=429, retry_after=wait)
        outcome = await rest.publish(to=board)
        assert isinstance(outcome, RetryLater)
        assert outcome.refused
    assert len(board.starters) == 1


@pytest.mark.parametrize(
    ("code", "kind"), [(160006, Forbidden), (50013, Forbidden), (40066, Forbidden)]
)
async def test_a_refusal_of_a_forums_is_said_in_words(rest: Rest, code: int, kind: type) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    rest.discord.fail_next("POST", starts(board), status=403, code=code)
    outcome = await rest.publish(to=board)
    assert isinstance(outcome, kind)


async def test_a_forum_that_is_gone_is_gone(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board)
    rest.discord.remove_channel(board)
    assert isinstance(await rest.publish(to=board), ChannelGone)
    assert isinstance(await rest.posted(of=board), ChannelGone)


async def test_a_role_is_mentioned_in_the_forums_post(rest: Rest) -> None:
    role = rest.discord.add_role(rest.guild, "Readers", mentionable=True)
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board, mention=role.id)
    (starter,) = board.starters
    assert rest.discord.pings(starter).roles == frozenset({role.id})


# ── looking there ────────────────────────────────────────────────────────────────────────


async def test_the_posts_of_a_forum_are_found_open_and_archived_oldest_first(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    other = rest.discord.add_forum(rest.guild, "other")
    for number in range(3):
        await rest.publish(body(f"{number}", number), to=board)
    await rest.publish(to=other)
    change_thread(rest.discord.world, board.starters[1].channel, {"archived": True})
    found = await rest.posted(of=board)
    assert isinstance(found, list)
    assert [message["embeds"][0]["title"] for message in found] == ["0", "1", "2"]
    assert [int(message["id"]) for message in found] == ids(board)


async def test_a_thread_of_somebody_else_is_none_of_the_bots_posts(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    rest.discord.add_thread(board, "A question")
    assert await rest.posted(of=board) == []


async def test_a_post_that_a_moderator_deleted_is_not_there(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    for number in range(3):
        await rest.publish(body(f"{number}"), to=board)
    gone, headless, left = board.starters
    rest.discord.remove_channel(gone.channel)
    rest.discord.delete_message(headless)
    assert await rest.posted_ids(of=board) == [left.id]


async def test_only_what_was_posted_since_then_is_read(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    for number in range(3):
        await rest.publish(body(f"{number}"), to=board)
    rest.discord.advance(3600)
    await rest.publish(to=board)
    before = len(rest.asked)
    assert await rest.posted_ids(of=board, ago=60_000) == ids(board)[-1:]
    read = [call for call in rest.asked[before:] if "/messages/" in call]
    assert len(read) == 1


async def test_the_archive_is_read_no_further_than_it_can_hold_the_post(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    rest.discord.advance(-7200)
    for number in range(150):
        rest.discord.add_thread(board, f"{number}", archived=True)
    rest.discord.advance(7200)
    await rest.publish(to=board)
    change_thread(rest.discord.world, board.starters[0].channel, {"archived": True})
    assert await rest.posted_ids(of=board, ago=60_000) == ids(board)
    assert sum("archived" in call for call in rest.asked) == 1


async def test_an_archive_that_is_too_long_is_no_proof_that_nothing_was_posted(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    for number in range(501):
        rest.discord.add_thread(board, f"{number}", archived=True)
    outcome = await rest.posted(of=board)
    assert isinstance(outcome, RetryLater)
    assert not outcome.refused


async def test_a_forum_whose_past_may_not_be_read_is_not_posted_in_again(rest: Rest) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board)
    rest.discord.deny(board, Permission.READ_MESSAGE_HISTORY)
    outcome = await rest.posted(of=board)
    assert isinstance(outcome, Forbidden)
    assert "Read Message History" in outcome.reason


@pytest.mark.parametrize("path", ["/threads/active", "/threads/archived/public", "/messages/"])
async def test_a_forum_that_can_not_be_read_now_is_read_later(rest: Rest, path: str) -> None:
    board = rest.discord.add_forum(rest.guild, "board")
    await rest.publish(to=board)
    rest.discord.fail_next("GET", path, status=503)
    outcome = await rest.posted(of=board)
    assert isinstance(outcome, RetryLater)
    assert await rest.posted_ids(of=board) == ids(board)


# ── pure ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("title", ["", " \n\t ", "x" * 300, "word " * 60, "\u200b"])
def test_a_posts_name_is_never_empty_nor_too_long(title: str) -> None:
    start = forum.thread(forum.Forum(1), Post(body(), title))
    assert isinstance(start, dict)
    assert 1 <= len(str(start["name"]).strip()) <= forum.NAME
