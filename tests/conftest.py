"""What all tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.loopback import LoopbackDiscord
from tests.loopback.model import LoopbackModel
from tests.loopback.sample import Client, World, pointed_at, running
from tests.writing import KEY, check

if TYPE_CHECKING:
    from bot.explain.model import Writer

# How long an example takes says something about the machine, not about the program.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run by chance be had again."""
    parser.addoption("--crash-seed", type=int, help="the seed of the kills in tests/crash")


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    """A loopback Discord that the real client takes for Discord."""
    async with LoopbackDiscord() as one:
        with pointed_at(one):
            yield one


@pytest.fixture
def world(server: LoopbackDiscord) -> World:
    """One guild of it, with a channel and a person."""
    return World(server)


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    """The real client, logged in to it."""
    async with running(world.server) as one:
        yield one


@pytest.fixture
async def endpoint() -> AsyncIterator[LoopbackModel]:
    """A model's endpoint on the loopback."""
    async with LoopbackModel() as model:
        yield model


@pytest.fixture
async def pen(endpoint: LoopbackModel) -> AsyncIterator[Writer]:
    """What asks that endpoint; only for tests that skip without the library."""
    from bot.explain.model import writer  # noqa: PLC0415  # it takes the optional dependencies

    async with writer("stub:stub-1b", endpoint.url, KEY, check=check) as made:
        yield made
