"""A newsroom with an archive where members follow topics and stories, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.models import DAY, DeliveryState, Follow, Millis
from bot.newsroom import Asker, Following
from tests.newsdesk import FEED, MEMBER, Channels, Desk, desk, story

DIRECT = MEMBER + 1_000
"""The member's direct messages, as the tests' Discord numbers them."""
OTHER = 31

BRIDGE = "Rust found in the Ardenfell bridge"
TELLS = "Engineers of Quillmark say that rust was found in the Ardenfell bridge."
LATER = (
    "Mayor Quillmark closes the Ardenfell bridge",
    "Voters in Ardenfell want a tunnel for the Quillmark road",
    "Steel for the Ardenfell works comes from Quillmark",
    "Ferries cross at Ardenfell while Quillmark builds",
    "Schools near Ardenfell open late, says Quillmark",
    "Buses to Ardenfell run again by Quillmark station",
    "Ships wait below Ardenfell for Quillmark pilots",
)


def later(number: int, now: Millis) -> str:
    """Write an item that carries the story of the bridge on."""
    title = LATER[number]
    said = f"Of the rust in the Ardenfell bridge that day was said in Quillmark: {title}."
    return story(title, now, teaser=said)


@asynccontextmanager
async def followed(
    folder: Path, channels: Channels | None = None, *, size: int = 60
) -> AsyncIterator[Desk]:
    """Open a newsroom with an archive, where a channel has got the story of the bridge."""
    async with desk(folder, channels=channels) as at:
        at.web.tells(FEED)
        await at.subscribe()
        await at.poll()
        said = "What was said of it in the town that day."
        fillers = [story(f"Filler {number} of the day", teaser=said) for number in range(size)]
        bridge = story(BRIDGE, at.now[0], teaser=TELLS)
        at.web.tells(FEED, *fillers, bridge)
        await at.poll()
        at.channels.messages.clear()
        yield at


async def number_of(at: Desk, title: str) -> int:
    found = await at.store.read(lambda tx: tx.stories.newest(["town"], 1_000))
    return next(one.id for one in found if one.article.title == title)


async def follow(at: Desk, title: str = BRIDGE, member: int = MEMBER) -> Follow:
    made = await at.newsroom.follows.story(Asker(member), await number_of(at, title))
    assert isinstance(made, Following)
    return made.follow


async def brings(at: Desk, *numbers: int) -> None:
    """Let the feed bring what carries the story on, a day later."""
    at.wait(DAY)
    at.web.tells(FEED, *(later(number, at.now[0]) for number in numbers))
    await at.poll()


def direct(at: Desk, member: int = MEMBER) -> list[str]:
    """List what was sent to a member: titles, and what is said without one."""
    return [
        body["embeds"][0]["title"] if "embeds" in body else body["content"]
        for channel, _, body in at.channels.messages
        if channel == member + 1_000
    ]


async def became(at: Desk, channel: int = DIRECT) -> list[tuple[DeliveryState, str | None]]:
    found = await at.store.read(lambda tx: tx.deliveries.in_channel(channel))
    return [(one.state, one.reason) for one in found]
