"""Posts to Discord and looks there for what was posted; only this module sends posts."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.delivery.outcome import judge
from bot.models import (
    MINUTE,
    SECOND,
    Body,
    Forbidden,
    Millis,
    Outcome,
    RetryLater,
    Sent,
    Unreadable,
)
from bot.publish.marks import is_post

TIMEOUT = 60.0
"""Seconds for a request; discord.py may retry and wait within them."""
_CLOCKS_APART: Millis = 10 * MINUTE
"""How far this machine's clock may be from Discord's; what is known is told apart by its id."""
_PAGE = 100
_PAGES = 5


# What can come of a request; a TimeoutError is an OSError. The last three come of answers that are
# no JSON of Discord's: something in between has answered.
_ANSWERS = (
    discord.RateLimited,
    discord.HTTPException,
    aiohttp.ClientError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
)
_FIRST_RETRY = 1.0
"""Seconds that discord.py waits at the least before it tries again within one call."""


class DiscordPublisher:
    """The publisher on a client that is logged in.

    It hands bodies to Discord as they were rendered. Going through discord.py's views instead
    would keep every posted view in memory for ever, and draw a nonce of its own.
    """

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def publish(self, channel_id: int, body: Body, nonce: str) -> Outcome:
        """Post a body; with the same nonce again, Discord answers with the first message.

        Raises discord.HTTPException where the token itself is refused.
        """
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        payload = {**body, "nonce": nonce, "enforce_nonce": True}
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(TIMEOUT):
                message = await self._client.http.request(route, json=payload)
            return Sent(int(message["id"]))
        except _ANSWERS as error:
            return _sure(self._outcome(error), quick=loop.time() - started < _FIRST_RETRY)

    async def find(
        self,
        channel_id: int,
        body: Body,
        *,
        story_id: int,
        since: Millis,
        known: Collection[int],
    ) -> Outcome | Unreadable | None:
        """Look in the channel's own history since then for what a body became; None: not there.

        `known` are messages that are other posts. Any outcome but Sent says why the history can't
        be read to its end.
        """
        moment = datetime.fromtimestamp((since - _CLOCKS_APART) / 1000, UTC)
        after = discord.utils.time_snowflake(moment)
        for _ in range(_PAGES):
            page = await self._page(channel_id, after=after)
            if not isinstance(page, list):
                return page
            for message in page:
                if self._may_be_post(message, known) and is_post(message, body, story_id):
                    return Sent(int(message["id"]))
            if not page:
                return await self._doubt(channel_id)
            if len(page) < _PAGE:
                return None
            after = max(int(message["id"]) for message in page)
        return Unreadable("The channel's history is too long to be read to its end.")

    async def _doubt(self, channel_id: int) -> Outcome | Unreadable | None:
        """Tell an empty history from one that may not be read: Discord shows both as empty."""
        newest = await self._page(channel_id)
        if not isinstance(newest, list):
            return newest
        try:
            async with asyncio.timeout(TIMEOUT):
                channel = await self._client.http.get_channel(channel_id)
        except _ANSWERS as error:
            return self._outcome(error)
        if newest or channel.get("last_message_id") is None:
            return None
        return Unreadable("I may not read its history: give me Read Message History.")

    async def _page(self, channel_id: int, *, after: int | None = None) -> list[Any] | Outcome:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._client.http.logs_from(channel_id, _PAGE, after=after)
        except _ANSWERS as error:
            return self._outcome(error)

    def _may_be_post(self, message: Any, known: Collection[int]) -> bool:  # noqa: ANN401  # Discord's JSON
        me = self._client.user
        mine = me is not None and int(message["author"]["id"]) == me.id
        is_plain = message.get("type", 0) == 0  # an answer to a command has a type of its own
        return mine and is_plain and int(message["id"]) not in known

    def _outcome(self, error: Exception) -> Outcome:
        """Say what an error of a request means; raises it where the token itself is refused."""
        if isinstance(error, TimeoutError):
            # Cancelled in its sleep over a global rate limit, discord.py would hold back every
            # request for ever.
            self._client.http._global_over.set()  # noqa: SLF001  # there is no other way
        match error:
            case discord.RateLimited():
                wait = round(error.retry_after * SECOND)
                return RetryLater("Discord asks for patience.", wait, refused=True)
            case discord.HTTPException(status=401):
                raise error
            case discord.HTTPException():
                return judge(error.status, error.code)
            case aiohttp.ClientConnectorError():
                return RetryLater("Discord can't be reached.", refused=True)
            case _:
                return RetryLater(f"Discord can't be understood ({type(error).__name__}).")


def _sure(outcome: Outcome, *, quick: bool) -> Outcome:
    """Doubt a refusal that did not come at once: an attempt before it may have got through."""
    match outcome:
        case RetryLater(reason, after, refused=True) if not quick:
            return RetryLater(reason, after)
        case Forbidden(reason) if not quick:
            return RetryLater(reason)
        case _:
            return outcome
