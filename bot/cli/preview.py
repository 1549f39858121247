"""Shows a feed's newest posts as they would look; stores nothing and sends nothing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import __version__
from bot.cli import tools
from bot.config import Settings
from bot.explain import explain
from bot.explain.material import material_of, wants_page
from bot.feeds.discover import discover
from bot.feeds.fetch import Fetcher, read_file
from bot.feeds.guard import Guard
from bot.feeds.links import host_of
from bot.feeds.places import address_of
from bot.feeds.worker import Parser
from bot.models import (
    Body,
    Clue,
    Discovered,
    DiscoverFailed,
    ExplainedStory,
    FeedDocument,
    Fetched,
    FetchFailed,
    FoundFeed,
    Origin,
    Page,
    Story,
    Topic,
)
from bot.publish import render
from bot.publish.console import panel
from bot.publish.markdown import printable
from bot.publish.page import Shown, page
from bot.stories.articles import newest_of

_PAGES = 10
"""How many stories' pages are read: a site is not asked for all of them to satisfy one look."""
_ReadPage = Callable[[str], Awaitable[Page | FetchFailed]]
_TOPIC = Topic("preview", "Preview", "👀", "", ())


@dataclass(frozen=True, slots=True)
class Preview:
    """A feed's newest posts, with the answers that their buttons would give."""

    title: str
    url: str
    entries: int
    posts: tuple[tuple[Body, Body | None], ...]
    clue: Clue = Clue.ITSELF
    """How the feed was found, where another address was given."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Several feeds of one address, of which a person has to choose."""

    place: str
    found: Discovered


async def preview(
    settings: Settings, place: str, limit: int, number: int | None = None
) -> Preview | Choice:
    """Find a feed and render its newest posts, `limit` of them (0: all).

    `place` is a file's path, or the URL of a feed or of a page; of several feeds that it has, the
    `number`th counts, from 1 on. Raises tools.PreviewError where no such feed is there.
    """
    if "://" not in place:
        return await _preview(await _read(Path(place)), place, limit)
    guard = Guard(settings.feed_allow_networks)
    fetcher = Fetcher(version=__version__, guard=guard, now=tools.clock)
    async with fetcher, Parser() as parser:
        found = await discover(place, fetcher.fetch, parser.parse)
        if isinstance(found, DiscoverFailed):
            raise tools.PreviewError(f"{place}: {found.reason}")
        if number is None and len(found.feeds) > 1:
            return Choice(place, found)
        chosen = _chosen(found, place, number)
        read = tools.page_reader(fetcher, parser) if settings.fetch_pages else None
        return await _preview(chosen.document, chosen.url, limit, clue=chosen.clue, read=read)


def _chosen(found: Discovered, place: str, number: int | None) -> FoundFeed:
    place_in_list = 1 if number is None else number
    if not 1 <= place_in_list <= len(found.feeds):
        raise tools.PreviewError(
            f"{place}: there is no feed number {number}, but {len(found.feeds)} in all. "
            "Without --feed, they are listed."
        )
    return found.feeds[place_in_list - 1]


def show(found: Preview | Choice, console: Console) -> None:
    """Print posts, or the feeds to choose from, to a terminal."""
    if isinstance(found, Choice):
        _show_choice(found, console)
        return
    if found.clue is not Clue.ITSELF:
        console.print(Text(printable(f"Found {found.url} ({found.clue})"), "dim"), soft_wrap=True)
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


def as_json(found: Preview | Choice) -> str:
    """Write one JSON object: exactly the bodies that Discord would get, or the feeds to choose."""
    if isinstance(found, Choice):
        choices = [
            {"title": feed.title, "url": feed.url, "entries": feed.entries}
            for feed in found.found.feeds
        ]
        return json.dumps({"choices": choices}, ensure_ascii=False, indent=2)
    feed = {"title": found.title, "url": found.url, "entries": found.entries}
    posts = [body for body, _ in found.posts]
    return json.dumps({"feed": feed, "posts": posts}, ensure_ascii=False, indent=2)


def _show_choice(choice: Choice, console: Console) -> None:
    feeds = choice.found.feeds
    console.print(Text(printable(f"{choice.place} has {len(feeds)} feeds; choose one:"), "bold"))
    for number, feed in enumerate(feeds, start=1):
        title = feed.title or host_of(feed.url)
        console.print()
        console.print(Text(printable(f"{number}. {title}: {_entries(feed.entries)}")))
        # Never wrapped: it is there to be copied.
        command = f"   python -m bot preview {shlex.quote(feed.url)}"
        console.print(Text(printable(command)), soft_wrap=True)
    if choice.found.unread:
        console.print()
        console.print("The page names these, too; they were not looked at:")
        for link in choice.found.unread:
            console.print(Text(printable(f"   {link.url}")), soft_wrap=True)


def _count(found: Preview) -> str:
    return f"{found.title or found.url}: {_entries(found.entries)}, {len(found.posts)} shown"


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


async def _read(path: Path) -> FeedDocument:
    """Read a feed from a file; what a page in a file names is told, and not fetched."""
    fetched = await read_file(path)
    if not isinstance(fetched, Fetched):
        reason = fetched.reason if isinstance(fetched, FetchFailed) else "It can't be read."
        # "harbour.example" may be meant for a site, and a file is never looked for on the internet.
        hint = "" if address_of(str(path)) == str(path) else " A web address begins with https://."
        raise tools.PreviewError(f"{path}: {reason}{hint}")
    async with Parser() as parser:
        document = await parser.parse(fetched)
    if isinstance(document, FeedDocument):
        return document
    named = "".join(f"\n  {feed.url}" for feed in document.page.feeds) if document.page else ""
    hint = f" It names these feeds, try one of them:{named}" if named else ""
    raise tools.PreviewError(f"{path}: {document.reason.rstrip('.')}.{hint}")


async def _preview(
    document: FeedDocument,
    place: str,
    limit: int,
    *,
    clue: Clue = Clue.ITSELF,
    read: _ReadPage | None = None,
) -> Preview:
    newest = newest_of(
        document, feed_title=_called(document, place), now=tools.clock(), limit=limit or None
    )
    shown = [Story(number, article) for number, article in enumerate(newest, start=1)]
    told = [await _explained(story, read if n < _PAGES else None) for n, story in enumerate(shown)]
    return Preview(document.title, place, len(document.entries), tuple(map(_rendered, told)), clue)


def _called(document: FeedDocument, place: str) -> str:
    """Name a feed: by its title, else by the host or the file that it comes from."""
    return document.title or (host_of(place) if "://" in place else Path(place).name)


async def _explained(story: Story, read: _ReadPage | None) -> ExplainedStory:
    """Explain a story as its post would be, from its page where it has to come from there."""
    page = None
    if read and story.article.link and wants_page(story.article):
        found = await read(story.article.link)
        page = found if isinstance(found, Page) else None
    explainer = explain(material_of(story.article, page))
    return ExplainedStory(story, explainer, _TOPIC, page.picture if page else None)


def _rendered(told: ExplainedStory) -> tuple[Body, Body | None]:
    has_more = told.explainer.origin is not Origin.NONE
    return render.post(told), render.explainer(told, below_post=True) if has_more else None
