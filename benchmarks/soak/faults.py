"""What goes wrong each minute: at the publishers', at Discord, on the way, and on the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from random import Random

from benchmarks.soak.place import Place, own_posts
from benchmarks.soak.windows import Windows
from tests.loopback import feeds as behaviours
from tests.loopback.feeds import Behaviour, dropped, held, status
from tests.loopback.state import Permission

EVERY = 60.0
_AT_ONCE = 5
"""Faults of a minute."""
_POST = r"^/channels/\d+/(messages|threads)$"
_SETTLED = 5 * 60_000
"""Milliseconds after which a post is surely known to the program, and may be deleted."""
_GARBAGE = b"\x00\xff\xfe<rss><channel><item><title>" + bytes(range(256)) * 40
_HTML = b"<!DOCTYPE html><html><body><h1>Back soon</h1></body></html>"
_MOST_GONE = 0.02
"""The share of the channels that are deleted at the most."""
_MINUTES_PER_BAN = 15
_WARMS = 4
"""How many times as likely documents without an end are before memory is judged."""
_LATE = 720.0
"""Seconds before the end in which no permission is taken: a channel that is refused a second time
by a race goes on by itself ten minutes later."""
_BACK = 300.0
"""Seconds within which the program is back at the gateway."""
_CLOSES = 6
"""How often the gateway closes at the most: discord.py doubles its wait with each close of the last
half an hour, and after the tenth may wait for a quarter of an hour."""


class Faults:
    """Draws faults, and lifts them again."""

    def __init__(self, place: Place, windows: Windows) -> None:
        self.met: Counter[str] = Counter()
        self.failed: list[str] = []
        """What went wrong with the faults themselves: the program did not come back, say."""
        self._place = place
        self._discord = place.discord
        self._windows = windows
        self._dice = place.plan.dice("faults")
        self._running: set[asyncio.Task[None]] = set()
        self._denied: set[int] = set()
        self._closes = self._bans = 0
        self._begun = time.monotonic()
        self._late = min(_LATE, place.plan.seconds / 4)
        self._kinds: list[Callable[[Random], Awaitable[None]]] = [
            self._publishers,
            self._posts_fail,
            self._answers_lost,
            self._answers_withheld,
            self._channel_limit,
            self._global_limit,
            self._no_permission,
            self._gateway_resumes,
            self._gateway_begins_anew,
            self._gateway_closes,
            self._gateway_down,
            self._outage,
            self._message_deleted,
            self._channel_deleted,
            self._database_held,
            self._ban,
        ]

    async def go_on(self) -> None:
        """Cause several kinds each minute, each kind about as often, until cancelled."""
        left: list[Callable[[Random], Awaitable[None]]] = []
        self._begun = time.monotonic()
        while True:
            begun = time.monotonic()
            self._begin(self._publishers)
            for _ in range(_AT_ONCE):
                if not left:
                    left = list(self._kinds)
                    self._dice.shuffle(left)
                self._begin(left.pop())
                await asyncio.sleep(self._dice.uniform(2, EVERY / _AT_ONCE - 2))
            await asyncio.sleep(max(0.0, begun + EVERY - time.monotonic()))

    def _begin(self, kind: Callable[[Random], Awaitable[None]]) -> None:
        self.met[kind.__name__.strip("_")] += 1
        task = asyncio.ensure_future(kind(Random(self._dice.random())))
        self._running.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            self.failed.append(f"{type(bug).__name__}: {bug}")

    async def lift(self) -> None:
        """Wait until all that is on is over."""
        await asyncio.gather(*self._running, return_exceptions=True)
        self._discord.chaos(None)
        for feed in self._place.publishers.feeds:
            feed.trouble = None

    # ── publishers ───────────────────────────────────────────────────────────────────────

    async def _publishers(self, dice: Random) -> None:
        """Let one feed of twenty fail, in its own way."""
        feeds, forever = self._place.publishers.feeds, asyncio.Event()
        # So that the allocator has met with its largest by the time that memory is judged.
        is_warm = time.monotonic() > self._begun + self._place.plan.warm_up
        large = 1 if is_warm else _WARMS
        kinds: list[tuple[Behaviour, int]] = [
            (status(500), 5),
            (status(503, headers={"Retry-After": "20"}), 3),
            (status(429, headers={"Retry-After": "15"}), 2),
            (status(404), 2),
            (status(200, b""), 2),
            (status(200, _GARBAGE), 3),
            (status(200, _HTML, {"Content-Type": "text/html"}), 3),
            (dropped(), 4),
            (dropped(b"<rss><channel>"), 4),
            (held(forever, status(500)), 1),
            (behaviours.stalled(b"<rss>"), 1),
            (behaviours.drip(0.5), 1),
            (behaviours.bomb(30), large),
            (behaviours.endless(), large),
            (behaviours.redirect("/nowhere.xml", 301), 2),
        ]
        with self._windows.open("publishers"):
            for feed in dice.sample(feeds, max(1, len(feeds) // 20)):
                chosen = dice.choices([one for one, _ in kinds], [weight for _, weight in kinds])
                feed.trouble = chosen[0]
                feed.trouble_until = time.monotonic() + dice.uniform(20, 55)
            await asyncio.sleep(55)

    # ── Discord ──────────────────────────────────────────────────────────────────────────

    async def _posts_fail(self, dice: Random) -> None:
        """Refuse some posts before, and answer some with an error after the message is made."""
        with self._windows.open("posts fail"):
            for code in dice.choices((500, 502, 503, 504), k=6):
                self._discord.fail_next("POST", _POST, status=code, accepted=dice.random() < 0.5)
            await asyncio.sleep(10)

    async def _answers_lost(self, dice: Random) -> None:
        """Have chance refuse, lose and reset posts for a while, as in the crash test."""
        with self._windows.open("answers lost"):
            self._discord.chaos(
                dice.randrange(1 << 30),
                failing=0.15,
                lost=0.1,
                dropped_before=0.08,
                dropped_after=0.08,
            )
            await asyncio.sleep(dice.uniform(15, 35))
            self._discord.chaos(None)

    async def _answers_withheld(self, dice: Random) -> None:
        """Let some posts stand in the channel for long before Discord answers."""
        with self._windows.open("answers withheld"):
            async with self._discord.hold("POST", _POST, times=4):
                await asyncio.sleep(dice.uniform(5, 15))

    async def _channel_limit(self, dice: Random) -> None:
        with self._windows.open("429 of a channel"):
            for scope in dice.choices(("user", "shared"), k=4):
                after = dice.uniform(0.5, 4)
                self._discord.fail_next("POST", _POST, status=429, retry_after=after, scope=scope)
            await asyncio.sleep(8)

    async def _global_limit(self, dice: Random) -> None:
        after = dice.uniform(1, 4)
        with self._windows.open("429 of all", touches=True):
            self._discord.fail_next("POST", _POST, status=429, retry_after=after, scope="global")
            await asyncio.sleep(after + 5)

    async def _no_permission(self, dice: Random) -> None:
        """Take the permission to post from some channels, and give it back; once in each."""
        place = self._place
        if time.monotonic() > self._begun + place.plan.seconds - self._late:
            return
        fit = [one for one in place.there() if one.id not in self._denied]
        chosen = dice.sample(fit, min(len(fit), max(1, len(place.channels) // 60)))
        what = dice.choice((Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL))
        with self._windows.open("no permission"):
            for channel in chosen:
                self._denied.add(channel.id)
                place.closed.add(channel.id)
                self._discord.deny(channel, what)
            await asyncio.sleep(dice.uniform(15, 50))
            for channel in chosen:
                if channel.id not in place.gone:
                    self._discord.allow(channel, what)
                place.closed.discard(channel.id)

    async def _ban(self, dice: Random) -> None:
        """Lock the address out for a moment, as Discord's network does; seldom."""
        if self._bans > self._place.plan.minutes / _MINUTES_PER_BAN:
            return
        self._bans += 1
        with self._windows.open("ban", touches=True):
            self._discord.ban_after = 0
            await asyncio.sleep(dice.uniform(3, 8))
            self._discord.ban_after = None
            await asyncio.sleep(60)  # for so long the program rests

    # ── the gateway ──────────────────────────────────────────────────────────────────────

    async def _gateway_resumes(self, _: Random) -> None:
        with self._windows.open("gateway resumes", touches=True):
            self._discord.reconnect_gateway()
            await self._back()

    async def _gateway_begins_anew(self, dice: Random) -> None:
        with self._windows.open("gateway begins anew", touches=True):
            self._discord.invalidate_gateway(resumable=dice.random() < 0.3)
            await self._back()

    async def _gateway_closes(self, dice: Random) -> None:
        if not self._may_close(1):
            await self._gateway_resumes(dice)
            return
        with self._windows.open("gateway closes", touches=True):
            await self._discord.close_gateway(dice.choice((1000, 1001, 4000, 4009)))
            await self._back()

    async def _gateway_down(self, dice: Random) -> None:
        if not self._may_close(2):  # and again, when it is tried in vain
            await self._gateway_begins_anew(dice)
            return
        with self._windows.open("gateway down", touches=True):
            self._discord.gateway_down = True
            await self._discord.close_gateway(1001)
            await asyncio.sleep(dice.uniform(2, 5))
            self._discord.gateway_down = False
            await self._back()

    def _may_close(self, times: int) -> bool:
        if self._closes + times > _CLOSES:
            return False
        self._closes += times
        return True

    async def _back(self) -> None:
        """Wait until a bot has been connected for some seconds on end."""
        connected, until = 0, time.monotonic() + _BACK
        while connected < 4:
            assert time.monotonic() < until, "the bot has not come back to the gateway"
            await asyncio.sleep(1)
            connected = connected + 1 if self._discord.ready else 0

    async def _outage(self, dice: Random) -> None:
        """Let an outage hide a server for a while."""
        guild = dice.choice(list(self._discord.world.guilds.values()))
        if guild.unavailable:
            return
        with self._windows.open("outage of a server", touches=True):
            self._discord.take_guild_offline(guild)
            await asyncio.sleep(dice.uniform(5, 15))
            self._discord.bring_guild_back(guild)

    # ── channels and the disk ────────────────────────────────────────────────────────────

    async def _message_deleted(self, dice: Random) -> None:
        """Let moderators delete some posts that the program knows to stand there."""
        with self._windows.open("messages deleted"):
            for channel in dice.sample(self._place.there(), min(10, len(self._place.there()))):
                before = self._discord.now() - _SETTLED
                old = [
                    one for one in own_posts(self._place.discord, channel) if one.sent_at < before
                ]
                if old:
                    self._discord.delete_message(dice.choice(old))

    async def _channel_deleted(self, dice: Random) -> None:
        place = self._place
        if len(place.gone) >= max(1, _MOST_GONE * len(place.channels)):
            return
        with self._windows.open("channel deleted", touches=True):
            fit = [one for one in place.there() if one.id not in place.closed]
            channel = dice.choice(fit)
            place.gone[channel.id] = self._discord.now()
            self._discord.remove_channel(channel)

    async def _database_held(self, dice: Random) -> None:
        """Let another program hold the database, sometimes for longer than it is waited for."""
        seconds = dice.choice((1, 3, 6, 14))
        with self._windows.open("database held", touches=True):
            await asyncio.to_thread(_hold, str(self._place.database), seconds)


def _hold(database: str, seconds: float) -> None:
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
