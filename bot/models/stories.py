"""What becomes of entries: articles, stories and topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.models.entries import Block
from bot.models.explainers import Explainer
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
    """Never ahead of the moment it was first seen; 0 where nobody says when."""
    image: str | None = None
    blocks: tuple[Block, ...] = ()
    credit: str = ""
    """The feed that carried it, whose word its sections are."""
    language: str = ""
    icon: str | None = None
    """The publisher's, as its feed names it, http(s)."""


@dataclass(frozen=True, slots=True)
class Story:
    """The event: what is explained and what is posted."""

    id: int
    article: Article
    """The article that the story is shown by."""


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
    guild_id: int | None = None
    """The server whose own topic it is; None: it is the catalogue's, for all."""

    @property
    def label(self) -> str:
        """Emoji and title, as people see it."""
        return f"{self.emoji} {self.title}".strip()

    @property
    def code(self) -> str:
        """What it is called in commands; the name of a server's own has the server in it."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Weight:
    """What speaks for a story where there is no room for all."""

    story_id: int
    feeds: int
    """How many feeds have brought it."""
    published: Millis


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How common words are among the articles that are stored."""

    total: int
    """All articles that are stored."""
    of: Mapping[str, int]
    """How many of them hold each of the words that were asked about."""
