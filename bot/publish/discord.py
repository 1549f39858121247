"""Posts to Discord, whatever the kind of channel, and finds there what was posted."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord.http import Route

from bot.delivery.outcome import ARCHIVED, SPREAD_ALREADY, WRONG_KIND
from bot.models import (
    SECOND,
    Body,
    ChannelGone,
    Forbidden,
    Millis,
    Outcome,
    Post,
    Rejected,
    RetryLater,
    Sent,
    Unreadable,
)
from bot.models.said import said
from bot.publish import access, forum
from bot.publish.calls import Answer, Calls, Failure, unreadable
from bot.publish.history import History
from bot.publish.render import mentioning
from bot.publish.traffic import Traffic

KIND_KEPT = 300.0
"""Seconds for which it is remembered that a channel, which the client does not know, is a forum."""
_TEXT = 2000
_NO_DIRECT_MESSAGES = {10013, 50007, 50033, 50278}
_MISFORMED = (ValueError, TypeError, KeyError)


class DiscordPublisher:
    """The publisher on a client that is logged in, and was made with `traffic.trace`.

    It hands bodies to Discord as they were rendered. Going through discord.py's views instead
    would keep every posted view in memory for ever, and draw a nonce of its own. Whatever it does
    raises discord.HTTPException where the token itself is refused.
    """

    def __init__(self, client: discord.Client, traffic: Traffic) -> None:
        self._client = client
        self._calls = Calls(client, traffic)
        self._forums: dict[int, tuple[forum.Forum, float]] = {}
        self._spreading_rests: dict[int, float] = {}

    # ── posting ──────────────────────────────────────────────────────────────────────────

    async def publish(self, channel_id: int, post: Post, nonce: str) -> Outcome:
        """Send a post; with the same nonce again, Discord answers with the first message.

        In a forum, which knows no nonces, it starts a thread: look there before it is tried again.
        A channel that the client knows not to be open to the bot is not even asked.
        """
        channel = self._client.get_channel(channel_id)
        if refused := access.refusal(channel):
            return refused
        if post.mention is not None:
            post = Post(mentioning(post.body, post.mention), post.title, post.tag)
        known = _described(channel) or self._remembered(channel_id)
        failure = await self._post(channel_id, known, post, nonce)
        if isinstance(failure, Failure) and failure.code in WRONG_KIND:
            failure = await self._post_anew(channel_id, known, post, nonce) or failure
        if isinstance(failure, Failure) and failure.code == ARCHIVED:
            failure = await self._open_again(channel_id) or await self._say(
                channel_id, post.body, nonce
            )
        return failure.outcome if isinstance(failure, Failure) else failure

    async def _post(
        self, channel_id: int, known: forum.Forum | None, post: Post, nonce: str
    ) -> Sent | Failure:
        if known is None:
            return await self._say(channel_id, post.body, nonce)
        start = forum.thread(known, post)
        if isinstance(start, Forbidden):
            return Failure(start)
        route = Route("POST", "/channels/{channel_id}/threads", channel_id=channel_id)
        nested = {"use_nested_fields": 1}
        return _sent(await self._calls(route, body=start, params=nested, once=True))

    async def _say(self, channel_id: int, body: Body, nonce: str) -> Sent | Failure:
        payload = {**body, "nonce": nonce, "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        return _sent(await self._calls(route, body=payload))

    async def _post_anew(
        self, channel_id: int, known: forum.Forum | None, post: Post, nonce: str
    ) -> Sent | Failure | None:
        """Ask what the channel is, and post accordingly; None: it is what it was taken for."""
        found = await self._ask(channel_id)
        if isinstance(found, Failure):
            return found
        return None if found == known else await self._post(channel_id, found, post, nonce)

    async def _open_again(self, thread_id: int) -> Failure | None:
        """Take a thread out of the archive; None: it is."""
        route = Route("PATCH", "/channels/{channel_id}", channel_id=thread_id)
        opened = await self._calls(route, body={"archived": False})
        if not isinstance(opened, Failure):
            return None
        if isinstance(opened.outcome, Forbidden | Rejected):
            return Failure(
                Forbidden(said("The thread is archived, and I may not open it again: open it."))
            )
        return opened

    # ── what kind of channel it is ───────────────────────────────────────────────────────

    def _remembered(self, channel_id: int) -> forum.Forum | None:
        found, until = self._forums.get(channel_id, (None, 0.0))
        return found if asyncio.get_running_loop().time() < until else None

    async def _ask(self, channel_id: int) -> forum.Forum | Failure | None:
        """Ask Discord whether a channel is a forum, and remember it; None: it is not."""
        answer = await self._calls(Route("GET", "/channels/{channel_id}", channel_id=channel_id))
        if isinstance(answer, Failure):
            return answer
        try:
            found = forum.read(answer.data)
        except _MISFORMED as error:
            return Failure(unreadable(error))
        now = asyncio.get_running_loop().time()
        self._forums = {one: kept for one, kept in self._forums.items() if now < kept[1]}
        if found is not None:
            self._forums[channel_id] = (found, now + KIND_KEPT)
        return found

    # ── looking back ─────────────────────────────────────────────────────────────────────

    async def posted(self, channel_id: int, since: Millis) -> list[Body] | Outcome | Unreadable:
        """List the bot's own posts of a channel since then, as Discord shows them, oldest first.

        Of a forum, the first messages of its threads. Anything else says why they can't be read
        to the end. Clocks that are ten minutes apart hide nothing.
        """
        user = self._client.user
        if user is None:
            raise RuntimeError("the client is not logged in")
        channel = self._client.get_channel(channel_id)
        known = _described(channel) or self._remembered(channel_id)
        if channel is None and known is None:
            asked = await self._ask(channel_id)
            if isinstance(asked, Failure):
                return asked.outcome
            known = asked
        history = History(self._calls, user.id)
        if known is None:
            return await history.of_channel(channel_id, since)
        return await history.of_forum(channel_id, known, since)

    # ── beyond the channel ───────────────────────────────────────────────────────────────

    async def spread(self, channel_id: int, message_id: int) -> Outcome:
        """Publish a post of an announcement channel to the servers that follow it.

        Discord takes about ten an hour of a channel; what is too much comes as RetryLater with the
        wait. A refusal says nothing about posting in the channel itself.
        """
        loop = asyncio.get_running_loop()
        wait = self._spreading_rests.get(channel_id, 0.0) - loop.time()
        if wait > 0:
            reason = said("Discord publishes only so many posts an hour.")
            return RetryLater(reason, round(wait * SECOND), refused=True)
        path = "/channels/{channel_id}/messages/{message_id}/crosspost"
        route = Route("POST", path, channel_id=channel_id, message_id=message_id)
        answer = await self._calls(route)
        if isinstance(answer, Answer):
            self._note_spreading(channel_id, answer.used_up)
            sent = _sent(answer)
            return sent.outcome if isinstance(sent, Failure) else sent
        if answer.code == SPREAD_ALREADY:
            return Sent(message_id)
        if isinstance(answer.outcome, RetryLater) and answer.outcome.refused:
            self._note_spreading(channel_id, (answer.outcome.after or 0) / SECOND)
        return answer.outcome

    def _note_spreading(self, channel_id: int, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        self._spreading_rests = {
            one: until for one, until in self._spreading_rests.items() if now < until
        }
        if seconds:
            self._spreading_rests[channel_id] = now + seconds

    async def tell(self, member_id: int, text: str, nonce: str) -> Outcome:
        """Tell a member something by direct message; at most 2,000 characters of it."""
        opened = await self.direct(member_id)
        if not isinstance(opened, int):
            return opened
        body: Body = {"content": text[:_TEXT], "allowed_mentions": {"parse": []}}
        told = await self._say(opened, body, nonce)
        return _untold(told) if isinstance(told, Failure) else told

    async def direct(self, member_id: int) -> int | Outcome:
        """Open the direct messages with a member; return their channel, the same each time.

        That they are open to the bot is not known before something is posted there.
        """
        route = Route("POST", "/users/@me/channels")
        opened = await self._calls(route, body={"recipient_id": str(member_id)})
        if isinstance(opened, Failure):
            return _untold(opened)
        try:
            return int(opened.data["id"])
        except _MISFORMED as error:
            return unreadable(error)

    async def exists(self, channel_id: int) -> bool | None:
        """Ask Discord whether there is such a channel; None: that can't be had at the moment.

        One that the bot may not see is there.
        """
        asked = await self._ask(channel_id)
        if not isinstance(asked, Failure):
            return True
        match asked.outcome:
            case ChannelGone():
                return False
            case Forbidden():
                return True
            case _:
                return None


def _described(channel: Any) -> forum.Forum | None:  # noqa: ANN401  # any of discord.py's channels
    """Describe a forum as the client knows it; None: it is none."""
    if not isinstance(channel, discord.ForumChannel):
        return None
    tags = [forum.Tag(tag.id, tag.name, tag.moderated) for tag in channel.available_tags]
    return forum.Forum(channel.guild.id, tuple(tags), channel.flags.require_tag)


def _sent(answer: Answer | Failure) -> Sent | Failure:
    if isinstance(answer, Failure):
        return answer
    try:
        return Sent(int(answer.data["id"]))
    except _MISFORMED as error:
        return Failure(unreadable(error))


def _untold(failure: Failure) -> Outcome:
    """Say why a member was not told; the server's channels have nothing to do with it."""
    if failure.code in _NO_DIRECT_MESSAGES:
        return Rejected(said("This member does not take direct messages."))
    if isinstance(failure.outcome, Forbidden | ChannelGone):
        return Rejected(failure.outcome.reason)
    return failure.outcome
