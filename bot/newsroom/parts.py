"""What the newsroom is made of, handed to it by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.models import (
    SECOND,
    Body,
    DiscoverFailed,
    DiscoverOutcome,
    Draft,
    DraftOutcome,
    Explainer,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Material,
    Millis,
    Outcome,
    Page,
    ParseOutcome,
    Post,
    Topic,
    Unreadable,
    Usage,
    Validators,
)
from bot.models.events import Event
from bot.models.said import said
from bot.models.space import Space
from bot.store import Store

LONGEST_SLEEP: Millis = 60_000
"""A loop wakes at least this often, whatever it believes to be due."""


RETRY_STORE: Millis = 5_000
"""How long a loop rests while the database can't be used."""
RETRY_SPACE: Millis = 10_000
"""How long a loop rests while there is no room on the disk."""


class Publisher(Protocol):
    """Where posts go."""

    async def publish(self, channel_id: int, post: Post, nonce: str) -> Outcome:
        """Send a post; the same nonce again, within a few minutes, sends nothing new.

        A forum knows no nonces: look there before anything is tried again.
        """
        ...

    async def posted(self, channel_id: int, since: Millis) -> list[Body] | Outcome | Unreadable:
        """List the bot's own posts of a channel since then, as Discord shows them, oldest first.

        Of a forum, the first messages of its threads. Anything else says why they can't be read
        to the end.
        """
        ...

    async def spread(self, channel_id: int, message_id: int) -> Outcome:
        """Publish a post of an announcement channel to the channel's followers; once is enough."""
        ...

    async def tell(self, member_id: int, text: str, nonce: str) -> Outcome:
        """Tell a member something by direct message."""
        ...

    async def direct(self, member_id: int) -> int | Outcome:
        """Open the direct messages with a member; return their channel, the same each time.

        Rejected: they take none. Whether they do may not be known before something is posted.
        """
        ...

    async def exists(self, channel_id: int) -> bool | None:
        """Ask Discord whether there is such a channel; None: that can't be had at the moment."""
        ...


class Writer(Protocol):
    """A model that writes explainers."""

    @property
    def name(self) -> str:
        """The model's name, as people see it."""
        ...

    @property
    def endpoint(self) -> str:
        """What is remembered of where it is asked is kept under this name."""
        ...

    def can_write(self, material: Material) -> bool:
        """Tell whether there is enough to write from, and nothing that is out to mislead it."""
        ...

    async def write(
        self, material: Material, *, plain: bool, seconds: float, calls: int
    ) -> DraftOutcome:
        """Explain a story within so many seconds and calls; whatever goes wrong is an outcome."""
        ...


class Explain(Protocol):
    """Puts an explainer together, off the event loop."""

    async def __call__(
        self, material: Material, draft: Draft | None = None, *, model: str, limited: bool
    ) -> Explainer:
        """As `bot.explain.explain`."""
        ...


class Places(Protocol):
    """Servers and channels as they are known at the moment, without asking anybody."""

    def servers(self) -> Mapping[int, frozenset[int] | None] | None:
        """Return the servers that the bot is in, with their channels and open threads.

        None in place of the channels: an outage hides the server. None in place of all: it is
        not known.
        """
        ...

    def lacking(self, guild_id: int, channel_id: int) -> list[str] | None:
        """Name what the bot lacks to post in a channel; None where that can't be told.

        Of a channel that is not known in a server that is, nothing is known to be lacking.
        """
        ...

    def writable(self, guild_id: int, wanted: Collection[int]) -> list[int]:
        """List where the bot may write to people of a server: the wanted channels first."""
        ...

    def locale(self, guild_id: int) -> str | None:
        """Return the locale that a server has on Discord; None where that is not known."""
        ...


class Unknown:
    """Places where nothing is known of any."""

    def servers(self) -> None:
        """Know of none."""

    def lacking(self, guild_id: int, channel_id: int) -> None:
        """Tell nothing."""

    def writable(self, guild_id: int, wanted: Collection[int]) -> list[int]:  # noqa: ARG002  # it does not matter
        """List none."""
        return []

    def locale(self, guild_id: int) -> None:
        """Know none."""


UNKNOWN = Unknown()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a model may take."""

    day: Usage
    """In a day, for all together."""
    payer: Usage
    """In a day, for what the members of one server ask."""
    run: Millis
    """The longest that a post waits for it."""


NO_MODEL = Limits(day=Usage(), payer=Usage(), run=60 * SECOND)


async def nothing_fetched(_: str, __: Validators, ___: int) -> FetchFailed:
    """Fetch nothing: for where nobody brings feeds of their own."""
    return FetchFailed(said("Feeds of servers are not read here."))


async def nothing_discovered(_: str) -> DiscoverFailed:
    """Find nothing, as nothing is looked for."""
    return DiscoverFailed(said("Nothing is looked for here."))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The newsroom's tools; tests hand in others for the edges."""

    store: Store
    topics: Mapping[str, Topic]
    """The catalogue's, and behind them those that servers have made: each has a name of its own."""
    fetch: Callable[[str, Validators, int], Awaitable[FetchOutcome]]
    """Takes a URL, the validators to ask with, and for how many channels it is asked."""
    parse: Callable[[Fetched], Awaitable[ParseOutcome]]
    explain: Explain
    page: Callable[[str], Awaitable[Page | FetchFailed]] | None
    """Reads a story's page by its URL; None: pages are not read."""
    asked_page: Callable[[str], Awaitable[Page | FetchFailed]] | None = None
    """Reads a page that a member asks about, or that a feed leads to which a server has brought:
    from public addresses alone."""
    public_fetch: Callable[[str, Validators, int], Awaitable[FetchOutcome]] = nothing_fetched
    """As `fetch`, for feeds that servers have brought: from public addresses alone."""
    discover: Callable[[str], Awaitable[DiscoverOutcome]] = nothing_discovered
    """Finds the feeds of an address that a member gives, from public addresses alone."""
    writer: Writer | None = None
    """The model; None: explainers are in the stories' own words."""
    limits: Limits = NO_MODEL
    publisher: Publisher
    places: Places = UNKNOWN
    clock: Callable[[], Millis]
    chance: Callable[[], float]
    """A number in [0, 1), for jitter."""
    shortest: Millis
    """The shortest time between two polls of a feed."""
    resting: Callable[[], str | None] = lambda: None
    """Says why nothing is sent to anybody at the moment, in words for a person; None: all is well.
    """
    space: Callable[[], Space] = lambda: Space.ENOUGH
    """Says what there is room for on the disk."""
    tell: Callable[[Event], None] = lambda _: None
    """Told what has happened; it takes no time, and nothing depends on it."""
    alive: Callable[[str], None] = lambda _: None
    """Told by each loop, under its name, whenever it turns: at least every `LONGEST_SLEEP`, but for
    what it waits for meanwhile."""
    reached: Callable[[str], None] = lambda _: None
    """Told when a point is reached between two things that a crash may part."""


class Alarm:
    """Wakes a loop: when something is due, or when somebody says that there is work."""

    def __init__(self, clock: Callable[[], Millis]) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Say that there is work."""
        self._rung.set()

    async def wait(self, until: Millis | None) -> None:
        """Return at that time, or earlier when it rings."""
        left = LONGEST_SLEEP if until is None else until - self._clock()
        try:
            async with asyncio.timeout(min(max(left, 0), LONGEST_SLEEP) / 1000):
                await self._rung.wait()
        except TimeoutError:
            pass  # the time has come: that is what was waited for
        self._rung.clear()
