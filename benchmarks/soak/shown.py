"""What stands or stood in Discord, told by what members see of it, and not by any book."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.soak.books import NUMBER
from benchmarks.soak.place import Place
from tests.loopback.component_limits import component_nodes
from tests.loopback.state import Channel, Message

_COUNT = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the bot's."""

    id: int
    numbers: tuple[int, ...]
    """The items that it tells of, by the addresses that it leads to."""
    digest_of: int = 0
    """How many stories it says that it has, if it is a digest."""


@dataclass(slots=True)
class Wall:
    """All that the bot has posted in one channel, deleted or not."""

    messages: dict[int, Shown] = field(default_factory=dict)

    @property
    def times(self) -> Counter[int]:
        """How often each item was told of."""
        return Counter(number for one in self.messages.values() for number in one.numbers)


def walls(place: Place) -> dict[int, Wall]:
    """Read what stands in all channels, and in all direct messages."""
    everywhere = {one.id: one for one in place.channels}
    everywhere |= place.discord.world.channels
    found: dict[int, Wall] = {}
    for channel in everywhere.values():
        if channel.thread is None:
            wall = found.setdefault(channel.id, Wall())
            wall.messages |= {one.id: one for one in _shown(place, channel)}
    return found


def _shown(place: Place, channel: Channel) -> Iterator[Shown]:
    for message in (*channel.messages.values(), *channel.starters):
        if message.author_id == place.discord.world.bot_id and message.interaction_id is None:
            yield _read(message)


def _read(message: Message) -> Shown:
    ids = [str(one.get("custom_id", "")) for one in component_nodes(message.components)]
    embed = message.embeds[0] if message.embeds else {}
    if any(one.startswith("digest:") for one in ids):
        found = dict.fromkeys(NUMBER.findall(str(embed.get("description", message.content))))
        count = _COUNT.search(str(embed.get("title", "")))
        return Shown(message.id, tuple(map(int, found)), int(count[1]) if count else 0)
    address = str(embed.get("url") or json.dumps(message.body))
    return Shown(message.id, tuple(int(number) for number in NUMBER.findall(address)[:1]))
