"""Pure: for whom feeds bring what they bring: for everybody, or for servers that have them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

SEPARATOR = "/"
"""Between a server and the name of one of its own topics; no name in the catalogue has it."""


def is_own(topic: str) -> bool:
    """Tell whether a topic is a server's own."""
    return SEPARATOR in topic


def own_name(guild_id: int, code: str) -> str:
    """Name a server's own topic as it is known to the program."""
    return f"{guild_id}{SEPARATOR}{code}"


def within(event_key: str, feed_id: int, topics: Collection[str]) -> str:
    """Return what articles of one event share, as far as they may become one story.

    Whoever manages a server can bring any feed, also one that puts its own words to the link of a
    newspaper. So what a server has brought is never part of a story that others get, and what it
    alone may read is in no other server's. Feeds of one server join each other's stories.
    """
    if any(not is_own(topic) for topic in topics):
        return event_key
    servers = {topic.partition(SEPARATOR)[0] for topic in topics}
    scope = servers.pop() if len(servers) == 1 else _of_feed(feed_id)
    return f"{scope}{SEPARATOR}{event_key}"


def own_keys(event_key: str, guild_id: int, feed_ids: Iterable[int]) -> list[str]:
    """Return what `within` may have made of an event for a server that has these feeds."""
    scopes = [str(guild_id), *map(_of_feed, feed_ids)]
    return [f"{scope}{SEPARATOR}{event_key}" for scope in scopes]


def _of_feed(feed_id: int) -> str:
    return f"feed {feed_id}"
