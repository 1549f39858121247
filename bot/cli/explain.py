"""Explains one link in the terminal, with the sentences that each claim rests on; keeps nothing."""

from __future__ import annotations

import json
import random
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot import __version__
from bot.cli import tools
from bot.cli.writing import limits_of, writing
from bot.config import Settings
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.feeds.worker import Parser
from bot.models import (
    ExplainedStory,
    Millis,
    SectionName,
    Source,
    Topic,
)
from bot.newsroom import Asker, Newsroom, NotExplained, Parts, TooOften
from bot.publish import sections
from bot.publish.markdown import printable, say
from bot.publish.nowhere import Nowhere
from bot.store import Store

_NOBODY = Asker(0)
_TOPIC = Topic("none", "None", "", "", ())


async def explain(settings: Settings, link: str) -> ExplainedStory:
    """Read and explain what a link leads to, as the bot would; raises tools.PreviewError."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wherefore-"))
        store = await stack.enter_async_context(Store.open(Path(folder) / "explain.db"))
        guard = Guard(settings.feed_allow_networks)
        fetcher = await stack.enter_async_context(
            Fetcher(version=__version__, guard=guard, now=tools.clock)
        )
        parser = await stack.enter_async_context(Parser())
        writer = await stack.enter_async_context(writing(settings))
        parts = Parts(
            store=store,
            topics={_TOPIC.name: _TOPIC},
            fetch=fetcher.fetch,
            parse=parser.parse,
            explain=tools.explain_aside,
            page=None,
            asked_page=tools.page_reader(fetcher, parser),
            publisher=Nowhere(),
            clock=tools.clock,
            chance=random.random,
            shortest=settings.feed_min_interval,
            writer=writer,
            limits=limits_of(settings),
        )
        async with Newsroom(parts) as newsroom:
            found = await newsroom.explain_link(link, _NOBODY)
    match found:
        case ExplainedStory():
            return found
        case NotExplained(reason):
            raise tools.PreviewError(f"{link}: {reason}")
        case TooOften():
            raise AssertionError("nobody has asked before")


def as_json(told: ExplainedStory) -> str:
    """Write one JSON object: the story, its sections, and the sentences that they rest on."""
    explainer = told.explainer
    written: dict[str, list[dict[str, Any]]] = {name.value: [] for name in SectionName}
    for name, section in explainer.sections.items():
        written[name] = [{"text": c.text, "sources": list(c.sources)} for c in section.claims]
    article = told.story.article
    said = {
        "story": {
            "title": article.title,
            "url": article.link,
            "publisher": article.publisher,
            "published": _iso(article.published),
            "teaser": article.teaser,
        },
        "origin": explainer.origin,
        "origins": {name: section.origin for name, section in explainer.sections.items()},
        "model": explainer.model or None,
        "sections": written,
        "sources": [
            {
                "id": source.id,
                "text": source.text,
                "publisher": source.publisher,
                "url": source.url,
                "published": _iso(source.published),
            }
            for source in explainer.sources
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def show(told: ExplainedStory, console: Console) -> None:
    """Print the sections, and under each claim the sentences that it rests on."""
    article = told.story.article
    console.print(_text(article.title, "bold"))
    console.print(_text(_by(article.publisher, article.published), "dim"))
    if article.link:
        console.print(_text(article.link, "dim"), soft_wrap=True)
    sources = {source.id: source for source in told.explainer.sources}
    for name, section in told.explainer.sections.items():
        console.print()
        console.print(_text(name.heading, "bold"))
        for claim in section.claims:
            console.print(Padding.indent(_text(claim.text), 2))
            for source_id in claim.sources:
                said = _cited(sources[source_id], claim.text)
                console.print(Padding.indent(_text(said, "dim"), 4))
    console.print()
    console.print(_text(_written_by(told), "dim"))


def _cited(source: Source, claim: str) -> str:
    where = _by(source.publisher, source.published)
    # A sentence that was taken as it stands need not be read twice.
    said = "as it stands there" if source.text == claim else f"“{source.text}”"
    return f"[{source.id}] {where}: {said}"


def _written_by(told: ExplainedStory) -> str:
    explainer = told.explainer
    if not explainer.sections:
        return (
            "Nothing in it says for certain why it matters, and nothing is invented. Without a "
            "model, only news in English is explained; opinion and reviews never are."
        )
    who = sections.origins(explainer, told.story.article.publisher, explainer.sections)
    return f"{who[:1].upper()}{who[1:]}."


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style)


def _iso(time: Millis) -> str | None:
    return datetime.fromtimestamp(time / 1000, UTC).isoformat() if time else None


def _by(publisher: str, published: Millis) -> str:
    day = say(datetime.fromtimestamp(published / 1000, UTC), "D") if published else "undated"
    return f"{publisher}, {day}"
