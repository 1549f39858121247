"""Conducts the explaining of any link that a member asks about."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.explain.material import article_of_page
from bot.feeds.links import resolve, without_tracking
from bot.feeds.places import address_of
from bot.models import (
    DAY,
    MINUTE,
    Allowance,
    Article,
    ExplainedStory,
    Explainer,
    Millis,
    Page,
    SourceKind,
    Story,
    Topic,
)
from bot.models.said import said
from bot.newsroom.allowances import take_all
from bot.newsroom.explaining import TRY_AGAIN, Explaining, at_event
from bot.newsroom.parts import Parts
from bot.store import Tx
from bot.stories.identity import event_key

A_MEMBER = Allowance(burst=5, every=MINUTE)
A_SERVER = Allowance(burst=30, every=2 * MINUTE)
"""How often links may be asked about that are not known yet."""
NO_TOPIC = Topic("", "", "", "", ())


@dataclass(frozen=True, slots=True)
class TooOften:
    """The member, or the server, has asked as often as may be for now."""

    until: Millis
    whole_server: bool


@dataclass(frozen=True, slots=True)
class NotExplained:
    """The link can't be explained, for this reason, which is a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a member, in which server, if it is in one, and in which channel."""

    member_id: int
    guild_id: int | None = None
    channel_id: int | None = None

    @property
    def purse(self) -> str:
        """What models cost for this asker is counted here."""
        return f"server:{self.guild_id}" if self.guild_id else f"member:{self.member_id}"


async def is_shown(tx: Tx, story_id: int, asker: Asker) -> bool:
    """Tell whether a story may be shown where somebody asks for it by its number."""
    return await tx.stories.is_shown(story_id, asker.guild_id or 0, asker.channel_id or 0)


Asked = ExplainedStory | TooOften | NotExplained


class Asking:
    """Explains links: from a story that is known, an earlier answer, or the page itself."""

    def __init__(self, parts: Parts, explaining: Explaining) -> None:
        self._parts = parts
        self._explaining = explaining
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def explained(self, link: str, asker: Asker) -> Asked:
        """Explain what a link leads to; what was explained before costs nothing."""
        address = _address(link)
        key = event_key(address)
        if address is None or key is None:
            return NotExplained(
                said("That is no link to an article: copy the article's own address.")
            )
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            known = await self._known(key, asker)
            if known is not None:
                return known
            if self._parts.asked_page is None:
                return NotExplained(said("Whoever runs me has turned the reading of pages off."))
            refused = await self._parts.store.write(lambda tx: self._take(tx, asker))
            return refused or await self._read(address, key, asker)

    async def _known(self, key: str, asker: Asker) -> ExplainedStory | None:
        found = await self._parts.store.read(lambda tx: at_event(tx, key, asker.guild_id))
        if found:
            return await self._explaining.explained(
                found[0], guild_id=asker.guild_id, payer=asker.purse
            )
        retry = self._parts.clock() - TRY_AGAIN
        asked = await self._parts.store.read(lambda tx: tx.pages.asked(key, retry))
        return _told(*asked) if asked else None

    async def _take(self, tx: Tx, asker: Asker) -> TooOften | None:
        """Count an asking; neither is counted where one of both has to wait."""
        now = self._parts.clock()
        member, server = f"member:{asker.member_id}", f"server:{asker.guild_id}"
        allowances = {member: A_MEMBER} | ({server: A_SERVER} if asker.guild_id else {})
        waits = await take_all(tx, allowances, now)
        return TooOften(waits[1], whole_server=waits[0] == server) if waits else None

    async def _read(self, address: str, key: str, asker: Asker) -> Asked:
        page = await self._parts.asked_page(address) if self._parts.asked_page else None
        if not isinstance(page, Page):
            return NotExplained(page.reason if page else said("It can't be read."))
        if page.trouble is not None:
            return NotExplained(page.trouble.words)
        # A short link ends at a page that may be known under its own address.
        own = event_key(_address(page.url))
        if own and own != key and (known := await self._known(own, asker)):
            return known
        now = self._parts.clock()
        article = article_of_page(page, page.url, now)
        # What is to come and what was before is told from today, where the page has no date.
        dated = replace(article, published=article.published or now)
        explainer = await self._explaining.explain(Story(0, dated), payer=asker.purse)
        if not article.published:
            explainer = _undated(explainer)
        shown = replace(article, blocks=())

        async def keep(tx: Tx) -> None:
            for name in {key, own or key}:
                await tx.pages.keep_asked(name, shown, explainer, now)

        await self._parts.store.write(keep)
        return _told(shown, explainer)


ASKED_KEPT: Millis = 7 * DAY
"""How long the answer to a link is kept."""


def _undated(explainer: Explainer) -> Explainer:
    """Take the date from the story's own sentences: nobody has said it."""
    sources = (
        replace(s, published=0) if s.kind is SourceKind.STORY else s for s in explainer.sources
    )
    return replace(explainer, sources=tuple(sources))


def _address(link: str) -> str | None:
    """Return the address that a member means, without what only counts readers; None for none."""
    found = resolve(address_of(link))
    return without_tracking(found) if found else None


def _told(article: Article, explainer: Explainer) -> ExplainedStory:
    return ExplainedStory(Story(0, article), explainer, NO_TOPIC)
