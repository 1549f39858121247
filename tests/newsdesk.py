"""A newsroom for tests: real store, real parser, real rules; only its edges are set by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot import explain as explaining
from bot.feeds import parse as parsing
from bot.feeds.discover import discover
from bot.models import (
    MINUTE,
    SECOND,
    Body,
    Draft,
    ExplainedStory,
    Explainer,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Material,
    Millis,
    NotModified,
    Outcome,
    Page,
    ParseOutcome,
    Post,
    Rejected,
    RetryLater,
    Sent,
    Topic,
    Unreadable,
    Usage,
    Validators,
)
from bot.models.events import Event
from bot.models.space import Space
from bot.newsroom import Limits, Newsroom, Parts, Writer
from bot.newsroom.parts import Explain
from bot.publish import render
from bot.store import Store
from tests.loopback.feeds import item, rss

FEED = "https://gazette.example/feed.xml"
OTHER = "https://courier.example/feed.xml"
TOWN = Topic("town", "Town", "🏘️", "", (FEED,))
REGION = Topic("region", "Region", "", "", (FEED, OTHER))
START: Millis = round(datetime(2026, 11, 21, 8, 0, tzinfo=UTC).timestamp() * 1000)
GUILD, CHANNEL, OTHER_CHANNEL, MEMBER = 10, 20, 21, 30
ELSEWHERE = 29
"""Where a server hears of things that concern it as a whole."""

TOWN_HALL: dict[int, frozenset[int] | None] = {
    GUILD: frozenset({CHANNEL, OTHER_CHANNEL, ELSEWHERE})
}

LIMITS = Limits(day=Usage(500, 2_000_000), payer=Usage(50, 200_000), run=60 * SECOND)


@dataclass
class Web:
    """The feeds of the world, as a test sets them."""

    answers: dict[str, FetchOutcome] = field(default_factory=dict)
    asked: list[tuple[str, Validators]] = field(default_factory=list)
    asked_in_public: list[str] = field(default_factory=list)

    def tells(self, url: str, *items: str, etag: str | None = None) -> None:
        """Let a feed hold these items."""
        self.answers[url] = Fetched(
            rss("The Gazette", items), url, "application/rss+xml", Validators(etag=etag)
        )

    async def public_fetch(self, url: str, validators: Validators, _: int = 0) -> FetchOutcome:
        """Fetch as what servers have brought is fetched; it is noted down apart."""
        self.asked_in_public.append(url)
        return self.answers.get(url, NotModified(validators))

    async def fetch(self, url: str, validators: Validators, _: int = 0) -> FetchOutcome:
        self.asked.append((url, validators))
        return self.answers.get(url, NotModified(validators))


@dataclass
class Channels:
    """Discord's channels, with its nonces and its history."""

    messages: list[tuple[int, str, Body]] = field(default_factory=list)
    refusals: list[Outcome] = field(default_factory=list)
    """What the next posts are answered with, instead of being taken."""
    refusing: int | None = None
    """The only channel that answers so; None: whichever is posted in first."""
    lost_answers: int = 0
    """How many of the next posts are taken, and their answers lost."""
    swallows: int = 0
    """How many of the next posts are taken, and it is not known that they were."""
    history_failures: list[Outcome] = field(default_factory=list)
    """What the next looks at a history are answered with, instead."""
    unreadable: bool = False
    remembers: bool = True
    looked_up: int = 0
    refuses: str = ""
    """A word that no message may have."""
    mentions: list[int | None] = field(default_factory=list)
    """The roles that messages mention."""
    spreads: list[tuple[int, int]] = field(default_factory=list)
    """What was published to followers: channel and message."""
    spread_refusals: list[Outcome] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)
    """What members were told by direct message."""
    told_nonces: set[str] = field(default_factory=set)
    closed: bool = False
    """Whether members take no direct messages."""
    tell_refusals: list[Outcome] = field(default_factory=list)
    """What the next direct messages are answered with, instead of being taken."""
    there: dict[int, bool | None] = field(default_factory=dict)
    """What is answered to whether a channel is there, where it is not yes."""
    asked_for: list[int] = field(default_factory=list)

    def show(self, channel_id: int, told: ExplainedStory) -> None:
        """Let a channel have a story's post, from a life that nobody remembers."""
        self.messages.append((channel_id, "", render.post(told)))

    @property
    def titles(self) -> list[str]:
        """The titles of what was posted, in order."""
        return [body["embeds"][0]["title"] for _, _, body in self.messages]

    def titles_in(self, channel_id: int) -> list[str]:
        """The titles of what was posted in one channel, in order."""
        return [b["embeds"][0]["title"] for c, _, b in self.messages if c == channel_id]

    async def publish(self, channel_id: int, post: Post, nonce: str) -> Outcome:
        if self.refusals and self.refusing in {None, channel_id}:
            return self.refusals.pop(0)
        if self.refuses and self.refuses in str(post.body):
            return Rejected("Discord's filter refuses it.", tell=True)
        known = [number for number, (_, n, _) in enumerate(self.messages) if n == nonce]
        if known and self.remembers:
            return Sent(known[0])
        self.messages.append((channel_id, nonce, post.body))
        self.mentions.append(post.mention)
        if self.lost_answers:
            self.lost_answers -= 1
            raise LostAnswerError
        if self.swallows:
            self.swallows -= 1
            return RetryLater("The answer was lost.")
        return Sent(len(self.messages) - 1)

    async def posted(self, channel_id: int, since: Millis) -> list[Body] | Outcome | Unreadable:
        self.looked_up += 1
        assert since <= START + 10**10
        if self.history_failures:
            return self.history_failures.pop(0)
        if self.unreadable:
            return Unreadable("I may not read its history.")
        return [
            {**body, "id": str(number)}
            for number, (posted_in, _, body) in enumerate(self.messages)
            if posted_in == channel_id
        ]

    async def spread(self, channel_id: int, message_id: int) -> Outcome:
        if self.spread_refusals:
            return self.spread_refusals.pop(0)
        self.spreads.append((channel_id, message_id))
        return Sent(message_id)

    async def tell(self, member_id: int, text: str, nonce: str) -> Outcome:
        if self.tell_refusals:
            return self.tell_refusals.pop(0)
        if self.closed:
            return Rejected("They take no direct messages.")
        if nonce not in self.told_nonces:
            self.told_nonces.add(nonce)
            self.told.append((member_id, text))
        if self.lost_answers:
            self.lost_answers -= 1
            raise LostAnswerError
        return Sent(None)

    async def direct(self, member_id: int) -> int | Outcome:
        return Rejected("They take no direct messages.") if self.closed else member_id + 1_000

    async def exists(self, channel_id: int) -> bool | None:
        self.asked_for.append(channel_id)
        return self.there.get(channel_id, True)


@dataclass
class Map:
    """The servers and channels that the bot knows, as a test sets them."""

    known: dict[int, frozenset[int] | None] | None = field(default_factory=lambda: dict(TOWN_HALL))
    lacks: dict[int, list[str]] = field(default_factory=dict)
    locales: dict[int, str] = field(default_factory=dict)

    def servers(self) -> dict[int, frozenset[int] | None] | None:
        return self.known

    def lacking(self, guild_id: int, channel_id: int) -> list[str] | None:
        return self.lacks.get(channel_id, []) if (self.known or {}).get(guild_id) else None

    def writable(self, guild_id: int, wanted: Collection[int]) -> list[int]:
        open_to_us = (self.known or {}).get(guild_id) or frozenset()
        return [one for one in (*wanted, ELSEWHERE) if one in open_to_us and one not in self.lacks]

    def locale(self, guild_id: int) -> str | None:
        return self.locales.get(guild_id)


class LostAnswerError(Exception):
    """The program dies here, as far as the newsroom can tell."""


@dataclass
class Desk:
    """A newsroom with everything around it."""

    newsroom: Newsroom
    store: Store
    web: Web
    channels: Channels
    now: list[Millis]
    places: Map

    def wait(self, millis: Millis) -> None:
        """Let time pass."""
        self.now[0] += millis

    async def subscribe(
        self, topic: str = "town", channel: int = CHANNEL, member: int = MEMBER
    ) -> object:
        return await self.newsroom.subscribe(
            guild_id=GUILD, channel_id=channel, topic=topic, member_id=member
        )

    async def poll(self) -> None:
        """Let the longest wait of the schedule pass, poll what is due, and send what is due."""
        self.wait(24 * 15 * MINUTE * 2)
        await self.newsroom.poll_due()
        await self.newsroom.deliver_due()


def dated(now: Millis) -> datetime:
    """Return a time as the items of a feed take it."""
    return datetime.fromtimestamp(now / 1000, UTC)


def story(title: str, now: Millis | None = None, *, content: str = "", teaser: str = "") -> str:
    """Write an item of a feed; without a time it is undated."""
    name = title.lower().replace(" ", "-")
    return item(
        title,
        f"https://gazette.example/{name}",
        name,
        teaser or f"A few words on {title}.",
        content,
        published=None if now is None else dated(now),
    )


async def _parse(fetched: Fetched) -> ParseOutcome:
    return parsing.parse(fetched.body, fetched.url, fetched.content_type)


async def _explain(
    material: Material, draft: Draft | None = None, *, model: str = "", limited: bool = False
) -> Explainer:
    return explaining.explain(material, draft, model=model, limited=limited)


@asynccontextmanager
async def desk(
    folder: Path,
    *,
    channels: Channels | None = None,
    places: Map | None = None,
    fetch: Callable[[str, Validators, int], Awaitable[FetchOutcome]] | None = None,
    explain: Explain | None = None,
    parse: Callable[[Fetched], Awaitable[ParseOutcome]] | None = None,
    page: Callable[[str], Awaitable[Page | FetchFailed]] | None = None,
    asked_page: Callable[[str], Awaitable[Page | FetchFailed]] | None = None,
    writer: Writer | None = None,
    limits: Limits = LIMITS,
    topics: tuple[Topic, ...] = (TOWN, REGION),
    now: Millis = START,
    clock: list[Millis] | None = None,
    tell: Callable[[Event], None] = lambda _: None,
    space: Callable[[], Space] = lambda: Space.ENOUGH,
) -> AsyncIterator[Desk]:
    """Open a newsroom on the database in a folder; its edges may be replaced.

    `clock` is one that somebody else reads, too, in place of one of its own that shows `now`.
    """
    web, clock = Web(), [now] if clock is None else clock
    taken, known = channels or Channels(), places or Map()
    async with Store.open(folder / "news.db") as store:
        parts = Parts(
            store=store,
            topics={topic.name: topic for topic in topics},
            fetch=fetch or web.fetch,
            parse=parse or _parse,
            explain=explain or _explain,
            page=page,
            asked_page=asked_page or page,
            writer=writer,
            limits=limits,
            public_fetch=web.public_fetch,
            discover=lambda place: discover(place, web.public_fetch, parse or _parse),
            publisher=taken,
            places=known,
            clock=lambda: clock[0],
            chance=lambda: 0.0,
            shortest=15 * MINUTE,
            tell=tell,
            space=space,
        )
        async with Newsroom(parts) as newsroom:
            yield Desk(newsroom, store, web, taken, clock, known)
