"""What the commands share: clocks, reading the catalogue, explaining off the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path

from bot.catalogue import Catalogue, CatalogueError, read_catalogue
from bot.config import Settings
from bot.explain import explain
from bot.feeds.fetch import Fetcher
from bot.feeds.worker import Parser
from bot.models import Explainer, Fetched, Material, Millis


class PreviewError(Exception):
    """There is nothing to show; the message says why and what to do."""


def clock() -> Millis:
    """Return the time of day."""
    return time.time_ns() // 1_000_000


async def explain_aside(material: Material) -> Explainer:
    """Explain a story in a thread: long texts take tens of milliseconds."""
    return await asyncio.to_thread(explain, material)


PICTURE_SECONDS = 10.0
"""How long a post may wait for the picture of its story's page."""


def page_pictures(fetcher: Fetcher, parser: Parser) -> Callable[[str], Awaitable[str | None]]:
    """Return what finds the picture of a story's own page by its URL; None where it has none."""

    async def find(url: str) -> str | None:
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                page = await fetcher.page(url)
        except TimeoutError:
            return None  # a story without a picture is better than a late one
        return await parser.picture(page) if isinstance(page, Fetched) else None

    return find


def catalogue(settings: Settings) -> Catalogue:
    """Read the shipped catalogue, or the one that the settings name; raises CatalogueError."""
    if settings.topics_file is None:
        text = resources.files("bot").joinpath("topics.toml").read_text(encoding="utf-8")
        return read_catalogue(text, "bot/topics.toml")
    return read_catalogue(_text(settings.topics_file), str(settings.topics_file))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError([f"{path}: not UTF-8 text: {error.reason}"]) from error
