"""A story as a message: what is in it, that nothing in it acts, and that Discord takes it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    SourceKind,
    Story,
    Topic,
)
from bot.publish import feedback, follow_answers
from bot.publish.render import (
    CUSTOM_ID,
    colour,
    custom_id,
    explainer,
    post,
    without_picture,
)
from tests.bodies import buttons, complaints, embed
from tests.loopback.limits import embed_length
from tests.test_escape import HOSTILE, live

TOPIC = Topic("technology", "Technology", "💻", "", ())
ARTICLE = Article(
    title="Council *votes*",
    link="https://gazette.example/tide",
    teaser="A tide power plant is planned.",
    publisher="The Harbour Gazette",
    published=1_760_000_000_000,
    image="https://gazette.example/tide.png",
)
SOURCES = (
    Source("s1", "One.", "The Harbour Gazette", "https://gazette.example/tide", 1_760_000_000_000),
    Source("s2", "Two.", "The Mail", "https://mail.example/tide", 1_750_000_000_999),
)
SECTIONS = {
    SectionName.NEXT: (Claim("It opens in May.", ("s2",)),),
    SectionName.WHY: (Claim("It matters.", ("s1",)), Claim("Much.", ("s1", "s2"))),
}


def told(
    origin: Origin = Origin.EXTRACT,
    sections: dict[SectionName, tuple[Claim, ...]] | None = None,
    topic: Topic = TOPIC,
    **changes: Any,
) -> ExplainedStory:
    claims = SECTIONS if sections is None else sections
    written = {name: Section(origin, said) for name, said in claims.items()}
    explained = Explainer(written, SOURCES, credit="The Hub", model="gemma")
    return ExplainedStory(Story(42, replace(ARTICLE, **changes)), explained, topic)


def fields(body: Body) -> dict[str, str]:
    return {field["name"]: field["value"] for field in embed(body).get("fields", [])}


def test_a_post_shows_the_story_and_why_it_matters() -> None:
    body = post(told())
    shown = embed(body)
    assert shown["author"]["name"] == "The Harbour Gazette"
    assert shown["title"] == r"Council \*votes\*"
    assert shown["url"] == "https://gazette.example/tide"
    assert shown["description"] == "A tide power plant is planned."
    assert shown["image"] == {"url": "https://gazette.example/tide.png"}
    assert shown["timestamp"] == "2025-10-09T08:53:20+00:00"
    assert shown["footer"]["text"] == "💻 Technology · in the story's own words"
    assert fields(body) == {"Why This Matters": "It matters.\nMuch."}
    assert body["allowed_mentions"] == {"parse": []}


def test_a_post_leads_to_the_story_and_to_the_rest_of_the_explainer() -> None:
    link, more, follow = buttons(post(told()))
    assert link["label"] == "Read Full Story at The Harbour Gazette"
    assert link["url"] == "https://gazette.example/tide"
    assert more["custom_id"] == custom_id(42) == "explain:42"
    assert (follow["label"], follow["custom_id"]) == ("Follow this story", "follow:42")
    for name, button in ((CUSTOM_ID, more), (follow_answers.FOLLOW, follow)):
        assert re.fullmatch(name, button["custom_id"])["story"] == "42"  # type: ignore[index]  # it matches


def test_under_an_explainer_one_says_in_words_and_not_in_signs_alone_whether_it_helped() -> None:
    link, *verdicts = buttons(explainer(told(), below_post=True))
    assert link["style"] == 5
    assert [(b["label"], b["custom_id"]) for b in verdicts] == [
        ("Helpful", "feedback:42:up"),
        ("Not helpful", "feedback:42:down"),
    ]
    assert all(re.fullmatch(feedback.CUSTOM_ID, b["custom_id"]) for b in verdicts)
    asked = replace(told(), story=replace(told().story, id=0))
    assert [b["style"] for b in buttons(explainer(asked))] == [5]
    assert [b["style"] for b in buttons(explainer(told(Origin.NONE, {})))] == [5]


def test_the_second_button_says_what_there_is_behind_it() -> None:
    def labels(sections: dict[SectionName, tuple[Claim, ...]]) -> list[str]:
        return [b["label"] for b in buttons(post(told(sections=sections)))[1:-1]]

    why = {SectionName.WHY: SECTIONS[SectionName.WHY]}
    assert labels(SECTIONS) == ["Background & what's next"]
    assert labels(why) == ["Where this comes from"]
    assert labels({}) == []
    assert buttons(post(told(sections=why)))[1]["custom_id"] == "explain:42"


def _claims(*texts: str) -> dict[SectionName, tuple[Claim, ...]]:
    return {SectionName.WHY: tuple(Claim(text, ("s1",)) for text in texts)}


def test_a_section_too_long_for_its_field_ends_with_a_whole_sentence() -> None:
    first, second, third = (f"{word} {'x' * 480}." for word in ("One", "Two", "Three"))
    long = told(sections=_claims(first, second, third, "Four."))
    assert fields(post(long))["Why This Matters"] == f"{first}\n{second}"
    assert fields(explainer(long))["Why This Matters"] == f"{first}\n{second} \\[1\\]"


def test_a_post_shows_two_sentences_and_leaves_the_rest_to_its_button() -> None:
    three = told(sections=_claims("One.", "Two.", "Three."))
    assert fields(post(three))["Why This Matters"] == "One.\nTwo."
    assert fields(explainer(three))["Why This Matters"].startswith("One.\nTwo.\nThree.")


def test_a_sentence_that_is_too_long_is_left_out_and_never_cut() -> None:
    endless = told(sections=_claims("word " * 500, "Two."))
    assert fields(post(endless))["Why This Matters"] == "Two."
    assert fields(explainer(endless))["Why This Matters"] == r"Two. \[1\]"
    alone = told(sections=_claims("word " * 500))
    assert "fields" not in embed(post(alone))
    assert list(fields(explainer(alone))) == ["Nothing to explain it from"]


@pytest.mark.parametrize("text", ["#", "###", "-", "1.", "23)", "x\r#", "x\n 1."])
def test_the_numbers_of_sources_make_no_heading_and_no_list_of_a_text(text: str) -> None:
    shown = fields(explainer(told(sections=_claims(text))))["Why This Matters"]
    assert shown.endswith(r"\[1\]")
    assert live(shown) == []


def test_sentences_that_there_is_no_room_for_cite_nothing() -> None:
    claims = (Claim("x" * 900, ("s1",)), Claim("y" * 900, ("s2",)))
    shown = fields(explainer(told(sections={SectionName.WHY: claims})))
    assert shown["Why This Matters"] == "x" * 900 + r" \[1\]"
    assert "The Mail" not in shown["Sources"]


def test_a_story_without_support_still_posts() -> None:
    body = post(told(Origin.NONE, {}))
    assert "fields" not in embed(body)
    assert embed(body)["footer"]["text"] == "💻 Technology"
    assert complaints(body) == []


def test_an_explainer_shows_its_sections_in_order_with_numbered_sources() -> None:
    body = explainer(told())
    assert list(fields(body)) == ["Why This Matters", "What Happens Next", "Sources"]
    assert fields(body)["Why This Matters"] == "It matters. \\[1\\]\nMuch. \\[1\\]\\[2\\]"
    assert fields(body)["What Happens Next"] == r"It opens in May. \[2\]"
    assert fields(body)["Sources"].split("\n") == [
        r"\[1\] [The Harbour Gazette](https://gazette.example/tide), <t:1760000000:D>",
        r"\[2\] [The Mail](https://mail.example/tide), <t:1750000000:D>",
    ]


def test_an_explainer_with_nothing_to_say_says_so() -> None:
    body = explainer(told(Origin.NONE, {}))
    assert list(fields(body)) == ["Nothing to explain it from"]
    assert complaints(body) == []


def test_the_footer_tells_whose_words_the_sections_are() -> None:
    assert embed(post(told(Origin.PUBLISHER)))["footer"]["text"].endswith("explained by The Hub")
    own = embed(post(told(Origin.PUBLISHER, publisher="The Hub")))
    assert own["footer"]["text"].endswith("by the publisher")


def test_a_story_of_no_topic_that_nothing_is_known_of_still_passes() -> None:
    bare = told(Origin.NONE, {}, Topic("", "", "", "", ()), title="", teaser="", publisher="")
    bare = replace(bare, story=Story(1, replace(bare.story.article, link=None, image=None)))
    for body in (post(bare), explainer(bare)):
        assert complaints(body) == []
        assert embed(body)["title"] == "(untitled)"
        assert all("url" not in button for button in buttons(body))


def test_a_button_of_a_story_without_a_publisher_names_none() -> None:
    assert buttons(post(told(publisher="")))[0]["label"] == "Read Full Story"


@pytest.mark.parametrize("length", [512, 513, 2_048, 2_049])
def test_an_address_that_is_too_long_is_left_out_and_the_rest_is_posted(length: int) -> None:
    link = "https://a.example/".ljust(length, "x")
    body = post(told(link=link, image=link))
    assert complaints(body) == []
    assert any(button["style"] == 5 for button in buttons(body)) == (length <= 512)
    assert ("url" in embed(body)) == ("image" in embed(body)) == (length <= 2_048)


def test_without_its_picture_a_body_is_otherwise_the_same() -> None:
    body = post(told())
    plain = without_picture(body)
    assert "image" not in embed(plain)
    assert {**embed(plain), "image": embed(body)["image"]} == embed(body)
    assert plain["components"] == body["components"]
    assert without_picture(plain) == plain
    assert "image" in embed(body)


def test_a_topic_has_its_colour_for_ever() -> None:
    assert colour(TOPIC) == colour(replace(TOPIC, title="Tech", emoji="")) == 0xF1C40F


def test_more_sources_than_are_listed_leave_no_number_without_its_line() -> None:
    places = [Source(f"s{n}", "x", f"Paper {n}", f"https://{n}.example/a", 0) for n in range(400)]
    claims = tuple(Claim("Said.", (place.id,)) for place in places)
    explained = Explainer({SectionName.WHY: Section(Origin.MODEL, claims)}, tuple(places))
    body = explainer(replace(told(), explainer=explained))
    assert complaints(body) == []
    assert set(re.findall(r"\\\[(\d+)", fields(body)["Why This Matters"])) == set("123456")
    assert len(fields(body)["Sources"].split("\n")) == 6


# ── whatever the story ───────────────────────────────────────────────────────────────────

_LONG = st.text(max_size=40).map(lambda text: text * 40)
_FILLER = st.sampled_from(["*", "word ", "ニュース", "<@1> ", "\\"]).map(lambda text: text * 2_000)
TEXT = st.text(max_size=80) | HOSTILE | _LONG | _FILLER
SAID = TEXT.map(lambda text: f"x{text}")
LINKS = st.none() | st.integers(18, 2_048).map(lambda n: "https://a.example/".ljust(n, "x"))
WHEN = st.integers(788_918_400_000, 4_102_444_800_000)
NAME = st.sampled_from(["", "The Mail", "*" * 500, "@everyone " * 60, "M" * 600])


@st.composite
def stories(draw: st.DrawFn) -> ExplainedStory:
    count = draw(st.integers(1, 8))
    kinds = st.sampled_from(list(SourceKind))
    sources = [
        Source(f"s{n}", draw(SAID), draw(NAME), draw(LINKS), draw(WHEN), draw(kinds))
        for n in range(count)
    ]
    cited = st.lists(st.sampled_from([s.id for s in sources]), min_size=1, max_size=9).map(tuple)
    verbatim = st.sampled_from(sources).map(lambda source: Claim(source.text, (source.id,)))
    claim = st.builds(Claim, SAID, cited) | verbatim
    section = st.builds(
        Section,
        st.sampled_from([Origin.PUBLISHER, Origin.MODEL, Origin.EXTRACT]),
        st.lists(claim, min_size=1, max_size=4).map(tuple),
    )
    sections = draw(st.dictionaries(st.sampled_from(list(SectionName)), section))
    article = Article(
        draw(st.just("") | SAID), draw(LINKS), draw(st.just("") | SAID), draw(NAME), draw(WHEN),
        draw(LINKS),
    )  # fmt: skip
    topic = Topic("t", draw(st.sampled_from(["", "T" * 60])), "🏴" * 8, "", ())
    explained = Explainer(
        sections, tuple(sources), credit=draw(NAME), model=draw(NAME), limited=draw(st.booleans())
    )
    return ExplainedStory(Story(draw(st.integers(1, 2**63 - 1)), article), explained, topic)


_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(https?://[^\s()<>\"]+\)")


def _foreign(body: Body) -> list[str]:
    """List the texts in a body that Discord reads markdown in, without our own dates and links."""
    shown = embed(body)
    values = [
        _LINK.sub(r"\1", re.sub(r"<t:[0-9]+:D>", "", field["value"]))
        for field in shown.get("fields", [])
    ]
    return [shown.get("title", ""), shown.get("description", ""), *values]


@given(stories())
@settings(max_examples=120, deadline=None)
def test_whatever_the_story_discord_takes_its_bodies_and_nothing_in_them_acts(
    story: ExplainedStory,
) -> None:
    for body in (post(story), explainer(story)):
        assert complaints(body) == []
        assert embed_length(embed(body)) <= 6_000
        assert [found for text in _foreign(body) for found in live(text)] == []
        assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("filler", ["W", "W ", "*", "-\n", "🌍"])
def test_with_all_fields_at_their_limit_an_embed_stays_under_discords_limit(filler: str) -> None:
    long = f"x{filler * 5_000}"
    sources = tuple(
        Source(f"s{n}", long, long, f"https://{n}.example/", 4 * 10**12) for n in range(9)
    )
    claims = (Claim(long, tuple(source.id for source in sources)),)
    section = Section(Origin.PUBLISHER, claims)
    explained = Explainer(dict.fromkeys(SectionName, section), sources, credit=long)
    story = told(title=long, teaser=long, publisher=long)
    topic = replace(TOPIC, title="T" * 60, emoji="E" * 8)
    for body in (
        post(ExplainedStory(story.story, explained, topic)),
        explainer(ExplainedStory(story.story, explained, topic)),
    ):
        assert complaints(body) == []
        assert embed_length(embed(body)) <= 6_000
        assert len(embed(body)["title"]) > 120
