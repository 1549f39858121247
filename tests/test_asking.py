"""Links that members ask about: explained once, bounded, and refused in words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot import explain as explaining
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    Block,
    BlockKind,
    Draft,
    ExplainedStory,
    Explainer,
    FetchFailed,
    Material,
    Origin,
    Page,
    PageTrouble,
    SectionName,
)
from bot.newsroom import Asker, NotExplained, TooOften
from tests.newsdesk import FEED, GUILD, MEMBER, desk, story

LINK = "https://courier.example/2026/harbour"
ASKER = Asker(MEMBER, GUILD)
WHY = (
    Block(BlockKind.HEADING, "Why it matters"),
    Block(BlockKind.PARAGRAPH, "The harbour feeds the town."),
)
PAGE = Page(LINK, title="Harbour closes", teaser="It closes.", publisher="Courier", blocks=WHY)


@dataclass
class Library:
    """The web's pages, as a test sets them."""

    pages: dict[str, Page | FetchFailed] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    async def __call__(self, url: str) -> Page | FetchFailed:
        self.read.append(url)
        await asyncio.sleep(0)
        return self.pages.get(url, replace(PAGE, url=url))


async def test_a_link_is_read_once_and_then_costs_nothing(tmp_path: Path) -> None:
    library = Library()
    async with desk(tmp_path, page=library) as at:
        first = await at.newsroom.explain_link(LINK, ASKER)
        assert isinstance(first, ExplainedStory)
        assert first.explainer.origin is Origin.PUBLISHER
        assert first.story.article.title == "Harbour closes"
        for _ in range(20):
            again = await at.newsroom.explain_link(f"{LINK}?utm_source=x", Asker(7))
            assert again == first
    assert library.read == [LINK]


async def test_two_members_who_ask_at_once_cost_one_reading(tmp_path: Path) -> None:
    library = Library()
    async with desk(tmp_path, page=library) as at:
        asked = (at.newsroom.explain_link(LINK, Asker(n, GUILD)) for n in range(1, 5))
        answers = await asyncio.gather(*asked)
    assert len(set(map(repr, answers))) == len(library.read) == 1


async def test_a_story_that_a_feed_has_brought_is_answered_from_what_is_known(
    tmp_path: Path,
) -> None:
    library = Library()
    why = "<h2>Why it matters</h2><p>Because 4,000 people cross it every day.</p>"
    picture = '<img src="https://gazette.example/p.png" width="600">'
    async with desk(tmp_path, page=library) as at:
        at.web.tells(FEED, story("Bridge", at.now[0], content=why + picture))
        await at.newsroom.latest("town")
        found = await at.newsroom.explain_link("https://www.gazette.example/bridge", ASKER)
    assert isinstance(found, ExplainedStory)
    (claim,) = found.explainer.sections[SectionName.WHY].claims
    assert claim.text == "Because 4,000 people cross it every day."
    assert library.read == []


async def test_a_short_link_leads_to_the_story_that_is_known_under_its_own(tmp_path: Path) -> None:
    library = Library({"https://t.example/x": PAGE})
    async with desk(tmp_path, page=library) as at:
        first = await at.newsroom.explain_link(LINK, ASKER)
        assert await at.newsroom.explain_link("https://t.example/x", ASKER) == first


async def test_who_asks_too_often_is_told_until_when(tmp_path: Path) -> None:
    async with desk(tmp_path, page=Library()) as at:
        for n in range(5):
            assert isinstance(await at.newsroom.explain_link(f"{LINK}/{n}", ASKER), ExplainedStory)
        refused = await at.newsroom.explain_link(f"{LINK}/5", ASKER)
        assert refused == TooOften(at.now[0] + MINUTE, whole_server=False)
        other = await at.newsroom.explain_link(f"{LINK}/5", Asker(MEMBER + 1, GUILD))
        assert isinstance(other, ExplainedStory)
        at.wait(MINUTE)
        assert isinstance(await at.newsroom.explain_link(f"{LINK}/6", ASKER), ExplainedStory)


async def test_a_whole_server_has_its_bound_and_others_have_theirs(tmp_path: Path) -> None:
    async with desk(tmp_path, page=Library()) as at:
        for n in range(30):
            asker = Asker(100 + n, GUILD)
            assert isinstance(await at.newsroom.explain_link(f"{LINK}/{n}", asker), ExplainedStory)
        refused = await at.newsroom.explain_link(f"{LINK}/x", Asker(999, GUILD))
        assert refused == TooOften(at.now[0] + 2 * MINUTE, whole_server=True)
        elsewhere = await at.newsroom.explain_link(f"{LINK}/x", Asker(999, GUILD + 1))
        assert isinstance(elsewhere, ExplainedStory), "a refusal took nothing of the member's own"


@pytest.mark.parametrize("link", ["", "no link", "https://courier.example/", "courier.example"])
async def test_what_is_no_link_to_an_article_is_refused_without_a_request(
    tmp_path: Path, link: str
) -> None:
    library = Library()
    async with desk(tmp_path, page=library) as at:
        found = await at.newsroom.explain_link(link, ASKER)
    assert isinstance(found, NotExplained)
    assert "copy the article's own address" in found.reason
    assert library.read == []


async def test_an_address_without_its_scheme_is_understood(tmp_path: Path) -> None:
    library = Library()
    async with desk(tmp_path, page=library) as at:
        found = await at.newsroom.explain_link(" courier.example/2026/harbour ", ASKER)
    assert isinstance(found, ExplainedStory)
    assert library.read == [LINK]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (FetchFailed("There is no such page (404)."), "There is no such page (404)."),
        (replace(PAGE, blocks=(), trouble=PageTrouble.PAYWALL), PageTrouble.PAYWALL.words),
    ],
)
async def test_a_page_that_can_not_be_read_says_why_and_is_tried_again_when_asked_again(
    tmp_path: Path, answer: Page | FetchFailed, reason: str
) -> None:
    library = Library({LINK: answer})
    async with desk(tmp_path, page=library) as at:
        assert await at.newsroom.explain_link(LINK, ASKER) == NotExplained(reason)
        library.pages.clear()
        assert isinstance(await at.newsroom.explain_link(LINK, ASKER), ExplainedStory)


async def test_where_pages_are_turned_off_only_what_is_known_is_explained(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        found = await at.newsroom.explain_link(LINK, ASKER)
    assert isinstance(found, NotExplained)
    assert "turned the reading of pages off" in found.reason


async def test_answers_are_forgotten_after_a_week(tmp_path: Path) -> None:
    library = Library()
    async with desk(tmp_path, page=library) as at:
        await at.newsroom.explain_link(LINK, ASKER)
        at.wait(7 * DAY)
        await at.newsroom.tidy()
        await at.newsroom.explain_link(LINK, ASKER)
        assert len(library.read) == 1
        at.wait(HOUR)
        await at.newsroom.tidy()
        await at.newsroom.explain_link(LINK, ASKER)
        assert len(library.read) == 2


async def test_an_answer_that_had_to_do_without_is_made_again_after_an_hour(tmp_path: Path) -> None:
    broken = [MemoryError()]

    async def explain_once(
        material: Material, draft: Draft | None = None, *, model: str = "", limited: bool = False
    ) -> Explainer:
        if broken:
            raise broken.pop()
        return explaining.explain(material, draft, model=model, limited=limited)

    library = Library()
    async with desk(tmp_path, page=library, explain=explain_once) as at:
        for minutes, whole in ((60, False), (1, False), (0, True)):
            found = await at.newsroom.explain_link(LINK, ASKER)
            assert isinstance(found, ExplainedStory)
            assert bool(found.explainer.sections) is whole
            at.wait(minutes * MINUTE)
    assert library.read == [LINK, LINK]


# ── pages of stories ─────────────────────────────────────────────────────────────────────

OWN = "https://gazette.example/bridge"


async def test_a_story_with_a_teaser_only_is_explained_from_its_page_read_once(
    tmp_path: Path,
) -> None:
    picture = "https://gazette.example/p.png"
    own = replace(PAGE, url=OWN, title="Bridge", publisher="The Gazette", picture=picture)
    library = Library({OWN: own})
    async with desk(tmp_path, page=library) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        ((_, _, body),) = at.channels.messages
        await at.newsroom.latest("town")
    embed = body["embeds"][0]
    assert embed["fields"][0]["value"] == "The harbour feeds the town."
    assert embed["image"] == {"url": picture}
    assert embed["footer"]["text"].endswith("by the publisher")
    assert library.read.count(OWN) == 1


async def test_a_page_that_fails_costs_the_explainer_and_not_the_post(tmp_path: Path) -> None:
    library = Library({OWN: FetchFailed("It does not answer.")})
    async with desk(tmp_path, page=library) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        at.web.tells(FEED, story("Bridge"), story("Old"))
        await at.poll()
        assert at.channels.titles == ["Bridge"]
        assert "fields" not in at.channels.messages[0][2]["embeds"][0]


async def test_a_correction_that_says_something_else_has_the_page_read_again(
    tmp_path: Path,
) -> None:
    library = Library({OWN: replace(PAGE, url=OWN)})
    async with desk(tmp_path, page=library) as at:
        at.web.tells(FEED, story("Bridge", at.now[0], teaser="It opens."))
        await at.newsroom.latest("town")
        for teaser in ("It opens!", "It does not open."):
            at.wait(HOUR)
            at.web.tells(FEED, story("Bridge", at.now[0], teaser=teaser))
            await at.newsroom.latest("town")
    assert library.read == [OWN, OWN], "a change of punctuation is none"


async def test_a_correction_while_its_page_is_read_is_not_lost(tmp_path: Path) -> None:
    gate, asked = asyncio.Event(), asyncio.Event()
    pages = [replace(PAGE, url=OWN, title="Bridge opens for 50"), PAGE]

    async def slow(url: str) -> Page | FetchFailed:
        asked.set()
        await gate.wait()
        return pages.pop(0) if len(pages) > 1 else replace(PAGE, url=url, title="Bridge opens")

    async with desk(tmp_path, page=slow) as at:
        at.web.tells(FEED, story("Bridge", at.now[0], teaser="It opens for 500."))
        await at.subscribe()
        reading = asyncio.create_task(at.newsroom.latest("town"))
        await asked.wait()
        at.wait(2 * DAY)
        at.web.tells(FEED, story("Bridge", at.now[0], teaser="It opens for 50."))
        await at.newsroom.poll_due()
        gate.set()
        await reading
        (told,) = await at.store.read(lambda tx: tx.stories.newest(["town"], 1))
        looked, _ = await at.store.read(lambda tx: tx.pages.of_story(told.id))
    assert told.article.teaser == "It opens for 50."
    assert not looked, "the page of before the correction is not kept"
