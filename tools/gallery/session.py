"""A session on the loopback Discord whose answers are shown, with news that we have invented."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.delivery.outcome import NO_POSTING
from bot.models import (
    HOUR,
    Block,
    BlockKind,
    Body,
    Fetched,
    FetchFailed,
    Millis,
    Page,
    Topic,
    Validators,
)
from bot.publish.page import Shown
from tests.loopback.choosing import Choice
from tests.loopback.feeds import item, rss
from tests.loopback.interactions import Reply
from tests.loopback.state import Channel, Member, Message, Permission
from tests.newsdesk import FEED, OTHER
from tests.town import Town, open_town

HARBOUR = Topic("harbour", "Kestrel Bay", "⚓", "News from an invented town", (FEED,))
SCIENCE = Topic("science", "Science", "🔬", "What was found out", (OTHER,))
_ART = "https://gazette.example/art/"
NO_FEED = "https://coast.example/about"
_NEWS = "application/rss+xml"
_FOUND = [
    ("Moss from a 400-year-old herbarium sprouts again", "moss", "Three of 90 spores grew."),
    ("Tide gauges agree: the sound rose by 4 cm in ten years", "gauges", "Storms add to it."),
    ("A comet that nobody expected passes on Thursday", "comet", "It is seen before dawn."),
]

_ROWING = [
    ("Spring regatta moves to the inner harbour", "The outer course is closed until May."),
    ("Two new boats for the youth team", "They were paid for by 312 members."),
    ("Winter training begins on Tuesday", "Meet at seven at the boathouse."),
]


class Session:
    """A town in one language, in which Ann reads and Mia manages."""

    def __init__(self, town: Town) -> None:
        self.town = town

    async def morning(self) -> None:
        """Let the feeds hold what they had before anybody subscribed."""
        self._tells(FEED, _bundled("before.xml"))
        self._tells(OTHER, rss("The Courier", []))
        page = b"<!doctype html><title>About the pilots</title><p>Here is no feed.</p>"
        self.town.desk.web.answers[NO_FEED] = Fetched(page, NO_FEED, "text/html", Validators())
        await self.town.desk.newsroom.poll_due()

    async def news(self) -> None:
        """Let two hours pass, in which news comes in and is posted."""
        self.town.desk.wait(2 * HOUR)
        self._tells(FEED, _bundled("feed.xml"))
        await self._happens()

    async def science(self) -> None:
        """Let two hours pass, in which three discoveries are made, and the digest of them sent."""
        desk = self.town.desk
        desk.wait(HOUR)
        self._tells(OTHER, rss("The Courier", [_item(n, desk.now[0]) for n in range(len(_FOUND))]))
        await self._happens()
        desk.wait(HOUR)
        await self._happens()

    async def _happens(self) -> None:
        await self.town.desk.newsroom.poll_due()
        await self.town.desk.newsroom.deliver_due()

    def posts(self) -> list[Body]:
        """Return what was posted in the channel, oldest first."""
        here = self.town.channel.id
        return [body for channel, _, body in self.town.desk.channels.messages if channel == here]

    async def uses(self, command: str, *, by: Member | None = None, **options: Any) -> Shown:
        """Use a slash command, and return how its answer looks."""
        reply = await self.replied(command, by=by, **options)
        return answer(reply, f"{(by or self.town.ann).name} used /{command}")

    async def replied(self, command: str, *, by: Member | None = None, **options: Any) -> Reply:
        """Use a slash command, and return its answer to press something in it."""
        return await self.town.discord.slash(
            by or self.town.ann, self.town.channel, command, **options
        )

    async def presses(
        self, on: Reply | Body, custom_id: str, *values: Choice, by: Member | None = None
    ) -> Reply:
        """Press a button of an answer or a post, or choose in a select."""
        town = self.town
        pressed = on if isinstance(on, Reply) else self._standing(on)
        return await town.discord.press(
            by or town.ann, town.channel, pressed, custom_id, values=values
        )

    async def submits(self, form: Reply, *, by: Member | None = None, **filled: str) -> Reply:
        """Fill in a form and send it."""
        town = self.town
        return await town.discord.submit(by or town.ann, town.channel, form, filled)

    def direct(self) -> list[Body]:
        """Return what was sent to members by direct message, oldest first."""
        here = self.town.channel.id
        return [body for channel, _, body in self.town.desk.channels.messages if channel != here]

    def club(self) -> str:
        """Let there be a club with a feed; return its address."""
        url = "https://rowing.example/feed.xml"
        now = self.town.desk.now[0]
        items = [
            item(title, f"https://rowing.example/{n}", f"r{n}", teaser, published=_at(now, n * 30))
            for n, (title, teaser) in enumerate(_ROWING, 1)
        ]
        self._tells(url, rss("Norhaven Rowing Club", items))
        return url

    def locked(self) -> Channel:
        """Return a channel that the bot may not post in."""
        discord = self.town.discord
        channel = discord.add_channel(self.town.ann.guild, "announcements")
        discord.deny(channel, Permission.SEND_MESSAGES | Permission.EMBED_LINKS)
        return channel

    async def shut_out(self) -> str:
        """Let a new channel shut the bot out; return what is said to the member who subscribed."""
        desk, discord = self.town.desk, self.town.discord
        channel = discord.add_channel(self.town.ann.guild, "alerts")
        offer = await self.replied("subscribe", topic="harbour", channel=channel)
        await self.presses(offer, button_of(offer.body, "subscribe:"))
        desk.channels.refusals += [NO_POSTING] * 3  # there, and in Ann's direct messages
        await desk.newsroom.deliver_due()
        await desk.newsroom.tell_due()
        return desk.channels.told[-1][1]

    def _standing(self, body: Body) -> Message:
        """Let a post stand in the channel, where the desk's own channels are no Discord's."""
        world, channel = self.town.discord.world, self.town.channel
        return world.store(channel, world.bot_id, body)

    @property
    def names(self) -> dict[str, str]:
        """What channels, roles and people are called, by their ids."""
        guild = self.town.ann.guild
        names = {role.id: role.name for role in guild.roles.values()}
        names |= {member.id: member.name for member in guild.members.values()}
        names |= {channel.id: channel.name for channel in guild.channels.values()}
        return {str(identity): name for identity, name in names.items()}

    def _tells(self, url: str, document: bytes) -> None:
        self.town.desk.web.answers[url] = Fetched(document, url, _NEWS, Validators())


def answer(reply: Reply, asked: str = "") -> Shown:
    """Return how an answer looks; a form lies over the message that it was opened from."""
    if reply.modal:
        return Shown(body={"content": "…"}, form=deepcopy(reply.body), asked=asked, private=True)
    return Shown(body=deepcopy(reply.body), asked=asked, private=reply.ephemeral)


def button_of(body: Body, beginning: str) -> str:
    """Find the id of the first component that begins so; raises LookupError."""
    todo = list(body.get("components") or ())
    while todo:
        part = todo.pop(0)
        if str(part.get("custom_id", "")).startswith(beginning):
            return str(part["custom_id"])
        todo += part.get("components") or ()
        todo += [part["accessory"]] if part.get("accessory") else []
    raise LookupError(f"nothing of it begins with {beginning!r}")


def pictures() -> dict[str, str]:
    """Return the invented news' pictures as data: URIs, by their addresses."""
    folder = resources.files("bot") / "demo" / "art"
    return {
        f"{_ART}{file.name}": "data:image/png;base64,"
        + base64.b64encode(file.read_bytes()).decode()
        for file in folder.iterdir()
        if file.name.endswith(".png")
    }


@asynccontextmanager
async def session(locale: str) -> AsyncIterator[Session]:
    """Open a town whose server and members have one of Discord's languages."""
    with TemporaryDirectory() as folder:
        opened = open_town(Path(folder), page=_page, topics=(HARBOUR, SCIENCE))
        async with opened as town:
            town.discord.set_locale(town.ann.guild, locale)
            town.ann.locale = town.mia.locale = locale
            at = Session(town)
            await at.morning()
            yield at


async def _page(url: str) -> Page | FetchFailed:
    """Read any page that members ask about: it is always this one."""
    if "gone" in url:
        return FetchFailed("The site answered 404: there is nothing at this address.")
    texts = [
        (
            BlockKind.PARAGRAPH,
            "Norhaven's pilot boat is the coast's first to run on hydrogen.",
        ),
        (BlockKind.HEADING, "Why it matters"),
        (BlockKind.PARAGRAPH, "The pilots go out 3,000 times a year, in any weather."),
        (BlockKind.HEADING, "What's next"),
        (BlockKind.PARAGRAPH, "The boat will enter service in June 2027; the old one is kept."),
    ]
    blocks = tuple(Block(kind, text) for kind, text in texts)
    return Page(
        url,
        title="Norhaven’s pilots will go out on hydrogen",
        publisher="Coast Weekly",
        published=round(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000),
        blocks=blocks,
    )


def _bundled(name: str) -> bytes:
    return (resources.files("bot") / "demo" / name).read_bytes()


def _item(number: int, now: Millis) -> str:
    title, name, teaser = _FOUND[number]
    link = f"https://courier.example/{name}"
    return item(title, link, name, teaser, published=_at(now, number / 6))


def _at(now: Millis, hours_ago: float) -> datetime:
    return datetime.fromtimestamp(now / 1000 - 3600 * hours_ago, UTC)
