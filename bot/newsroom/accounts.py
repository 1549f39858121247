"""Gathers what became of stories in channels, for those who ask why."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.models import Account, ChannelStatus, Millis, Story
from bot.newsroom.explaining import at_event, topic_of
from bot.newsroom.parts import Parts
from bot.store import Tx
from bot.stories.identity import event_key
from bot.stories.scope import SEPARATOR, is_own

RECENT = 10
"""How many of a channel's newest stories its status tells of."""
_OFFERED = 50
_FOUND = 10


class Accounts:
    """What is asked about a channel."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store

    async def status(self, channel_id: int) -> ChannelStatus:
        """Say how a channel is served, and what became of its newest stories."""
        now = self._parts.clock()

        async def ask(tx: Tx) -> ChannelStatus:
            found = await tx.subscriptions.in_channel(channel_id)
            waiting, next_at = await tx.accounts.waiting(channel_id, now)
            return ChannelStatus(
                channel_id,
                [(topic_of(self._parts, s.topic), s) for s in found],
                waiting,
                next_at,
                await tx.accounts.recent(channel_id, RECENT, digests=False),
                self._parts.resting(),
            )

        return await self._store.read(ask)

    async def find(
        self, channel_id: int, named: str, guild_id: int | None = None
    ) -> Account | None:
        """Say what became of a story that is named by number, link or words; None: none is.

        Stories that only other servers get are none.
        """
        own = f"{guild_id}{SEPARATOR}"
        topics = [t for t in self._parts.topics if not is_own(t) or t.startswith(own)]

        async def ask(tx: Tx) -> Account | None:
            for found in await find(tx, channel_id, named, guild_id, topics):
                if found.became or await tx.stories.topic_of(found.story.id, guild_id):
                    return found
            return None

        return await self._store.read(ask)

    async def headlines(self, channel_id: int) -> list[Story]:
        """List a channel's newest stories that are still kept, newest first."""
        recent = await self._store.read(
            lambda tx: tx.accounts.recent(channel_id, _OFFERED, digests=False)
        )
        return [became.story for became in recent if became.story is not None]

    def now(self) -> Millis:
        """Return the time by which what is told is said."""
        return self._parts.clock()


async def find(
    tx: Tx,
    channel_id: int,
    named: str,
    guild_id: int | None = None,
    topics: Collection[str] | None = None,
) -> list[Account]:
    """Find stories by number, link, or words of a headline, the likeliest first.

    What was planned for the channel is likelier than what was not. Links are those of everybody's
    stories, of the server's own and of the channel's; words are looked for in these topics first.
    """
    named = named.strip()
    key = _key(named)
    if key is None:
        stories = await _named(tx, named, topics)
    else:
        known = await at_event(tx, key, guild_id)
        here = await tx.accounts.of_event(channel_id, key)
        stories = await _kept(tx, list(dict.fromkeys((*known, *here))))
    planned = set(await tx.accounts.planned(channel_id, [story.id for story in stories]))
    stories.sort(key=lambda story: story.id not in planned)
    return [await _account(tx, channel_id, story) for story in stories]


def _is_link(named: str) -> bool:
    return named.casefold().startswith(("http://", "https://"))


def _key(named: str) -> str | None:
    """Return the event that a link leads to; None where it is no link to one."""
    try:
        return event_key(named) if _is_link(named) else None
    except ValueError:  # no address at all, such as http://[
        return None


async def _named(tx: Tx, named: str, topics: Collection[str] | None) -> list[Story]:
    if named.isascii() and named.isdigit():
        return await _kept(tx, [int(named)]) if len(named) <= 18 else []
    if _is_link(named):
        return []
    # What other servers get must not crowd out what this one does; what was posted may have lost
    # its topic since.
    found = [] if topics is None else await tx.archive.search(named, _FOUND, topics)
    more = await tx.archive.search(named, _FOUND)
    return list({story.id: story for story in (*found, *more)}.values())


async def _kept(tx: Tx, ids: Sequence[int]) -> list[Story]:
    found = [await tx.stories.get(number) for number in ids]
    return [story for story in found if story is not None]


async def _account(tx: Tx, channel_id: int, story: Story) -> Account:
    return Account(
        channel_id,
        story,
        await tx.accounts.of_story(channel_id, story.id),
        await tx.accounts.brought(story.id),
        await tx.subscriptions.in_channel(channel_id),
    )
