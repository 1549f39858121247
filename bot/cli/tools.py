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
from bot.feeds.fetch import ARTICLE_BYTES, Fetcher
from bot.feeds.worker import Parser
from bot.models import Draft, Explainer, Fetched, FetchFailed, Material, Millis, Page


class PreviewError(Exception):
    """There is nothing to show; the message says why and what to do."""


def clock() -> Millis:
    """Return the time of day."""
    return time.time_ns() // 1_000_000


async def explain_aside(
    material: Material, draft: Draft | None = None, *, model: str = "", limited: bool = False
) -> Explainer:
    """Explain a story in a thread: long texts take milliseconds."""
    return await asyncio.to_thread(explain, material, draft, model=model, limited=limited)


PAGE_SECONDS = 10.0
"""How long a post may wait for its story's page."""


def page_reader(fetcher: Fetcher, parser: Parser) -> Callable[[str], Awaitable[Page | FetchFailed]]:
    """Return what reads a page by its URL, all of it within `PAGE_SECONDS`."""

    async def read(url: str) -> Page | FetchFailed:
        try:
            async with asyncio.timeout(PAGE_SECONDS):
                return await _page(fetcher, parser, url)
        except TimeoutError:
            return FetchFailed(f"The page could not be had within {PAGE_SECONDS:g} seconds.")

    return read


async def _page(fetcher: Fetcher, parser: Parser, url: str) -> Page | FetchFailed:
    fetched = await fetcher.page(url, ARTICLE_BYTES)
    if not isinstance(fetched, Fetched):
        return fetched if isinstance(fetched, FetchFailed) else FetchFailed("It is empty.")
    page = await parser.page(fetched)
    return page if isinstance(page, Page) else FetchFailed(page.reason)


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
