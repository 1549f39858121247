"""What members are told of earlier stories, of channels, and of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.models.explainers import Origin
from bot.models.servers import Feedback
from bot.models.stories import Story, Topic
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that was searched for and found, with the article of it that fits best."""

    story: Story
    topic: str
    snippet: tuple[tuple[str, bool], ...]
    """How the article goes on around what was found: texts, each with whether it was that."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for."""

    words: str
    topic: Topic | None
    """None: any that the server has."""
    since: str
    """How far back: `day`, `week`, `month`; anything else: as far as there is."""
    newest: bool = False
    """Whether the newest comes first, and not what fits best."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found."""

    wanted: Wanted
    hits: tuple[tuple[Hit, Topic], ...]
    total: int
    """Of all pages; no more than a search looks for."""
    page: int
    """From 0 on."""
    pages: int
    number: int
    """What the search is kept under, for its other pages; 0: it has none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a member was told last of a channel: what was posted after `since`, until `asked_at`."""

    since: Millis
    asked_at: Millis


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was posted in a channel in a time, a page of it."""

    stories: tuple[tuple[Story, Topic], ...]
    """By topic, each topic's best first, and the topic with the best of all; as told now."""
    since: Millis
    until: Millis
    total: int
    """Of all pages."""
    page: int
    """From 0 on."""
    pages: int


@dataclass(frozen=True, slots=True)
class NothingNew:
    """Nothing was posted in the channel since."""

    since: Millis
    last: Mark | None
    """What the member was told before, where it is not too old to be told again."""
    has_topics: bool
    """Whether the channel gets any topic."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A story with what members think of its explainer, the latest of them first."""

    story: Story | None
    """None: its articles are not kept any more."""
    story_id: int
    origin: Origin | None
    """Who wrote the explainer that is there now; None: there is none."""
    said: tuple[Feedback, ...]


class Ends(Enum):
    """What becomes of what is kept of a member who wants nothing kept."""

    GOES = "goes"
    """It is deleted."""
    NAMELESS = "nameless"
    """It is about a server as well: it stays, without the member (0)."""
    RUNS_OUT = "runs out"
    """It keeps others from being asked too much: it stays until it says nothing any more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept of a member in one table, and since when."""

    table: str
    ends: Ends
    number: int
    first: Millis | None
    """None: that is not kept."""
    last: Millis | None
