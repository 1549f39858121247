"""Conducts what /subscribe says before it promises, and what becomes of it by a press."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.delivery.forecast import WINDOW, forecast, recommended
from bot.explain.allowance import Wait, take
from bot.models import (
    HOUR,
    SECOND,
    Allowance,
    ExplainedStory,
    Forecast,
    Lately,
    Millis,
    Origin,
    Pace,
    Subscription,
    Supply,
    Topic,
)
from bot.newsroom import returning
from bot.newsroom.asking import Asker, TooOften
from bot.newsroom.auditing import Author, note_subscription
from bot.newsroom.explaining import Explaining, topic_of
from bot.newsroom.parts import Parts
from bot.newsroom.subscribing import (
    Adjusted,
    AlreadySubscribed,
    AskedFlow,
    Subscribed,
    TooMany,
    again,
    begin,
    no_room,
    subscribe,
)
from bot.store import Tx, dump, load_flow

FORECASTS = Allowance(burst=10, every=20 * SECOND)
"""How many forecasts a member may ask for: each may have feeds asked and a story explained."""
CANDIDATES = 3
"""How many of the newest stories are looked through for one that can be explained."""
_BEGUN, _ENDED = "subscribe", "unsubscribe"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member asks for in a channel, as far as it was said."""

    guild_id: int
    channel_id: int
    member_id: int
    topic: Topic
    pace: Pace | None = None
    mention: int | None = None
    """A role."""

    @property
    def flow(self) -> AskedFlow:
        """How the stories are to flow."""
        return AskedFlow(self.pace, self.mention)


@dataclass(frozen=True, slots=True)
class Offer:
    """What to expect of a topic in a channel, which has not got it yet."""

    number: int
    """By which its buttons name it."""
    wanted: Wanted
    forecast: Forecast
    last: Millis | None
    """When the topic's newest story came; None: there is none."""
    newest: ExplainedStory | None
    """The one that is shown as it would be posted."""
    best: Pace
    """The pace that suits how much it is."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the buttons of an answer are about: looked at again at each press."""

    number: int
    guild_id: int
    member_id: int
    at: Millis
    """When it was begun."""
    kept: Mapping[str, Any]
    """What was written down of it."""

    @property
    def channel_id(self) -> int:
        """The channel that it is about."""
        return int(self.kept["channel"])

    @property
    def topic(self) -> str:
        """The name of a topic, which may be gone by now."""
        return str(self.kept["topic"])

    @property
    def mention(self) -> int | None:
        """The role that was asked for, or that posts mentioned."""
        return self.kept.get("mention")

    @property
    def done(self) -> bool:
        """Whether one of the buttons was pressed before."""
        return bool(self.kept.get("done"))


@dataclass(frozen=True, slots=True)
class Ended:
    """A channel has a topic no more; the number names what brings it back."""

    topic: Topic
    number: int


Begins = Offer | Subscribed | Adjusted | AlreadySubscribed | TooMany | TooOften
Becomes = Subscribed | Adjusted | AlreadySubscribed | TooMany


class Offering:
    """Forecasts, and the subscriptions that become of them.

    `freshen` asks those feeds of topics that nobody has asked for a while, within bounds;
    `look_again` is called when other feeds may be wanted, or other deliveries due.
    """

    def __init__(
        self,
        parts: Parts,
        explaining: Explaining,
        freshen: Callable[[list[str]], Awaitable[None]],
        look_again: Callable[[], None],
    ) -> None:
        self._parts = parts
        self._store = parts.store
        self._explaining = explaining
        self._freshen = freshen
        self._look_again = look_again

    async def ask(self, wanted: Wanted) -> Begins:
        """Say what to expect of a topic in a channel, which gets nothing by that yet.

        Where the channel has the topic, it is resumed or adjusted at once, or can be by a press.
        """
        begun = await self._store.write(lambda tx: self._begin(tx, wanted))
        if not isinstance(begun, int):
            self._look_again()
            return begun
        topic = wanted.topic.name
        await self._freshen([topic])
        expected = await self._store.read(lambda tx: self._forecast(tx, wanted), slow=True)
        last, newest = await self._newest(topic, Asker(wanted.member_id, wanted.guild_id))
        return Offer(begun, wanted, expected, last, newest, recommended(expected))

    async def _begin(
        self, tx: Tx, wanted: Wanted
    ) -> int | Subscribed | Adjusted | AlreadySubscribed | TooMany | TooOften:
        now = self._parts.clock()
        existing = await tx.subscriptions.get(wanted.channel_id, wanted.topic.name)
        if existing is not None:
            found = await again(
                tx, existing, wanted.topic, wanted.flow, member_id=wanted.member_id, now=now
            )
            if isinstance(found, AlreadySubscribed):
                return replace(found, number=await _keep(tx, wanted, now))
            return found
        if full := await no_room(tx, wanted.guild_id, wanted.channel_id):
            return full
        asker = f"forecasts:member:{wanted.member_id}"
        taken = take(FORECASTS, await tx.spending.spent_until(asker), now)
        if isinstance(taken, Wait):
            return TooOften(taken.until, whole_server=False)
        await tx.spending.keep_spent_until(asker, taken.spent_until)
        return await _keep(tx, wanted, now)

    async def _forecast(self, tx: Tx, wanted: Wanted) -> Forecast:
        now, topic = self._parts.clock(), wanted.topic.name
        found = await tx.subscriptions.topics_of(wanted.channel_id)
        others = [name for name in found if name != topic]
        supplies: list[Supply] = await tx.forecasts.supplies(topic, now - WINDOW, now)
        lately: Lately = await tx.forecasts.lately(topic, others, now - WINDOW, now)
        return forecast(supplies, lately, now, has_others=bool(others))

    async def _newest(
        self, topic: str, asker: Asker
    ) -> tuple[Millis | None, ExplainedStory | None]:
        """Return when a topic's newest story came, and the newest that says why it matters."""
        stories = await self._store.read(lambda tx: tx.stories.newest([topic], CANDIDATES))
        until = self._parts.clock() + self._parts.limits.run
        newest: ExplainedStory | None = None
        for story in stories:
            told = await self._explaining.explained(story.id, topic, payer=asker.purse, until=until)
            if told is not None and told.explainer.origin is not Origin.NONE:
                newest = told
                break
            newest = newest or told
        return stories[0].article.published if stories else None, newest

    async def begun(self, number: int, author: Author, *, ended: bool = False) -> Begun | None:
        """Return what a button of this member's is about in this server; None: it is not kept.

        `ended`: it is to bring back what was ended.
        """
        kind = _ENDED if ended else _BEGUN
        return await self._store.read(lambda tx: _find(tx, number, author, kind))

    async def confirm(self, number: int, author: Author, pace: Pace) -> Becomes | Begun | None:
        """Let a channel have, at this pace, what was offered or what it has.

        A second press changes nothing: what it is about is returned, `done`. None: it is not kept
        any more, or its topic is gone.
        """

        async def write(tx: Tx) -> Becomes | Begun | None:
            begun = await _find(tx, number, author, _BEGUN)
            topic = self._parts.topics.get(begun.topic) if begun else None
            if begun is None or topic is None:
                return None
            if begun.done:
                return begun
            wanted = self._subscription(begun)
            asked = AskedFlow(pace, begun.mention)
            made = await subscribe(
                tx, wanted, topic, asked, shortest=self._parts.shortest, now=self._parts.clock()
            )
            return await _settled(tx, begun, made)

        made = await self._store.write(write)
        self._look_again()
        return made

    async def restore(
        self, number: int, author: Author, *, mentions: bool = True
    ) -> Becomes | Begun | None:
        """Give a channel back what was ended, flowing as it did, with what waited.

        Without `mentions`, its posts mention nobody. Else it is as with `confirm`.
        """

        async def write(tx: Tx) -> Becomes | Begun | None:
            begun = await _find(tx, number, author, _ENDED)
            topic = self._parts.topics.get(begun.topic) if begun else None
            if begun is None or topic is None:
                return None
            if begun.done:
                return begun
            existing = await tx.subscriptions.get(begun.channel_id, begun.topic)
            if existing is not None:
                return await _settled(tx, begun, AlreadySubscribed(existing, topic))
            flow = load_flow(begun.kept["flow"])
            flow = flow if mentions else replace(flow, mention=None)
            wanted, now = replace(self._subscription(begun), flow=flow), self._parts.clock()
            made = await begin(tx, wanted, topic, shortest=self._parts.shortest, now=now)
            if isinstance(made, Subscribed):
                await returning.bring_back(tx, wanted, begun.kept["waited"], now)
            return await _settled(tx, begun, made)

        made = await self._store.write(write)
        self._look_again()
        return made

    async def dismiss(self, number: int, author: Author) -> None:
        """Forget what was offered: the member does not want it now."""

        async def write(tx: Tx) -> None:
            if await _find(tx, number, author, _BEGUN) is not None:
                await tx.unfinished.end(number)

        await self._store.write(write)

    async def end(self, guild_id: int, channel_id: int, topic: str, member_id: int) -> Ended | None:
        """Take a topic, by its name, from a channel; None where the channel does not have it.

        What waited to be posted under it is taken back, and kept for `restore`.
        """

        async def write(tx: Tx) -> Ended | None:
            existing = await tx.subscriptions.get(channel_id, topic)
            if existing is None:
                return None
            waited = returning.packed(await tx.deliveries.cancel(channel_id, topic))
            await tx.subscriptions.remove(channel_id, topic)
            author, now = Author(guild_id, member_id), self._parts.clock()
            await note_subscription(
                tx, author, (existing.flow, None), now, channel_id=channel_id, topic=topic
            )
            body = {
                "channel": channel_id,
                "topic": topic,
                "mention": existing.flow.mention,
                "flow": dump(existing.flow),
                "waited": waited,
            }
            number = await tx.unfinished.add(
                _ENDED,
                guild_id=guild_id,
                member_id=member_id,
                body=json.dumps(body),
                now=self._parts.clock(),
            )
            return Ended(topic_of(self._parts, topic), number)

        ended = await self._store.write(write)
        self._look_again()
        return ended

    def _subscription(self, begun: Begun) -> Subscription:
        """Return what is to be, from when it was asked for: what came since then is new.

        The feeds were read for the forecast. From now on alone, their next documents would count
        as the first after it, of which what has no date is taken for old.
        """
        now = self._parts.clock()
        since = begun.at if now - HOUR <= begun.at <= now else now
        return Subscription(begun.guild_id, begun.channel_id, begun.topic, since, begun.member_id)


async def _settled(tx: Tx, begun: Begun, made: Becomes) -> Becomes:
    """Note that it is done, so that no second press does it again; there may be no room yet."""
    if not isinstance(made, TooMany):
        await tx.unfinished.change(begun.number, json.dumps({**begun.kept, "done": True}))
    return made


async def _keep(tx: Tx, wanted: Wanted, now: Millis) -> int:
    kept = {
        "channel": wanted.channel_id,
        "topic": wanted.topic.name,
        "mention": wanted.mention,
    }
    return await tx.unfinished.add(
        _BEGUN,
        guild_id=wanted.guild_id,
        member_id=wanted.member_id,
        body=json.dumps(kept),
        now=now,
    )


async def _find(tx: Tx, number: int, author: Author, kind: str) -> Begun | None:
    found = await tx.unfinished.get(
        number, kind, guild_id=author.guild_id, member_id=author.member_id
    )
    if found is None:
        return None
    kept = json.loads(found.body)
    return Begun(found.id, found.guild_id, found.member_id, found.created_at, kept)
