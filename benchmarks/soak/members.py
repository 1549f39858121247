"""Members who use commands, press what stands below posts, and type; a few a second at times."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.soak.headlines import KEYWORD
from benchmarks.soak.place import FORUM, Place, own_posts
from benchmarks.soak.windows import Windows
from tests.loopback.component_limits import component_nodes
from tests.loopback.gateway import NotConnectedError
from tests.loopback.interactions import Reply
from tests.loopback.resolving import NotOfferedError
from tests.loopback.state import Channel, Member, Message

ACKNOWLEDGED = 3.0
"""Seconds within which Discord wants the first answer."""
_PATIENCE = 45.0
"""Seconds within which the last one comes; /latest may ask feeds for eight of them."""
_CALM, _BUSY = 0.5, 4.0
"""Things done in a second, usually and in a rush."""
_RUSH = 0.2
"""Of the time."""
_ACKNOWLEDGED_ONLY = "callback of type 6"
_FAILED = "Something went wrong on my side"
_WORDS = ("reservoir", "ferry", KEYWORD, "theatre", "prize", "ford", "burns", "roof")
_SAFE_ACTS = ("show", "server", "history", "pace", "nobody", "ask", "undo")


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a member did and that was not answered as it should be."""

    what: str
    why: str
    excuse: str | None
    """The fault that explains it."""


@dataclass(slots=True)
class Tally:
    """What came of what members did."""

    done: Counter[str] = field(default_factory=Counter)
    acknowledged: list[float] = field(default_factory=list)
    """Seconds until the first answer, of what was done while no fault could be noticed."""
    failures: list[Failure] = field(default_factory=list)
    without_answer: int = 0
    """Presses that were acknowledged, and changed nothing."""
    not_offered: int = 0
    """What they saw had changed meanwhile."""

    @property
    def unexcused(self) -> list[Failure]:
        """The failures that no fault explains."""
        return [one for one in self.failures if one.excuse is None]


class Members:
    """Everybody who uses the bot."""

    def __init__(self, place: Place, windows: Windows) -> None:
        self.tally = Tally()
        self.follows: set[int] = set()
        """Members who get topics by direct message."""
        self._place = place
        self._discord = place.discord
        self._windows = windows
        self._dice = place.plan.dice("members")
        self._acting: set[asyncio.Task[None]] = set()
        self._acts: list[tuple[Callable[[Random, Channel, Member], Awaitable[None]], int]] = [
            (self._latest, 6),
            (self._search, 6),
            (self._status, 6),
            (self._catch_up, 5),
            (self._look, 5),
            (self._type, 10),
            (self._press_post, 16),
            (self._judge, 4),
            (self._settings, 4),
            (self._subscribe, 3),
            (self._follow, 2),
        ]

    async def go_on(self) -> None:
        """Act until cancelled."""
        until, rate = 0.0, _CALM
        while True:
            if time.monotonic() > until:
                rate = _BUSY if self._dice.random() < _RUSH else _CALM
                until = time.monotonic() + self._dice.uniform(5, 20)
            await asyncio.sleep(self._dice.expovariate(rate))
            self._begin()

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await asyncio.gather(*self._acting)

    def _begin(self) -> None:
        act = self._dice.choices([a for a, _ in self._acts], [n for _, n in self._acts])[0]
        fit = [one for one in self._place.there() if one.id not in self._place.closed]
        channel, dice = self._dice.choice(fit), Random(self._dice.random())
        if channel.guild is None or channel.kind == FORUM:
            return
        member = dice.choice(self._place.members[channel.guild.id])
        task = asyncio.ensure_future(self._try(act, dice, channel, member))
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)

    async def _try(
        self,
        act: Callable[[Random, Channel, Member], Awaitable[None]],
        dice: Random,
        channel: Channel,
        member: Member,
    ) -> None:
        what, begin = act.__name__.strip("_"), time.monotonic()
        self.tally.done[what] += 1
        try:
            await act(dice, channel, member)
        except NotOfferedError:
            self.tally.not_offered += 1
        except NotConnectedError:
            self._fail(what, "no bot is connected", begin)
        except TimeoutError as silence:
            # A press on what was done already is acknowledged, and changes nothing that is seen.
            if _ACKNOWLEDGED_ONLY in str(silence):
                self.tally.without_answer += 1
            else:
                self._fail(what, str(silence)[:200], begin)
        except Exception as bug:  # noqa: BLE001  # it counts as a failure, and is shown
            self._fail(what, f"{type(bug).__name__}: {bug}"[:200], begin)

    def _fail(self, what: str, why: str, begin: float) -> None:
        excuse = self._windows.excuse(begin, time.monotonic())
        self.tally.failures.append(Failure(what, why, excuse))

    async def _said(self, what: str, asking: Awaitable[Reply]) -> Reply:
        """Wait for an answer, and look whether it is one and came in time."""
        begin = time.monotonic()
        reply = await asking
        if self._windows.excuse(begin, time.monotonic()) is None:
            self.tally.acknowledged.append(reply.acknowledged_after)
        if reply.acknowledged_after > ACKNOWLEDGED:
            self._fail(what, f"first answer after {reply.acknowledged_after:.1f} s", begin)
        if _FAILED in str(reply.body) + str(reply.followups):
            self._fail(what, f"answered: {reply.body.get('content')}", begin)
        return reply

    async def _slash(
        self, member: Member, channel: Channel | None, words: str, /, **options: str
    ) -> Reply:
        asking = self._discord.slash(member, channel, words, timeout=_PATIENCE, **options)
        return await self._said(f"/{words}", asking)

    async def _press(
        self,
        member: Member,
        channel: Channel | None,
        what: Message | Reply,
        custom_id: str,
        *values: str,
    ) -> Reply:
        asking = self._discord.press(
            member, channel, what, custom_id, values=values, timeout=_PATIENCE
        )
        return await self._said(custom_id.partition(":")[0], asking)

    def _topic(self, dice: Random) -> str:
        return dice.choice(list(self._place.topics))

    # ── what they do ─────────────────────────────────────────────────────────────────────

    async def _latest(self, dice: Random, channel: Channel, member: Member) -> None:
        options = {"topic": self._topic(dice)} if dice.random() < 0.5 else {}
        await self._slash(member, channel, "latest", **options)

    async def _search(self, dice: Random, channel: Channel, member: Member) -> None:
        reply = await self._slash(member, channel, "search", words=dice.choice(_WORDS))
        turns = [one for one in _ids(reply.body) if one.startswith("search:")]
        if turns:
            await self._press(member, channel, reply, dice.choice(turns))

    async def _status(self, dice: Random, channel: Channel, member: Member) -> None:
        posts = own_posts(self._discord, channel)
        options = {}
        if posts and dice.random() < 0.5:
            title = (dice.choice(posts).embeds or [{}])[0].get("title") or "ferry"
            options = {"story": title[:90]}
        await self._slash(member, channel, "status", **options)

    async def _catch_up(self, dice: Random, channel: Channel, member: Member) -> None:
        reply = await self._slash(member, channel, "catchup")
        turns = [one for one in _ids(reply.body) if one.startswith("catchup:")]
        if turns:
            await self._press(member, channel, reply, dice.choice(turns))

    async def _look(self, dice: Random, channel: Channel, member: Member) -> None:
        words = dice.choice(("topics", "help", "subscriptions", "privacy", "unfollow"))
        await self._slash(member, channel, words)

    async def _type(self, dice: Random, channel: Channel, member: Member) -> None:
        words = dice.choice(("latest", "subscribe", "unsubscribe", "follow", "unfollow"))
        typed = dice.choice(("", "t", "topic", "Topic-1", "topci 2", "zzz"))
        for length in range(len(typed) + 1):
            asking = self._discord.autocomplete(
                member, channel, words, focused="topic", value=typed[:length], timeout=_PATIENCE
            )
            begin = time.monotonic()
            await asking
            took = time.monotonic() - begin
            if self._windows.excuse(begin, time.monotonic()) is None:
                self.tally.acknowledged.append(took)
            if took > ACKNOWLEDGED:
                self._fail("autocomplete", f"choices after {took:.1f} s", begin)

    async def _press_post(self, dice: Random, channel: Channel, member: Member) -> None:
        """Press a button of a post or a digest, by a double click at times."""
        found = _pressable(own_posts(self._discord, channel)[-30:])
        if not found:
            return
        message, custom_id = dice.choice(found)
        times = 2 if dice.random() < 0.2 else 1
        await asyncio.gather(
            *(self._press(member, channel, message, custom_id) for _ in range(times))
        )

    async def _judge(self, dice: Random, channel: Channel, member: Member) -> None:
        """Open an explainer, and say what one thinks of it."""
        found = _pressable(own_posts(self._discord, channel)[-30:])
        opens = [one for one in found if one[1].startswith("explain:")]
        if not opens:
            return
        reply = await self._press(member, channel, *dice.choice(opens))
        judges = [one for one in _ids(reply.body) if one.startswith("feedback:")]
        if not judges:
            return
        told = await self._press(member, channel, reply, dice.choice(judges))
        if told.modal:
            filled = {"reason": "missing", "comment": "too short"}
            asking = self._discord.submit(member, channel, told, filled, timeout=_PATIENCE)
            await self._said("feedback form", asking)

    async def _settings(self, dice: Random, channel: Channel, member: Member) -> None:
        """Open the panel and press on it; only in channels that are the members' is it changed."""
        manager = self._place.managers[member.guild.id]
        reply = await self._slash(manager, channel, "settings")
        acts = _SAFE_ACTS if self._place.is_open_to_members(channel) else _SAFE_ACTS[:3]
        for _ in range(3):
            items = [
                one
                for one in component_nodes(reply.body.get("components") or [])
                if str(one.get("custom_id", "")).split(":")[1:2] in [[act] for act in acts]
            ]
            if not items:
                return
            item = dice.choice(items)
            values = (dice.choice(item["options"])["value"],) if "options" in item else ()
            reply = await self._press(manager, channel, reply, item["custom_id"], *values)
            if reply.modal:
                return

    async def _subscribe(self, dice: Random, _: Channel, __: Member) -> None:
        """Subscribe a topic, or end it and have second thoughts; in the members' channels."""
        mine = [one for one in self._place.there() if self._place.is_open_to_members(one)]
        fit = [one for one in mine if one.kind != FORUM and one.id not in self._place.closed]
        if not fit:
            return
        channel = dice.choice(fit)
        manager = self._place.managers[channel.guild.id if channel.guild else 0]
        topic = self._topic(dice)
        reply = await self._slash(manager, channel, "subscribe", topic=topic)
        buttons = [one for one in _ids(reply.body) if one.startswith("subscribe:")]
        if buttons:
            times = 2 if dice.random() < 0.3 else 1
            chosen = dice.choice(buttons)
            await asyncio.gather(
                *(self._press(manager, channel, reply, chosen) for _ in range(times)),
                return_exceptions=False,
            )
        if dice.random() < 0.5:
            reply = await self._slash(manager, channel, "unsubscribe", topic=topic)
            undo = [one for one in _ids(reply.body) if one.startswith("resubscribe:")]
            if undo and dice.random() < 0.7:
                await self._press(manager, channel, reply, undo[0])

    async def _follow(self, dice: Random, _: Channel, __: Member) -> None:
        """Get a topic by direct message, or end that; few do."""
        few = [members[0] for members in self._place.members.values()][:6]
        member = dice.choice(few)
        where = dice.choice([one for one in member.guild.channels.values() if one.kind != FORUM])
        words = "follow" if dice.random() < 0.7 else "unfollow"
        self.follows.add(member.id)
        await self._slash(member, where, words, topic=self._topic(dice))


def _ids(body: dict[str, Any]) -> list[str]:
    nodes = component_nodes(body.get("components") or [])
    return [one["custom_id"] for one in nodes if one.get("custom_id") and not one.get("disabled")]


def _pressable(posts: list[Message]) -> list[tuple[Message, str]]:
    return [(post, custom_id) for post in posts for custom_id in _ids(post.body)]
