"""A feed server whose owner looks at every request, as Rachel Kroll does, for 30 days.

Her rules: https://rachelbythebay.com/fs/help.html and https://rachelbythebay.com/w/feed/
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

from aiohttp import web

from bot.models import DAY, HOUR, MINUTE, SECOND, Millis, Topic, Validators
from tests.fetching import NONE, fetcher
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.newsdesk import START, Channels, Desk, dated, desk

PATH = "/w/atom.xml"
HELD = 12 * HOUR
"""Her documents may be kept for half a day."""


@dataclass
class Owner:
    """The server: gives both validators, lets documents be kept, and writes down every fault."""

    now: list[Millis]
    feeds: LoopbackFeeds
    titles: dict[str, Millis] = field(
        default_factory=lambda: {"One": START - 12 * DAY, "Two": START - 5 * DAY}
    )
    revision: int = 1
    """Of the file, whose ETag changes by the microsecond while Last-Modified counts seconds."""
    modified: Millis = START - 5 * DAY
    wants_rest: bool = False
    faults: list[str] = field(default_factory=list)
    times: list[Millis] = field(default_factory=list)
    unconditional: int = 0
    _given: tuple[str, str] | None = None
    _not_before: Millis = 0
    _open: int = 0

    @property
    def _validators(self) -> tuple[str, str]:
        return f'"{self.revision:x}-63a"', formatdate(self.modified / 1000, usegmt=True)

    def writes(self, title: str) -> None:
        self.modified = self.titles[title] = self.now[0]
        self.touches()

    def touches(self) -> None:
        """Renew the file's ETag, and nothing of its text or its second."""
        self.revision += 1

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self._open += 1
        await asyncio.sleep(0)
        self._look_at(request)
        self._open -= 1
        self.times.append(self.now[0])
        etag, modified = self._validators
        headers = {
            "ETag": etag,
            "Last-Modified": modified,
            "Cache-Control": f"max-age={HELD // SECOND}",
            "Set-Cookie": "you=again; Path=/",
            "Date": formatdate(self.now[0] / 1000, usegmt=True),
        }
        if self.wants_rest:
            self.wants_rest = False
            self._not_before = self.now[0] + DAY
            return web.Response(status=429, headers={"Retry-After": str(DAY // SECOND)})
        known = request.headers.get("If-None-Match") == etag
        self._given = self._validators
        if known:
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._document(), headers=headers, content_type="text/xml")

    def _document(self) -> bytes:
        told = [
            item(title, f"https://her.example/{title}", title, published=dated(at))
            for title, at in self.titles.items()
        ]
        return rss("Her", told[::-1])

    def _look_at(self, request: web.Request) -> None:
        sent = request.headers
        checks = {
            "another method than GET": request.method == "GET",
            "something added to the address": request.path_qs == PATH,
            "a cookie": "Cookie" not in sent,
            "a referrer": "Referer" not in sent,
            "no compression taken": "gzip" in sent.get("Accept-Encoding", ""),
            "no name and address": bool(
                re.fullmatch(r"Wherefore/\S+ \(\+https://\S+; 1 subscriber\)", sent["User-Agent"])
            ),
            "two requests at once": self._open == 1,
            "before the Retry-After was over": self.now[0] >= self._not_before,
            "more than one an hour": not self.times or self.now[0] - self.times[-1] >= HOUR,
            "while the answer could be kept": (
                not self.times or self.now[0] - self.times[-1] >= min(HELD, 6 * HOUR)
            ),
        }
        named = (sent.get("If-None-Match"), sent.get("If-Modified-Since"))
        if named == (None, None):
            self.unconditional += 1
        else:
            checks["validators that were never given, or not the last"] = named == self._given
        self.faults += [f"{what} at {self.now[0]}" for what, well in checks.items() if not well]


@asynccontextmanager
async def reading(folder: Path, owner: Owner, channels: Channels) -> AsyncIterator[Desk]:
    """Run the program on the database in a folder, with her feed as its only one."""
    topic = Topic("her", "Her", "", "", (owner.feeds.url(PATH),))
    async with (
        fetcher() as fetch,
        desk(
            folder, fetch=fetch.fetch, topics=(topic,), channels=channels, clock=owner.now
        ) as opened,
    ):
        yield opened


async def pass_time(opened: Desk, days: float) -> None:
    """Let so much time pass, with a look at what is due every half hour."""
    for _ in range(round(days * DAY / (30 * MINUTE))):
        opened.wait(30 * MINUTE)
        await opened.newsroom.poll_due()
        await opened.newsroom.deliver_due()


async def test_her_rules_all_hold_for_a_month(tmp_path: Path) -> None:
    channels = Channels()
    async with LoopbackFeeds() as feeds:
        owner = Owner([START], feeds)
        feeds.behave(PATH, owner.answer)
        async with reading(tmp_path, owner, channels) as opened:
            await opened.subscribe("her")
            await pass_time(opened, 4)
            owner.writes("Three")
            await pass_time(opened, 3)
            owner.touches()
            await pass_time(opened, 3)
            owner.wants_rest = True
            await pass_time(opened, 5)
        # A restart in the middle of a wait asks nothing early.
        for _ in range(5):
            async with reading(tmp_path, owner, channels) as opened:
                await pass_time(opened, 0.1)
        async with reading(tmp_path, owner, channels) as opened:
            owner.writes("Four")
            await pass_time(opened, 14.5)
    assert owner.faults == []
    assert owner.unconditional == 1, "the very first request"
    assert channels.titles == ["Three", "Four"]
    assert 60 <= len(owner.times) <= 120


async def test_a_fault_would_be_seen() -> None:
    """The owner is no pushover: a reader without manners fails on every rule."""
    async with LoopbackFeeds() as feeds, fetcher() as fetch:
        owner = Owner([START], feeds)
        feeds.behave(PATH, owner.answer)
        await fetch.fetch(feeds.url(f"{PATH}?null"), Validators('"made-up"', "never"))
        owner.wants_rest = True
        await fetch.fetch(feeds.url(PATH), NONE, 1)
        await fetch.fetch(feeds.url(PATH), NONE, 1)
    told = " ".join(owner.faults)
    for rule in (
        "something added", "never given", "no name", "more than one an hour",
        "before the Retry-After", "could be kept",
    ):  # fmt: skip
        assert rule in told
    assert owner.unconditional == 2
