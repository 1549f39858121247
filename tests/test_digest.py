"""Stories that were held back as one message: what it tells, what it counts, that it fits."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.models import (
    Article,
    Body,
    Claim,
    ExplainedStory,
    Explainer,
    Origin,
    Section,
    SectionName,
    Source,
    Story,
    Topic,
)
from bot.publish.console import panel
from bot.publish.digest import CUSTOM_ID, DigestKind, custom_id, digest, listing, title
from bot.publish.markdown import runs
from bot.publish.marks import is_digest, is_post, shows
from bot.publish.page import Shown, page
from bot.publish.render import colour, post
from tests.bodies import buttons, complaints, embed
from tests.test_escape import HOSTILE, live

TOWN = Topic("town", "Town", "🏘️", "", ())
SCIENCE = Topic("science", "Science", "🔬", "", ())
NONCE = "AbCd_-0123456789abcd"


def told(
    number: int, why: str = "It opens the harbour.", topic: Topic = TOWN, **changes: Any
) -> ExplainedStory:
    article = Article(
        title=f"Story {number}",
        link=f"https://gazette.example/{number}",
        teaser="A few words.",
        publisher="The Gazette",
        published=1_760_000_000_000 + number,
        image=f"https://gazette.example/{number}.png",
    )
    source = Source("s1", why, "The Gazette", article.link, article.published)
    claims = (Claim(why, ("s1",)), Claim("More of it.", ("s1",)))
    sections = {SectionName.WHY: Section(Origin.EXTRACT, claims)} if why else {}
    explained = Explainer(sections, (source,))
    return ExplainedStory(Story(number, replace(article, **changes)), explained, topic)


def text(body: Body) -> str:
    return str(embed(body)["description"])


def test_a_digest_tells_the_best_stories_and_why_and_counts_the_rest() -> None:
    body = digest([told(1), told(2, "")], total=23, nonce=NONCE, topics=[TOWN])
    shown = embed(body)
    assert shown["title"] == "📰 Today: 23 stories"
    assert shown["description"].split("\n") == [
        "**[Story 1](https://gazette.example/1)** · The Gazette",
        "It opens the harbour.",
        "",
        "**[Story 2](https://gazette.example/2)** · The Gazette",
        "",
        "… and 21 more",
    ]
    assert shown["thumbnail"] == {"url": "https://gazette.example/1.png"}
    assert shown["color"] == colour(TOWN)
    assert shown["footer"]["text"] == "🏘️ Town · in the story's own words"
    assert [(b["label"], b["custom_id"]) for b in buttons(body)] == [
        ("All 23 stories", f"digest:{NONCE}")
    ]
    assert body["allowed_mentions"] == {"parse": []}
    assert complaints(body) == []


def test_stories_of_several_topics_stand_below_their_topics_the_best_first() -> None:
    stories = [told(1), told(2, topic=SCIENCE), told(3)]
    body = digest(stories, total=3, nonce=NONCE, topics=[SCIENCE, TOWN])
    lines = [line.split("](")[0] for line in text(body).split("\n") if line.startswith(("_", "*"))]
    assert lines == [
        "__**🏘️ Town**__",
        "**[Story 1",
        "**[Story 3",
        "__**🔬 Science**__",
        "**[Story 2",
    ]
    assert "more" not in text(body)
    assert embed(body)["color"] not in {colour(TOWN), colour(SCIENCE)}
    assert embed(body)["footer"]["text"] == "in the story's own words"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DigestKind.HOURLY, "📰 This hour: 1 story"),
        (DigestKind.DAILY, "📰 Today: 1 story"),
        (DigestKind.QUIET, "📰 During quiet hours: 1 story"),
        (DigestKind.BACKLOG, "📰 While I was away: 1 story"),
    ],
)
def test_a_digest_says_on_what_occasion_it_comes(kind: DigestKind, said: str) -> None:
    body = digest([told(1)], total=1, nonce=NONCE, topics=[TOWN], kind=kind)
    assert embed(body)["title"] == said == title(1, kind)


def test_ten_stories_are_told_of_and_no_more() -> None:
    body = digest([told(n) for n in range(40)], total=40, nonce=NONCE, topics=[TOWN])
    assert text(body).count("](") == 10
    assert text(body).endswith("\n\n… and 30 more")


def test_no_sentence_is_cut_in_a_digest() -> None:
    long = "It is " + "very " * 80 + "long."
    assert "very" not in text(digest([told(1, long)], total=1, nonce=NONCE, topics=[TOWN]))
    whole = "It is " + "very " * 50 + "long."
    body = digest([told(n, whole) for n in range(10)], total=10, nonce=NONCE, topics=[TOWN])
    assert text(body).count("](") == 10
    assert text(body).count("very") == 50 * text(body).count("long.")


def test_long_links_cost_reasons_before_they_cost_stories() -> None:
    stories = [told(n, "y" * 200, link="https://g.example/" + "x" * 300) for n in range(10)]
    body = digest(stories, total=10, nonce=NONCE, topics=[TOWN])
    assert complaints(body) == []
    assert text(body).count("](") == 10
    assert 0 < text(body).count("y" * 200) < 10


@pytest.mark.parametrize(
    "link",
    [None, "javascript:alert(1)", "https://a.example/x y", "https://a.example/" + "x" * 600, "x"],
)
def test_a_headline_without_a_sound_link_stands_by_itself(link: str | None) -> None:
    body = digest([told(1, link=link)], total=1, nonce=NONCE, topics=[TOWN])
    assert text(body).startswith("**Story 1** · The Gazette")


def test_a_picture_that_is_no_address_of_the_web_is_left_out() -> None:
    body = digest([told(1, image="data:image/png;x")], total=1, nonce=NONCE, topics=[TOWN])
    assert "thumbnail" not in embed(body)


_STORIES = st.lists(
    st.builds(
        told,
        st.integers(0, 99),
        why=HOSTILE,
        topic=st.builds(Topic, HOSTILE, HOSTILE, st.just("🏘️"), HOSTILE, st.just(())),
        title=HOSTILE,
        publisher=HOSTILE,
        teaser=HOSTILE,
        link=st.none() | HOSTILE.map("https://a.example/{}".format) | HOSTILE,
        image=st.none() | HOSTILE,
    ),
    min_size=1,
    max_size=14,
)


def _inert(shown: str) -> bool:
    """Whether every link goes to the web, and nothing besides our own marks acts."""
    return all(
        run.href is None or run.href.startswith(("http://", "https://")) for run in runs(shown)
    ) and not any(live(run.text) for run in runs(shown) if "@everyone" in run.text)


@settings(max_examples=60)
@given(_STORIES, st.integers(0, 500))
def test_discord_takes_any_digest_and_nothing_in_it_acts(
    stories: list[ExplainedStory], more: int
) -> None:
    topics = list(dict.fromkeys(story.topic for story in stories))
    body = digest(stories, total=len(stories) + more, nonce=NONCE, topics=topics)
    assert complaints(body) == []
    assert _inert(text(body))
    assert is_digest(body, NONCE)
    listed = [(story.story, story.topic) for story in stories] * 6
    for number in (0, 1, 99):
        assert complaints(shown := listing(listed, nonce=NONCE, page=number)) == []
        assert _inert(text(shown))


# ── the list behind the button ───────────────────────────────────────────────────────────


def test_the_list_holds_every_story_on_as_many_pages_as_it_takes() -> None:
    stories = [(told(n, topic=TOWN if n % 2 else SCIENCE).story, TOWN) for n in range(150)]
    seen: list[str] = []
    page = 0
    while True:
        body = listing(stories, nonce=NONCE, page=page)
        assert complaints(body) == []
        assert embed(body)["title"] == "📰 150 stories"
        seen += [line for line in text(body).split("\n") if line.startswith("- ")]
        labels = {b["label"]: b["custom_id"] for b in buttons(body)}
        assert ("◀ Back" in labels) == (page > 0)
        if "More ▶" not in labels:
            break
        page += 1
        assert labels["More ▶"] == custom_id(NONCE, page)
    assert [line.split("]")[0] for line in seen] == [f"- **[Story {n}" for n in range(150)]
    assert text(listing(stories, nonce=NONCE, page=999)) == text(body)


def test_a_list_that_fits_has_no_buttons_and_names_its_topics() -> None:
    stories = [(told(1).story, TOWN), (told(2).story, SCIENCE), (told(3).story, TOWN)]
    body = listing(stories, nonce=NONCE)
    assert buttons(body) == []
    assert [line.split("]")[0] for line in text(body).split("\n")] == [
        "__**🏘️ Town**__", "- **[Story 1", "- **[Story 3", "", "__**🔬 Science**__", "- **[Story 2",
    ]  # fmt: skip


def test_the_buttons_name_says_which_digest_and_which_page() -> None:
    assert re.fullmatch(CUSTOM_ID, custom_id(NONCE)).groupdict() == {"nonce": NONCE, "page": None}  # type: ignore[union-attr]
    assert re.fullmatch(CUSTOM_ID, custom_id(NONCE, 12))["page"] == "12"  # type: ignore[index]
    assert not re.fullmatch(CUSTOM_ID, "digest:'; DROP TABLE")


# ── how messages are recognised ──────────────────────────────────────────────────────────


def test_a_digest_is_recognised_by_its_nonce_alone() -> None:
    body = digest([told(1)], total=1, nonce=NONCE, topics=[TOWN])
    assert is_digest(body, NONCE)
    assert not is_digest(body, NONCE[:-1])
    assert not is_digest(post(told(1)), NONCE)
    turned = listing([(told(n).story, TOWN) for n in range(150)], nonce=NONCE)
    assert not is_digest(turned, NONCE)


def test_a_digest_is_never_taken_for_a_post_that_is_called_the_same() -> None:
    body = digest([told(1)], total=1, nonce=NONCE, topics=[TOWN])
    named = post(told(7, "", title="📰 Today: 1 story"))
    assert not is_post(body, named, 7)


def test_a_post_of_an_earlier_life_is_known_by_its_link_or_by_headline_and_date() -> None:
    old = post(told(1))
    at = 1_760_000_000_001
    elsewhere = "https://gazette.example/moved"
    assert shows(old, post(told(7, link="https://gazette.example/1", published=0)))
    assert shows(old, post(told(7, link=elsewhere, title="Story 1", published=at)))
    assert not shows(old, post(told(7, link=elsewhere, title="Story 1", published=at + 60_000)))
    assert not shows(old, post(told(7, link=elsewhere, published=at)))
    assert not shows(old, post(told(7, link=None, title="Story 1", published=0)))
    stamped = {"embeds": [embed(old) | {"timestamp": "2025-10-09T08:53:20.001000+00:00"}]}
    assert shows(stamped, post(told(7, link=None, title="Story 1", published=at)))


def test_a_post_without_link_and_date_is_known_by_its_headline() -> None:
    bare = post(told(1, link=None, published=0, title="*Bridge* opens"))
    assert shows(bare, post(told(7, link=None, published=0, title="*Bridge* opens")))
    assert shows(bare, post(told(7, published=0, title="*Bridge* opens")))
    assert not shows(bare, post(told(7, link=None, published=5_000, title="*Bridge* opens")))


@pytest.mark.parametrize(
    "link",
    [
        "https://gazette.example/1",
        "https://gazette.example/a_(b)?q='x'",
        "https://gazette.example/ä/[x]|y",
        "https://gazette.example/%20a",
    ],
)
def test_a_story_is_found_in_a_digest_by_its_link(link: str) -> None:
    body = digest([told(2), told(1, link=link)], total=2, nonce=NONCE, topics=[TOWN])
    assert shows(body, post(told(7, link=link)))
    assert shows(post(told(1, link=link)), post(told(7, link=link)))
    assert not shows(body, post(told(1)) if link != "https://gazette.example/1" else post(told(3)))
    assert not shows(body, post(told(1, link=None)))


@given(HOSTILE, HOSTILE)
def test_any_message_can_be_asked_whether_it_shows_a_story(link: str, headline: str) -> None:
    asked = post(told(7, link=f"https://x.example/{link}", title=headline, published=5_000))
    body = digest([told(1)], total=1, nonce=NONCE, topics=[TOWN])
    assert not shows(body, asked)
    assert not shows({}, asked)
    assert not shows({"embeds": [{"timestamp": headline, "url": headline}]}, asked)


def test_the_page_and_the_terminal_show_a_digests_thumbnail() -> None:
    body = digest([told(1)], total=1, nonce=NONCE, topics=[TOWN])
    assert '<img class="thumbnail" src="https://gazette.example/1.png"' in page("x", [Shown(body)])
    console = Console(width=80, file=io.StringIO())
    console.print(panel(body))
    assert "Picture: https://gazette.example/1.png" in console.file.getvalue()  # type: ignore[attr-defined]
