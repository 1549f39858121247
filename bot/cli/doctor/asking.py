"""Asks the network: names, Discord's front door, the sites of the catalogue, the model."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from bot import __version__
from bot.cli import tools
from bot.config import Settings
from bot.feeds import failures
from bot.feeds.fetch import Fetcher, Limits, user_agent
from bot.feeds.guard import Guard
from bot.feeds.links import host_of
from bot.models import PROVIDERS, SECOND, FetchFailed, Millis, Topic, Validators
from bot.models.measured import ModelEndpoint, Reached, Site

EACH = 10.0
"""Seconds that anybody has to answer."""
_LARGEST = 4_000_000
"""Bytes of a list of models."""
_HELLO = 10
_TIMEOUT = aiohttp.ClientTimeout(total=EACH)
_TOO_LATE = f"no answer within {EACH:g} seconds"


def why(error: BaseException) -> str:
    """Say in a few words why there was no answer; never holds an address's path or query."""
    if isinstance(error, TimeoutError):
        return _TOO_LATE
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name can't be resolved"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        return f"no connection ({os.strerror(number).lower()})" if number else "no connection"
    if isinstance(error, aiohttp.ClientError):
        return failures.no_answer(error).reason.rstrip(".")
    return getattr(error, "strerror", None) or type(error).__name__


async def names(url: str) -> Reached:
    """Resolve the host of an address."""
    host = urlsplit(url).hostname or ""
    began = time.monotonic()
    try:
        async with asyncio.timeout(EACH):
            await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
        return Reached(host, why(error))
    return Reached(host, None, _since(began))


async def front_door(api_url: str) -> Reached:
    """Ask Discord where its gateway is, which it tells everybody, and what time it is there."""
    host = urlsplit(api_url).hostname or ""
    began = time.monotonic()
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{api_url}/gateway", headers=_agent()) as response,
        ):
            took, now = _since(began), tools.clock()
            status, date = response.status, response.headers.get("Date", "")
    except (aiohttp.ClientError, OSError) as error:
        return Reached(host, why(error))
    trouble = None if status == 200 else f"it answered {status}"
    return Reached(host, trouble, took, _skew(date, now - took // 2))


def _skew(date: str, now: Millis) -> Millis | None:
    """Return by how much `now` is ahead of a `Date` header, which has cut off its second."""
    try:
        return now - round(parsedate_to_datetime(date).timestamp() * SECOND) - SECOND // 2
    except (ValueError, OverflowError):
        return None


async def hello(url: str) -> str | None:
    """Wait for the gateway's first word, and say nothing; return why it did not come."""
    try:
        async with (
            asyncio.timeout(EACH),
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url}?v=10&encoding=json", headers=_agent()) as socket_,
        ):
            first = await socket_.receive()
    except (aiohttp.ClientError, OSError) as error:
        return why(error)
    with suppress(ValueError, TypeError):
        if json.loads(first.data)["op"] == _HELLO:
            return None
    return "it says something else than a gateway"


def _agent() -> dict[str, str]:
    return {"User-Agent": user_agent(__version__)}


def _since(began: float) -> Millis:
    return round((time.monotonic() - began) * SECOND)


# ── sites ────────────────────────────────────────────────────────────────────────────────


async def sites(settings: Settings, topics: Sequence[Topic], seconds: float) -> list[Site]:
    """Ask each host of these topics for one of its feeds; those not asked in time are told so."""
    feeds: dict[str, list[str]] = {}
    for url in dict.fromkeys(url for topic in topics for url in topic.feeds):
        feeds.setdefault(host_of(url), []).append(url)
    found: dict[str, Site] = {}
    limits = Limits(connect=EACH, read=EACH, total=EACH)
    guard = Guard(settings.feed_allow_networks)
    with suppress(TimeoutError):
        async with (
            asyncio.timeout(seconds),
            Fetcher(version=__version__, guard=guard, now=tools.clock, limits=limits) as fetcher,
            asyncio.TaskGroup() as group,
        ):
            for host, urls in feeds.items():
                group.create_task(_site(fetcher, host, urls, found))
    return [found.get(host) or Site(host, len(urls), None, None) for host, urls in feeds.items()]


async def _site(fetcher: Fetcher, host: str, urls: Sequence[str], found: dict[str, Site]) -> None:
    began = time.monotonic()
    outcome = await fetcher.fetch(urls[0], Validators())
    trouble = outcome.reason.rstrip(".") if isinstance(outcome, FetchFailed) else None
    found[host] = Site(host, len(urls), trouble, _since(began))


# ── the model ────────────────────────────────────────────────────────────────────────────


async def model(settings: Settings) -> ModelEndpoint | None:
    """Ask the endpoint for its list of models, which costs nothing; None: there is none."""
    spec = settings.explainer_model
    if spec is None:
        return None
    known = PROVIDERS.get(spec.partition(":")[0])
    url = settings.explainer_url or (known.url if known else None)
    if url is None:
        return ModelEndpoint(spec=spec, host="", asked=False)
    host = urlsplit(url).netloc
    headers = _agent()
    if settings.explainer_key:
        headers["Authorization"] = f"Bearer {settings.explainer_key}"
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            # Led elsewhere, it would take the key along.
            session.get(f"{url}/models", headers=headers, allow_redirects=False) as response,
        ):
            status, body = response.status, await response.content.read(_LARGEST)
            while len(body) < _LARGEST and (more := await response.content.read(_LARGEST)):
                body += more
    except (aiohttp.ClientError, OSError) as error:
        return ModelEndpoint(spec=spec, host=host, trouble=why(error))
    listed = _listed(body) if status == 200 else None
    return ModelEndpoint(spec=spec, host=host, status=status, models=listed)


def _listed(body: bytes) -> tuple[str, ...] | None:
    """Read the names of a list of models as OpenAI writes it; some leave its wrapping out."""
    try:
        told = json.loads(body)
        listed = told["data"] if isinstance(told, dict) else told
        return tuple(str(one["id"]) for one in listed)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
