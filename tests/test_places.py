"""What a connected client says of servers and channels, and what it hears of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.publish.places import DiscordPlaces
from tests.loopback.state import Permission
from tests.publishing import Rest, connected, logged_in


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


class Ears:
    """Whoever hears of what comes and goes."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self._news = asyncio.Event()

    async def hears(self, what: str, number: int) -> None:
        """Wait until this is heard; then forget what was."""
        async with asyncio.timeout(10):
            while (what, number) not in self.heard:
                await self._news.wait()
                self._news.clear()
        assert what == "left" or "left" not in dict(self.heard), "no server was left"
        self.heard.clear()

    def _hear(self, what: str, number: int) -> None:
        self.heard.append((what, number))
        self._news.set()

    def connected(self) -> None:
        self._hear("connected", 0)

    def server_joined(self, guild_id: int) -> None:
        self._hear("joined", guild_id)

    def server_left(self, guild_id: int) -> None:
        self._hear("left", guild_id)

    def permissions_changed(self, guild_id: int) -> None:
        self._hear("changed", guild_id)

    def channel_gone(self, channel_id: int) -> None:
        self._hear("gone", channel_id)


async def test_a_client_that_is_not_connected_knows_nothing(rest: Rest) -> None:
    places = DiscordPlaces(rest.client)
    assert places.servers() is None
    assert places.lacking(rest.guild.id, rest.channel.id) is None
    assert places.writable(rest.guild.id, [rest.channel.id]) == []


async def test_channels_and_open_threads_are_known_with_what_the_bot_lacks_there(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = rest.discord.add_thread(rest.channel, "Bridge")
    locked = rest.discord.add_thread(rest.channel, "Ferry", locked=True)
    archived = rest.discord.add_thread(rest.channel, "Tunnel", archived=True)
    shut = rest.discord.add_channel(rest.guild, "shut")
    board = rest.discord.add_forum(rest.guild, "board")
    rest.discord.deny(shut, Permission.SEND_MESSAGES)
    rest.discord.deny(rest.channel, Permission.READ_MESSAGE_HISTORY)
    hidden = rest.discord.add_guild("Hidden")
    hidden.unavailable = True
    async with connected(rest, monkeypatch):
        places = DiscordPlaces(rest.client)
        servers = places.servers()
        assert servers is not None
        known = servers[rest.guild.id]
        assert known is not None
        assert {rest.channel.id, thread.id, locked.id, shut.id, board.id} <= known
        assert archived.id not in known
        assert servers[hidden.id] is None

        def lacking(channel_id: int) -> list[str] | None:
            return places.lacking(rest.guild.id, channel_id)

        assert lacking(rest.channel.id) == [], "without the history a post goes out all the same"
        assert "Send Messages" in (lacking(shut.id) or [])
        assert lacking(locked.id) == ["an unlocked thread"]
        assert lacking(archived.id) == [], "it is not known to lack anything"
        assert places.lacking(hidden.id, 1) is None
        wanted = [shut.id, thread.id, board.id, rest.channel.id]
        assert places.writable(rest.guild.id, wanted) == [thread.id, rest.channel.id]


async def test_a_server_is_told_where_there_is_news_then_where_moderators_look_then_at_its_door(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = rest.discord.add_channel(rest.guild, "welcome")
    desk = rest.discord.add_channel(rest.guild, "moderators")
    rest.guild.system_channel_id = door.id
    rest.guild.public_updates_channel_id = desk.id
    async with connected(rest, monkeypatch):
        places = DiscordPlaces(rest.client)
        order = [rest.channel.id, desk.id, door.id]
        assert places.writable(rest.guild.id, [rest.channel.id]) == order


async def test_permissions_that_change_are_heard_of(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.client.events = ears = Ears()
    stage, guild = rest.discord, rest.guild
    thread = stage.add_thread(rest.channel, "Bridge")
    archived = stage.add_thread(rest.channel, "Tunnel", archived=True)
    role = stage.add_role(guild, "Crier")
    async with connected(rest, monkeypatch):
        await ears.hears("connected", 0)
        stage.deny(rest.channel, Permission.SEND_MESSAGES)
        await ears.hears("changed", guild.id)
        stage.set_everyone_permissions(guild, int(Permission.VIEW_CHANNEL))
        await ears.hears("changed", guild.id)
        stage.set_roles(stage.bot_in(guild), role)
        await ears.hears("changed", guild.id)
        stage.change_thread(thread, locked=True)
        await ears.hears("changed", guild.id)
        stage.change_thread(archived, archived=False)
        await ears.hears("changed", guild.id)


async def test_servers_and_channels_that_go_away_are_heard_of_and_an_outage_is_none(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.client.events = ears = Ears()
    stage, guild = rest.discord, rest.guild
    other = stage.add_channel(guild, "talk")
    thread, archived = stage.add_thread(other, "Bridge"), stage.add_thread(other, "Tunnel")
    stage.change_thread(archived, archived=True)
    async with connected(rest, monkeypatch):
        await ears.hears("connected", 0)
        stage.remove_channel(archived)
        await ears.hears("gone", archived.id)
        stage.remove_channel(other)
        await ears.hears("gone", thread.id)
        stage.take_guild_offline(guild)
        stage.bring_guild_back(guild)
        await ears.hears("joined", guild.id)
        stage.remove_guild(guild)
        await ears.hears("left", guild.id)
        stage.invite_again(guild)
        await ears.hears("joined", guild.id)


async def test_whether_a_channel_is_there_is_asked_of_discord(rest: Rest) -> None:
    assert await rest.publisher.exists(rest.channel.id) is True
    rest.discord.deny(rest.channel, Permission.VIEW_CHANNEL)
    assert await rest.publisher.exists(rest.channel.id) is True, "what is hidden is there"
    rest.discord.fail_next("GET", rf"/channels/{rest.channel.id}", status=503)
    assert await rest.publisher.exists(rest.channel.id) is None
    assert await rest.publisher.exists(1) is False
