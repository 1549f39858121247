"""Hundreds of feeds on the loopback whose documents change, and the journal of what they held."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from types import TracebackType
from typing import Self

from aiohttp import web

from benchmarks.soak import headlines
from benchmarks.soak.plan import Plan
from tests.loopback.feeds import Behaviour, item, redirect, rss

_PATH = re.compile(r"/(?:feed|moved)/(\d+)\.xml")
_BIG = 1_500_000
_BIG_EVERY = 25
"""Of so many documents one is big, all the time."""
_LISTED = 30
"""Items of a document; what is more is left out at its end."""
_PER_HOST = 5
_WHOLE = 60_000
"""Milliseconds between two whole answers after which an item has surely been read."""


def now() -> int:
    """Return the time of day, in Unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True, eq=False)
class Item:
    """One story that is published, in one feed or in two."""

    number: int
    title: str
    text: str
    dated: datetime | None
    born: int
    feeds: list[int]
    link: str
    is_news: bool = True
    """Whether its publication is news beyond doubt: not dated long ago, and not in a feed before
    anybody was subscribed."""
    gone: int | None = None
    """When it was taken out of its feeds."""
    first_served: int | None = None
    last_served: int | None = None

    @property
    def must_be_read(self) -> bool:
        """Whether the program has had every chance to read it."""
        if self.gone is None:
            return True
        if self.first_served is None or self.last_served is None:
            return False
        return self.last_served - self.first_served >= _WHOLE

    def serve(self) -> None:
        """Note that it was in a document that was handed out whole, or is known to be the same."""
        at = now()
        self.first_served = self.first_served or at
        self.last_served = at


@dataclass(slots=True)
class Feed:
    """One feed."""

    number: int
    host: str
    items: list[Item] = field(default_factory=list)
    """The newest first."""
    dates: bool = False
    validators: bool = True
    renames: str = ""
    """What it renames at times: `guid`, `link`, or nothing."""
    renamed: int = 0
    padding: int = 0
    moved: int = 0
    """The status that sends clients to its other address; 0: none."""
    trouble: Behaviour | None = None
    trouble_until: float = 0.0
    body: bytes = b""
    etag: str = ""
    asked: int = 0

    def write(self) -> None:
        """Make its document of its items."""
        written = [self._entry(one) for one in self.items]
        document = rss(f"The Paper, number {self.number}", written)
        self.body = document + b"<!-- " + b"filler " * (self.padding // 7) + b" -->"
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    def _entry(self, one: Item) -> str:
        link, guid = one.link, f"g-{one.number}-{self.number}"
        if self.renames == "link" and self.renamed:
            link = f"{link}?v={self.renamed}"
        elif self.renames == "guid" and self.renamed:
            guid = f"{guid}-{self.renamed}"
        elif not self.renames:
            guid = link
        return item(one.title, link, guid, one.title, one.text, published=one.dated)


class Publishers:
    """All feeds, and the server that they stand on: five on each address of 127.0.0.0/8."""

    def __init__(self, plan: Plan) -> None:
        self._dice = plan.dice("feeds")
        self._port = 0
        self._sites: list[web.BaseSite] = []
        self.items: dict[int, Item] = {}
        """Everything that was ever published, by its number."""
        self.changed: dict[str, int] = {}
        """How often documents changed in which way."""
        self.counts = {"asked": 0, "unchanged": 0, "whole": 0, "troubled": 0}
        self.feeds = [self._feed(number) for number in range(plan.feeds)]

    def _feed(self, number: int) -> Feed:
        kind, dice = number % 10, self._dice
        made = Feed(
            number,
            f"127.0.{1 + number // _PER_HOST // 250}.{1 + number // _PER_HOST % 250}",
            dates=kind >= 6,
            validators=number % 7 != 0,
            renames=("guid", "link", "")[number % 3],
            padding=_BIG if number % _BIG_EVERY == 0 else 0,
        )
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
        for place in range(dice.randrange(14, 26), 0, -1):
            at = began - timedelta(seconds=40 * place)
            self.publish(made, at if made.dates else None, is_news=False)
        made.write()
        return made

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        for host in dict.fromkeys(feed.host for feed in self.feeds):
            await web.TCPSite(self._runner, host, self._port).start()
            self._port = self._port or self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    def url(self, number: int) -> str:
        """Return the address of a feed."""
        return f"http://{self.feeds[number].host}:{self._port}/feed/{number}.xml"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise web.HTTPNotFound
        feed = self.feeds[int(match[1])]
        self.counts["asked"] += 1
        feed.asked += 1
        if feed.trouble is not None and time.monotonic() < feed.trouble_until:
            self.counts["troubled"] += 1
            return await feed.trouble(request)
        if feed.moved and request.path.startswith("/feed/"):
            return await redirect(f"/moved/{feed.number}.xml", feed.moved)(request)
        return await self._document(request, feed)

    async def _document(self, request: web.Request, feed: Feed) -> web.StreamResponse:
        held, headers = list(feed.items), {"Content-Type": "application/rss+xml"}
        if feed.validators:
            headers["ETag"] = feed.etag
        response: web.StreamResponse
        if feed.validators and request.headers.get("If-None-Match") == feed.etag:
            self.counts["unchanged"] += 1
            response = web.Response(status=304, headers={"ETag": feed.etag})
        else:
            self.counts["whole"] += 1
            response = web.Response(body=feed.body, headers=headers)
        await response.prepare(request)
        await response.write_eof()
        for one in held:
            one.serve()
        return response

    # ── what changes ─────────────────────────────────────────────────────────────────────

    def change(self, dice: Random) -> None:
        """Change one feed's document in one way, by chance."""
        feed = dice.choice(self.feeds)
        ways = (
            (self._bring, 45),
            (self._share, 5),
            (self._edit, 14),
            (self._remove, 8),
            (self._reorder, 6),
            (self._keep, 7),
            (self._rename, 4),
            (self._grow, 3),
            (self._move, 3),
            (self._date_oddly, 3),
            (self._harm, 7),
        )
        (way,) = dice.choices([way for way, _ in ways], [weight for _, weight in ways])
        way(feed, dice)
        name = way.__name__.strip("_")
        self.changed[name] = self.changed.get(name, 0) + 1

    def publish(
        self, feed: Feed, dated: datetime | None, title: str = "", *, is_news: bool = True
    ) -> Item:
        """Put a new item on top of a feed, whose document is still to be written."""
        number = len(self.items) + 1_000
        one = Item(
            number,
            title or headlines.headline(number),
            headlines.told(number),
            dated,
            now(),
            [feed.number],
            f"https://paper-{feed.number}.example/news/{number}",
            is_news=is_news,
        )
        self.items[number] = one
        self._list(feed, one)
        return one

    def _list(self, feed: Feed, one: Item) -> None:
        feed.items.insert(0, one)
        while len(feed.items) > _LISTED:
            self._unlist(feed, feed.items[-1])

    def _unlist(self, feed: Feed, one: Item) -> None:
        feed.items.remove(one)
        if not any(one in self.feeds[number].items for number in one.feeds):
            one.gone = now()

    def _dated(self, feed: Feed) -> datetime | None:
        return datetime.now(UTC).replace(microsecond=0) if feed.dates else None

    def _bring(self, feed: Feed, dice: Random) -> None:
        for _ in range(dice.choices((1, 2, 3), (7, 3, 1))[0]):
            number, title = len(self.items) + 1_000, ""
            if dice.random() < 0.1:
                title = headlines.sequel(number, dice.choice(list(self.items)))
            self.publish(feed, self._dated(feed), title)
        feed.write()

    def _share(self, feed: Feed, dice: Random) -> None:
        """Let a feed of the same sort bring a story that another has brought."""
        plain = [one for one in self.feeds if one.renames != "link" and one is not feed]
        other = dice.choice(plain)
        if feed.renames == "link":
            feed = dice.choice([one for one in plain if one is not other])
        one = self.publish(feed, self._dated(feed))
        one.feeds.append(other.number)
        self._list(other, one)
        feed.write()
        other.write()

    def _edit(self, feed: Feed, dice: Random) -> None:
        one = dice.choice(feed.items)
        if dice.random() < 0.5:
            one.title = f"{one.title.removesuffix(' (updated)')} (updated)"
        else:
            one.text = headlines.told(dice.randrange(10_000))
        for number in one.feeds:
            self.feeds[number].write()

    def _remove(self, feed: Feed, dice: Random) -> None:
        if len(feed.items) > 10:
            self._unlist(feed, feed.items[-1] if dice.random() < 0.7 else dice.choice(feed.items))
        feed.write()

    def _reorder(self, feed: Feed, dice: Random) -> None:
        dice.shuffle(feed.items)
        feed.write()

    def _keep(self, feed: Feed, _: Random) -> None:
        """Let the same body have a new validator."""
        feed.etag = f'"{now()}-{feed.number}"'

    def _rename(self, feed: Feed, _: Random) -> None:
        # Never both: then nothing would tell that an entry is an old one.
        feed.renamed += 1
        feed.write()

    def _grow(self, feed: Feed, _: Random) -> None:
        """Let a document grow, and a big one shrink: always as many are big."""
        big = next(one for one in self.feeds if one.padding)
        big.padding, feed.padding = 0, _BIG
        big.write()
        feed.write()

    def _move(self, feed: Feed, dice: Random) -> None:
        feed.moved = 0 if feed.moved else dice.choice((301, 302, 307, 308))

    def _date_oddly(self, feed: Feed, dice: Random) -> None:
        ahead = timedelta(hours=dice.choice((-24 * 9, -24 * 30, 30)))
        self.publish(feed, datetime.now(UTC).replace(microsecond=0) + ahead, is_news=False)
        feed.write()

    def _harm(self, feed: Feed, dice: Random) -> None:
        number = len(self.items) + 1_000
        said = dice.choice(headlines.HOSTILE).format(said=headlines.headline(number))
        self.publish(feed, self._dated(feed), said)
        feed.write()
