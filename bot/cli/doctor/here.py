"""Measures this machine: the program, the settings, the database file."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot import __version__
from bot.config import Gathered, Settings
from bot.dotenv import lines
from bot.models import PROVIDERS
from bot.models.measured import Channel, Kept, Package, Program, Written
from bot.store import StoreError, Tx, examine, look, restoring
from bot.store.presence import in_use, lacking
from bot.store.room import Room

READING = 20.0
"""Seconds that reading the whole database may take."""
_MODULES = {
    "llm": ("pydantic_ai", "openai"),
    "anthropic": ("pydantic_ai", "openai", "anthropic"),
    "google": ("pydantic_ai", "openai", "google.genai"),
    "metrics": ("prometheus_client",),
}
_CALLED = {
    "pydantic_ai": "pydantic-ai-slim",
    "google.genai": "google-genai",
    "prometheus_client": "prometheus-client",
}


def written(environ: Mapping[str, str], dotenv: Path) -> tuple[Written, Gathered]:
    """Read the settings as far as they can be used; every complaint is kept."""
    mode: int | None = None
    content: bytes | None = None
    problems: list[str] = []
    try:
        content = dotenv.read_bytes()
        mode = dotenv.stat().st_mode & 0o777 if os.name == "posix" else None
    except FileNotFoundError:
        pass  # the environment may say it all
    except OSError as error:
        problems = [f".env can't be read: {error.strerror}. Make it a readable file."]
    values, bad_lines = lines(content) if content is not None else ({}, [])
    gathered = Settings.gather(environ, values)
    problems += [*bad_lines, *gathered.problems]
    return Written(problems=tuple(problems), dotenv=content is not None, mode=mode), gathered


def program(settings: Settings) -> Program:
    """Measure what the program runs on."""
    return Program(
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        sqlite=sqlite3.sqlite_version,
        lacking=lacking(),
        packages=_packages(settings),
    )


def _packages(settings: Settings) -> tuple[Package, ...]:
    wanted: dict[str, Package] = {}
    for setting, extra in _extras(settings).items():
        for module in _MODULES[extra]:
            name = _CALLED.get(module, module)
            wanted[name] = Package(name, setting, f"make {extra}", _is_there(module))
    return tuple(wanted.values())


def _extras(settings: Settings) -> dict[str, str]:
    """Return the optional dependencies that are needed, by the setting that asks for them."""
    extras = {}
    if settings.explainer_model is not None:
        known = PROVIDERS.get(settings.explainer_model.partition(":")[0])
        is_own = known is not None and settings.explainer_url is None
        extras["EXPLAINER_MODEL"] = known.extra if known and is_own else "llm"
    if settings.health_port is not None:
        extras["HEALTH_PORT"] = "metrics"
    return extras


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package that it would stand in is not there
        return False


# ── the database ─────────────────────────────────────────────────────────────────────────


async def kept(path: Path) -> tuple[Kept, bool]:
    """Measure the database file; say whether reading it had to be left, which goes on."""
    unfinished = restoring.is_unfinished(path)
    if unfinished or not _exists(path):
        return replace(_absent(path), unfinished=unfinished), False
    checkup, trouble, is_left = None, None, False
    try:
        async with asyncio.timeout(READING):
            checkup = await examine(path)
    except StoreError as error:
        trouble = str(error)
    except TimeoutError:
        is_left = True
    measured = Kept(
        path=str(path),
        exists=True,
        in_use=await in_use(path),
        checkup=checkup,
        space=Room(path).space(),
        writable=os.access(path, os.W_OK) and os.access(_folder(path), os.W_OK),
        trouble=trouble,
    )
    return measured, is_left


def _exists(path: Path) -> bool:
    return path.exists()


def _absent(path: Path) -> Kept:
    folder, free = _folder(path), None
    with suppress(OSError):
        free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    return Kept(
        path=str(path),
        exists=False,
        in_use=None,
        free=free,
        # It looks at the folder of a file, which need not be there.
        space=Room(folder / path.name).space(),
        writable=writable,
    )


def _folder(path: Path) -> Path:
    """Return the folder of a file, or the nearest one above it that is there."""
    folders = path.absolute().parents
    return next((one for one in folders if one.exists()), folders[-1])


async def subscribed(path: Path) -> list[Channel]:
    """Read which channels of servers get topics; raises StoreError where they can't be read."""
    if not _exists(path):
        return []

    async def read(tx: Tx) -> list[Channel]:
        found: dict[int, Channel] = {}
        for guild_id in sorted(await tx.subscriptions.guilds()):
            for one in await tx.subscriptions.in_guild(guild_id):
                before = found.get(one.channel_id)
                found[one.channel_id] = Channel(
                    id=one.channel_id,
                    guild_id=guild_id,
                    topics=before.topics + 1 if before else 1,
                    paused=one.paused_reason or (before.paused if before else None),
                )
        return list(found.values())

    async with look(path) as database:
        return await database.read(read)


async def noted(path: Path, name: str) -> str | None:
    """Read a note of the bot's; raises StoreError where it can't be read."""
    if not _exists(path):
        return None
    async with look(path) as database:
        return await database.read(lambda tx: tx.notes.get(name))
