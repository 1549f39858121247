"""Puts together what tells on loopback whether the bot works, as the settings ask for it."""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot import __version__
from bot.cli import tools
from bot.client import Client
from bot.config import Settings, SettingsError
from bot.health.monitor import Monitor
from bot.models import SECOND, Millis, Usage
from bot.models.vitals import Build, Live
from bot.newsroom.writing import EVERYBODY
from bot.publish.traffic import Traffic
from bot.store import Store
from bot.store.room import Room
from bot.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from bot.health.metrics import Metrics

log = structlog.get_logger()


class ServerEndedError(Exception):
    """Nobody answers at HEALTH_PORT any more."""


def steady() -> Millis:
    """Return the time on a clock that is never set."""
    return round(time.monotonic() * SECOND)


def monitor_of(
    settings: Settings,
    store: Store,
    client: Client,
    traffic: Traffic,
    *,
    room: Room,
    resting: Callable[[], str | None],
) -> Monitor:
    """Return what hears of events and loops, and tells how the bot is."""
    limits = Usage(settings.explainer_daily_limit, settings.explainer_daily_tokens)
    return Monitor(
        build=Build(version=__version__, python=platform.python_version(), schema=len(MIGRATIONS)),
        clock=tools.clock,
        steady=steady,
        live=lambda: Live(
            shards=client.sessions.shards,
            latencies=dict(client.latencies),
            servers=len(client.guilds),
            refused=traffic.refused,
            resting=resting(),
            space=room.space(),
            rests_for=traffic.resting(),
            sizes=_sizes(settings.database),
        ),
        resting=resting,
        store=store,
        purse=EVERYBODY,
        budget=limits if settings.explainer_model else None,
    )


@asynccontextmanager
async def watched(monitor: Monitor, port: int | None) -> AsyncIterator[None]:
    """Tell at a port of loopback how the bot is; None: nowhere.

    Raises SettingsError where the port can't be listened at. What dies of it ends the block.
    """
    if port is None:
        yield
        return
    from bot.health.lag import watch_lag  # noqa: PLC0415  # nothing of it is needed without a port
    from bot.health.server import ADDRESS, Answers, StartError, serving  # noqa: PLC0415  # as above

    metrics = _metrics()
    if metrics is not None:
        monitor.observers.append(metrics.observe)
    try:
        async with serving(Answers(monitor.read, metrics), port) as server:
            log.info("telling how it is", at=f"http://{ADDRESS}:{port}/", metrics=bool(metrics))

            def note(seconds: float) -> None:
                monitor.look_up()
                if metrics is not None:
                    metrics.lagged(seconds)
                if not server.is_serving():
                    raise ServerEndedError("Nothing listens at HEALTH_PORT any more.")

            async with asyncio.TaskGroup() as group:
                watching = group.create_task(watch_lag(note), name="lag")
                try:
                    yield
                finally:
                    watching.cancel()
            await monitor.close()
    except StartError as error:
        raise SettingsError([str(error)]) from error


def _metrics() -> Metrics | None:
    if find_spec("prometheus_client") is None:
        return None
    from bot.health.metrics import Metrics  # noqa: PLC0415  # it need not be installed

    return Metrics()


def _sizes(path: Path) -> dict[str, int]:
    files = {"database": path, "wal": path.with_name(f"{path.name}-wal")}
    sizes = {}
    for name, file in files.items():
        with suppress(OSError):  # it is not there, or its disk fails: others tell what is wrong
            sizes[name] = file.stat().st_size
    return sizes
