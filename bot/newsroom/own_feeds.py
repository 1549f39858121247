"""Topics and feeds that servers make their own: found, looked at, added, listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from bot.feeds.health import cadence, health
from bot.feeds.links import resolve
from bot.models import (
    MINUTE,
    Allowance,
    Discovered,
    DiscoverFailed,
    Feed,
    FoundFeed,
    HealthKind,
    KnownFeed,
    OwnFeed,
    Topic,
)
from bot.models.said import said
from bot.newsroom.allowances import take_all
from bot.newsroom.asking import Asker, TooOften
from bot.newsroom.auditing import Author, note_feed
from bot.newsroom.looking import address_of, look_at
from bot.newsroom.own_outcomes import (
    MOST_FEEDS,
    MOST_TOPICS,
    Added,
    AlreadyIn,
    BadName,
    Choosing,
    Full,
    NoFeed,
    NoOwnTopic,
    NotBegun,
    Offered,
    Placing,
    Previewed,
)
from bot.newsroom.parts import Parts
from bot.newsroom.topics import Topics
from bot.newsroom.unfeeding import Unfeeding
from bot.store import Tx
from bot.stories.naming import coded, emoji_of, titled
from bot.stories.scope import own_name

A_MEMBER = Allowance(burst=5, every=MINUTE)
A_SERVER = Allowance(burst=30, every=MINUTE)
"""How often addresses may be looked at: each time, sites are asked up to twelve times."""
OFFERED = 25
"""Of how many feeds of one page somebody chooses."""
PREVIEWED = 3
_KIND = "feed"
_WORST = (
    HealthKind.GONE, HealthKind.FAILING, HealthKind.QUIET, HealthKind.NEW, HealthKind.WELL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a member has begun, as it is kept."""

    choices: tuple[Offered, ...] = ()
    url: str = ""
    title: str = ""
    topic: str = ""

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> _Begun:
        data = json.loads(text)
        return cls(**{**data, "choices": tuple(Offered(**each) for each in data["choices"])})


class OwnFeeds:
    """What those who manage a server ask of its own feeds; `ring` wakes the loop that polls."""

    def __init__(self, parts: Parts, topics: Topics, ring: Callable[[], None]) -> None:
        self._parts = parts
        self._store = parts.store
        self._topics = topics
        self._ring = ring
        self.removal = Unfeeding(parts, self.changed)
        """How they end."""

    async def load(self) -> None:
        """Take the topics of all servers into memory."""
        by_guild: dict[int, list[Topic]] = {}
        for topic in await self._store.read(lambda tx: tx.own.topics()):
            by_guild.setdefault(topic.guild_id or 0, []).append(topic)
        for guild_id, topics in by_guild.items():
            self._topics.put(guild_id, topics)

    async def changed(self, guild_id: int) -> None:
        """Take a server's topics into memory as they are now, and look again what is wanted."""
        self._topics.put(guild_id, await self._store.read(lambda tx: tx.own.topics(guild_id)))
        self._ring()

    def forget(self, guild_id: int) -> None:
        """Forget a server whose data is deleted."""
        self._topics.put(guild_id, ())

    def topics(self, guild_id: int) -> tuple[Topic, ...]:
        """List a server's own topics."""
        return self._topics.own(guild_id)

    # ── looking ──────────────────────────────────────────────────────────────────────────

    async def find(
        self, asker: Asker, place: str, topic: str | None = None
    ) -> Choosing | Placing | NoFeed | TooOften | NoOwnTopic | Full | NotBegun:
        """Look for the feeds of an address, to put one of them in a topic of the server."""
        chosen = self._own(asker, topic) if topic else None
        if topic and chosen is None:
            return NoOwnTopic(topic, self._topics.named(topic, None) is not None)
        if await self._store.read(lambda tx: _is_full(tx, asker.guild_id or 0)):
            return Full(MOST_FEEDS, topics=False)
        found = await self._discover(asker, place)
        if not isinstance(found, Discovered):
            return found
        code = chosen.code if chosen else ""
        if len(found.feeds) == 1:
            return await self._place(asker, found.feeds[0], await self._begin(asker, code))
        choices = _offered(found)
        number = await self._begin(asker, code, choices)
        return Choosing(number, choices, found.unread)

    async def pick(
        self, asker: Asker, number: int, index: int
    ) -> Placing | NoFeed | TooOften | NotBegun:
        """Take one of the feeds that were found, and look at it."""
        begun = await self._begun(asker, number)
        if begun is None or not 0 <= index < len(begun.choices):
            return NotBegun()
        found = await self._discover(asker, begun.choices[index].url)
        if not isinstance(found, Discovered):
            return found
        return await self._place(asker, found.feeds[0], number)

    async def preview(self, asker: Asker, place: str) -> Previewed | NoFeed | TooOften:
        """Show how the posts of an address's likeliest feed would look; nothing is kept."""
        found = await self._discover(asker, place)
        if not isinstance(found, Discovered):
            return found
        look = await look_at(self._parts, found.feeds[0], PREVIEWED)
        return Previewed(look, _offered(found)[1:])

    async def _discover(self, asker: Asker, place: str) -> Discovered | NoFeed | TooOften:
        member, server = f"feeds:member:{asker.member_id}", f"feeds:server:{asker.guild_id}"
        now = self._parts.clock()
        waits = await self._store.write(
            lambda tx: take_all(tx, {member: A_MEMBER, server: A_SERVER}, now)
        )
        if waits:
            return TooOften(waits[1], whole_server=waits[0] == server)
        found = await self._parts.discover(place)
        if isinstance(found, DiscoverFailed):
            return NoFeed(found.reason)
        # A user and a password in an address would be read by whoever reads the list.
        sound = tuple(feed for feed in found.feeds if resolve(address_of(feed)))
        return replace(found, feeds=sound) if sound else NoFeed(_UNSOUND)

    async def _place(self, asker: Asker, found: FoundFeed, number: int) -> Placing | NotBegun:
        begun = await self._begun(asker, number)
        if begun is None:
            return NotBegun()
        chosen = self._own(asker, begun.topic) if begun.topic else None
        look = await look_at(self._parts, found, 1, chosen)
        now_begun = replace(begun, url=look.url, title=look.title)
        topics = self.topics(asker.guild_id or 0)

        async def keep(tx: Tx) -> set[str]:
            await tx.unfinished.change(number, now_begun.dump())
            known = await tx.feeds.at(look.url)
            return set(await tx.feeds.topics_of(known.id)) if known else set()

        names = await self._store.write(keep)
        return Placing(
            number,
            look,
            tuple(topic for topic in topics if topic.name not in names),
            tuple(topic for topic in topics if topic.name in names),
            chosen if chosen and chosen.name not in names else None,
            may_make=len(topics) < MOST_TOPICS,
        )

    async def _begin(self, asker: Asker, topic: str, choices: tuple[Offered, ...] = ()) -> int:
        body, now = _Begun(choices, topic=topic).dump(), self._parts.clock()
        return await self._store.write(
            lambda tx: tx.unfinished.add(
                _KIND,
                guild_id=asker.guild_id or 0,
                member_id=asker.member_id,
                body=body,
                now=now,
            )
        )

    async def _begun(self, asker: Asker, number: int) -> _Begun | None:
        return await self._store.read(lambda tx: _begun(tx, asker, number))

    def _own(self, asker: Asker, typed: str) -> Topic | None:
        return self._topics.own_named(typed, asker.guild_id)

    # ── adding ───────────────────────────────────────────────────────────────────────────

    async def title_of(self, asker: Asker, number: int) -> str | NotBegun:
        """Return what the feed calls itself that is to be placed, if it is known (still).

        It is what a topic for it may be called.
        """
        begun = await self._begun(asker, number)
        return titled(begun.title) if begun and begun.url else NotBegun()

    async def add(
        self, asker: Asker, number: int, topic: str
    ) -> Added | AlreadyIn | Full | NotBegun | NoOwnTopic:
        """Put the feed in one of the server's topics."""
        found = self._own(asker, topic)
        if found is None:
            return NoOwnTopic(topic, in_catalogue=False)
        return await self._add(asker, number, found)

    def misnamed(self, guild_id: int, title: str, emoji: str) -> BadName | None:
        """Say what is wrong with the name of a new topic, at once; None: nothing."""
        name = titled(title)
        if not name:
            return BadName(title)
        if emoji_of(emoji) is None:
            return BadName(emoji, is_emoji=True)
        if name.casefold() in {t.title.casefold() for t in self._topics.of(guild_id)}:
            return BadName(name, is_taken=True)
        return None

    async def make(
        self, asker: Asker, number: int, title: str, emoji: str
    ) -> Added | AlreadyIn | Full | NotBegun | BadName:
        """Put the feed in a topic that is made for it."""
        guild_id = asker.guild_id or 0
        if wrong := self.misnamed(guild_id, title, emoji):
            return wrong
        name, symbol = titled(title), emoji_of(emoji) or ""
        there = self._topics.of(guild_id)
        if len(self.topics(guild_id)) >= MOST_TOPICS:
            return Full(MOST_TOPICS, topics=True)
        code = coded(name, {topic.code for topic in there})
        made = Topic(own_name(guild_id, code), name, symbol, "", (), guild_id)
        return await self._add(asker, number, made, is_new=True)

    async def _add(
        self, asker: Asker, number: int, topic: Topic, *, is_new: bool = False
    ) -> Added | AlreadyIn | Full | NotBegun:
        now, guild_id = self._parts.clock(), asker.guild_id or 0

        async def add(tx: Tx) -> Added | AlreadyIn | Full | NotBegun:
            begun = await _begun(tx, asker, number)
            if begun is None or not begun.url:
                return NotBegun()
            if await _is_full(tx, guild_id):
                return Full(MOST_FEEDS, topics=False)
            there = {one.name for one in await tx.own.topics(guild_id)}
            if is_new and len(there) >= MOST_TOPICS:
                return Full(MOST_TOPICS, topics=True)
            if is_new == (topic.name in there):  # somebody else was faster
                return NotBegun()
            if is_new:
                await tx.own.add_topic(topic, asker.member_id, now)
            feed = OwnFeed(topic.name, begun.url, now, asker.member_id)
            if await tx.own.add_feed(feed, now, begun.title) is None:
                return AlreadyIn(topic)
            author = Author(guild_id, asker.member_id)
            await note_feed(tx, author, topic.name, begun.title, now, added=True)
            await tx.unfinished.end(number)
            return Added(begun.title, topic, is_new)

        result = await self._store.write(add)
        await self.changed(guild_id)
        return result

    # ── how they are ─────────────────────────────────────────────────────────────────────

    async def feeds(self, guild_id: int) -> list[KnownFeed]:
        """List a server's own feeds by topic, with how they are."""
        topics = {topic.name: topic for topic in self.topics(guild_id)}

        async def ask(tx: Tx) -> list[tuple[OwnFeed, Feed | None]]:
            own = await tx.own.feeds(guild_id)
            known = await tx.feeds.at_each([feed.url for feed in own])
            return [(feed, known.get(feed.url)) for feed in own]

        return [
            self._known(topics[own.topic], feed, own.url)
            for own, feed in await self._store.read(ask)
            if feed is not None and own.topic in topics
        ]

    async def health(self, guild_id: int, topic: Topic | None = None) -> list[KnownFeed]:
        """List the feeds that a server gets or has made its own, or a topic's, the worst first."""

        async def ask(tx: Tx) -> list[tuple[str, Feed]]:
            names = [one.name for one in self.topics(guild_id)]
            names += [s.topic for s in await tx.subscriptions.in_guild(guild_id)]
            wanted = [topic.name] if topic else list(dict.fromkeys(names))
            return [(name, feed) for name in wanted for feed in await tx.feeds.of_topics([name])]

        topics = {one.name: one for one in self._topics.of(guild_id)}
        known = {
            feed.id: self._known(topics[name], feed, feed.url)
            for name, feed in await self._store.read(ask)
            if name in topics
        }
        return sorted(known.values(), key=_how_bad)

    def _known(self, topic: Topic, feed: Feed, url: str) -> KnownFeed:
        now = self._parts.clock()
        pace = cadence([date for date in feed.dates if date <= now])
        return KnownFeed(topic, health(feed, now), url, pace)


_UNSOUND = said(
    "Its address holds a user and a password, or characters that no address has. Look for one "
    "without."
)


def _how_bad(known: KnownFeed) -> tuple[int, int, str]:
    feed = known.health.feed
    return _WORST.index(known.health.kind), feed.failing_since or 0, feed.title.casefold()


def _offered(found: Discovered) -> tuple[Offered, ...]:
    return tuple(
        Offered(address_of(feed), feed.title, feed.entries) for feed in found.feeds[:OFFERED]
    )


async def _is_full(tx: Tx, guild_id: int) -> bool:
    return len(await tx.own.feeds(guild_id)) >= MOST_FEEDS


async def _begun(tx: Tx, asker: Asker, number: int) -> _Begun | None:
    """Return what a member has begun in this very server."""
    found = await tx.unfinished.get(
        number, _KIND, guild_id=asker.guild_id or 0, member_id=asker.member_id
    )
    return _Begun.load(found.body) if found else None
