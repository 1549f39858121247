"""Fetches one document over HTTP or from a file, and says in plain words why it could not."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import aiohttp

from bot.feeds.guard import AddressRefused, Guard, GuardedResolver, Refused
from bot.models import DAY, SECOND, Fetched, FetchFailed, FetchOutcome, NotModified, Validators

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from types import TracebackType

    from yarl import URL

    from bot.feeds.guard import Lookup
    from bot.models import Millis

MAX_BYTES = 10_000_000
MAX_HOPS = 5
MAX_RETRY_AFTER = DAY
_TOGETHER = 32
_PER_HOST = 2
_CHUNK = 65_536
_MAX_HEADER = 32_768  # aiohttp's 8,190 is less than the content policies of real sites
_MAX_VALIDATOR = 1_024
_LONG_NUMBER = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_HOME = "https://github.com/wherefore-bot/wherefore"

# RFC 9110 5.5: what may stand in a field's value, as far as it can be sent back unchanged.
_OPAQUE = re.compile(r"[\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]+")

_TOO_BIG = FetchFailed(
    f"The document is larger than {MAX_BYTES // 1_000_000} MB, which is more than is read."
)
_EMPTY = "The site gave an empty answer."
_PRIVATE = (
    "The address leads into a private network, and was not contacted. (For your own network, "
    "the operator can set FEED_ALLOW_NETWORKS.)"
)
_CLOUDFLARE = (
    "blocked by Cloudflare: the site wants to see a person in a browser; "
    "its owner can let feed readers through"
)
_STATUS_WORDS = {
    304: "that nothing has changed, though we do not have the document",
    401: "it wants a password, and feeds behind one cannot be read",
    403: "it does not let programs read this feed",
    404: "there is nothing at this address",
    410: "this feed is gone for good",
    429: "we asked too often",
    451: "it may not show this for legal reasons",
    503: "it is overloaded or being repaired",
}
# The first that fits.
_ERROR_WORDS: tuple[tuple[type[aiohttp.ClientError], str], ...] = (
    (aiohttp.ClientSSLError, "No secure connection to the site could be made (TLS)."),
    (aiohttp.ConnectionTimeoutError, "No connection to the site could be made in time."),
    (aiohttp.ServerTimeoutError, "The site stopped answering."),
    (aiohttp.ClientConnectorError, "No connection to the site could be made."),
    (aiohttp.ClientResponseError, "The site's answer is not proper HTTP."),
    (aiohttp.ClientError, "The site broke off before its answer was whole."),
)


def user_agent(version: str) -> str:
    """Return the name that the program gives itself to sites."""
    return f"Wherefore/{version} (+{_HOME})"


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
class _Redirect:
    location: str


class Fetcher:
    """Fetches feeds politely and safely; one session, used as an async context manager.

    At most 32 fetches run at once, and 2 of one host; more wait. `now` gives the time where a
    site's own clock does not; `lookup` is the resolver that names are looked up with.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        guard: Guard,
        now: Callable[[], Millis],
        limits: Limits = Limits(),
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._headers = {
            "User-Agent": user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }
        self._guard = guard
        self._now = now
        self._limits = limits
        self._lookup = lookup
        self._turns = _Turns()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = GuardedResolver(self._guard, lookup=self._lookup)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_TOGETHER,
                limit_per_host=_PER_HOST,
                resolver=self._resolver,
                socket_factory=self._guard.socket_factory,
            ),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self._limits.connect, sock_read=self._limits.read
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
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

    async def fetch(self, url: str, validators: Validators) -> FetchOutcome:
        """Fetch a URL, at most 10 MB of it, asking only for what changed since `validators`.

        `Fetched.url` is the given text, or where the redirects ended. What sites and networks
        do is a `FetchFailed`, whose words never hold the URL's path or query.
        """
        try:
            target = self._guard.check_url(url)
        except Refused as refusal:
            return FetchFailed(str(refusal))
        async with self._turns.turn(target.raw_host or ""):
            try:
                async with asyncio.timeout(self._limits.total):
                    return await self._follow(target, url, validators)
            except aiohttp.ClientError as error:
                return FetchFailed(_connection_words(error))
            except TimeoutError:
                return FetchFailed("The site took too long to answer.")

    async def _follow(self, target: URL, text: str, validators: Validators) -> FetchOutcome:
        for _ in range(MAX_HOPS + 1):
            answer = await self._ask(target, text, validators)
            if not isinstance(answer, _Redirect):
                return answer
            try:
                # Blanks are what sites most often forget to encode, and harm nobody.
                spaceless = answer.location.strip().replace(" ", "%20")
                onward = self._guard.check_url(urljoin(str(target), spaceless))
            except ValueError as refusal:
                why = refusal if isinstance(refusal, Refused) else "It is not a web address."
                return FetchFailed(f"The site sends us on to another address. {why}")
            if onward.origin() != target.origin():
                validators = Validators()
            target, text = onward, str(onward)
        return FetchFailed(f"The site sends us on and on, more than {MAX_HOPS} times.")

    async def _ask(self, url: URL, text: str, sent: Validators) -> FetchOutcome | _Redirect:
        if self._session is None:
            raise RuntimeError("a Fetcher is used inside its own `async with`")
        conditions = _conditions(sent)
        asking = self._session.get(url, headers=conditions, allow_redirects=False)
        async with asking as response:
            location = response.headers.get("Location")
            if response.status in _REDIRECTS and location:
                return _Redirect(location)
            if response.status == 304 and conditions:
                return NotModified(_refreshed(response, sent))
            if response.status != 200:
                return FetchFailed(_status_words(response), self._retry_after(response))
            return await self._document(response, text)

    async def _document(self, response: aiohttp.ClientResponse, url: str) -> FetchOutcome:
        body = bytearray()
        # Counted after decompression: 1 MB of gzip can hold 1 GB.
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._limits.size:
                return _TOO_BIG
        if not body:  # also what a cut-off gzip looks like
            return FetchFailed(_EMPTY)
        content_type = response.headers.get("Content-Type", "")
        return Fetched(bytes(body), url, content_type, _given(response))

    def _retry_after(self, response: aiohttp.ClientResponse) -> Millis | None:
        sent_at = _http_date(response.headers.get("Date", ""))
        return retry_after(
            response.headers.get("Retry-After", ""),
            self._now() if sent_at is None else sent_at,
        )


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


async def read_file(path: Path) -> FetchOutcome:
    """Read a document from this machine, at most 10 MB; what stands in the way is `FetchFailed`."""
    return await asyncio.to_thread(_read_file, path)


def _read_file(path: Path) -> FetchOutcome:
    try:
        if path.is_dir():
            return FetchFailed("This is a folder; name the file in it.")
        if path.exists() and not path.is_file():
            return FetchFailed("This is not an ordinary file.")  # a pipe would never end
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        return FetchFailed(_file_words(error))
    if not body:
        return FetchFailed("The file is empty.")
    return Fetched(body, path.absolute().as_uri()) if len(body) <= MAX_BYTES else _TOO_BIG


# ── headers ──────────────────────────────────────────────────────────────────────────────


def _conditions(validators: Validators) -> dict[str, str]:
    named = {
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    # An empty condition makes some servers answer 200 for ever.
    return {name: value for name, value in named.items() if _opaque(value) and value}


def _given(response: aiohttp.ClientResponse) -> Validators:
    return Validators(
        _opaque(response.headers.get("ETag")), _opaque(response.headers.get("Last-Modified"))
    )


def _refreshed(response: aiohttp.ClientResponse, sent: Validators) -> Validators:
    new = _given(response)
    return Validators(new.etag or sent.etag, new.last_modified or sent.last_modified)


def _opaque(value: str | None) -> str | None:
    """Keep a validator only if it can be stored and sent back byte for byte."""
    if value and len(value) <= _MAX_VALIDATOR and _OPAQUE.fullmatch(value):
        return value
    return None


def retry_after(value: str, now: Millis) -> Millis | None:
    """Read a Retry-After header (RFC 9110 10.2.3: seconds or a date) as a wait, at most 24 h.

    None where it is absent, unreadable, or asks for no wait at all.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        # Python refuses to convert very long numbers, and these are past the cap anyway.
        wait = int(value) * SECOND if len(value) < _LONG_NUMBER else MAX_RETRY_AFTER
    else:
        until = _http_date(value)
        wait = 0 if until is None else until - now
    return min(wait, MAX_RETRY_AFTER) if wait > 0 else None


def _http_date(text: str) -> Millis | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return _millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _millis(moment: datetime) -> Millis:
    return int(moment.timestamp()) * SECOND


# ── words ────────────────────────────────────────────────────────────────────────────────


def _status_words(response: aiohttp.ClientResponse) -> str:
    status = response.status
    if response.headers.get("cf-mitigated", "").lower() == "challenge":
        return f"The site answered {status}: {_CLOUDFLARE}."
    if status in _REDIRECTS:
        return f"The site answered {status}: it sends us on, without saying where to."
    words = _STATUS_WORDS.get(status)
    if words is None:
        words = "it has a fault of its own" if status >= 500 else "that is not a document"
    return f"The site answered {status}: {words}."


def _connection_words(error: aiohttp.ClientError) -> str:
    reason = getattr(error, "os_error", None)
    if isinstance(reason, AddressRefused):
        return _PRIVATE
    if isinstance(reason, ConnectionRefusedError):
        return "The site refused the connection: nothing is listening there."
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"The site cannot prove that it is itself: {_certificate_words(error)}."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _dns_words(reason, error.host)
    return next(words for kind, words in _ERROR_WORDS if isinstance(error, kind))


def _file_words(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    if isinstance(error, PermissionError):
        return "The file may not be read by this user."
    return f"The file cannot be read: {error.strerror}."


def _certificate_words(error: aiohttp.ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate was refused ({cause.verify_message})"
    return "its certificate was refused"


def _dns_words(reason: OSError | None, host: str) -> str:
    if isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_AGAIN:
        return f"The name {host} could not be looked up just now (DNS)."
    return f"There is no site named {host} (DNS); check the spelling."
