"""What the gallery shows: each scene is what somebody does, and what they see of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.publish.page import Shown
from bot.publish.render import without_picture
from tools.gallery.session import Session, answer, button_of


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the gallery, in each language and width."""

    name: str
    """Of its files."""
    title: str
    play: Callable[[Session], Awaitable[list[Shown]]]


SCENES: list[Scene] = []


def scene(name: str, title: str) -> Callable[[Callable[[Session], Awaitable[list[Shown]]]], None]:
    """Add a scene; scenes are played in order, in one session."""

    def add(play: Callable[[Session], Awaitable[list[Shown]]]) -> None:
        SCENES.append(Scene(name, title, play))

    return add


# ── before anything is subscribed ────────────────────────────────────────────────────────


@scene("subscriptions-none", "/subscriptions, before there are any")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("subscriptions")]


@scene("topics", "/topics")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("topics")]


@scene("subscribe", "/subscribe, and the same again")
async def _(at: Session) -> list[Shown]:
    first = await at.uses("subscribe", topic="harbour")
    return [first, await at.uses("subscribe", topic="harbour")]


@scene("subscribe-unknown", "/subscribe with a topic that there is not")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("subscribe", topic="harbor")]


# ── posts ────────────────────────────────────────────────────────────────────────────────


@scene("post", "The post of a story")
async def _(at: Session) -> list[Shown]:
    await at.news()
    return [Shown(at.posts()[-1])]


@scene("post-plain", "A post that Discord did not take with its picture")
async def _(at: Session) -> list[Shown]:
    return [Shown(without_picture(at.posts()[-1]))]


@scene("explainer", "Background & what's next: the answer to the button under a post")
async def _(at: Session) -> list[Shown]:
    post = at.posts()[-1]
    return [answer(await at.presses(post, button_of(post, "explain:")))]


@scene("digest", "A digest, and the list behind its button")
async def _(at: Session) -> list[Shown]:
    await at.uses("subscribe", topic="science", pace="hourly")
    await at.science()
    digest = at.posts()[-1]
    return [Shown(digest), answer(await at.presses(digest, button_of(digest, "digest:")))]


# ── answers ──────────────────────────────────────────────────────────────────────────────


@scene("latest", "/latest")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("latest", topic="harbour")]


@scene("explain", "/explain with any link")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("explain", link="https://coast.example/pilots", private=True)]


@scene("explain-refused", "/explain with what can't be explained")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("explain", link="https://coast.example/gone", private=True)]


@scene("subscriptions", "/subscriptions")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("subscriptions")]


@scene("unsubscribe", "/unsubscribe")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("unsubscribe", topic="science")]


@scene("status", "/status")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("status", by=at.town.mia)]
