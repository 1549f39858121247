"""Shows a feed's newest posts as they would look; stores nothing and sends nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import __version__
from bot.cli import tools
from bot.config import Settings
from bot.explain import explain
from bot.feeds.fetch import Fetcher, read_file
from bot.feeds.guard import Guard
from bot.feeds.links import host_of
from bot.feeds.worker import Parser
from bot.models import (
    Body,
    ExplainedStory,
    FeedDocument,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Millis,
    NotModified,
    Origin,
    ParseFailed,
    Story,
    Topic,
    Validators,
)
from bot.publish import render
from bot.publish.console import panel
from bot.publish.markdown import printable
from bot.publish.page import Shown, page
from bot.stories.articles import article_of

_TOPIC = Topic("preview", "Preview", "👀", "", ())


@dataclass(frozen=True, slots=True)
class Preview:
    """A feed's newest posts, with the answers that their buttons would give."""

    title: str
    url: str
    entries: int
    posts: tuple[tuple[Body, Body | None], ...]


async def preview(settings: Settings, place: str, limit: int) -> Preview:
    """Fetch and render a feed's newest posts, `limit` of them (0: all).

    `place` is a URL or a file's path. Raises tools.PreviewError where no feed is there.
    """
    fetched = await _fetch(settings, place)
    async with Parser() as parser:
        document = await parser.parse(fetched)
    if isinstance(document, ParseFailed):
        found = "".join(f"\n  {url}" for url in document.feeds)
        hint = f" It names these feeds, try one of them:{found}" if found else ""
        raise tools.PreviewError(f"{place}: {document.reason.rstrip('.')}.{hint}")
    now = tools.clock()
    newest = _newest_first(document, _called(document, place), now)
    posts = tuple(_rendered(explained) for explained in (newest[:limit] if limit else newest))
    return Preview(document.title, place, len(document.entries), posts)


def show(found: Preview, console: Console) -> None:
    """Print posts to a terminal."""
    # As text: a title with "[/b]" in it is no markup of ours.
    console.print(Text(printable(_count(found)), "bold"))
    for body, _ in found.posts:
        console.print(panel(body))
        console.print()


def write_page(found: Preview, path: Path) -> None:
    """Write posts as an HTML page that looks like Discord."""
    shown = [Shown(body=body, channel="preview", reply=reply) for body, reply in found.posts]
    text = page(f"Preview: {found.title}", shown, intro=_count(found))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise tools.PreviewError(
            f"{path} can't be written: {error.strerror}. Name a file in a folder that is there and "
            "that you may write in."
        ) from error


def as_json(found: Preview) -> str:
    """Write posts as one JSON object: exactly the bodies that Discord would get."""
    feed = {"title": found.title, "url": found.url, "entries": found.entries}
    posts = [body for body, _ in found.posts]
    return json.dumps({"feed": feed, "posts": posts}, ensure_ascii=False, indent=2)


def _count(found: Preview) -> str:
    noun = "entry" if found.entries == 1 else "entries"
    return f"{found.title or found.url}: {found.entries} {noun}, {len(found.posts)} shown"


async def _fetch(settings: Settings, place: str) -> Fetched:
    if "://" in place:
        guard = Guard(settings.feed_allow_networks)
        async with Fetcher(version=__version__, guard=guard, now=tools.clock) as fetcher:
            outcome: FetchOutcome = await fetcher.fetch(place, Validators())
    else:
        outcome = await read_file(Path(place))
    match outcome:
        case Fetched():
            return outcome
        case FetchFailed(reason):
            raise tools.PreviewError(f"{place}: {reason}")
        case NotModified():
            raise tools.PreviewError(
                f"{place}: The site says that nothing changed, though it was not asked."
            )


def _called(document: FeedDocument, place: str) -> str:
    """Name a feed: by its title, else by the host or the file that it comes from."""
    return document.title or (host_of(place) if "://" in place else Path(place).name)


def _newest_first(document: FeedDocument, feed_title: str, now: Millis) -> list[ExplainedStory]:
    dated = sorted(document.entries, key=lambda entry: -(entry.published or 0))
    return [
        _explained(
            Story(
                number,
                article_of(entry, feed_title=feed_title, language=document.language, now=now),
            )
        )
        for number, entry in enumerate(dated, start=1)
    ]


def _explained(story: Story) -> ExplainedStory:
    return ExplainedStory(story, explain(story.article), _TOPIC)


def _rendered(told: ExplainedStory) -> tuple[Body, Body | None]:
    has_more = told.explainer.origin is not Origin.NONE
    return render.post(told), render.explainer(told, below_post=True) if has_more else None
