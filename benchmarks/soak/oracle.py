"""Compares what publishers published, what stands in Discord, and what the program believes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.soak.books import Books, Row
from benchmarks.soak.headlines import KEYWORD
from benchmarks.soak.place import Place
from benchmarks.soak.publishers import Item
from benchmarks.soak.shown import Wall
from bot.models import Filters, Subscription

_JUST_NOW = 60_000
"""Milliseconds: what has fallen due since the program was asked to end is no fault of its own."""


@dataclass(slots=True)
class Findings:
    """What came of each item in each of its channels, and what is wrong."""

    due: int = 0
    """Items by channels that must be accounted for."""
    became: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    """Why the program has left out what it has."""
    twice: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What stands where it should not, or is not what the books say."""
    unread: int = 0
    """Items that came and went again before they could surely be read."""
    posts: int = 0
    digests: int = 0

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong."""
        return [*self.twice, *self.missing, *self.wrong]


class Oracle:
    """Judges one soak at its end, from three sides that know nothing of each other."""

    def __init__(self, place: Place, books: Books, walls: dict[int, Wall], at: int) -> None:
        self._place = place
        self._books = books
        self._walls = walls
        self._at = at
        self._by_key = {
            (row.story_id, row.channel_id): row for row in books.rows if row.story_id is not None
        }
        self._wanted: defaultdict[int, list[Subscription]] = defaultdict(list)
        for one in place.subscriptions:
            self._wanted[one.channel_id].append(one)
        self._open = {one.id for one in place.channels if place.is_open_to_members(one)}
        self.found = Findings()

    def judge(self) -> Findings:
        """Look at everything."""
        if not self._books.sound:
            self.found.wrong.append("the database fails its integrity check")
        for channel_id, wall in self._walls.items():
            self._look_at(channel_id, wall)
        for one in self._place.publishers.items.values():
            self._account_for(one)
        self._look_at_books()
        return self.found

    # ── what stands in a channel ─────────────────────────────────────────────────────────

    def _look_at(self, channel_id: int, wall: Wall) -> None:
        known = {row.message_id for row in self._books.rows if row.channel_id == channel_id}
        for number, times in wall.times.items():
            if times > 1:
                self.found.twice.append(f"{times} times in {self._name(channel_id)}: {number}")
        for message in wall.messages.values():
            if not message.numbers:
                continue  # a notice that a channel can't be posted in
            self.found.posts += not message.digest_of
            self.found.digests += bool(message.digest_of)
            if message.id not in known and channel_id not in self._place.gone:
                said = f"not in the books, in {self._name(channel_id)}: {message.numbers}"
                self.found.wrong.append(said)
            for number in message.numbers:
                self._look_whether_wanted(channel_id, number)

    def _look_whether_wanted(self, channel_id: int, number: int) -> None:
        one = self._place.publishers.items.get(number)
        if one is None:
            self.found.wrong.append(f"never published: {number}")
        elif channel_id in self._wanted and channel_id not in self._open:
            wanted = [s for s in self._subscriptions(one) if s.channel_id == channel_id]
            if not wanted:
                said = f"nobody wanted it in {self._name(channel_id)}: {number}"
                self.found.wrong.append(said)
            elif all(_keeps_out(s.flow.filters, one.title) for s in wanted):
                self.found.wrong.append(f"filtered in {self._name(channel_id)}, posted: {number}")

    # ── what became of an item ───────────────────────────────────────────────────────────

    def _subscriptions(self, one: Item) -> Iterator[Subscription]:
        """Give the subscriptions that were there all the time and that want an item."""
        topics = {t for t, feeds in self._place.topics.items() if set(feeds) & set(one.feeds)}
        for wanting in self._wanted.values():
            yield from (each for each in wanting if each.topic in topics)

    def _account_for(self, one: Item) -> None:
        if not one.is_news:
            return
        channels: defaultdict[int, list[Subscription]] = defaultdict(list)
        for each in self._subscriptions(one):
            if each.channel_id not in self._open and each.channel_id not in self._place.gone:
                channels[each.channel_id].append(each)
        stories = self._books.of_item.get(one.number, set())
        if not stories:
            if one.must_be_read:
                self.found.missing.append(f"never read: {one.number} of feeds {one.feeds}")
            else:
                self.found.unread += 1
            return
        if len(stories) > 1:
            self.found.wrong.append(f"taken for {len(stories)} stories: {one.number}")
        for channel_id, wanting in channels.items():
            self.found.due += 1
            self._judge(one, channel_id, wanting, stories)

    def _judge(
        self, one: Item, channel_id: int, wanting: list[Subscription], stories: set[int]
    ) -> None:
        rows = [self._by_key[key] for s in stories if (key := (s, channel_id)) in self._by_key]
        where = f"{one.number} in {self._name(channel_id)}"
        if not rows:
            self.found.missing.append(f"never planned: {where}")
            return
        row = rows[0]
        self.found.became[row.state] += 1
        complaint = getattr(self, f"_when_{row.state}")(one, row, wanting)
        if complaint:
            self.found.missing.append(f"{complaint}: {where} ({row})")

    def _when_sent(self, one: Item, row: Row, _: list[Subscription]) -> str:
        wall = self._walls[row.channel_id]
        message = wall.messages.get(row.message_id or 0)
        if row.message_id is None:
            return "" if wall.times[one.number] else "sent, but stands nowhere"
        if message is None:
            return "sent, but the message was never there"
        is_counted = message.digest_of > len(message.numbers)
        return "" if one.number in message.numbers or is_counted else "not in its message"

    def _when_filtered(self, one: Item, row: Row, wanting: list[Subscription]) -> str:
        if not row.reason:
            return "filtered without a reason"
        kept_out = all(_keeps_out(each.flow.filters, one.title) for each in wanting)
        return "" if kept_out else "filtered, and no filter keeps it out"

    def _when_held(self, _: Item, row: Row, __: list[Subscription]) -> str:
        if not row.reason:
            return "held without a reason"
        return "" if row.due_at > self._at - _JUST_NOW else "held, and due long ago"

    def _when_rejected(self, _: Item, row: Row, __: list[Subscription]) -> str:
        self.found.left_out[row.reason or "no reason"] += 1
        return "left out"

    def _when_pending(self, *_: object) -> str:
        return "still to be sent"

    _when_sending = _when_pending

    def _when_parked(self, *_: object) -> str:
        return "parked, though the channel is open"

    # ── the books by themselves ──────────────────────────────────────────────────────────

    def _look_at_books(self) -> None:
        """See whether each digest holds what it says, and each post that is booked is there."""
        in_digest = Counter(
            (row.digest_id, row.message_id)
            for row in self._books.rows
            if row.digest_id is not None and row.story_id is not None
        )
        for row in self._books.rows:
            wall = self._walls.get(row.channel_id)
            if row.state != "sent" or row.message_id is None or wall is None:
                continue
            message = wall.messages.get(row.message_id)
            if message is None:
                self.found.wrong.append(f"booked, but never there: {row}")
                continue
            booked = in_digest[row.id, row.message_id]
            if row.story_id is None and message.digest_of != booked:
                self.found.wrong.append(f"a digest of {booked} says {message.digest_of}: {row}")
        for channel_id, reason in self._books.paused.items():
            self.found.wrong.append(f"paused at the end: {self._name(channel_id)}: {reason}")

    def _name(self, channel_id: int) -> str:
        known = {one.id: one.name for one in self._place.channels}
        return known.get(channel_id, f"direct messages {channel_id}")


def _keeps_out(filters: Filters, title: str) -> bool:
    """Tell by our own simple rule whether filters keep a headline out: they are of one word."""
    has = KEYWORD in title
    return (bool(filters.not_words) and has) or (bool(filters.words) and not has)
