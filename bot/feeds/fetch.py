"""Fetches one document over HTTP or from a file, and says in plain words why it could not."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin
from weakref import WeakSet, WeakValueDictionary

import aiohttp
from aiohttp.compression_utils import HAS_ZSTD

from bot.feeds import failures, headers
from bot.feeds.guard import Guard, GuardedResolver, Refused
from bot.models import Fetched, FetchFailed, FetchOutcome, NotModified, Trouble, Validators
from bot.models.said import said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from types import TracebackType

    from yarl import URL

    from bot.feeds.guard import Lookup
    from bot.models import Millis

MAX_BYTES = 10_000_000
PAGE_BYTES = 512_000
"""What is read of a web page for its head, which stands at its start."""
ARTICLE_BYTES = 2_000_000
"""What is read of a web page for its article: heads full of scripts are long."""
MAX_HOPS = 5
_TOGETHER = 32
_PER_HOST = 2
_CHUNK = 65_536
_LARGE = 1_000_000
_LARGE_TOGETHER = 2
"""So many bodies of more bytes than that are kept in memory at once; more wait."""
_MAX_HEADER = 32_768  # aiohttp's 8,190 is less than the content policies of real sites
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_FEED = {
    "Accept": (
        "application/atom+xml, application/rss+xml, application/feed+json, "
        "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
    ),
    # Python has zstd by itself from 3.14 on, and aiohttp takes a package that brings it before.
    "Accept-Encoding": "gzip, deflate, br, zstd" if HAS_ZSTD else "gzip, deflate, br",
}
_PAGE = {**_FEED, "Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"}
_PLAIN = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
"""What a site that answers 403 is asked with once more: some fear what they do not know."""
_HOME = "https://github.com/wherefore-bot/wherefore"

# Sites whose 403 says "too often": Reddit gives a program about one request a minute.
_BUSY_WHEN_FORBIDDEN = ("reddit.com",)

_TOO_BIG = failures.too_big(MAX_BYTES)
_NONE = Validators()


def user_agent(version: str, subscribers: int = 0) -> str:
    """Return the name that the program gives itself to sites, with for how many channels."""
    readers = f"; {subscribers} subscriber{'s' * (subscribers != 1)}" if subscribers else ""
    return f"Wherefore/{version} (+{_HOME}{readers})"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and bytes of the document after decompression."""

    connect: float = 10
    read: float = 20
    """Between two pieces of the answer."""
    total: float = 45
    """For all redirects together; waiting for one's turn does not count."""
    size: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for, at each hop alike."""

    agent: str
    accept: dict[str, str]
    validators: Validators = _NONE
    limit: asyncio.Timeout | None = None
    """When it has taken too long."""
    enough: int | None = None
    """Bytes after which the rest is left; None: the whole document, or none of it."""


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class _Hop:
    """One address on the way to a document."""

    target: URL
    text: str
    permanent: bool
    """Nothing but permanent redirects led here, at least one."""


class Fetcher:
    """Fetches feeds politely and safely; one session, used as an async context manager.

    At most 32 fetches run at once, and 2 of one host; more wait. `now` gives the time where a
    site's own clock does not; `lookup` is the resolver that names are looked up with.
    """

    def __init__(
        self,
        *,
        version: str,
        guard: Guard,
        now: Callable[[], Millis],
        limits: Limits = Limits(),
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._version = version
        self._guard = guard
        self._now = now
        self._limits = limits
        self._lookup = lookup
        self._turns = _Turns()
        self._room = _Room()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = GuardedResolver(self._guard, lookup=self._lookup)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_TOGETHER,
                limit_per_host=_PER_HOST,
                # A host is asked again in a quarter of an hour at the earliest: kept open, the
                # connections to thousands of them use up the files that a process may have.
                force_close=True,
                resolver=self._resolver,
                socket_factory=self._guard.socket_factory,
            ),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self._limits.connect, sock_read=self._limits.read
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            # A proxy from the environment would connect in our place, past the guard.
            trust_env=False,
            max_field_size=_MAX_HEADER,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            await self._resolver.close()  # aiohttp closes only a resolver that it made itself

    async def fetch(self, url: str, validators: Validators, subscribers: int = 0) -> FetchOutcome:
        """Fetch a URL, at most 10 MB of it, asking only for what changed since `validators`.

        `subscribers` is for how many channels, which the site is told. `Fetched.url` is the given
        text, or where the redirects ended. What sites and networks do is a `FetchFailed`, whose
        words never hold the URL's path or query.
        """
        wish = _Wish(user_agent(self._version, subscribers), _FEED, validators)
        return await self._in_turn(url, wish)

    async def page(self, url: str, enough: int = PAGE_BYTES) -> FetchOutcome:
        """Fetch the first `enough` bytes of a web page, under the same rules as a feed.

        `PAGE_BYTES` hold what it says of itself, `ARTICLE_BYTES` its article.
        """
        return await self._in_turn(url, _Wish(user_agent(self._version), _PAGE, enough=enough))

    async def _in_turn(self, url: str, wish: _Wish) -> FetchOutcome:
        try:
            target = self._guard.check_url(url)
        except Refused as refusal:
            return FetchFailed(str(refusal))
        async with self._turns.turn(target.raw_host or ""):
            try:
                async with asyncio.timeout(self._limits.total) as limit:
                    first = _Hop(target, url, permanent=True)
                    return await self._follow(first, replace(wish, limit=limit))
            except aiohttp.ClientError as error:
                return failures.no_answer(error)
            except TimeoutError:
                return failures.TOO_LATE

    async def _follow(self, first: _Hop, wish: _Wish) -> FetchOutcome:
        hop = first
        for _ in range(MAX_HOPS + 1):
            # Only who gave a validator may see it; one whose giver is not known is the feed's own.
            known = hop.text == (wish.validators.url or first.text)
            answer = await self._ask(hop, wish if known else replace(wish, validators=_NONE))
            if not isinstance(answer, _Redirect):
                return answer if hop is first else _with_way(answer, hop)
            try:
                hop = self._onward(hop, answer)
            except ValueError as refusal:
                is_ours = isinstance(refusal, Refused)
                why = str(refusal) if is_ours else said("It is not a web address.")
                said_first = said("The site sends us on to another address.")
                return FetchFailed(f"{said_first} {why}")
        return FetchFailed(
            said("The site sends us on and on, more than {times} times.", times=MAX_HOPS)
        )

    def _onward(self, hop: _Hop, answer: _Redirect) -> _Hop:
        """Return where a redirect leads; raises ValueError where we do not follow."""
        # Blanks are what sites most often forget to encode, and harm nobody.
        spaceless = answer.location.strip().replace(" ", "%20")
        target = self._guard.check_url(urljoin(str(hop.target), spaceless))
        return _Hop(target, str(target), permanent=hop.permanent and answer.permanent)

    async def _ask(self, hop: _Hop, wish: _Wish) -> FetchOutcome | _Redirect:
        async with self._get(hop, wish) as response:
            if response.status != 403 or not _is_worth_another_try(response):
                return await self._read(response, hop, wish)
        async with self._get(hop, replace(wish, accept=_PLAIN)) as response:
            return await self._read(response, hop, wish)

    def _get(self, hop: _Hop, wish: _Wish) -> aiohttp.client._RequestContextManager:
        if self._session is None:
            raise RuntimeError("a Fetcher is used inside its own `async with`")
        sent = {
            "User-Agent": wish.agent, **wish.accept, **headers.conditions(wish.validators)
        }  # fmt: skip
        return self._session.get(hop.target, headers=sent, allow_redirects=False)

    async def _read(
        self, response: aiohttp.ClientResponse, hop: _Hop, wish: _Wish
    ) -> FetchOutcome | _Redirect:
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location:
            return _Redirect(location, permanent=response.status in _PERMANENT)
        if response.status == 304 and headers.conditions(wish.validators):
            return NotModified(
                headers.refreshed(response.headers, wish.validators, hop.text),
                fresh_for=headers.fresh_for(response.headers, self._now()),
            )
        if response.status != 200:
            return FetchFailed(
                failures.status_words(response),
                headers.retry_after(response.headers, self._now()),
                _trouble(response),
            )
        return await self._document(response, hop, wish)

    async def _document(
        self, response: aiohttp.ClientResponse, hop: _Hop, wish: _Wish
    ) -> FetchOutcome:
        body = bytearray()
        # Counted after decompression: 1 MB of gzip can hold 1 GB.
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if wish.enough is not None and len(body) >= wish.enough:
                del body[wish.enough :]
                break
            if len(body) > self._limits.size:
                return _TOO_BIG
            if len(body) > _LARGE:
                await self._room.take(wish.limit)
        if not body:  # also what a cut-off gzip looks like
            return failures.EMPTY
        return Fetched(
            bytes(body),
            hop.text,
            response.headers.get("Content-Type", ""),
            headers.given(response.headers, hop.text) or Validators(),
            fresh_for=headers.fresh_for(response.headers, self._now()),
        )


def _with_way(outcome: FetchOutcome, hop: _Hop) -> FetchOutcome:
    """Tell with an answer that redirects led to it, and of which kind."""
    if isinstance(outcome, FetchFailed):
        # What is gone is another address: the feed's own may lead elsewhere tomorrow.
        gone = outcome.trouble is Trouble.GONE
        return replace(
            outcome, redirected=True, trouble=Trouble.MISSING if gone else outcome.trouble
        )
    return replace(outcome, moved_to=hop.text) if hop.permanent else outcome


def _is_worth_another_try(response: aiohttp.ClientResponse) -> bool:
    asked_to_wait = "Retry-After" in response.headers or _trouble(response) is Trouble.BUSY
    return not asked_to_wait and failures.wall(response) is None


def _trouble(response: aiohttp.ClientResponse) -> Trouble:
    host = f".{response.url.host}"
    if response.status == 403 and host.endswith(tuple(f".{h}" for h in _BUSY_WHEN_FORBIDDEN)):
        return Trouble.BUSY
    return failures.status_trouble(response)


class _Turns:
    """Whose turn it is, so that a queue of our own making never looks like a slow site."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(_TOGETHER)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a place; the host's first, so that one host's queue holds nobody else up."""
        lane = self._hosts.get(host)
        if lane is None:
            lane = self._hosts[host] = asyncio.Semaphore(_PER_HOST)
        async with lane, self._all:
            yield


class _Room:
    """Room for large bodies: each is kept until the task that asked for it ends."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_LARGE_TOGETHER)
        self._holders: WeakSet[asyncio.Task[Any]] = WeakSet()

    async def take(self, limit: asyncio.Timeout | None) -> None:
        """Wait for room, once for a task; `limit` does not count meanwhile."""
        task = asyncio.current_task()
        if task is None or task in self._holders:
            return
        loop, ends = asyncio.get_running_loop(), limit.when() if limit else None
        began = loop.time()
        if limit:
            limit.reschedule(None)
        await self._free.acquire()
        if limit and ends is not None:
            limit.reschedule(ends + loop.time() - began)
        self._holders.add(task)
        task.add_done_callback(lambda _: self._free.release())


async def read_file(path: Path) -> FetchOutcome:
    """Read a document from this machine, at most 10 MB; what stands in the way is `FetchFailed`."""
    return await asyncio.to_thread(_read_file, path)


def _read_file(path: Path) -> FetchOutcome:
    try:
        if path.is_dir():
            return FetchFailed(said("This is a folder; name the file in it."))
        if path.exists() and not path.is_file():
            return FetchFailed(said("This is not an ordinary file."))  # a pipe would never end
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        return FetchFailed(failures.file_words(error))
    if not body:
        return FetchFailed(said("The file is empty."))
    return Fetched(body, path.absolute().as_uri()) if len(body) <= MAX_BYTES else _TOO_BIG
