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


@scene("help", "/help")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("help")]


@scene("subscribe", "/subscribe: what to expect, and the press that confirms it")
async def _(at: Session) -> list[Shown]:
    offer = await at.replied("subscribe", topic="harbour")
    before = answer(offer, "Ann used /subscribe")
    confirmed = await at.presses(offer, button_of(offer.body, "subscribe:"))
    return [before, answer(confirmed)]


@scene("subscribe-again", "/subscribe with what the channel has already")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("subscribe", topic="harbour")]


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
    offer = await at.replied("subscribe", topic="science", pace="hourly")
    await at.presses(offer, button_of(offer.body, "subscribe:"))
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


# ── what members have for themselves ─────────────────────────────────────────────────────


@scene("search", "/search")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("search", words="ferry")]


@scene("search-none", "/search where nothing is found")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("search", words="submarine")]


@scene("catchup", "/catchup")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("catchup")]


@scene("follow", "/follow, and what comes by direct message first")
async def _(at: Session) -> list[Shown]:
    said = await at.uses("follow", topic="harbour")
    return [said, Shown(at.direct()[0], channel="Wherefore")]


@scene("follow-story", "Follow this story: the answer to the button under a post")
async def _(at: Session) -> list[Shown]:
    post = at.posts()[-2]
    return [answer(await at.presses(post, button_of(post, "follow:")))]


@scene("unfollow", "/unfollow")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("unfollow")]


@scene("feedback", "👎 under an explainer: the form that asks what is wrong")
async def _(at: Session) -> list[Shown]:
    post = at.posts()[-2]
    told = await at.presses(post, button_of(post, "explain:"))
    down = button_of(told.body, "feedback:").replace(":up", ":down")
    form = await at.presses(told, down)
    thanks = await at.submits(form, reason="wrong", comment="The bridge has two lanes.")
    return [answer(form), answer(thanks)]


@scene("privacy", "/privacy, and what deleting means")
async def _(at: Session) -> list[Shown]:
    kept = await at.replied("privacy")
    first = answer(kept, "Ann used /privacy")
    return [first, answer(await at.presses(kept, "privacy:delete"))]


# ── what managers set ────────────────────────────────────────────────────────────────────


@scene("settings", "/settings")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("settings", by=at.town.mia)]


@scene("settings-form", "/settings: the form of quiet hours, and its confirmation")
async def _(at: Session) -> list[Shown]:
    mia = at.town.mia
    shown = await at.replied("settings", by=mia)
    form = await at.presses(shown, f"set:ask:{at.town.channel.id}:-:quiet", by=mia)
    asked = answer(form)
    done = await at.submits(form, by=mia, begin="22:30", end="7", zone="Berlin")
    return [asked, answer(done)]


@scene("settings-server", "/settings: the server")
async def _(at: Session) -> list[Shown]:
    mia = at.town.mia
    shown = await at.replied("settings", by=mia)
    return [answer(await at.presses(shown, f"set:server:{at.town.channel.id}:-", by=mia))]


@scene("settings-history", "/settings: who changed what")
async def _(at: Session) -> list[Shown]:
    mia = at.town.mia
    shown = await at.replied("settings", by=mia)
    return [answer(await at.presses(shown, f"set:history:{at.town.channel.id}:-", by=mia))]


@scene("feed-add", "/feed add: what was found, and in which topic it goes")
async def _(at: Session) -> list[Shown]:
    mia = at.town.mia
    found = await at.replied("feed add", by=mia, url=at.club())
    before = answer(found, "Mia used /feed add")
    form = await at.presses(found, button_of(found.body, "feed:new:"), by=mia)
    asked = answer(form)
    done = await at.submits(form, by=mia, title="Rowing", emoji="🚣")
    return [before, asked, answer(done)]


@scene("feed-refused", "/feed add with what is no feed")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("feed add", by=at.town.mia, url="https://coast.example/gone")]


@scene("feed-health", "/feed health")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("feed health", by=at.town.mia)]


@scene("feed-list", "/feed list")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("feed list", by=at.town.mia)]


# ── what goes wrong ──────────────────────────────────────────────────────────────────────


@scene("subscribe-refused", "/subscribe where I may not post")
async def _(at: Session) -> list[Shown]:
    return [await at.uses("subscribe", topic="harbour", channel=at.locked())]


@scene("notice", "What who subscribed is told when a channel shuts me out")
async def _(at: Session) -> list[Shown]:
    return [Shown({"content": await at.shut_out()}, channel="Wherefore")]
