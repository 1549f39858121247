"""The topics that there are, in memory: the catalogue's, and those that servers have made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.models import Topic
from bot.stories.scope import is_own


class Topics(Mapping[str, Topic]):
    """Topics by name, the catalogue's first; raises ValueError where a name of these is no name."""

    def __init__(self, catalogue: Mapping[str, Topic]) -> None:
        if odd := sorted(filter(is_own, catalogue)):
            raise ValueError(f"these names are left to servers' own topics: {odd}")
        self.catalogue = dict(catalogue)
        self._own: dict[int, dict[str, Topic]] = {}
        self._all = dict(catalogue)

    def __getitem__(self, name: str) -> Topic:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def of(self, guild_id: int | None) -> tuple[Topic, ...]:
        """List the topics that a server has: the catalogue's, and its own."""
        return (*self.catalogue.values(), *self.own(guild_id))

    def own(self, guild_id: int | None) -> tuple[Topic, ...]:
        """List those that a server has made itself."""
        return tuple(self._own.get(guild_id or 0, {}).values())

    def named(self, typed: str, guild_id: int | None) -> Topic | None:
        """Find a topic of a server by its name, title or label, as a member may have typed it.

        Its very name is no other's; else what a server calls so itself goes before what the
        catalogue does.
        """
        exact = self.catalogue.get(typed.strip())
        return exact or self.own_named(typed, guild_id) or _called(typed, self.catalogue.values())

    def own_named(self, typed: str, guild_id: int | None) -> Topic | None:
        """Find one of those that a server has made itself, in the same way."""
        return _called(typed, self.own(guild_id))

    def put(self, guild_id: int, topics: Iterable[Topic]) -> None:
        """Let these be all of a server's own."""
        for name in self._own.pop(guild_id, {}):
            del self._all[name]
        own = {topic.name: topic for topic in topics}
        if own:
            self._own[guild_id] = own
            self._all |= own


def _called(typed: str, topics: Iterable[Topic]) -> Topic | None:
    wanted = typed.strip().casefold()
    for topic in topics:
        names = (topic.name, topic.code, topic.title, topic.label)
        if wanted in {name.casefold() for name in names}:
            return topic
    return None
