"""The bot's own posts, as Discord's history of a channel or a forum shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from discord.http import Route

from bot.models import MINUTE, Body, Forbidden, Millis, Outcome, RetryLater, Unreadable
from bot.models.said import said
from bot.publish.access import HISTORY
from bot.publish.calls import Calls, Failure, unreadable
from bot.publish.forum import Forum

_CLOCKS_APART: Millis = 10 * MINUTE
"""How far this machine's clock may be from Discord's; what is known is told apart by its id."""
_PAGE = 100
_PAGES = 5
_MOMENT = timedelta(milliseconds=1)
_MISFORMED = (ValueError, TypeError, KeyError)

Json = dict[str, Any]
Found = list[Body] | Outcome | Unreadable


class _StopError(Exception):
    """Reading can't go on."""

    def __init__(self, why: Outcome | Unreadable) -> None:
        super().__init__()
        self.why = why


class History:
    """Reads histories; `me` is the bot's user."""

    def __init__(self, calls: Calls, me: int) -> None:
        self._calls = calls
        self._me = me

    async def of_channel(self, channel_id: int, since: Millis) -> Found:
        """List the bot's posts in a text channel or thread since then, oldest first."""
        return await self._found(self._messages(channel_id, _first_id(since)))

    async def of_forum(self, channel_id: int, forum: Forum, since: Millis) -> Found:
        """List the first messages of the bot's threads in a forum since then, oldest first.

        A forum has no nonces, so what can't be read is no reason to send again: it is forbidden,
        or read later.
        """
        return await self._found(self._starters(channel_id, forum, _first_id(since)))

    async def _found(self, messages: AsyncIterator[Json]) -> Found:
        try:
            mine = [one async for one in messages if self._is_post(one)]
            return sorted(mine, key=lambda one: int(one["id"]))
        except _StopError as stop:
            return stop.why
        except _MISFORMED as error:
            return unreadable(error)

    def _is_post(self, message: Json) -> bool:
        mine = int(message["author"]["id"]) == self._me
        return mine and message.get("type", 0) == 0  # an answer to a command has its own type

    async def _get(self, route: Route, params: Json | None = None) -> Any:  # noqa: ANN401  # JSON
        answer = await self._calls(route, params=params)
        if isinstance(answer, Failure):
            raise _StopError(answer.outcome)
        return answer.data

    # ── text channels and threads ────────────────────────────────────────────────────────

    async def _messages(self, channel_id: int, after: int) -> AsyncIterator[Json]:
        for number in range(_PAGES):
            page = await self._page(channel_id, after=after)
            if not page and number == 0:
                await self._check_is_shown(channel_id)
            for message in page:
                yield message
            if len(page) < _PAGE:
                return
            after = max(int(message["id"]) for message in page)
        raise _StopError(
            Unreadable(said("The channel's history is too long to be read to its end."))
        )

    async def _check_is_shown(self, channel_id: int) -> None:
        """Tell an empty history from one that may not be read: Discord shows both as empty."""
        newest = await self._page(channel_id)
        channel = await self._get(Route("GET", "/channels/{channel_id}", channel_id=channel_id))
        if not newest and channel.get("last_message_id") is not None:
            reason = said("I may not read its history: give me {reason}.", reason=HISTORY)
            raise _StopError(Unreadable(reason))

    async def _page(self, channel_id: int, **more: int) -> list[Json]:
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel_id)
        page = await self._get(route, {"limit": _PAGE, **more})
        if not isinstance(page, list):
            raise TypeError("a history is a list")
        return page

    # ── forums ───────────────────────────────────────────────────────────────────────────

    async def _starters(self, channel_id: int, forum: Forum, first: int) -> AsyncIterator[Json]:
        ids = {
            int(thread["id"])
            async for thread in self._threads(channel_id, forum, first)
            if int(thread["owner_id"]) == self._me
            and int(thread["parent_id"]) == channel_id
            and int(thread["id"]) >= first
        }
        for thread_id in sorted(ids):
            answer = await self._calls(_starter(thread_id))
            if not isinstance(answer, Failure):
                yield answer.data
            elif answer.code not in _STARTER_GONE:
                raise _StopError(answer.outcome)

    async def _threads(self, channel_id: int, forum: Forum, first: int) -> AsyncIterator[Json]:
        """Go through the threads that may have been made since: the open ones, and the archive."""
        active = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=forum.guild_id)
        for thread in (await self._get(active))["threads"]:
            yield thread
        params: Json = {"limit": _PAGE}
        for _ in range(_PAGES):
            page = await self._archive(params, channel_id)
            for thread in page["threads"]:
                yield thread
            if not page.get("has_more") or not page["threads"]:
                return
            # The archive begins with what was archived last, which is after it was made.
            end = datetime.fromisoformat(
                page["threads"][-1]["thread_metadata"]["archive_timestamp"]
            )
            if discord.utils.time_snowflake(end) < first:
                return
            # Others may have been archived in the same moment.
            params = {"limit": _PAGE, "before": (end + _MOMENT).isoformat()}
        raise _StopError(RetryLater(said("The forum's archive is too long to be read to its end.")))

    async def _archive(self, params: Json, channel_id: int) -> Json:
        path = "/channels/{channel_id}/threads/archived/public"
        answer = await self._calls(Route("GET", path, channel_id=channel_id), params=params)
        if not isinstance(answer, Failure):
            archive: Json = answer.data
            return archive
        if isinstance(answer.outcome, Forbidden):
            reason = said("I may not read what was posted here: give me {reason}.", reason=HISTORY)
            raise _StopError(Forbidden(reason))
        raise _StopError(answer.outcome)


_STARTER_GONE = {10003, 10008}
"""A thread, or its first message, was deleted: nothing is there to be found."""


def _starter(thread_id: int) -> Route:
    path = "/channels/{channel_id}/messages/{message_id}"
    return Route("GET", path, channel_id=thread_id, message_id=thread_id)


def _first_id(since: Millis) -> int:
    """Return the lowest id of what was made since then, by Discord's clock."""
    return discord.utils.time_snowflake(datetime.fromtimestamp((since - _CLOCKS_APART) / 1000, UTC))
