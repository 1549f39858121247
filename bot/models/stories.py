"""What becomes of entries: articles, stories, and what explains them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.models.entries import Block
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Article:
    """An entry that was identified, as it is shown."""

    title: str
    link: str | None
    """What a reader is sent to: the original where the entry names one, http(s)."""
    teaser: str
    publisher: str
    published: Millis
    """Never ahead of the moment it was first seen."""
    image: str | None = None
    blocks: tuple[Block, ...] = ()
    credit: str = ""
    """The feed that carried it, whose word its sections are."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """The event: what is explained and what is posted."""

    id: int
    article: Article
    """The article that the story is shown by."""


class SectionName(StrEnum):
    """The four sections of an explainer, in the order they are read."""

    WHY = "why_this_matters"
    BACKGROUND = "background_context"
    NEXT = "what_happens_next"
    BIGGER = "bigger_picture"

    @property
    def heading(self) -> str:
        """The heading that people see."""
        return _HEADINGS[self]


_HEADINGS = {
    SectionName.WHY: "Why This Matters",
    SectionName.BACKGROUND: "Background Context",
    SectionName.NEXT: "What Happens Next",
    SectionName.BIGGER: "Bigger Picture",
}


class Origin(StrEnum):
    """Who wrote an explainer."""

    PUBLISHER = "publisher"
    EXTRACT = "extract"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence that an explainer may rest on, and where it stands."""

    id: str
    text: str
    publisher: str
    url: str | None
    published: Millis


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an explainer, with the ids of the sources that it rests on."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """What a story means, section by section; a section without support is absent."""

    origin: Origin
    sections: dict[SectionName, tuple[Claim, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    credit: str = ""
    """Whose words the sections are, where the origin is the publisher."""


@dataclass(frozen=True, slots=True)
class ExplainedStory:
    """A story with its explainer and the topic that it is shown under."""

    story: Story
    explainer: Explainer
    topic: Topic
    page_picture: str | None = None
    """What stands in for a picture where the feed has none: that of the story's own page."""

    @property
    def picture(self) -> str | None:
        """The picture to show, if there is one."""
        return self.story.article.image or self.page_picture


@dataclass(frozen=True, slots=True)
class Topic:
    """A named set of feeds."""

    name: str
    title: str
    emoji: str
    description: str
    feeds: tuple[str, ...]

    @property
    def label(self) -> str:
        """Emoji and title, as people see it."""
        return f"{self.emoji} {self.title}".strip()
