"""Permissions are looked at before anything is sent, where the client knows the channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.models import Forbidden, Sent
from bot.publish import access
from tests.loopback.state import Channel, Permission
from tests.publishing import Rest, connected, logged_in

_SEND = Permission.SEND_MESSAGES
_SEND_IN_THREADS = Permission.SEND_MESSAGES_IN_THREADS
_HISTORY = Permission.READ_MESSAGE_HISTORY


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


def text(rest: Rest) -> Channel:
    return rest.channel


def thread(rest: Rest) -> Channel:
    return rest.discord.add_thread(rest.channel, "Bridge")


def board(rest: Rest) -> Channel:
    return rest.discord.add_forum(rest.guild, "board")


def known(rest: Rest, channel: Channel) -> access.Postable:
    found = rest.client.get_channel(channel.id)
    assert isinstance(found, access.Postable)
    return found


def _calls(rest: Rest) -> list[str]:
    return [call for call in rest.asked if "gateway" not in call]


@pytest.mark.parametrize(
    ("place", "denied", "named"),
    [
        (text, _SEND, ["Send Messages", "Embed Links"]),
        (text, Permission.EMBED_LINKS, ["Embed Links"]),
        (thread, _SEND_IN_THREADS, ["Send Messages in Threads"]),
        (board, _SEND, ["Send Messages"]),
        (board, Permission.EMBED_LINKS, ["Embed Links"]),
        (board, _HISTORY, ["Read Message History"]),
    ],
)
async def test_a_permission_that_is_missing_is_named_and_nothing_is_sent(
    rest: Rest,
    monkeypatch: pytest.MonkeyPatch,
    place: Callable[[Rest], Channel],
    denied: Permission,
    named: list[str],
) -> None:
    channel = place(rest)
    rest.discord.deny(channel.thread.parent if channel.thread else channel, denied)
    async with connected(rest, monkeypatch):
        outcome = await rest.publish(to=channel)
        assert isinstance(outcome, Forbidden)
        assert all(name in outcome.reason for name in named)
        assert "Edit Channel → Permissions" in outcome.reason
        assert not _calls(rest)


async def test_a_channel_that_is_hidden_from_the_bot_asks_for_view_channel(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.discord.deny(rest.channel, Permission.VIEW_CHANNEL)
    async with connected(rest, monkeypatch):
        outcome = await rest.publish()
        assert isinstance(outcome, Forbidden)
        assert "View Channel" in outcome.reason


@pytest.mark.parametrize("place", [text, thread, board])
async def test_what_may_be_posted_in_is_posted_in_with_one_request(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, place: Callable[[Rest], Channel]
) -> None:
    channel = place(rest)
    async with connected(rest, monkeypatch):
        assert not access.missing(known(rest, channel))
        assert isinstance(await rest.publish(to=channel), Sent)
        assert len(_calls(rest)) == 1


async def test_speaking_in_threads_needs_no_leave_to_speak_in_their_channel(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = thread(rest)
    rest.discord.deny(rest.channel, _SEND)
    async with connected(rest, monkeypatch):
        assert isinstance(await rest.publish(to=channel), Sent)


async def test_a_channel_whose_history_is_hidden_still_gets_its_posts(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.discord.deny(rest.channel, _HISTORY)
    async with connected(rest, monkeypatch):
        assert access.missing(known(rest, rest.channel)) == ["Read Message History"]
        assert isinstance(await rest.publish(), Sent)


async def test_a_forum_that_the_client_knows_has_its_tags_known_as_well(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = rest.discord.add_forum(rest.guild, "board", ("World", "Town"), require_tag=True)
    async with connected(rest, monkeypatch):
        assert isinstance(await rest.publish(to=channel, tag="TOWN"), Sent)
        (starter,) = channel.starters
        assert starter.channel.thread is not None
        assert starter.channel.thread.tag_ids == [channel.tags[1].id]
        assert await rest.posted_ids(of=channel) == [starter.id]


async def test_a_permission_that_is_back_is_seen_at_once(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.discord.deny(rest.channel, _SEND)
    async with connected(rest, monkeypatch):
        assert isinstance(await rest.publish(), Forbidden)
        rest.discord.allow(rest.channel, _SEND)
        await rest.client.wait_for("guild_channel_update")
        assert isinstance(await rest.publish(), Sent)


async def test_a_server_that_an_outage_hides_is_not_taken_for_a_refusal(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(rest, monkeypatch):
        rest.discord.take_guild_offline(rest.guild)
        await rest.client.wait_for("guild_unavailable")
        assert isinstance(await rest.publish(), Sent)
