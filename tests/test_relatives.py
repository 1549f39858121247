"""Earlier stories in the newsroom: named with their dates as the background of a new one."""

from __future__ import annotations

from pathlib import Path

from bot.models import DAY, ExplainedStory, Origin, SectionName, SourceKind
from bot.publish import render
from tests.newsdesk import FEED, START, desk, story

FIRST = (
    "Kestrel Bay votes for a tide power plant",
    (
        "The council of Kestrel Bay has voted for the tide power plant that Northtide wants to"
        " build in the mouth of the river, against the protest of mussel fishers."
    ),
)
SECOND = (
    "Northtide halts work on Kestrel Bay plant",
    (
        "Northtide has halted work on the tide power plant of Kestrel Bay, after mussel fishers had"
        " blocked the mouth of the river with their boats."
    ),
)
_PLACES = "Alder Birch Cedar Dogwood Elm Fir Gorse Hazel Ivy Juniper".split()
_THINGS = "school bakery library cinema stadium harbour garden theatre chapel market".split()
OTHERS = [
    (
        f"{place} gets a new {thing} for its {number} children",
        f"The town of {place} has opened a {thing} this week, with its mayor to cut a ribbon.",
    )
    for number, (place, thing) in enumerate(
        [(place, thing) for place in _PLACES for thing in _THINGS], start=100
    )
]


async def test_an_earlier_story_of_the_same_affair_is_named_with_its_date(tmp_path: Path) -> None:
    items = [
        story(title, START - (20 + n) * DAY, teaser=told) for n, (title, told) in enumerate(OTHERS)
    ]
    first = story(FIRST[0], START - 9 * DAY, teaser=FIRST[1])
    second = story(SECOND[0], START, teaser=SECOND[1])
    async with desk(tmp_path) as at:
        at.web.tells(FEED, second, first, *items)
        told = await at.newsroom.latest("town")
    assert isinstance(told, ExplainedStory)
    assert told.story.article.title == SECOND[0]
    section = told.explainer.sections[SectionName.BACKGROUND]
    assert (section.origin, [c.text for c in section.claims]) == (Origin.EXTRACT, [FIRST[0]])
    (source,) = told.explainer.sources
    assert (source.kind, source.published) == (SourceKind.EARLIER, START - 9 * DAY)
    (field,) = render.explainer(told)["embeds"][0]["fields"]
    assert field["value"] == (
        f"• [{FIRST[0]}](https://gazette.example/kestrel-bay-votes-for-a-tide-power-plant) "
        f"(The Gazette, <t:{(START - 9 * DAY) // 1000}:D>)"
    )


async def test_stories_that_share_a_subject_only_are_no_background(tmp_path: Path) -> None:
    items = [
        story(title, START - (20 + n) * DAY, teaser=told) for n, (title, told) in enumerate(OTHERS)
    ]
    other = story(
        "Kestrel Bay gets a new bakery", START - 9 * DAY, teaser="The bakery of the bay opens."
    )
    second = story(SECOND[0], START, teaser=SECOND[1])
    async with desk(tmp_path) as at:
        at.web.tells(FEED, second, other, *items)
        told = await at.newsroom.latest("town")
    assert isinstance(told, ExplainedStory)
    assert told.explainer.sections == {}
