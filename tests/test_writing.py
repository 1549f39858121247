"""The model in the newsroom: asked once a story, within its budgets, and never waited for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from bot import explain as explaining
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Claim,
    Draft,
    DraftOutcome,
    Endpoint,
    ExplainedStory,
    Explainer,
    Material,
    ModelFailed,
    ModelTrouble,
    Origin,
    SectionName,
    Usage,
)
from bot.newsroom import Asker, Limits
from tests.newsdesk import CHANNEL, FEED, GUILD, MEMBER, OTHER_CHANNEL, Desk, desk, story

PROSE = "<p>The bridge is closed to all cars. The mayor counts on ferries for the time.</p>"
SECTIONS: dict[SectionName, tuple[Claim, ...]] = {
    SectionName.WHY: (Claim("Cars can not cross.", ("s1",)),)
}
WROTE = Draft(SECTIONS, Usage(2, 900))
DOWN = ModelFailed(ModelTrouble.SERVER, "It fails.", Usage(1, 0))
ASKER = Asker(MEMBER, GUILD)


@dataclass
class Pen:
    """A model that answers as it is told."""

    outcomes: list[DraftOutcome] = field(default_factory=list)
    asked: list[tuple[str, bool, float, int]] = field(default_factory=list)
    name: str = "gemma"
    endpoint: str = "http://127.0.0.1/v1 gemma"
    able: bool = True

    def can_write(self, material: Material) -> bool:
        return self.able and bool(material.article.blocks)

    async def write(
        self, material: Material, *, plain: bool, seconds: float, calls: int
    ) -> DraftOutcome:
        self.asked.append((material.article.title, plain, seconds, calls))
        return self.outcomes.pop(0) if self.outcomes else WROTE


def limits(calls: int = 100, payer: int = 100) -> Limits:
    return Limits(day=Usage(calls, 10**6), payer=Usage(payer, 10**6), run=60 * SECOND)


def told(at: Desk, *titles: str) -> None:
    at.web.tells(FEED, *(story(title, at.now[0], content=PROSE) for title in titles))


async def explained(at: Desk, title: str, asker: Asker | None = None) -> Explainer:
    told(at, title)
    at.wait(HOUR)
    await at.newsroom.latest("town", asker)
    (newest,) = await at.store.read(lambda tx: tx.stories.newest(["town"], 1))
    assert newest.article.title == title
    found = await at.newsroom.explained(newest.id, asker)
    assert found is not None
    return found.explainer


async def test_a_story_is_written_once_for_all_channels_and_members(tmp_path: Path) -> None:
    pen = Pen()
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        await at.subscribe()
        await at.subscribe("region", OTHER_CHANNEL)
        at.web.tells(FEED, story("Old"))
        await at.poll()
        told(at, "Bridge", "Old")
        await at.poll()
        assert at.channels.titles_in(CHANNEL) == at.channels.titles_in(OTHER_CHANNEL) == ["Bridge"]
        body = at.channels.messages[-1][2]["embeds"][0]
        assert body["fields"][0]["value"] == "Cars can not cross."
        assert body["footer"]["text"].endswith("written by gemma, checked against its sources")
        explainer = await explained(at, "Bridge", ASKER)
        assert explainer.model == "gemma"
        assert [source.text for source in explainer.sources] == [
            "The bridge is closed to all cars."
        ]
    assert pen.asked == [("Bridge", False, 60, 3)]


async def test_a_failure_of_the_model_posts_the_story_all_the_same(tmp_path: Path) -> None:
    pen = Pen([DOWN])
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        told(at, "Bridge", "Old")
        await at.poll()
        assert at.channels.titles == ["Bridge"]
        assert Origin.MODEL not in {
            s.origin for s in (await explained(at, "Bridge")).sections.values()
        }
    titles = [title for title, *_ in pen.asked]
    assert titles.count("Bridge") == 1, "what failed once is not asked again for the same story"


async def test_a_server_that_takes_plain_requests_only_is_remembered_over_a_restart(
    tmp_path: Path,
) -> None:
    pen = Pen([Draft(SECTIONS, Usage(2, 900), plain=True)])
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        await explained(at, "One")
    async with desk(tmp_path, writer=pen, limits=limits(), now=at.now[0]) as at:
        await explained(at, "Two")
    assert [plain for _, plain, _, _ in pen.asked] == [False, True]


async def test_a_pause_that_the_endpoint_asks_for_is_kept(tmp_path: Path) -> None:
    pause = ModelFailed(ModelTrouble.LIMITED, "Later.", Usage(1, 0), retry_after=3 * HOUR // 4)
    pen = Pen([pause])
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        told(at, "One")
        await at.newsroom.latest("town")
        told(at, "Two")
        at.wait(44 * MINUTE)
        await at.newsroom.latest("town")
        assert len(pen.asked) == 1
        told(at, "Three")
        at.wait(20 * MINUTE)
        found = await at.newsroom.latest("town")
    assert isinstance(found, ExplainedStory)
    assert (len(pen.asked), found.explainer.model) == (2, "gemma")


async def test_past_the_days_calls_the_footer_says_so_and_the_next_day_goes_on(
    tmp_path: Path,
) -> None:
    pen = Pen()
    async with desk(tmp_path, writer=pen, limits=limits(calls=3)) as at:
        await explained(at, "One")
        assert not (await explained(at, "Two")).limited, "one call of three is left: two are used"
        spent = await explained(at, "Three")
        assert (spent.limited, spent.model) == (True, "")
        at.wait(DAY)
        assert (await explained(at, "Four")).model == "gemma"
    assert [calls for *_, calls in pen.asked] == [3, 1, 3]


async def test_one_server_can_not_ask_away_the_calls_of_all(tmp_path: Path) -> None:
    pen = Pen()
    async with desk(tmp_path, writer=pen, limits=limits(payer=2)) as at:
        assert (await explained(at, "One", ASKER)).model == "gemma"
        assert (await explained(at, "Two", ASKER)).limited
        assert (await explained(at, "Three", Asker(MEMBER, GUILD + 1))).model == "gemma"
        assert (await explained(at, "Four", Asker(MEMBER))).model == "gemma"
        assert (await explained(at, "Five")).model == "gemma", "deliveries have the purse of all"


async def test_what_can_not_be_written_from_costs_nothing(tmp_path: Path) -> None:
    pen = Pen(able=False)
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        await explained(at, "One")
        day = at.now[0] // DAY
        assert await at.store.read(lambda tx: tx.spending.spent("all", day)) == Usage()
        assert await at.store.read(lambda tx: tx.spending.endpoint(pen.endpoint)) == Endpoint()
    assert pen.asked == []


@dataclass
class SlowPen(Pen):
    """A model that writes only when a test lets it."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most: int = 2
    """So many at once open the gate."""

    async def write(
        self, material: Material, *, plain: bool, seconds: float, calls: int
    ) -> DraftOutcome:
        self.at_once += 1
        if self.at_once >= self.most:
            self.gate.set()
        await self.gate.wait()
        return await Pen.write(self, material, plain=plain, seconds=seconds, calls=calls)


async def test_a_channels_next_stories_are_written_while_the_first_is_on_its_way(
    tmp_path: Path,
) -> None:
    pen = SlowPen()
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        await at.subscribe()
        at.web.tells(FEED, story("Old"))
        await at.poll()
        told(at, "One", "Two", "Three", "Old")
        async with asyncio.timeout(10):  # without it, none is let through before two are asked
            await at.poll()
        assert sorted(at.channels.titles) == ["One", "Three", "Two"]
    assert sorted(title for title, *_ in pen.asked) == ["One", "Three", "Two"]


# ── what concurrency must not break ──────────────────────────────────────────────────────


async def _all_explained(at: Desk, count: int, asker: Asker | None = None) -> list[Explainer]:
    """Let so many stories come in, and have all of them explained at once."""
    await at.subscribe()
    at.web.tells(FEED, story("Old"))
    await at.poll()
    told(at, *(f"Story {n}" for n in range(count)))
    at.wait(2 * DAY)
    await at.newsroom.poll_due()
    stories = await at.store.read(lambda tx: tx.stories.newest(["town"], count))
    found = await asyncio.gather(*(at.newsroom.explained(s.id, asker) for s in stories))
    return [one.explainer for one in found if one is not None]


async def test_stories_that_wait_for_their_turn_are_no_failures_of_the_endpoint(
    tmp_path: Path,
) -> None:
    pen = SlowPen(most=3)
    asyncio.get_running_loop().call_later(0.3, pen.gate.set)
    short = Limits(day=Usage(100, 10**6), payer=Usage(100, 10**6), run=3 * SECOND + 50)
    async with desk(tmp_path, writer=pen, limits=short) as at:
        await _all_explained(at, 8)
        known = await at.store.read(lambda tx: tx.spending.endpoint(pen.endpoint))
    assert known == Endpoint()


async def test_what_others_may_still_use_is_not_told_to_be_used_up(tmp_path: Path) -> None:
    pen = Pen([Draft(SECTIONS, Usage(1, 300)) for _ in range(8)])
    async with desk(tmp_path, writer=pen, limits=limits(calls=10)) as at:
        found = await _all_explained(at, 8)
        day = at.now[0] // DAY
        spent = await at.store.read(lambda tx: tx.spending.spent("all", day))
    assert not any(explainer.limited for explainer in found)
    assert spent == Usage(8, 2_400)


async def test_a_pause_survives_a_run_that_ends_later(tmp_path: Path) -> None:
    pause = ModelFailed(ModelTrouble.LIMITED, "Later.", Usage(1, 0), retry_after=HOUR // 2)
    pen = Pen([pause, DOWN])
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        began = at.now[0]
        await _all_explained(at, 2)
        known = await at.store.read(lambda tx: tx.spending.endpoint(pen.endpoint))
    assert known.rest_until >= began + HOUR // 2
    assert len(pen.asked) <= 2


async def test_what_had_to_do_without_the_model_is_made_again_for_who_asks_later(
    tmp_path: Path,
) -> None:
    pen = Pen([DOWN])
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        first = await explained(at, "One", ASKER)
        assert (first.model, first.for_now) == ("", True)
        (story_,) = await at.store.read(lambda tx: tx.stories.newest(["town"], 1))
        at.wait(HOUR - MINUTE)
        again = await at.newsroom.explained(story_.id, ASKER)
        assert again is not None
        assert again.explainer.model == "", "not before an hour is over"
        at.wait(2 * MINUTE)
        later = await at.newsroom.explained(story_.id, ASKER)
        assert later is not None
        assert later.explainer.model == "gemma"


async def test_what_the_model_said_for_good_is_not_asked_again(tmp_path: Path) -> None:
    pen = Pen([ModelFailed(ModelTrouble.UNGROUNDED, "Nothing stands.", Usage(3, 900))])
    async with desk(tmp_path, writer=pen, limits=limits()) as at:
        first = await explained(at, "One", ASKER)
        assert not first.for_now
        (story_,) = await at.store.read(lambda tx: tx.stories.newest(["town"], 1))
        at.wait(DAY)
        await at.newsroom.explained(story_.id, ASKER)
    assert len(pen.asked) == 1


async def test_one_fault_over_a_story_is_not_kept_for_ever(tmp_path: Path) -> None:
    broken = [MemoryError()]

    async def explain_once(
        material: Material, draft: Draft | None = None, *, model: str = "", limited: bool = False
    ) -> Explainer:
        if broken:
            raise broken.pop()
        return explaining.explain(material, draft, model=model, limited=limited)

    async with desk(tmp_path, writer=Pen(), limits=limits(), explain=explain_once) as at:
        assert (await explained(at, "One", ASKER)).sections == {}
        (story_,) = await at.store.read(lambda tx: tx.stories.newest(["town"], 1))
        at.wait(HOUR + MINUTE)
        later = await at.newsroom.explained(story_.id, ASKER)
        assert later is not None
        assert later.explainer.model == "gemma"
