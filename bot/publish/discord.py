"""Posts to Discord and looks there for what was posted; only this module sends posts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.delivery.outcome import judge
from bot.models import SECOND, Body, Forbidden, Millis, Outcome, RetryLater, Sent
from bot.publish.render import custom_id

TIMEOUT = 60.0
"""Seconds for a request; discord.py may retry and wait within them."""
_CLOCKS_APART: Millis = 10 * SECOND
_PAGE = 100
_PAGES = 5


# What can come of a request; a TimeoutError is an OSError.
_ANSWERS = (discord.RateLimited, discord.HTTPException, aiohttp.ClientError, OSError)


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
        try:
            async with asyncio.timeout(TIMEOUT):
                message = await self._client.http.request(route, json=payload)
        except _ANSWERS as error:
            return _outcome(error)
        return Sent(int(message["id"]))

    async def find(
        self, channel_id: int, story_id: int, link: str | None, since: Millis
    ) -> Outcome | None:
        """Look for a story's post in the channel's own history since then; None: not there.

        The post is known by the id in its button, or by its link where it has no such button.
        Any outcome but Sent says why the history can't be read to its end.
        """
        moment = datetime.fromtimestamp((since - _CLOCKS_APART) / 1000, UTC)
        after = discord.utils.time_snowflake(moment)
        for _ in range(_PAGES):
            page = await self._page(channel_id, after=after)
            if not isinstance(page, list):
                return page
            for message in page:
                if self._is_post(message, story_id, link):
                    return Sent(int(message["id"]))
            if not page:
                return await self._doubt(channel_id)
            if len(page) < _PAGE:
                return None
            after = max(int(message["id"]) for message in page)
        return Forbidden("The channel's history is too long to be read to its end.")

    async def _doubt(self, channel_id: int) -> Outcome | None:
        """Tell an empty history from one that may not be read: Discord shows both as empty."""
        newest = await self._page(channel_id)
        if not isinstance(newest, list):
            return newest
        try:
            async with asyncio.timeout(TIMEOUT):
                channel = await self._client.http.get_channel(channel_id)
        except _ANSWERS as error:
            return _outcome(error)
        if newest or channel.get("last_message_id") is None:
            return None
        return Forbidden("I may not read its history: give me Read Message History.")

    async def _page(self, channel_id: int, *, after: int | None = None) -> list[Any] | Outcome:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._client.http.logs_from(channel_id, _PAGE, after=after)
        except _ANSWERS as error:
            return _outcome(error)

    def _is_post(self, message: Any, story_id: int, link: str | None) -> bool:  # noqa: ANN401  # Discord's JSON
        me = self._client.user
        if me is None or int(message["author"]["id"]) != me.id:
            return False
        ids = {
            component.get("custom_id")
            for row in message.get("components", [])
            for component in row.get("components", [])
        }
        links = {embed.get("url") for embed in message.get("embeds", [])}
        return custom_id(story_id) in ids or (link is not None and link in links)


def _outcome(error: Exception) -> Outcome:
    """Say what an error of a request means; raises it where the token itself is refused."""
    match error:
        case discord.RateLimited():
            return RetryLater("Discord asks for patience.", round(error.retry_after * SECOND))
        case discord.HTTPException(status=401):
            raise error
        case discord.HTTPException():
            return judge(error.status, error.code)
        case _:
            return RetryLater(f"Discord can't be reached ({type(error).__name__}).")
