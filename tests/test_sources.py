"""The sentences that an explainer may rest on, and their ids."""

from __future__ import annotations

from dataclasses import replace

from bot.explain import explain, sources_of
from bot.models import (
    Article,
    Block,
    BlockKind,
    Claim,
    Draft,
    Material,
    Origin,
    SectionName,
    SourceKind,
    Usage,
)


def article(*texts: str, title: str = "Bridge opens", teaser: str = "", **more: str) -> Article:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in texts)
    publisher = more.get("publisher", "Post")
    return Article(title, f"https://{publisher}.example/1", teaser, publisher, 0, blocks=blocks)


OWN = article("One. Two.", "Three.", teaser="Before. Two. It goes on and…")


def ids(material: Material) -> dict[str, str]:
    return {source.id: source.text for source in sources_of(material)}


def test_a_teasers_sentences_count_where_the_text_does_not_repeat_them() -> None:
    assert ids(Material(OWN)) == {
        "s0": "Bridge opens",
        "t1": "Before.",
        "s1": "One.",
        "s2": "Two.",
        "s3": "Three.",
    }


def test_a_heading_is_no_sentence_and_without_a_text_the_teaser_is_one() -> None:
    heading = Block(BlockKind.HEADING, "Why it matters")
    assert "Why it matters" not in ids(Material(replace(OWN, blocks=(heading,)))).values()
    bare = ids(Material(article(teaser="Before. After.")))
    assert bare == {"s0": "Bridge opens", "s1": "Before.", "s2": "After."}


def test_other_articles_and_earlier_stories_have_ids_of_their_own() -> None:
    other = article("Four.", title="Bridge is open", publisher="Mail")
    more = article("Five.", title="Open bridge", publisher="Echo")
    earlier = article("Long text.", title="Bridge planned", teaser="It is. So. And so.")
    found = sources_of(Material(OWN, (other, more), (earlier, replace(earlier, teaser=""))))
    told = {source.id: (source.text, source.kind) for source in found}
    assert [told[name][0] for name in ("o1", "o2", "o3", "o4")] == [
        "Bridge is open",
        "Four.",
        "Open bridge",
        "Five.",
    ]
    assert told["e1"] == ("Bridge planned", SourceKind.EARLIER)
    assert (told["e1.1"][0], told["e1.2"][0]) == ("It is.", "So.")
    assert told["e2"][0] == "Bridge planned"
    assert "e1.3" not in told


# ── who says what ────────────────────────────────────────────────────────────────────────

WHY, NEXT = SectionName.WHY, SectionName.NEXT
BACKGROUND = SectionName.BACKGROUND
OWN_WHY = (Block(BlockKind.HEADING, "Why it matters"), Block(BlockKind.PARAGRAPH, "It does."))
DRAFT = Draft(
    {WHY: (Claim("Cars cross.", ("s1",)),), NEXT: (Claim("More come.", ("s2", "e1")),)}, Usage()
)


def test_the_publisher_comes_before_the_model_and_the_model_before_nothing() -> None:
    earlier = article(title="Bridge planned")
    told = explain(
        Material(replace(OWN, blocks=(*OWN.blocks, *OWN_WHY)), (), (earlier,)), DRAFT, model="gemma"
    )
    assert {name: section.origin for name, section in told.sections.items()} == {
        WHY: Origin.PUBLISHER,
        BACKGROUND: Origin.EXTRACT,
        NEXT: Origin.MODEL,
    }
    assert (told.credit, told.model, told.origin) == ("Post", "gemma", Origin.PUBLISHER)


def test_only_what_is_cited_is_kept_as_a_source() -> None:
    told = explain(Material(OWN, (), (article(title="Bridge planned"),)), DRAFT, model="gemma")
    assert [source.id for source in told.sources] == ["s1", "e1", "s2"]


def test_an_earlier_story_that_the_model_names_is_not_named_twice() -> None:
    cites = Draft({BACKGROUND: (Claim("It was planned.", ("e1.1",)),)}, Usage())
    earlier = (
        article(title="Bridge planned", teaser="It was planned."),
        article(title="Bridge drawn"),
    )
    told = explain(Material(OWN, (), earlier), cites, model="gemma")
    assert [claim.text for claim in told.sections[BACKGROUND].claims] == [
        "It was planned.",
        "Bridge drawn",
    ]


def test_a_publishers_background_stays_as_it_was_written() -> None:
    blocks = (Block(BlockKind.HEADING, "Background"), Block(BlockKind.PARAGRAPH, "It was."))
    earlier = (article(title="Bridge planned"),)
    told = explain(Material(replace(OWN, blocks=blocks), (), earlier))
    assert [claim.text for claim in told.sections[BACKGROUND].claims] == ["It was."]


def test_a_model_that_wrote_nothing_is_not_named() -> None:
    told = explain(Material(OWN), Draft({}, Usage()), model="gemma", limited=True)
    assert (told.model, told.origin, told.limited) == ("", Origin.NONE, True)
