"""What the commands share: clocks, reading the catalogue, explaining off the event loop."""

from __future__ import annotations

import asyncio
import time
from importlib import resources
from pathlib import Path

from bot.catalogue import Catalogue, CatalogueError, read_catalogue
from bot.config import Settings
from bot.explain import explain
from bot.models import Article, Explainer, Millis


class PreviewError(Exception):
    """There is nothing to show; the message says why and what to do."""


def clock() -> Millis:
    """Return the time of day."""
    return time.time_ns() // 1_000_000


async def explain_aside(article: Article) -> Explainer:
    """Explain an article in a thread: long texts take tens of milliseconds."""
    return await asyncio.to_thread(explain, article)


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
