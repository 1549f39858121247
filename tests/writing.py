"""A story, a good answer about it, and a checker: what the tests of writing share."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from bot.models import Article, Block, BlockKind, Draft, Material, SectionName
from tests.loopback.model import Sections

WHY, BACKGROUND, NEXT, BIGGER = (
    SectionName.WHY,
    SectionName.BACKGROUND,
    SectionName.NEXT,
    SectionName.BIGGER,
)
PUBLISHED = int(datetime(2026, 11, 10, 9, tzinfo=UTC).timestamp() * 1_000)
TITLE = "Ferry company starts a night route between the islands"
TEASER = "The harbour ferry company announced a night route on Tuesday."
TEXT = (
    "The route could threaten the only airline that serves the islands, unions warned.",
    "The company was founded in 1987 and gave up an earlier night service in 2009.",
    "Sailings are expected to begin on 3 March 2027, once inspectors agree.",
    "Overnight crossings are part of a wider movement across Europe, said Ada Holm.",
    "“Nobody will be dismissed,” the director Petra Lund told reporters.",
    "Some 40 sailors will not be needed on the day boats, and may be moved to the night ship.",
    "A brass band played on the pier while the crew painted the hull of the ship.",
)


def article(
    *texts: str, title: str = TITLE, teaser: str = TEASER, publisher: str = "Post", **more: object
) -> Article:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in texts or TEXT)
    published = more.get("published", PUBLISHED)
    assert isinstance(published, int)
    link = str(more.get("link", "https://post.example/1"))
    return Article(title, link, teaser, publisher, published, blocks=blocks)


STORY = Material(article())

GOOD: Sections = {
    WHY: [("Unions warned that the only airline serving the islands could be threatened.", ["s1"])],
    BACKGROUND: [("An earlier service by night was given up in 2009.", ["s2"])],
    NEXT: [("Sailings are expected to begin on 3 March 2027, if inspectors agree.", ["s3"])],
    BIGGER: [("Ada Holm said such crossings are a wider movement in Europe.", ["s4"])],
}


KEY = "sk-s3cr3t-s3cr3t"
PATIENT = 20.0
"""Seconds: far longer than anything here takes."""


def written(draft: object) -> dict[str, list[str]]:
    assert isinstance(draft, Draft), draft
    return {name: [claim.text for claim in claims] for name, claims in draft.sections.items()}


def texts(sections: Sections) -> dict[str, list[str]]:
    return {name: [text for text, _ in claims] for name, claims in sections.items()}


_NUMBER = re.compile(r"\d[\d.,]*")
_NAME = re.compile(r"(?<!^)(?<!“)\b[A-Z]\w+")
_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_HEDGE = re.compile(r"\b(?:could|may|might|expected|not)\b")


def check(claim: str, cited: Sequence[str], title: str, _: Collection[str] = ()) -> list[str]:
    """Tell what of a claim's numbers, names, quotations, hedges and nots is not in its sources."""
    sources = " ".join(cited)
    missing = [n for n in _NUMBER.findall(claim) if n.rstrip(".,") not in sources]
    missing += [n for n in _NAME.findall(claim) if n not in f"{sources} {title}"]
    missing += [q for q in _QUOTED.findall(claim) if q not in sources]
    complaints = [f"not in the cited sentences: {what}" for what in missing]
    if set(_HEDGE.findall(sources)) and not set(_HEDGE.findall(claim)):
        complaints.append("it drops the hedge of the cited sentence")
    return complaints
