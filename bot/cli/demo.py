"""The demo: a bundled feed goes the whole way, without network, account or key."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from rich.console import Console

from bot.catalogue import read_catalogue
from bot.cli import tools
from bot.feeds.fetch import read_file
from bot.feeds.worker import Parser
from bot.models import HOUR, Body, FetchOutcome, Millis, Validators
from bot.newsroom import Newsroom, Parts
from bot.publish import render
from bot.publish.console import ConsolePublisher
from bot.publish.page import Shown, page
from bot.store import Store

_FEED = "https://gazette.example/feed.xml"
_CATALOGUE = f"""
[harbour]
title = "Kestrel Bay"
emoji = "⚓"
description = "News from an invented town"
feeds = ["{_FEED}"]
"""
_MORNING = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
_GUILD, _CHANNEL, _MEMBER = 1, 2, 3
_SHORTEST: Millis = 900_000

_NEXT_STEPS = """\
[bold]For a real server:[/bold]
  1. Make an application at https://discord.com/developers/applications
  2. Copy its bot token into a file named .env:  DISCORD_TOKEN=…
  3. [bold]make invite[/bold] prints the link that adds it, [bold]make run[/bold] starts it."""


class _Morning:
    """The demo's clock and its feed, which both move on by hand.

    The stories are of a certain day; by the real date they would be archive, not news.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.now: Millis = round(_MORNING.timestamp() * 1000)
        self.document = "before.xml"

    def clock(self) -> Millis:
        return self.now

    def move_on(self) -> None:
        """Let two hours pass, in which news comes in."""
        self.now += 2 * HOUR
        self.document = "feed.xml"

    async def fetch(self, _: str, __: Validators, ___: int) -> FetchOutcome:
        return await read_file(self._folder / self.document)


async def demo(console: Console) -> Path:
    """Run the demo, print its posts and what to do next; return the path of its page."""
    folder = Path(tempfile.mkdtemp(prefix="wherefore-demo-"))
    with resources.as_file(resources.files("bot") / "demo") as bundle:
        morning = _Morning(bundle)
        publisher = ConsolePublisher(console)
        async with Store.open(folder / "demo.db") as store, Parser() as parser:
            parts = Parts(
                store=store,
                topics=read_catalogue(_CATALOGUE, "the demo's topics"),
                fetch=morning.fetch,
                parse=parser.parse,
                explain=tools.explain_aside,
                page=None,
                publisher=publisher,
                clock=morning.clock,
                chance=float,
                shortest=_SHORTEST,
            )
            async with Newsroom(parts) as newsroom:
                await _play(newsroom, morning, console)
                shown = [await _shown(newsroom, body) for _, body in publisher.posts]
        path = folder / "demo.html"
        path.write_text(_page(shown, bundle), encoding="utf-8")
    console.print(f"\nThe same posts as they look in Discord: [bold]{path.as_uri()}[/bold]\n")
    console.print(_NEXT_STEPS, highlight=False)
    return path


async def _play(newsroom: Newsroom, morning: _Morning, console: Console) -> None:
    console.rule("[bold]Wherefore[/bold] · the demo: invented news, nothing leaves this machine")
    await newsroom.subscribe(
        guild_id=_GUILD, channel_id=_CHANNEL, topic="harbour", member_id=_MEMBER
    )
    await newsroom.poll_due()
    await newsroom.deliver_due()
    console.print(
        "A channel subscribes to a topic. What its feed holds already is kept for /latest; "
        "nothing old is posted.",
        style="dim",
    )
    morning.move_on()
    await newsroom.poll_due()
    console.print("Two hours later, four new stories are in the feed:\n", style="dim")
    await newsroom.deliver_due()


async def _shown(newsroom: Newsroom, body: Body) -> Shown:
    """Put a post together with the answer that its button gives."""
    reply: Body | None = None
    for story_id in _stories(body):
        if told := await newsroom.explained(story_id):
            reply = render.explainer(told, below_post=True)
    return Shown(body=body, channel="kestrel-bay", reply=reply)


def _stories(body: Body) -> Iterable[int]:
    for row in body.get("components", []):
        for button in row["components"]:
            kind, _, story_id = button.get("custom_id", "").partition(":")
            if kind == "explain":
                yield int(story_id)


def _page(shown: list[Shown], bundle: Path) -> str:
    pictures = {
        f"https://gazette.example/art/{picture.name}": "data:image/png;base64,"
        + base64.b64encode(picture.read_bytes()).decode()
        for picture in sorted((bundle / "art").glob("*.png"))
    }
    return page(
        "Wherefore · demo",
        shown,
        intro="Invented news, in posts as they look in Discord. Press the grey buttons.",
        pictures=pictures,
    )
