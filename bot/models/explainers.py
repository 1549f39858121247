"""What explains a story: sections of claims, each with the sentences that it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.models.times import Millis


class SectionName(StrEnum):
    """The sections of an explainer, in the order they are read.

    There are four; `KEY_POINTS` stands in for the first where nothing says why a story matters.
    """

    WHY = "why_this_matters"
    KEY_POINTS = "key_points"
    BACKGROUND = "background_context"
    NEXT = "what_happens_next"
    BIGGER = "bigger_picture"

    @property
    def heading(self) -> str:
        """The heading that people see."""
        return _HEADINGS[self]


_HEADINGS = {
    SectionName.WHY: "Why This Matters",
    SectionName.KEY_POINTS: "Key Points",
    SectionName.BACKGROUND: "Background Context",
    SectionName.NEXT: "What Happens Next",
    SectionName.BIGGER: "Bigger Picture",
}

THE_FOUR = (SectionName.WHY, SectionName.BACKGROUND, SectionName.NEXT, SectionName.BIGGER)
"""What an explainer is made of, where everything is known."""


class Origin(StrEnum):
    """Who wrote a section."""

    PUBLISHER = "publisher"
    MODEL = "model"
    EXTRACT = "extract"
    NONE = "none"


class SourceKind(StrEnum):
    """Where a sentence that an explainer rests on stands."""

    STORY = "story"
    """In the story's own article."""
    OTHER = "other"
    """In another publisher's article of the same story."""
    EARLIER = "earlier"
    """In an earlier story that is related."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence that an explainer may rest on, and where it stands."""

    id: str
    text: str
    publisher: str
    url: str | None
    published: Millis
    kind: SourceKind = SourceKind.STORY


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an explainer, with the ids of the sources that it rests on."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, and who wrote it."""

    origin: Origin
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """What a story means, section by section; a section without support is absent."""

    sections: dict[SectionName, Section] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    """What the claims rest on, and nothing else."""
    credit: str = ""
    """Whose words the sections by the publisher are."""
    model: str = ""
    """Which model wrote the sections by a model."""
    limited: bool = False
    """A model would have been asked, but the day's calls were used up."""
    for_now: bool = False
    """Made without the model, or not at all, for a reason that passes: worth another try later."""

    @property
    def origin(self) -> Origin:
        """Who wrote the section that is read first."""
        first = next((s for n in SectionName if (s := self.sections.get(n))), None)
        return first.origin if first else Origin.NONE
