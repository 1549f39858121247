"""How the program gets at Discord, and goes on trying."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.catalogue import read_catalogue
from bot.cli import run
from bot.config import Settings
from tests.loopback.server import LoopbackDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TOKEN = "loop.back.token"
_COMMANDS = r"/commands$"


def _refused(kind: Callable[..., Exception], status: int) -> Exception:
    answer = SimpleNamespace(status=status, reason="refused")
    return kind(cast("aiohttp.ClientResponse", answer), "<html>\n<h1>Error 1015</h1>")


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "FIRST_WAIT", 0)


# ── trying again ─────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("_at_once")
async def test_what_passes_is_tried_again_until_discord_is_reached() -> None:
    left: list[BaseException] = [
        _refused(discord.HTTPException, 429),  # Cloudflare's, which has no JSON
        _refused(discord.Forbidden, 403),
        _refused(discord.NotFound, 404),
        _refused(discord.DiscordServerError, 503),
        discord.RateLimited(120.0),
        discord.GatewayNotFound(),  # type: ignore[no-untyped-call]  # the library's
        aiohttp.ClientConnectionError(),
        TimeoutError(),
    ]

    async def reach() -> str:
        if left:
            raise left.pop()
        return "reached"

    async with asyncio.timeout(5):
        await run._persist(reach)
    assert left == []


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize(
    "error",
    [
        discord.LoginFailure(),
        discord.PrivilegedIntentsRequired(None),
        discord.ConnectionClosed(
            cast("aiohttp.ClientWebSocketResponse", SimpleNamespace()), shard_id=None, code=4004
        ),
        _refused(discord.HTTPException, 401),
        RuntimeError("a bug"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_never_passes_ends_it(error: Exception) -> None:
    tries: list[int] = []

    async def reach() -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error)):
        async with asyncio.timeout(5):
            await run._persist(reach)
    assert len(tries) == 1


# ── registering the commands ─────────────────────────────────────────────────────────────


@pytest.fixture
def _put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both are put back afterwards, wherever the program lets them point.
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@asynccontextmanager
async def _running(at: LoopbackDiscord, folder: Path) -> AsyncIterator[asyncio.Task[None]]:
    """Run the program in this process; it must have ended by itself within ten seconds."""
    settings = Settings.read(
        {
            "DISCORD_TOKEN": _TOKEN,
            "DISCORD_API_URL": at.api_url,
            "DISCORD_GATEWAY_URL": at.gateway_url,
            "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        },
        {},
    )
    topics = read_catalogue('[town]\ntitle = "Town"\nfeeds = ["https://x.example/"]\n', "topics")
    running = asyncio.create_task(run.run(settings, topics, lambda: None))
    try:
        yield running
        async with asyncio.timeout(10):
            await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.usefixtures("_put_back")
async def test_it_can_be_stopped_while_discord_does_not_answer_to_its_commands(
    tmp_path: Path,
) -> None:
    async with (
        LoopbackDiscord(token=_TOKEN) as at,
        at.hold("PUT", _COMMANDS) as hold,
        _running(at, tmp_path) as running,
    ):
        await hold.arrived.wait()
        assert not running.done()
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            await running


@pytest.mark.usefixtures("_put_back", "_at_once")
async def test_commands_that_discord_fails_to_take_are_registered_again(tmp_path: Path) -> None:
    async with LoopbackDiscord(token=_TOKEN) as at:
        at.fail_next("PUT", _COMMANDS, status=503, times=3)
        async with _running(at, tmp_path):
            await at.wait_until_ready()
            assert at.command_puts == 1
            assert at.commands
            os.kill(os.getpid(), signal.SIGTERM)
        assert not at.faults_left


@pytest.mark.usefixtures("_put_back", "_at_once")
async def test_commands_that_discord_calls_malformed_are_a_bug(tmp_path: Path) -> None:
    async with LoopbackDiscord(token=_TOKEN) as at:
        at.fail_next("PUT", _COMMANDS, status=400, code=50035)
        with pytest.raises(ExceptionGroup) as ended:
            async with _running(at, tmp_path) as running:
                await running
        assert ended.group_contains(discord.app_commands.CommandSyncFailure)
